//! Jinja in YAML values.

use std::borrow::Cow;

use serde_json::{Map, Value as Json};

use crate::diagnostics::Diagnostic;
use crate::yaml::{Node, Value};

/// Renders texts that hold Jinja, as dbt's native environment does: `{{ x }}` alone gives x itself.
pub trait Render: Sync {
    /// Renders a string node.
    fn render(&self, node: &Node) -> Result<Json, Diagnostic>;
}

/// One step on the way to a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step<'a> {
    /// A key of a mapping.
    Key(Cow<'a, str>),
    /// A place in a list, from 0.
    Index(usize),
}

impl Step<'_> {
    /// Returns the key.
    pub fn key(&self) -> Option<&str> {
        match self {
            Self::Key(key) => Some(key),
            Self::Index(_) => None,
        }
    }
}

/// Decides whether the value at a path is rendered.
pub type Rule<'a> = &'a dyn Fn(&[Step<'_>]) -> bool;

/// Renders a tree of values; what `rendered` excludes stays as written. A value that fails becomes
/// null and a finding.
pub fn render_tree(
    node: &Node,
    render: &dyn Render,
    rendered: Rule<'_>,
    findings: &mut Vec<Diagnostic>,
) -> Json {
    render_at(node, render, rendered, &mut Vec::new(), findings)
}

/// Renders a value that stands at `path` in its file.
pub fn render_at<'a>(
    node: &'a Node,
    render: &dyn Render,
    rendered: Rule<'_>,
    path: &mut Vec<Step<'a>>,
    findings: &mut Vec<Diagnostic>,
) -> Json {
    match &node.value {
        Value::Seq(items) => {
            let mut list = Vec::with_capacity(items.len());
            for (index, item) in items.iter().enumerate() {
                path.push(Step::Index(index));
                list.push(render_at(item, render, rendered, path, findings));
                path.pop();
            }
            Json::Array(list)
        }
        Value::Map(mapping) => {
            let mut dict = Map::with_capacity(mapping.len());
            for entry in mapping {
                let key = entry.key.value.to_key();
                path.push(Step::Key(match entry.key.as_str() {
                    Some(key) => Cow::Borrowed(key),
                    None => Cow::Owned(entry.key.value.to_text()),
                }));
                dict.insert(
                    key,
                    render_at(&entry.value, render, rendered, path, findings),
                );
                path.pop();
            }
            Json::Object(dict)
        }
        Value::String(text) if rendered(path) => {
            if !has_jinja(text) {
                return Json::String(plain(text).into_owned());
            }
            render.render(node).unwrap_or_else(|finding| {
                findings.push(finding);
                Json::Null
            })
        }
        _ => node.to_json(),
    }
}

/// Renders a tree of values in place: what a template gives stands at the template's place.
pub fn render_in_place(
    node: &mut Node,
    render: &dyn Render,
    rendered: Rule<'_>,
    findings: &mut Vec<Diagnostic>,
) {
    descend(node, render, rendered, &mut Vec::new(), findings);
}

fn descend(
    node: &mut Node,
    render: &dyn Render,
    rendered: Rule<'_>,
    path: &mut Vec<Step<'static>>,
    findings: &mut Vec<Diagnostic>,
) {
    let location = node.location;
    match &mut node.value {
        Value::Seq(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                path.push(Step::Index(index));
                descend(item, render, rendered, path, findings);
                path.pop();
            }
        }
        Value::Map(mapping) => {
            for (key, value) in mapping.values_mut() {
                path.push(Step::Key(Cow::Owned(key.value.to_text())));
                descend(value, render, rendered, path, findings);
                path.pop();
            }
        }
        Value::String(text)
            if (has_jinja(text) || text.ends_with(['\n', '\r'])) && rendered(path) =>
        {
            if !has_jinja(text) {
                *text = plain(text).into_owned();
                return;
            }
            match render.render(node) {
                Ok(json) => node.value = Value::from_json(&json, location),
                Err(finding) => {
                    findings.push(finding);
                    node.value = Value::Null;
                }
            }
        }
        _ => {}
    }
}

/// Tells whether a text has anything for Jinja to do.
pub fn has_jinja(text: &str) -> bool {
    text.contains("{{") || text.contains("{%") || text.contains("{#")
}

/// Does what Jinja does to a text without tags: one line end is dropped, `\r\n` becomes `\n`.
fn plain(text: &str) -> Cow<'_, str> {
    let trimmed = text
        .strip_suffix("\r\n")
        .or_else(|| text.strip_suffix(['\n', '\r']))
        .unwrap_or(text);
    if trimmed.contains('\r') {
        return Cow::Owned(trimmed.replace("\r\n", "\n").replace('\r', "\n"));
    }
    Cow::Borrowed(trimmed)
}
