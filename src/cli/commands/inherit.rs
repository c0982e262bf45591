//! What `docs inherit` prints.

use std::fmt::Write;

use super::impact::number;
use crate::lineage::{Inherited, Place};
use crate::pipeline::Inheritance;

/// How much of a description is shown.
const MOST: usize = 80;

/// Lists what columns inherit, and what becomes of it.
pub(super) fn text(found: &Inheritance) -> String {
    let count: usize = found.columns.iter().map(|it| it.1.len()).sum();
    if count == 0 {
        return "Nothing is inherited: no column without a description or tags is one that has them.".to_owned();
    }
    let mut text = String::new();
    let of = number(found.columns.len(), "relation");
    let verb = match (found.written, count) {
        (true, _) => "inherit what those that they are have",
        (false, 1) => {
            "can inherit what those that it is have; `--write` puts it into its properties, in the file named below"
        }
        (false, _) => {
            "can inherit what those that they are have; `--write` puts it into their properties, in the files named below"
        }
    };
    let _ = writeln!(text, "{} of {of} {verb}.", number(count, "column"));
    for (relation, columns) in &found.columns {
        let _ = writeln!(text, "\n{relation}");
        for column in columns {
            for line in lines(column, found) {
                let _ = writeln!(text, "  {}  {line}", column.place.column);
            }
        }
    }
    if !found.files.is_empty() {
        text.push('\n');
    }
    for (file, is_new) in &found.files {
        let what = match (found.written, is_new) {
            (true, true) => "Wrote, as a new file",
            (true, false) => "Wrote",
            (false, true) => "Would write, as a new file",
            (false, false) => "Would write",
        };
        let _ = writeln!(text, "{what}: {file}");
    }
    for (name, why) in &found.left {
        let _ = writeln!(text, "Not written: {name}, since {why}");
    }
    text.trim_end().to_owned()
}

fn lines(column: &Inherited, found: &Inheritance) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some((described, from)) = &column.description {
        let first = described.text.lines().next().unwrap_or_default();
        let mut shown: String = first.chars().take(MOST).collect();
        if shown.len() < described.text.len() {
            shown.push_str(" …");
        }
        lines.push(format!("description of {}: {shown}", name(from, found)));
    }
    if let Some((tags, from)) = &column.tags {
        let from: Vec<String> = from.iter().map(|it| name(it, found)).collect();
        lines.push(format!("tags of {}: {}", from.join(", "), tags.join(", ")));
    }
    lines
}

fn name(place: &Place, found: &Inheritance) -> String {
    let node = place.node.as_ref().and_then(|it| found.names.get(it));
    format!("{}.{}", node.map_or("?", String::as_str), place.column)
}
