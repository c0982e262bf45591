//! The macros and the docs block that dsql brings along.

use crate::text::{FileId, Texts};

/// Packages of built-in macros, the winning one first.
pub(super) const PACKAGES: [&str; 2] = ["dbt_duckdb", "dbt"];

/// The folder of docs blocks in a package of built-in macros.
pub(super) const DOCS: &str = "docs/";

/// One file of built-in macros or docs blocks.
#[derive(Debug, Clone, Copy)]
pub(super) struct BuiltIn {
    pub(super) package: &'static str,
    pub(super) path: &'static str,
    pub(super) file: FileId,
}

include!(concat!(env!("OUT_DIR"), "/builtin_macros.rs"));

/// The folder of what is the same on all engines.
const GENERAL: &str = "global";

/// Adds the files that count for an engine to the texts; `prefixes` are those of its macros.
pub(super) fn add(prefixes: &[&str], texts: &mut Texts) -> Vec<BuiltIn> {
    FILES
        .iter()
        .filter_map(|(path, content)| {
            let (folder, below) = path.split_once('/')?;
            let counts = folder == GENERAL || prefixes.contains(&folder);
            if !counts || !(below.ends_with(".sql") || below.starts_with(DOCS)) {
                return None;
            }
            let content = std::str::from_utf8(content).ok()?;
            let file = texts.add(format!("dsql/macros/{path}"), content);
            let package = PACKAGES.into_iter().find(|it| it.ends_with(folder));
            let package = package.unwrap_or("dbt");
            Some(BuiltIn {
                package,
                path: below,
                file,
            })
        })
        .collect()
}
