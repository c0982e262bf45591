//! Which node or source a name in SQL means.

use std::collections::HashMap;

use crate::nodes::{Resources, Source, UniqueId};
use crate::sql::{Grammar, relation_name};

/// Nodes and sources by the names of their relations, in lower case.
pub(super) struct Relations {
    /// By database, schema and name.
    full: HashMap<[String; 3], Vec<UniqueId>>,
    /// By schema and name.
    short: HashMap<[String; 2], Vec<UniqueId>>,
    /// By name alone.
    bare: HashMap<String, Vec<UniqueId>>,
    /// Sources that are files or calls, by what stands for them in SQL.
    texts: HashMap<String, Vec<UniqueId>>,
}

impl Relations {
    /// Takes up all that have a relation.
    pub(super) fn of(resources: &Resources, grammar: Grammar) -> Self {
        let mut all = Self {
            full: HashMap::new(),
            short: HashMap::new(),
            bare: HashMap::new(),
            texts: HashMap::new(),
        };
        let nodes = resources.nodes.values();
        for node in nodes.filter(|it| it.resource_type.is_refable()) {
            let database = node.database.as_deref();
            all.add(database, &node.schema, &node.alias, &node.unique_id);
        }
        for it in resources.sources.values() {
            match stands_for(it).and_then(|text| relation_name(grammar, text)) {
                Some(text) => {
                    let found = all.texts.entry(text).or_default();
                    found.push(it.unique_id.clone());
                }
                None => all.add(
                    it.database.as_deref(),
                    &it.schema,
                    &it.identifier,
                    &it.unique_id,
                ),
            }
        }
        all
    }

    /// Takes up another name of a relation, where nothing else has it.
    pub(super) fn also(&mut self, parts: &[String], id: &UniqueId) {
        let parts: Vec<String> = parts.iter().map(|it| it.to_lowercase()).collect();
        let [.., schema, name] = parts.as_slice() else {
            return;
        };
        if let [database, ..] = parts.as_slice()
            && parts.len() > 2
        {
            let key = [database.clone(), schema.clone(), name.clone()];
            self.full.entry(key).or_insert_with(|| vec![id.clone()]);
        }
        let key = [schema.clone(), name.clone()];
        self.short.entry(key).or_insert_with(|| vec![id.clone()]);
    }

    fn add(&mut self, database: Option<&str>, schema: &str, name: &str, id: &UniqueId) {
        let (schema, name) = (schema.to_lowercase(), name.to_lowercase());
        if let Some(database) = database {
            let key = [database.to_lowercase(), schema.clone(), name.clone()];
            self.full.entry(key).or_default().push(id.clone());
        }
        let bare = self.bare.entry(name.clone()).or_default();
        bare.push(id.clone());
        self.short
            .entry([schema, name])
            .or_default()
            .push(id.clone());
    }

    /// Finds what a name means; of several, one that the node needs.
    pub(super) fn find(&self, parts: &[String], needs: &[UniqueId]) -> Option<&UniqueId> {
        let lower: Vec<String> = parts.iter().map(|it| it.to_lowercase()).collect();
        let found = match lower.as_slice() {
            [database, schema, name] => {
                let key = [database.clone(), schema.clone(), name.clone()];
                self.full.get(&key)
            }
            [schema, name] => self.short.get(&[schema.clone(), name.clone()]),
            [name] => match self.texts.get(&parts[0]) {
                Some(found) => Some(found),
                // Which schema it is in only what the node needs can tell.
                None => {
                    let found = self.bare.get(name)?;
                    return found.iter().find(|it| needs.contains(it));
                }
            },
            _ => None,
        }?;
        let needed = found.iter().find(|it| needs.contains(it));
        needed.or(found.first())
    }
}

/// Returns what stands for a source in SQL, where it is a file or a call.
pub fn stands_for(source: &Source) -> Option<&str> {
    let text = source.relation_name.trim();
    (text.starts_with('\'') || text.contains('(')).then_some(text)
}
