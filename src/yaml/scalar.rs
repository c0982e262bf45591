//! Plain scalars → values by YAML 1.1's rules, as PyYAML's resolver has them.

use chrono::{FixedOffset, NaiveDate, NaiveDateTime};

use super::Value;

/// What a plain scalar is by its look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Null,
    Bool,
    Int,
    Float,
    Timestamp,
    /// `<<`
    Merge,
    /// `=`
    Default,
    String,
}

/// Looks at a plain scalar.
pub(super) fn resolve(text: &str) -> Kind {
    let Some(first) = text.bytes().next() else {
        return Kind::Null;
    };
    match first {
        b'~' if text == "~" => Kind::Null,
        b'<' if text == "<<" => Kind::Merge,
        b'=' if text == "=" => Kind::Default,
        b'n' | b'N' if matches!(text, "null" | "Null" | "NULL") => Kind::Null,
        b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' if is_bool(text) => {
            Kind::Bool
        }
        b'-' | b'+' | b'.' | b'0'..=b'9' if is_float(text) => Kind::Float,
        b'-' | b'+' | b'0'..=b'9' if is_int(text) => Kind::Int,
        b'0'..=b'9' if is_timestamp(text) => Kind::Timestamp,
        _ => Kind::String,
    }
}

fn is_bool(text: &str) -> bool {
    let known = ["yes", "no", "true", "false", "on", "off"];
    let lower = text.to_ascii_lowercase();
    let capital = || {
        let mut letters = lower.chars();
        letters
            .next()
            .map(|it| it.to_ascii_uppercase().to_string() + letters.as_str())
    };
    known.contains(&lower.as_str())
        && (text == lower
            || text.bytes().all(|it| it.is_ascii_uppercase())
            || Some(text) == capital().as_deref())
}

fn unsigned(text: &str) -> &str {
    text.strip_prefix(['-', '+']).unwrap_or(text)
}

fn all(text: &str, allowed: impl Fn(u8) -> bool) -> bool {
    !text.is_empty() && text.bytes().all(allowed)
}

fn is_digit_or_underscore(byte: u8) -> bool {
    byte.is_ascii_digit() || byte == b'_'
}

/// Matches `[0-9][0-9_]*`.
fn is_digits(text: &str) -> bool {
    text.starts_with(|it: char| it.is_ascii_digit()) && all(text, is_digit_or_underscore)
}

/// Matches `(:[0-5]?[0-9])+`, given what follows the first colon.
fn are_sixtieths(rest: &str) -> bool {
    rest.split(':').all(|part| match part.as_bytes() {
        [one] => one.is_ascii_digit(),
        [ten, one] => (b'0'..=b'5').contains(ten) && one.is_ascii_digit(),
        _ => false,
    })
}

fn is_int(text: &str) -> bool {
    let text = unsigned(text);
    if let Some(digits) = text.strip_prefix("0b") {
        return all(digits, |it| matches!(it, b'0' | b'1' | b'_'));
    }
    if let Some(digits) = text.strip_prefix("0x") {
        return all(digits, |it| it.is_ascii_hexdigit() || it == b'_');
    }
    if let Some(digits) = text.strip_prefix('0') {
        return digits.is_empty() || all(digits, |it| matches!(it, b'0'..=b'7' | b'_'));
    }
    let (whole, sixtieths) = text
        .split_once(':')
        .map_or((text, None), |(a, b)| (a, Some(b)));
    is_digits(whole) && sixtieths.is_none_or(are_sixtieths)
}

fn is_float(text: &str) -> bool {
    if matches!(text, ".nan" | ".NaN" | ".NAN") {
        return true;
    }
    let body = unsigned(text);
    if matches!(body, ".inf" | ".Inf" | ".INF") {
        return true;
    }
    let Some((whole, rest)) = body.split_once('.') else {
        return false;
    };
    if let Some((hours, sixtieths)) = whole.split_once(':') {
        return is_digits(hours)
            && are_sixtieths(sixtieths)
            && rest.bytes().all(is_digit_or_underscore);
    }
    let (fraction, exponent) = match rest.find(['e', 'E']) {
        Some(at) => (&rest[..at], Some(&rest[at + 1..])),
        None => (rest, None),
    };
    // An exponent needs its sign: `1.0e3` is text.
    let exponent_fits = exponent.is_none_or(|it| {
        it.strip_prefix(['-', '+'])
            .is_some_and(|it| all(it, |it| it.is_ascii_digit()))
    });
    let mantissa_fits = if whole.is_empty() {
        body.len() == text.len() && is_digits(fraction)
    } else {
        is_digits(whole) && fraction.bytes().all(is_digit_or_underscore)
    };
    exponent_fits && mantissa_fits
}

fn is_timestamp(text: &str) -> bool {
    match text.as_bytes() {
        [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] => [y1, y2, y3, y4, m1, m2, d1, d2]
            .iter()
            .all(|it| it.is_ascii_digit()),
        _ => Stamp::read(text).is_some_and(|it| it.time.is_some()),
    }
}

/// Reads a whole number: PyYAML's `construct_yaml_int`.
pub(super) fn int(text: &str) -> Option<Value> {
    let clean = text.replace('_', "");
    let negative = clean.starts_with('-');
    let body = unsigned(&clean);
    if let Some(digits) = body.strip_prefix("0b") {
        return digits_in(digits, 2, negative);
    }
    if let Some(digits) = body.strip_prefix("0x") {
        return digits_in(digits, 16, negative);
    }
    if body.len() > 1 && body.starts_with('0') {
        return digits_in(body, 8, negative);
    }
    if body.contains(':') {
        let total = body.split(':').try_fold(0_i128, |total, part| {
            total.checked_mul(60)?.checked_add(part.parse().ok()?)
        })?;
        return Some(Value::Int(if negative { -total } else { total }));
    }
    digits_in(body, 10, negative)
}

fn digits_in(digits: &str, radix: u32, negative: bool) -> Option<Value> {
    if digits.is_empty() || !digits.chars().all(|it| it.is_digit(radix)) {
        return None;
    }
    if let Ok(value) = i128::from_str_radix(digits, radix) {
        return Some(Value::Int(if negative { -value } else { value }));
    }
    let sign = if negative { "-" } else { "" };
    Some(Value::BigInt(format!("{sign}{}", decimal(digits, radix))))
}

/// Writes digits of another base in decimal.
fn decimal(digits: &str, radix: u32) -> String {
    if radix == 10 {
        return digits.trim_start_matches('0').to_owned();
    }
    // Least significant first, nine decimal digits each.
    let mut limbs: Vec<u64> = Vec::new();
    for digit in digits.chars().filter_map(|it| it.to_digit(radix)) {
        let mut carry = u64::from(digit);
        for limb in &mut limbs {
            let value = *limb * u64::from(radix) + carry;
            *limb = value % 1_000_000_000;
            carry = value / 1_000_000_000;
        }
        if carry > 0 {
            limbs.push(carry);
        }
    }
    let mut text: String = limbs
        .iter()
        .rev()
        .map(|limb| format!("{limb:09}"))
        .collect();
    text.drain(..text.len() - text.trim_start_matches('0').len());
    text
}

/// Reads a floating-point number: PyYAML's `construct_yaml_float`.
pub(super) fn float(text: &str) -> Option<f64> {
    let clean = text.replace('_', "").to_ascii_lowercase();
    let sign = if clean.starts_with('-') { -1.0 } else { 1.0 };
    let body = unsigned(&clean);
    let size = match body {
        ".inf" => f64::INFINITY,
        ".nan" => return Some(f64::NAN),
        _ => body.split(':').try_fold(0.0, |total, part| {
            part.trim()
                .parse::<f64>()
                .ok()
                .map(|value| total * 60.0 + value)
        })?,
    };
    Some(sign * size)
}

/// Reads a date or a point in time: PyYAML's `construct_yaml_timestamp`.
pub(super) fn timestamp(text: &str) -> Option<Value> {
    let stamp = Stamp::read(text)?;
    let date =
        NaiveDate::from_ymd_opt(stamp.year, stamp.month, stamp.day).filter(|_| stamp.year > 0)?;
    let Some([hour, minute, second, micros]) = stamp.time else {
        return Some(Value::Date(date));
    };
    let time: NaiveDateTime = date.and_hms_micro_opt(hour, minute, second, micros)?;
    let offset = match stamp.offset_minutes {
        Some(minutes) => Some(FixedOffset::east_opt(minutes.checked_mul(60)?)?),
        None => None,
    };
    Some(Value::Timestamp(time, offset))
}

/// The parts of a timestamp, unchecked.
struct Stamp {
    year: i32,
    month: u32,
    day: u32,
    /// Hour, minute, second, microseconds.
    time: Option<[u32; 4]>,
    offset_minutes: Option<i32>,
}

impl Stamp {
    fn read(text: &str) -> Option<Self> {
        let mut rest = text;
        let year = number(&mut rest, 4, 4)?;
        expect(&mut rest, '-')?;
        let month = number(&mut rest, 1, 2)?;
        expect(&mut rest, '-')?;
        let day = number(&mut rest, 1, 2)?;
        let mut stamp = Self {
            year: i32::try_from(year).ok()?,
            month,
            day,
            time: None,
            offset_minutes: None,
        };
        if rest.is_empty() {
            return Some(stamp);
        }
        rest = match rest.strip_prefix(['T', 't']) {
            Some(rest) => rest,
            None => blanks(rest, 1)?,
        };
        let hour = number(&mut rest, 1, 2)?;
        expect(&mut rest, ':')?;
        let minute = number(&mut rest, 2, 2)?;
        expect(&mut rest, ':')?;
        let second = number(&mut rest, 2, 2)?;
        let mut micros = 0;
        if let Some(fraction) = rest.strip_prefix('.') {
            let end = fraction
                .find(|it: char| !it.is_ascii_digit())
                .unwrap_or(fraction.len());
            let digits: String = fraction[..end]
                .chars()
                .chain("000000".chars())
                .take(6)
                .collect();
            micros = digits.parse().ok()?;
            rest = &fraction[end..];
        }
        stamp.time = Some([hour, minute, second, micros]);
        if rest.is_empty() {
            return Some(stamp);
        }
        rest = blanks(rest, 0)?;
        if rest == "Z" {
            stamp.offset_minutes = Some(0);
            return Some(stamp);
        }
        let sign = if rest.starts_with('-') { -1 } else { 1 };
        rest = rest.strip_prefix(['-', '+'])?;
        let hours = number(&mut rest, 1, 2)?;
        let minutes = if rest.is_empty() {
            0
        } else {
            expect(&mut rest, ':')?;
            number(&mut rest, 2, 2)?
        };
        stamp.offset_minutes = Some(sign * i32::try_from(hours * 60 + minutes).ok()?);
        rest.is_empty().then_some(stamp)
    }
}

/// Takes between `least` and `most` digits.
fn number(rest: &mut &str, least: usize, most: usize) -> Option<u32> {
    let length = rest
        .bytes()
        .take(most)
        .take_while(u8::is_ascii_digit)
        .count();
    if length < least {
        return None;
    }
    let (digits, after) = rest.split_at(length);
    *rest = after;
    digits.parse().ok()
}

fn expect(rest: &mut &str, wanted: char) -> Option<()> {
    *rest = rest.strip_prefix(wanted)?;
    Some(())
}

fn blanks(rest: &str, least: usize) -> Option<&str> {
    let after = rest.trim_start_matches([' ', '\t']);
    (rest.len() - after.len() >= least).then_some(after)
}
