//! Entries and items that are put into a YAML text, which stays as it is otherwise.
//!
//! In: a text, a node of its tree, and what to add. Out: an [`Insertion`], or none where the text has a form into which
//! nothing is put safely. Whoever inserts reads the result again and asks [`holds`].

use super::{Node, Value};

/// Text to be put in at a byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Insertion {
    /// Where.
    pub at: usize,
    /// What.
    pub text: String,
}

/// Something to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Added {
    /// A text.
    Text(String),
    /// Texts in one line.
    Words(Vec<String>),
    /// Keys with their values.
    Map(Vec<(&'static str, Added)>),
    /// A list.
    List(Vec<Added>),
}

/// Adds entries to a mapping, behind one of its keys or at its end.
pub fn entries(
    text: &str,
    mapping: &Node,
    behind: Option<&str>,
    added: &[(&'static str, Added)],
) -> Option<Insertion> {
    let map = mapping.as_map()?;
    let start = mapping.location.span.start as usize;
    let last = map.iter().last();
    if text.get(start..)?.starts_with('{') {
        let at = match last {
            Some(last) => end_of(text, &last.value).max(last.key.location.span.end as usize),
            None => start + 1,
        };
        let flow: Vec<String> = added
            .iter()
            .map(|(key, it)| format!("{key}: {}", flow(it)))
            .collect();
        let comma = if last.is_some() { ", " } else { "" };
        let text = format!("{comma}{}", flow.join(", "));
        return Some(Insertion { at, text });
    }
    let first = map.iter().next()?;
    let indent = column(text, first.key.location.span.start as usize);
    let entry = match behind {
        Some(key) => map.entry(key)?,
        None => last?,
    };
    let key_end = entry.key.location.span.end as usize;
    let end = end_of(text, &entry.value);
    let at = next_line(text, if end < key_end { key_end } else { end });
    let mut out = String::new();
    lines_of(added, indent, &mut out);
    Some(at_line(text, at, out))
}

/// Adds items to the end of a list.
pub fn items(text: &str, list: &Node, added: &[Added]) -> Option<Insertion> {
    let all = list.as_seq()?;
    let start = list.location.span.start as usize;
    if text.get(start..)?.starts_with('[') {
        let at = all.last().map_or(start + 1, |it| end_of(text, it));
        let flow: Vec<String> = added.iter().map(flow).collect();
        let comma = if all.is_empty() { "" } else { ", " };
        let text = format!("{comma}{}", flow.join(", "));
        return Some(Insertion { at, text });
    }
    let last = all.last()?;
    let begins = last.location.span.start as usize;
    let line = text.get(..begins)?.rfind('\n').map_or(0, |it| it + 1);
    let before = text.get(line..begins)?;
    let indent = before
        .strip_suffix(|it: char| it == ' ')
        .map(str::trim_end)?;
    let indent = indent
        .strip_suffix('-')
        .filter(|it| it.trim().is_empty())?
        .len();
    let at = next_line(text, end_of(text, last));
    let mut out = String::new();
    for item in added {
        item_of(item, indent, &mut out);
    }
    Some(at_line(text, at, out))
}

/// Writes a text of its own: a mapping.
pub fn document(added: &[(&'static str, Added)]) -> String {
    let mut out = String::new();
    lines_of(added, 0, &mut out);
    out
}

/// Puts texts in.
pub fn insert(text: &str, insertions: &[Insertion]) -> String {
    let mut all: Vec<&Insertion> = insertions.iter().collect();
    all.sort_by_key(|it| it.at);
    let (mut out, mut done) = (String::with_capacity(text.len()), 0);
    for it in all {
        out.push_str(text.get(done..it.at).unwrap_or_default());
        out.push_str(&it.text);
        done = it.at;
    }
    out.push_str(text.get(done..).unwrap_or_default());
    out
}

/// Tells whether everything of an earlier tree is in a later one, which may have more keys and items.
pub fn holds(later: &Node, earlier: &Node) -> bool {
    match (&later.value, &earlier.value) {
        (Value::Map(new), Value::Map(old)) => old.iter().all(|entry| {
            let mut same = new.iter().filter(|it| it.key.value == entry.key.value);
            same.next().is_some_and(|it| holds(&it.value, &entry.value))
        }),
        (Value::Seq(new), Value::Seq(old)) => {
            new.len() >= old.len() && old.iter().zip(new).all(|(old, new)| holds(new, old))
        }
        (new, old) => new == old,
    }
}

/// Finds the end of a value; of a block that of what stands last in it.
fn end_of(text: &str, node: &Node) -> usize {
    let span = node.location.span;
    let opens = text
        .get(span.start as usize..)
        .and_then(|it| it.chars().next());
    let within = match (&node.value, opens) {
        (_, Some('{' | '[')) => None,
        (Value::Map(map), _) => map
            .iter()
            .map(|it| end_of(text, &it.value).max(it.key.location.span.end as usize))
            .max(),
        (Value::Seq(items), _) => items.iter().map(|it| end_of(text, it)).max(),
        _ => None,
    };
    within.unwrap_or(span.end as usize)
}

/// Finds where the line after a byte begins.
fn next_line(text: &str, end: usize) -> usize {
    if end > 0 && text.as_bytes().get(end - 1) == Some(&b'\n') {
        return end;
    }
    let rest = text.get(end..).unwrap_or_default();
    rest.find('\n').map_or(text.len(), |it| end + it + 1)
}

fn at_line(text: &str, at: usize, added: String) -> Insertion {
    let crlf = text.contains("\r\n");
    let added = if crlf {
        added.replace('\n', "\r\n")
    } else {
        added
    };
    let is_open = at == text.len() && !text.is_empty() && !text.ends_with('\n');
    let text = match (is_open, crlf) {
        (false, _) => added,
        (true, false) => format!("\n{added}"),
        (true, true) => format!("\r\n{added}"),
    };
    Insertion { at, text }
}

fn column(text: &str, at: usize) -> usize {
    let line = text
        .get(..at)
        .and_then(|it| it.rfind('\n'))
        .map_or(0, |it| it + 1);
    at - line
}

fn lines_of(added: &[(&'static str, Added)], indent: usize, out: &mut String) {
    let blank = " ".repeat(indent);
    for (key, value) in added {
        out.push_str(&format!("{blank}{key}:"));
        value_of(value, indent, out);
    }
}

/// Writes what stands behind a colon.
fn value_of(value: &Added, indent: usize, out: &mut String) {
    match value {
        Added::Map(map) if map.iter().any(|it| !matches!(it.1, Added::Words(_))) => {
            out.push('\n');
            lines_of(map, indent + 2, out);
        }
        Added::List(list) => {
            out.push('\n');
            for item in list {
                item_of(item, indent + 2, out);
            }
        }
        other => out.push_str(&format!(" {}\n", flow(other))),
    }
}

fn item_of(item: &Added, indent: usize, out: &mut String) {
    let blank = " ".repeat(indent);
    match item {
        Added::Map(map) => {
            let mut inner = String::new();
            lines_of(map, indent + 2, &mut inner);
            let inner = inner.get(indent + 2..).unwrap_or_default();
            out.push_str(&format!("{blank}- {inner}"));
        }
        other => out.push_str(&format!("{blank}- {}\n", flow(other))),
    }
}

fn flow(added: &Added) -> String {
    match added {
        Added::Text(text) => scalar(text),
        Added::Words(words) => {
            let words: Vec<String> = words.iter().map(|it| scalar(it)).collect();
            format!("[{}]", words.join(", "))
        }
        Added::Map(map) => {
            let entries: Vec<String> = map
                .iter()
                .map(|(key, it)| format!("{key}: {}", flow(it)))
                .collect();
            format!("{{{}}}", entries.join(", "))
        }
        Added::List(list) => {
            let list: Vec<String> = list.iter().map(flow).collect();
            format!("[{}]", list.join(", "))
        }
    }
}

/// Writes a text as it is where that is safe everywhere, and in quotes otherwise.
fn scalar(text: &str) -> String {
    const WORDS: [&str; 9] = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"];
    let is_letter = |it: char| it.is_alphabetic() || it == '_';
    let is_plain = |it: char| it.is_alphanumeric() || "_ .;/()'+%-".contains(it);
    let is_safe = text.starts_with(is_letter)
        && text.chars().all(is_plain)
        && !text.ends_with([' ', '-'])
        && !WORDS.contains(&text.to_lowercase().as_str());
    match is_safe {
        true => text.to_owned(),
        false => serde_json::Value::from(text).to_string(),
    }
}
