//! What the ledger lists of nodes.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{call_with, create, place, table, tables, text};
use crate::adapters::{Cell, RelationCache};
use crate::execute::{Execution, Failure};
use crate::jinja::Value;
use crate::jinja::context::Session;
use crate::jinja::python::List;
use crate::nodes::{Node, UniqueId};

/// One publish of a node.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Version {
    /// 1, 2 … of each node.
    pub number: i64,
    /// When it was published, UTC.
    pub published_at: String,
    /// The run that published it.
    pub run: String,
    /// Where its batch starts, if it was one.
    pub batch_start: Option<String>,
    /// How many rows there are; none of a view.
    pub rows: Option<i64>,
    /// Equal for equal content; none of a view.
    pub checksum: Option<String>,
    /// Equal for equal SQL as compiled.
    pub code: Option<String>,
    /// The versions of what it read.
    pub inputs: BTreeMap<String, i64>,
    /// The table that keeps it, if one does.
    pub kept_as: Option<String>,
    /// The version that it is again.
    pub restores: Option<i64>,
}

/// The versions of nodes, the first one first; nothing of those that are not listed.
pub type Versions = BTreeMap<UniqueId, Vec<Version>>;

/// Reads what is listed of nodes.
pub fn versions(execution: &Execution, nodes: &[Arc<Node>]) -> Result<Versions, Failure> {
    let session = execution.session(&Arc::new(RelationCache::default()), "ledger")?;
    let found = read(execution, nodes, &session)?;
    session.connection().rollback()?;
    Ok(found)
}

/// The same by a session that there is.
pub(in crate::execute) fn read(
    execution: &Execution,
    nodes: &[Arc<Node>],
    session: &Arc<Session>,
) -> Result<Versions, Failure> {
    let default = execution.adapter.default_database();
    let mut by_database: BTreeMap<&str, Vec<&Arc<Node>>> = BTreeMap::new();
    for node in nodes {
        let database = node.database.as_deref().unwrap_or(default);
        by_database.entry(database).or_default().push(node);
    }
    let mut versions = Versions::new();
    for (database, nodes) in by_database {
        let arguments = vec![("ledger", tables(database))];
        if !call_with(session, "has_ledger", arguments)?.is_true() {
            continue;
        }
        create(database, nodes.first().map(|it| place(it)), session)?;
        let ids = nodes.iter().map(|it| Value::from(&*it.unique_id));
        let arguments = vec![
            ("ledger", tables(database)),
            ("nodes", List::value(ids.collect::<Vec<_>>())),
        ];
        let found = table(&call_with(session, "get_ledger_versions", arguments)?);
        for row in &found.rows {
            if let Some((node, version)) = version(row) {
                versions.entry(node).or_default().push(version);
            }
        }
    }
    Ok(versions)
}

fn version(row: &[Cell]) -> Option<(UniqueId, Version)> {
    let [
        node,
        number,
        published_at,
        run,
        batch_start,
        rows,
        checksum,
        inputs,
        kept_as,
        restores,
        code,
    ] = row
    else {
        return None;
    };
    let whole = |cell: &Cell| match cell {
        Cell::Integer(number) => i64::try_from(*number).ok(),
        _ => None,
    };
    let some = |cell: &Cell| Some(text(cell)).filter(|it| !it.is_empty());
    let version = Version {
        number: whole(number)?,
        published_at: text(published_at),
        run: text(run),
        batch_start: some(batch_start),
        rows: whole(rows),
        checksum: some(checksum),
        code: some(code),
        inputs: serde_json::from_str(&text(inputs)).unwrap_or_default(),
        kept_as: some(kept_as),
        restores: whole(restores),
    };
    Some((UniqueId::from(text(node)), version))
}
