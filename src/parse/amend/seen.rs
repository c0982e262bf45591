//! What of a resource others depend on while they are parsed and linked.

use indexmap::IndexMap;
use serde_json::Value as Json;

use crate::nodes::{Column, Dict, Model, Node, ResourceType, Source, UniqueId};

/// dbt's macro that unit tests must override where a model calls it.
const IS_INCREMENTAL: &str = "macro.dbt.is_incremental";

/// A node in the eyes of others: names find it; groups and access admit to it; relations of two nodes
/// must differ, and semantic models name them; batches ask for its time; unit tests for how it is
/// built; time spines are what metrics are computed along.
#[derive(Debug, PartialEq)]
pub(super) struct Seen<'a> {
    unique_id: &'a UniqueId,
    resource_type: ResourceType,
    fqn: &'a [String],
    enabled: bool,
    relation: (Option<&'a str>, &'a str, &'a str, Option<&'a str>),
    group: Option<&'a str>,
    access: Option<&'a str>,
    versions: [Option<&'a Json>; 2],
    event_time: Option<&'a Json>,
    is_incremental: bool,
    time_spine: Option<(&'a Dict, &'a IndexMap<String, Column>)>,
}

impl<'a> Seen<'a> {
    pub(super) fn of(node: &'a Node) -> Self {
        let model: Option<&Model> = node.as_model();
        let mut macros = node.depends_on.macros.iter();
        let spine = model.and_then(|it| it.time_spine.as_ref());
        Self {
            unique_id: &node.unique_id,
            resource_type: node.resource_type,
            fqn: &node.fqn,
            enabled: node.config.enabled(),
            relation: (
                node.database.as_deref(),
                &node.schema,
                &node.alias,
                node.relation_name.as_deref(),
            ),
            group: node.group.as_deref(),
            access: model.map(|it| it.access.as_str()),
            versions: [
                model.and_then(|it| it.version.as_ref()),
                model.and_then(|it| it.latest_version.as_ref()),
            ],
            event_time: node.config.get("event_time"),
            is_incremental: macros.any(|it| &**it == IS_INCREMENTAL),
            time_spine: spine.map(|it| (it, &node.columns)),
        }
    }
}

/// A table of a source in the eyes of others.
#[derive(Debug, PartialEq)]
pub(super) struct SeenSource<'a> {
    unique_id: &'a UniqueId,
    fqn: &'a [String],
    event_time: Option<&'a Json>,
}

impl<'a> SeenSource<'a> {
    pub(super) fn of(source: &'a Source) -> Self {
        Self {
            unique_id: &source.unique_id,
            fqn: &source.fqn,
            event_time: source.config.get("event_time"),
        }
    }
}
