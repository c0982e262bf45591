//! An empty database in memory, in which queries are bound, and what DuckDB refuses there.

use super::DuckDb;
use super::credentials::Credentials;
use crate::adapters::{Adapter, AdapterError, Connection, Refused};

/// Words of SQL whose columns depend on rows, or on what the session holds.
const UNSETTLED: [&str; 4] = ["pivot", "getvariable", "query_table", "query("];

/// Opens an empty database for each that is named, with schemas, and shuts files and networks out.
pub(super) fn empty(
    credentials: &Credentials,
    schemas: &[(&str, &str)],
) -> Result<DuckDb, AdapterError> {
    let options = credentials.config_options.iter();
    let options = options.filter(|(name, _)| name != "access_mode");
    let adapter = DuckDb::new(Credentials {
        path: ":memory:".to_owned(),
        config_options: options.cloned().collect(),
        secrets: Vec::new(),
        attach: Vec::new(),
        ducklakes: Vec::new(),
        ..credentials.clone()
    });
    let quote = |name: &str| adapter.quote(&name.replace('"', "\"\""));
    let mut connection = adapter.connect("check")?;
    let mut attached = vec!["memory"];
    for (database, schema) in schemas {
        if !attached.contains(database) {
            attached.push(database);
            let sql = format!("attach ':memory:' as {}", quote(database));
            connection.execute(&sql, false, None)?;
        }
        let name = format!("{}.{}", quote(database), quote(schema));
        let sql = format!("create schema if not exists {name}");
        connection.execute(&sql, false, None)?;
    }
    connection.execute("set enable_external_access = false", false, None)?;
    drop(connection);
    Ok(adapter)
}

/// Tells whether the columns of a query are the same whatever the rows.
pub(super) fn is_settled(sql: &str) -> bool {
    let sql = sql.to_lowercase();
    !UNSETTLED.iter().any(|it| sql.contains(it))
}

/// Says what is refused whatever the rows, and whatever files and networks hold.
pub(super) fn refused(error: &AdapterError) -> Option<Refused> {
    let AdapterError::Statement {
        message, offset, ..
    } = error
    else {
        return None;
    };
    let is_refused = match message.split(": ").next()? {
        "Parser Error" => return Some(Refused::Text),
        "Binder Error" if message.contains("No function matches the given name") => {
            return Some(Refused::Arguments);
        }
        "Binder Error" => {
            let elsewhere = ["Catalog \"", "xtension", "ecret", "external access"];
            !elsewhere.iter().any(|it| message.contains(it))
        }
        // What is cast while binding has a place.
        "Conversion Error" => offset.is_some(),
        "Catalog Error" => return missing(message),
        _ => false,
    };
    is_refused.then_some(Refused::Query)
}

/// Reads which thing is missing.
fn missing(message: &str) -> Option<Refused> {
    let (kind, rest) = message.split_once(" with name ")?;
    let (name, _) = rest.split_once(" does not exist!")?;
    match kind.trim_start_matches("Catalog Error: ") {
        "Table" => Some(Refused::Relation),
        "Scalar Function" | "Aggregate Function" => Some(Refused::Function(name.to_owned())),
        _ => None,
    }
}

/// Tells whether the database has a function.
pub(super) fn has_function(
    connection: &mut dyn Connection,
    name: &str,
) -> Result<bool, AdapterError> {
    let name = super::escape(&name.to_lowercase());
    let sql =
        format!("select 1 from duckdb_functions() where lower(function_name) = '{name}' limit 1");
    let (_, table) = connection.execute(&sql, true, None)?;
    Ok(!table.rows.is_empty())
}
