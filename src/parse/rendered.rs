//! Renders the templates among the values of a properties file, in place.

use std::borrow::Cow;

use serde_json::Value as Json;

use crate::diagnostics::Diagnostic;
use crate::project::{Render, Step, has_jinja, renders_in_properties};
use crate::text::Location;
use crate::yaml::{Entry, Mapping, Node, Value};

/// Renders every value that dbt renders when it reads the file. A value that fails becomes null.
pub(super) fn render(root: &mut Node, renderer: &dyn Render, findings: &mut Vec<Diagnostic>) {
    let Value::Map(sections) = &mut root.value else {
        return;
    };
    let entries = sections.iter().cloned().map(|mut entry| {
        let section = entry.key.as_str().unwrap_or_default().to_owned();
        if let Value::Seq(items) = &mut entry.value.value {
            for item in items {
                descend(item, &section, &mut Vec::new(), renderer, findings);
            }
        }
        entry
    });
    *sections = rebuilt(entries.collect());
}

fn descend(
    node: &mut Node,
    section: &str,
    path: &mut Vec<Step<'static>>,
    renderer: &dyn Render,
    findings: &mut Vec<Diagnostic>,
) {
    match &mut node.value {
        Value::Seq(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                path.push(Step::Index(index));
                descend(item, section, path, renderer, findings);
                path.pop();
            }
        }
        Value::Map(mapping) => {
            let mut entries: Vec<Entry> = mapping.iter().cloned().collect();
            for entry in &mut entries {
                let key = entry.key.as_str().unwrap_or_default().to_owned();
                path.push(Step::Key(Cow::Owned(key)));
                descend(&mut entry.value, section, path, renderer, findings);
                path.pop();
            }
            *mapping = rebuilt(entries);
        }
        Value::String(text) if has_jinja(text) && renders_in_properties(section, path) => {
            match renderer.render(node) {
                Ok(json) => node.value = value(&json, node.location),
                Err(finding) => {
                    findings.push(finding);
                    node.value = Value::Null;
                }
            }
        }
        _ => {}
    }
}

fn rebuilt(entries: Vec<Entry>) -> Mapping {
    Mapping::from_entries(entries, |_, _| {})
}

/// Makes a YAML value of what a template gave, all at the template's place.
fn value(json: &Json, location: Location) -> Value {
    let node = |json: &Json| Node::new(value(json, location), location);
    match json {
        Json::Null => Value::Null,
        Json::Bool(truth) => Value::Bool(*truth),
        Json::Number(number) => match number.as_i64() {
            Some(whole) => Value::Int(whole.into()),
            None => Value::Float(number.as_f64().unwrap_or_default()),
        },
        Json::String(text) => Value::String(text.clone()),
        Json::Array(items) => Value::Seq(items.iter().map(node).collect()),
        Json::Object(entries) => {
            let entries = entries.iter().map(|(key, it)| Entry {
                key: Node::new(Value::String(key.clone()), location),
                value: node(it),
            });
            Value::Map(rebuilt(entries.collect()))
        }
    }
}
