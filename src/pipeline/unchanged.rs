//! `parse` of a project in which nothing has changed since its manifest was written: all but the
//! metadata stays, and nothing is parsed.

use super::{Opened, Surroundings, artifacts, resources};
use crate::diagnostics::{self, Diagnostic};
use crate::invocation::{Command, Invocation};
use crate::parse;
use crate::records::partial_parse;
use crate::text::Texts;

/// Renews the manifest. Gives all findings, those of the run that wrote it included, or none where
/// the manifest is to be made; nothing has been said then.
pub(super) fn unchanged(
    invocation: &Invocation,
    opened: &Opened,
    around: &Surroundings,
    texts: &mut Texts,
    findings: &[Diagnostic],
) -> Option<Vec<Diagnostic>> {
    let usual = ["partial_parse", "write_json"];
    if invocation.command != Command::Parse
        || !usual.into_iter().all(|flag| invocation.on(flag))
        || invocation.text("partial_parse_file_path").is_some()
        || !resources::is_plain(opened)
    {
        return None;
    }
    let (target, system) = (&opened.project.target_path, &*around.system);
    let seal = partial_parse::sealed(&opened.inputs, target, system)?;
    let mut findings = [findings, &seal.findings].concat();
    opened.facts.base.warnings.judge(&mut findings);
    if findings.iter().any(Diagnostic::is_error) {
        return None;
    }
    artifacts::renewed(&opened.project, &opened.facts, &seal.body, around)?;
    for it in seal.said {
        around.sink.emit(it.into());
    }
    parse::add_built_in(&*opened.adapter, texts);
    diagnostics::sort(&mut findings);
    Some(findings)
}
