//! For machines: one object a finding.

use serde_json::{Value, json as value};

use crate::diagnostics::{Diagnostic, Label};
use crate::text::Texts;

/// Describes a finding; positions count from 1, columns in characters, offsets in bytes from 0.
pub fn json(diagnostic: &Diagnostic, texts: &Texts) -> Value {
    let labels = diagnostic.labels.iter().filter_map(|it| label(it, texts));
    let mut described = value!({
        "code": diagnostic.code.as_str(),
        "severity": diagnostic.severity.as_str(),
        "message": diagnostic.message,
        "help": diagnostic.help,
        "notes": diagnostic.notes,
        "labels": labels.collect::<Vec<_>>(),
    });
    if let Some(subject) = &diagnostic.subject
        && let Some(fields) = described.as_object_mut()
    {
        fields.insert("node".to_owned(), value!(subject.node));
        fields.extend(subject.facts());
    }
    described
}

fn label(label: &Label, texts: &Texts) -> Option<Value> {
    let text = texts.get(label.location.file)?;
    let place = |offset: u32| {
        let offset = (offset as usize).min(text.content.len());
        let at = text.line_column(offset);
        value!({"line": at.line, "column": at.column, "offset": offset})
    };
    let span = label.location.span;
    Some(value!({
        "file": text.path,
        "start": place(span.start),
        "end": place(span.end),
        "message": label.message,
    }))
}
