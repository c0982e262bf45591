//! Python's `decimal.Decimal`: what agate keeps numbers in.
//!
//! Results of arithmetic have 28 digits, rounded half to even, as in Python's usual context.

mod arithmetic;
mod digits;
mod object;

use std::cmp::Ordering;
use std::fmt;

use minijinja::Value;

pub(crate) use self::arithmetic::Rounding;
use self::digits::Digits;
use super::number::Number;

/// A decimal number.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Decimal {
    negative: bool,
    kind: Kind,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Kind {
    /// Digits and the power of ten that they are multiplied by.
    Finite(Digits, i32),
    Infinity,
    NaN,
}

impl Decimal {
    fn finite(negative: bool, digits: Digits, exponent: i32) -> Self {
        Self {
            negative,
            kind: Kind::Finite(digits, exponent),
        }
    }

    /// Reads a number as Python does: `-12.50`, `1E+3`, `NaN`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().replace('_', "");
        let (negative, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(&text)),
        };
        let lower = text.to_ascii_lowercase();
        let special = match lower.as_str() {
            "inf" | "infinity" => Some(Kind::Infinity),
            "nan" => Some(Kind::NaN),
            _ => None,
        };
        if let Some(kind) = special {
            return Some(Self { negative, kind });
        }
        let (mantissa, exponent) = match lower.split_once('e') {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
            None => (lower.as_str(), 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = format!("{whole}{fraction}");
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let exponent = exponent.checked_sub(i32::try_from(fraction.len()).ok()?)?;
        Some(Self::finite(negative, Digits::parse(&digits), exponent))
    }

    /// Makes a whole number.
    pub fn from_i128(number: i128) -> Self {
        Self::finite(number < 0, Digits::from_u128(number.unsigned_abs()), 0)
    }

    /// Makes the exact value of a float.
    fn from_float(number: f64) -> Self {
        let exact = match number.is_finite() {
            true => format!("{number:.1100}"),
            false => number.to_string(),
        };
        Self::parse(&exact).map_or_else(|| Self::from_i128(0), |exact| exact.normalized())
    }

    /// Reads a decimal, or a whole number as one.
    pub(crate) fn of(value: &Value) -> Option<Self> {
        if let Some(decimal) = value.downcast_object_ref::<Self>() {
            return Some(decimal.clone());
        }
        match Number::of(value)? {
            Number::Int(number) => Some(Self::from_i128(number)),
            Number::Float(_) => None,
        }
    }

    /// Tells whether there are digits, and no infinity.
    pub(crate) fn is_finite(&self) -> bool {
        matches!(self.kind, Kind::Finite(..))
    }

    fn is_zero(&self) -> bool {
        matches!(&self.kind, Kind::Finite(digits, _) if digits.is_zero())
    }

    /// Writes the number without an exponent.
    pub(crate) fn plain_text(&self) -> String {
        let Kind::Finite(digits, exponent) = &self.kind else {
            return self.to_string();
        };
        let sign = if self.negative { "-" } else { "" };
        let mut digits = digits.text();
        let Ok(places) = usize::try_from(-i64::from(*exponent)) else {
            let zeros = exponent.unsigned_abs().min(100_000) as usize;
            return format!("{sign}{digits}{}", "0".repeat(zeros));
        };
        if digits.len() <= places {
            digits = "0".repeat(places + 1 - digits.len()) + &digits;
        }
        let (whole, fraction) = digits.split_at(digits.len() - places);
        match places {
            0 => format!("{sign}{whole}"),
            _ => format!("{sign}{whole}.{fraction}"),
        }
    }

    /// Returns the nearest float.
    pub fn to_f64(&self) -> f64 {
        match &self.kind {
            Kind::Finite(digits, exponent) => {
                let magnitude = format!("{}e{exponent}", digits.text())
                    .parse()
                    .unwrap_or(f64::NAN);
                if self.negative { -magnitude } else { magnitude }
            }
            Kind::Infinity if self.negative => f64::NEG_INFINITY,
            Kind::Infinity => f64::INFINITY,
            Kind::NaN => f64::NAN,
        }
    }

    /// Returns the whole part; `None` where it does not fit.
    pub fn to_i128(&self) -> Option<i128> {
        let Kind::Finite(digits, exponent) = &self.kind else {
            return None;
        };
        let whole = match usize::try_from(*exponent) {
            Ok(zeros) if zeros < 64 => digits.shifted(zeros),
            Ok(_) if digits.is_zero() => Digits::default(),
            Ok(_) => return None,
            Err(_) => digits.split(exponent.unsigned_abs() as usize).0,
        };
        let sign = if self.negative { "-" } else { "" };
        format!("{sign}{}", whole.text()).parse().ok()
    }

    /// Returns the number if it is whole.
    pub(crate) fn whole(&self) -> Option<i128> {
        let whole = self.to_i128()?;
        (Self::from_i128(whole).compare(self)? == Ordering::Equal).then_some(whole)
    }

    /// Returns the number of digits after the point that count.
    pub(crate) fn places(&self) -> usize {
        match &self.normalized().kind {
            Kind::Finite(_, exponent) => usize::try_from(-exponent).unwrap_or(0),
            _ => 0,
        }
    }

    /// Drops zeros at the end.
    pub(crate) fn normalized(&self) -> Self {
        let Kind::Finite(digits, exponent) = &self.kind else {
            return self.clone();
        };
        if digits.is_zero() {
            return Self::finite(self.negative, Digits::default(), 0);
        }
        let zeros = digits.trailing_zeros();
        Self::finite(
            self.negative,
            digits.split(zeros).0,
            exponent + zeros as i32,
        )
    }

    /// Orders two numbers; nothing is in order with `NaN`.
    pub(crate) fn compare(&self, other: &Self) -> Option<Ordering> {
        let side = |number: &Self| -> Option<i32> {
            match (&number.kind, number.negative) {
                (Kind::NaN, _) => None,
                (Kind::Infinity, false) => Some(2),
                (Kind::Infinity, true) => Some(-2),
                _ if number.is_zero() => Some(0),
                (_, true) => Some(-1),
                (_, false) => Some(1),
            }
        };
        let (a, b) = (side(self)?, side(other)?);
        if a != b || a.abs() != 1 {
            return Some(a.cmp(&b));
        }
        let magnitude = self.compare_magnitude(other);
        Some(if a < 0 {
            magnitude.reverse()
        } else {
            magnitude
        })
    }

    fn compare_magnitude(&self, other: &Self) -> Ordering {
        let (Kind::Finite(a, x), Kind::Finite(b, y)) = (&self.kind, &other.kind) else {
            return Ordering::Equal;
        };
        let magnitude = |digits: &Digits, exponent: i32| digits.len() as i64 + i64::from(exponent);
        magnitude(a, *x).cmp(&magnitude(b, *y)).then_with(|| {
            let (left, right) = arithmetic::aligned(a, *x, b, *y);
            left.compare(&right)
        })
    }
}

/// Orders two values of which one is a decimal; `None` where neither is, or there is no order.
pub(crate) fn compare(a: &Value, b: &Value) -> Option<Ordering> {
    let decimal = |value: &Value| value.downcast_object_ref::<Decimal>().is_some();
    if !decimal(a) && !decimal(b) {
        return None;
    }
    let exact = |value: &Value| {
        Decimal::of(value).or_else(|| match Number::of(value)? {
            Number::Float(number) => Some(Decimal::from_float(number)),
            Number::Int(_) => None,
        })
    };
    exact(a)?.compare(&exact(b)?)
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.negative {
            f.write_str("-")?;
        }
        let (digits, exponent) = match &self.kind {
            Kind::Infinity => return f.write_str("Infinity"),
            Kind::NaN => return f.write_str("NaN"),
            Kind::Finite(digits, exponent) => (digits.text(), i64::from(*exponent)),
        };
        let left = exponent + digits.len() as i64;
        let point = if exponent <= 0 && left > -6 { left } else { 1 };
        match usize::try_from(point) {
            Ok(at) if at >= digits.len() => {
                f.write_str(&digits)?;
                f.write_str(&"0".repeat(at - digits.len()))?;
            }
            Ok(at) if at > 0 => write!(f, "{}.{}", &digits[..at], &digits[at..])?,
            _ => write!(f, "0.{}{digits}", "0".repeat(point.unsigned_abs() as usize))?,
        }
        match left == point {
            true => Ok(()),
            false => write!(f, "E{:+}", left - point),
        }
    }
}
