//! `+`, `-`, `*`, `/`, `//`, `%`, `**` and the signs.

use minijinja::value::{Tuple, ValueKind};
use minijinja::{Error, ErrorKind, State, Value};

use super::class::Class;
use super::iterate::collect;
use super::list::List;
use super::set::{Set, difference};
use super::text::markup;
use crate::jinja::library::errors::{overflow_error, raise, type_error, zero_division};
use crate::jinja::library::number::{Number, type_name};
use crate::jinja::library::strings::percent;

/// How large a repeated text or list may become.
const MAX_REPEATED: usize = 100_000_000;

/// Computes `a + b`.
pub fn add(state: &mut State<'_, '_>, a: &Value, b: &Value) -> Result<Value, Error> {
    if let (Some(x), Some(y)) = (Number::of(a), Number::of(b)) {
        return match (x, y) {
            (Number::Int(x), Number::Int(y)) => whole(x.checked_add(y)),
            _ => Ok(Value::from(x.as_f64() + y.as_f64())),
        };
    }
    match (Class::of(a), Class::of(b)) {
        (Class::Text, Class::Text) => {
            let (x, y) = (
                a.as_str().unwrap_or_default(),
                b.as_str().unwrap_or_default(),
            );
            match a.is_safe() || b.is_safe() {
                true => Ok(markup([a, b])),
                false => Ok(Value::from([x, y].concat())),
            }
        }
        (Class::List, Class::List) => {
            let mut items = collect(a)?;
            items.extend(collect(b)?);
            Ok(List::value(items))
        }
        (Class::Tuple, Class::Tuple) => {
            let mut items = collect(a)?;
            items.extend(collect(b)?);
            Ok(Value::from(Tuple::from(items)))
        }
        (left @ (Class::Text | Class::List | Class::Tuple), right) => {
            if right == Class::Other
                && let Some(sum) = reflected(state, "__radd__", a, b)?
            {
                return Ok(sum);
            }
            let name = match left {
                Class::Text => "str",
                Class::List => "list",
                _ => "tuple",
            };
            let other = type_name(b);
            let message = format!("can only concatenate {name} (not \"{other}\") to {name}");
            Err(type_error(message))
        }
        _ => by_methods(state, "+", "__add__", "__radd__", a, b),
    }
}

/// Computes `a - b`.
pub fn sub(state: &mut State<'_, '_>, a: &Value, b: &Value) -> Result<Value, Error> {
    match (Number::of(a), Number::of(b)) {
        (Some(Number::Int(x)), Some(Number::Int(y))) => whole(x.checked_sub(y)),
        (Some(x), Some(y)) => Ok(Value::from(x.as_f64() - y.as_f64())),
        _ => match (
            a.downcast_object_ref::<Set>(),
            b.downcast_object_ref::<Set>(),
        ) {
            (Some(x), Some(y)) => Ok(difference(x, y)),
            _ => by_methods(state, "-", "__sub__", "__rsub__", a, b),
        },
    }
}

/// Computes `a * b`.
pub fn mul(state: &mut State<'_, '_>, a: &Value, b: &Value) -> Result<Value, Error> {
    match (Number::of(a), Number::of(b)) {
        (Some(Number::Int(x)), Some(Number::Int(y))) => return whole(x.checked_mul(y)),
        (Some(x), Some(y)) => return Ok(Value::from(x.as_f64() * y.as_f64())),
        _ => {}
    }
    let repeats = |class| matches!(class, Class::Text | Class::List | Class::Tuple);
    let (left, right) = (Class::of(a), Class::of(b));
    if repeats(left) && right != Class::Other {
        return repeat(a, left, b);
    }
    if repeats(right) && left != Class::Other {
        return repeat(b, right, a);
    }
    by_methods(state, "*", "__mul__", "__rmul__", a, b)
}

/// Computes `a / b`.
pub fn div(state: &mut State<'_, '_>, a: &Value, b: &Value) -> Result<Value, Error> {
    let (Some(x), Some(y)) = (Number::of(a), Number::of(b)) else {
        return by_methods(state, "/", "__truediv__", "__rtruediv__", a, b);
    };
    if y.as_f64() == 0.0 {
        return Err(zero_division(match (x, y) {
            (Number::Int(_), Number::Int(_)) => "division by zero",
            _ => "float division by zero",
        }));
    }
    Ok(Value::from(x.as_f64() / y.as_f64()))
}

/// Computes `a // b`.
pub fn floor_div(state: &mut State<'_, '_>, a: &Value, b: &Value) -> Result<Value, Error> {
    match (Number::of(a), Number::of(b)) {
        (Some(Number::Int(_)), Some(Number::Int(0))) => {
            Err(zero_division("integer division or modulo by zero"))
        }
        (Some(Number::Int(x)), Some(Number::Int(y))) => {
            let quotient = x.checked_div(y);
            let inexact = x.checked_rem(y).is_some_and(|rest| rest != 0);
            let down = inexact && (x < 0) != (y < 0);
            whole(quotient.map(|it| it - i128::from(down)))
        }
        (Some(_), Some(y)) if y.as_f64() == 0.0 => {
            Err(zero_division("float floor division by zero"))
        }
        (Some(x), Some(y)) => Ok(Value::from(float_div_mod(x.as_f64(), y.as_f64()).0)),
        _ => by_methods(state, "//", "__floordiv__", "__rfloordiv__", a, b),
    }
}

/// Computes `a % b`: of numbers the rest, a text is filled with values.
pub fn modulo(state: &mut State<'_, '_>, a: &Value, b: &Value) -> Result<Value, Error> {
    if a.kind() == ValueKind::String {
        return percent(a.as_str().unwrap_or_default(), b).map(Value::from);
    }
    match (Number::of(a), Number::of(b)) {
        (Some(Number::Int(_)), Some(Number::Int(0))) => {
            Err(zero_division("integer modulo by zero"))
        }
        (Some(Number::Int(x)), Some(Number::Int(y))) => {
            let rest = x.checked_rem(y).unwrap_or_default();
            let other_side = rest != 0 && (rest < 0) != (y < 0);
            whole(Some(if other_side { rest + y } else { rest }))
        }
        (Some(_), Some(y)) if y.as_f64() == 0.0 => Err(zero_division("float modulo")),
        (Some(x), Some(y)) => Ok(Value::from(float_div_mod(x.as_f64(), y.as_f64()).1)),
        _ => by_methods(state, "%", "__mod__", "__rmod__", a, b),
    }
}

/// Computes `a ** b`.
pub fn pow(state: &mut State<'_, '_>, a: &Value, b: &Value) -> Result<Value, Error> {
    let (Some(x), Some(y)) = (Number::of(a), Number::of(b)) else {
        return by_methods(state, "** or pow()", "__pow__", "__rpow__", a, b);
    };
    match (x, y) {
        (Number::Int(base), Number::Int(exponent)) if exponent >= 0 => {
            let small = matches!(base, -1..=1);
            let exponent = if small {
                exponent % 2 + 2 * i128::from(exponent > 1)
            } else {
                exponent
            };
            let exponent = u32::try_from(exponent).ok();
            whole(exponent.and_then(|exponent| base.checked_pow(exponent)))
        }
        _ if x.as_f64() == 0.0 && y.as_f64() < 0.0 => {
            Err(zero_division("0.0 cannot be raised to a negative power"))
        }
        _ => {
            let power = x.as_f64().powf(y.as_f64());
            if power.is_nan() && !x.as_f64().is_nan() && !y.as_f64().is_nan() {
                return Err(raise("ValueError", "the power is a complex number"));
            }
            if power.is_infinite() && x.as_f64().is_finite() && y.as_f64().is_finite() {
                return Err(overflow_error("(34, 'Numerical result out of range')"));
            }
            Ok(Value::from(power))
        }
    }
}

/// Computes `-value`.
pub fn negative(state: &mut State<'_, '_>, value: &Value) -> Result<Value, Error> {
    match Number::of(value) {
        Some(Number::Int(number)) => whole(number.checked_neg()),
        Some(Number::Float(number)) => Ok(Value::from(-number)),
        None => sign(state, "-", "__neg__", value),
    }
}

/// Computes `+value`.
pub fn positive(state: &mut State<'_, '_>, value: &Value) -> Result<Value, Error> {
    match Number::of(value) {
        Some(Number::Int(number)) => whole(Some(number)),
        Some(Number::Float(_)) => Ok(value.clone()),
        None => sign(state, "+", "__pos__", value),
    }
}

fn sign(
    state: &mut State<'_, '_>,
    sign: &str,
    method: &str,
    value: &Value,
) -> Result<Value, Error> {
    match attempt(state, method, value, &[])? {
        Some(result) => Ok(result),
        None => {
            let name = type_name(value);
            Err(type_error(format!(
                "bad operand type for unary {sign}: '{name}'"
            )))
        }
    }
}

fn whole(number: Option<i128>) -> Result<Value, Error> {
    let number = number
        .ok_or_else(|| overflow_error("whole numbers of more than 128 bits are not supported"))?;
    Ok(match i64::try_from(number) {
        Ok(small) => Value::from(small),
        Err(_) => Value::from(number),
    })
}

/// Divides floats as Python does: the rest has the sign of the divisor.
fn float_div_mod(a: f64, b: f64) -> (f64, f64) {
    let mut rest = a % b;
    let mut quotient = (a - rest) / b;
    if rest == 0.0 {
        rest = 0.0f64.copysign(b);
    } else if (rest < 0.0) != (b < 0.0) {
        rest += b;
        quotient -= 1.0;
    }
    if quotient == 0.0 {
        return (0.0f64.copysign(a / b), rest);
    }
    let floor = quotient.floor();
    let up = if quotient - floor > 0.5 { 1.0 } else { 0.0 };
    (floor + up, rest)
}

fn repeat(sequence: &Value, class: Class, times: &Value) -> Result<Value, Error> {
    let Some(Number::Int(times)) = Number::of(times) else {
        let name = type_name(times);
        return Err(type_error(format!(
            "can't multiply sequence by non-int of type '{name}'"
        )));
    };
    let times = usize::try_from(times.max(0)).unwrap_or(usize::MAX);
    let fits = |length: usize| match length.checked_mul(times) {
        Some(total) if total <= MAX_REPEATED => Ok(()),
        _ => Err(raise("MemoryError", "the repeated sequence is too large")),
    };
    if class == Class::Text {
        let text = sequence.as_str().unwrap_or_default();
        fits(text.len())?;
        return Ok(Value::from(text.repeat(times)));
    }
    let items = collect(sequence)?;
    fits(items.len())?;
    let repeated: Vec<Value> = (0..times).flat_map(|_| items.iter().cloned()).collect();
    Ok(match class {
        Class::Tuple => Value::from(Tuple::from(repeated)),
        _ => List::value(repeated),
    })
}

/// Tries the operator's method of the left operand, then that of the right one.
fn by_methods(
    state: &mut State<'_, '_>,
    operator: &str,
    method: &str,
    reflected_method: &str,
    a: &Value,
    b: &Value,
) -> Result<Value, Error> {
    if let Some(result) = attempt(state, method, a, std::slice::from_ref(b))? {
        return Ok(result);
    }
    if let Some(result) = reflected(state, reflected_method, a, b)? {
        return Ok(result);
    }
    let (a, b) = (type_name(a), type_name(b));
    Err(type_error(format!(
        "unsupported operand type(s) for {operator}: '{a}' and '{b}'"
    )))
}

fn reflected(
    state: &mut State<'_, '_>,
    method: &str,
    a: &Value,
    b: &Value,
) -> Result<Option<Value>, Error> {
    attempt(state, method, b, std::slice::from_ref(a))
}

fn attempt(
    state: &mut State<'_, '_>,
    method: &str,
    object: &Value,
    args: &[Value],
) -> Result<Option<Value>, Error> {
    let Some(object) = object.as_object() else {
        return Ok(None);
    };
    match object.call_method(state, method, args) {
        Ok(result) => Ok(Some(result)),
        Err(error) if error.kind() == ErrorKind::UnknownMethod => Ok(None),
        Err(error) => Err(error),
    }
}
