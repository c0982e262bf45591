//! Arithmetic of decimals.

use minijinja::Error;

use super::digits::Digits;
use super::{Decimal, Kind};
use crate::jinja::library::errors::raise;

/// Digits that a result keeps.
const PRECISION: usize = 28;

/// Brings two numbers to the same exponent: the smaller of the two.
pub(super) fn aligned(a: &Digits, x: i32, b: &Digits, y: i32) -> (Digits, Digits) {
    let zeros = |from: i32, to: i32| (i64::from(from) - i64::from(to)).clamp(0, 100_000) as usize;
    let low = x.min(y);
    (a.shifted(zeros(x, low)), b.shifted(zeros(y, low)))
}

fn invalid(kind: &str) -> Error {
    raise(
        "decimal.InvalidOperation",
        format!("[<class 'decimal.{kind}'>]"),
    )
}

fn nan() -> Decimal {
    Decimal {
        negative: false,
        kind: Kind::NaN,
    }
}

impl Decimal {
    /// Rounds half to even to as many digits as a result keeps.
    pub(super) fn rounded(self) -> Self {
        match &self.kind {
            Kind::Finite(digits, exponent) if digits.len() > PRECISION => {
                let cut = digits.len() - PRECISION;
                let kept = round_half_even(digits, cut);
                let result = Self::finite(self.negative, kept, exponent + cut as i32);
                // 99…9 rounds up to one digit more.
                result.rounded()
            }
            _ => self,
        }
    }

    /// Changes the sign.
    pub(super) fn negated(&self) -> Self {
        Self {
            negative: !self.negative && !self.is_zero(),
            kind: self.kind.clone(),
        }
        .rounded()
    }

    /// Adds.
    pub(crate) fn plus(&self, other: &Self) -> Result<Self, Error> {
        match (&self.kind, &other.kind) {
            (Kind::Finite(a, x), Kind::Finite(b, y)) => {
                let exponent = (*x).min(*y);
                let (a, b) = aligned(a, *x, b, *y);
                let (negative, digits) = if self.negative == other.negative {
                    (self.negative, a.add(&b))
                } else if a.compare(&b).is_ge() {
                    (self.negative, a.sub(&b))
                } else {
                    (other.negative, b.sub(&a))
                };
                let both = self.negative && other.negative;
                let negative = if digits.is_zero() { both } else { negative };
                Ok(Self::finite(negative, digits, exponent).rounded())
            }
            (Kind::NaN, _) | (_, Kind::NaN) => Ok(nan()),
            (Kind::Infinity, Kind::Infinity) if self.negative != other.negative => {
                Err(invalid("InvalidOperation"))
            }
            (Kind::Infinity, _) => Ok(self.clone()),
            _ => Ok(other.clone()),
        }
    }

    /// Subtracts.
    pub(crate) fn minus(&self, other: &Self) -> Result<Self, Error> {
        let turned = Self {
            negative: !other.negative,
            kind: other.kind.clone(),
        };
        self.plus(&turned)
    }

    /// Multiplies.
    pub(crate) fn times(&self, other: &Self) -> Result<Self, Error> {
        let negative = self.negative != other.negative;
        match (&self.kind, &other.kind) {
            (Kind::Finite(a, x), Kind::Finite(b, y)) => {
                Ok(Self::finite(negative, a.mul(b), x.saturating_add(*y)).rounded())
            }
            (Kind::NaN, _) | (_, Kind::NaN) => Ok(nan()),
            _ if self.is_zero() || other.is_zero() => Err(invalid("InvalidOperation")),
            _ => Ok(Self {
                negative,
                kind: Kind::Infinity,
            }),
        }
    }

    /// Divides.
    pub(crate) fn over(&self, other: &Self) -> Result<Self, Error> {
        let negative = self.negative != other.negative;
        match (&self.kind, &other.kind) {
            (Kind::NaN, _) | (_, Kind::NaN) => Ok(nan()),
            (Kind::Infinity, Kind::Infinity) => Err(invalid("InvalidOperation")),
            (Kind::Infinity, _) => Ok(Self {
                negative,
                kind: Kind::Infinity,
            }),
            (Kind::Finite(..), Kind::Infinity) => {
                Ok(Self::finite(negative, Digits::default(), -1_000_026))
            }
            (Kind::Finite(a, x), Kind::Finite(b, y)) => {
                if b.is_zero() {
                    return Err(match a.is_zero() {
                        true => invalid("DivisionUndefined"),
                        false => raise(
                            "decimal.DivisionByZero",
                            "[<class 'decimal.DivisionByZero'>]",
                        ),
                    });
                }
                let ideal = x - y;
                let zeros = (b.len() + PRECISION + 1).saturating_sub(a.len());
                let (mut quotient, rest) = a.shifted(zeros).div_rem(b);
                let mut exponent = ideal - zeros as i32;
                if !rest.is_zero() {
                    // A digit that only says which side of a half the rest is on.
                    quotient = quotient.shifted(1).add(&Digits::from_u128(1));
                    exponent -= 1;
                } else {
                    let spare = usize::try_from(ideal - exponent).unwrap_or(0);
                    let drop = spare.min(quotient.trailing_zeros());
                    let drop = if quotient.is_zero() { spare } else { drop };
                    quotient = quotient.split(drop).0;
                    exponent += drop as i32;
                }
                Ok(Self::finite(negative, quotient, exponent).rounded())
            }
        }
    }

    /// Divides to a whole number, rounded toward zero, and the rest.
    pub(crate) fn div_rem(&self, other: &Self) -> Result<(Self, Self), Error> {
        let (Kind::Finite(a, x), Kind::Finite(b, y)) = (&self.kind, &other.kind) else {
            return Err(invalid("InvalidOperation"));
        };
        if b.is_zero() {
            return Err(invalid(match a.is_zero() {
                true => "DivisionUndefined",
                false => "DivisionByZero",
            }));
        }
        let (a, b) = aligned(a, *x, b, *y);
        let (quotient, rest) = a.div_rem(&b);
        if quotient.len() > PRECISION {
            return Err(invalid("DivisionImpossible"));
        }
        let negative = self.negative != other.negative;
        Ok((
            Self::finite(negative, quotient, 0),
            Self::finite(self.negative, rest, (*x).min(*y)).rounded(),
        ))
    }

    /// Raises to a whole power.
    pub(crate) fn power(&self, exponent: i64) -> Result<Self, Error> {
        let mut result = Self::from_i128(1);
        for _ in 0..exponent.unsigned_abs().min(10_000) {
            result = result.times(self)?;
        }
        match exponent < 0 {
            true => Self::from_i128(1).over(&result),
            false => Ok(result),
        }
    }

    /// Rounds half to even to a number of places after the point (before it, if negative).
    pub(crate) fn to_places(&self, places: i64) -> Self {
        let Kind::Finite(digits, exponent) = &self.kind else {
            return self.clone();
        };
        let wanted = i32::try_from(-places).unwrap_or(0);
        if *exponent >= wanted {
            let zeros = (exponent - wanted) as usize;
            return Self::finite(self.negative, digits.shifted(zeros), wanted);
        }
        let kept = round_half_even(digits, (wanted - exponent) as usize);
        Self::finite(self.negative, kept, wanted)
    }

    /// Rounds to a whole number: down, up, or to the nearest.
    pub(crate) fn to_whole(&self, rounding: Rounding) -> Option<i128> {
        let whole = self.to_i128()?;
        let exact = Self::from_i128(whole).compare(self)?.is_eq();
        match rounding {
            Rounding::Nearest => self.to_places(0).to_i128(),
            Rounding::Down if self.negative && !exact => Some(whole - 1),
            Rounding::Up if !self.negative && !exact => Some(whole + 1),
            _ => Some(whole),
        }
    }
}

/// Ways to round to a whole number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rounding {
    /// To the nearest, half to even.
    Nearest,
    /// Toward minus infinity.
    Down,
    /// Toward infinity.
    Up,
}

fn round_half_even(digits: &Digits, cut: usize) -> Digits {
    let (kept, rest) = digits.split(cut);
    let half = Digits::from_u128(5).shifted(cut.saturating_sub(1));
    let up = match rest.compare(&half) {
        std::cmp::Ordering::Less => false,
        std::cmp::Ordering::Equal => kept.is_odd(),
        std::cmp::Ordering::Greater => true,
    };
    if up {
        kept.add(&Digits::from_u128(1))
    } else {
        kept
    }
}
