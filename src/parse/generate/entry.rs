//! An entry with `generate:` → an entry for each row.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Generated, GeneratedModel, TableName, table};
use crate::diagnostics::{Code, Diagnostic, did_you_mean};
use crate::jinja::library;
use crate::nodes::Row;
use crate::parse::Stage;
use crate::project::{Render, YamlKind, has_jinja};
use crate::text::{FileId, Location, Text};
use crate::yaml::{Entry as Pair, Mapping, Node, Value};

/// The key.
pub(super) const KEY: &str = "generate";
const KEYS: [&str; 3] = ["from", "name", "query"];
/// What a template sees of its row.
const ROW: &str = "row";

/// What an entry says of generating.
pub(super) struct Entry<'n> {
    /// The name of the file that is the template.
    pub(super) template: &'n str,
    /// How models are called.
    name: &'n Node,
    pub(super) table: TableName,
    pub(super) table_at: Location,
}

/// Reads an entry; none if it generates nothing, or says it wrong.
pub(super) fn read<'n>(
    entry: &'n Node,
    renderer: &dyn Render,
    findings: &mut Vec<Diagnostic>,
) -> Option<Entry<'n>> {
    let said = entry.as_map()?.entry(KEY)?;
    let template = entry.get("name")?;
    let mut wrong = |location: Location, message: &str, help: &str| {
        let finding = Diagnostic::error(Code::InvalidGeneration, message);
        findings.push(finding.at(location).help(help));
    };
    let Some(map) = said.value.as_map() else {
        let help = "write `generate: {from: metadata/tables.csv, name: \"stg_{{ row.name }}\"}`";
        wrong(said.value.location, "`generate` must be a mapping", help);
        return None;
    };
    for key in map.iter().map(|it| &it.key) {
        let name = key.as_str().unwrap_or_default();
        if !KEYS.contains(&name) {
            let message = format!("`generate` has no key `{name}`");
            let help = match did_you_mean(name, KEYS) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "there are `from`, `query` and `name`".to_owned(),
            };
            wrong(key.location, &message, &help);
        }
    }
    let place = said.key.location;
    let Some(name) = map.get("name").filter(|it| it.as_str().is_some()) else {
        let help = "say how models are called: `name: \"stg_{{ row.name }}\"`";
        wrong(place, "`generate` has no `name`", help);
        return None;
    };
    let (table, node) = match (map.get("from"), map.get("query")) {
        (Some(node), None) => (TableName::File as fn(String) -> TableName, node),
        (None, Some(node)) => (TableName::Query as fn(String) -> TableName, node),
        (None, None) => {
            let help = "name a table: `from: metadata/tables.csv`, or `query: select …`";
            wrong(place, "`generate` has no table", help);
            return None;
        }
        (Some(_), Some(node)) => {
            let help = "keep `from` or `query`";
            wrong(node.location, "`generate` has two tables", help);
            return None;
        }
    };
    let rendered = match renderer.render(node) {
        Ok(rendered) => rendered,
        Err(finding) => {
            findings.push(finding);
            return None;
        }
    };
    Some(Entry {
        template: template.as_str()?,
        name,
        table: table(rendered.as_str()?.trim().to_owned()),
        table_at: node.location,
    })
}

/// Puts an entry for each row in the place of those that generate models. Returns what is generated.
pub(in crate::parse) fn expand(
    root: &mut Node,
    (package, file, text): (usize, FileId, &Arc<Text>),
    stage: &Stage<'_>,
    findings: &mut Vec<Diagnostic>,
) -> Generated {
    let mut generated = Generated::default();
    if !text.content.contains(KEY) {
        return generated;
    }
    let Value::Map(sections) = &mut root.value else {
        return generated;
    };
    let models = sections
        .values_mut()
        .find(|it| it.0.as_str() == Some("models"));
    let Some(Value::Seq(entries)) = models.map(|it| &mut it.1.value) else {
        return generated;
    };
    let mut expansion = Expansion {
        package,
        file,
        text,
        stage,
        findings,
        generated: &mut generated,
    };
    let before = std::mem::take(entries);
    for entry in before {
        match entry.get(KEY) {
            Some(_) => entries.extend(expansion.entries(&entry)),
            None => entries.push(entry),
        }
    }
    generated
}

struct Expansion<'a, 's> {
    package: usize,
    file: FileId,
    text: &'a Arc<Text>,
    stage: &'a Stage<'s>,
    findings: &'a mut Vec<Diagnostic>,
    generated: &'a mut Generated,
}

impl Expansion<'_, '_> {
    fn entries(&mut self, entry: &Node) -> Vec<Node> {
        if let Some(node) = entry.get("name")
            && let Some(name) = node.as_str()
        {
            let templates = &mut self.generated.templates;
            templates.push((name.to_owned(), node.location));
        }
        let package = &self.stage.packages[self.package];
        let context = self.stage.loaded.yaml_context(&package.name);
        let renderer = context.renderer(YamlKind::Plain, self.file, self.text.clone());
        let Some(read) = read(entry, &renderer, self.findings) else {
            return Vec::new();
        };
        if let Some(versions) = entry.get("versions") {
            self.wrong(versions.location, "generated models have no versions");
        }
        // What could not be read has been told.
        let Some(table) = package.tables.get(read.table.as_str()) else {
            return Vec::new();
        };
        let rows = match table::rows(&read.table, *table, self.stage.texts) {
            Ok(rows) => rows,
            Err(finding) => {
                let from = format!("the table of `{}`", read.template);
                self.findings.push(finding.label(read.table_at, from));
                return Vec::new();
            }
        };
        if rows.is_empty() {
            let message = format!("`{}` generates no model: there is no row", read.template);
            let finding = Diagnostic::warning(Code::InvalidGeneration, message);
            self.findings.push(finding.at(read.table_at));
        }
        let mut all = Vec::with_capacity(rows.len());
        let mut known: HashMap<String, Location> = HashMap::new();
        for row in rows {
            let context = context.with(ROW, library::row(row.clone()));
            let renderer = context.renderer(YamlKind::Plain, self.file, self.text.clone());
            let Some(name) = self.name(&read, &row, &renderer, &mut known) else {
                continue;
            };
            all.push(self.entry(entry, &name, &row, &renderer));
            self.generated.models.push(GeneratedModel {
                template: self.generated.templates.len().saturating_sub(1),
                name,
                row,
            });
        }
        all
    }

    /// Names the model of a row.
    fn name(
        &mut self,
        read: &Entry<'_>,
        row: &Row,
        renderer: &dyn Render,
        known: &mut HashMap<String, Location>,
    ) -> Option<String> {
        let name = match renderer.render(read.name) {
            Ok(serde_json::Value::String(name)) => name,
            Ok(other) => other.to_string(),
            Err(finding) => {
                self.findings.push(row.named_in(finding));
                return None;
            }
        };
        let is_plain = |it: char| it.is_alphanumeric() || matches!(it, '_' | '-' | '.');
        if name.is_empty() || !name.chars().all(is_plain) {
            let message = format!("`{name}` cannot be the name of a model");
            let finding = Diagnostic::error(Code::InvalidGeneration, message)
                .at(row.location)
                .label(read.name.location, "this makes the name")
                .help("a name has letters, digits and `_`");
            self.findings.push(finding);
            return None;
        }
        if let Some(first) = known.insert(name.clone(), row.location) {
            let message = format!("two rows generate the model `{name}`");
            let finding = Diagnostic::error(Code::DuplicateName, message)
                .label(row.location, "the second row")
                .label(first, "the first one")
                .help("give them other names, or let `name` say more of the row");
            self.findings
                .push(finding.label(read.name.location, "this makes the name"));
            return None;
        }
        Some(name)
    }

    /// Makes the entry of a row.
    fn entry(&mut self, entry: &Node, name: &str, row: &Row, renderer: &dyn Render) -> Node {
        let pairs = entry.as_map().into_iter().flatten();
        let pairs = pairs.filter(|it| it.key.as_str() != Some(KEY));
        let pairs = pairs.map(|it| {
            let mut pair = it.clone();
            if pair.key.as_str() == Some("name") {
                pair.value.value = Value::String(name.to_owned());
            } else {
                self.fill(&mut pair.value, row, renderer);
            }
            pair
        });
        let pairs: Vec<Pair> = pairs.collect();
        let mapping = Mapping::from_entries(pairs, |_, _| {});
        Node::new(Value::Map(mapping), entry.location)
    }

    /// Renders what mentions the row; all else is rendered where that of other models is.
    fn fill(&mut self, node: &mut Node, row: &Row, renderer: &dyn Render) {
        let location = node.location;
        match &mut node.value {
            Value::Seq(items) => items.iter_mut().for_each(|it| self.fill(it, row, renderer)),
            Value::Map(mapping) => {
                for (_, value) in mapping.values_mut() {
                    self.fill(value, row, renderer);
                }
            }
            Value::String(text) if has_jinja(text) && mentions(text, ROW) => {
                match renderer.render(node) {
                    Ok(json) => node.value = Value::from_json(&json, location),
                    Err(finding) => {
                        self.findings.push(row.named_in(finding));
                        node.value = Value::Null;
                    }
                }
            }
            _ => {}
        }
    }

    fn wrong(&mut self, location: Location, message: &str) {
        let finding = Diagnostic::error(Code::InvalidGeneration, message);
        self.findings.push(finding.at(location));
    }
}

/// Tells whether a text has a name in it as a word.
fn mentions(text: &str, name: &str) -> bool {
    let is_word = |it: char| it.is_alphanumeric() || it == '_';
    text.match_indices(name).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + name.len()..].chars().next();
        !before.is_some_and(is_word) && !after.is_some_and(is_word)
    })
}
