//! What commands leave to be shown.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value as Json;

use super::{Alerted, Charted, Incidental, Inheritance, Insights, Quarantined, Replayed, Scored};
use crate::adapters::Table;
use crate::artifacts::NodeColumns;
use crate::chaos::Report;
use crate::execute::{Difference, Restored, Version};
use crate::impact::{Changes, Reach};
use crate::lineage::{Carried, Direction, Place};
use crate::nodes::UniqueId;
use crate::plan::Plan;

/// What is to be shown.
#[derive(Debug)]
pub enum Product {
    /// Nothing besides events and findings.
    None,
    /// Resources, in dbt's order.
    Listed(Vec<Listed>),
    /// Compiled SQL: name of the node, unique id, SQL.
    Compiled(Vec<(String, String, String)>),
    /// Rows of a query: name of the node, unique id, rows.
    Shown(Vec<(String, String, Arc<Table>)>),
    /// Some rows of what seeds have loaded: name of the relation, rows.
    Seeded(Vec<(String, Arc<Table>)>),
    /// Rows of quarantines.
    Quarantined(Quarantined),
    /// Alerts.
    Alerted(Alerted),
    /// Control charts.
    Charted(Charted),
    /// Incidents.
    Incidental(Box<Incidental>),
    /// What was published, built again.
    Replayed(Vec<Replayed>),
    /// What the history of runs says.
    Insights(Box<Insights>),
    /// Scores of data.
    Scored(Box<Scored>),
    /// A page about what runs have left, by its file.
    Reported(PathBuf),
    /// What would be done.
    Planned(Plan),
    /// The versions of a node, by its name.
    Versions(String, Vec<Version>),
    /// How two versions of a table differ.
    Compared(Box<Difference>),
    /// Tables that have earlier versions again; or would have, if it was only asked for.
    RolledBack(Vec<Restored>, bool, Option<String>),
    /// What disturbed runs have shown.
    Disturbed(Report),
    /// What columns come of, and what comes of them.
    Lineage(Box<Traced>),
    /// What columns inherit.
    Inherited(Box<Inheritance>),
    /// What a change reaches.
    Impact(Box<Impact>),
    /// Facts about set-up and connection, by name, and whether each is well.
    Debugged(Vec<(String, String, bool)>),
}

/// What was asked of the lineage, and what it is found in.
#[derive(Debug)]
pub struct Traced {
    /// The node.
    pub node: UniqueId,
    /// Its columns that were asked for.
    pub start: Vec<Place>,
    /// Which ways to go from there.
    pub directions: Vec<Direction>,
    /// How many steps at most.
    pub depth: Option<usize>,
    /// The columns of all nodes and sources.
    pub nodes: BTreeMap<UniqueId, NodeColumns>,
    /// What people call them.
    pub names: HashMap<UniqueId, String>,
    /// The tags that columns carry.
    pub tags: Carried,
    /// The relations that they are.
    pub datasets: HashMap<UniqueId, String>,
    /// When it was found out.
    pub time: DateTime<Utc>,
}

/// What a change reaches.
#[derive(Debug, Serialize)]
pub struct Impact {
    /// What was asked about: a node, or a column of it.
    pub asked: Option<Asked>,
    /// What a change of it reaches, whatever the change is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reach: Option<Reach>,
    /// How the project differs from an earlier state.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changes: Option<Changes>,
}

/// A node, or a column of it, that somebody asks about.
#[derive(Debug, Serialize)]
pub struct Asked {
    /// Its key.
    pub unique_id: UniqueId,
    /// What people call it.
    pub name: String,
    /// The column.
    pub column: Option<String>,
    /// The type of the column.
    pub data_type: Option<String>,
}

/// One resource of a list.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Name as in `--output name`.
    pub name: String,
    /// Selector as in `--output selector` and text.
    pub selector: String,
    /// File, as in `--output path`.
    pub path: String,
    /// All keys, as in `--output json`.
    pub json: Json,
}
