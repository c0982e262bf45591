//! What is in the database, asked by the project's macros: once for each database, not once for
//! each relation.

use std::collections::HashSet;
use std::sync::Arc;

use indexmap::{IndexMap, IndexSet};
use serde_json::Value as Json;

use super::prepare::call;
use super::{Execution, Failure};
use crate::adapters::{Cell, Relation, RelationCache, Table};
use crate::artifacts::{CatalogColumn, CatalogKey, CatalogMetadata, CatalogTable, Statistic};
use crate::jinja::context::Session;
use crate::jinja::python::{List, Set};
use crate::jinja::{Value, library};

/// Above this number dbt asks for whole schemas.
const MAX_RELATIONS: usize = 100;

/// What is asked for.
#[derive(Debug, Default)]
pub struct CatalogRequest {
    /// These relations, none for all of `schemas`.
    pub relations: Option<Vec<Relation>>,
    /// Schemas of all relations that could be asked for; their identifiers say nothing.
    pub schemas: Vec<Relation>,
    /// Databases and schemas that nodes and sources are in, in lower case: nothing else counts.
    pub used: HashSet<(String, String)>,
}

/// What was found, and what failed.
#[derive(Debug, Default)]
pub struct Found {
    /// Relations in the order of the database.
    pub tables: IndexMap<CatalogKey, CatalogTable>,
    /// Failures, one a database.
    pub failures: Vec<Failure>,
}

/// Asks for the relations of a project. `Err` is an answer in which nobody finds the relations.
pub fn catalog(execution: &Execution, request: &CatalogRequest) -> Result<Found, Failure> {
    let by_relation = request
        .relations
        .as_ref()
        .filter(|it| it.len() <= MAX_RELATIONS);
    let asked = by_relation.unwrap_or(&request.schemas);
    let mut groups: IndexMap<Option<&str>, Vec<&Relation>> = IndexMap::new();
    for relation in asked {
        let group = groups.entry(relation.database.as_deref()).or_default();
        group.push(relation);
    }
    let wanted: Option<HashSet<CatalogKey>> = request
        .relations
        .as_ref()
        .filter(|relations| !relations.is_empty())
        .map(|relations| relations.iter().map(key).collect());
    let mut found = Found::default();
    for (database, relations) in groups {
        let table = match ask(execution, database, &relations, by_relation.is_some()) {
            Ok(table) => table,
            Err(failure) => {
                found.failures.push(failure);
                continue;
            }
        };
        let columns = Columns::of(&table)?;
        for row in &table.rows {
            let Some((key, schema)) = columns.key(row) else {
                continue;
            };
            let used = request.used.contains(&schema);
            if used && wanted.as_ref().is_none_or(|it| it.contains(&key)) {
                columns.take_up(row, found.tables.entry(key).or_default());
            }
        }
    }
    Ok(found)
}

fn key(relation: &Relation) -> CatalogKey {
    let part = |part: &Option<String>| part.as_deref().unwrap_or_default().to_lowercase();
    (
        relation.database.as_deref().map(str::to_lowercase),
        part(&relation.schema),
        part(&relation.identifier),
    )
}

/// Asks one database.
fn ask(
    execution: &Execution,
    database: Option<&str>,
    relations: &[&Relation],
    by_relation: bool,
) -> Result<Arc<Table>, Failure> {
    let name = format!("{}.information_schema", database.unwrap_or_default());
    let session = execution.session(&Arc::new(RelationCache::default()), &name)?;
    let found = ask_in(&session, relations, by_relation);
    // It has been read; what the database says to the end of it changes nothing.
    let _ = session.connection().rollback();
    let table = library::table_of(&found?);
    table.ok_or_else(|| broken("the macro for the catalog returns no table".to_owned()))
}

fn ask_in(
    session: &Arc<Session>,
    relations: &[&Relation],
    by_relation: bool,
) -> Result<Value, Failure> {
    let first = relations.first().copied().cloned();
    let of = first.unwrap_or_else(|| Relation::new(None, None, None));
    let information_schema = (
        "information_schema".to_owned(),
        library::information_schema(of),
    );
    if by_relation {
        let relations = relations.iter().map(|it| library::relation((*it).clone()));
        let relations = ("relations".to_owned(), List::value(relations));
        return call(
            session,
            "get_catalog_relations",
            vec![information_schema, relations],
        );
    }
    let schemas: IndexSet<String> = relations
        .iter()
        .filter_map(|it| Some(it.schema.as_ref()?.to_lowercase()))
        .collect();
    let schemas = Set::value(schemas.into_iter().map(Value::from));
    let schemas = ("schemas".to_owned(), schemas);
    call(session, "get_catalog", vec![information_schema, schemas])
}

fn broken(message: String) -> Failure {
    Failure::Broken {
        message,
        help:
            "return the columns of the built-in macro: table_database, table_schema, table_name, \
               table_type, table_comment, table_owner, column_name, column_index, column_type, \
               column_comment"
                .to_owned(),
    }
}

/// Where in a row what stands.
struct Columns {
    database: usize,
    schema: usize,
    name: usize,
    column: usize,
    index: usize,
    others: [Option<usize>; 5],
    /// Key of a statistic, with the places of label, value, include and description.
    statistics: Vec<(String, [Option<usize>; 4])>,
}

impl Columns {
    fn of(table: &Table) -> Result<Self, Failure> {
        let place = |name: &str| table.columns.iter().position(|it| it.name == name);
        let needed = |name: &str| {
            let missing = || format!("Catalog information missing required key '{name}'");
            place(name).ok_or_else(|| broken(missing()))
        };
        let others = [
            "table_type",
            "table_comment",
            "table_owner",
            "column_type",
            "column_comment",
        ];
        let parts = ["label", "value", "include", "description"];
        let names = table.columns.iter().filter_map(|it| {
            let (id, _) = it.name.strip_prefix("stats:")?.split_once(':')?;
            Some(id.to_owned())
        });
        let names: IndexSet<String> = names.collect();
        let statistic = |id: String| {
            let parts = parts.map(|part| place(&format!("stats:{id}:{part}")));
            (id, parts)
        };
        Ok(Self {
            database: needed("table_database")?,
            schema: needed("table_schema")?,
            name: needed("table_name")?,
            column: needed("column_name")?,
            index: needed("column_index")?,
            others: others.map(place),
            statistics: names.into_iter().map(statistic).collect(),
        })
    }

    /// Finds the relation of a row, and its schema; none where a part is missing, as in dbt.
    fn key(&self, row: &[Cell]) -> Option<(CatalogKey, (String, String))> {
        let part = |at: usize| Some(text(row.get(at)?)?.to_lowercase());
        let (database, schema) = (part(self.database)?, part(self.schema)?);
        let key = (Some(database.clone()), schema.clone(), part(self.name)?);
        Some((key, (database, schema)))
    }

    /// Adds the column of a row to its relation. A name that comes again counts instead of the
    /// earlier one, as in dbt.
    fn take_up(&self, row: &[Cell], table: &mut CatalogTable) {
        let at = |at: usize| row.get(at).and_then(text);
        let other = |place: usize| self.others[place].and_then(at);
        if table.stats.is_empty() {
            table.metadata = CatalogMetadata {
                r#type: other(0),
                schema: at(self.schema).unwrap_or_default(),
                name: at(self.name).unwrap_or_default(),
                database: at(self.database),
                comment: other(1),
                owner: other(2),
            };
            table.stats = self.statistics(row);
        }
        let column = CatalogColumn {
            r#type: other(3),
            index: at(self.index)
                .and_then(|it| it.parse().ok())
                .unwrap_or_default(),
            name: at(self.column).unwrap_or_default(),
            comment: other(4),
        };
        table.columns.insert(column.name.clone(), column);
    }

    fn statistics(&self, row: &[Cell]) -> IndexMap<String, Statistic> {
        let mut found = IndexMap::new();
        for (id, parts) in &self.statistics {
            let [label, value, include, description] =
                parts.map(|at| at.and_then(|at| row.get(at)).map_or(Json::Null, json));
            if include != Json::Bool(true) {
                continue;
            }
            let statistic = Statistic {
                id: id.clone(),
                label,
                value,
                include: true,
                description,
            };
            found.insert(id.clone(), statistic);
        }
        let all = Statistic::has_stats(!found.is_empty());
        found.insert(all.id.clone(), all);
        found
    }
}

fn text(cell: &Cell) -> Option<String> {
    match cell {
        Cell::Null => None,
        cell => Some(cell.to_string()),
    }
}

fn json(cell: &Cell) -> Json {
    match cell {
        Cell::Null => Json::Null,
        Cell::Boolean(it) => (*it).into(),
        Cell::Integer(_) | Cell::Decimal(_) => {
            let text = cell.to_string();
            serde_json::from_str(&text).unwrap_or(Json::String(text))
        }
        cell => cell.to_string().into(),
    }
}
