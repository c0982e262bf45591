//! Key constraints: which tables have them, and which models must not run side by side.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::escape;
use crate::adapters::{AdapterError, Cell, Connection, Relation};

/// What the database said of keys, asked for once.
#[derive(Debug, Default)]
pub(super) struct Keys {
    catalogs: Mutex<Option<HashMap<String, String>>>,
    /// By database and schema, then by table: as the run found them.
    constraints: Mutex<HashMap<(String, String), Tables>>,
    /// Held while a node with indexes or in a foreign key relationship is built.
    building: Mutex<()>,
}

type Tables = HashMap<String, BTreeSet<&'static str>>;

impl Keys {
    /// Tells whether a database is of a kind that has foreign keys.
    pub(super) fn are_supported(
        &self,
        connection: &mut dyn Connection,
        database: &str,
    ) -> Result<bool, AdapterError> {
        let wanted = database.to_lowercase();
        let kind = |catalogs: &HashMap<String, String>| catalogs.get(&wanted).cloned();
        let known = lock(&self.catalogs).as_ref().map(kind);
        let kind = match known {
            Some(kind) => kind,
            None => {
                let sql = "select database_name, type from duckdb_databases()";
                let rows = texts(connection, sql)?;
                let rows = rows.into_iter().map(|row| row.map(|it| it.to_lowercase()));
                let catalogs = rows.map(|[name, kind]| (name, kind)).collect();
                let kind = kind(&catalogs);
                *lock(&self.catalogs) = Some(catalogs);
                kind
            }
        };
        Ok(matches!(kind.as_deref(), Some("duckdb" | "motherduck")))
    }

    /// Lists the kinds of keys that a table had when the run began, sorted.
    pub(super) fn existing(
        &self,
        connection: &mut dyn Connection,
        relation: &Relation,
    ) -> Result<Vec<&'static str>, AdapterError> {
        let [database, schema, table] = relation.parts().map(Option::unwrap_or_default);
        if !self.are_supported(connection, database)? {
            return Ok(Vec::new());
        }
        let key = (database.to_lowercase(), schema.to_lowercase());
        let table = table.to_lowercase();
        let of_table = |tables: &Tables| tables.get(&table).cloned().unwrap_or_default();
        let known = lock(&self.constraints).get(&key).map(of_table);
        if let Some(kinds) = known {
            return Ok(kinds.into_iter().collect());
        }
        let sql = format!(
            "select table_name, constraint_type from duckdb_constraints()
             where lower(database_name) = lower('{}') and lower(schema_name) = lower('{}')",
            escape(database),
            escape(schema)
        );
        let mut tables = Tables::new();
        for [table, kind] in texts(connection, &sql)? {
            let kind = match kind.as_str() {
                "PRIMARY KEY" => "primary_key",
                "UNIQUE" => "unique",
                "FOREIGN KEY" => "foreign_key",
                _ => continue,
            };
            tables.entry(table.to_lowercase()).or_default().insert(kind);
        }
        let kinds = of_table(&tables);
        // The first listing stays: what models add later is in their configuration.
        lock(&self.constraints).entry(key).or_insert(tables);
        Ok(kinds.into_iter().collect())
    }

    /// Waits for other models in a foreign key relationship, if this one is in one: making or
    /// dropping a table with a foreign key changes the table that it refers to as well, so that
    /// two transactions that do so are in conflict.
    ///
    /// So do nodes with indexes: a list of indexes fails while another transaction renames a table
    /// that has some.
    ///
    /// `declared` are the kinds of keys in the model's contract, and `index` if it has indexes.
    pub(super) fn wait(
        &self,
        connection: &mut dyn Connection,
        relation: &Relation,
        declared: &[&str],
    ) -> Result<Option<MutexGuard<'_, ()>>, AdapterError> {
        let database = relation.database.as_deref().unwrap_or_default();
        if !self.are_supported(connection, database)? {
            return Ok(None);
        }
        if declared.is_empty() && self.existing(connection, relation)?.is_empty() {
            return Ok(None);
        }
        let turn = lock(&self.building);
        if declared.contains(&"index") {
            return Ok(Some(turn));
        }
        let existing = self.existing(connection, relation)?;
        let kinds = declared.iter().copied().chain(existing);
        let is_in_one = kinds.into_iter().any(|kind| kind == "foreign_key");
        Ok((is_in_one || is_target(connection, relation)?).then_some(turn))
    }
}

/// Tells whether a foreign key of another table refers to a table.
fn is_target(connection: &mut dyn Connection, relation: &Relation) -> Result<bool, AdapterError> {
    let [database, schema, table] = relation.parts().map(|it| escape(it.unwrap_or_default()));
    let sql = format!(
        "select table_name, referenced_table from duckdb_constraints()
         where constraint_type = 'FOREIGN KEY' and lower(database_name) = lower('{database}')
           and lower(schema_name) = lower('{schema}') and lower(referenced_table) = lower('{table}')
           and lower(table_name) <> lower(referenced_table)
         limit 1"
    );
    Ok(!texts(connection, &sql)?.is_empty())
}

fn texts(connection: &mut dyn Connection, sql: &str) -> Result<Vec<[String; 2]>, AdapterError> {
    let (_, table) = connection.execute(sql, true, None)?;
    let text = |cell: Option<&Cell>| cell.map(Cell::to_string).unwrap_or_default();
    let rows = table.rows.iter();
    Ok(rows
        .map(|row| [text(row.first()), text(row.get(1))])
        .collect())
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
