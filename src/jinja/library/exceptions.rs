//! `exceptions`: functions that fail, and two that warn. The words are dbt's.

use std::sync::Arc;

use minijinja::{Error, State, Value};

use super::arguments::bind;
use super::errors::{raise, type_error};
use super::object::{PythonObject, function, not_implemented, python_object};
use crate::adapters::{Cell, CellType, Table, TableColumn};
use crate::diagnostics::{Code, Diagnostic};
use crate::events::{
    Event, EventName, Fate, JINJA_LOG_WARNING, SNAPSHOT_TIMESTAMP_WARNING, Sink, Warnings,
};
use crate::jinja::python::{attribute, collect, equal, item, repr, sort_pairs, text};
use crate::nodes::Node;

/// What messages say of the node that a template belongs to.
#[derive(Debug, Clone)]
pub struct NodeFacts {
    /// `model orders (models/orders.sql)`.
    pub description: String,
}

impl NodeFacts {
    /// Gathers the facts of a node.
    pub fn of(node: &Node) -> Self {
        let kind = node.resource_type.as_str();
        let (name, path) = (&node.name, &node.original_file_path);
        Self {
            description: format!("{kind} {name} ({path})"),
        }
    }
}

/// Makes `exceptions`; warnings go to `sink`, or are errors as `warnings` says.
pub fn exceptions(sink: Arc<dyn Sink>, warnings: Warnings, node: Option<NodeFacts>) -> Value {
    Value::from_object(Exceptions {
        sink,
        warnings,
        node,
    })
}

struct Exceptions {
    sink: Arc<dyn Sink>,
    warnings: Warnings,
    node: Option<NodeFacts>,
}

impl std::fmt::Debug for Exceptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("<exceptions>")
    }
}

const NAMES: &[&str] = &[
    "warn",
    "missing_config",
    "missing_materialization",
    "missing_relation",
    "raise_ambiguous_alias",
    "raise_ambiguous_catalog_match",
    "raise_cache_inconsistent",
    "raise_dataclass_not_dict",
    "raise_compiler_error",
    "raise_database_error",
    "raise_dep_not_found",
    "raise_dependency_error",
    "raise_duplicate_patch_name",
    "raise_duplicate_resource_name",
    "raise_invalid_property_yml_version",
    "raise_not_implemented",
    "relation_wrong_type",
    "raise_contract_error",
    "column_type_missing",
    "raise_fail_fast_error",
    "warn_snapshot_timestamp_data_types",
];

impl PythonObject for Exceptions {
    const TYPE: &'static str = "dict";
    const METHODS: &'static [&'static str] = NAMES;

    fn str(&self) -> String {
        "<exceptions>".to_owned()
    }

    fn method(self: &Arc<Self>, _: &mut State, name: &str, args: &[Value]) -> Result<Value, Error> {
        if !NAMES.contains(&name) {
            return Err(not_implemented());
        }
        match name {
            "warn" => {
                let [message, _] = bind(name, ["msg", "node"], 1, args)?;
                self.warn(JINJA_LOG_WARNING, text(&message.unwrap_or_default()))?;
                Ok(Value::from(""))
            }
            "warn_snapshot_timestamp_data_types" => {
                let names = ["snapshot_time_data_type", "updated_at_data_type"];
                let [snapshot, updated] =
                    bind(name, names, 2, args)?.map(Option::unwrap_or_default);
                let message = format!(
                    "Data type of snapshot table timestamp columns ({}) doesn't match derived \
                     column 'updated_at' ({}). Please update snapshot config 'updated_at'.",
                    text(&snapshot),
                    text(&updated)
                );
                self.warn(SNAPSHOT_TIMESTAMP_WARNING, message)?;
                Ok(Value::from(()))
            }
            _ => Err(failure(name, args)?),
        }
    }
}
python_object!(Exceptions);

impl Exceptions {
    fn warn(&self, event: EventName, message: String) -> Result<(), Error> {
        match self.warnings.fate(event) {
            Fate::Error => return Err(raise("CompilationError", message)),
            Fate::Silence => return Ok(()),
            Fate::Warning => {}
        }
        let mut warning = Diagnostic::warning(Code::UserWarning, message);
        if let Some(node) = &self.node {
            warning = warning.note(format!("in {}", node.description));
        }
        self.sink.emit(Event::Finding(Arc::new(warning)));
        Ok(())
    }
}

/// Makes the error that a function raises.
fn failure(name: &str, args: &[Value]) -> Result<Error, Error> {
    let one = |parameter: &str| -> Result<String, Error> {
        let [value, _, _] = bind(name, [parameter, "node", "model"], 1, args)?;
        Ok(text(&value.unwrap_or_default()))
    };
    let compilation = |message: String| raise("CompilationError", message);
    Ok(match name {
        "raise_compiler_error" => compilation(one("msg")?),
        "raise_database_error" => raise("DbtDatabaseError", one("msg")?),
        "raise_fail_fast_error" => raise("FailFastError", one("msg")?),
        "raise_dependency_error" => raise("DependencyError", one("msg")?),
        "raise_not_implemented" => raise("NotImplementedError", format!("ERROR: {}", one("msg")?)),
        "raise_cache_inconsistent" => raise(
            "CacheInconsistencyError",
            format!("Cache inconsistency detected: {}", one("message")?),
        ),
        "raise_dataclass_not_dict" => compilation(format!(
            "The object (\"{}\") was used as a dictionary. This capability has been removed from \
             objects of this type.",
            one("obj")?
        )),
        "missing_relation" => compilation(format!("Relation {} not found!", one("relation")?)),
        "column_type_missing" => compilation(format!(
            "Contracted models require data_type to be defined for each column. Please ensure that \
             the column name and data_type are defined within the YAML configuration for the {} \
             column(s).",
            one("column_names")?
        )),
        "missing_config" => {
            let [model, config] =
                bind(name, ["model", "name"], 2, args)?.map(Option::unwrap_or_default);
            compilation(format!(
                "Model '{}' does not define a required config parameter '{}'.",
                part(&model, "unique_id"),
                text(&config)
            ))
        }
        "missing_materialization" => {
            let names = ["model", "adapter_type"];
            let [model, adapter] = bind(name, names, 2, args)?.map(Option::unwrap_or_default);
            let config = attribute(&model, "config").unwrap_or_default();
            let (wanted, adapter) = (part(&config, "materialized"), text(&adapter));
            let searched = match adapter.as_str() {
                "default" => "'default'".to_owned(),
                _ => format!("'default' and '{adapter}'"),
            };
            compilation(format!(
                "No materialization '{wanted}' was found for adapter {adapter}! (searched types \
                 {searched})"
            ))
        }
        "relation_wrong_type" => {
            let names = ["relation", "expected_type", "model"];
            let [relation, expected, _] =
                bind(name, names, 2, args)?.map(Option::unwrap_or_default);
            let (written, actual) = (text(&relation), part(&relation, "type"));
            compilation(format!(
                "Trying to create {} {written}, but it currently exists as a {actual}. Either drop \
                 {written} manually, or run dbt with `--full-refresh` and dbt will drop it for you.",
                text(&expected)
            ))
        }
        "raise_contract_error" => {
            let names = ["yaml_columns", "sql_columns"];
            let [promised, found] = bind(name, names, 2, args)?.map(Option::unwrap_or_default);
            raise("ContractError", contract_message(&promised, &found)?)
        }
        "raise_invalid_property_yml_version" => {
            let [path, issue] =
                bind(name, ["path", "issue"], 2, args)?.map(Option::unwrap_or_default);
            compilation(format!(
                "The yml property file at {} is invalid because {}. Please consult the \
                 documentation for more information on yml property file syntax:\n\n\
                 https://docs.getdbt.com/reference/configs-and-properties",
                text(&path),
                text(&issue)
            ))
        }
        "raise_dep_not_found" => {
            let names = ["node", "node_description", "required_pkg"];
            let [_, described, package] =
                bind(name, names, 3, args)?.map(Option::unwrap_or_default);
            compilation(format!(
                "Error while parsing {}.\nThe required package \"{}\" was not found. Is the \
                 package installed?\nHint: You may need to run `dbt deps`.",
                text(&described),
                text(&package)
            ))
        }
        _ => duplicate(name, args)?,
    })
}

/// Makes the errors about two things that are one too many.
fn duplicate(name: &str, args: &[Value]) -> Result<Error, Error> {
    let place = |node: &Value| {
        let (id, path) = (part(node, "unique_id"), part(node, "original_file_path"));
        format!("- {id} ({path})")
    };
    let message = match name {
        "raise_ambiguous_alias" => {
            let names = ["node_1", "node_2", "duped_name"];
            let [first, second, duped] = bind(name, names, 2, args)?;
            let (first, second) = (first.unwrap_or_default(), second.unwrap_or_default());
            let duped = match duped.filter(|it| !it.is_none()) {
                Some(duped) => text(&duped),
                None => ["database", "schema", "alias"]
                    .map(|key| part(&first, key))
                    .join("."),
            };
            format!(
                "dbt found two resources with the database representation \"{duped}\".\ndbt cannot \
                 create two resources with identical database representations. To fix this,\n\
                 change the configuration of one of these resources:\n{}\n{}",
                place(&first),
                place(&second)
            )
        }
        "raise_ambiguous_catalog_match" => {
            let names = ["unique_id", "match_1", "match_2"];
            let [id, first, second] = bind(name, names, 3, args)?.map(Option::unwrap_or_default);
            let shown = |found: &Value| {
                let metadata = item(found, &Value::from("metadata")).unwrap_or_default();
                format!("{}.{}", part(&metadata, "schema"), part(&metadata, "name"))
            };
            format!(
                "dbt found two relations in your warehouse with similar database identifiers. dbt\n\
                 is unable to determine which of these relations was created by the model \"{}\".\n\
                 In order for dbt to correctly generate the catalog, one of the following \
                 relations must be deleted or renamed:\n\n - {}\n - {}",
                text(&id),
                shown(&first),
                shown(&second)
            )
        }
        "raise_duplicate_patch_name" => {
            let names = ["patch_1", "existing_patch_path"];
            let [patch, path] = bind(name, names, 2, args)?.map(Option::unwrap_or_default);
            let named = part(&patch, "name");
            let (first, second) = (part(&patch, "original_file_path"), text(&path));
            let fix = if first == second {
                format!(
                    "remove one of the resource entries for {named} in this file:\n - {first}\n"
                )
            } else {
                format!(
                    "remove the resource entry for {named} in one of these files:\n - {first}\n\
                     {second}"
                )
            };
            format!(
                "dbt found two schema.yml entries for the same resource named {named}. Resources \
                 and their associated columns may only be described a single time. To fix this, \
                 {fix}"
            )
        }
        _ => {
            let [first, second] =
                bind(name, ["node_1", "node_2"], 2, args)?.map(Option::unwrap_or_default);
            let (kind, other) = (
                part(&first, "resource_type"),
                part(&second, "resource_type"),
            );
            let named = part(&first, "name");
            let many = match kind == other {
                true => format!("{kind}s"),
                false => "resources".to_owned(),
            };
            format!(
                "dbt found two {many} with the name \"{named}\".\n\nSince these resources have the \
                 same name, dbt will be unable to find the correct resource\nwhen looking for \
                 ref(\"{named}\").\n\nTo fix this, change the name of one of these resources:\n\
                 {}\n{}",
                place(&first),
                place(&second)
            )
        }
    };
    Ok(raise("CompilationError", message))
}

fn part(value: &Value, name: &str) -> String {
    let found = attribute(value, name).or_else(|| item(value, &Value::from(name)));
    found.map_or_else(|| "None".to_owned(), |found| text(&found))
}

/// Lists what columns were promised and what was found.
fn contract_message(promised: &Value, found: &Value) -> Result<String, Error> {
    let promised = collect(promised)?;
    if promised.is_empty() {
        return Ok(
            "This model has an enforced contract, and its 'columns' specification is missing"
                .to_owned(),
        );
    }
    let get = |column: &Value, key: &str| {
        item(column, &Value::from(key)).ok_or_else(|| raise("KeyError", repr(&Value::from(key))))
    };
    let mut rows: Vec<(Value, [String; 3])> = Vec::new();
    let found = collect(found)?;
    for column in &found {
        let (name, kind) = (get(column, "name")?, get(column, "data_type")?);
        let same = promised
            .iter()
            .find(|it| get(it, "name").is_ok_and(|known| equal(&known, &name)));
        match same {
            None => rows.push((
                name,
                [text(&kind), String::new(), "missing in contract".into()],
            )),
            Some(same) => {
                let wanted = get(same, "data_type")?;
                if !equal(&wanted, &kind) {
                    let reason = "data type mismatch".to_owned();
                    rows.push((name, [text(&kind), text(&wanted), reason]));
                }
            }
        }
    }
    for column in &promised {
        let name = get(column, "name")?;
        let known = found
            .iter()
            .any(|it| get(it, "name").is_ok_and(|own| equal(&own, &name)));
        if !known {
            let wanted = text(&get(column, "data_type")?);
            rows.push((
                name,
                [String::new(), wanted, "missing in definition".into()],
            ));
        }
    }
    let rows = sort_pairs(rows, false)?;
    let columns = [
        "column_name",
        "definition_type",
        "contract_type",
        "mismatch_reason",
    ];
    let columns = columns.map(|name| TableColumn {
        name: name.to_owned(),
        cells: CellType::Text,
        sql_type: None,
    });
    let rows = rows
        .into_iter()
        .map(|(name, [definition, contract, reason])| {
            [text(&name), definition, contract, reason]
                .map(Cell::Text)
                .to_vec()
        });
    let table = super::table::agate_table(Table {
        columns: columns.to_vec(),
        rows: rows.collect(),
    });
    let written = super::table::markdown(&table, usize::MAX, 50)?;
    Ok(format!(
        "This model has an enforced contract that failed.\nPlease ensure the name, data_type, and \
         number of columns in your contract match the columns in your model's definition.\n\n\
         {written}"
    ))
}

/// Makes `try_or_compiler_error`: calls a function, and words its failure anew.
pub fn try_or_compiler_error() -> Value {
    function("try_or_compiler_error", |state, args| match args {
        [message, function, rest @ ..] => function
            .call(state, rest)
            .map_err(|_| raise("CompilationError", text(message))),
        _ => Err(type_error(
            "try_or_compiler_error() missing required positional arguments: \
             'message_if_exception' and 'func'",
        )),
    })
}

/// Makes `validation`, whose `any` makes checks for `config.get` and `config.require`.
pub fn validation() -> Value {
    let any = function("any", |_, args| {
        let allowed = args.to_vec();
        Ok(function("validate", move |_, args| {
            let [value] = bind("inner", ["value"], 1, args)?;
            let value = value.unwrap_or_default();
            if allowed.iter().any(|it| equal(it, &value)) {
                return Ok(Value::from(()));
            }
            let names: Vec<_> = allowed.iter().map(text).collect();
            let (value, names) = (text(&value), names.join(","));
            Err(raise(
                "DbtValidationError",
                format!("Expected value \"{value}\" to be one of {names}"),
            ))
        }))
    });
    Value::from_pairs([("any", any)])
}
