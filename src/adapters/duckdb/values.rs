//! Values of DuckDB's types as its Python driver hands them to dbt.

use super::calendar;
use super::native::{DataType, IntervalParts, Kind, Vector};
use super::variant;
use crate::adapters::agate::{self, Decimal, Value};

/// A column of a type that cannot be read.
#[derive(Debug)]
pub(super) struct Unreadable;

/// Reads one value; `zone` names the session's time zone.
pub(super) fn read(vector: &Vector<'_>, row: usize, zone: &str) -> Result<Value, Unreadable> {
    if !vector.is_valid(row) {
        return Ok(Value::Null);
    }
    read_valid(vector, row, zone)
}

fn read_valid(vector: &Vector<'_>, row: usize, zone: &str) -> Result<Value, Unreadable> {
    let data_type = vector.data_type();
    let value = match &data_type.kind {
        Kind::Null => Some(Value::Null),
        Kind::Boolean => vector.fixed::<u8>(row).map(|it| Value::Boolean(it != 0)),
        Kind::TinyInt => vector.fixed::<i8>(row).map(integer),
        Kind::SmallInt => vector.fixed::<i16>(row).map(integer),
        Kind::Integer => vector.fixed::<i32>(row).map(integer),
        Kind::BigInt => vector.fixed::<i64>(row).map(integer),
        Kind::HugeInt => vector.fixed::<i128>(row).map(integer),
        Kind::UTinyInt => vector.fixed::<u8>(row).map(integer),
        Kind::USmallInt => vector.fixed::<u16>(row).map(integer),
        Kind::UInteger => vector.fixed::<u32>(row).map(integer),
        Kind::UBigInt => vector.fixed::<u64>(row).map(integer),
        Kind::UHugeInt => vector.fixed(row).map(Value::Large),
        Kind::BigNum => vector.bytes(row).map(big_number),
        Kind::Float => vector.fixed::<f32>(row).map(|it| Value::Float(it.into())),
        Kind::Double => vector.fixed::<f64>(row).map(Value::Float),
        Kind::Decimal { width, scale } => unscaled(vector, row, *width)
            .map(|number| Value::Decimal(Decimal::scaled(number, *scale))),
        Kind::Varchar => vector.bytes(row).map(text),
        Kind::Blob | Kind::Geometry { .. } => vector.bytes(row).map(blob),
        Kind::Bit => vector.bytes(row).map(bits),
        Kind::Uuid => vector.fixed::<u128>(row).map(|it| uuid(it ^ (1 << 127))),
        Kind::Date => vector.fixed::<i32>(row).map(calendar::date),
        Kind::Time => vector.fixed(row).map(|it| calendar::time(it, None)),
        Kind::TimeNs => vector
            .fixed::<i64>(row)
            .map(|it| calendar::time(it / 1_000, None)),
        Kind::TimeTz => vector.fixed(row).map(time_tz),
        Kind::Timestamp => vector
            .fixed(row)
            .map(|it| calendar::timestamp(it, 1_000_000)),
        Kind::TimestampS => vector.fixed(row).map(|it| calendar::timestamp(it, 1)),
        Kind::TimestampMs => vector.fixed(row).map(|it| calendar::timestamp(it, 1_000)),
        Kind::TimestampNs => vector.fixed(row).map(calendar::timestamp_ns),
        Kind::TimestampTz => vector.fixed(row).map(|it| calendar::timestamp_tz(it, zone)),
        Kind::Interval => vector.fixed(row).map(interval),
        Kind::Enum(words) => word(vector, row, words),
        Kind::List(_) => {
            let (elements, range) = vector.elements(row).ok_or(Unreadable)?;
            return list(&elements, range, zone);
        }
        Kind::Array(..) => {
            let (elements, range) = vector.array(row).ok_or(Unreadable)?;
            return list(&elements, range, zone);
        }
        Kind::Struct(fields) => return record(vector, row, fields, zone),
        Kind::Map(_) => return map(vector, row, zone),
        Kind::Union(_) => return member(vector, row, zone),
        Kind::Variant => return variant::read(vector, row, zone),
        Kind::Unknown(_) => None,
    };
    value.ok_or(Unreadable)
}

fn integer(number: impl Into<i128>) -> Value {
    Value::Integer(number.into())
}

/// Reads a number of any size: three bytes of sign and length, then its digits to base 256,
/// all inverted if it is negative. Python gets it as text.
pub(super) fn big_number(bytes: &[u8]) -> Value {
    let Some((&first, rest)) = bytes.split_first() else {
        return Value::Null;
    };
    let negative = first & 0x80 == 0;
    let mut groups = vec![0_u64];
    for byte in rest.iter().skip(2) {
        let mut carry = u64::from(if negative { !byte } else { *byte });
        for group in &mut groups {
            carry += *group << 8;
            *group = carry % GROUP;
            carry /= GROUP;
        }
        if carry > 0 {
            groups.push(carry);
        }
    }
    let mut digits = if negative { "-" } else { "" }.to_owned();
    for (at, group) in groups.iter().rev().enumerate() {
        digits += &if at == 0 {
            group.to_string()
        } else {
            format!("{group:015}")
        };
    }
    Value::Text(digits)
}

/// Digits are gathered in groups of fifteen.
const GROUP: u64 = 1_000_000_000_000_000;

fn unscaled(vector: &Vector<'_>, row: usize, width: u8) -> Option<i128> {
    match width {
        0..=4 => vector.fixed::<i16>(row).map(i128::from),
        5..=9 => vector.fixed::<i32>(row).map(i128::from),
        10..=18 => vector.fixed::<i64>(row).map(i128::from),
        _ => vector.fixed::<i128>(row),
    }
}

pub(super) fn text(bytes: &[u8]) -> Value {
    Value::Text(String::from_utf8_lossy(bytes).into_owned())
}

pub(super) fn blob(bytes: &[u8]) -> Value {
    Value::Text(agate::bytes(bytes))
}

/// Reads a bit string: a byte that counts the bits to skip, then the bits.
pub(super) fn bits(bytes: &[u8]) -> Value {
    let Some((&skipped, bytes)) = bytes.split_first() else {
        return Value::Null;
    };
    let all = bytes
        .iter()
        .flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1));
    let digit = |bit| if bit == 1 { '1' } else { '0' };
    Value::Text(all.skip(skipped.into()).map(digit).collect())
}

pub(super) fn uuid(number: u128) -> Value {
    Value::Text(uuid::Uuid::from_u128(number).to_string())
}

/// Reads a time with its zone: microseconds above 24 bits that hold the offset, counted down.
pub(super) fn time_tz(bits: u64) -> Value {
    const MAX_OFFSET: i32 = 16 * 60 * 60 - 1;
    let offset = i32::try_from(bits & 0xff_ffff).unwrap_or(0);
    let micros = i64::try_from(bits >> 24).unwrap_or(0);
    calendar::time(micros, Some(MAX_OFFSET - offset))
}

pub(super) fn interval(parts: IntervalParts) -> Value {
    // Python's durations have no months: the driver counts 30 days for one.
    let days = i64::from(parts.months) * 30 + i64::from(parts.days);
    Value::Text(agate::duration(days, parts.micros.into()))
}

fn word(vector: &Vector<'_>, row: usize, words: &[String]) -> Option<Value> {
    let at = if words.len() <= usize::from(u8::MAX) {
        vector.fixed::<u8>(row)?.into()
    } else if words.len() <= usize::from(u16::MAX) {
        vector.fixed::<u16>(row)?.into()
    } else {
        usize::try_from(vector.fixed::<u32>(row)?).ok()?
    };
    words.get(at).map(|word| Value::Text(word.clone()))
}

fn list(
    elements: &Vector<'_>,
    range: std::ops::Range<usize>,
    zone: &str,
) -> Result<Value, Unreadable> {
    let items: Result<_, _> = range.map(|at| read(elements, at, zone)).collect();
    Ok(Value::List(items?))
}

fn record<'c>(
    vector: &Vector<'c>,
    row: usize,
    fields: &'c [(String, DataType)],
    zone: &str,
) -> Result<Value, Unreadable> {
    let value = |(at, (name, _)): (usize, &'c (String, DataType))| {
        let field = vector.field(at).ok_or(Unreadable)?;
        Ok((name.clone(), read(&field, row, zone)?))
    };
    let values: Result<Vec<_>, _> = fields.iter().enumerate().map(value).collect();
    let values = values?;
    if values.iter().all(|(name, _)| name.is_empty()) {
        return Ok(Value::List(values.into_iter().map(|(_, it)| it).collect()));
    }
    Ok(Value::Dict(values))
}

fn map(vector: &Vector<'_>, row: usize, zone: &str) -> Result<Value, Unreadable> {
    let (entries, range) = vector.elements(row).ok_or(Unreadable)?;
    let keys = entries.field(0).ok_or(Unreadable)?;
    let values = entries.field(1).ok_or(Unreadable)?;
    let unhashable = matches!(
        keys.data_type().kind,
        Kind::List(_) | Kind::Struct(_) | Kind::Map(_) | Kind::Variant
    );
    let keys = list(&keys, range.clone(), zone)?;
    let values = list(&values, range, zone)?;
    match (keys, values) {
        (Value::List(keys), Value::List(values)) if !unhashable => {
            let keys = keys.into_iter().map(|key| match key {
                Value::Boolean(_) => key.json(),
                _ => key.text(),
            });
            Ok(Value::Dict(keys.zip(values).collect()))
        }
        // Python cannot have such keys in a dict: the driver puts them side by side.
        (keys, values) => Ok(Value::Dict(vec![
            ("key".to_owned(), keys),
            ("value".to_owned(), values),
        ])),
    }
}

/// Reads the member that a union's tag names.
fn member(vector: &Vector<'_>, row: usize, zone: &str) -> Result<Value, Unreadable> {
    let tag = vector.field(0).and_then(|tags| tags.fixed::<u8>(row));
    let tag = usize::from(tag.ok_or(Unreadable)?);
    let member = vector.field(tag + 1).ok_or(Unreadable)?;
    read(&member, row, zone)
}
