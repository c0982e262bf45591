//! Decimal numbers as Python's `decimal` reads, rounds and prints them.

use std::fmt;

/// Digits that Python keeps when it computes.
const PRECISION: usize = 28;

/// A decimal number, `NaN` or an infinity.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Decimal {
    negative: bool,
    value: Value,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Value {
    /// Digits without leading zeros (`0` itself aside), times ten to the power of `exponent`.
    Finite {
        digits: Box<str>,
        exponent: i32,
    },
    Infinity,
    NaN,
}

impl Decimal {
    /// Reads a number as `decimal.Decimal(text)` does.
    pub fn parse(text: &str) -> Option<Self> {
        let text: String = text.trim().chars().filter(|at| *at != '_').collect();
        let (negative, number) = match text.as_bytes().first()? {
            b'-' => (true, &text[1..]),
            b'+' => (false, &text[1..]),
            _ => (false, text.as_str()),
        };
        let value = Value::parse(number)?;
        Some(Self { negative, value })
    }

    /// Makes the number `unscaled / 10^scale`.
    pub fn scaled(unscaled: i128, scale: u8) -> Self {
        Self {
            negative: unscaled < 0,
            value: Value::finite(&unscaled.unsigned_abs().to_string(), -i32::from(scale)),
        }
    }

    /// Turns the sign over and rounds to the digits that Python computes with, as multiplying
    /// by 1 or -1 does.
    #[must_use]
    pub fn times_sign(self, negative: bool) -> Self {
        let value = match self.value {
            Value::Finite { digits, exponent } => round(&digits, exponent),
            other => other,
        };
        Self {
            negative: self.negative != negative,
            value,
        }
    }

    /// Returns how many digits are needed before and after the point; trailing zeros are not.
    pub fn places(&self) -> (usize, usize) {
        let Value::Finite { digits, exponent } = &self.value else {
            return (0, 0);
        };
        let significant = digits.trim_end_matches('0').len();
        if significant == 0 {
            return (1, 0);
        }
        let length = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        let decimals = -(i64::from(*exponent) + length(digits.len() - significant));
        let whole = length(significant) - decimals;
        let places = |count: i64| usize::try_from(count).unwrap_or(0);
        (places(whole), places(decimals))
    }

    /// Tells whether agate finds that numbers with at most these places need digits after the
    /// point: beyond the digits that Python computes with, it takes the difference for an answer.
    pub fn needs_decimals((whole, decimals): (usize, usize)) -> bool {
        if whole + decimals > PRECISION {
            whole != PRECISION
        } else {
            decimals > 0
        }
    }

    /// Returns the digits as a whole number, how many there are, and how many of them stand after
    /// the point; `None` for numbers beyond 38 digits, which SQL's decimals cannot hold.
    pub fn unscaled(&self) -> Option<(i128, u8, u8)> {
        const MOST: usize = 38;
        let Value::Finite { digits, exponent } = &self.value else {
            return None;
        };
        let shift = usize::try_from(exponent.unsigned_abs()).ok()?;
        let (digits, scale) = if *exponent > 0 {
            let zeros = "0".repeat(shift.min(MOST + 1));
            (format!("{digits}{zeros}"), 0)
        } else {
            (digits.to_string(), shift)
        };
        let width = digits.len().max(scale);
        let number: i128 = digits.parse().ok().filter(|_| width <= MOST)?;
        let (width, scale) = (u8::try_from(width).ok()?, u8::try_from(scale).ok()?);
        Some((if self.negative { -number } else { number }, width, scale))
    }

    /// Returns the nearest binary number.
    pub fn to_f64(&self) -> f64 {
        self.to_string().parse().unwrap_or(f64::NAN)
    }

    /// Returns the whole number that this is, if it is one and fits.
    pub fn to_integer(&self) -> Option<i128> {
        let Value::Finite { digits, exponent } = &self.value else {
            return None;
        };
        if self.places().1 > 0 {
            return None;
        }
        let number: String = match usize::try_from(*exponent) {
            Ok(zeros) if zeros <= 39 => format!("{digits}{}", "0".repeat(zeros)),
            Ok(_) => return (&**digits == "0").then_some(0),
            Err(_) => {
                let dropped = usize::try_from(exponent.unsigned_abs()).ok()?;
                digits[..digits.len().saturating_sub(dropped)].to_owned()
            }
        };
        let number: i128 = if number.is_empty() {
            0
        } else {
            number.parse().ok()?
        };
        Some(if self.negative { -number } else { number })
    }
}

/// A text that is not a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a decimal number")]
pub struct NotADecimal;

impl std::str::FromStr for Decimal {
    type Err = NotADecimal;

    fn from_str(text: &str) -> Result<Self, NotADecimal> {
        Self::parse(text).ok_or(NotADecimal)
    }
}

impl From<i128> for Decimal {
    fn from(number: i128) -> Self {
        Self::scaled(number, 0)
    }
}

impl Value {
    fn finite(digits: &str, exponent: i32) -> Self {
        let digits = match digits.trim_start_matches('0') {
            "" => "0",
            digits => digits,
        };
        Self::Finite {
            digits: digits.into(),
            exponent,
        }
    }

    fn parse(number: &str) -> Option<Self> {
        let lower = number.to_ascii_lowercase();
        match lower.as_str() {
            "inf" | "infinity" => return Some(Self::Infinity),
            _ => {}
        }
        let nan = lower.strip_prefix("nan").or(lower.strip_prefix("snan"));
        if let Some(payload) = nan {
            return payload
                .bytes()
                .all(|at| at.is_ascii_digit())
                .then_some(Self::NaN);
        }
        let (mantissa, exponent) = match lower.split_once('e') {
            Some((mantissa, exponent)) => {
                let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
                if digits.is_empty() || !digits.bytes().all(|at| at.is_ascii_digit()) {
                    return None;
                }
                (mantissa, exponent.parse::<i32>().ok()?)
            }
            None => (lower.as_str(), 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = whole.bytes().chain(fraction.bytes());
        if whole.len() + fraction.len() == 0 || !digits.into_iter().all(|at| at.is_ascii_digit()) {
            return None;
        }
        let places = i32::try_from(fraction.len()).ok()?;
        Some(Self::finite(
            &[whole, fraction].concat(),
            exponent.checked_sub(places)?,
        ))
    }
}

/// Rounds half to even.
fn round(digits: &str, exponent: i32) -> Value {
    if digits.len() <= PRECISION {
        return Value::finite(digits, exponent);
    }
    let (kept, dropped) = digits.split_at(PRECISION);
    let dropped_places = i32::try_from(dropped.len()).unwrap_or(i32::MAX);
    let exponent = exponent.saturating_add(dropped_places);
    let half = dropped.starts_with('5') && dropped[1..].bytes().all(|at| at == b'0');
    let odd = kept.bytes().last().is_some_and(|at| at % 2 == 1);
    let up = if half { odd } else { dropped >= "5" };
    // 28 digits fit.
    let number = kept.parse::<u128>().unwrap_or_default() + u128::from(up);
    let mut digits = number.to_string();
    let carried = digits.len() - PRECISION;
    digits.truncate(PRECISION);
    let exponent = exponent.saturating_add(i32::try_from(carried).unwrap_or(0));
    Value::finite(&digits, exponent)
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.negative {
            f.write_str("-")?;
        }
        let (digits, exponent) = match &self.value {
            Value::Infinity => return f.write_str("Infinity"),
            Value::NaN => return f.write_str("NaN"),
            Value::Finite { digits, exponent } => (digits, i64::from(*exponent)),
        };
        let count = i64::try_from(digits.len()).unwrap_or(i64::MAX);
        let adjusted = exponent + count - 1;
        if exponent > 0 || adjusted < -6 {
            let (first, rest) = digits.split_at(1);
            f.write_str(first)?;
            if !rest.is_empty() {
                write!(f, ".{rest}")?;
            }
            return write!(f, "E{adjusted:+}");
        }
        let point = usize::try_from(count + exponent).unwrap_or(0);
        if exponent == 0 {
            f.write_str(digits)
        } else if point > 0 {
            write!(f, "{}.{}", &digits[..point], &digits[point..])
        } else {
            let zeros = usize::try_from(-(count + exponent)).unwrap_or(0);
            write!(f, "0.{}{digits}", "0".repeat(zeros))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Decimal;

    fn printed(text: &str) -> String {
        Decimal::parse(text).map_or("-".to_owned(), |it| it.to_string())
    }

    #[test]
    fn prints_as_python() {
        let cases = [
            ("12.50", "12.50"),
            ("1e16", "1E+16"),
            ("1e-07", "1E-7"),
            ("0.00001", "0.00001"),
            ("-0.0", "-0.0"),
            ("0.0000000", "0E-7"),
            ("123E-2", "1.23"),
            ("1_000", "1000"),
            (".5", "0.5"),
            ("5.", "5"),
            ("nan", "NaN"),
            ("-inf", "-Infinity"),
            ("", "-"),
            (".", "-"),
            ("1e", "-"),
            ("abc", "-"),
            ("007", "7"),
            ("12.5E+5", "1.25E+6"),
        ];
        for (text, expected) in cases {
            assert_eq!(printed(text), expected, "{text}");
        }
    }

    #[test]
    fn rounds_half_to_even_when_computing() {
        let rounded = |text: &str| Decimal::parse(text).map(|it| it.times_sign(true).to_string());
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(
            rounded("123456789012345678901234567890"),
            some("-1.234567890123456789012345679E+29")
        );
        assert_eq!(
            rounded("99999999999999999999999999999"),
            some("-1.000000000000000000000000000E+29")
        );
        assert_eq!(rounded("1.5"), some("-1.5"));
    }

    #[test]
    fn counts_digits() {
        let places = |text: &str| Decimal::parse(text).map(|it| it.places());
        assert_eq!(places("1.0"), Some((1, 0)));
        assert_eq!(places("1.50"), Some((1, 1)));
        assert_eq!(places("1e-3"), Some((0, 3)));
        assert_eq!(places("1000"), Some((4, 0)));
        assert_eq!(places("0.000"), Some((1, 0)));
        assert_eq!(places("nan"), Some((0, 0)));
    }
}
