//! One entry of `columns:`.

use serde_json::{Value as Json, json};

use super::reader::Reader;
use crate::diagnostics::did_you_mean;
use crate::nodes::{Column, Constraint};
use crate::text::Location;
use crate::yaml::Node;

/// A column as declared; its description is not rendered yet.
#[derive(Debug, Clone)]
pub(in crate::parse) struct ColumnDef {
    pub(in crate::parse) column: Column,
    pub(in crate::parse) data_tests: Vec<Node>,
}

/// Reads the `columns` of the mapping at hand.
pub(super) fn read_all(reader: &mut Reader<'_>) -> Vec<ColumnDef> {
    let nodes = reader.take_list("columns");
    let mut columns = Vec::new();
    for node in nodes {
        let mut inner = Reader::new(node, "columns", reader.diagnostics());
        columns.extend(read(&mut inner));
    }
    columns
}

/// Reads one column.
pub(super) fn read(reader: &mut Reader<'_>) -> Option<ColumnDef> {
    let (name, _) = reader.take_name()?;
    let description = reader.take_text("description").unwrap_or_default();
    let data_tests = reader.take_data_tests();
    let own_config = reader.take_dict("config");
    let mut meta = reader.take_dict("meta");
    if let Some(Json::Object(more)) = own_config.get("meta") {
        meta.extend(more.clone());
    }
    let mut tags = reader.take_texts("tags");
    match own_config.get("tags") {
        Some(Json::String(tag)) => tags.push(tag.clone()),
        Some(Json::Array(more)) => {
            tags.extend(more.iter().filter_map(Json::as_str).map(str::to_owned))
        }
        _ => {}
    }
    let mut seen = std::collections::HashSet::new();
    tags.retain(|tag| seen.insert(tag.clone()));
    let constraints = read_constraints(reader);
    let column = Column {
        name,
        description,
        data_type: reader.take_text("data_type"),
        constraints,
        quote: reader.take_bool("quote"),
        granularity: reader.take_text("granularity"),
        config: json!({ "meta": meta, "tags": tags })
            .as_object()
            .cloned()
            .unwrap_or_default(),
        meta,
        tags,
        doc_blocks: Vec::new(),
        extra: {
            reader.take_even_null("doc_blocks");
            reader.rest()
        },
    };
    Some(ColumnDef { column, data_tests })
}

/// Reads the `constraints` of a model, which name columns.
pub(super) fn read_model_constraints(reader: &mut Reader<'_>) -> Vec<Constraint> {
    let mut constraints = read_constraints(reader);
    for constraint in &mut constraints {
        constraint.columns.get_or_insert_default();
    }
    constraints
}

/// Reads the `constraints` of a column or a model.
fn read_constraints(reader: &mut Reader<'_>) -> Vec<Constraint> {
    let nodes = reader.take_list("constraints");
    let mut constraints = Vec::new();
    for node in nodes {
        let mut inner = Reader::new(node, "constraints", reader.diagnostics());
        let Some(kind) = inner.take_text("type") else {
            if node.as_map().is_some() {
                let message = "a constraint has no `type`".to_owned();
                inner.error(node.location, message, TYPES_HELP);
            }
            continue;
        };
        if !Constraint::TYPES.contains(&kind.as_str()) {
            let at = node.get("type").map_or(node.location, |it| it.location);
            let message = format!("`{kind}` is not a type of constraint");
            match did_you_mean(&kind, Constraint::TYPES) {
                Some(near) => inner.error(at, message, &format!("did you mean `{near}`?")),
                None => inner.error(at, message, TYPES_HELP),
            }
            continue;
        }
        constraints.push(Constraint {
            r#type: kind,
            name: inner.take_text("name"),
            expression: inner.take_expression("expression"),
            warn_unenforced: inner.take_bool("warn_unenforced").unwrap_or(true),
            warn_unsupported: inner.take_bool("warn_unsupported").unwrap_or(true),
            to: inner.take_text("to"),
            to_columns: inner.take_texts("to_columns"),
            columns: inner
                .take("columns")
                .is_some()
                .then(|| inner.take_texts("columns")),
        });
    }
    constraints
}

/// Finds where the foreign keys of a model, its versions and their columns say what they refer to.
pub(super) fn foreign_keys(entry: &Node) -> Vec<(String, Location)> {
    let list = |node: &Node, key: &str| -> Vec<Node> {
        let items = node.get(key).and_then(Node::as_seq);
        items.unwrap_or_default().to_vec()
    };
    let mut owners = vec![entry.clone()];
    owners.extend(list(entry, "versions"));
    let columns: Vec<Node> = owners.iter().flat_map(|it| list(it, "columns")).collect();
    owners.extend(columns);
    let constraints = owners.iter().flat_map(|it| list(it, "constraints"));
    let targets = constraints.filter_map(|it| {
        let to = it.get("to")?;
        Some((to.as_str()?.to_owned(), to.location))
    });
    targets.collect()
}

/// What an enforced contract lacks.
#[derive(Debug, Clone)]
pub(in crate::parse) struct Gap {
    pub(in crate::parse) message: String,
    pub(in crate::parse) help: &'static str,
    pub(in crate::parse) location: Location,
}

/// Finds columns without a type, and constraints that do not say what they ask for.
pub(super) fn gaps(entry: &Node) -> Vec<Gap> {
    let list = |node: &Node, key: &str| -> Vec<Node> {
        let items = node.get(key).and_then(Node::as_seq);
        items.unwrap_or_default().to_vec()
    };
    let says = |node: &Node, key: &str| node.get(key).is_some_and(|it| !it.is_null());
    let mut gaps = Vec::new();
    let columns = list(entry, "columns");
    for column in &columns {
        if let Some(name) = column.get("name").filter(|_| !says(column, "data_type")) {
            let shown = name.value.to_text();
            gaps.push(Gap {
                message: format!("the column `{shown}` has no `data_type`, which a contract needs"),
                help: "add `data_type:` with the type that the column has",
                location: name.location,
            });
        }
    }
    for owner in columns.iter().chain([entry]) {
        for constraint in list(owner, "constraints") {
            let kind = constraint.get("type").and_then(Node::as_str);
            let (message, help) = match kind {
                Some("foreign_key") if !says(&constraint, "to") => {
                    let help = "add `to: ref('…')` and `to_columns: […]`";
                    ("this foreign key does not say what it refers to", help)
                }
                Some("check") => {
                    let help = "add `expression:` with a condition";
                    ("this check does not say what it checks", help)
                }
                _ => continue,
            };
            if !says(&constraint, "expression") {
                gaps.push(Gap {
                    message: message.to_owned(),
                    help,
                    location: constraint.location,
                });
            }
        }
    }
    gaps
}

const TYPES_HELP: &str =
    "write `type:` with `check`, `not_null`, `unique`, `primary_key`, `foreign_key` or `custom`";
