//! The engines by name, as `type:` in a profile tells them.

use std::path::Path;

use serde_json::Value as Json;

use super::dialect::{self, Dialect, Habits};
use super::duckdb::{self, Credentials, DuckDb, TYPE_NAMES, template_target};
use super::{Adapter, ProfileError, Quoting, TypeNames};
use crate::invocation::Rehearsal;
use crate::nodes::Dict;

/// Names of the engines.
pub const ENGINES: &[&str] = &["duckdb"];

/// Returns the engine and the settings for a project without a profile: a database file in
/// `folder`.
pub fn built_in_target(project: &str, folder: &Path) -> (&'static str, Dict) {
    let path = folder.join(format!("{project}.duckdb"));
    let settings = [("path".to_owned(), path.to_string_lossy().into())];
    ("duckdb", settings.into_iter().collect())
}

/// Makes relative paths of databases in a target count from a folder.
pub fn settle_paths(engine: &str, settings: &mut Dict, folder: &Path) {
    let settle = |path: Option<&mut Json>| {
        if let Some(Json::String(path)) = path
            && !path.contains(':')
        {
            *path = folder.join(&*path).to_string_lossy().into_owned();
        }
    };
    if engine == "duckdb" {
        settle(settings.get_mut("path"));
        let attached = settings.get_mut("attach").and_then(Json::as_array_mut);
        for database in attached.into_iter().flatten() {
            settle(database.get_mut("path"));
        }
    }
}

/// Lists the files of the databases that a target can write to. `Err` names those of which there can be
/// no copy.
pub fn database_files(engine: &str, target: &Dict) -> Result<Vec<String>, Vec<ProfileError>> {
    match engine {
        "duckdb" => duckdb::database_files(target),
        _ => Err(unknown(engine)),
    }
}

/// Makes a target work on copies of its databases.
pub fn rehearse(
    engine: &str,
    target: &mut Dict,
    rehearsal: &Rehearsal,
) -> Result<(), Vec<ProfileError>> {
    match engine {
        "duckdb" => duckdb::rehearse(target, rehearsal),
        _ => Err(unknown(engine)),
    }
}

/// Lists the keys that mean something in a target of an engine.
pub fn target_keys(engine: &str) -> &'static [&'static str] {
    match engine {
        "duckdb" => Credentials::KEYS,
        _ => &[],
    }
}

/// Makes the adapter for a target; nothing is opened yet.
pub fn adapter(engine: &str, target: &Dict) -> Result<Box<dyn Adapter>, Vec<ProfileError>> {
    match engine {
        "duckdb" => Ok(Box::new(DuckDb::new(Credentials::parse(target)?))),
        _ => match dialect_of(engine) {
            Some(habits) => Ok(Box::new(Dialect::new(habits, target))),
            None => Err(unknown(engine)),
        },
    }
}

/// Checks a target and returns what templates see of it: dbt's `connection_info`.
pub fn connection_info(engine: &str, target: &Dict) -> Result<Dict, Vec<ProfileError>> {
    match engine {
        "duckdb" => template_target(target),
        _ => Err(unknown(engine)),
    }
}

/// Returns name and version of the embedded engine.
pub fn embedded() -> (&'static str, String) {
    ("DuckDB", super::duckdb::version())
}

/// Returns the embedded engine's names of types, for columns that templates make.
pub fn type_names() -> &'static TypeNames {
    &TYPE_NAMES
}

/// What stands before the name of an engine whose statements are written down.
const DIALECT: &str = "dialect:";

fn dialect_of(engine: &str) -> Option<&'static Habits> {
    dialect::habits(engine.strip_prefix(DIALECT)?)
}

/// Lists the engines whose statements can be written down without a connection, by the names that
/// `--dialect` takes.
pub fn dialects() -> Vec<&'static str> {
    dialect::names().collect()
}

/// Returns what `type:` calls an engine: several dialects are one.
pub fn adapter_type(engine: &str) -> &str {
    dialect_of(engine).map_or(engine, |it| it.kind)
}

/// Returns how an engine writes names.
pub fn quoting(engine: &str) -> Quoting {
    dialect_of(engine).map_or_else(Quoting::default, |it| it.quoting)
}

/// Makes the target for a dialect of a target that was chosen: its own names where it is one of that
/// engine, else those of the database that it is of.
pub fn dialect_target(
    name: &str,
    kind: &str,
    target: &Dict,
) -> Result<(String, Dict), Vec<ProfileError>> {
    let Some(habits) = dialect::habits(name) else {
        return Err(unknown(name));
    };
    let target = match ENGINES.contains(&kind) {
        true => dialect::template_target(habits, &connection_info(kind, target)?),
        false => dialect::template_target(habits, target),
    };
    Ok((format!("{DIALECT}{name}"), target))
}

fn unknown(engine: &str) -> Vec<ProfileError> {
    let has_dialect = dialect::names().any(|it| it == engine);
    let message = match has_dialect {
        true => format!(
            "is `{engine}`, to which dsql does not connect: `dsql compile --dialect {engine}` writes \
             its statements down"
        ),
        false => format!("is `{engine}`, which dsql does not have"),
    };
    vec![ProfileError {
        key: vec!["type".to_owned()],
        message,
    }]
}
