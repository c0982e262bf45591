//! Unit tests of a macro: `unit_tests` in its `config: {meta: …}`, where dbt looks at nothing.
//!
//! Each is a unit test of an ephemeral model that calls the macro, so that everything else is as in
//! unit tests of models.

use super::reader::Reader;
use super::unit_test::{self, FixtureDef, GivenDef, UnitTestDef};
use crate::diagnostics::Diagnostic;
use crate::jinja::context::from_json;
use crate::jinja::python;
use crate::nodes::FixtureFormat;
use crate::text::Location;
use crate::yaml::{Node, Value};

/// A macro's unit test as declared.
#[derive(Debug, Clone)]
pub(in crate::parse) struct MacroTestDef {
    /// The template of the model that calls the macro.
    pub(in crate::parse) sql: String,
    /// The test of that model.
    pub(in crate::parse) test: UnitTestDef,
}

/// What the macro writes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Expression,
    Query,
}

/// Reads all tests of a macro.
pub(super) fn read(of: &str, list: &Node, diagnostics: &mut Vec<Diagnostic>) -> Vec<MacroTestDef> {
    let Some(items) = list.as_seq() else {
        let mut reader = Reader::new(list, "unit_tests", diagnostics);
        reader.wrong(list, "unit_tests", "a list");
        return Vec::new();
    };
    let read = |item: &Node| {
        let mut reader = Reader::new(item, "unit_tests", diagnostics);
        let found = read_one(of, &mut reader)?;
        reader.finish();
        Some(found)
    };
    items.iter().filter_map(read).collect()
}

fn read_one(of: &str, reader: &mut Reader<'_>) -> Option<MacroTestDef> {
    let (name, location) = reader.take_name()?;
    let given = reader.take_list("given");
    let given: Vec<GivenDef> = given
        .iter()
        .map(|item| unit_test::read_given(item, reader))
        .collect::<Option<_>>()?;
    let mut inputs = Inputs::of(&given);
    let arguments = match reader.take("arguments") {
        None => String::new(),
        Some(node) => arguments(node, &mut inputs, reader)?,
    };
    let form = match reader.take("form") {
        None => Form::Expression,
        Some(node) => match node.as_str() {
            Some("expression") => Form::Expression,
            Some("query") => Form::Query,
            _ => {
                let message = "a macro writes an expression or a query".to_owned();
                reader.error(node.location, message, "write `expression` or `query`");
                return None;
            }
        },
    };
    let description = reader.take_text("description").unwrap_or_default();
    let config = reader.take_dict("config");
    let overrides = reader.take("overrides");
    let overrides = overrides.map(|it| unit_test::overrides(it, reader));
    let Some(expect) = reader.take("expect") else {
        let message = format!("the unit test `{name}` has no `expect`");
        let help = "add `expect:` with `text`, or with the `rows` that the macro's SQL gives";
        reader.error(location, message, help);
        return None;
    };
    let mut expected = Reader::new(expect, "expect", reader.diagnostics());
    let text = expected.take("text").map(|node| node.value.to_text());
    let exact = expected.take_bool("exact") == Some(true);
    let rows = match &text {
        Some(text) => Some(text_row(text, exact, expect.location)),
        None => unit_test::fixture(&mut expected),
    };
    expected.finish();
    let call = format!("{of}({arguments})");
    let select = match (&text, form) {
        (Some(_), _) => as_text(&call, exact),
        (None, Form::Query) => format!("{{{{ {call} }}}}"),
        (None, Form::Expression) => {
            let from = match inputs.left().as_slice() {
                [] => String::new(),
                [(input, _)] => format!(" from {{{{ {input} }}}}"),
                [_, (_, second), ..] => {
                    let message = "an expression is computed over one input".to_owned();
                    let help =
                        "keep one entry of `given` that is no argument, or add `form: query`";
                    reader.error(*second, message, help);
                    return None;
                }
            };
            format!("select {{{{ {call} }}}} as value{from}")
        }
    };
    let model = format!("{of}__{name}");
    Some(MacroTestDef {
        sql: format!("{{{{ config(materialized='ephemeral') }}}}{select}"),
        test: UnitTestDef {
            name,
            location,
            model: (model, location),
            given,
            expect: rows?,
            description,
            overrides,
            config,
            versions: None,
        },
    })
}

/// The inputs of a test; an argument that is written as one of them is that relation.
struct Inputs<'a> {
    /// Each with its place, and whether an argument names it.
    all: Vec<(&'a str, Location, bool)>,
}

impl<'a> Inputs<'a> {
    fn of(given: &'a [GivenDef]) -> Self {
        let inputs = given.iter().map(|it| &it.input);
        let all = inputs.map(|(text, at)| (text.trim(), *at, false)).collect();
        Self { all }
    }

    /// Lists those that no argument names.
    fn left(&self) -> Vec<(&'a str, Location)> {
        let left = self.all.iter().filter(|(.., named)| !named);
        left.map(|(text, at, _)| (*text, *at)).collect()
    }

    /// Writes a value as a template has it.
    fn written(&mut self, node: &Node) -> String {
        match &node.value {
            Value::Seq(items) => {
                let items: Vec<String> = items.iter().map(|it| self.written(it)).collect();
                format!("[{}]", items.join(", "))
            }
            Value::Map(map) => {
                let entry = |it: &crate::yaml::Entry| {
                    let key = python::repr(&from_json(&it.key.to_json()));
                    format!("{key}: {}", self.written(&it.value))
                };
                let entries: Vec<String> = map.iter().map(entry).collect();
                format!("{{{}}}", entries.join(", "))
            }
            Value::String(text) => {
                let input = self
                    .all
                    .iter_mut()
                    .find(|(input, ..)| *input == text.trim());
                match input {
                    Some((input, _, named)) => {
                        *named = true;
                        (*input).to_owned()
                    }
                    None => python::repr(&from_json(&node.to_json())),
                }
            }
            _ => python::repr(&from_json(&node.to_json())),
        }
    }
}

/// Writes arguments as a call has them: by place, or by name.
fn arguments(node: &Node, inputs: &mut Inputs<'_>, reader: &mut Reader<'_>) -> Option<String> {
    let written: Vec<String> = match (&node.value, node.as_map()) {
        (Value::Seq(items), _) => items.iter().map(|it| inputs.written(it)).collect(),
        (_, Some(map)) => {
            let mut entry = |key: &str, value| format!("{key}={}", inputs.written(value));
            let entries = map.iter();
            entries
                .map(|it| entry(it.key.as_str().unwrap_or_default(), &it.value))
                .collect()
        }
        _ => {
            reader.wrong(node, "arguments", "a list or a mapping");
            return None;
        }
    };
    Some(written.join(", "))
}

/// Makes a query for what a call renders, with white space as one blank unless it counts.
fn as_text(call: &str, exact: bool) -> String {
    let text = match exact {
        // As a properties file is rendered, no text in it ends with a line end.
        true => r"rendered.rstrip('\n')".to_owned(),
        false => r"modules.re.sub('\\s+', ' ', rendered).strip()".to_owned(),
    };
    format!(
        "{{% set rendered %}}{{{{ {call} }}}}{{% endset %}}select '{{{{ {text}.replace(\"'\", \
         \"''\") }}}}' as rendered"
    )
}

fn text_row(text: &str, exact: bool, location: Location) -> FixtureDef {
    let text = match exact {
        true => text.trim_end_matches('\n').to_owned(),
        false => text.split_whitespace().collect::<Vec<_>>().join(" "),
    };
    let query = format!("select '{}' as rendered", text.replace('\'', "''"));
    FixtureDef {
        rows: Some(Node::new(Value::String(query), location)),
        format: FixtureFormat::Sql,
        file: None,
        location,
    }
}
