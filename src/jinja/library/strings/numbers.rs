//! Methods of `int`, `float` and `bool`.

use minijinja::{Error, Value};

use crate::adapters::agate::float;
use crate::jinja::library::arguments::bind;
use crate::jinja::library::errors::{overflow_error, value_error};
use crate::jinja::library::number::Number;
use crate::jinja::library::object::not_implemented;

/// Calls a method of a number.
pub(super) fn call(value: &Value, name: &str, args: &[Value]) -> Result<Value, Error> {
    let number = Number::of(value).ok_or_else(not_implemented)?;
    let none = || bind(name, [], 0, args);
    match (name, number) {
        ("conjugate", Number::Int(it)) => none().map(|_| Value::from(it)),
        ("conjugate", Number::Float(it)) => none().map(|_| Value::from(it)),
        ("bit_length", Number::Int(it)) => {
            none()?;
            Ok(Value::from(128 - it.unsigned_abs().leading_zeros()))
        }
        ("bit_count", Number::Int(it)) => {
            none()?;
            Ok(Value::from(it.unsigned_abs().count_ones()))
        }
        ("as_integer_ratio", Number::Int(it)) => none().map(|_| Value::from((it, 1))),
        ("as_integer_ratio", Number::Float(it)) => {
            none()?;
            ratio(it).map(Value::from)
        }
        ("is_integer", Number::Float(it)) => {
            none()?;
            Ok(Value::from(it.is_finite() && it.fract() == 0.0))
        }
        ("hex", Number::Float(it)) => {
            none()?;
            Ok(Value::from(hexadecimal(it)))
        }
        _ => Err(not_implemented()),
    }
}

fn ratio(number: f64) -> Result<(Value, Value), Error> {
    if number.is_nan() {
        return Err(value_error("cannot convert NaN to integer ratio"));
    }
    if number.is_infinite() {
        return Err(overflow_error("cannot convert Infinity to integer ratio"));
    }
    let (mut numerator, mut denominator) = (number, 1_i128);
    while numerator.fract() != 0.0 {
        denominator = denominator
            .checked_mul(2)
            .ok_or_else(|| overflow_error("the ratio has more than 128 bits"))?;
        numerator *= 2.0;
    }
    Ok((Value::from(numerator as i128), Value::from(denominator)))
}

fn hexadecimal(number: f64) -> String {
    if !number.is_finite() {
        return float(number);
    }
    let bits = number.to_bits();
    let sign = if bits >> 63 == 1 { "-" } else { "" };
    let (exponent, mantissa) = ((bits >> 52 & 0x7ff) as i32, bits & ((1 << 52) - 1));
    match (exponent, mantissa) {
        (0, 0) => format!("{sign}0x0.0p+0"),
        (0, _) => format!("{sign}0x0.{mantissa:013x}p-1022"),
        _ => format!("{sign}0x1.{mantissa:013x}p{:+}", exponent - 1023),
    }
}
