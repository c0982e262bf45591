//! Values of type `VARIANT`: a type of its own for each value.
//!
//! A row has four parts: a list of keys; a list of children (key number, value number); a list
//! of values (type number, offset into the data); the data.

use super::calendar;
use super::native::{IntervalParts, Kind, Vector};
use super::values::{self, Unreadable};
use crate::adapters::agate::{Decimal, Value};

/// Values within values that are read before the row counts as unreadable.
const MAX_DEPTH: usize = 200;

/// Reads one value.
pub(super) fn read(vector: &Vector<'_>, row: usize, zone: &str) -> Result<Value, Unreadable> {
    let variant = (|| {
        Some(Variant {
            keys: vector.field(0)?.elements(row)?,
            children: vector.field(1)?.elements(row)?,
            values: vector.field(2)?.elements(row)?,
            data: vector.field(3)?.bytes(row)?,
            zone,
        })
    })();
    let variant = variant.ok_or(Unreadable)?;
    variant.value(0, MAX_DEPTH).ok_or(Unreadable)
}

type Elements<'c> = (Vector<'c>, std::ops::Range<usize>);

struct Variant<'c> {
    keys: Elements<'c>,
    children: Elements<'c>,
    values: Elements<'c>,
    data: &'c [u8],
    zone: &'c str,
}

impl Variant<'_> {
    fn value(&self, index: usize, depth: usize) -> Option<Value> {
        let depth = depth.checked_sub(1)?;
        let (type_id, offset) = self.pair(&self.values, index)?;
        let mut bytes = Bytes(self.data.get(offset..)?);
        Some(match type_id? {
            0 => Value::Null,
            1 => Value::Boolean(true),
            2 => Value::Boolean(false),
            3 => Value::Integer(i8::from_le_bytes(bytes.take()?).into()),
            4 => Value::Integer(i16::from_le_bytes(bytes.take()?).into()),
            5 => Value::Integer(i32::from_le_bytes(bytes.take()?).into()),
            6 => Value::Integer(bytes.i64()?.into()),
            7 => Value::Integer(i128::from_le_bytes(bytes.take()?)),
            8 => Value::Integer(u8::from_le_bytes(bytes.take()?).into()),
            9 => Value::Integer(u16::from_le_bytes(bytes.take()?).into()),
            10 => Value::Integer(u32::from_le_bytes(bytes.take()?).into()),
            11 => Value::Integer(u64::from_le_bytes(bytes.take()?).into()),
            12 => Value::Large(u128::from_le_bytes(bytes.take()?)),
            13 => Value::Float(f32::from_le_bytes(bytes.take()?).into()),
            14 => Value::Float(f64::from_le_bytes(bytes.take()?)),
            15 => {
                let (width, scale) = (bytes.count()?, u8::try_from(bytes.count()?).ok()?);
                let unscaled = match width {
                    0..=4 => i16::from_le_bytes(bytes.take()?).into(),
                    5..=9 => i32::from_le_bytes(bytes.take()?).into(),
                    10..=18 => bytes.i64()?.into(),
                    _ => i128::from_le_bytes(bytes.take()?),
                };
                Value::Decimal(Decimal::scaled(unscaled, scale))
            }
            16 => values::text(bytes.sized()?),
            17 | 33 => values::blob(bytes.sized()?),
            18 => values::uuid(u128::from_le_bytes(bytes.take()?) ^ (1 << 127)),
            19 => calendar::date(i32::from_le_bytes(bytes.take()?)),
            20 => calendar::time(bytes.i64()?, None),
            21 => calendar::time(bytes.i64()? / 1_000, None),
            22 => calendar::timestamp(bytes.i64()?, 1),
            23 => calendar::timestamp(bytes.i64()?, 1_000),
            24 => calendar::timestamp(bytes.i64()?, 1_000_000),
            25 => calendar::timestamp_ns(bytes.i64()?),
            26 => values::time_tz(u64::from_le_bytes(bytes.take()?)),
            27 => calendar::timestamp_tz(bytes.i64()?, self.zone),
            28 => values::interval(IntervalParts {
                months: i32::from_le_bytes(bytes.take()?),
                days: i32::from_le_bytes(bytes.take()?),
                micros: bytes.i64()?,
            }),
            29 => self.object(&mut bytes, depth)?,
            30 => self.array(&mut bytes, depth)?,
            31 => values::big_number(bytes.sized()?),
            32 => values::bits(bytes.sized()?),
            _ => return None,
        })
    }

    fn object(&self, bytes: &mut Bytes<'_>, depth: usize) -> Option<Value> {
        let field = |child| {
            let (key, value) = self.pair(&self.children, child)?;
            let (keys, range) = &self.keys;
            let key = keys.bytes(range.start.checked_add(key?)?)?;
            let key = String::from_utf8_lossy(key).into_owned();
            Some((key, self.value(value, depth)?))
        };
        let fields: Option<_> = bytes.children()?.map(field).collect();
        Some(Value::Dict(fields?))
    }

    fn array(&self, bytes: &mut Bytes<'_>, depth: usize) -> Option<Value> {
        let item = |child| {
            let (_, value) = self.pair(&self.children, child)?;
            self.value(value, depth)
        };
        let items: Option<_> = bytes.children()?.map(item).collect();
        Some(Value::List(items?))
    }

    /// Reads an entry of the children or of the values; the first number of an array's item, its
    /// key, is null.
    fn pair(
        &self,
        (elements, range): &Elements<'_>,
        index: usize,
    ) -> Option<(Option<usize>, usize)> {
        let row = range
            .start
            .checked_add(index)
            .filter(|at| range.contains(at))?;
        let number = |at: usize| {
            let numbers = elements.field(at)?;
            match numbers.data_type().kind {
                Kind::UTinyInt => numbers.fixed::<u8>(row).map(usize::from),
                _ => numbers
                    .fixed::<u32>(row)
                    .and_then(|it| usize::try_from(it).ok()),
            }
        };
        Some((number(0), number(1)?))
    }
}

struct Bytes<'c>(&'c [u8]);

impl<'c> Bytes<'c> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*taken)
    }

    fn i64(&mut self) -> Option<i64> {
        self.take().map(i64::from_le_bytes)
    }

    /// Reads a count: seven bits a byte, lowest first.
    fn count(&mut self) -> Option<usize> {
        let mut count = 0_usize;
        for shift in (0..35).step_by(7) {
            let [byte] = self.take()?;
            count |= usize::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(count);
            }
        }
        None
    }

    fn sized(&mut self) -> Option<&'c [u8]> {
        let length = self.count()?;
        self.0.get(..length)
    }

    /// Reads how many children there are and, if any, the number of the first.
    fn children(&mut self) -> Option<std::ops::Range<usize>> {
        let count = self.count()?;
        let first = if count == 0 { 0 } else { self.count()? };
        Some(first..first.checked_add(count)?)
    }
}
