//! Where a column was made, past the names and types that it went by since; and which macro wrote the SQL that a finding is about.

use super::{CheckInput, Finding};
use crate::lineage::Lineage;
use crate::nodes::UniqueId;
use crate::sql::Made;

pub(super) struct Origin<'a> {
    pub(super) node: &'a UniqueId,
    pub(super) name: &'a str,
    /// How it was made there; none for what no query makes, or nobody knows.
    pub(super) made: Option<Made>,
}

/// Follows a column of a node.
pub(super) fn origin<'a>(lineage: &'a Lineage, node: &'a UniqueId, name: &'a str) -> Origin<'a> {
    let (mut node, mut name) = (node, name);
    loop {
        let columns = lineage.nodes.get(node).map(|it| &it.columns);
        let found = columns.and_then(|columns| {
            let same = || {
                let mut all = columns.iter();
                let found = all.find(|(it, _)| it.eq_ignore_ascii_case(name));
                found.map(|it| it.1)
            };
            columns.get(name).or_else(same)
        });
        let made = found.and_then(|it| it.made);
        let is_kept =
            found.is_some_and(|it| it.is_known) && made.is_some_and(|it| it <= Made::Cast);
        match found.map(|it| it.sources.as_slice()) {
            Some([source]) if is_kept && source.node.as_ref().is_some_and(|it| it != node) => {
                node = source.node.as_ref().unwrap_or(node);
                name = &source.column;
            }
            _ => return Origin { node, name, made },
        }
    }
}

/// Says which macro wrote what a finding points at: there the template has nothing but the call.
pub(super) fn name_macro(finding: &mut Finding, input: &CheckInput<'_>) {
    let node = finding.node.as_ref().and_then(|it| input.compiled.get(it));
    let Some((node, place)) = node.zip(finding.diagnostic.location()) else {
        return;
    };
    let map = node.compiled.as_ref().map(|it| it.source_map.segments());
    let mut segments = map.unwrap_or_default().iter();
    if !segments.any(|it| !it.literal && it.origin == place) {
        return;
    }
    let text = input.texts.content(place.file);
    let text = text.get(place.span.range()).unwrap_or_default();
    let Some((called, _)) = text.split_once('(') else {
        return;
    };
    let mut parts = called.trim().rsplit('.');
    let (name, package) = (parts.next(), parts.next());
    let mut macros = node.depends_on.macros.iter().filter(|id| {
        let mut own = id.rsplit('.');
        let is_named = own.next() == name;
        is_named && package.is_none_or(|it| own.next() == Some(it))
    });
    if let (Some(id), None) = (macros.next(), macros.next()) {
        finding.diagnostic.notes.push(format!("in {id}"));
    }
}
