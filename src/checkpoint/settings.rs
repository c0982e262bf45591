//! What `dsql.yml` says of `checkpoints`.

use crate::check::Layer;
use crate::diagnostics::{Code, Diagnostic};
use crate::graph::selection::{IndirectSelection, Spec};
use crate::nodes::{CHECKPOINT_KEYS, Checkpoint};
use crate::project::SettingsReader;
use crate::text::Location;
use crate::yaml::{Mapping, Node};

/// Nodes, and what is measured of them.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Which nodes; none means all.
    pub spec: Option<Spec>,
    /// The layer that they are in, if it matters.
    pub layer: Option<Layer>,
    /// What is measured.
    pub checkpoint: Checkpoint,
    /// Where it is said.
    pub location: Location,
}

/// Of which nodes what is measured. Of several entries that choose a node, the last counts.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// In the order of the file.
    pub entries: Vec<Entry>,
}

const KEY: &str = "checkpoints";
const PAGE: &str = "docs/checkpoints.md";

impl Settings {
    /// Reads the file; without one nothing is measured but what nodes say themselves.
    pub fn read(file: Option<&Node>) -> (Self, Vec<Diagnostic>) {
        let mut reader = SettingsReader::new(PAGE);
        let mut settings = Self::default();
        let map = file.and_then(Node::as_map);
        let node = map.and_then(|it| it.get(KEY)).filter(|it| !it.is_null());
        if let Some(node) = node {
            settings.entries = match (node.as_seq(), node.as_bool()) {
                (Some(items), _) => items
                    .iter()
                    .filter_map(|it| entry(it, &mut reader))
                    .collect(),
                (_, Some(true)) => vec![of_all(node.location)],
                (_, Some(false)) => Vec::new(),
                _ => {
                    reader.wrong(
                        node,
                        "`checkpoints` must be a list, or `true` for all nodes",
                    );
                    Vec::new()
                }
            };
            let has_events = map.and_then(|it| it.get("events")).and_then(Node::as_bool);
            if !settings.entries.is_empty() && has_events != Some(true) {
                let message = "what checkpoints measure are events, and no events are kept";
                let finding = Diagnostic::error(Code::InvalidSettings, message).at(node.location);
                reader.findings.push(finding.help("add `events: true`"));
            }
        }
        (settings, reader.findings)
    }
}

fn of_all(location: Location) -> Entry {
    Entry {
        spec: None,
        layer: None,
        checkpoint: Checkpoint::default(),
        location,
    }
}

fn entry(node: &Node, reader: &mut SettingsReader) -> Option<Entry> {
    let map = reader.map(node, "a checkpoint")?;
    let known: Vec<&str> = ["layer", "select"]
        .into_iter()
        .chain(CHECKPOINT_KEYS)
        .collect();
    reader.keys(map, &known, "a checkpoint");
    let mut what = map.to_json();
    what.retain(|key, _| CHECKPOINT_KEYS.contains(&key.as_str()));
    let checkpoint = match Checkpoint::of(&what) {
        Ok(checkpoint) => checkpoint,
        Err(wrong) => {
            let at = wrong.key.and_then(|key| map.get(&key));
            let at = at.map_or(node.location, |it| it.location);
            let finding = Diagnostic::error(Code::InvalidSettings, wrong.message).at(at);
            reader.findings.push(finding.help(wrong.help));
            return None;
        }
    };
    Some(Entry {
        spec: spec(map, reader),
        layer: layer(map, reader),
        checkpoint,
        location: node.location,
    })
}

fn spec(map: &Mapping, reader: &mut SettingsReader) -> Option<Spec> {
    let node = map.get("select").filter(|it| !it.is_null())?;
    let words = node.as_seq().unwrap_or(std::slice::from_ref(node)).iter();
    let words: Option<Vec<String>> = words.map(|it| it.as_str().map(str::to_owned)).collect();
    let Some(words) = words else {
        reader.wrong(node, "`select` must be a word or a list of words");
        return None;
    };
    let (spec, wrong) = Spec::parse(&words, &[], IndirectSelection::default());
    reader
        .findings
        .extend(wrong.into_iter().map(|it| it.at(node.location)));
    Some(spec)
}

fn layer(map: &Mapping, reader: &mut SettingsReader) -> Option<Layer> {
    let node = map.get("layer").filter(|it| !it.is_null())?;
    let found = node.as_str().and_then(Layer::named);
    if found.is_none() {
        let names = Layer::ALL.iter().map(|it| it.as_str());
        reader.unknown(node, names, "there is no layer");
    }
    found
}
