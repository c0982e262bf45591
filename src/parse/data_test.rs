//! An entry of `data_tests:` → name, arguments and configuration of a generic data test.
//!
//! Names and hashes are dbt's, byte for byte: other tools know tests by their unique ids.

use md5::{Digest, Md5};
use serde_json::Value as Json;

use super::python::python_str;
use crate::diagnostics::{Code, Diagnostic};
use crate::jinja::python::write_string;
use crate::nodes::{Dict, version_text};
use crate::text::Location;
use crate::yaml::Node;

/// What a test is attached to.
#[derive(Debug, Clone, Copy)]
pub(super) enum Target<'a> {
    /// A model, seed or snapshot; a version of a model.
    Node(&'a str, Option<&'a Json>),
    /// Source and table.
    Source(&'a str, &'a str),
}

impl<'a> Target<'a> {
    /// Returns the version of the model.
    pub(super) fn version(self) -> Option<&'a Json> {
        match self {
            Self::Node(_, version) => version,
            Self::Source(..) => None,
        }
    }
}

/// A generic data test, taken apart.
#[derive(Debug, Clone)]
pub(super) struct Declared {
    /// Name of the macro without `test_`.
    pub(super) name: String,
    /// Package named before the dot.
    pub(super) namespace: Option<String>,
    /// Arguments with `column_name` and `model`.
    pub(super) kwargs: Dict,
    /// Configuration, not rendered yet.
    pub(super) config: Dict,
    /// Description, not rendered yet.
    pub(super) description: String,
    /// Name for files and aliases, at most 63 bytes unless the user chose it.
    pub(super) short_name: String,
    /// Name for unique id and fqn.
    pub(super) full_name: String,
    /// Where the test is named.
    pub(super) location: Location,
    /// What stands where it will not be read any more.
    pub(super) deprecated: Vec<Diagnostic>,
}

/// Keys of a test that are configuration wherever they stand.
const CONFIG_KEYS: [&str; 14] = [
    "severity",
    "tags",
    "enabled",
    "where",
    "limit",
    "warn_if",
    "error_if",
    "fail_calc",
    "store_failures",
    "store_failures_as",
    "meta",
    "database",
    "schema",
    "alias",
];

/// Reads one entry. `column` is quoted already where it must be; `nested` is the flag
/// `require_generic_test_arguments_property`.
pub(super) fn read(
    node: &Node,
    target: Target<'_>,
    column: Option<&str>,
    nested: bool,
) -> Result<Declared, Diagnostic> {
    let (name, mut args, location) = name_and_arguments(node)?;
    let deprecated = older_places(node, &name, nested);
    let (namespace, name) = split_name(&name, location)?;
    if let Some(column) = column {
        args.insert("column_name".to_owned(), column.into());
    }
    if nested && let Some(Json::Object(arguments)) = args.shift_remove("arguments") {
        args.extend(arguments);
    }
    if args.contains_key("model") {
        let message = "a test has `model` among its arguments".to_owned();
        let help = "leave `model` out: it is the model that the test stands under";
        return Err(invalid(message, location, help));
    }
    args.insert("model".to_owned(), model_argument(target).into());
    let config = take_config(&mut args, location)?;
    let mut take_text = |key: &str| match args.shift_remove(key) {
        Some(Json::String(text)) => Some(text),
        Some(other) => Some(python_str(&other)),
        None => None,
    };
    let description = take_text("description").unwrap_or_default();
    let chosen = take_text("name");
    let mut declared = Declared {
        name,
        namespace,
        kwargs: args,
        config,
        description,
        short_name: String::new(),
        full_name: String::new(),
        location,
        deprecated,
    };
    match chosen {
        Some(name) => (declared.short_name, declared.full_name) = (name.clone(), name),
        None => {
            (declared.short_name, declared.full_name) = synthesized_names(&declared, target);
            if declared.short_name != declared.full_name {
                let alias = declared.short_name.clone().into();
                declared.config.entry("alias").or_insert(alias);
            }
        }
    }
    Ok(declared)
}

impl Declared {
    /// The template that stands for the test: a call of its macro and its configuration.
    pub(super) fn raw_code(&self, rendered_config: &Dict) -> String {
        let namespace = self
            .namespace
            .as_ref()
            .map(|it| format!("{it}."))
            .unwrap_or_default();
        let call = format!(
            "{{{{ {namespace}test_{}(**_dbt_generic_test_kwargs) }}}}",
            self.name
        );
        if rendered_config.is_empty() {
            return call;
        }
        let configs: Vec<String> = rendered_config
            .iter()
            .map(|(key, value)| match value {
                Json::String(text) => format!("{key}=\"{}\"", text.replace('"', "\\\"")),
                other => format!("{key}={}", python_str(other)),
            })
            .collect();
        format!("{call}{{{{ config({}) }}}}", configs.join(","))
    }

    /// The last part of the unique id: ten hexadecimal digits over name and arguments.
    pub(super) fn hash(&self) -> String {
        let mut text = self.full_name.clone();
        text.push_str("{'kwargs': ");
        write_sorted(&mut text, &self.kwargs);
        text.push_str(", 'name': ");
        write_string(&mut text, &self.name);
        text.push_str(", 'namespace': ");
        write_string(&mut text, self.namespace.as_deref().unwrap_or("None"));
        text.push('}');
        let digest = md5_hex(&text);
        digest[digest.len() - 10..].to_owned()
    }
}

/// Adds Python's `repr` of a mapping, sorted.
fn write_sorted(out: &mut String, dict: &Dict) {
    let mut entries: Vec<_> = dict.iter().collect();
    entries.sort_by(|a, b| a.0.cmp(b.0));
    out.push('{');
    for (at, (key, value)) in entries.into_iter().enumerate() {
        out.push_str(if at == 0 { "" } else { ", " });
        write_string(out, key);
        out.push_str(": ");
        write_stringified(out, value);
    }
    out.push('}');
}

/// dbt hashes arguments with every leaf as text and every mapping sorted.
fn write_stringified(out: &mut String, value: &Json) {
    match value {
        Json::Object(dict) => write_sorted(out, dict),
        Json::Array(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                out.push_str(if at == 0 { "" } else { ", " });
                write_stringified(out, item);
            }
            out.push(']');
        }
        leaf => write_string(out, &python_str(leaf)),
    }
}

fn name_and_arguments(node: &Node) -> Result<(String, Dict, Location), Diagnostic> {
    if let Some(name) = node.as_str() {
        return Ok((name.to_owned(), Dict::new(), node.location));
    }
    let Some(map) = node.as_map() else {
        let message = format!("a data test is a name or a mapping, not {}", node.kind());
        return Err(invalid(
            message,
            node.location,
            "write `- unique` or `- unique: {…}`",
        ));
    };
    if let Some(name) = map.get("test_name") {
        let Json::Object(mut args) = node.to_json() else {
            return Err(not_a_name(name));
        };
        args.shift_remove("test_name");
        let text = name.as_str().ok_or_else(|| not_a_name(name))?;
        return Ok((text.to_owned(), args, name.location));
    }
    let mut entries = map.iter();
    let (Some(entry), None) = (entries.next(), entries.next()) else {
        let names: Vec<&str> = map.keys().collect();
        let message = format!(
            "a data test has one name, here are {}: {}",
            names.len(),
            names.join(", ")
        );
        let help = "indent the arguments below the name of the test";
        return Err(invalid(message, node.location, help));
    };
    let name = entry.key.as_str().ok_or_else(|| not_a_name(&entry.key))?;
    match entry.value.to_json() {
        Json::Object(args) => Ok((name.to_owned(), args, entry.key.location)),
        Json::Null => Ok((name.to_owned(), Dict::new(), entry.key.location)),
        _ => {
            let message = format!(
                "the arguments of `{name}` are a mapping, not {}",
                entry.value.kind()
            );
            let help = "write one `argument: value` on each line below the test";
            Err(invalid(message, entry.value.location, help))
        }
    }
}

/// Keys of a test that are neither arguments nor configuration.
const OWN_KEYS: [&str; 6] = [
    "arguments",
    "column_name",
    "config",
    "description",
    "name",
    "test_name",
];

/// Finds configuration beside `config`, and arguments beside `arguments`; if the flag is off,
/// `arguments`, which is an argument then.
fn older_places(node: &Node, test: &str, nested: bool) -> Vec<Diagnostic> {
    let fields = match node.get("test_name") {
        Some(_) => node.as_map(),
        None => node
            .as_map()
            .and_then(|it| it.iter().next()?.value.as_map()),
    };
    let Some(fields) = fields else {
        return Vec::new();
    };
    let warn = |message, at| Diagnostic::warning(Code::DeprecatedKey, message).at(at);
    let arguments = fields.entry("arguments");
    if !nested {
        let finding = arguments.map(|it| {
            let message = format!(
                "`arguments` is an argument of test `{test}`: the flag \
                 `require_generic_test_arguments_property` is off"
            );
            let help = "remove the flag, and what stands below `arguments` is passed on";
            warn(message, it.key.location).help(help)
        });
        return finding.into_iter().collect();
    }
    let named = fields.iter().filter_map(|it| Some((it.key.as_str()?, it)));
    let configures = |name: &str| CONFIG_KEYS.contains(&name);
    let mut findings: Vec<_> = named
        .clone()
        .filter(|(name, _)| configures(name))
        .map(|(name, it)| {
            let message = format!("`{name}` of test `{test}` belongs under `config`");
            let help = format!("write `config: {{{name}: …}}`");
            warn(message, it.key.location).help(help)
        })
        .collect();
    let nests = arguments.is_some_and(|it| is_truthy(&it.value.to_json()));
    let mut beside = named.filter(|(name, _)| !OWN_KEYS.contains(name) && !configures(name));
    if !nests && let Some((first, it)) = beside.next() {
        let names: Vec<&str> = std::iter::once(first)
            .chain(beside.map(|(name, _)| name))
            .collect();
        let verb = if names.len() == 1 {
            "belongs"
        } else {
            "belong"
        };
        let message = format!(
            "`{}` of test `{test}` {verb} under `arguments`",
            names.join("`, `")
        );
        let help = format!("write `arguments: {{{}: …}}`", names.join(": …, "));
        findings.push(warn(message, it.key.location).help(help));
    }
    findings
}

fn split_name(name: &str, at: Location) -> Result<(Option<String>, String), Diagnostic> {
    let word = |part: &str| {
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
        part.chars().all(plain) && part.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
    };
    let (namespace, test) = match name.split_once('.') {
        Some((namespace, test)) => (Some(namespace), test),
        None => (None, name),
    };
    if word(test) && namespace.is_none_or(word) {
        return Ok((namespace.map(str::to_owned), test.to_owned()));
    }
    let message = format!("`{name}` is not the name of a test");
    Err(invalid(
        message,
        at,
        "a name is `test` or `package.test`, of letters, digits and `_`",
    ))
}

fn model_argument(target: Target<'_>) -> String {
    let relation = match target {
        Target::Node(name, None) => format!("ref('{name}')"),
        Target::Node(name, Some(version)) => {
            format!("ref('{name}', version='{}')", version_text(version))
        }
        Target::Source(source, table) => format!("source('{source}', '{table}')"),
    };
    format!("{{{{ get_where_subquery({relation}) }}}}")
}

/// Takes configuration out of the arguments: legacy keys first, then what `config:` adds.
fn take_config(args: &mut Dict, at: Location) -> Result<Dict, Diagnostic> {
    let nested = match args.shift_remove("config") {
        Some(Json::Object(config)) => Some(config),
        _ => None,
    };
    // dbt lets a false value beside a `config` block count as absent.
    let counts = |value: &Json| nested.is_none() || is_truthy(value);
    let beside: Vec<_> = CONFIG_KEYS
        .map(|key| (key, args.shift_remove(key).filter(counts)))
        .into_iter()
        .collect();
    let mut nested = nested.unwrap_or_default();
    let mut config = Dict::new();
    for (key, beside) in beside {
        let inside = nested.shift_remove(key);
        if beside.is_some() && inside.is_some() {
            let message = format!("`{key}` is both beside and under `config`");
            return Err(invalid(message, at, "keep the one under `config:`"));
        }
        if let Some(value) = beside.or(inside).filter(|value| !value.is_null()) {
            config.insert(key.to_owned(), value);
        }
    }
    config.extend(nested.into_iter().filter(|(_, value)| !value.is_null()));
    Ok(config)
}

fn is_truthy(value: &Json) -> bool {
    match value {
        Json::Null => false,
        Json::Bool(truth) => *truth,
        Json::Number(number) => number.as_f64() != Some(0.0),
        Json::String(text) => !text.is_empty(),
        Json::Array(items) => !items.is_empty(),
        Json::Object(dict) => !dict.is_empty(),
    }
}

fn synthesized_names(test: &Declared, target: Target<'_>) -> (String, String) {
    let (prefix, target) = match target {
        Target::Node(name, None) => ("", name.to_owned()),
        Target::Node(name, Some(version)) => ("", format!("{name}_v{}", version_text(version))),
        Target::Source(source, table) => ("source_", format!("{source}_{table}")),
    };
    let namespace = test
        .namespace
        .as_ref()
        .map(|it| format!("{it}_"))
        .unwrap_or_default();
    let identifier = format!("{namespace}{prefix}{}_{target}", test.name);
    let mut args: Vec<_> = test
        .kwargs
        .iter()
        .filter(|(key, _)| *key != "model")
        .collect();
    args.sort_by(|a, b| a.0.cmp(b.0));
    let parts: Vec<String> = args
        .into_iter()
        .flat_map(|(_, value)| match value {
            Json::Object(dict) => dict.values().map(python_str).collect(),
            Json::Array(items) => items.iter().map(python_str).collect(),
            leaf => vec![python_str(leaf)],
        })
        .map(|part| cleaned(&part))
        .collect();
    let full = format!("{identifier}_{}", parts.join("__"));
    if full.chars().count() < 64 {
        return (full.clone(), full);
    }
    let head: String = identifier.chars().take(30).collect();
    (format!("{head}_{}", md5_hex(&full)), full)
}

/// Replaces every run of other characters than ASCII letters, digits and `_` by one `_`.
fn cleaned(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut in_run = false;
    for c in text.chars() {
        let plain = c.is_ascii_alphanumeric() || c == '_';
        match (plain, in_run) {
            (true, _) => clean.push(c),
            (false, false) => clean.push('_'),
            (false, true) => {}
        }
        in_run = !plain;
    }
    clean
}

fn md5_hex(text: &str) -> String {
    format!("{:x}", Md5::digest(text.as_bytes()))
}

fn not_a_name(node: &Node) -> Diagnostic {
    let message = format!("the name of a test is a string, not {}", node.kind());
    invalid(
        message,
        node.location,
        "write the name of a generic test, such as `unique`",
    )
}

fn invalid(message: String, at: Location, help: &str) -> Diagnostic {
    Diagnostic::error(Code::InvalidDataTest, message)
        .at(at)
        .help(help)
}
