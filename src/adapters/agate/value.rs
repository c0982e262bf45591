//! Values as a database driver for Python hands them over, and Python's words for them.

use std::fmt::Write as _;

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, Timelike};

use super::{Decimal, json};

/// One value of a query's result.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `None`.
    Null,
    /// `bool`.
    Boolean(bool),
    /// `int`.
    Integer(i128),
    /// `int` beyond the one above.
    Large(u128),
    /// `float`.
    Float(f64),
    /// `Decimal`.
    Decimal(Decimal),
    /// `date`.
    Date(NaiveDate),
    /// `datetime` without zone.
    DateTime(NaiveDateTime),
    /// `datetime` with zone.
    DateTimeTz(DateTime<FixedOffset>),
    /// `str`, or an object that only ever shows as its `str()`: times, UUIDs, bytes …
    Text(String),
    /// `list` or `tuple`.
    List(Vec<Value>),
    /// `dict`, in order.
    Dict(Vec<(String, Value)>),
}

impl Value {
    /// Returns Python's `str()`; lists and dicts become JSON, as in dbt's tables.
    pub fn text(&self) -> String {
        match self {
            Self::Null => "None".to_owned(),
            Self::Boolean(true) => "True".to_owned(),
            Self::Boolean(false) => "False".to_owned(),
            Self::Integer(number) => number.to_string(),
            Self::Large(number) => number.to_string(),
            Self::Float(number) => float(*number),
            Self::Decimal(number) => number.to_string(),
            Self::Date(date) => date.format("%Y-%m-%d").to_string(),
            Self::DateTime(at) => date_time(*at, ' '),
            Self::DateTimeTz(at) => date_time_tz(at, ' '),
            Self::Text(text) => text.clone(),
            Self::List(_) | Self::Dict(_) => self.json(),
        }
    }

    /// Returns Python's `json.dumps()` with dbt's encoder.
    pub fn json(&self) -> String {
        let mut json = String::new();
        self.write_json(&mut json);
        json
    }

    fn write_json(&self, out: &mut String) {
        match self {
            Self::Null => out.push_str("null"),
            Self::Boolean(truth) => out.push_str(if *truth { "true" } else { "false" }),
            Self::Integer(number) => {
                let _ = write!(out, "{number}");
            }
            Self::Large(number) => {
                let _ = write!(out, "{number}");
            }
            Self::Float(number) => json::write_float(*number, out),
            Self::Decimal(number) => json::write_float(number.to_f64(), out),
            Self::Date(date) => {
                let _ = write!(out, "\"{}\"", date.format("%Y-%m-%d"));
            }
            Self::DateTime(at) => json::write_text(&date_time(*at, 'T'), true, out),
            Self::DateTimeTz(at) => json::write_text(&date_time_tz(at, 'T'), true, out),
            Self::Text(text) => json::write_text(text, true, out),
            Self::List(items) => {
                out.push('[');
                for (at, item) in items.iter().enumerate() {
                    out.push_str(if at > 0 { ", " } else { "" });
                    item.write_json(out);
                }
                out.push(']');
            }
            Self::Dict(items) => {
                out.push('{');
                for (at, (key, item)) in items.iter().enumerate() {
                    out.push_str(if at > 0 { ", " } else { "" });
                    json::write_text(key, true, out);
                    out.push_str(": ");
                    item.write_json(out);
                }
                out.push('}');
            }
        }
    }
}

/// Writes a number as Python's `repr(float)`: the fewest digits that read back the same.
pub fn float(number: f64) -> String {
    if number.is_nan() {
        return "nan".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { "inf" } else { "-inf" }.to_owned();
    }
    let scientific = format!("{number:e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..16).contains(&exponent) {
        let plain = format!("{number}");
        return if plain.contains('.') {
            plain
        } else {
            plain + ".0"
        };
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{mantissa}e{sign}{:02}", exponent.abs())
}

/// Writes bytes as Python's `repr(bytes)`.
pub fn bytes(bytes: &[u8]) -> String {
    let quote = if bytes.contains(&b'\'') && !bytes.contains(&b'"') {
        '"'
    } else {
        '\''
    };
    let mut out = format!("b{quote}");
    for &byte in bytes {
        match byte {
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            b'\\' => out.push_str("\\\\"),
            _ if char::from(byte) == quote => {
                out.push('\\');
                out.push(quote);
            }
            b' '..=b'~' => out.push(char::from(byte)),
            _ => {
                let _ = write!(out, "\\x{byte:02x}");
            }
        }
    }
    out.push(quote);
    out
}

/// Writes a duration as Python's `str(timedelta)`.
pub fn duration(days: i64, micros: i128) -> String {
    const DAY: i128 = 86_400_000_000;
    let micros = i128::from(days) * DAY + micros;
    let (days, rest) = (micros.div_euclid(DAY), micros.rem_euclid(DAY));
    let mut out = match days {
        0 => String::new(),
        1 | -1 => format!("{days} day, "),
        _ => format!("{days} days, "),
    };
    let seconds = rest / 1_000_000;
    let _ = write!(
        out,
        "{}:{:02}:{:02}",
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60
    );
    if rest % 1_000_000 != 0 {
        let _ = write!(out, ".{:06}", rest % 1_000_000);
    }
    out
}

/// Writes a time of day as Python's `time.isoformat()`.
pub fn time(micros: i64, offset_seconds: Option<i32>) -> String {
    let seconds = micros / 1_000_000;
    let mut out = format!(
        "{:02}:{:02}:{:02}",
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60
    );
    if micros % 1_000_000 != 0 {
        let _ = write!(out, ".{:06}", micros % 1_000_000);
    }
    if let Some(seconds) = offset_seconds {
        write_offset(seconds, &mut out);
    }
    out
}

/// Writes a point in time as Python's `isoformat(separator)`.
pub fn date_time(at: NaiveDateTime, separator: char) -> String {
    let mut out = at
        .format(&format!("%Y-%m-%d{separator}%H:%M:%S"))
        .to_string();
    let micros = at.nanosecond() / 1_000;
    if micros != 0 {
        let _ = write!(out, ".{micros:06}");
    }
    out
}

/// Writes a point in time with its zone as Python's `isoformat(separator)`.
pub fn date_time_tz(at: &DateTime<FixedOffset>, separator: char) -> String {
    let mut out = date_time(at.naive_local(), separator);
    write_offset(at.offset().local_minus_utc(), &mut out);
    out
}

fn write_offset(seconds: i32, out: &mut String) {
    let sign = if seconds < 0 { '-' } else { '+' };
    let seconds = seconds.abs();
    let _ = write!(out, "{sign}{:02}:{:02}", seconds / 3600, seconds / 60 % 60);
    if seconds % 60 != 0 {
        let _ = write!(out, ":{:02}", seconds % 60);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_as_python() {
        let cases = [
            (1.0, "1.0"),
            (-0.0, "-0.0"),
            (1e16, "1e+16"),
            (1e15, "1000000000000000.0"),
            (1e-4, "0.0001"),
            (1e-5, "1e-05"),
            (1.5e-10, "1.5e-10"),
            (0.1, "0.1"),
            (0.1 + 0.2, "0.30000000000000004"),
            (f64::from(0.1_f32), "0.10000000149011612"),
            (123_456_789.123_456_79, "123456789.12345679"),
            (5e-324, "5e-324"),
            (1.5e300, "1.5e+300"),
            (f64::NEG_INFINITY, "-inf"),
        ];
        for (number, expected) in cases {
            assert_eq!(float(number), expected);
        }
    }

    #[test]
    fn durations_and_bytes_as_python() {
        assert_eq!(duration(1, 0), "1 day, 0:00:00");
        assert_eq!(duration(0, -3_600_000_000), "-1 day, 23:00:00");
        assert_eq!(duration(1, 7_200_500_000), "1 day, 2:00:00.500000");
        assert_eq!(duration(-2, 0), "-2 days, 0:00:00");
        assert_eq!(bytes(b"a'\0\n"), "b\"a'\\x00\\n\"");
        assert_eq!(bytes(b"a'\""), "b'a\\'\"'");
    }

    #[test]
    fn json_as_python() {
        let value = Value::Dict(vec![
            (
                "é".to_owned(),
                Value::List(vec![Value::Float(1.0), Value::Null]),
            ),
            ("🦆".to_owned(), Value::Text("a\u{1}\"".to_owned())),
        ]);
        assert_eq!(
            value.json(),
            r#"{"\u00e9": [1.0, null], "\ud83e\udd86": "a\u0001\""}"#
        );
    }
}
