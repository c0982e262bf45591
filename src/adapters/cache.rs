//! What is known of the relations in a database (dbt's `RelationsCache`).
//!
//! Each schema is listed once, by a function of the caller; after that the run's own changes keep
//! the list right. Names are compared in lower case. No lock is held while a schema is listed.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{ApproximateMatch, Relation};

/// How often a schema is listed again when it changed meanwhile.
const LISTINGS: usize = 5;

/// The relations of a run.
#[derive(Debug, Default)]
pub struct RelationCache {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    relations: HashMap<Key, Entry>,
    listed: HashSet<SchemaKey>,
    /// Counts the changes of each schema.
    changes: HashMap<SchemaKey, u64>,
    /// Order of entries: dbt lists relations in the order they came.
    next: u64,
}

#[derive(Debug)]
struct Entry {
    order: u64,
    relation: Relation,
}

type SchemaKey = (Option<String>, Option<String>);
type Key = (SchemaKey, Option<String>);

/// A relation was to get a name that another has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("cannot rename {from} to {to}: there is one of that name already")]
pub struct NameTaken {
    /// The relation as it is named.
    pub from: String,
    /// The name that is taken.
    pub to: String,
}

impl RelationCache {
    /// Tells whether a schema was listed.
    pub fn is_listed(&self, database: Option<&str>, schema: Option<&str>) -> bool {
        self.lock().listed.contains(&schema_key(database, schema))
    }

    /// Lists the relations of a schema; `list` asks the database the first time.
    pub fn relations<E>(
        &self,
        database: Option<&str>,
        schema: Option<&str>,
        list: impl FnMut() -> Result<Vec<Relation>, E>,
    ) -> Result<Vec<Relation>, E> {
        let key = schema_key(database, schema);
        self.fill(&key, list)?;
        let state = self.lock();
        let entries = state.relations.iter().filter(|((of, _), _)| *of == key);
        let mut entries: Vec<_> = entries.map(|(_, entry)| entry).collect();
        entries.sort_by_key(|entry| entry.order);
        let relations = entries.into_iter().map(|entry| entry.relation.clone());
        Ok(relations.collect())
    }

    /// Finds a relation by name; `list` asks the database the first time in a schema.
    pub fn find<E: From<ApproximateMatch>>(
        &self,
        search: [Option<&str>; 3],
        list: impl FnMut() -> Result<Vec<Relation>, E>,
    ) -> Result<Option<Relation>, E> {
        let [database, schema, identifier] = search;
        let schema_key = schema_key(database, schema);
        self.fill(&schema_key, list)?;
        let state = self.lock();
        let bare = identifier.map(|it| it.trim_matches('"'));
        for name in [identifier, bare] {
            let key = (schema_key.clone(), lower(name));
            let Some(entry) = state.relations.get(&key) else {
                continue;
            };
            return Ok(entry
                .relation
                .matches(search)?
                .then(|| entry.relation.clone()));
        }
        Ok(None)
    }

    /// Takes in the relations of a schema as the database lists them.
    pub fn set_listed(
        &self,
        database: Option<&str>,
        schema: Option<&str>,
        relations: Vec<Relation>,
    ) {
        let mut state = self.lock();
        state.set_listed(schema_key(database, schema), relations);
    }

    /// Adds a relation that was made; one that is known already stays as it is.
    pub fn add(&self, relation: &Relation) {
        let mut state = self.lock();
        state.changed(&key(relation).0);
        state.insert(relation.clone());
    }

    /// Removes a relation that was dropped.
    pub fn drop_relation(&self, relation: &Relation) {
        let mut state = self.lock();
        let key = key(relation);
        state.changed(&key.0);
        state.relations.remove(&key);
    }

    /// Follows a relation to its new name. One that is not known is made known.
    pub fn rename(&self, from: &Relation, to: &Relation) -> Result<(), NameTaken> {
        let mut state = self.lock();
        let (from_key, to_key) = (key(from), key(to));
        if state.relations.contains_key(&to_key) {
            return Err(NameTaken {
                from: from.render(),
                to: to.render(),
            });
        }
        state.changed(&from_key.0);
        state.changed(&to_key.0);
        let renamed = match state.relations.remove(&from_key) {
            Some(known) => Relation {
                database: to.database.clone(),
                schema: to.schema.clone(),
                identifier: to.identifier.clone(),
                ..known.relation
            },
            None => to.clone(),
        };
        state.insert(renamed);
        Ok(())
    }

    /// Forgets a schema that was dropped, and all in it.
    pub fn drop_schema(&self, database: Option<&str>, schema: Option<&str>) {
        let mut state = self.lock();
        let key = schema_key(database, schema);
        state.changed(&key);
        state.relations.retain(|(of, _), _| *of != key);
        state.listed.remove(&key);
    }

    /// Forgets everything.
    pub fn clear(&self) {
        *self.lock() = State::default();
    }

    /// Lists a schema unless it was listed. If this run changes the schema meanwhile, nobody can
    /// tell whether the list was made before or after: it is made again.
    fn fill<E>(
        &self,
        key: &SchemaKey,
        mut list: impl FnMut() -> Result<Vec<Relation>, E>,
    ) -> Result<(), E> {
        for listing in 1..=LISTINGS {
            let changes = {
                let state = self.lock();
                if state.listed.contains(key) {
                    return Ok(());
                }
                state.changes.get(key).copied()
            };
            let relations = list()?;
            let mut state = self.lock();
            if state.changes.get(key).copied() == changes || listing == LISTINGS {
                state.set_listed(key.clone(), relations);
                return Ok(());
            }
        }
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn set_listed(&mut self, key: SchemaKey, relations: Vec<Relation>) {
        if self.listed.insert(key) {
            for relation in relations {
                self.insert(relation);
            }
        }
    }

    fn insert(&mut self, relation: Relation) {
        let order = self.next;
        self.next += 1;
        let entry = Entry { order, relation };
        self.relations.entry(key(&entry.relation)).or_insert(entry);
    }

    fn changed(&mut self, key: &SchemaKey) {
        *self.changes.entry(key.clone()).or_default() += 1;
    }
}

fn key(relation: &Relation) -> Key {
    let [database, schema, identifier] = relation.parts();
    (schema_key(database, schema), lower(identifier))
}

fn schema_key(database: Option<&str>, schema: Option<&str>) -> SchemaKey {
    (lower(database), lower(schema))
}

fn lower(name: Option<&str>) -> Option<String> {
    name.map(str::to_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn relation(identifier: &str) -> Relation {
        Relation::new(Some("db"), Some("main"), Some(identifier))
    }

    fn names(cache: &RelationCache) -> Vec<String> {
        let relations = cache.relations(Some("DB"), Some("Main"), || Err("listed twice"));
        let relations = relations.expect("listed");
        let names = relations.into_iter().map(|it| it.identifier);
        names.map(Option::unwrap_or_default).collect()
    }

    fn listed(identifiers: &[&str]) -> RelationCache {
        let cache = RelationCache::default();
        let relations = identifiers.iter().map(|it| relation(it)).collect();
        cache.set_listed(Some("db"), Some("main"), relations);
        cache
    }

    #[test]
    fn follows_what_the_run_does() {
        let cache = listed(&["a", "b"]);
        cache.add(&relation("c"));
        cache.drop_relation(&relation("A"));
        cache.rename(&relation("b"), &relation("d")).expect("free");
        assert!(cache.rename(&relation("c"), &relation("D")).is_err());
        cache
            .rename(&relation("nowhere"), &relation("e"))
            .expect("free");
        assert_eq!(names(&cache), ["c", "d", "e"]);
        cache.drop_schema(Some("db"), Some("MAIN"));
        assert!(!cache.is_listed(Some("db"), Some("main")));
    }

    #[test]
    fn does_not_guess() {
        let cache = listed(&["Orders"]);
        let find = |name| cache.find::<ApproximateMatch>(name, || unreachable!("is listed"));
        let name = |it| [Some("db"), Some("main"), Some(it)];
        assert!(find(name("Orders")).expect("exact").is_some());
        assert!(find(name("payments")).expect("none").is_none());
        assert!(find(name("orders")).is_err());
        let made = Relation {
            dbt_created: true,
            quote: [false; 3],
            ..relation("Made")
        };
        cache.add(&made);
        assert!(find(name("made")).expect("case does not count").is_some());
    }

    #[test]
    fn lists_again_what_changed_meanwhile() {
        let cache = RelationCache::default();
        let mut listings = 0;
        let relations = cache.relations(Some("db"), Some("main"), || {
            listings += 1;
            if listings == 1 {
                cache.drop_relation(&relation("a"));
                return Ok::<_, ()>(vec![relation("a"), relation("b")]);
            }
            Ok(vec![relation("b")])
        });
        assert_eq!(relations.expect("listed"), [relation("b")]);
        assert_eq!(listings, 2);
    }
}
