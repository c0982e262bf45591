//! What `dsql.yml` says of `insights`.

use crate::diagnostics::Diagnostic;
use crate::project::SettingsReader;
use crate::text::Location;
use crate::yaml::{Node, Value};

/// How much there may be of something.
#[derive(Debug, Clone, PartialEq)]
pub struct Capacity {
    /// A node, of whose rows it is, or a command as it is typed, of whose seconds it is.
    pub name: String,
    /// How much.
    pub limit: f64,
    /// Where that is said.
    pub location: Location,
}

/// How much there may be.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// In the order of the file.
    pub capacity: Vec<Capacity>,
}

const KEYS: &[&str] = &["capacity"];
const PAGE: &str = "docs/insights.md";

impl Settings {
    /// Reads the file.
    pub fn read(file: Option<&Node>) -> (Self, Vec<Diagnostic>) {
        let mut reader = SettingsReader::new(PAGE);
        let mut settings = Self::default();
        let node = file
            .and_then(Node::as_map)
            .and_then(|it| it.get("insights"));
        let Some(node) = node.filter(|it| !it.is_null()) else {
            return (settings, reader.findings);
        };
        if let Some(map) = reader.map(node, "`insights`") {
            reader.keys(map, KEYS, "`insights`");
            let capacity = map.get("capacity").filter(|it| !it.is_null());
            if let Some(map) = capacity.and_then(|it| reader.map(it, "`capacity`")) {
                for entry in map {
                    let limit = number(&entry.value);
                    let Some(limit) = limit.filter(|it| *it > 0.0) else {
                        reader.wrong(&entry.value, "a capacity must be a number above zero");
                        continue;
                    };
                    settings.capacity.push(Capacity {
                        name: entry.key.value.to_text(),
                        limit,
                        location: entry.key.location,
                    });
                }
            }
        }
        (settings, reader.findings)
    }
}

fn number(node: &Node) -> Option<f64> {
    match node.value {
        Value::Int(number) => Some(number as f64),
        Value::Float(number) => Some(number),
        _ => None,
    }
}
