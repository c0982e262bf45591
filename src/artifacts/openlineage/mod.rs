//! OpenLineage's events (2-0-2): those of datasets, with the facets `schema` and `columnLineage`, and those of runs, in
//! `run`.

mod run;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Map, Value, json};

pub use run::{Assertion, Described, Known, identity, run_events};

use super::NodeColumns;
use crate::nodes::UniqueId;
use crate::sql::{By, Made};

/// The folder below the target folder in which events wait that are not sent yet.
pub const OUTBOX: &str = "openlineage";
/// The file there of what is refused for what it is.
pub const REFUSED: &str = "refused.jsonl";

const PRODUCER: &str = concat!("urn:dsql:", env!("CARGO_PKG_VERSION"));
const SPEC: &str = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs";

/// Makes a facet: its version and the name of its schema, and what it says.
fn facet((version, name): (&str, &str), says: Value) -> Value {
    let url = format!("https://openlineage.io/spec/facets/{version}/{name}.json#/$defs/{name}");
    let mut all = Map::new();
    all.insert("_producer".to_owned(), json!(PRODUCER));
    all.insert("_schemaURL".to_owned(), json!(url));
    if let Value::Object(says) = says {
        all.extend(says);
    }
    Value::Object(all)
}

/// Writes the event of a node, with the lineage of some of its columns. `datasets` names relations:
/// `database.schema.name`.
pub fn events(
    (node, wanted): (&UniqueId, &BTreeSet<&str>),
    nodes: &BTreeMap<UniqueId, NodeColumns>,
    datasets: &HashMap<UniqueId, String>,
    time: DateTime<Utc>,
) -> Value {
    let empty = NodeColumns::default();
    let own = nodes.get(node).unwrap_or(&empty);
    let name = datasets.get(node).cloned().unwrap_or_default();
    let (namespace, name) = split(&name);
    json!({
        "eventTime": time.to_rfc3339_opts(SecondsFormat::Millis, true),
        "producer": PRODUCER,
        "schemaURL": format!("{SPEC}/DatasetEvent"),
        "dataset": {
            "namespace": namespace,
            "name": name,
            "facets": {
                "schema": schema(own),
                "columnLineage": column_lineage(own, |it| wanted.contains(it), datasets),
            },
        },
    })
}

/// Lists the columns of a node.
fn schema(own: &NodeColumns) -> Value {
    let fields = own
        .columns
        .iter()
        .map(|(name, origin)| match &origin.data_type {
            Some(data_type) => json!({"name": name, "type": data_type}),
            None => json!({"name": name}),
        });
    let fields: Vec<Value> = fields.collect();
    facet(("1-1-1", "SchemaDatasetFacet"), json!({"fields": fields}))
}

/// Says of what the columns of a node come that are wanted.
fn column_lineage(
    own: &NodeColumns,
    wanted: impl Fn(&str) -> bool,
    datasets: &HashMap<UniqueId, String>,
) -> Value {
    let name = |node: Option<&UniqueId>, relation: Option<&String>| {
        let known = node.and_then(|it| datasets.get(it)).or(relation);
        known.cloned().unwrap_or_default()
    };
    let mut fields = Map::new();
    for (column, origin) in own.columns.iter().filter(|(it, _)| wanted(it)) {
        let inputs = origin.sources.iter().map(|it| {
            let (namespace, name) = split(&name(it.node.as_ref(), it.relation.as_ref()));
            json!({
                "namespace": namespace, "name": name, "field": it.column,
                "transformations": [transformation(it.made)],
            })
        });
        let inputs: Vec<Value> = inputs.collect();
        fields.insert(column.clone(), json!({"inputFields": inputs}));
    }
    let dataset = own.influences.iter().map(|it| {
        let (namespace, name) = split(&name(it.node.as_ref(), it.relation.as_ref()));
        let transformations: Vec<Value> = it.by.iter().map(|it| influence(*it)).collect();
        json!({
            "namespace": namespace, "name": name, "field": it.column,
            "transformations": transformations,
        })
    });
    let dataset: Vec<Value> = dataset.collect();
    let says = json!({"fields": fields, "dataset": dataset});
    facet(("1-2-0", "ColumnLineageDatasetFacet"), says)
}

/// Takes the database off, which is the namespace.
fn split(name: &str) -> (String, String) {
    match name.split_once('.') {
        Some((database, rest)) if rest.contains('.') => (database.to_owned(), rest.to_owned()),
        _ => (String::new(), name.to_owned()),
    }
}

fn transformation(made: Made) -> Value {
    let (kind, subtype) = match made {
        Made::Identity | Made::Rename => ("DIRECT", "IDENTITY"),
        Made::Cast | Made::Expression => ("DIRECT", "TRANSFORMATION"),
        Made::Aggregate => ("DIRECT", "AGGREGATION"),
        Made::Window => ("INDIRECT", "WINDOW"),
        Made::Condition => ("INDIRECT", "CONDITIONAL"),
    };
    json!({"type": kind, "subtype": subtype, "description": "", "masking": false})
}

fn influence(by: By) -> Value {
    let subtype = match by {
        By::Filter => "FILTER",
        By::Join => "JOIN",
        By::Group | By::Distinct => "GROUP_BY",
        By::Sort => "SORT",
    };
    json!({"type": "INDIRECT", "subtype": subtype, "description": "", "masking": false})
}
