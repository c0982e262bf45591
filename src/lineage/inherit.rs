//! Descriptions and tags go along to columns that are those of others, under whatever name.

use std::collections::{BTreeMap, HashMap};

use super::Place;
use crate::artifacts::{ColumnOrigin, NodeColumns};
use crate::graph::Graph;
use crate::nodes::{Column, Resources, UniqueId};
use crate::sql::Made;

/// What a column without description or tags has of those that it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inherited {
    /// The column.
    pub place: Place,
    /// Its description, and the column that has it.
    pub description: Option<(Described, Place)>,
    /// Its tags, and the columns that have them.
    pub tags: Option<(Vec<String>, Vec<Place>)>,
}

/// A description.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Described {
    /// As it is read.
    pub text: String,
    /// The name of the text that it is, where it is one: `{{ doc('name') }}`.
    pub doc: Option<String>,
}

/// What a column has, by itself or of others.
#[derive(Debug, Clone, Default)]
struct Has {
    description: Option<(Described, Place)>,
    tags: Vec<String>,
    tagged: Vec<Place>,
}

/// Lists what columns of models and snapshots inherit.
pub fn inherit(
    resources: &Resources,
    graph: &Graph,
    columns: &BTreeMap<UniqueId, NodeColumns>,
) -> Vec<Inherited> {
    let mut known: HashMap<(UniqueId, String), Has> = HashMap::new();
    let mut all = Vec::new();
    for index in graph.topological() {
        let id = graph.id(index);
        let (Some(resource), Some(own)) = (resources.get(id), columns.get(id)) else {
            continue;
        };
        let Some(declared) = resource.columns() else {
            continue;
        };
        for (name, origin) in &own.columns {
            let place = Place {
                node: Some(id.clone()),
                relation: None,
                column: name.clone(),
            };
            let mut declared = declared
                .values()
                .filter(|it| it.name.eq_ignore_ascii_case(name));
            let declared = declared.next();
            let mut has = declared
                .map(|it| has(it, resources, &place))
                .unwrap_or_default();
            let of = the_same(origin, &known);
            let (needs_text, needs_tags) = (has.description.is_none(), has.tags.is_empty());
            if needs_text {
                has.description = same_text(&of);
            }
            if needs_tags {
                for it in &of {
                    for tag in &it.tags {
                        if !has.tags.contains(tag) {
                            has.tags.push(tag.clone());
                        }
                    }
                    for place in it.tagged.iter().filter(|_| !it.tags.is_empty()) {
                        if !has.tagged.contains(place) {
                            has.tagged.push(place.clone());
                        }
                    }
                }
            }
            let description = has.description.clone().filter(|_| needs_text);
            let tags = (needs_tags && !has.tags.is_empty())
                .then(|| (has.tags.clone(), has.tagged.clone()));
            known.insert((id.clone(), name.to_lowercase()), has);
            if description.is_some() || tags.is_some() {
                all.push(Inherited {
                    place,
                    description,
                    tags,
                });
            }
        }
    }
    all
}

/// What a column has by its properties.
fn has(column: &Column, resources: &Resources, place: &Place) -> Has {
    let text = column.description.trim();
    let description = (!text.is_empty()).then_some(());
    let description = description.and_then(|()| {
        let mut docs = column
            .doc_blocks
            .iter()
            .filter_map(|it| resources.docs.get(it.as_str()));
        let doc = docs.find(|it| it.block_contents.trim() == text);
        let doc = doc.map(|it| it.name.clone());
        // What looks like a template would be one where it is written down.
        let is_plain = !["{{", "{%", "{#"].iter().any(|it| text.contains(it));
        let described = Described {
            text: text.to_owned(),
            doc,
        };
        (is_plain || described.doc.is_some()).then(|| (described, place.clone()))
    });
    Has {
        description,
        tags: column.tags.clone(),
        tagged: if column.tags.is_empty() {
            Vec::new()
        } else {
            vec![place.clone()]
        },
    }
}

/// Lists the columns that a column is; none if it is anything else besides.
fn the_same<'k>(
    origin: &ColumnOrigin,
    known: &'k HashMap<(UniqueId, String), Has>,
) -> Vec<&'k Has> {
    let is_same = |it: Made| matches!(it, Made::Identity | Made::Rename);
    if !origin.is_known || !origin.sources.iter().all(|it| is_same(it.made)) {
        return Vec::new();
    }
    let found = origin.sources.iter().map(|it| {
        let id = it.node.clone()?;
        known.get(&(id, it.column.to_lowercase()))
    });
    found.collect::<Option<Vec<_>>>().unwrap_or_default()
}

/// Returns the description that all of them have.
fn same_text(of: &[&Has]) -> Option<(Described, Place)> {
    let (first, others) = of.split_first()?;
    let (text, place) = first.description.as_ref()?;
    let same = |it: &&Has| {
        it.description
            .as_ref()
            .is_some_and(|it| it.0.text == text.text)
    };
    others
        .iter()
        .all(same)
        .then(|| (text.clone(), place.clone()))
}
