//! Filters for HTML, URLs and JSON in HTML.

use minijinja::{Error, State, Value};

use crate::jinja::library::arguments::bind;
use crate::jinja::library::entities::unescape;
use crate::jinja::library::errors::value_error;
use crate::jinja::library::json::{Style, dumps};
use crate::jinja::library::number::int_argument;
use crate::jinja::library::object::quoted;
use crate::jinja::python::{Class, collect, entries, sort_pairs, text};

/// Escapes a text for HTML as markupsafe does.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\'' => out.push_str("&#39;"),
            '"' => out.push_str("&#34;"),
            _ => out.push(c),
        }
    }
    out
}

fn value_escaped(value: &Value) -> String {
    match value.is_safe() {
        true => text(value),
        false => escaped(&text(value)),
    }
}

/// `escape`: what is safe already stays.
pub(super) fn escape(_: &mut State, args: &[Value]) -> Result<Value, Error> {
    let [value] = bind("escape", ["s"], 1, args)?;
    Ok(Value::from_safe_string(value_escaped(
        &value.unwrap_or_default(),
    )))
}

/// `forceescape`.
pub(super) fn force_escape(_: &mut State, args: &[Value]) -> Result<Value, Error> {
    let [value] = bind("do_forceescape", ["value"], 1, args)?;
    Ok(Value::from_safe_string(escaped(&text(
        &value.unwrap_or_default(),
    ))))
}

/// `safe`.
pub(super) fn safe(_: &mut State, args: &[Value]) -> Result<Value, Error> {
    let [value] = bind("do_mark_safe", ["value"], 1, args)?;
    Ok(Value::from_safe_string(text(&value.unwrap_or_default())))
}

/// `striptags`.
pub(super) fn striptags(_: &mut State, args: &[Value]) -> Result<Value, Error> {
    let [value] = bind("do_striptags", ["value"], 1, args)?;
    let mut rest = text(&value.unwrap_or_default());
    for (open, close) in [("<!--", "-->"), ("<", ">")] {
        while let Some(start) = rest.find(open) {
            let Some(end) = rest[start..].find(close) else {
                break;
            };
            rest.replace_range(start..start + end + close.len(), "");
        }
    }
    let words: Vec<_> = rest.split_whitespace().collect();
    Ok(Value::from(unescape(&words.join(" "))))
}

/// `xmlattr(d, autospace=True)`.
pub(super) fn xmlattr(_: &mut State, args: &[Value]) -> Result<Value, Error> {
    let [value, space] = bind("do_xmlattr", ["d", "autospace"], 1, args)?;
    let mut attributes = Vec::new();
    for (key, value) in entries(&value.unwrap_or_default()) {
        if value.is_none() || value.is_undefined() {
            continue;
        }
        let name = text(&key);
        if name.contains([' ', '\t', '\n', '\r', '\x0b', '\x0c', '/', '>', '=']) {
            let name = quoted(&name);
            return Err(value_error(format!(
                "Invalid character in attribute name: {name}"
            )));
        }
        attributes.push(format!("{}=\"{}\"", escaped(&name), value_escaped(&value)));
    }
    let joined = attributes.join(" ");
    let space = space.is_none_or(|space| space.is_true()) && !joined.is_empty();
    Ok(Value::from(if space {
        format!(" {joined}")
    } else {
        joined
    }))
}

fn url_quoted(text: &str, in_query: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'.' | b'-' | b'~' => {
                out.push(char::from(byte));
            }
            b'/' if !in_query => out.push('/'),
            b' ' if in_query => out.push('+'),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// `urlencode`.
pub(super) fn urlencode(_: &mut State, args: &[Value]) -> Result<Value, Error> {
    let [value] = bind("do_urlencode", ["value"], 1, args)?;
    let value = value.unwrap_or_default();
    let pairs = match Class::of(&value) {
        Class::Dict => entries(&value),
        Class::Text | Class::None | Class::Bool | Class::Int | Class::Float => {
            return Ok(Value::from(url_quoted(&text(&value), false)));
        }
        _ => match collect(&value) {
            Err(_) => return Ok(Value::from(url_quoted(&text(&value), false))),
            Ok(items) => {
                let mut pairs = Vec::new();
                for item in items {
                    let pair = collect(&item)?;
                    let [key, value] = pair.as_slice() else {
                        let message = "not enough values to unpack (expected 2)";
                        return Err(value_error(message));
                    };
                    pairs.push((key.clone(), value.clone()));
                }
                pairs
            }
        },
    };
    let quoted = |value: &Value| url_quoted(&text(value), true);
    let pairs: Vec<_> = pairs
        .iter()
        .map(|(key, value)| format!("{}={}", quoted(key), quoted(value)))
        .collect();
    Ok(Value::from(pairs.join("&")))
}

/// `tojson(value, indent=None)`: sorted, and without what ends a script.
pub(super) fn tojson(_: &mut State, args: &[Value]) -> Result<Value, Error> {
    let [value, indent] = bind("do_tojson", ["value", "indent"], 1, args)?;
    let indent = match indent.filter(|indent| !indent.is_none()) {
        None => None,
        Some(indent) => Some(match indent.as_str() {
            Some(indent) => indent.to_owned(),
            None => " ".repeat(
                usize::try_from(int_argument(&indent)?)
                    .unwrap_or(0)
                    .min(1000),
            ),
        }),
    };
    let style = Style {
        sort_keys: true,
        indent,
        ..Style::default()
    };
    let json = dumps(&value.unwrap_or_default(), &style)?;
    let json = json
        .replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026")
        .replace('\'', "\\u0027");
    Ok(Value::from_safe_string(json))
}

/// Sorts the entries of a dict by key, where the keys have an order.
pub(super) fn sorted_entries(value: &Value) -> Vec<(Value, Value)> {
    let pairs = entries(value);
    sort_pairs(pairs.clone(), false).unwrap_or(pairs)
}
