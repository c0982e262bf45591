//! `source_status:fresher`: sources with rows that an earlier run did not have.

use super::super::{Criteria, Scope};
use super::{filter, invalid, missing};
use crate::diagnostics::Diagnostic;
use crate::graph::Index;

pub(super) fn search(scope: &Scope<'_>, criteria: &Criteria) -> Result<Vec<Index>, Diagnostic> {
    if criteria.value != "fresher" {
        return Err(invalid(criteria, "`source_status:fresher`"));
    }
    let before = scope.earlier.and_then(|it| it.state.sources.as_ref());
    let before = before.ok_or_else(|| missing(scope, criteria, "sources.json"))?;
    let current = scope
        .earlier
        .and_then(|it| it.state.current_sources.as_ref());
    let current = current.ok_or_else(|| {
        let finding = missing(scope, criteria, "sources.json");
        finding
            .help("the target folder needs a sources.json, too: `dbt source freshness` writes it")
    })?;
    Ok(filter(scope, |it| {
        let id = &**it.unique_id();
        let now = current.loaded_at.get(id);
        now.is_some_and(|now| before.loaded_at.get(id).is_none_or(|before| now > before))
    }))
}
