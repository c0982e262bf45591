//! Relations through `adapter`: the cache, and the macros that list, create, rename and drop.

use super::run::RunAdapter;
use crate::adapters::{Cell, Column, Relation, RelationCache, RelationKind, Table};
use crate::jinja::library;
use crate::jinja::library::arguments::bind;
use crate::jinja::library::errors::raise;
use crate::jinja::library::number::type_name;
use crate::jinja::python::List;
use crate::jinja::python::text;
use crate::jinja::{Error, Value};

impl RunAdapter {
    /// `get_relation`: looks in the cache, which lists a schema when it is first asked for.
    pub(super) fn get_relation(&self, args: &[Value]) -> Result<Value, Error> {
        let names = ["database", "schema", "identifier"];
        let [database, schema, identifier] = bind("get_relation", names, 3, args)?;
        let text = |value: Option<Value>| value.filter(|it| !it.is_none()).map(|it| text(&it));
        let (database, schema) = (text(database), text(schema).unwrap_or_default());
        let identifier = text(identifier).unwrap_or_default();
        let session = self.context().session();
        session.ask(Some(&identifier));
        // Listing a schema is no question of the template.
        let found = session.unasked(|| self.find(database.as_deref(), &schema, &identifier))?;
        if let Some(found) = &found {
            // As in dbt, a name that differs in case is not guessed about.
            let same = found.matches([None, None, Some(&identifier)]);
            same.map_err(|mut error| {
                let searched = Relation::new(database.as_deref(), Some(&schema), Some(&identifier));
                error.searched = searched.to_string();
                raise("CompilationError", error.to_string())
            })?;
        }
        Ok(found.map_or(Value::from(()), library::relation))
    }

    /// Finds a relation by name, in any case.
    pub(super) fn find(
        &self,
        database: Option<&str>,
        schema: &str,
        identifier: &str,
    ) -> Result<Option<Relation>, Error> {
        let relations = self.list(database, schema)?;
        Ok(relations.into_iter().find(|it| {
            it.identifier
                .as_deref()
                .is_some_and(|name| name.eq_ignore_ascii_case(identifier))
        }))
    }

    /// Lists the relations of a schema, from the cache or the database.
    pub(super) fn list(
        &self,
        database: Option<&str>,
        schema: &str,
    ) -> Result<Vec<Relation>, Error> {
        let cache = &self.context().session().cache;
        cache.relations(database, Some(schema), || {
            self.list_without_caching(database, schema)
        })
    }

    /// Lists the relations of a schema by the macro that a project can override.
    pub(super) fn list_without_caching(
        &self,
        database: Option<&str>,
        schema: &str,
    ) -> Result<Vec<Relation>, Error> {
        if !self.context().session().adapter.capabilities().connects {
            return Ok(Vec::new());
        }
        let relation = Relation::new(database, Some(schema), None);
        let keywords = vec![("schema_relation".to_owned(), library::relation(relation))];
        let found = self.call_macro("list_relations_without_caching", keywords)?;
        let table = library::table_of(&found).unwrap_or_default();
        Ok(relations_from_rows(&table))
    }

    /// `create_schema`, `drop_schema`, `drop_relation`, `truncate_relation` and `rename_relation`:
    /// the macro does it, the cache follows.
    pub(super) fn change(&self, name: &str, args: &[Value]) -> Result<Value, Error> {
        let cache = self.context().session().cache.clone();
        let relation = |value: &Option<Value>| -> Result<Relation, Error> {
            let value = value.as_ref();
            value.and_then(library::relation_of).ok_or_else(|| {
                let got = value.map_or("None".to_owned(), type_name);
                raise(
                    "CompilationError",
                    format!(
                        "Attempted to {} a null relation (got {got})",
                        name.replace('_', " ")
                    ),
                )
            })
        };
        match name {
            "rename_relation" => {
                let names = ["from_relation", "to_relation"];
                let [from, to] = bind(name, names, 2, args)?;
                let (old, new) = (relation(&from)?, relation(&to)?);
                let keywords = names.map(str::to_owned).into_iter();
                let values = [
                    library::relation(old.clone()),
                    library::relation(new.clone()),
                ];
                self.call_macro(name, keywords.zip(values).collect())?;
                rename(&cache, &old, &new)?;
            }
            _ => {
                let [value] = bind(name, ["relation"], 1, args)?;
                let given = relation(&value)?;
                let keywords = vec![("relation".to_owned(), library::relation(given.clone()))];
                if name == "drop_relation" {
                    cache.drop_relation(&given);
                    if given.kind.is_none() {
                        return Err(raise(
                            "CompilationError",
                            format!("Tried to drop relation {given}, but its type is null."),
                        ));
                    }
                }
                self.call_macro(name, keywords)?;
                if name == "drop_schema" {
                    let schema = given.schema.as_deref().unwrap_or_default();
                    cache.drop_schema(given.database.as_deref(), Some(schema));
                }
            }
        }
        Ok(Value::from(()))
    }

    /// `cache_added`, `cache_dropped` and `cache_renamed`.
    pub(super) fn note(&self, name: &str, args: &[Value]) -> Result<Value, Error> {
        let cache = self.context().session().cache.clone();
        let relations: Vec<Relation> = args.iter().filter_map(library::relation_of).collect();
        match (name, relations.as_slice()) {
            ("cache_added", [relation]) => cache.add(relation),
            ("cache_dropped", [relation]) => cache.drop_relation(relation),
            ("cache_renamed", [from, to]) => rename(&cache, from, to)?,
            _ => {
                let message =
                    format!("Attempted to change the cache with a null relation ({name})");
                return Err(raise("CompilationError", message));
            }
        }
        Ok(Value::from(""))
    }

    /// Lists the columns of a relation by the macro; a relation that is not there has none.
    pub(super) fn columns(&self, relation: Relation) -> Result<Vec<Column>, Error> {
        if let Some(known) = self.context().session().adapter.known_columns(&relation) {
            return Ok(known);
        }
        let keywords = vec![("relation".to_owned(), library::relation(relation))];
        match self.call_macro("get_columns_in_relation", keywords) {
            Ok(columns) => Ok(columns
                .try_iter()?
                .filter_map(|it| library::column_of(&it))
                .collect()),
            Err(error) if error.to_string().to_lowercase().contains("does not exist") => {
                Ok(Vec::new())
            }
            Err(error) => Err(error),
        }
    }

    /// `get_missing_columns`: columns of the first relation that the second has not.
    pub(super) fn missing_columns(&self, args: &[Value]) -> Result<Value, Error> {
        let [from, to] = bind(
            "get_missing_columns",
            ["from_relation", "to_relation"],
            2,
            args,
        )?;
        let columns = |value: Option<Value>| -> Result<Vec<Column>, Error> {
            let relation = value.as_ref().and_then(library::relation_of);
            self.columns(relation.ok_or_else(|| {
                raise(
                    "CompilationError",
                    "get_missing_columns needs two relations",
                )
            })?)
        };
        let (from, to) = (columns(from)?, columns(to)?);
        let missing = from
            .into_iter()
            .filter(|column| !to.iter().any(|it| it.name == column.name));
        Ok(List::value(
            missing.map(library::column).collect::<Vec<_>>(),
        ))
    }

    /// Fails unless a relation has the columns of a snapshot.
    pub(super) fn check_snapshot(&self, args: &[Value]) -> Result<Value, Error> {
        let names = ["relation", "column_names", "strategy"];
        let [relation, column_names, strategy] = bind(
            "assert_valid_snapshot_target_given_strategy",
            names,
            1,
            args,
        )?;
        let relation = relation.as_ref().and_then(library::relation_of);
        let Some(relation) = relation else {
            return Ok(Value::from(()));
        };
        let found: Vec<String> = self
            .columns(relation)?
            .iter()
            .map(|column| column.name.to_lowercase())
            .collect();
        let deletes = strategy.and_then(|it| it.get_item(&Value::from("hard_deletes")).ok());
        let mut wanted = vec!["dbt_scd_id", "dbt_valid_from", "dbt_valid_to"];
        if deletes.is_some_and(|it| it.as_str() == Some("new_record")) {
            wanted.push("dbt_is_deleted");
        }
        let named = |name: &str| {
            let names = column_names.as_ref().filter(|names| !names.is_none());
            let own = names.and_then(|names| names.get_item(&Value::from(name)).ok());
            own.map_or_else(|| name.to_owned(), |own| text(&own))
        };
        let wanted = wanted.into_iter().map(named);
        let missing: Vec<String> = wanted
            .filter(|name| !found.contains(&name.to_lowercase()))
            .collect();
        if missing.is_empty() {
            return Ok(Value::from(()));
        }
        let message = format!(
            "Snapshot target is missing configured columns (missing \"{}\"). See \
             https://docs.getdbt.com/docs/build/snapshots#snapshot-meta-fields for more \
             information.",
            missing.join("\", \"")
        );
        Err(raise("SnapshotTargetNotSnapshotTableError", message))
    }
}

fn rename(cache: &RelationCache, from: &Relation, to: &Relation) -> Result<(), Error> {
    cache
        .rename(from, to)
        .map_err(|error| raise("CompilationError", error.to_string()))
}

/// Reads the rows of `list_relations_without_caching`: database, name, schema, type.
pub fn relations_from_rows(table: &Table) -> Vec<Relation> {
    let relation = |row: &Vec<Cell>| {
        let word = |at: usize| match row.get(at) {
            Some(Cell::Text(word)) => Some(word.as_str()),
            _ => None,
        };
        let mut relation = Relation::new(word(0), word(2), word(1));
        relation.kind = word(3).and_then(RelationKind::parse);
        relation
    };
    table.rows.iter().map(relation).collect()
}
