//! What `dsql.yml` says of `openlineage`.

use crate::diagnostics::{Code, Diagnostic};
use crate::project::SettingsReader;
use crate::yaml::{Mapping, Node};

/// Where events go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::pipeline) enum Place {
    /// A file, relative to the project.
    File(String),
    /// An address, and the variable that holds a key for it.
    Url(String, Option<String>),
}

/// What is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::pipeline) struct Settings {
    /// Where events go.
    pub(in crate::pipeline) place: Place,
    /// The namespace of jobs; none means the project's name.
    pub(in crate::pipeline) namespace: Option<String>,
}

const KEYS: &[&str] = &["api_key_env", "file", "namespace", "url"];

impl Settings {
    /// Reads the file; without the key nothing is wanted.
    pub(in crate::pipeline) fn read(
        file: Option<&Node>,
        has_events: bool,
    ) -> (Option<Self>, Vec<Diagnostic>) {
        let mut reader = SettingsReader::new("docs/openlineage.md");
        let node = file
            .and_then(Node::as_map)
            .and_then(|it| it.get("openlineage"));
        let Some(node) = node.filter(|it| !it.is_null()) else {
            return (None, Vec::new());
        };
        let settings = settings(node, &mut reader);
        if !has_events {
            let message = "`openlineage` has nothing to send without events";
            let finding = Diagnostic::error(Code::InvalidSettings, message).at(node.location);
            reader
                .findings
                .push(finding.help("write `events: true` beside it"));
        }
        (settings, reader.findings)
    }
}

fn settings(node: &Node, reader: &mut SettingsReader) -> Option<Settings> {
    let map = reader.map(node, "`openlineage`")?;
    reader.keys(map, KEYS, "`openlineage`");
    let namespace = reader.text(map, "namespace");
    let place = place(node, map, reader)?;
    Some(Settings { place, namespace })
}

fn place(node: &Node, map: &Mapping, reader: &mut SettingsReader) -> Option<Place> {
    let key = reader.text(map, "api_key_env");
    let (file, url) = (reader.text(map, "file"), reader.text(map, "url"));
    let (message, help) = match (file, url) {
        (Some(file), None) => return Some(Place::File(file)),
        (None, Some(url)) if is_url(&url) => return Some(Place::Url(url, key)),
        (None, Some(_)) => {
            let help = "write the whole address: `http://localhost:5000/api/v1/lineage`";
            ("`url` must begin with `http://` or `https://`", help)
        }
        (Some(_), Some(_)) => (
            "`openlineage` goes to a `file` or to a `url`, not to both",
            "leave one out",
        ),
        (None, None) => (
            "`openlineage` goes nowhere",
            "write `file:` with a path, or `url:` with an address",
        ),
    };
    let at = map.get("url").unwrap_or(node).location;
    let finding = Diagnostic::error(Code::InvalidSettings, message);
    reader.findings.push(finding.at(at).help(help));
    None
}

fn is_url(text: &str) -> bool {
    let mut schemes = ["http://", "https://"].into_iter();
    schemes.any(|it| text.len() > it.len() && text.starts_with(it))
}
