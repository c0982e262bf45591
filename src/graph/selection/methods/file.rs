//! `file:orders.sql`: resources by file name, with or without suffix; wildcards allowed.

use std::path::Path;

use super::super::wildcard::matches;
use super::super::{Criteria, Scope};
use super::filter;
use crate::diagnostics::Diagnostic;
use crate::graph::Index;

pub(super) fn search(scope: &Scope<'_>, criteria: &Criteria) -> Result<Vec<Index>, Diagnostic> {
    let fits = |part: Option<&std::ffi::OsStr>| {
        part.and_then(|it| it.to_str())
            .is_some_and(|it| matches(&criteria.value, it))
    };
    Ok(filter(scope, |it| {
        let path = Path::new(it.file());
        fits(path.file_name()) || fits(path.file_stem())
    }))
}
