//! A file of findings that were there when it was written, and are not told.
//!
//! A finding is known by its rule, its node and the text that it points at, so it is found again wherever its lines go. One that is
//! about a model as a whole is known by what it is about: the name of the model, or one of its columns.

use std::collections::BTreeMap;

use crate::diagnostics::{Code, Diagnostic};
use crate::text::{FileId, Location, Texts};
use crate::yaml::{self, Node, Value};

/// What a finding is known by: rule, node, text.
type Key = (String, String, String);

/// The file.
#[derive(Debug, Clone, Default)]
pub struct Baseline {
    entries: BTreeMap<Key, Entry>,
}

#[derive(Debug, Clone)]
struct Entry {
    count: usize,
    place: Option<Location>,
}

/// The first lines of the file.
const HEAD: &str = "# Findings that `dsql check` does not tell, since they were there when this file was written.\n\
                    # `dsql check --write-baseline` writes it anew.\n";

impl Baseline {
    /// Reads a file.
    pub fn read(file: FileId, text: &str) -> (Self, Vec<Diagnostic>) {
        let (node, mut findings) = yaml::parse(file, text);
        let mut all = Self::default();
        let wrong = |at: Location| {
            let message = "this is no baseline";
            let finding = Diagnostic::error(Code::InvalidSettings, message).at(at);
            finding.help("write it anew with `dsql check --write-baseline`")
        };
        match node {
            Some(node) if node.is_null() => {}
            Some(node) => match node.as_seq() {
                Some(items) => {
                    for item in items {
                        match entry(item) {
                            Some((key, entry)) => {
                                all.entries.insert(key, entry);
                            }
                            None => findings.push(wrong(item.location)),
                        }
                    }
                }
                None => findings.push(wrong(node.location)),
            },
            None => {}
        }
        (all, findings)
    }

    /// Writes the file: a finding a line, so that whoever mends one takes out one line.
    pub fn write(&self) -> String {
        let mut text = HEAD.to_owned();
        for ((rule, node, found), entry) in &self.entries {
            let found = serde_json::Value::from(found.as_str());
            let count = entry.count;
            text.push_str(&format!(
                "- {{rule: {rule}, node: {node}, count: {count}, text: {found}}}\n"
            ));
        }
        text
    }

    /// Returns the number of findings in it.
    pub fn count(&self) -> usize {
        self.entries.values().map(|it| it.count).sum()
    }

    /// Adds a finding.
    pub(super) fn add(&mut self, key: Key) {
        let entry = self.entries.entry(key);
        let entry = entry.or_insert(Entry {
            count: 0,
            place: None,
        });
        entry.count += 1;
    }

    /// Takes a finding out. Tells whether it was there.
    pub(super) fn take(&mut self, key: &Key) -> bool {
        let entry = self.entries.get_mut(key).filter(|it| it.count > 0);
        entry.map(|it| it.count -= 1).is_some()
    }

    /// Takes over what another one has of nodes that were not looked at.
    pub(super) fn keep(&mut self, other: &Self, is_kept: impl Fn(&str) -> bool) {
        for (key, entry) in other.entries.iter().filter(|(key, _)| is_kept(&key.1)) {
            self.entries.insert(key.clone(), entry.clone());
        }
    }

    /// Finds what is left over of nodes that were looked at.
    pub(super) fn left(&self, is_looked_at: impl Fn(&str) -> bool) -> Vec<Diagnostic> {
        let left = self.entries.iter().filter(|(_, entry)| entry.count > 0);
        let left = left.filter(|((_, node, _), _)| is_looked_at(node));
        let told = left.map(|((rule, node, _), entry)| {
            let name = node.rsplit('.').next().unwrap_or(node);
            let message = match entry.count {
                1 => format!("a `{rule}` of `{name}` is in the baseline and is not there"),
                count => {
                    format!("{count} `{rule}` of `{name}` are in the baseline and are not there")
                }
            };
            let finding = Diagnostic::warning(Code::StaleBaseline, message);
            let finding = entry.place.into_iter().fold(finding, Diagnostic::at);
            finding.help("write it anew with `dsql check --write-baseline`")
        });
        told.collect()
    }
}

fn entry(item: &Node) -> Option<(Key, Entry)> {
    let text = |key: &str| item.get(key)?.as_str().map(str::to_owned);
    let key = (text("rule")?, text("node")?, text("text")?);
    let count = match item.get("count")?.value {
        Value::Int(count) => usize::try_from(count).ok()?,
        _ => return None,
    };
    let place = Some(item.location);
    Some((key, Entry { count, place }))
}

/// Returns what a finding is known by.
pub(super) fn key(
    finding: &Diagnostic,
    (node, subject): (Option<&str>, Option<&str>),
    texts: &Texts,
) -> Key {
    let place = finding.labels.first().map(|it| it.location);
    let pointed = || place.and_then(|it| texts.content(it.file).get(it.span.range()));
    let text = match subject.map_or_else(|| plain(pointed().unwrap_or_default()), plain) {
        text if text.is_empty() => finding.message.clone(),
        text => text,
    };
    let node = node.unwrap_or_default().to_owned();
    (finding.code.as_str().to_owned(), node, text)
}

/// Writes a text on one line, with one blank between words.
fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
