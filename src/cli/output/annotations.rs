//! What became of nodes, as workflow commands of GitHub: one line for each failure and warning.

use super::record::Ended;
use crate::diagnostics::render::{Annotation, annotation};
use crate::diagnostics::{Diagnostic, Severity};
use crate::events::Status;
use crate::text::Texts;

/// Writes the lines; `folder` leads from the repository to the project.
pub(super) fn annotations(ended: &[Ended], texts: &Texts, folder: &str) -> Vec<String> {
    let mut lines = Vec::new();
    for one in ended {
        let severity = match one.status {
            Status::Warn => Severity::Warning,
            status if status.is_failure() => Severity::Error,
            _ => continue,
        };
        let write = |place, message: String| {
            let title = format!("{} in {}", one.status.as_str(), one.title());
            let note = Annotation {
                severity,
                place,
                title: &title,
                message: &message,
            };
            annotation(note, texts, folder)
        };
        let compiled = one.compiled_path.as_ref();
        let compiled = compiled.map(|path| format!("\ncompiled SQL: {path}"));
        let compiled = compiled.unwrap_or_default();
        if one.problems.is_empty() {
            let message = match one.message.trim() {
                "" => one.description.clone(),
                message => message.to_owned(),
            };
            lines.push(write(one.node.place, format!("{message}{compiled}")));
        }
        for problem in &one.problems {
            let place = problem.location().or(one.node.place);
            lines.push(write(place, format!("{}{compiled}", words(problem))));
        }
    }
    lines
}

/// Writes a finding with what it says besides.
fn words(finding: &Diagnostic) -> String {
    let notes = finding.notes.iter().chain(&finding.help);
    let lines = std::iter::once(&finding.message).chain(notes);
    lines.map(String::as_str).collect::<Vec<_>>().join("\n")
}
