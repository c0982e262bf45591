//! `adapter` while running.

use crate::jinja::library;
use crate::jinja::library::arguments::bind;
use crate::jinja::library::errors::{raise, raise_with_help};
use crate::jinja::library::object::{PythonObject, python_object};
use crate::jinja::python::text;
use std::sync::Arc;

use super::{METHODS, engine, plain};
use crate::adapters::{AdapterError, Relation, Response, Table};
use crate::events::Event;
use crate::jinja::context::results::response_value;
use crate::jinja::context::run::RunContext;
use crate::jinja::python::List;
use crate::jinja::{Arguments, Error, State, Value};

/// Methods whose answers depend on what the database holds.
const ASKING: &[&str] = &[
    "add_query",
    "already_exists",
    "check_schema_exists",
    "execute",
    "get_column_schema_from_query",
    "get_columns_in_relation",
    "get_columns_in_table",
    "get_missing_columns",
    "list_relations",
    "list_relations_without_caching",
    "list_schemas",
    "run_sql_for_tests",
];

/// Makes `adapter` for a context.
pub(in crate::jinja::context) fn run_adapter(context: Arc<RunContext>) -> Value {
    Value::from_object(RunAdapter { context })
}

/// Tells whether a relation is there, as `adapter.get_relation` does.
pub(in crate::jinja::context) fn exists(
    context: Arc<RunContext>,
    relation: &Relation,
) -> Result<bool, Error> {
    let [database, schema, identifier] = relation.parts();
    let adapter = RunAdapter { context };
    let (schema, name) = (schema.unwrap_or_default(), identifier.unwrap_or_default());
    let session = adapter.context().session();
    let found = session.unasked(|| adapter.find(database, schema, name))?;
    Ok(found.is_some())
}

pub(super) struct RunAdapter {
    context: Arc<RunContext>,
}

impl std::fmt::Debug for RunAdapter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("<adapter>")
    }
}

impl PythonObject for RunAdapter {
    const TYPE: &'static str = "RuntimeDatabaseWrapper";
    const METHODS: &'static [&'static str] = METHODS;

    fn str(&self) -> String {
        "<adapter>".to_owned()
    }

    fn attribute(self: &Arc<Self>, name: &str) -> Option<Value> {
        let object = || Value::from_dyn_object(self.clone());
        plain::attribute(&self.context.session().project, name, object)
    }

    fn method(
        self: &Arc<Self>,
        state: &mut State,
        name: &str,
        args: &[Value],
    ) -> Result<Value, Error> {
        if ASKING.contains(&name) {
            self.context.session().ask(None);
        }
        match name {
            "execute" => self.execute(args),
            "add_query" => self.add_query(args),
            "run_sql_for_tests" => self.run_sql_for_tests(args),
            "commit" => match self.context.session().may_commit()? {
                true => self.on_connection(|it| it.commit()),
                false => Ok(Value::from(())),
            },
            "commit_staging" => {
                let [relation] = bind(name, ["relation"], 1, args)?;
                let relation = relation.as_ref().and_then(library::relation_of);
                let staged = match relation {
                    Some(relation) => self.context.session().stage(&relation),
                    None => Ok(false),
                };
                let staged = staged.map_err(|error| database_error(error, ""))?;
                Ok(Value::from(staged))
            }
            "ensure_transaction" => self.on_connection(|it| it.begin()),
            "get_relation" => self.get_relation(args),
            "already_exists" => {
                let [schema, name] = bind(name, ["schema", "name"], 2, args)?;
                let (schema, name) = (schema.unwrap_or_default(), name.unwrap_or_default());
                let database = self.context.session().project.default_database.clone();
                let (schema, name) = (text(&schema), text(&name));
                Ok(Value::from(
                    self.find(Some(&database), &schema, &name)?.is_some(),
                ))
            }
            "check_schema_exists" => self.schema_exists(args),
            "create_schema" | "drop_schema" | "drop_relation" | "truncate_relation"
            | "rename_relation" => self.change(name, args),
            "cache_added" | "cache_dropped" | "cache_renamed" => self.note(name, args),
            "get_columns_in_relation" => {
                let [relation] = bind(name, ["relation"], 1, args)?;
                let relation = relation.as_ref().and_then(library::relation_of);
                let columns = relation
                    .map(|it| self.columns(it))
                    .transpose()?
                    .unwrap_or_default();
                Ok(List::value(
                    columns.into_iter().map(library::column).collect::<Vec<_>>(),
                ))
            }
            "get_columns_in_table" => {
                let [schema, identifier] = bind(name, ["schema", "identifier"], 2, args)?;
                let database = &self.context.session().project.default_database;
                let (schema, identifier) = (
                    text(&schema.unwrap_or_default()),
                    text(&identifier.unwrap_or_default()),
                );
                let relation = Relation::new(Some(database), Some(&schema), Some(&identifier));
                let columns = self.columns(relation)?.into_iter();
                Ok(List::value(columns.map(library::column)))
            }
            "get_missing_columns" => self.missing_columns(args),
            // DuckDB's texts have no length to expand.
            "expand_target_column_types" => Ok(Value::from(())),
            "valid_snapshot_target" | "assert_valid_snapshot_target_given_strategy" => {
                self.check_snapshot(args)
            }
            "get_column_schema_from_query" => self.query_columns(args),
            "get_incremental_strategy_macro" => self.strategy_macro(state, args),
            _ => {
                let session = self.context.session();
                let adapter = session.adapter.as_ref();
                let Some(method) = engine::find(adapter, name) else {
                    return plain::method(&session.project, state, name, args);
                };
                engine::call(adapter, Some(session.connection().as_mut()), method, args)
            }
        }
    }
}
python_object!(RunAdapter);

impl RunAdapter {
    pub(super) fn context(&self) -> &Arc<RunContext> {
        &self.context
    }

    /// Calls a macro by name as dbt's adapter does: outside of the node at hand.
    pub(super) fn call_macro(
        &self,
        name: &str,
        keywords: Vec<(String, Value)>,
    ) -> Result<Value, Error> {
        let session = self.context.session();
        let entry = session
            .engine
            .macros()
            .find_by_name(name, None)
            .ok_or_else(|| {
                raise(
                    "DbtRuntimeError",
                    format!("dbt could not find a macro named \"{name}\""),
                )
            })?;
        let arguments = Arguments {
            positional: Vec::new(),
            keywords,
        };
        let id = entry.node.unique_id.clone();
        session
            .engine
            .call_macro(&id, &arguments, &session.macro_scope())
            .map_err(crate::jinja::RenderError::into_error)
    }

    /// Sends SQL and tells of it.
    pub(super) fn send(
        &self,
        sql: &str,
        fetch: bool,
        limit: Option<usize>,
    ) -> Result<(Response, Table), Error> {
        let session = self.context.session();
        let project = &session.project;
        let name = session.usage().name.clone();
        project.base.sink.emit(Event::Query {
            connection: name.clone(),
            sql: sql.to_owned(),
        });
        let start = project.base.system.instant();
        let answer = session.connection().execute(sql, fetch, limit);
        let elapsed = project
            .base
            .system
            .instant()
            .saturating_sub(start)
            .as_secs_f64();
        let status = match &answer {
            Ok((response, _)) => response.message.clone(),
            Err(error) => error.to_string(),
        };
        project.base.sink.emit(Event::QueryDone {
            connection: name,
            status,
            elapsed,
        });
        answer.map_err(|error| database_error(error, sql))
    }

    fn execute(&self, args: &[Value]) -> Result<Value, Error> {
        let names = ["sql", "auto_begin", "fetch", "limit"];
        let [sql, auto_begin, fetch, limit] = bind("execute", names, 1, args)?;
        let sql = text(&sql.unwrap_or_default());
        if auto_begin.is_some_and(|it| it.is_true()) {
            self.begin()?;
        }
        let fetch = fetch.is_some_and(|it| it.is_true());
        let limit = limit
            .filter(|it| !it.is_none())
            .and_then(|it| it.as_usize());
        let sql = self.context.session().commented(&sql);
        let (response, table) = self.send(&sql, fetch, limit)?;
        Ok(library::tuple([
            response_value(response),
            library::agate_table(table),
        ]))
    }

    fn add_query(&self, args: &[Value]) -> Result<Value, Error> {
        let names = ["sql", "auto_begin", "bindings", "abridge_sql_log"];
        let [sql, auto_begin, bindings, _] = bind("add_query", names, 1, args)?;
        let sql = text(&sql.unwrap_or_default());
        if auto_begin.is_none_or(|it| it.is_true()) {
            self.begin()?;
        }
        match bindings.filter(|it| it.is_true()) {
            None => {
                self.send(&sql, false, None)?;
            }
            Some(bindings) => {
                let values = bindings.try_iter()?.map(|it| library::cell_of(&it));
                let values: Vec<_> = values.collect();
                let answer = self
                    .context
                    .session()
                    .connection()
                    .execute_with(&sql, &values);
                answer.map_err(|error| database_error(error, &sql))?;
            }
        }
        Ok(library::tuple([Value::from(()), Value::from(())]))
    }

    fn run_sql_for_tests(&self, args: &[Value]) -> Result<Value, Error> {
        let [sql, fetch, _] = bind("run_sql_for_tests", ["sql", "fetch", "conn"], 1, args)?;
        let fetch = text(&fetch.unwrap_or(Value::from("None")));
        let (_, table) = self.send(&text(&sql.unwrap_or_default()), true, None)?;
        let rows = library::table_matrix(&library::agate_table(table));
        Ok(match fetch.as_str() {
            "one" => rows.get_item(&Value::from(0)).unwrap_or_default(),
            "all" => rows,
            _ => Value::from(()),
        })
    }

    fn begin(&self) -> Result<(), Error> {
        let mut connection = self.context.session().connection();
        match connection.in_transaction() {
            true => Ok(()),
            false => connection
                .begin()
                .map_err(|error| database_error(error, "begin")),
        }
    }

    fn on_connection(
        &self,
        act: impl FnOnce(&mut dyn crate::adapters::Connection) -> Result<(), AdapterError>,
    ) -> Result<Value, Error> {
        let mut connection = self.context.session().connection();
        act(connection.as_mut()).map_err(|error| database_error(error, ""))?;
        Ok(Value::from(()))
    }

    fn query_columns(&self, args: &[Value]) -> Result<Value, Error> {
        let [sql] = bind("get_column_schema_from_query", ["sql"], 1, args)?;
        let sql = text(&sql.unwrap_or_default());
        let session = self.context.session();
        let columns = match session.adapter.query_columns(&sql) {
            Some(known) => known,
            None => {
                let columns = session.connection().describe_query(&sql);
                columns.map_err(|error| database_error(error, &sql))?
            }
        };
        Ok(List::value(
            columns.into_iter().map(library::column).collect::<Vec<_>>(),
        ))
    }

    fn strategy_macro(&self, state: &mut State, args: &[Value]) -> Result<Value, Error> {
        let name = "get_incremental_strategy_macro";
        let [context, strategy] = bind(name, ["model_context", "strategy"], 2, args)?;
        let strategy = strategy.filter(|it| !it.is_none()).map(|it| text(&it));
        let strategy = strategy.unwrap_or_else(|| "default".to_owned());
        let node = self.context.node();
        let names_partitions = node
            .and_then(|it| it.config.get("partition_by"))
            .is_some_and(|it| !it.is_null());
        let overwrites = self.context.session().adapter.capabilities();
        if strategy == "insert_overwrite" && !(names_partitions || overwrites.overwrites_tables) {
            let help = "set `partition_by` to the columns of which a batch replaces the rows";
            return Err(raise_with_help(
                "DbtRuntimeError",
                format!("The incremental strategy '{strategy}' is not valid for this adapter"),
                Some(help.to_owned()),
            ));
        }
        let macro_name = format!("get_incremental_{}_sql", strategy.replace('+', "_"));
        let context = context.unwrap_or_default();
        let found = context.get_item(&Value::from(macro_name.as_str())).ok();
        let _ = state;
        found.filter(|it| !it.is_undefined()).ok_or_else(|| {
            let project = &self.context.session().project.name;
            raise(
                "DbtRuntimeError",
                format!(
                    "dbt could not find an incremental strategy macro with the name \
                     \"{macro_name}\" in {project}"
                ),
            )
        })
    }
}

/// An error of the database with the SQL that it is about.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{error}")]
pub struct DatabaseError {
    /// What the database said.
    pub error: AdapterError,
    /// The SQL as sent.
    pub sql: String,
}

pub(in crate::jinja::context) fn database_error(error: AdapterError, sql: &str) -> Error {
    let message = error.to_string();
    Error::new(minijinja::ErrorKind::InvalidOperation, message).with_source(DatabaseError {
        error,
        sql: sql.to_owned(),
    })
}
