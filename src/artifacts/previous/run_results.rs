//! An earlier `run_results.json`: version 6, and those before it that dbt reads.

use std::ops::RangeInclusive;

use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::{Unusable, read};
use crate::artifacts::BatchResults;
use crate::nodes::Dict;

const VERSIONS: RangeInclusive<u32> = 4..=6;

/// How an earlier run ended.
#[derive(Debug, Default, Deserialize)]
pub struct PreviousResults {
    #[serde(default)]
    metadata: PreviousMetadata,
    /// How each node ended.
    #[serde(default)]
    pub results: Vec<PreviousResult>,
    /// Flags of the invocation.
    #[serde(default)]
    pub args: Dict,
}

#[derive(Debug, Default, Deserialize)]
struct PreviousMetadata {
    invocation_started_at: Option<String>,
    generated_at: Option<String>,
}

/// How a node ended.
#[derive(Debug, Deserialize)]
pub struct PreviousResult {
    /// The node.
    pub unique_id: String,
    /// `success`, `error`, `skipped` …
    pub status: String,
    /// The spans of time, where the node was built batch by batch.
    #[serde(default)]
    pub batch_results: Option<BatchResults>,
}

impl PreviousResults {
    /// Reads the file.
    pub fn read(text: &str) -> Result<Self, Unusable> {
        read(text, "run-results", VERSIONS).map(|(results, _)| results)
    }

    /// Returns when the run began, or when it wrote the file.
    pub fn started_at(&self) -> Option<DateTime<Utc>> {
        let times = [
            &self.metadata.invocation_started_at,
            &self.metadata.generated_at,
        ];
        let text = times.into_iter().flatten().next()?;
        DateTime::parse_from_rfc3339(text)
            .ok()
            .map(|at| at.to_utc())
    }
}
