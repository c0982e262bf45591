//! Rendering to values, as dbt renders YAML: a lone `{{ … }}` keeps its type.

use std::fmt;
use std::sync::Arc;

use minijinja::value::{Object, ObjectRepr};
use minijinja::{Error, Value};

use super::output::Output;
use crate::jinja::library::errors::raise;
use crate::jinja::library::number::Number;
use crate::jinja::python::{Dict, Key, List, text};
use crate::jinja::syntax::{Expression, Kind, Statement, parse};

/// What one of the filters `as_native`, `as_bool`, `as_number`, `as_text` says about a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Text,
    Native,
    Bool,
    Number,
}

/// A text that one of those filters was applied to.
pub(super) struct Marker {
    wanted: Wanted,
    text: String,
}

impl Marker {
    /// Applies the filter of a name, if it is one of those.
    pub(super) fn filter(name: &str, value: &Value) -> Option<Value> {
        let wanted = match name {
            "as_text" => Wanted::Text,
            "as_native" => Wanted::Native,
            "as_bool" => Wanted::Bool,
            "as_number" => Wanted::Number,
            _ => return None,
        };
        let text = text(value);
        Some(Value::from_object(Self { wanted, text }))
    }
}

impl fmt::Debug for Marker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Object for Marker {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }
}

/// Makes the value of a native rendering.
pub(crate) fn native_value(output: Output) -> Result<Value, Error> {
    let mut pieces = output.into_pieces();
    if pieces.len() != 1 {
        return Ok(Value::from(pieces.iter().map(text).collect::<String>()));
    }
    let only = pieces.pop().unwrap_or_default();
    let Some(marker) = only.downcast_object_ref::<Marker>() else {
        return Ok(only);
    };
    let raw = &marker.text;
    if marker.wanted == Wanted::Text {
        return Ok(Value::from(raw.as_str()));
    }
    let value = literal(raw).unwrap_or_else(|| Value::from(raw.as_str()));
    let is_bool = value.kind() == minijinja::value::ValueKind::Bool;
    let (fits, name) = match marker.wanted {
        Wanted::Bool => (is_bool, "bool"),
        Wanted::Number => (!is_bool && Number::of(&value).is_some(), "number"),
        _ => (true, ""),
    };
    match fits {
        true => Ok(value),
        false => {
            let message = format!("Could not convert value '{raw}' into type '{name}'");
            Err(raise("JinjaRenderingError", message))
        }
    }
}

/// Tells whether Jinja computes an expression when it compiles: it then becomes text.
pub(super) fn is_constant(it: &Expression) -> bool {
    match &it.kind {
        Kind::Constant(_) => true,
        Kind::Name(_) | Kind::Call(..) => false,
        Kind::List(items) | Kind::Tuple(items) | Kind::Concat(items) => {
            items.iter().all(is_constant)
        }
        Kind::Dict(entries) => entries
            .iter()
            .all(|(key, value)| is_constant(key) && is_constant(value)),
        Kind::Negative(inner) | Kind::Positive(inner) | Kind::Not(inner) => is_constant(inner),
        Kind::And(pair) | Kind::Or(pair) | Kind::Binary(_, pair) | Kind::Item(pair) => {
            pair.iter().all(is_constant)
        }
        Kind::Compare(first, rest) => {
            is_constant(first) && rest.iter().all(|(_, operand)| is_constant(operand))
        }
        Kind::Conditional(parts) => {
            let (value, condition, otherwise) = parts.as_ref();
            is_constant(value)
                && is_constant(condition)
                && otherwise.as_ref().is_some_and(is_constant)
        }
        Kind::Attribute(inner, _) => is_constant(inner),
        Kind::Slice(inner, bounds) => {
            let parts = [&bounds.start, &bounds.stop, &bounds.step];
            is_constant(inner) && parts.into_iter().flatten().all(is_constant)
        }
        Kind::Filter(inner, call) | Kind::Test(inner, call) => {
            // These see the context, or are random, or mark a text.
            let runs_late = call.name.starts_with("as_")
                || matches!(
                    &*call.name,
                    "map" | "select" | "reject" | "selectattr" | "rejectattr" | "random"
                );
            let given = &call.arguments;
            !runs_late
                && is_constant(inner)
                && given.positional.iter().all(is_constant)
                && given.keywords.iter().all(|(_, value)| is_constant(value))
                && given.splat.is_none()
                && given.keyword_splat.is_none()
        }
    }
}

/// Reads a Python literal.
fn literal(raw: &str) -> Option<Value> {
    let template = format!("{{{{ {raw} }}}}");
    let tree = parse(template).ok()?;
    let [Statement::Emit(values)] = tree.body.as_slice() else {
        return None;
    };
    let [expression] = values.as_slice() else {
        return None;
    };
    let word = |it: &Expression| {
        tree.text
            .get(it.span.range())
            .unwrap_or_default()
            .to_owned()
    };
    literal_value(expression, &word)
}

fn literal_value(it: &Expression, word: &dyn Fn(&Expression) -> String) -> Option<Value> {
    let all = |items: &[Expression]| -> Option<Vec<Value>> {
        items.iter().map(|item| literal_value(item, word)).collect()
    };
    match &it.kind {
        // Jinja's lower-case words are no literals of Python.
        Kind::Constant(_) if matches!(word(it).as_str(), "true" | "false" | "none") => None,
        Kind::Constant(value) => Some(value.clone()),
        Kind::List(items) => all(items).map(List::value),
        Kind::Tuple(items) => Some(Value::from(minijinja::value::Tuple::from(all(items)?))),
        Kind::Dict(entries) => {
            let mut dict = indexmap::IndexMap::new();
            for (key, value) in entries {
                let key = Key::checked(literal_value(key, word)?).ok()?;
                dict.insert(key, literal_value(value, word)?);
            }
            Some(Value::from_object(Dict::new(dict)))
        }
        Kind::Negative(inner) => match Number::of(&literal_value(inner, word)?)? {
            Number::Int(number) => Some(Value::from(-number)),
            Number::Float(number) => Some(Value::from(-number)),
        },
        Kind::Positive(inner) => literal_value(inner, word),
        _ => None,
    }
}
