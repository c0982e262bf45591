//! An earlier `sources.json`: how fresh sources were.

use std::collections::HashMap;
use std::ops::RangeInclusive;

use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::{Unusable, read};

const VERSIONS: RangeInclusive<u32> = 3..=3;

/// When the newest rows of each source were loaded.
#[derive(Debug, Default)]
pub struct PreviousSources {
    /// By unique id; a source whose freshness could not be told is missing.
    pub loaded_at: HashMap<String, DateTime<Utc>>,
}

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    results: Vec<Freshness>,
}

#[derive(Deserialize)]
struct Freshness {
    unique_id: String,
    max_loaded_at: Option<DateTime<Utc>>,
}

impl PreviousSources {
    /// Reads the file.
    pub fn read(text: &str) -> Result<Self, Unusable> {
        let (file, _): (File, u32) = read(text, "sources", VERSIONS)?;
        let known = file.results.into_iter();
        let loaded_at = known.filter_map(|it| Some((it.unique_id, it.max_loaded_at?)));
        Ok(Self {
            loaded_at: loaded_at.collect(),
        })
    }
}
