//! What running a model in Python needs, whichever engine it writes to.

use std::path::{Path, PathBuf};

use crate::system::System;

/// The code of a model, and where it belongs.
pub struct PythonJob<'a> {
    /// The model's name in the database.
    pub name: &'a str,
    /// The whole code: the user's, what `dbt` is in it, and what writes the frame.
    pub code: &'a str,
    /// The user's file, as people name it.
    pub path: &'a str,
    /// Database of the relation that it makes.
    pub database: &'a str,
    /// Schema of that relation.
    pub schema: &'a str,
    /// That relation in SQL, if the code asks for `dbt.this`.
    pub this: Option<String>,
    /// The folder that it runs in.
    pub folder: &'a Path,
    /// Files, environment, other programs.
    pub system: &'a dyn System,
    /// Takes what the code prints, line by line.
    pub said: &'a (dyn Fn(String) + Sync),
}

/// The environment variable that names the Python to use.
pub const PYTHON_VARIABLE: &str = "DSQL_PYTHON";

/// Finds the Python to run models with: the one that the environment names, or the first on the path.
pub(super) fn python(system: &dyn System) -> Option<PathBuf> {
    let named = system.env(PYTHON_VARIABLE).filter(|it| !it.is_empty());
    if let Some(named) = named {
        return match named.contains(['/', '\\']) {
            true => Some(PathBuf::from(named)),
            false => on_path(system, &named).or(Some(PathBuf::from(named))),
        };
    }
    on_path(system, "python3").or_else(|| on_path(system, "python"))
}

fn on_path(system: &dyn System, name: &str) -> Option<PathBuf> {
    let path = system.env("PATH")?;
    let name = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    std::env::split_paths(&path)
        .map(|folder| folder.join(&name))
        .find(|file| system.is_file(file))
}
