//! What `dsql.yml` says: layers, how bad findings are, the baseline.

use std::collections::BTreeMap;

use super::found::OF_READERS;
use super::layers::{Layer, LayerSettings, LayersSettings};
use super::rules;
use super::standard::Standard;
use crate::diagnostics::{Code, Diagnostic, Severity, did_you_mean};
use crate::project::{SettingsReader, is_off};
use crate::text::Location;
use crate::yaml::{Mapping, Node};

/// What can be chosen for a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    /// Ends `check` with 1, and stops a build that checks first.
    Error,
    /// Is told.
    Warn,
    /// Is not looked for.
    Off,
}

impl Level {
    /// Returns how bad a finding is; none if it is not told.
    pub(super) fn severity(self) -> Option<Severity> {
        match self {
            Self::Error => Some(Severity::Error),
            Self::Warn => Some(Severity::Warning),
            Self::Off => None,
        }
    }
}

/// What is chosen for a rule: for all layers, or for some.
#[derive(Debug, Clone, PartialEq)]
enum Choice {
    All(Level),
    ByLayer(BTreeMap<Layer, Level>),
}

/// What `dsql.yml` says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Settings {
    /// Where layers come from.
    pub layers: LayersSettings,
    /// Whether rules that are off unless chosen are chosen.
    pub is_recommended: bool,
    /// The file of findings that are not told, and where it is named.
    pub baseline: Option<(String, Location)>,
    /// Whether `build` checks first.
    pub checks_before_build: bool,
    /// Tags that must not reach public models and exposures, and where they are named.
    pub restricted_tags: Vec<(String, Location)>,
    /// Functions that mask what they are given, beside those that are known to, in lower case.
    pub masking: Vec<String>,
    /// Whether columns have the descriptions and tags of those that they are in the manifest.
    pub inherits: bool,
    /// Whether the manifest says of which columns each column comes.
    pub lineage_in_meta: bool,
    /// Whether what happens in runs is kept as data.
    pub events: bool,
    /// Whether the project has models of that.
    pub event_models: bool,
    /// Whether what is known of the project's data is kept as tables.
    pub metadata: bool,
    /// What is required to be said of it.
    pub required: Standard,
    rules: BTreeMap<Code, Choice>,
}

const KEYS: &[&str] = &[
    "alerts",
    "baseline",
    "check-before-build",
    "checkpoints",
    "control",
    "event_models",
    "events",
    "insights",
    "layers",
    "manifest",
    "metadata",
    "openlineage",
    "rules",
    "score",
    "tags",
];
const MANIFEST_KEYS: &[&str] = &["inherit", "lineage"];
const METADATA_KEYS: &[&str] = &["required", "tables"];
const TAG_KEYS: &[&str] = &["masking", "restricted"];
const LAYER_KEYS: &[&str] = &["may-read", "names", "packages", "paths"];
/// The key beside the names of rules, and what it can be.
const PRESET: (&str, &str) = ("preset", "recommended");

impl Settings {
    /// Reads the file; without one everything is as usual.
    pub fn read(file: Option<&Node>) -> (Self, Vec<Diagnostic>) {
        let mut reader = Reader(SettingsReader::new("docs/check.md"));
        let settings = file.map(|it| reader.settings(it)).unwrap_or_default();
        (settings, reader.0.findings)
    }

    /// Returns what is chosen for a rule.
    pub(super) fn chosen(&self, code: Code, layer: Option<Layer>) -> Option<Level> {
        match self.rules.get(&code)? {
            Choice::All(level) => Some(*level),
            Choice::ByLayer(levels) => levels.get(&layer?).copied(),
        }
    }

    /// Returns what is said of a layer.
    pub(super) fn layer(&self, layer: Layer) -> Option<&LayerSettings> {
        match &self.layers {
            LayersSettings::Named(named) => named.get(&layer),
            _ => None,
        }
    }

    /// Tells whether a rule is looked for that is about what reads a node.
    pub fn looks_at_readers(&self) -> bool {
        OF_READERS.iter().any(|it| self.is_on(*it))
    }

    /// Tells whether a rule can find anything that is told.
    pub(super) fn is_on(&self, code: Code) -> bool {
        match (self.rules.get(&code), rules::kind(code)) {
            (Some(Choice::All(level)), _) => *level != Level::Off,
            (Some(Choice::ByLayer(levels)), Some(rules::Kind::Governance)) => {
                self.is_recommended || levels.values().any(|it| *it != Level::Off)
            }
            (Some(Choice::ByLayer(_)), _) => true,
            (None, Some(rules::Kind::Governance)) => self.is_recommended,
            (None, Some(rules::Kind::Standard)) => !self.required.is_empty(),
            (None, _) => true,
        }
    }
}

/// Reads what is about checks.
struct Reader(SettingsReader);

impl Reader {
    fn settings(&mut self, file: &Node) -> Settings {
        let mut settings = Settings::default();
        if file.is_null() {
            return settings;
        }
        let Some(map) = self.0.map(file, "`dsql.yml`") else {
            return settings;
        };
        self.0.keys(map, KEYS, "`dsql.yml`");
        if let Some(node) = map.get("layers") {
            settings.layers = self.layers(node);
        }
        if let Some(node) = map.get("rules") {
            self.rules(node, &mut settings);
        }
        if let Some(node) = map.get("baseline").filter(|it| !it.is_null()) {
            match node.as_str() {
                Some(path) => settings.baseline = Some((path.to_owned(), node.location)),
                None => self.0.wrong(node, "`baseline` must be the path of a file"),
            }
        }
        settings.checks_before_build = self.0.switch(map, "check-before-build");
        settings.events = self.0.switch(map, "events");
        settings.event_models = self.event_models(map, settings.events);
        if let Some(node) = map.get("manifest").filter(|it| !it.is_null())
            && let Some(map) = self.0.map(node, "`manifest`")
        {
            self.0.keys(map, MANIFEST_KEYS, "`manifest`");
            settings.inherits = self.0.switch(map, "inherit");
            settings.lineage_in_meta = self.0.switch(map, "lineage");
        }
        if let Some(node) = map.get("metadata").filter(|it| !it.is_null()) {
            self.metadata(node, &mut settings);
        }
        if let Some(node) = map.get("tags").filter(|it| !it.is_null())
            && let Some(map) = self.0.map(node, "`tags`")
        {
            self.0.keys(map, TAG_KEYS, "`tags`");
            settings.restricted_tags = self.0.texts(map, "restricted");
            let masking = self.0.texts(map, "masking").into_iter();
            settings.masking = masking.map(|it| it.0.to_lowercase()).collect();
        }
        settings
    }

    /// Reads whether there are models of events, which need some.
    fn event_models(&mut self, map: &Mapping, events: bool) -> bool {
        let wanted = self.0.switch(map, "event_models");
        if let Some(node) = map.get("event_models").filter(|_| wanted && !events) {
            let message = "`event_models` has nothing to read without events";
            let finding = Diagnostic::error(Code::InvalidSettings, message).at(node.location);
            self.0
                .findings
                .push(finding.help("write `events: true` beside it"));
        }
        wanted && events
    }

    fn metadata(&mut self, node: &Node, settings: &mut Settings) {
        if let Some(on) = node.as_bool() {
            settings.metadata = on;
            return;
        }
        let Some(map) = node.as_map() else {
            let message = "`metadata` must be true, false or a mapping";
            return self.0.wrong(node, message);
        };
        self.0.keys(map, METADATA_KEYS, "`metadata`");
        settings.metadata = self.0.switch(map, "tables");
        settings.required = Standard::read(&mut self.0, map);
    }

    fn layers(&mut self, node: &Node) -> LayersSettings {
        if node.is_null() {
            return LayersSettings::Inferred;
        }
        if is_off(node) {
            return LayersSettings::Off;
        }
        let Some(map) = self.0.map(node, "`layers`") else {
            return LayersSettings::Inferred;
        };
        self.0.keys(map, &Layer::ALL.map(Layer::as_str), "`layers`");
        let mut all = BTreeMap::new();
        for layer in Layer::ALL {
            if let Some(node) = map.get(layer.as_str()) {
                all.insert(layer, self.layer(node, layer));
            }
        }
        LayersSettings::Named(all)
    }

    fn layer(&mut self, node: &Node, layer: Layer) -> LayerSettings {
        let named = format!("the layer `{layer}`");
        let Some(map) = self.0.map(node, &named) else {
            return LayerSettings::default();
        };
        self.0.keys(map, LAYER_KEYS, &named);
        let settings = LayerSettings {
            paths: self.0.texts(map, "paths"),
            packages: self.0.texts(map, "packages"),
            names: self.0.texts(map, "names"),
            may_read: self.0.texts(map, "may-read"),
        };
        if settings.paths.is_empty() && settings.packages.is_empty() {
            let message = format!("{named} has no `paths`");
            let finding = Diagnostic::error(Code::InvalidSettings, message).at(node.location);
            let help = "name its folders: `paths: [models/staging]`";
            self.0.findings.push(finding.help(help));
        }
        settings
    }

    fn rules(&mut self, node: &Node, settings: &mut Settings) {
        if node.is_null() {
            return;
        }
        if node.as_str() == Some(PRESET.1) {
            settings.is_recommended = true;
            return;
        }
        let Some(map) = node.as_map() else {
            let message = format!("`rules` must be `{}` or a mapping", PRESET.1);
            return self.0.wrong(node, &message);
        };
        for entry in map {
            let name = entry.key.as_str().unwrap_or_default();
            if name == PRESET.0 {
                match entry.value.as_str() {
                    Some(it) if it == PRESET.1 => settings.is_recommended = true,
                    _ => self.0.wrong(&entry.value, "`preset` must be `recommended`"),
                }
                continue;
            }
            let Some(code) = rules::rule(name) else {
                self.0
                    .unknown(&entry.key, rules::names(), "no rule is called");
                continue;
            };
            if let Some(choice) = self.choice(&entry.value) {
                settings.rules.insert(code, choice);
            }
        }
    }

    fn choice(&mut self, node: &Node) -> Option<Choice> {
        let Some(map) = node.as_map() else {
            return self.level(node).map(Choice::All);
        };
        self.0.keys(map, &Layer::ALL.map(Layer::as_str), "a rule");
        let mut levels = BTreeMap::new();
        for layer in Layer::ALL {
            if let Some(node) = map.get(layer.as_str())
                && let Some(level) = self.level(node)
            {
                levels.insert(layer, level);
            }
        }
        Some(Choice::ByLayer(levels))
    }

    fn level(&mut self, node: &Node) -> Option<Level> {
        match node.as_str() {
            Some("error") => Some(Level::Error),
            Some("warn") => Some(Level::Warn),
            _ if is_off(node) => Some(Level::Off),
            _ => {
                let words = ["error", "warn", "off"];
                let near = node.as_str().and_then(|it| did_you_mean(it, words));
                let message = "a rule is `error`, `warn` or `off`";
                let mut finding =
                    Diagnostic::error(Code::InvalidSettings, message).at(node.location);
                finding.help = near.map(|it| format!("did you mean `{it}`?"));
                self.0.findings.push(finding);
                None
            }
        }
    }
}
