//! `result:error`: nodes by how they ended in an earlier run.

use std::collections::HashSet;

use super::super::{Criteria, Scope};
use super::{filter, missing};
use crate::diagnostics::Diagnostic;
use crate::graph::Index;

pub(super) fn search(scope: &Scope<'_>, criteria: &Criteria) -> Result<Vec<Index>, Diagnostic> {
    let results = scope.earlier.and_then(|it| it.state.results.as_ref());
    let results = results.ok_or_else(|| missing(scope, criteria, "run_results.json"))?;
    let ended = results.results.iter();
    let ended = ended.filter(|it| it.status == criteria.value);
    let ids: HashSet<&str> = ended.map(|it| it.unique_id.as_str()).collect();
    Ok(filter(scope, |it| ids.contains(&**it.unique_id())))
}
