//! Every code of a diagnostic has its page, and every page its code.

use std::collections::BTreeSet;

use dsql::diagnostics::Code;

use super::none;
use crate::support::data_files::list;

fn codes() -> BTreeSet<String> {
    Code::ALL
        .iter()
        .map(|code| code.as_str().to_owned())
        .collect()
}

fn pages(folder: &str) -> BTreeSet<String> {
    let stem = |path: std::path::PathBuf| path.file_stem().unwrap().display().to_string();
    list(folder, "md").into_iter().map(stem).collect()
}

#[test]
fn codes_have_pages() {
    let (codes, pages) = (codes(), pages("docs/errors"));
    let missing = codes
        .difference(&pages)
        .map(|code| format!("docs/errors/{code}.md is missing"));
    let unknown = pages
        .difference(&codes)
        .map(|page| format!("docs/errors/{page}.md has no code"));
    none(missing.chain(unknown).collect());
}

#[test]
fn diagnostics_pages_are_named_by_codes() {
    let (codes, pages) = (codes(), pages("tests/diagnostics"));
    none(
        pages
            .difference(&codes)
            .map(|page| format!("tests/diagnostics/{page}.md: no code"))
            .collect(),
    );
}

#[test]
fn codes_are_sorted() {
    assert!(Code::ALL.is_sorted_by_key(|code| code.as_str()));
}
