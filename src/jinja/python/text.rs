//! `str()` and `repr()`.

use std::fmt::Write;

use minijinja::Value;
use minijinja::value::ValueKind;

use super::class::Class;
use super::{dict, list, range, set};
use crate::adapters::agate::{bytes, float};
use crate::jinja::library::object::REPR;

/// Returns `str(value)`.
pub fn text(value: &Value) -> String {
    let mut out = String::new();
    write_text(&mut out, value);
    out
}

/// Returns `repr(value)`.
pub fn repr(value: &Value) -> String {
    let mut out = String::new();
    write_repr(&mut out, value);
    out
}

/// Adds `str(value)` to a text.
pub fn write_text(out: &mut String, value: &Value) {
    match value.kind() {
        ValueKind::String => out.push_str(value.as_str().unwrap_or_default()),
        ValueKind::Undefined => {}
        ValueKind::Plain => add(out, value),
        _ => write_repr(out, value),
    }
}

/// Adds `repr(value)` to a text.
pub fn write_repr(out: &mut String, value: &Value) {
    match Class::of(value) {
        Class::Undefined => out.push_str("Undefined"),
        Class::None => out.push_str("None"),
        Class::Bool => out.push_str(if value.is_true() { "True" } else { "False" }),
        Class::Int => add(out, value),
        Class::Float => {
            out.push_str(&float(f64::try_from(value.clone()).unwrap_or_default()));
        }
        Class::Text if value.is_safe() => {
            out.push_str("Markup(");
            write_string(out, value.as_str().unwrap_or_default());
            out.push(')');
        }
        Class::Text => write_string(out, value.as_str().unwrap_or_default()),
        Class::Bytes => out.push_str(&bytes(value.as_bytes().unwrap_or_default())),
        Class::Tuple => match own_repr(value) {
            Some(repr) => out.push_str(&repr),
            None => write_tuple(out, value),
        },
        Class::List if value.downcast_object_ref::<list::List>().is_some() => {
            list::write(out, value);
        }
        class @ (Class::List | Class::Dict) => match own_repr(value) {
            Some(repr) => out.push_str(&repr),
            None if class == Class::List => list::write(out, value),
            None => dict::write(out, value),
        },
        Class::Set => set::write(out, value),
        Class::Range => range::write(out, value),
        Class::Other => match value.get_attr(REPR) {
            Ok(repr) if repr.kind() == ValueKind::String => {
                out.push_str(repr.as_str().unwrap_or_default());
            }
            _ => add(out, value),
        },
    }
}

/// Returns the `repr` that a tuple with names, or a sequence or map of another kind, has of its own.
fn own_repr(value: &Value) -> Option<String> {
    if value.downcast_object_ref::<dict::Dict>().is_some() || value.is_tuple() {
        return None;
    }
    let repr = value.get_attr(REPR).ok()?;
    (repr.kind() == ValueKind::String).then(|| repr.as_str().unwrap_or_default().to_owned())
}

fn add(out: &mut String, value: &Value) {
    // Writing to a string does not fail.
    let _ = write!(out, "{value}");
}

/// Joins values as markup: those that are no markup are escaped for HTML.
pub fn markup<'a>(values: impl IntoIterator<Item = &'a Value>) -> Value {
    let mut out = String::new();
    for value in values {
        if value.is_safe() {
            out.push_str(value.as_str().unwrap_or_default());
            continue;
        }
        for char in text(value).chars() {
            match char {
                '&' => out.push_str("&amp;"),
                '<' => out.push_str("&lt;"),
                '>' => out.push_str("&gt;"),
                '\'' => out.push_str("&#39;"),
                '"' => out.push_str("&#34;"),
                _ => out.push(char),
            }
        }
    }
    Value::from_safe_string(out)
}

/// Adds `[`, the items and `]`; `nested` guards against a container that holds itself.
pub(super) fn write_items<'a>(
    out: &mut String,
    open: &str,
    items: impl IntoIterator<Item = &'a Value>,
    close: &str,
) {
    out.push_str(open);
    for (at, item) in items.into_iter().enumerate() {
        if at > 0 {
            out.push_str(", ");
        }
        write_repr(out, item);
    }
    out.push_str(close);
}

fn write_tuple(out: &mut String, value: &Value) {
    let items: Vec<Value> = value.try_iter().into_iter().flatten().collect();
    let close = if items.len() == 1 { ",)" } else { ")" };
    write_items(out, "(", &items, close);
}

/// Adds a string with quotes and escapes.
pub fn write_string(out: &mut String, text: &str) {
    let quote = match text.contains('\'') && !text.contains('"') {
        true => '"',
        false => '\'',
    };
    out.push(quote);
    for char in text.chars() {
        match char {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            _ if char == quote => {
                out.push('\\');
                out.push(char);
            }
            ' '..='~' => out.push(char),
            _ if is_printable(char) => out.push(char),
            _ => write_code(out, u32::from(char)),
        }
    }
    out.push(quote);
}

fn write_code(out: &mut String, code: u32) {
    // Writing to a string does not fail.
    let _ = match code {
        0..=0xff => write!(out, "\\x{code:02x}"),
        0x100..=0xffff => write!(out, "\\u{code:04x}"),
        _ => write!(out, "\\U{code:08x}"),
    };
}

/// Tells whether Python prints a character in `repr`: it is of no category of controls,
/// separators, private use or unassigned.
pub fn is_printable(char: char) -> bool {
    if char.is_ascii() {
        return (' '..='~').contains(&char);
    }
    // Rust's debug form escapes the same categories, except for a leading combining mark.
    let mut buffer = [b'a'; 5];
    let length = char.encode_utf8(&mut buffer[1..]).len();
    let text = std::str::from_utf8(&buffer[..=length]).unwrap_or_default();
    text.escape_debug().nth(1) == Some(char)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_quoted_as_python_does() {
        let quoted = |text: &str| repr(&Value::from(text));
        assert_eq!(quoted("it's"), "\"it's\"");
        assert_eq!(quoted("a'b\"c"), "'a\\'b\"c'");
        assert_eq!(
            quoted("é\u{301}\u{a0}\u{200b}\u{1f600}"),
            "'é\u{301}\\xa0\\u200b😀'"
        );
    }
}
