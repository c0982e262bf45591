//! For GitHub Actions: a workflow command, which marks the line in a pull request.

use crate::diagnostics::{Diagnostic, Severity};
use crate::text::{Location, Texts};

/// What a line says.
#[derive(Debug, Clone, Copy)]
pub struct Annotation<'a> {
    /// How bad it is.
    pub severity: Severity,
    /// The bytes to mark.
    pub place: Option<Location>,
    /// A few words.
    pub title: &'a str,
    /// All of it.
    pub message: &'a str,
}

/// Writes a finding as one line; `folder` leads from the repository to the project.
pub fn github(diagnostic: &Diagnostic, texts: &Texts, folder: &str) -> String {
    let mut message = diagnostic.message.clone();
    for note in diagnostic.notes.iter().chain(&diagnostic.help) {
        message.push('\n');
        message.push_str(note);
    }
    let annotation = Annotation {
        severity: diagnostic.severity,
        place: diagnostic.location(),
        title: diagnostic.code.as_str(),
        message: &message,
    };
    self::annotation(annotation, texts, folder)
}

/// Writes an annotation as one line.
pub fn annotation(it: Annotation<'_>, texts: &Texts, folder: &str) -> String {
    let kind = match it.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let mut properties = Vec::new();
    let text = it.place.and_then(|at| Some((at, texts.get(at.file)?)));
    if let Some((at, text)) = text {
        let path = match folder.trim_end_matches('/') {
            "" | "." => text.path.clone(),
            folder => format!("{folder}/{}", text.path),
        };
        let start = text.line_column(at.span.start as usize);
        let end = text.line_column(at.span.end as usize);
        properties.push(format!("file={}", property(&path)));
        properties.push(format!("line={}", start.line));
        properties.push(format!("endLine={}", end.line));
        // Columns of a place on several lines are refused.
        if start.line == end.line {
            properties.push(format!("col={}", start.column));
            properties.push(format!("endColumn={}", end.column.max(start.column)));
        }
    }
    properties.push(format!("title={}", property(it.title)));
    format!("::{kind} {}::{}", properties.join(","), data(it.message))
}

fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
