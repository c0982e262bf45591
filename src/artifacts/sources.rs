//! `sources.json`, version 3.

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};

use super::{Metadata, NodeResult, Timing};
use crate::nodes::{Dict, Source};

/// How old the newest rows of a source are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Freshness {
    /// When the newest row was loaded.
    pub max_loaded_at: DateTime<Utc>,
    /// When the database was asked.
    pub snapshotted_at: DateTime<Utc>,
}

impl Freshness {
    /// Returns the age.
    pub fn age(self) -> TimeDelta {
        self.snapshotted_at - self.max_loaded_at
    }

    /// Returns the age in seconds, rounded once, as Python does.
    pub fn seconds(self) -> f64 {
        let age = self.age();
        let sign = if age < TimeDelta::zero() { "-" } else { "" };
        let (seconds, micros) = (age.abs().num_seconds(), age.abs().subsec_nanos() / 1_000);
        format!("{sign}{seconds}.{micros:06}")
            .parse()
            .unwrap_or_default()
    }
}

/// Writes a point in time as Python's `isoformat()`.
pub(super) fn iso(at: DateTime<Utc>) -> String {
    let digits = match at.timestamp_subsec_micros() {
        0 => SecondsFormat::Secs,
        _ => SecondsFormat::Micros,
    };
    at.to_rfc3339_opts(digits, false)
}

/// What was found out of one source.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct SourceResult<'a> {
    unique_id: &'a str,
    max_loaded_at: String,
    snapshotted_at: String,
    max_loaded_at_time_ago_in_s: f64,
    status: &'static str,
    criteria: Option<&'a Dict>,
    adapter_response: &'a Dict,
    timing: &'a [Timing],
    thread_id: &'a str,
    execution_time: f64,
}

impl<'a> SourceResult<'a> {
    /// Makes an entry. None where the age could not be told: as in dbt, the file is silent then.
    pub fn new(result: &'a NodeResult, source: &'a Source) -> Option<Self> {
        let freshness = result.freshness?;
        Some(Self {
            unique_id: &result.unique_id,
            max_loaded_at: iso(freshness.max_loaded_at),
            snapshotted_at: iso(freshness.snapshotted_at),
            max_loaded_at_time_ago_in_s: freshness.seconds(),
            status: result.status.as_str(),
            criteria: source.freshness.as_ref(),
            adapter_response: &result.adapter_response,
            timing: &result.timing,
            thread_id: &result.thread_id,
            execution_time: result.execution_time,
        })
    }
}

/// The whole file.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Sources<'a> {
    /// Head.
    pub metadata: Metadata,
    /// Results in the order in which sources ended.
    pub results: Vec<SourceResult<'a>>,
    /// Seconds.
    pub elapsed_time: f64,
}

impl Sources<'_> {
    /// Address of the JSON schema.
    pub const SCHEMA: &'static str = "https://schemas.getdbt.com/dbt/sources/v3.json";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_pythons() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let freshness = Freshness {
            max_loaded_at: at("0001-01-01T00:00:00Z"),
            snapshotted_at: at("2026-11-28T23:37:55.150083Z"),
        };
        assert_eq!(freshness.seconds().to_string(), "63931505875.150085");
        assert_eq!(iso(freshness.max_loaded_at), "0001-01-01T00:00:00+00:00");
        let later = iso(at("2026-11-28T23:37:55.120Z"));
        assert_eq!(later, "2026-11-28T23:37:55.120000+00:00");
        let ahead = Freshness {
            max_loaded_at: at("2020-01-01T00:00:01.500Z"),
            snapshotted_at: at("2020-01-01T00:00:00Z"),
        };
        assert_eq!(ahead.seconds().to_string(), "-1.5");
    }
}
