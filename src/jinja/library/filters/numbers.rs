//! Filters of numbers: `abs`, `int`, `float`, `round`, `filesizeformat`.

use minijinja::{Error, State, Value};

use super::argument_error;
use crate::jinja::library::arguments::bind;
use crate::jinja::library::decimal::{Decimal, Rounding};
use crate::jinja::library::errors::{class_of, overflow_error, type_error, value_error};
use crate::jinja::library::number::{Number, int_argument, read_float, read_int, type_name, whole};
use crate::jinja::library::object::quoted;
use crate::jinja::python::{Class, div, mul, negative, ordered};

/// `abs`.
pub(super) fn abs(state: &mut State, args: &[Value]) -> Result<Value, Error> {
    let [value] = bind("abs", ["x"], 1, args)?;
    let value = value.unwrap_or_default();
    match Number::of(&value) {
        Some(Number::Float(number)) => Ok(Value::from(number.abs())),
        Some(Number::Int(_)) if ordered("<", &value, &Value::from(0))? => negative(state, &value),
        Some(Number::Int(number)) => Ok(whole(number)),
        None => {
            if value.is_undefined() {
                return Err(super::undefined());
            }
            let own = value
                .as_object()
                .map(|it| it.call_method(state, "__abs__", &[]));
            match own {
                Some(Ok(result)) => Ok(result),
                _ => {
                    let name = type_name(&value);
                    Err(type_error(format!("bad operand type for abs(): '{name}'")))
                }
            }
        }
    }
}

/// Converts to a whole number as `int()` does.
fn to_int(value: &Value, base: i64) -> Result<Value, Error> {
    if let Some(text) = value.as_str().filter(|_| Class::of(value) == Class::Text) {
        let unreadable = || {
            let text = quoted(text);
            value_error(format!(
                "invalid literal for int() with base {base}: {text}"
            ))
        };
        return read_int(text, base).map(whole).ok_or_else(unreadable);
    }
    match Number::of(value) {
        Some(Number::Int(number)) => Ok(whole(number)),
        Some(Number::Float(number)) if number.is_nan() => {
            Err(value_error("cannot convert float NaN to integer"))
        }
        Some(Number::Float(number)) if number.is_infinite() => {
            Err(overflow_error("cannot convert float infinity to integer"))
        }
        Some(Number::Float(number)) => Ok(whole(number.trunc() as i128)),
        None => match value.downcast_object_ref::<Decimal>() {
            Some(number) => number
                .to_i128()
                .map(whole)
                .ok_or_else(|| overflow_error("cannot convert Infinity to integer")),
            None => Err(type_error(format!(
                "int() argument must be a string, a bytes-like object or a real number, not '{}'",
                type_name(value)
            ))),
        },
    }
}

/// Converts to a float as `float()` does.
fn to_float(value: &Value) -> Result<f64, Error> {
    if let Some(text) = value.as_str().filter(|_| Class::of(value) == Class::Text) {
        let unreadable = || {
            let text = quoted(text);
            value_error(format!("could not convert string to float: {text}"))
        };
        return read_float(text).ok_or_else(unreadable);
    }
    match Number::of(value) {
        Some(number) => Ok(number.as_f64()),
        None => match value.downcast_object_ref::<Decimal>() {
            Some(number) => Ok(number.to_f64()),
            None => Err(type_error(format!(
                "float() argument must be a string or a real number, not '{}'",
                type_name(value)
            ))),
        },
    }
}

fn is_caught(error: &Error) -> bool {
    matches!(class_of(error), Some("TypeError" | "ValueError"))
}

/// `int(value, default=0, base=10)`.
pub(super) fn int(_: &mut State, args: &[Value]) -> Result<Value, Error> {
    let [value, default, base] = bind("do_int", ["value", "default", "base"], 1, args)?;
    let value = value.unwrap_or_default();
    if value.is_undefined() {
        return Err(super::undefined());
    }
    let base = base.map_or(Ok(10), |base| int_argument(&base))?;
    match to_int(&value, base) {
        Err(error) if is_caught(&error) => {}
        result => return result,
    }
    let float = to_float(&value).ok().filter(|number| number.is_finite());
    match float {
        Some(number) => Ok(whole(number.trunc() as i128)),
        None => Ok(default.unwrap_or_else(|| Value::from(0))),
    }
}

/// `float(value, default=0.0)`.
pub(super) fn float(_: &mut State, args: &[Value]) -> Result<Value, Error> {
    let [value, default] = bind("do_float", ["value", "default"], 1, args)?;
    let value = value.unwrap_or_default();
    if value.is_undefined() {
        return Err(super::undefined());
    }
    match to_float(&value) {
        Ok(number) => Ok(Value::from(number)),
        Err(error) if is_caught(&error) => Ok(default.unwrap_or_else(|| Value::from(0.0))),
        Err(error) => Err(error),
    }
}

/// `round(value, precision=0, method='common')`.
pub(super) fn round(state: &mut State, args: &[Value]) -> Result<Value, Error> {
    let [value, precision, method] = bind("do_round", ["value", "precision", "method"], 1, args)?;
    let value = value.unwrap_or_default();
    let precision = precision.map_or(Ok(0), |precision| int_argument(&precision))?;
    let method = method.unwrap_or_else(|| Value::from("common"));
    let rounding = match method.as_str() {
        Some("common") => return round_common(&value, precision),
        Some("ceil") => Rounding::Up,
        Some("floor") => Rounding::Down,
        _ => return Err(argument_error("method must be common, ceil or floor")),
    };
    if value.is_undefined() {
        return Err(super::undefined());
    }
    let scale = match u32::try_from(precision) {
        Ok(power) => whole(
            10_i128
                .checked_pow(power)
                .ok_or_else(|| overflow_error("precision is too high"))?,
        ),
        Err(_) => Value::from(10_f64.powi(i32::try_from(precision).unwrap_or(i32::MIN))),
    };
    let scaled = mul(state, &value, &scale)?;
    let rounded = round_whole(&scaled, rounding)?;
    div(state, &rounded, &scale)
}

fn round_whole(value: &Value, rounding: Rounding) -> Result<Value, Error> {
    if let Some(decimal) = value.downcast_object_ref::<Decimal>() {
        let rounded = decimal.to_whole(rounding);
        return rounded
            .map(whole)
            .ok_or_else(|| value_error("cannot convert NaN to integer"));
    }
    match Number::of(value) {
        Some(Number::Int(number)) => Ok(whole(number)),
        Some(Number::Float(number)) => {
            let rounded = match rounding {
                Rounding::Up => number.ceil(),
                _ => number.floor(),
            };
            to_int(&Value::from(rounded), 10)
        }
        None => Err(type_error(format!(
            "must be real number, not {}",
            type_name(value)
        ))),
    }
}

/// Rounds half to even to a number of places, as `round()` does.
fn round_common(value: &Value, places: i64) -> Result<Value, Error> {
    if let Some(decimal) = value.downcast_object_ref::<Decimal>() {
        return Ok(decimal.to_places(places).into());
    }
    match Number::of(value) {
        Some(Number::Int(number)) if places >= 0 => Ok(whole(number)),
        Some(Number::Int(number)) => {
            let rounded = Decimal::from_i128(number).to_places(places).to_i128();
            Ok(whole(rounded.unwrap_or_default()))
        }
        Some(Number::Float(number)) => Ok(Value::from(round_float(number, places))),
        None if value.is_undefined() => Err(super::undefined()),
        None => {
            let name = type_name(value);
            Err(type_error(format!(
                "type {name} doesn't define __round__ method"
            )))
        }
    }
}

fn round_float(number: f64, places: i64) -> f64 {
    if !number.is_finite() || places > 330 {
        return number;
    }
    match usize::try_from(places) {
        Ok(places) => format!("{number:.places$}").parse().unwrap_or(number),
        Err(_) => {
            // Exact digits before the point decide.
            let exact = Decimal::parse(&format!("{number:.1100}"));
            exact.map_or(number, |exact| exact.to_places(places).to_f64())
        }
    }
}

/// `filesizeformat(value, binary=False)`.
pub(super) fn filesizeformat(_: &mut State, args: &[Value]) -> Result<Value, Error> {
    let [value, binary] = bind("do_filesizeformat", ["value", "binary"], 1, args)?;
    let value = value.unwrap_or_default();
    if value.is_undefined() {
        return Err(super::undefined());
    }
    let bytes = to_float(&value)?;
    let (base, units) = match binary.is_some_and(|it| it.is_true()) {
        true => (
            1024.0,
            ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"],
        ),
        false => (1000.0, ["kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"]),
    };
    if bytes == 1.0 {
        return Ok(Value::from("1 Byte"));
    }
    if bytes < base {
        return Ok(Value::from(format!("{} Bytes", bytes.trunc())));
    }
    let mut unit = base;
    let mut name = units[0];
    for (at, known) in units.iter().enumerate() {
        unit = f64::powi(base, at as i32 + 2);
        name = known;
        if bytes < unit {
            break;
        }
    }
    Ok(Value::from(format!("{:.1} {name}", base * bytes / unit)))
}
