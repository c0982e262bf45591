//! The macros that dsql brings along.

use crate::text::{FileId, Texts};

/// Packages of built-in macros, the winning one first.
pub(super) const PACKAGES: [&str; 2] = ["dbt_duckdb", "dbt"];

/// One file of built-in macros.
#[derive(Debug, Clone, Copy)]
pub(super) struct BuiltIn {
    pub(super) package: &'static str,
    pub(super) path: &'static str,
    pub(super) file: FileId,
}

include!(concat!(env!("OUT_DIR"), "/builtin_macros.rs"));

/// Adds all files to the texts.
pub(super) fn add(texts: &mut Texts) -> Vec<BuiltIn> {
    let macros = FILES.iter().filter(|(path, _)| path.ends_with(".sql"));
    macros
        .filter_map(|(path, content)| {
            let (folder, below) = path.split_once('/')?;
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
