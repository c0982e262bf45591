//! Python's `datetime.timedelta`.

use std::cmp::Ordering;
use std::fmt::Write as _;
use std::sync::Arc;

use minijinja::{Error, State, Value};

use crate::jinja::library::arguments::{Arguments, bind};
use crate::jinja::library::errors::{overflow_error, type_error, zero_division};
use crate::jinja::library::number::{Number, type_name};
use crate::jinja::library::object::{PythonObject, not_implemented, python_object};

const SECOND: i128 = 1_000_000;
const DAY: i128 = 86_400 * SECOND;
const LONGEST_DAYS: i128 = 999_999_999;

/// A duration in microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeDelta(i128);

impl TimeDelta {
    /// Makes a duration; fails beyond Python's limits.
    pub fn from_microseconds(microseconds: i128) -> Result<Self, Error> {
        let days = microseconds.div_euclid(DAY);
        if i32::try_from(days).is_err() {
            return Err(too_large());
        }
        if days.abs() > LONGEST_DAYS {
            return Err(overflow_error(format!(
                "days={days}; must have magnitude <= {LONGEST_DAYS}"
            )));
        }
        Ok(Self(microseconds))
    }

    /// Makes a duration of whole seconds.
    pub(crate) fn from_seconds(seconds: i64) -> Self {
        Self(i128::from(seconds) * SECOND)
    }

    /// Returns the whole duration in microseconds.
    pub fn microseconds(self) -> i128 {
        self.0
    }

    /// Returns days, seconds of the day and microseconds, as Python keeps them.
    fn parts(self) -> (i128, i128, i128) {
        let rest = self.0.rem_euclid(DAY);
        (self.0.div_euclid(DAY), rest / SECOND, rest % SECOND)
    }

    fn total_seconds(self) -> f64 {
        divide(self.0, SECOND)
    }

    fn times(self, factor: Number) -> Result<Self, Error> {
        match factor {
            Number::Int(factor) => self
                .0
                .checked_mul(factor)
                .map_or_else(|| Err(too_large()), Self::from_microseconds),
            Number::Float(factor) => {
                let (numerator, denominator) = ratio(factor)?;
                match self.0.checked_mul(numerator) {
                    Some(product) => Self::from_microseconds(divide_nearest(product, denominator)),
                    None => Self::from_float(self.0 as f64 * factor),
                }
            }
        }
    }

    fn over(self, divisor: Number) -> Result<Self, Error> {
        match divisor {
            Number::Int(0) => Err(zero_division("integer division or modulo by zero")),
            Number::Int(divisor) => Self::from_microseconds(divide_nearest(self.0, divisor)),
            Number::Float(0.0) => Err(zero_division("division by zero")),
            Number::Float(divisor) => {
                let (numerator, denominator) = ratio(divisor)?;
                match self.0.checked_mul(denominator) {
                    Some(product) => Self::from_microseconds(divide_nearest(product, numerator)),
                    None => Self::from_float(self.0 as f64 / divisor),
                }
            }
        }
    }

    fn from_float(microseconds: f64) -> Result<Self, Error> {
        if !microseconds.is_finite() {
            return Err(too_large());
        }
        Self::from_microseconds(microseconds.round_ties_even() as i128)
    }
}

fn too_large() -> Error {
    overflow_error("Python int too large to convert to C int")
}

/// Divides two whole numbers, rounding once.
pub(super) fn divide(numerator: i128, denominator: i128) -> f64 {
    let (n, d) = (numerator.unsigned_abs(), denominator.unsigned_abs());
    let (mut quotient, mut rest) = (n / d, n % d);
    let mut exponent = 0;
    while n != 0 && quotient < 1 << 62 {
        (quotient, rest) = (quotient << 1, rest << 1);
        if rest >= d {
            (quotient, rest) = (quotient | 1, rest - d);
        }
        exponent -= 1;
    }
    // Whatever is left only decides ties.
    let rounded = (quotient | u128::from(rest != 0)) as f64;
    let magnitude = rounded * 2f64.powi(exponent);
    if (numerator < 0) == (denominator < 0) {
        magnitude
    } else {
        -magnitude
    }
}

fn divide_nearest(numerator: i128, denominator: i128) -> i128 {
    let quotient = numerator.div_euclid(denominator.abs());
    let rest = numerator.rem_euclid(denominator.abs());
    let up = match (2 * rest).cmp(&denominator.abs()) {
        Ordering::Less => 0,
        Ordering::Equal => quotient.rem_euclid(2),
        Ordering::Greater => 1,
    };
    if denominator > 0 {
        return quotient + up;
    }
    // Half to even is symmetric, so rounding the mirrored quotient and negating is right.
    -(quotient + up)
}

/// Returns the exact ratio of a float as Python's `as_integer_ratio` does.
fn ratio(number: f64) -> Result<(i128, i128), Error> {
    if number.is_nan() {
        let message = "cannot convert NaN to integer ratio";
        return Err(super::super::errors::value_error(message));
    }
    if number.is_infinite() {
        return Err(overflow_error("cannot convert Infinity to integer ratio"));
    }
    let mut numerator = number;
    let mut denominator: i128 = 1;
    while numerator.fract() != 0.0 && denominator < 1 << 100 {
        numerator *= 2.0;
        denominator *= 2;
    }
    Ok((numerator as i128, denominator))
}

impl PythonObject for TimeDelta {
    const TYPE: &'static str = "datetime.timedelta";
    const METHODS: &'static [&'static str] = &["total_seconds"];

    fn str(&self) -> String {
        let (days, seconds, microseconds) = self.parts();
        let mut text = String::new();
        if days != 0 {
            let plural = if days.abs() == 1 { "" } else { "s" };
            let _ = write!(text, "{days} day{plural}, ");
        }
        let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
        let _ = write!(text, "{hours}:{minutes:02}:{:02}", seconds % 60);
        if microseconds != 0 {
            let _ = write!(text, ".{microseconds:06}");
        }
        text
    }

    fn repr(&self) -> String {
        let (days, seconds, microseconds) = self.parts();
        let parts = [
            ("days", days),
            ("seconds", seconds),
            ("microseconds", microseconds),
        ];
        let written = parts.iter().filter(|(_, value)| *value != 0);
        let arguments: Vec<_> = written
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        if arguments.is_empty() {
            return "datetime.timedelta(0)".to_owned();
        }
        format!("datetime.timedelta({})", arguments.join(", "))
    }

    fn attribute(self: &Arc<Self>, name: &str) -> Option<Value> {
        let (days, seconds, microseconds) = self.parts();
        match name {
            "days" => Some(Value::from(days as i64)),
            "seconds" => Some(Value::from(seconds as i64)),
            "microseconds" => Some(Value::from(microseconds as i64)),
            _ => class_attribute(name),
        }
    }

    fn method(self: &Arc<Self>, _: &mut State, name: &str, args: &[Value]) -> Result<Value, Error> {
        match name {
            "total_seconds" => {
                bind("timedelta.total_seconds", [], 0, args)?;
                Ok(Value::from(self.total_seconds()))
            }
            "__neg__" => Ok(Self::from_microseconds(-self.0)?.into()),
            "__pos__" => Ok((**self).into()),
            "__abs__" => Ok(Self::from_microseconds(self.0.abs())?.into()),
            _ => self.operate(name, args.first().ok_or_else(not_implemented)?),
        }
    }

    fn order(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }

    fn truth(&self) -> bool {
        self.0 != 0
    }
}
python_object!(TimeDelta);

impl TimeDelta {
    fn operate(self, operator: &str, other: &Value) -> Result<Value, Error> {
        if let Some(other) = other.downcast_object_ref::<Self>() {
            let (a, b) = (self.0, other.0);
            if matches!(operator, "__truediv__" | "__floordiv__" | "__mod__") && b == 0 {
                return Err(zero_division(match operator {
                    "__truediv__" => "division by zero",
                    "__mod__" => "integer modulo by zero",
                    _ => "integer division or modulo by zero",
                }));
            }
            return match operator {
                "__add__" => Ok(Self::from_microseconds(a + b)?.into()),
                "__sub__" => Ok(Self::from_microseconds(a - b)?.into()),
                "__truediv__" => Ok(Value::from(divide(a, b))),
                "__floordiv__" => Ok(Value::from(floor_divide(a, b))),
                "__mod__" => Ok(Self::from_microseconds(a - floor_divide(a, b) * b)?.into()),
                "__lt__" => Ok(Value::from(a < b)),
                "__le__" => Ok(Value::from(a <= b)),
                "__gt__" => Ok(Value::from(a > b)),
                "__ge__" => Ok(Value::from(a >= b)),
                _ => Err(not_implemented()),
            };
        }
        let number = Number::of(other).ok_or_else(not_implemented)?;
        match (operator, number) {
            ("__mul__" | "__rmul__", factor) => Ok(self.times(factor)?.into()),
            ("__truediv__", divisor) => Ok(self.over(divisor)?.into()),
            ("__floordiv__", Number::Int(0)) => {
                Err(zero_division("integer division or modulo by zero"))
            }
            ("__floordiv__", Number::Int(divisor)) => {
                Ok(Self::from_microseconds(floor_divide(self.0, divisor))?.into())
            }
            _ => Err(not_implemented()),
        }
    }
}

fn floor_divide(a: i128, b: i128) -> i128 {
    let quotient = a / b;
    if a % b != 0 && (a < 0) != (b < 0) {
        quotient - 1
    } else {
        quotient
    }
}

impl From<TimeDelta> for Value {
    fn from(delta: TimeDelta) -> Self {
        Self::from_object(delta)
    }
}

/// Makes a duration out of the constructor's arguments.
pub(super) fn new(args: &[Value]) -> Result<Value, Error> {
    // Python adds the parts up in this order, keeping fractions of microseconds apart.
    const UNITS: [(&str, i128); 7] = [
        ("days", DAY),
        ("seconds", SECOND),
        ("microseconds", 1),
        ("milliseconds", 1000),
        ("minutes", 60 * SECOND),
        ("hours", 3600 * SECOND),
        ("weeks", 7 * DAY),
    ];
    let bound = bind("timedelta", UNITS.map(|(name, _)| name), 0, args)?;
    let mut sum: i128 = 0;
    let mut leftover = 0.0;
    for at in [2, 3, 1, 4, 5, 0, 6] {
        let Some(value) = &bound[at] else { continue };
        let (name, factor) = UNITS[at];
        let part = match Number::of(value) {
            Some(Number::Int(number)) => number.checked_mul(factor),
            Some(Number::Float(number)) if number.is_finite() => {
                let fraction = number.fract() * factor as f64;
                leftover += fraction.fract();
                (number.trunc() as i128)
                    .checked_mul(factor)
                    .and_then(|whole| whole.checked_add(fraction.trunc() as i128))
            }
            Some(Number::Float(number)) if number.is_nan() => {
                let message = "cannot convert float NaN to integer";
                return Err(super::super::errors::value_error(message));
            }
            Some(Number::Float(_)) => {
                return Err(overflow_error("cannot convert float infinity to integer"));
            }
            None => {
                return Err(type_error(format!(
                    "unsupported type for timedelta {name} component: {}",
                    type_name(value)
                )));
            }
        };
        sum = part
            .and_then(|part| sum.checked_add(part))
            .ok_or_else(too_large)?;
    }
    Ok(TimeDelta::from_microseconds(sum + round_leftover(leftover, sum))?.into())
}

/// Rounds fractions of microseconds so that the sum is nearest, half to even.
fn round_leftover(leftover: f64, sum: i128) -> i128 {
    let whole = leftover.round();
    if (whole - leftover).abs() != 0.5 {
        return whole as i128;
    }
    let odd = (sum & 1) as f64;
    (2.0 * ((leftover + odd) * 0.5).round() - odd) as i128
}

/// Looks up what the class itself has: `min`, `max`, `resolution`.
pub(super) fn class_attribute(name: &str) -> Option<Value> {
    let delta = match name {
        "min" => TimeDelta(-LONGEST_DAYS * DAY),
        "max" => TimeDelta(LONGEST_DAYS * DAY + DAY - 1),
        "resolution" => TimeDelta(1),
        _ => return None,
    };
    Some(delta.into())
}

/// Reads an argument that must be a duration.
pub(super) fn argument(value: &Value) -> Option<TimeDelta> {
    value.downcast_object_ref::<TimeDelta>().copied()
}

/// Calls a method through the class: `timedelta.total_seconds(x)`.
pub(super) fn class_method(state: &mut State, name: &str, args: &[Value]) -> Result<Value, Error> {
    match Arguments::new(args).positional.split_first() {
        Some((receiver, rest)) if argument(receiver).is_some() => {
            receiver.call_method(state, name, rest)
        }
        _ => Err(not_implemented()),
    }
}
