//! Literals → values, as `ast.literal_eval` reads them; tuples and sets become lists.

use serde_json::{Map, Number, Value};

use super::strings::string;
use super::{Node, named, text_of, unwrapped};

/// Returns the value of a literal; none of anything else.
pub(super) fn literal(node: Node<'_>, text: &str) -> Option<Value> {
    stacker::maybe_grow(64 * 1024, 1024 * 1024, || {
        let node = unwrapped(node);
        Some(match node.kind() {
            "none" => Value::Null,
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            "integer" => integer(text_of(node, text))?,
            "float" => float(text_of(node, text))?,
            "string" | "concatenated_string" => Value::String(string(node, text)?),
            "list" | "tuple" | "set" => {
                let items = named(node).map(|it| literal(it, text));
                Value::Array(items.collect::<Option<_>>()?)
            }
            "dictionary" => Value::Object(dictionary(node, text)?),
            "unary_operator" => signed(node, text)?,
            _ => return None,
        })
    })
}

fn dictionary(node: Node<'_>, text: &str) -> Option<Map<String, Value>> {
    let mut entries = Map::new();
    for pair in named(node) {
        let key = literal(pair.child_by_field_name("key")?, text)?;
        let value = literal(pair.child_by_field_name("value")?, text)?;
        let key = match key {
            Value::String(key) => key,
            Value::Null => "null".to_owned(),
            Value::Array(_) | Value::Object(_) => return None,
            other => other.to_string(),
        };
        entries.insert(key, value);
    }
    Some(entries)
}

fn signed(node: Node<'_>, text: &str) -> Option<Value> {
    let operator = text_of(node.child_by_field_name("operator")?, text);
    let value = literal(node.child_by_field_name("argument")?, text)?;
    let number = value.as_number()?;
    match (operator, number.as_i64(), number.as_f64()) {
        ("+", ..) => Some(value),
        ("-", Some(whole), _) => Some(Value::from(whole.checked_neg()?)),
        ("-", None, Some(float)) => Number::from_f64(-float).map(Value::Number),
        _ => None,
    }
}

fn integer(text: &str) -> Option<Value> {
    let text = text.replace('_', "").to_lowercase();
    let (digits, radix) = match text.get(..2) {
        Some("0x") => (&text[2..], 16),
        Some("0o") => (&text[2..], 8),
        Some("0b") => (&text[2..], 2),
        _ => (text.as_str(), 10),
    };
    let signed = i64::from_str_radix(digits, radix).map(Value::from);
    signed
        .or_else(|_| u64::from_str_radix(digits, radix).map(Value::from))
        .ok()
        .or_else(|| float(digits).filter(|_| radix == 10))
}

fn float(text: &str) -> Option<Value> {
    let value: f64 = text.replace('_', "").parse().ok()?;
    Number::from_f64(value).map(Value::Number)
}
