//! Days and points in time, within Python's years and beyond.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeZone};

use crate::adapters::agate::{self, Value};

const DAY: i64 = 86_400;

/// Makes a date of days since 1970. DuckDB's infinities are Python's first and last day; what
/// is beyond Python's years is text.
pub(super) fn date(days: i32) -> Value {
    match days {
        i32::MAX => Value::Date(last().date()),
        i32::MIN_INFINITY => Value::Date(first().date()),
        _ => match python_date(i64::from(days)) {
            Some(date) => Value::Date(date),
            None => Value::Text(date_text(i64::from(days))),
        },
    }
}

/// Makes a point in time of a count since 1970 and the number of units in a second.
pub(super) fn timestamp(count: i64, units: i64) -> Value {
    if let Some(infinite) = infinite(count) {
        return Value::DateTime(infinite);
    }
    let (seconds, nanos) = split(count, units);
    match python_date_time(seconds, nanos) {
        Some(at) => Value::DateTime(at),
        None => Value::Text(timestamp_text(seconds, nanos)),
    }
}

/// Makes a point in time of nanoseconds since 1970: Python's have microseconds, cut towards 1970.
pub(super) fn timestamp_ns(nanos: i64) -> Value {
    match infinite(nanos) {
        Some(infinite) => Value::DateTime(infinite),
        None => timestamp(nanos / 1_000, 1_000_000),
    }
}

/// Makes a point in time in a zone of microseconds since 1970.
pub(super) fn timestamp_tz(micros: i64, zone: &str) -> Value {
    if let Some(infinite) = infinite(micros) {
        return Value::DateTime(infinite);
    }
    let (seconds, nanos) = split(micros, 1_000_000);
    let Some(utc) = python_date_time(seconds, nanos) else {
        return Value::Text(timestamp_text(seconds, nanos) + "+00");
    };
    Value::DateTimeTz(in_zone(utc, zone))
}

/// Writes a time of day; midnight at the end of a day is beyond Python's times.
pub(super) fn time(micros: i64, offset: Option<i32>) -> Value {
    const END_OF_DAY: i64 = DAY * 1_000_000;
    if micros < END_OF_DAY {
        return Value::Text(agate::time(micros, offset));
    }
    let mut text = "24:00:00".to_owned();
    if let Some(offset) = offset {
        let sign = if offset < 0 { '-' } else { '+' };
        let seconds = offset.abs();
        text += &format!("{sign}{:02}", seconds / 3600);
        if seconds % 3600 != 0 {
            text += &format!(":{:02}", seconds / 60 % 60);
        }
        if seconds % 60 != 0 {
            text += &format!(":{:02}", seconds % 60);
        }
    }
    Value::Text(text)
}

trait Infinity {
    const MIN_INFINITY: Self;
}
impl Infinity for i32 {
    const MIN_INFINITY: Self = -i32::MAX;
}

fn infinite(count: i64) -> Option<NaiveDateTime> {
    match count {
        i64::MAX => Some(last()),
        // `-i64::MAX`, not the smallest number, is DuckDB's negative infinity.
        count if count == -i64::MAX => Some(first()),
        _ => None,
    }
}

/// Python's `datetime.min`.
fn first() -> NaiveDateTime {
    python_date(-719_162).unwrap_or_default().into()
}

/// Python's `datetime.max`.
fn last() -> NaiveDateTime {
    let day = python_date(2_932_896).unwrap_or_default();
    let time = NaiveTime::from_num_seconds_from_midnight_opt(86_399, 999_999_000);
    day.and_time(time.unwrap_or_default())
}

fn split(count: i64, units: i64) -> (i64, u32) {
    let nanos = count.rem_euclid(units) * (1_000_000_000 / units);
    (count.div_euclid(units), u32::try_from(nanos).unwrap_or(0))
}

fn python_date(days: i64) -> Option<NaiveDate> {
    let (year, month, day) = civil(days);
    let year = i32::try_from(year).ok()?;
    (1..=9999)
        .contains(&year)
        .then(|| NaiveDate::from_ymd_opt(year, month, day))?
}

fn python_date_time(seconds: i64, nanos: u32) -> Option<NaiveDateTime> {
    let date = python_date(seconds.div_euclid(DAY))?;
    let second = u32::try_from(seconds.rem_euclid(DAY)).ok()?;
    Some(date.and_time(NaiveTime::from_num_seconds_from_midnight_opt(
        second, nanos,
    )?))
}

fn in_zone(utc: NaiveDateTime, zone: &str) -> DateTime<FixedOffset> {
    // Names that only DuckDB knows are read as UTC, as dbt's Python driver does.
    let zone: chrono_tz::Tz = zone.parse().unwrap_or(chrono_tz::UTC);
    let exact = zone.from_utc_datetime(&utc).fixed_offset();
    // Offsets of before there were zones have seconds; Python's pytz rounds them to minutes.
    let seconds = exact.offset().local_minus_utc();
    let rounded = FixedOffset::east_opt((seconds + 30).div_euclid(60) * 60);
    rounded.map_or(exact, |offset| offset.from_utc_datetime(&utc))
}

/// Writes a day as DuckDB does.
fn date_text(days: i64) -> String {
    let (year, month, day) = civil(days);
    if year > 0 {
        format!("{year:04}-{month:02}-{day:02}")
    } else {
        format!("{:04}-{month:02}-{day:02} (BC)", 1 - year)
    }
}

fn timestamp_text(seconds: i64, nanos: u32) -> String {
    let date = date_text(seconds.div_euclid(DAY));
    let second = seconds.rem_euclid(DAY);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    let mut text = format!("{date} {hour:02}:{minute:02}:{second:02}");
    if nanos > 0 {
        let fraction = format!(".{:06}", nanos / 1_000);
        text += fraction.trim_end_matches('0');
    }
    text
}

/// Splits days since 1970 into year, month and day of the Gregorian calendar, for any year:
/// counted in eras of 400 years that begin on the first of March.
fn civil(days: i64) -> (i64, u32, u32) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let small = |number: i64| u32::try_from(number).unwrap_or(1);
    (year, small(month), small(day))
}
