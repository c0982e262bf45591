//! Types that numbers, and values side by side, come to.

use super::SqlType;

/// The most digits of a DECIMAL.
const DIGITS: u8 = 38;
/// The most digits of one that has 64 bits.
const SMALL: u8 = 18;

/// Returns the type of a number as it is written.
pub(in crate::sql) fn number(text: &str) -> SqlType {
    let text = &text.replace('_', "");
    if text.contains(['e', 'E']) {
        return SqlType::Double;
    }
    if let Some((before, behind)) = text.split_once('.') {
        let digits = u8::try_from(before.len() + behind.len()).unwrap_or(DIGITS + 1);
        return match (digits, u8::try_from(behind.len())) {
            (digits, Ok(behind)) if digits <= DIGITS => SqlType::Decimal(digits.max(1), behind),
            _ => SqlType::Double,
        };
    }
    match text.parse::<i128>() {
        Ok(number) if i32::try_from(number).is_ok() => SqlType::INTEGER,
        Ok(number) if i64::try_from(number).is_ok() => SqlType::BIGINT,
        Ok(_) => SqlType::HUGEINT,
        Err(_) => SqlType::Double,
    }
}

/// Returns the type that two values side by side come to: in a union, a CASE, a COALESCE.
pub(in crate::sql) fn common(left: &SqlType, right: &SqlType) -> SqlType {
    use SqlType::{Date, Double, Float, Integer, List, Null, Struct, Timestamp, TimestampTz};
    match (left, right) {
        _ if left == right => left.clone(),
        (Null, other) | (other, Null) => other.clone(),
        (SqlType::Literal, other) | (other, SqlType::Literal) => other.clone(),
        (Double, other) | (other, Double) | (Float, other) | (other, Float)
            if other.is_number() =>
        {
            match other {
                Float => Float,
                _ if *left == Double || *right == Double => Double,
                _ => Float,
            }
        }
        (
            Integer {
                bits: one,
                signed: true,
            },
            Integer {
                bits: two,
                signed: true,
            },
        )
        | (
            Integer {
                bits: one,
                signed: false,
            },
            Integer {
                bits: two,
                signed: false,
            },
        ) => match one >= two {
            true => left.clone(),
            false => right.clone(),
        },
        (
            Integer {
                bits: signed,
                signed: true,
            },
            Integer { bits, .. },
        )
        | (
            Integer { bits, .. },
            Integer {
                bits: signed,
                signed: true,
            },
        ) => Integer {
            bits: (*signed).max(bits.saturating_mul(2)).min(128),
            signed: true,
        },
        (SqlType::Decimal(..) | Integer { .. }, SqlType::Decimal(..) | Integer { .. }) => {
            let ([one, behind_one], [two, behind_two]) = (digits(left), digits(right));
            let behind = behind_one.max(behind_two);
            let before = (one - behind_one).max(two - behind_two);
            SqlType::Decimal((before + behind).min(DIGITS), behind)
        }
        (Date, Timestamp) | (Timestamp, Date) => Timestamp,
        (Date | Timestamp, TimestampTz) | (TimestampTz, Date | Timestamp) => TimestampTz,
        (SqlType::Varchar, other) | (other, SqlType::Varchar) if other.is_known() => {
            SqlType::Varchar
        }
        (List(one), List(two)) => List(Box::new(common(one, two))),
        (Struct(one), Struct(two)) if one.len() == two.len() => {
            let both = one.iter().zip(two);
            let fields = both.map(|((name, one), (_, two))| (name.clone(), common(one, two)));
            Struct(fields.collect())
        }
        _ => SqlType::Unknown,
    }
}

/// Returns the type of `left op right`, for `+`, `-`, `*`, `/`, `//` and `%`.
pub(in crate::sql) fn arithmetic(left: &SqlType, op: &str, right: &SqlType) -> SqlType {
    use SqlType::{Date, Decimal, Double, Float, Integer, Interval, Timestamp, TimestampTz};
    match (left, op, right) {
        (Date, "+" | "-", Integer { .. }) | (Integer { .. }, "+", Date) => Date,
        (Date, "-", Date) => SqlType::BIGINT,
        (Date, "+" | "-", Interval) | (Interval, "+", Date) => Timestamp,
        (Timestamp | TimestampTz, "+" | "-", Interval) => left.clone(),
        (Interval, "+", Timestamp | TimestampTz) => right.clone(),
        (Timestamp, "-", Timestamp) | (TimestampTz, "-", TimestampTz) => Interval,
        (Interval, _, _) if matches!(right, Interval) || right.is_number() => Interval,
        (_, "*", Interval) if left.is_number() => Interval,
        (SqlType::Null, _, other) | (other, _, SqlType::Null) if other.is_number() => match op {
            "/" => Double,
            _ => other.clone(),
        },
        _ if !(left.is_number() && right.is_number()) => SqlType::Unknown,
        (Float, _, Float) => Float,
        (_, "/", _) => Double,
        (Float | Double, ..) | (.., Float | Double) => common(left, right),
        (Integer { .. }, _, Integer { .. }) => common(left, right),
        (Decimal(..) | Integer { .. }, "*", Decimal(..) | Integer { .. }) => {
            let ([one, behind_one], [two, behind_two]) = (digits(left), digits(right));
            let behind = behind_one + behind_two;
            // DuckDB stays in 64 bits where both factors do, and checks that the product fits.
            let most = match one.max(two) <= SMALL && behind < SMALL {
                true => SMALL,
                false => DIGITS,
            };
            match behind > DIGITS {
                true => Double,
                false => Decimal((one + two).min(most), behind),
            }
        }
        (_, "//", _) => SqlType::Unknown,
        (Decimal(..) | Integer { .. }, "+" | "-", _) => {
            let ([one, behind_one], [two, behind_two]) = (digits(left), digits(right));
            let behind = behind_one.max(behind_two);
            let before = (one - behind_one).max(two - behind_two);
            let most = if one.max(two) <= SMALL { SMALL } else { DIGITS };
            Decimal((before + behind + 1).min(most), behind)
        }
        _ => common(left, right),
    }
}

/// Returns the digits of an exact number, in all and behind the point.
fn digits(of: &SqlType) -> [u8; 2] {
    match of {
        SqlType::Decimal(digits, behind) => [*digits, (*behind).min(*digits)],
        SqlType::Integer { bits, signed } => match (bits, signed) {
            (8, _) => [3, 0],
            (16, _) => [5, 0],
            (32, _) => [10, 0],
            (64, true) => [19, 0],
            (64, false) => [20, 0],
            _ => [DIGITS, 0],
        },
        _ => [DIGITS, 0],
    }
}
