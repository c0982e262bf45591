//! Where columns start from: contracts, properties, the database, files of seeds.

use std::sync::Arc;

use super::Columns;
use crate::nodes::{Column, Node, ResourceType};
use crate::sql::{Known, KnownColumn, SqlType};

/// The columns of a snapshot that dbt adds, in order.
const SNAPSHOT: [&str; 4] = [
    "dbt_scd_id",
    "dbt_updated_at",
    "dbt_valid_from",
    "dbt_valid_to",
];

/// What is known of a relation by what was told of it.
pub(super) fn told(columns: &Columns) -> Known {
    let columns = columns.iter().map(|(name, sql_type)| KnownColumn {
        name: Arc::from(name.as_str()),
        sql_type: sql_type.as_deref().map(SqlType::read).unwrap_or_default(),
    });
    Known {
        columns: columns.collect(),
        is_complete: true,
        ..Known::default()
    }
}

/// What is known of a relation by its properties. They may leave columns out, unless they are a contract.
pub(super) fn declared<'c>(columns: impl Iterator<Item = &'c Column>, is_complete: bool) -> Known {
    let columns = columns.map(|it| KnownColumn {
        name: Arc::from(it.name.as_str()),
        sql_type: it
            .data_type
            .as_deref()
            .map(SqlType::read)
            .unwrap_or_default(),
    });
    Known {
        columns: columns.collect(),
        is_complete,
        ..Known::default()
    }
}

/// Names the columns that a snapshot adds to those of its query, with their types. `updated_at` is the type of
/// the column that says when a row has changed.
pub(super) fn added(node: &Node, updated_at: Option<SqlType>) -> Vec<KnownColumn> {
    if node.resource_type != ResourceType::Snapshot {
        return Vec::new();
    }
    let chosen = node.config.dict("snapshot_meta_column_names");
    let named = |name: &str| {
        let own = chosen.and_then(|it| it.get(name)?.as_str());
        Arc::from(own.unwrap_or(name))
    };
    let time = updated_at.unwrap_or(SqlType::Timestamp);
    let mut columns: Vec<KnownColumn> = SNAPSHOT
        .iter()
        .map(|name| KnownColumn {
            name: named(name),
            sql_type: match *name {
                "dbt_scd_id" => SqlType::Varchar,
                _ => time.clone(),
            },
        })
        .collect();
    if node.config.str("hard_deletes") == Some("new_record") {
        columns.push(KnownColumn {
            name: named("dbt_is_deleted"),
            sql_type: SqlType::Varchar,
        });
    }
    columns
}
