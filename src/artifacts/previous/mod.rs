//! Artifacts of an earlier run, by dsql or by dbt, as far as others are compared with them.
//!
//! In: the text of a file. Out: what it says, or why it cannot be used, with the bytes to show.

mod column_lineage;
mod manifest;
mod run_results;
mod sources;

use std::ops::{Range, RangeInclusive};

use serde::Deserialize;
use serde::de::DeserializeOwned;

pub use column_lineage::{PreviousColumn, PreviousColumns, PreviousNode};
pub use manifest::{PreviousManifest, PreviousRelation};
pub use run_results::{PreviousResult, PreviousResults};
pub use sources::PreviousSources;

/// What an earlier run left in a folder.
#[derive(Debug, Default)]
pub struct PreviousState {
    /// The folder as it was given.
    pub folder: String,
    /// Whether the folder is there.
    pub is_there: bool,
    /// Its `manifest.json`.
    pub manifest: Option<PreviousManifest>,
    /// Its `run_results.json`.
    pub results: Option<PreviousResults>,
    /// Its `sources.json`.
    pub sources: Option<PreviousSources>,
    /// Its `column_lineage.json`.
    pub columns: Option<PreviousColumns>,
    /// The `sources.json` of the target folder.
    pub current_sources: Option<PreviousSources>,
}

/// Why a file cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unusable {
    /// It is not JSON, or not of the form of the artifact.
    Broken {
        /// What the reader says.
        message: String,
        /// The byte where it stopped.
        at: usize,
    },
    /// It is of a version that nobody reads, or of none.
    Version {
        /// What it says about itself, and where.
        found: Option<(String, Range<usize>)>,
        /// The versions that are read.
        read: RangeInclusive<u32>,
    },
}

#[derive(Deserialize)]
struct Head {
    #[serde(default)]
    metadata: Metadata,
}

#[derive(Deserialize, Default)]
struct Metadata {
    dbt_schema_version: Option<String>,
}

/// Reads an artifact `name` of one of the versions; also returns which one it is.
fn read<T: DeserializeOwned>(
    text: &str,
    name: &str,
    versions: RangeInclusive<u32>,
) -> Result<(T, u32), Unusable> {
    let head: Head = serde_json::from_str(text).map_err(|error| broken(text, &error))?;
    let schema = head.metadata.dbt_schema_version;
    let version = schema.as_deref().and_then(|it| version_of(it, name));
    let Some(version) = version.filter(|it| versions.contains(it)) else {
        let found = schema.map(|schema| {
            let start = text.find(&schema).unwrap_or_default();
            let place = start..start + schema.len();
            (schema, place)
        });
        let read = versions;
        return Err(Unusable::Version { found, read });
    };
    let artifact = serde_json::from_str(text).map_err(|error| broken(text, &error))?;
    Ok((artifact, version))
}

/// Reads the number of `https://schemas.getdbt.com/dbt/<name>/v12.json`.
fn version_of(schema: &str, name: &str) -> Option<u32> {
    let (_, file) = schema.rsplit_once(&format!("/{name}/v"))?;
    file.strip_suffix(".json")?.parse().ok()
}

fn broken(text: &str, error: &serde_json::Error) -> Unusable {
    let before: usize = text
        .split_inclusive('\n')
        .take(error.line().saturating_sub(1))
        .map(str::len)
        .sum();
    let mut at = (before + error.column().saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let message = error.to_string();
    // The place is shown.
    let message = message.split(" at line ").next().unwrap_or_default();
    Unusable::Broken {
        message: message.to_owned(),
        at,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(text: &str) -> Result<PreviousManifest, Unusable> {
        PreviousManifest::read(text)
    }

    #[test]
    fn versions_are_those_that_dbt_reads() {
        for (version, good) in [(3, false), (4, true), (11, true), (12, true), (13, false)] {
            let schema = format!("https://schemas.getdbt.com/dbt/manifest/v{version}.json");
            let text = format!(r#"{{"metadata": {{"dbt_schema_version": "{schema}"}}}}"#);
            assert_eq!(manifest(&text).is_ok(), good, "{version}");
        }
        for text in [r#"{"metadata": {}}"#, "{}"] {
            let found = manifest(text);
            assert!(matches!(found, Err(Unusable::Version { found: None, .. })));
        }
    }

    #[test]
    fn what_is_not_json_is_shown_where_it_ends() {
        for (text, expected) in [("", 0), ("{\n \"é\": ", 8), ("{\n\"a\" 1}", 6)] {
            let found = manifest(text);
            assert!(
                matches!(found, Err(Unusable::Broken { at, .. }) if at == expected),
                "{text:?}: {found:?}"
            );
        }
    }
}
