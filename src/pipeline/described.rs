//! What a manifest says of columns beyond what properties do, if it is asked to.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::json;

use super::Ready;
use crate::artifacts::{ColumnOrigin, NodeColumns};
use crate::invocation::Invocation;
use crate::lineage::{Inherited, inherit};
use crate::nodes::{Column, Dict, Node, Resources, UniqueId};

/// The key of `meta` under which it is said of which columns a column comes.
const LINEAGE: &str = "dsql_lineage";

/// Tells whether the manifest is to say more: what columns inherit, of which columns they come.
pub(super) fn asked(invocation: &Invocation, ready: &Ready) -> (bool, bool) {
    let choose = |flag: &str, set: bool| match invocation.is_given(flag) {
        true => invocation.on(flag),
        false => set,
    };
    let settings = &ready.check_settings;
    (
        choose("inherit", settings.inherits),
        choose("lineage_in_meta", settings.lineage_in_meta),
    )
}

/// Says more of the columns of nodes.
pub(super) fn describe(
    resources: &mut Resources,
    ready: &Ready,
    columns: &BTreeMap<UniqueId, NodeColumns>,
    (inherits, lineage): (bool, bool),
) {
    if inherits {
        for it in inherit(resources, &ready.graph, columns) {
            let node = it.place.node.as_ref();
            let node = node.and_then(|id| resources.nodes.get_mut(id));
            if let Some(node) = node {
                take_on(column(Arc::make_mut(node), &it.place.column), it);
            }
        }
    }
    if lineage {
        for (id, own) in columns {
            let Some(node) = resources.nodes.get_mut(id) else {
                continue;
            };
            let node = Arc::make_mut(node);
            for (name, origin) in own.columns.iter().filter(|(_, it)| it.made.is_some()) {
                let column = column(node, name);
                let value = lineage_of(origin);
                column.meta.insert(LINEAGE.to_owned(), value.clone());
                // dbt has `meta` in both places.
                let meta = column.config.entry("meta").or_insert_with(|| json!({}));
                if let Some(meta) = meta.as_object_mut() {
                    meta.insert(LINEAGE.to_owned(), value);
                }
            }
        }
    }
}

/// Finds a column among those that properties describe, or puts it there.
fn column<'n>(node: &'n mut Node, name: &str) -> &'n mut Column {
    let mut keys = node.columns.keys();
    let known = keys.position(|it| it.eq_ignore_ascii_case(name));
    let at = known.unwrap_or_else(|| {
        let column = Column {
            name: name.to_owned(),
            config: Dict::from_iter([
                ("meta".to_owned(), json!({})),
                ("tags".to_owned(), json!([])),
            ]),
            ..Column::default()
        };
        node.columns.insert_full(name.to_owned(), column).0
    });
    &mut node.columns[at]
}

fn take_on(column: &mut Column, inherited: Inherited) {
    if let Some((described, _)) = inherited.description {
        column.description = described.text;
    }
    if let Some((tags, _)) = inherited.tags {
        column.config.insert("tags".to_owned(), json!(tags));
        column.tags = tags;
    }
}

fn lineage_of(origin: &ColumnOrigin) -> serde_json::Value {
    json!({
        "data_type": origin.data_type,
        "made": origin.made,
        "sources": origin.sources,
        "is_known": origin.is_known,
    })
}
