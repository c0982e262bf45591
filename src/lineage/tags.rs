//! Tags of columns flow along every edge by value, until something masks them.

use std::collections::{BTreeMap, HashMap};

use super::Place;
use crate::artifacts::NodeColumns;
use crate::graph::Graph;
use crate::nodes::{Resources, UniqueId};
use crate::sql::Made;

/// The tags that columns carry: for each the column that it comes of, itself where the tag is its own.
#[derive(Debug, Default)]
pub struct Carried(HashMap<(UniqueId, String), BTreeMap<String, Place>>);

/// Finds which columns carry which tags.
pub fn carried(
    resources: &Resources,
    graph: &Graph,
    columns: &BTreeMap<UniqueId, NodeColumns>,
) -> Carried {
    let mut all = Carried::default();
    for index in graph.topological() {
        let id = graph.id(index);
        let (Some(resource), Some(own)) = (resources.get(id), columns.get(id)) else {
            continue;
        };
        let Some(declared) = resource.columns() else {
            continue;
        };
        for (name, origin) in &own.columns {
            let mut tags = BTreeMap::new();
            let own_tags = declared
                .values()
                .filter(|it| it.name.eq_ignore_ascii_case(name));
            for tag in own_tags.flat_map(|it| &it.tags) {
                let place = Place {
                    node: Some(id.clone()),
                    relation: None,
                    column: name.clone(),
                };
                tags.insert(tag.clone(), place);
            }
            // What only says which value it is gives nothing of itself away.
            let sources = origin.sources.iter();
            for source in sources.filter(|it| it.made != Made::Condition && !it.masked) {
                let Some(node) = &source.node else { continue };
                let key = (node.clone(), source.column.to_lowercase());
                for tag in all.0.get(&key).into_iter().flat_map(BTreeMap::keys) {
                    tags.entry(tag.clone()).or_insert_with(|| Place {
                        node: Some(node.clone()),
                        relation: None,
                        column: source.column.clone(),
                    });
                }
            }
            if !tags.is_empty() {
                all.0.insert((id.clone(), name.to_lowercase()), tags);
            }
        }
    }
    all
}

impl Carried {
    /// Lists the tags of a column.
    pub fn tags(&self, place: &Place) -> Vec<&str> {
        let tags = self.of(place).into_iter().flat_map(BTreeMap::keys);
        tags.map(String::as_str).collect()
    }

    /// Lists the columns by which a tag comes, from the one that has it on.
    pub fn path(&self, place: &Place, tag: &str) -> Vec<Place> {
        let mut path = vec![place.clone()];
        while let Some(last) = path.last()
            && let Some(from) = self.of(last).and_then(|it| it.get(tag))
            && !is_same(from, last)
        {
            path.push(from.clone());
        }
        path.reverse();
        path
    }

    fn of(&self, place: &Place) -> Option<&BTreeMap<String, Place>> {
        let key = (place.node.clone()?, place.column.to_lowercase());
        self.0.get(&key)
    }
}

fn is_same(one: &Place, other: &Place) -> bool {
    one.node == other.node && one.column.eq_ignore_ascii_case(&other.column)
}
