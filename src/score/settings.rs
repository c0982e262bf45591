//! What `dsql.yml` says of `score`, and configurations of tests and nodes.

use std::collections::HashSet;

use indexmap::IndexMap;

use super::dimension::{DIMENSIONS, OF_TESTS, is_of_whole, usual};
use crate::diagnostics::{Code, Diagnostic, did_you_mean};
use crate::nodes::{Node as Resource, ResourceType, Resources};
use crate::project::SettingsReader;
use crate::text::Location;
use crate::yaml::{Mapping, Node, Value};

/// The configuration that names the key of entities.
pub const SCORE_BY: &str = "score_by";

/// How data is scored.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Whether runs are scored.
    pub is_on: bool,
    /// The score that the project has to have, and where that is said.
    pub minimum: Option<(f64, Location)>,
    /// All dimensions with their weights.
    pub dimensions: IndexMap<String, f64>,
    /// The dimensions of kinds of tests that are named, and where they are.
    of_kinds: IndexMap<String, (String, Location)>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            is_on: false,
            minimum: None,
            dimensions: DIMENSIONS.map(|it| (it.to_owned(), 1.0)).into(),
            of_kinds: IndexMap::new(),
        }
    }
}

const KEYS: &[&str] = &["dimensions", "minimum"];
const PAGE: &str = "docs/score.md";

impl Settings {
    /// Reads the file; without one nothing is scored unless that is asked for.
    pub fn read(file: Option<&Node>) -> (Self, Vec<Diagnostic>) {
        let mut reader = SettingsReader::new(PAGE);
        let mut settings = Self::default();
        let map = file.and_then(Node::as_map);
        let node = map.and_then(|it| it.get("score"));
        let Some(node) = node.filter(|it| !it.is_null()) else {
            return (settings, reader.findings);
        };
        match (node.as_bool(), node.as_map()) {
            (Some(is_on), _) => settings.is_on = is_on,
            (None, Some(map)) => {
                settings.is_on = true;
                reader.keys(map, KEYS, "`score`");
                settings.minimum = share(map, &mut reader);
                settings.dimensions(map, &mut reader);
            }
            _ => reader.wrong(node, "`score` must be `true`, or a mapping"),
        }
        let has_events = map.and_then(|it| it.get("events")).and_then(Node::as_bool);
        if settings.is_on && has_events != Some(true) {
            let message =
                "scores are made of results of tests, and no events are kept that tell them";
            let finding = Diagnostic::error(Code::InvalidSettings, message).at(node.location);
            reader.findings.push(finding.help("add `events: true`"));
        }
        (settings, reader.findings)
    }

    fn dimensions(&mut self, map: &Mapping, reader: &mut SettingsReader) {
        let Some(node) = map.get("dimensions").filter(|it| !it.is_null()) else {
            return;
        };
        let Some(dimensions) = reader.map(node, "`dimensions`") else {
            return;
        };
        for entry in dimensions {
            let name = entry.key.as_str().unwrap_or_default().to_owned();
            let said = &entry.value;
            let named = said.as_map();
            let has_tests = named.is_some_and(|it| it.get("tests").is_some());
            let near = did_you_mean(&name, DIMENSIONS).filter(|_| !has_tests);
            if let Some(near) = near.filter(|_| !DIMENSIONS.contains(&&*name)) {
                let message = format!("`{name}` is a dimension of its own, and of no kind of test");
                let finding = Diagnostic::warning(Code::InvalidSettings, message);
                let finding = finding.at(entry.key.location);
                let help = format!("did you mean `{near}`?");
                reader.findings.push(finding.help(help));
            }
            if let Some(named) = named {
                reader.keys(named, &["tests", "weight"], "a dimension");
                for (kind, location) in reader.texts(named, "tests") {
                    self.of_kinds.insert(kind, (name.clone(), location));
                }
            }
            let weight = match named {
                Some(named) => named.get("weight").filter(|it| !it.is_null()),
                None => Some(said).filter(|it| !it.is_null()),
            };
            let weight = weight.map_or(Some(1.0), |it| {
                let weight = number(it).filter(|it| *it >= 0.0);
                if weight.is_none() {
                    reader.wrong(it, "the weight of a dimension must be a number from 0 on");
                }
                weight
            });
            self.dimensions.insert(name, weight.unwrap_or(1.0));
        }
    }

    /// Returns the dimension of a test, its weight, and whether its failures are rows.
    pub fn judged(&self, test: &Resource) -> (String, f64, bool) {
        let kind = test.as_generic_test().map_or("", |it| it.name.as_str());
        let named = test.config.str("dimension").map(str::to_owned);
        let named = named.filter(|it| self.dimensions.contains_key(it));
        let of_kind = || self.of_kinds.get(kind).map(|it| it.0.clone());
        let dimension = named.or_else(of_kind);
        let dimension = dimension.unwrap_or_else(|| usual(kind).to_owned());
        let weight = test
            .config
            .get("weight")
            .and_then(serde_json::Value::as_f64);
        let weight = weight.filter(|it| *it >= 0.0).unwrap_or(1.0);
        let counts_rows = match test.config.str("scores") {
            Some("rows") => true,
            Some("whole") => false,
            _ => {
                !is_of_whole(kind)
                    && test
                        .config
                        .str("fail_calc")
                        .is_none_or(|it| it == "count(*)")
            }
        };
        (dimension, weight, counts_rows)
    }

    /// Finds what configurations of tests say that means nothing, and kinds of tests that nobody has.
    pub fn check(&self, resources: &Resources) -> Vec<Diagnostic> {
        let nodes = resources.nodes.values();
        let tests =
            nodes.filter(|it| it.resource_type == ResourceType::Test && it.config.enabled());
        let wrong = tests.filter_map(|test| self.wrong(test));
        wrong.chain(self.unknown_kinds(resources)).collect()
    }

    fn unknown_kinds(&self, resources: &Resources) -> Vec<Diagnostic> {
        if self.of_kinds.is_empty() {
            return Vec::new();
        }
        let macros = resources.macros.values();
        let kinds: HashSet<&str> = macros
            .filter_map(|it| it.name.strip_prefix("test_"))
            .collect();
        let unknown = self
            .of_kinds
            .iter()
            .filter(|(kind, _)| !kinds.contains(kind.as_str()));
        let finding = |(kind, (_, location)): (&String, &(String, Location))| {
            let message = format!("there is no kind of test `{kind}`");
            let help = match did_you_mean(kind, kinds.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "write the name of a generic test, without its package".to_owned(),
            };
            let finding = Diagnostic::warning(Code::InvalidSettings, message);
            finding.at(*location).help(help)
        };
        unknown.map(finding).collect()
    }

    fn wrong(&self, test: &Resource) -> Option<Diagnostic> {
        let get = |key: &str| test.config.get(key).filter(|it| !it.is_null());
        let (message, help) = if let Some(said) = get("dimension")
            && !said
                .as_str()
                .is_some_and(|it| self.dimensions.contains_key(it))
        {
            let names = self.dimensions.keys().map(String::as_str);
            let near = said.as_str().and_then(|it| did_you_mean(it, names.clone()));
            let help = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!(
                    "there are `{}`; `score: {{dimensions: …}}` in dsql.yml adds more",
                    names.collect::<Vec<_>>().join("`, `")
                ),
            };
            (format!("there is no dimension {said}"), help)
        } else if let Some(said) = get("weight")
            && !said.as_f64().is_some_and(|it| it >= 0.0)
        {
            let help = "write a number from 0 on; 1 is the weight of all others".to_owned();
            (format!("`weight` of a test cannot be {said}"), help)
        } else if let Some(said) = get("scores")
            && !said.as_str().is_some_and(|it| OF_TESTS.contains(&it))
        {
            let help =
                "write `rows` if its failures are rows of the model, else `whole`".to_owned();
            (format!("`scores` cannot be {said}"), help)
        } else {
            return None;
        };
        let at = test.patch_location.unwrap_or(test.file_or_entry());
        Some(
            Diagnostic::error(Code::InvalidConfig, message)
                .at(at)
                .help(help),
        )
    }
}

fn share(map: &Mapping, reader: &mut SettingsReader) -> Option<(f64, Location)> {
    let node = map.get("minimum").filter(|it| !it.is_null())?;
    let minimum = number(node).filter(|it| (0.0..=1.0).contains(it));
    if minimum.is_none() {
        match number(node) {
            Some(number) => {
                let message = format!("`minimum` must be a number from 0 to 1, not {number}");
                let finding = Diagnostic::error(Code::InvalidSettings, message);
                reader.findings.push(finding.at(node.location));
            }
            None => reader.wrong(node, "`minimum` must be a number from 0 to 1"),
        }
    }
    minimum.map(|it| (it, node.location))
}

fn number(node: &Node) -> Option<f64> {
    match &node.value {
        Value::Int(number) => number.to_string().parse().ok(),
        Value::Float(number) => Some(*number),
        _ => None,
    }
}
