//! For people: a headline, the lines with marks under them, what to type.

use indexmap::IndexMap;

use super::snippet::Snippet;
use crate::diagnostics::{Diagnostic, Severity};
use crate::text::{FileId, Texts};

/// What the terminal can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// Whether colours are used.
    pub color: bool,
    /// Whether characters beyond ASCII are used.
    pub unicode: bool,
    /// Columns.
    pub width: usize,
}

/// Draws a finding; the text ends with a line break.
pub fn terminal(diagnostic: &Diagnostic, texts: &Texts, look: Look) -> String {
    let severity = diagnostic.severity;
    let word = format!("{}[{}]", severity.as_str(), diagnostic.code);
    let mut text = format!(
        "{}: {}\n",
        paint(&word, severity, look),
        diagnostic.message.trim_end()
    );
    let mut files: IndexMap<FileId, Vec<_>> = IndexMap::new();
    for label in &diagnostic.labels {
        let entry = (label.location.span.range(), label.message.as_str());
        files.entry(label.location.file).or_default().push(entry);
    }
    for (file, labels) in files {
        if let Some(file) = texts.get(file) {
            text.push_str(
                &Snippet {
                    text: file,
                    labels,
                    severity,
                }
                .draw(look),
            );
        }
    }
    for note in &diagnostic.notes {
        text.push_str(&aside("note", note, look));
    }
    if let Some(help) = &diagnostic.help {
        text.push_str(&aside("help", help, look));
    }
    let subject = diagnostic.subject.as_ref();
    if let Some(owner) = subject.and_then(|it| it.answers()) {
        text.push_str(&aside("owner", &owner, look));
    }
    text
}

/// Writes `  help: …`, further lines below the first.
fn aside(kind: &str, words: &str, look: Look) -> String {
    let head = if look.color {
        format!("\x1b[36m{kind}\x1b[0m")
    } else {
        kind.to_owned()
    };
    let indent = " ".repeat(kind.len() + 4);
    let mut text = String::new();
    for (at, line) in words.lines().enumerate() {
        match at {
            0 => text.push_str(&format!("  {head}: {line}\n")),
            _ => text.push_str(format!("{indent}{line}").trim_end()),
        }
        if at > 0 {
            text.push('\n');
        }
    }
    text
}

fn paint(word: &str, severity: Severity, look: Look) -> String {
    let color = match severity {
        _ if !look.color => return word.to_owned(),
        Severity::Error => "31",
        Severity::Warning => "33",
        Severity::Note => "36",
    };
    format!("\x1b[1;{color}m{word}\x1b[0m")
}
