//! An earlier state of the project: its SQL, and which nodes have other SQL today.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use serde_json::Value as Json;

use crate::artifacts::previous::PreviousManifest;
use crate::graph::Graph;
use crate::nodes::{Compiled, InjectedCte, Node, ResourceType, Resources, UniqueId};

/// What an earlier state had of the nodes that are there today.
#[derive(Debug, Default)]
pub struct Earlier {
    /// Nodes whose SQL as compiled is another one, with that of before; relations have the names of today.
    pub changed: BTreeMap<UniqueId, Arc<Compiled>>,
    /// Nodes of which the earlier manifest has no compiled SQL.
    pub uncompiled: BTreeSet<UniqueId>,
    /// Relations under the names of before.
    pub elsewhere: Vec<(Vec<String>, UniqueId)>,
}

/// Finds the SQL that has changed. `is_same` tells whether nothing that makes the SQL of a node has.
pub fn earlier(
    resources: &Resources,
    previous: &PreviousManifest,
    compiled: &HashMap<UniqueId, Arc<Node>>,
    is_same: impl Fn(&Node) -> bool,
) -> Earlier {
    let mut found = Earlier::default();
    let names = names(resources);
    for (id, relation) in previous.relations() {
        let parts = [
            relation.database,
            Some(relation.schema),
            Some(relation.alias),
        ];
        let parts = parts.into_iter().flatten().collect();
        found.elsewhere.push((parts, UniqueId::from(id)));
    }
    for (id, source) in &previous.sources {
        let text = |key: &str| source[key].as_str().map(str::to_owned);
        let parts = [text("database"), text("schema"), text("identifier")];
        let parts = parts.into_iter().flatten().collect();
        found.elsewhere.push((parts, UniqueId::from(id.as_str())));
    }
    for (id, node) in compiled {
        let Some(old) = previous.nodes.get(&**id) else {
            continue;
        };
        let Some(code) = old["compiled_code"].as_str() else {
            found.uncompiled.insert(id.clone());
            continue;
        };
        let code = renamed(code, old, node, previous, &names);
        let Some(now) = &node.compiled else { continue };
        if code.trim() == now.code.trim() {
            continue;
        }
        // Models that grow are compiled in one of two ways, as their table is there or not.
        if node.config.materialized() == "incremental" && is_same(node) {
            continue;
        }
        let ctes = old["extra_ctes"].as_array().into_iter().flatten();
        let ctes = ctes.filter_map(|cte| {
            Some(InjectedCte {
                id: UniqueId::from(cte["id"].as_str()?),
                sql: cte["sql"].as_str().unwrap_or_default().to_owned(),
            })
        });
        let before = Compiled {
            code,
            extra_ctes: ctes.collect(),
            ..(**now).clone()
        };
        found.changed.insert(id.clone(), Arc::new(before));
    }
    found
}

impl Earlier {
    /// Lists the nodes of which it is to be asked what they mean: those with other SQL, and all that comes of what
    /// has changed.
    pub fn compared(&self, graph: &Graph, also: &BTreeSet<UniqueId>) -> HashSet<UniqueId> {
        let starts = self.changed.keys().chain(also);
        let starts: BTreeSet<_> = starts.filter_map(|it| graph.index(it)).collect();
        let below = graph.downstream_of(&starts);
        let all = starts.into_iter().chain(below);
        all.map(|it| graph.id(it).clone()).collect()
    }

    /// Returns the nodes with the SQL of before.
    pub fn nodes(&self, compiled: &HashMap<UniqueId, Arc<Node>>) -> HashMap<UniqueId, Arc<Node>> {
        let mut before = compiled.clone();
        for (id, code) in &self.changed {
            if let Some(node) = before.get_mut(id) {
                let mut old = (**node).clone();
                old.compiled = Some(code.clone());
                *node = Arc::new(old);
            }
        }
        before
    }
}

/// Names relations as they stand in SQL.
fn names(resources: &Resources) -> HashMap<&str, &str> {
    let nodes = resources.nodes.values();
    let nodes = nodes.filter(|it| it.resource_type != ResourceType::Test);
    let nodes = nodes.filter_map(|it| Some((&*it.unique_id, it.relation_name.as_deref()?)));
    let sources = resources.sources.values();
    let sources = sources.map(|it| (&*it.unique_id, it.relation_name.as_str()));
    nodes.chain(sources).collect()
}

/// Gives the relations in SQL of before the names of today, where the state was built elsewhere.
fn renamed(
    code: &str,
    old: &Json,
    node: &Node,
    previous: &PreviousManifest,
    names: &HashMap<&str, &str>,
) -> String {
    let needs = old["depends_on"]["nodes"].as_array().into_iter().flatten();
    let needs = needs.filter_map(Json::as_str);
    let mut code = code.to_owned();
    for id in needs.chain([&*node.unique_id]) {
        let was = previous.get(id).and_then(|it| it["relation_name"].as_str());
        if let (Some(was), Some(is)) = (was, names.get(id))
            && was != *is
            && !was.is_empty()
        {
            code = code.replace(was, is);
        }
    }
    code
}
