//! What is known of a project's data as rows: sources, objects, their order, columns, edges and owners.
//!
//! In: resources, the DAG, the columns of nodes. Out: [`Rows`] of the [`TABLES`], each with a digest of what it says, by which
//! whoever keeps them tells what is new and what is gone. Touches no files and no database. Read `tables.rs`
//! for the columns, `facts.rs` for where what is said of an object comes from.

mod attributes;
mod facts;
mod objects;
mod tables;

use std::collections::{HashMap, HashSet};

use serde_json::Value as Json;
use serde_json::value::RawValue;
use sha2::{Digest as _, Sha256};

use crate::events::Secrets;
use crate::graph::Graph;
use crate::nodes::{Resources, UniqueId};
pub use attributes::attributes;
pub use facts::{origin, purpose, refresh, said};
pub use objects::{objects, tests_of};
pub use tables::{TABLES, Table};

/// The number of the schema; a later one may have more columns.
pub const SCHEMA_VERSION: u32 = 2;

/// What metadata are made of.
pub struct MetadataInput<'a> {
    /// All resources.
    pub resources: &'a Resources,
    /// The DAG.
    pub graph: &'a Graph,
    /// The layers of models and snapshots, by their names.
    pub layers: &'a HashMap<UniqueId, &'static str>,
    /// The database of the target.
    pub system: &'a str,
    /// What nobody may see.
    pub secrets: &'a Secrets,
}

/// Rows of a table.
#[derive(Debug)]
pub struct Rows {
    /// The table.
    pub table: &'static Table,
    /// Each of them once.
    pub rows: Vec<Row>,
}

/// A row.
#[derive(Debug)]
pub struct Row {
    /// What it says: an object.
    pub said: Box<RawValue>,
    /// The object whose SQL says it, where that is not the project.
    pub worked_out_of: Option<String>,
    /// A digest of that, and of the table.
    pub digest: String,
}

impl Rows {
    /// Takes rows; what says nothing is left out of them, and of what is said twice one stays.
    fn of(name: &str, rows: impl IntoIterator<Item = Json>, secrets: &Secrets) -> Option<Self> {
        let table = TABLES.iter().find(|it| it.name == name)?;
        let mut known = HashSet::new();
        let mut all = Vec::new();
        for mut row in rows {
            secrets.scrub_json(&mut row);
            let Json::Object(mut fields) = row else {
                continue;
            };
            fields.retain(|_, it| !it.is_null());
            // What is in memory is always written.
            let Ok(said) = serde_json::value::to_raw_value(&fields) else {
                continue;
            };
            let digest = digest([name, said.get()].map(str::as_bytes));
            if known.insert(digest.clone()) {
                let object = table.worked_out_of.and_then(|it| fields.get(it)?.as_str());
                all.push(Row {
                    worked_out_of: object.map(str::to_owned),
                    said,
                    digest,
                });
            }
        }
        Some(Self { table, rows: all })
    }

    /// Returns a digest of all of them.
    pub fn digest(&self) -> String {
        let digests = self.rows.iter().map(|it| it.digest.as_bytes());
        digest(digests)
    }
}

/// Digests parts, so that none runs into the next.
pub fn digest<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update((part.len() as u64).to_le_bytes());
        digest.update(part);
    }
    let mut all = format!("{:x}", digest.finalize());
    all.truncate(32);
    all
}
