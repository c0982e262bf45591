//! How a run is disturbed: what `dsql chaos` tells the runs that it starts.
//!
//! It stands as JSON in an environment variable, since it is no business of those who type commands.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::system::System;

/// A run on copies of the target's databases, with a fault.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Rehearsal {
    /// Files of databases as the profile names them, each with its copy.
    pub databases: BTreeMap<String, String>,
    /// The folder of external files.
    pub external_root: String,
    /// The folder of what would go out: nothing is sent to others.
    #[serde(default)]
    pub sent: PathBuf,
    /// What goes wrong.
    pub fault: Option<Fault>,
    /// The file in which statements are noted, one a line, each behind the milliseconds since the start.
    pub statements: Option<PathBuf>,
}

/// What goes wrong in a run. Statements count from 1, in the order in which they are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fault {
    /// The process is killed before a statement is sent.
    KilledBefore(u64),
    /// A statement fails.
    Fails(u64),
    /// Each statement waits for so many milliseconds.
    Slow(u64),
}

impl Rehearsal {
    /// The environment variable.
    pub const VARIABLE: &str = "DSQL_CHAOS";

    /// The file of OpenLineage's events that would be sent, one a line.
    pub fn sent_lineage(&self) -> PathBuf {
        self.sent.join("openlineage.jsonl")
    }

    /// The file of the keys of alerts that would be sent, one a line.
    pub fn sent_alerts(&self) -> PathBuf {
        self.sent.join("alerts.txt")
    }

    /// Reads the variable; none if this run is not disturbed. `Err` is what is wrong with it.
    pub fn of(system: &dyn System) -> Result<Option<Self>, String> {
        let Some(text) = system.env(Self::VARIABLE) else {
            return Ok(None);
        };
        let read = serde_json::from_str(&text);
        read.map(Some)
            .map_err(|error| format!("{} cannot be read: {error}", Self::VARIABLE))
    }
}
