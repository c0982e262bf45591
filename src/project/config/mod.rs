//! Configuration of a node: from `dbt_project.yml`, the properties file and `config()` in its file.
//!
//! In: the trees of the node's package and of the root project, and two dictionaries. Out: one
//! [`Merged`] configuration. From far to near: defaults, the package's tree from its root to the
//! node, the properties file, the file itself, the root project's tree. `fields.rs` is the table of
//! keys, `merge.rs` joins two values of a key, `check.rs` says what is wrong with the result.

mod check;
mod fields;
mod freshness;
mod merge;
mod node_color;
mod tree;
mod unused;
mod writes;

use indexmap::IndexMap;
use serde_json::{Value, json};

pub use check::{check_microbatch, check_snapshot};
pub use fields::defaults;
pub use freshness::source_freshness;
pub use merge::merge_call;
pub use tree::{ConfigTree, ConfigTrees};
pub use unused::unused_config;
pub use writes::check_writes;

use crate::diagnostics::{Code, Diagnostic};
use crate::nodes::{Config, Dict, ResourceType};
use crate::text::Location;
use fields::Fields;
use tree::{levels, settings};

/// What configures a node.
#[derive(Debug, Clone, Copy)]
pub struct ConfigInput<'a> {
    /// Kind of the node.
    pub resource_type: ResourceType,
    /// Package, folders, name.
    pub fqn: &'a [String],
    /// Trees of the node's package.
    pub package: &'a ConfigTrees,
    /// Trees of the root project, where the node belongs to another package.
    pub root: Option<&'a ConfigTrees>,
    /// What the properties file says.
    pub properties: Option<&'a Dict>,
    /// What the file itself says.
    pub call: Option<&'a Dict>,
}

/// Where a value was set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layer {
    /// In the tree of the node's package, at this depth.
    Package(usize),
    /// In the properties file.
    Properties,
    /// In the file itself.
    Call,
    /// In the tree of the root project, at this depth.
    Root(usize),
}

/// A value that its key cannot have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigProblem {
    /// The key.
    pub key: String,
    /// What is wrong.
    pub message: String,
    /// Where it was set.
    pub layer: Option<Layer>,
    /// Its place, where it is in a `dbt_project.yml`.
    pub location: Option<Location>,
}

/// A merged configuration.
#[derive(Debug, Clone, Default)]
pub struct Merged {
    /// What was set, joined; null where something was cleared.
    pub values: Dict,
    /// Where each key was set last.
    pub layers: IndexMap<String, Layer>,
    /// What cannot be used.
    pub problems: Vec<ConfigProblem>,
}

/// Merges the configuration of a node.
pub fn merge(input: ConfigInput<'_>) -> Merged {
    let fields = Fields::of(input.resource_type);
    let defaults = defaults(input.resource_type);
    let mut merged = Merged::default();
    each_setting(input, false, |layer, key, value| {
        let key = match key {
            "pre_hook" => "pre-hook",
            "post_hook" => "post-hook",
            key => key,
        };
        let joined = match fields.get(key) {
            None => Ok(value.clone()),
            Some(field) => {
                let before = merged.values.get(key).or_else(|| defaults.get(key));
                merge::merge(field, before.unwrap_or(&Value::Null), value)
            }
        };
        merged.layers.insert(key.to_owned(), layer);
        match joined {
            Ok(value) => {
                merged.values.insert(key.to_owned(), value);
            }
            Err(wanted) => {
                let message = check::must_be(key, &wanted, value);
                merged.problem(input, key, message);
            }
        }
    });
    if input.resource_type == ResourceType::Test {
        store_failures(&mut merged.values);
    }
    for (key, message) in check::check(input.resource_type, &merged.values) {
        merged.problem(input, key, message);
    }
    merged
}

/// Merges what was written, without joining values: the nearest one counts.
pub fn merge_unrendered(input: ConfigInput<'_>) -> Dict {
    let mut merged = Dict::new();
    each_setting(input, true, |_, key, value| {
        merged.insert(key.to_owned(), value.clone());
    });
    merged
}

/// Calls `set` for every setting, from far to near.
fn each_setting(
    input: ConfigInput<'_>,
    unrendered: bool,
    mut set: impl FnMut(Layer, &str, &Value),
) {
    let tree = |trees: &'_ ConfigTrees,
                layer: fn(usize) -> Layer,
                set: &mut dyn FnMut(Layer, &str, &Value)| {
        let Some(tree) = trees.of(input.resource_type) else {
            return;
        };
        // dbt does not note what `dbt_project.yml` says of functions.
        if unrendered && input.resource_type == ResourceType::Function {
            return;
        }
        let root = if unrendered {
            &tree.unrendered
        } else {
            &tree.rendered
        };
        for (depth, level) in levels(root, input.fqn).enumerate() {
            for (key, value) in settings(level) {
                set(layer(depth), key, value);
            }
        }
    };
    tree(input.package, Layer::Package, &mut set);
    for (layer, dict) in [
        (Layer::Properties, input.properties),
        (Layer::Call, input.call),
    ] {
        for (key, value) in dict.into_iter().flatten() {
            set(layer, key.trim(), value);
        }
    }
    if let Some(root) = input.root {
        tree(root, Layer::Root, &mut set);
    }
}

/// Finds where the trees set a key of a node: the nearest place of the root project before those of
/// its package.
pub fn set_in_project(input: ConfigInput<'_>, key: &str) -> Option<Location> {
    let trees = input.root.into_iter().chain([input.package]);
    let mut trees = trees.filter_map(|it| it.of(input.resource_type));
    trees.find_map(|tree| {
        let mut depths = (0..=input.fqn.len()).rev();
        depths.find_map(|depth| tree.locate(input.fqn, depth, key))
    })
}

/// `store_failures_as` decides; `store_failures` alone means a table.
fn store_failures(values: &mut Dict) {
    let (stored, stored_as) = match values.get("store_failures_as") {
        None | Some(Value::Null) => match values.get("store_failures") {
            Some(Value::Bool(true)) => (json!(true), json!("table")),
            Some(Value::Bool(false)) => (json!(false), json!("ephemeral")),
            _ => return,
        },
        Some(stored_as) => (json!(stored_as != "ephemeral"), stored_as.clone()),
    };
    values.insert("store_failures".to_owned(), stored);
    values.insert("store_failures_as".to_owned(), stored_as);
}

/// Tells whether a key holds a dictionary, so that it needs a plus in a `dbt_project.yml`.
fn is_dictionary_key(key: &str) -> bool {
    let key = key.replace('_', "-");
    [
        "meta",
        "persist-docs",
        "grants",
        "docs",
        "contract",
        "quoting",
        "column-types",
        "freshness",
    ]
    .contains(&key.as_str())
}

impl Merged {
    fn problem(&mut self, input: ConfigInput<'_>, key: &str, message: String) {
        let layer = self.layers.get(key).copied();
        let locate = |trees: &ConfigTrees, depth| {
            trees.of(input.resource_type)?.locate(input.fqn, depth, key)
        };
        let location = match layer {
            Some(Layer::Package(depth)) => locate(input.package, depth),
            Some(Layer::Root(depth)) => input.root.and_then(|root| locate(root, depth)),
            _ => None,
        };
        self.problems.push(ConfigProblem {
            key: key.to_owned(),
            message,
            layer,
            location,
        });
    }

    /// Makes the resource's configuration. Where a known key of a node was cleared, its default is
    /// back; sources and exposures keep the null.
    pub fn into_config(self, resource_type: ResourceType) -> Config {
        let fields = Fields::of(resource_type);
        let keeps = matches!(resource_type, ResourceType::Source | ResourceType::Exposure);
        let cleared = |key: &str, value: &Value| value.is_null() && fields.get(key).is_some();
        let values = self.values.into_iter();
        let kept = values.filter(|(key, value)| keeps || !cleared(key, value));
        Config::new(kept.collect(), defaults(resource_type))
    }
}

impl ConfigProblem {
    /// Turns the problem into a finding at its place, else at `fallback`.
    pub fn into_diagnostic(self, fallback: Location) -> Diagnostic {
        let location = self.location.unwrap_or(fallback);
        Diagnostic::error(Code::InvalidConfig, self.message).at(location)
    }
}
