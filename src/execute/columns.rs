//! The columns of a relation, as a query of it has them.

use super::Failure;
use crate::adapters::Relation;
use crate::jinja::context::Session;

/// Lists names and types of a relation's columns.
pub(super) fn columns(
    relation: &str,
    session: &Session,
) -> Result<Vec<(String, Option<String>)>, Failure> {
    let sql = format!("select * from {relation} limit 0");
    let (_, table) = session.connection().execute(&sql, true, None)?;
    let columns = table.columns.into_iter();
    Ok(columns.map(|it| (it.name, it.sql_type)).collect())
}

/// Lists names and types of the columns of what is most likely a table.
pub(super) fn table_columns(
    table: &Relation,
    session: &Session,
) -> Result<Vec<(String, Option<String>)>, Failure> {
    let known = session.connection().table_columns(table);
    known.map_or_else(|| columns(&table.render(), session), Ok)
}
