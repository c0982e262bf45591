//! Column lineage as OpenLineage's dataset events, with the facets `schema` and `columnLineage` (1-2-0).

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};

use super::NodeColumns;
use crate::nodes::UniqueId;
use crate::sql::{By, Made};

const PRODUCER: &str = concat!("urn:dsql:", env!("CARGO_PKG_VERSION"));
const EVENT: &str = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/DatasetEvent";
const SCHEMA: &str =
    "https://openlineage.io/spec/facets/1-1-1/SchemaDatasetFacet.json#/$defs/SchemaDatasetFacet";
const COLUMNS: &str = "https://openlineage.io/spec/facets/1-2-0/ColumnLineageDatasetFacet.json#/$defs/ColumnLineageDatasetFacet";

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
    let name = |node: Option<&UniqueId>, relation: Option<&String>| {
        let known = node.and_then(|it| datasets.get(it)).or(relation);
        known.cloned().unwrap_or_default()
    };
    let (namespace, own_name) = split(&name(Some(node), None));
    let mut fields = serde_json::Map::new();
    for (column, origin) in &own.columns {
        if !wanted.contains(column.as_str()) {
            continue;
        }
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
    let schema = own
        .columns
        .iter()
        .map(|(name, origin)| match &origin.data_type {
            Some(data_type) => json!({"name": name, "type": data_type}),
            None => json!({"name": name}),
        });
    let schema: Vec<Value> = schema.collect();
    json!({
        "eventTime": time.to_rfc3339_opts(SecondsFormat::Millis, true),
        "producer": PRODUCER,
        "schemaURL": EVENT,
        "dataset": {
            "namespace": namespace,
            "name": own_name,
            "facets": {
                "schema": {"_producer": PRODUCER, "_schemaURL": SCHEMA, "fields": schema},
                "columnLineage": {
                    "_producer": PRODUCER, "_schemaURL": COLUMNS, "fields": fields, "dataset": dataset,
                },
            },
        },
    })
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
