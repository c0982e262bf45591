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
    let add = |(folder, path, content): &(&'static str, &'static str, &'static str)| {
        let own = PACKAGES
            .iter()
            .find(|package| package.strip_prefix("dbt_") == Some(folder));
        let package = own.copied().unwrap_or("dbt");
        let file = texts.add(format!("dsql/macros/{folder}/{path}"), *content);
        BuiltIn { package, path, file }
    };
    FILES.iter().map(add).collect()
}
