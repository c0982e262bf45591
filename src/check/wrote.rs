//! Which macro wrote the SQL that a finding is about.

use super::CheckInput;
use super::found::Finding;

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
