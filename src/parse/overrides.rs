//! Entries of `sources:` with `overrides`: what they say of a package's source takes the place of
//! what the package says.

use std::collections::{HashMap, HashSet};

use super::Stage;
use super::patches::{Declared, read_with};
use super::properties::SourceDef;
use crate::diagnostics::{Code, Diagnostic};
use crate::yaml::{Entry, Mapping, Node, Value};

/// Source and package.
type Key = (String, String);

/// Tells whether a properties file may hold such an entry; unit tests have a key of that name, too.
pub fn may_override(text: &str) -> bool {
    text.match_indices("overrides").any(|(at, word)| {
        let rest = text[at + word.len()..].trim_start_matches(['"', '\'', ' ']);
        let Some(value) = rest.strip_prefix(':') else {
            return false;
        };
        let of_a_test = ["{", "macros", "vars", "env_vars", "#"];
        let value = value.trim_start();
        !of_a_test.iter().any(|it| value.starts_with(it))
    })
}

/// Reads the files again that declare such sources, with what is said of them.
pub(super) fn apply(
    all: &mut [Declared<'_>],
    stage: &Stage<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let mut overriding = Vec::new();
    for declared in all.iter_mut() {
        let sources = &mut declared.properties.sources;
        overriding.extend(sources.extract_if(.., |it| it.overrides.is_some()));
    }
    if overriding.is_empty() {
        return;
    }
    let overrides: HashMap<Key, &SourceDef> = overriding
        .iter()
        .filter_map(|it| {
            let package = it.overrides.as_ref()?.get("overrides")?.as_str()?;
            Some(((it.name.clone(), package.to_owned()), it))
        })
        .collect();
    let mut used: HashSet<(Key, String)> = HashSet::new();
    for declared in all {
        let package = &*stage.packages[declared.package].name;
        let mut concerned = false;
        for source in &declared.properties.sources {
            let key = (source.name.clone(), package.to_owned());
            if overrides.contains_key(&key) {
                concerned = true;
                let tables = source.tables.iter();
                used.extend(tables.map(|it| (key.clone(), it.name.clone())));
            }
        }
        if concerned {
            let change = |root: &mut Node| change(root, package, &overrides);
            let (again, _) = read_with(declared.package, declared.file, stage, &change);
            declared.properties.sources = again.properties.sources;
            let sources = &mut declared.properties.sources;
            sources.retain(|it| it.overrides.is_none());
        }
    }
    for (key, source) in &overrides {
        diagnostics.extend(unused(key, source, &used));
    }
}

/// Tells of what is said of sources and tables that are not there.
fn unused(key: &Key, source: &SourceDef, used: &HashSet<(Key, String)>) -> Vec<Diagnostic> {
    let (name, package) = key;
    let warn = |message, at, help: &str| {
        let finding = Diagnostic::warning(Code::UnusedProperties, message);
        finding.at(at).help(help)
    };
    if !used.iter().any(|(it, _)| it == key) {
        let message =
            format!("source `{name}` overrides one that package `{package}` does not have");
        let help = "name a source of the package, or leave `overrides` out";
        return vec![warn(message, source.location, help)];
    }
    let tables = source.tables.iter();
    let missing = tables.filter(|it| !used.contains(&(key.clone(), it.name.clone())));
    let findings = missing.map(|table| {
        let message = format!(
            "table `{}` overrides one that source `{name}` of package `{package}` does not have",
            table.name
        );
        warn(message, table.location, "rename or remove it")
    });
    findings.collect()
}

/// Writes over the sources of a package what is said of them elsewhere.
fn change(root: &mut Node, package: &str, overrides: &HashMap<Key, &SourceDef>) {
    let Value::Map(map) = &mut root.value else {
        return;
    };
    let sections = map.values_mut();
    let sections = sections.filter(|(key, _)| key.as_str() == Some("sources"));
    for (_, section) in sections {
        let Value::Seq(sources) = &mut section.value else {
            continue;
        };
        for source in sources {
            let name = source
                .get("name")
                .and_then(Node::as_str)
                .unwrap_or_default();
            let found = overrides.get(&(name.to_owned(), package.to_owned()));
            if let Some(over) = found.and_then(|it| it.overrides.as_ref())
                && source.get("overrides").is_none()
            {
                *source = changed_source(source, over);
            }
        }
    }
}

fn changed_source(source: &Node, over: &Node) -> Node {
    let tables = |node: &Node| node.get("tables").and_then(Node::as_seq).map(<[_]>::to_vec);
    let said = tables(over).unwrap_or_default();
    let mut own = tables(source).unwrap_or_default();
    for table in &mut own {
        let same = |it: &&Node| {
            it.get("name").map(|it| &it.value) == table.get("name").map(|it| &it.value)
        };
        if let Some(said) = said.iter().find(same) {
            *table = written_over(table, said, &["quoting", "freshness"], &["name"]);
        }
    }
    let mut source = written_over(
        source,
        over,
        &["config", "freshness"],
        &["name", "overrides", "tables"],
    );
    if let Value::Map(map) = &mut source.value {
        let mut entries = map.values_mut();
        if let Some((_, value)) = entries.find(|(key, _)| key.as_str() == Some("tables")) {
            value.value = Value::Seq(own);
        }
    }
    source
}

/// Writes the entries of one mapping over those of another; `lost` go in any case, as in dbt, and
/// `kept` stay.
fn written_over(own: &Node, over: &Node, lost: &[&str], kept: &[&str]) -> Node {
    let entries = |node: &Node, except: &[&str]| -> Vec<Entry> {
        let entries = node.as_map().into_iter().flat_map(Mapping::iter);
        let named = |it: &&Entry| !except.contains(&it.key.as_str().unwrap_or_default());
        entries.filter(named).cloned().collect()
    };
    let entries = [entries(own, lost), entries(over, kept)].concat();
    let map = Mapping::from_entries(entries, |_, _| ());
    Node::new(Value::Map(map), own.location)
}
