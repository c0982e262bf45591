//! The target that is used where no profile is found.

use crate::nodes::Dict;

/// Returns the engine and the settings for a project without a profile: a database file in its
/// folder.
pub fn built_in(project: &str) -> (&'static str, Dict) {
    let path = format!("{project}.duckdb");
    let settings = [("path", path.as_str()), ("schema", "main")];
    let settings = settings.map(|(key, value)| (key.to_owned(), value.into()));
    ("duckdb", settings.into_iter().collect())
}
