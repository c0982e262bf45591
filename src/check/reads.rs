//! What a node reads, and where its template says so.

use std::collections::BTreeSet;

use super::CheckInput;
use crate::diagnostics::Diagnostic;
use crate::graph::Found;
use crate::nodes::{Node, RefCall, Resource, SourceCall, UniqueId};
use crate::text::Location;

/// Something that is read.
pub(super) struct Read<'a> {
    pub(super) target: Resource<'a>,
    /// Where `ref()` or `source()` stands.
    pub(super) place: Location,
    /// The macro in which it stands, where the template itself calls that.
    within: Option<Location>,
}

impl Read<'_> {
    /// Points a finding at it: in the template.
    pub(super) fn point(&self, finding: Diagnostic) -> Diagnostic {
        let finding = finding.at(self.place);
        match self.within {
            Some(within) => finding.label(within, "read here"),
            None => finding,
        }
    }
}

/// Lists what a node reads, each once.
pub(super) fn reads<'a>(node: &Node, input: &CheckInput<'a>) -> Vec<Read<'a>> {
    let whole = node.file_or_entry();
    listed(&node.refs, &node.sources, &node.package_name, whole, input)
}

/// Lists what calls of `ref()` and `source()` read, each once.
pub(super) fn listed<'a>(
    refs: &[RefCall],
    sources: &[SourceCall],
    package: &str,
    whole: Location,
    input: &CheckInput<'a>,
) -> Vec<Read<'a>> {
    let refs = refs.iter().map(|it| {
        let found = input.lookup.reference(&it.args, package);
        (found, it.location, it.caller)
    });
    let sources = sources.iter().map(|it| {
        let found = input.lookup.source(&it.source, &it.table, package);
        (found, it.location, it.caller)
    });
    let mut seen: BTreeSet<UniqueId> = BTreeSet::new();
    let reads = refs.chain(sources).filter_map(|(found, location, caller)| {
        let Found::One(id) = found else {
            return None;
        };
        let target = input.resources.get(&id)?;
        seen.insert(id).then(|| Read {
            target,
            place: caller.or(location).unwrap_or(whole),
            within: location.filter(|_| caller.is_some()),
        })
    });
    reads.collect()
}
