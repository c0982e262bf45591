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

/// Writes a `float` the way Python's `repr` does: the shortest digits that give it back.
pub(crate) fn float_text(number: f64) -> String {
    if number.is_nan() {
        return "nan".to_owned();
    }
    if number.is_infinite() {
        return if number < 0.0 { "-inf" } else { "inf" }.to_owned();
    }
    let scientific = format!("{number:e}");
    let Some((digits, exponent)) = scientific.split_once('e') else {
        return scientific;
    };
    let exponent: i32 = exponent.parse().unwrap_or_default();
    if (-4..16).contains(&exponent) {
        let plain = number.to_string();
        return if plain.contains('.') {
            plain
        } else {
            plain + ".0"
        };
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.abs())
}
