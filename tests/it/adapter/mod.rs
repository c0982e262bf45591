//! The DuckDB adapter.

mod errors;
mod keys;
mod opening;
mod transactions;
mod values;

use dsql::adapters::duckdb::{Credentials, DuckDb};
use dsql::adapters::{AdapterError, Cell, Connection, Table};

pub fn memory() -> DuckDb {
    DuckDb::new(Credentials::of_path(":memory:"))
}

pub fn query(connection: &mut dyn Connection, sql: &str) -> Table {
    match connection.execute(sql, true, None) {
        Ok((_, table)) => table,
        Err(error) => panic!("{sql}: {error}"),
    }
}

pub fn run(connection: &mut dyn Connection, sql: &str) -> Result<(), AdapterError> {
    connection.execute(sql, false, None).map(|_| ())
}

pub fn number(connection: &mut dyn Connection, sql: &str) -> i128 {
    match query(connection, sql).rows[0][0] {
        Cell::Integer(number) => number,
        ref other => panic!("{other:?}"),
    }
}
