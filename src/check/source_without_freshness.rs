//! A source of which nobody says how old it may be.

use super::Finding;
use super::governed::Governed;
use crate::diagnostics::{Code, Diagnostic};

pub(super) fn find(of: &Governed<'_>) -> Vec<Finding> {
    let sources = of.input.resources.sources.values();
    let own = sources.filter(|it| it.package_name == of.input.root_package);
    let bare = own.filter(|it| !it.has_freshness());
    let told = bare.map(|source| {
        let name = source.search_name();
        let message = format!("how old `{name}` may be is not said");
        let finding = Diagnostic::warning(Code::SourceWithoutFreshness, message);
        let help = "add `freshness:` with `warn_after`, and `loaded_at_field`; or `freshness: null` at the table, and allow it";
        Finding::with(&source.unique_id, finding.at(source.location).help(help))
    });
    told.collect()
}
