//! Numbers out of values.

use minijinja::value::ValueKind;
use minijinja::{Error, Value};

use super::errors::{overflow_error, type_error};

/// A Python number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Number {
    /// `int`, and `bool` where it counts as one.
    Int(i128),
    /// `float`.
    Float(f64),
}

impl Number {
    /// Reads a number; truth values are 0 and 1.
    pub(crate) fn of(value: &Value) -> Option<Self> {
        match value.kind() {
            ValueKind::Bool => Some(Self::Int(i128::from(value.is_true()))),
            ValueKind::Number if value.is_integer() => Some(match i128::try_from(value.clone()) {
                Ok(number) => Self::Int(number),
                Err(_) => Self::Float(f64::try_from(value.clone()).ok()?),
            }),
            ValueKind::Number => Some(Self::Float(f64::try_from(value.clone()).ok()?)),
            _ => None,
        }
    }

    /// Returns the number as a `float`.
    pub(crate) fn as_f64(self) -> f64 {
        match self {
            Self::Int(number) => number as f64,
            Self::Float(number) => number,
        }
    }
}

/// Reads an `int` argument as Python's C code does: truth values count, floats do not.
pub(crate) fn int_argument(value: &Value) -> Result<i64, Error> {
    match Number::of(value) {
        Some(Number::Int(number)) => i64::try_from(number)
            .map_err(|_| overflow_error("Python int too large to convert to C int")),
        _ => Err(type_error(format!(
            "'{}' object cannot be interpreted as an integer",
            type_name(value)
        ))),
    }
}

/// Names the Python type of a value.
pub(crate) fn type_name(value: &Value) -> String {
    let name = match value.kind() {
        ValueKind::Undefined => "Undefined",
        ValueKind::None => "NoneType",
        ValueKind::Bool => "bool",
        ValueKind::Number if value.is_integer() => "int",
        ValueKind::Number => "float",
        ValueKind::String => "str",
        ValueKind::Bytes => "bytes",
        kind => {
            let class = value.get_attr(super::object::CLASS).unwrap_or_default();
            return match (class.as_str(), kind) {
                (Some(class), _) => class.to_owned(),
                (None, ValueKind::Map) => "dict".to_owned(),
                (None, ValueKind::Seq) if value.is_tuple() => "tuple".to_owned(),
                (None, ValueKind::Seq) => "list".to_owned(),
                (None, ValueKind::Iterable) => "generator".to_owned(),
                _ => "object".to_owned(),
            };
        }
    };
    name.to_owned()
}

/// Makes a value of a whole number.
pub(crate) fn whole(number: i128) -> Value {
    match i64::try_from(number) {
        Ok(number) => Value::from(number),
        Err(_) => Value::from(number),
    }
}

/// Removes the underscores between digits; `None` if one is elsewhere.
fn without_underscores(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    for (at, byte) in bytes.iter().enumerate().filter(|(_, byte)| **byte == b'_') {
        let digit = |at: Option<usize>| {
            at.and_then(|at| bytes.get(at))
                .is_some_and(u8::is_ascii_alphanumeric)
        };
        if *byte == b'_' && !(digit(at.checked_sub(1)) && digit(Some(at + 1))) {
            return None;
        }
    }
    Some(text.replace('_', ""))
}

/// Reads a whole number as `int(text, base)` does; base 0 takes the one that a prefix names.
pub(crate) fn read_int(text: &str, base: i64) -> Option<i128> {
    let text = text.trim_matches(super::strings::is_space);
    let (negative, rest) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let prefixes = [("0x", 16), ("0o", 8), ("0b", 2)];
    let named = prefixes.into_iter().find(|(prefix, named)| {
        let head = rest.get(..2).unwrap_or_default().to_ascii_lowercase();
        head == *prefix && (base == 0 || base == *named)
    });
    let (digits, base) = match named {
        Some((_, named)) => (rest[2..].strip_prefix('_').unwrap_or(&rest[2..]), named),
        None if base == 0 => {
            // Without a prefix no number but zero begins with zero.
            let octal = rest.starts_with('0') && rest.contains(|c: char| ('1'..='9').contains(&c));
            (if octal { "" } else { rest }, 10)
        }
        None => (rest, base),
    };
    let base = u32::try_from(base)
        .ok()
        .filter(|base| (2..=36).contains(base))?;
    let digits = without_underscores(digits)?;
    if digits.starts_with(['+', '-']) {
        return None;
    }
    let sign = if negative { "-" } else { "" };
    i128::from_str_radix(&format!("{sign}{digits}"), base).ok()
}

/// Reads a number as `float(text)` does.
pub(crate) fn read_float(text: &str) -> Option<f64> {
    let text = text.trim_matches(super::strings::is_space);
    let plain = without_underscores(text)?;
    // Rust reads the same words, and `infinity` besides in any case.
    let known = plain
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    plain.parse().ok().filter(|_| known)
}
