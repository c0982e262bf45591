//! Findings as text for one kind of reader each.
//!
//! In: diagnostics and the texts they point into. Out: strings. Whatever the spans say, nothing
//! here fails: they are clamped to the text.

mod github;
mod json;
mod sarif;
mod snippet;
mod terminal;

pub use github::{Annotation, annotation, github};
pub use json::json;
pub use sarif::Sarif;
pub use terminal::{Look, terminal};

use super::{Diagnostic, Severity};

/// Counts findings in words: `3 errors, 1 warning`; empty when there are none.
pub fn count<'a>(diagnostics: impl IntoIterator<Item = &'a Diagnostic>) -> String {
    let mut counts = [
        (Severity::Error, 0),
        (Severity::Warning, 0),
        (Severity::Note, 0),
    ];
    for diagnostic in diagnostics {
        for (severity, count) in &mut counts {
            *count += usize::from(*severity == diagnostic.severity);
        }
    }
    let present = counts.iter().filter(|(_, count)| *count > 0);
    let words = present.map(|(severity, count)| {
        format!(
            "{count} {}{}",
            severity.as_str(),
            if *count == 1 { "" } else { "s" }
        )
    });
    words.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests;
