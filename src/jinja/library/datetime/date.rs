//! Python's `datetime.date`, and the parts of it that `datetime.datetime` shares.

use std::cmp::Ordering;
use std::sync::Arc;

use chrono::{Datelike, NaiveDate, TimeDelta as Span};
use minijinja::{Error, State, Value};

use super::class::Class;
use super::clock;
use super::timedelta::{self, TimeDelta};
use super::{DateTime, strftime};
use crate::jinja::library::arguments::bind;
use crate::jinja::library::errors::{overflow_error, type_error, value_error};
use crate::jinja::library::named_tuple::named;
use crate::jinja::library::number::{Number, int_argument, type_name};
use crate::jinja::library::object::{PythonObject, not_implemented, python_object, quoted};

/// A day of the years 1 to 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(pub NaiveDate);

/// Methods that dates and datetimes have in common.
pub(super) const METHODS: [&str; 9] = [
    "weekday",
    "isoweekday",
    "isocalendar",
    "toordinal",
    "ctime",
    "timetuple",
    "strftime",
    "isoformat",
    "replace",
];

/// Makes a day; words the error as Python does.
pub(super) fn build(year: i64, month: i64, day: i64) -> Result<NaiveDate, Error> {
    if !(1..=9999).contains(&year) {
        return Err(value_error(format!("year {year} is out of range")));
    }
    if !(1..=12).contains(&month) {
        return Err(value_error("month must be in 1..12"));
    }
    NaiveDate::from_ymd_opt(year as i32, month as u32, u32::try_from(day).unwrap_or(0))
        .ok_or_else(|| value_error("day is out of range for month"))
}

/// Makes a day out of an ISO year, week and weekday.
pub(super) fn from_iso(year: i64, week: i64, weekday: i64) -> Result<NaiveDate, Error> {
    if !(1..=9999).contains(&year) {
        return Err(value_error(format!("Year is out of range: {year}")));
    }
    let names = [
        chrono::Weekday::Mon,
        chrono::Weekday::Tue,
        chrono::Weekday::Wed,
        chrono::Weekday::Thu,
        chrono::Weekday::Fri,
        chrono::Weekday::Sat,
        chrono::Weekday::Sun,
    ];
    let monday = u32::try_from(week)
        .ok()
        .and_then(|week| NaiveDate::from_isoywd_opt(year as i32, week, chrono::Weekday::Mon));
    if monday.is_none() {
        return Err(value_error(format!("Invalid week: {week}")));
    }
    if !(1..=7).contains(&weekday) {
        return Err(value_error(format!(
            "Invalid day: {weekday} (range is [1, 7])"
        )));
    }
    NaiveDate::from_isoywd_opt(year as i32, week as u32, names[weekday as usize - 1])
        .filter(|date| (1..=9999).contains(&date.year()))
        .ok_or_else(|| value_error(format!("year {year} is out of range")))
}

/// Moves a day; fails outside the years 1 to 9999.
pub(super) fn moved(date: NaiveDate, days: i64) -> Result<NaiveDate, Error> {
    Span::try_days(days)
        .and_then(|span| date.checked_add_signed(span))
        .filter(|date| (1..=9999).contains(&date.year()))
        .ok_or_else(|| overflow_error("date value out of range"))
}

/// Counts days since 0001-01-01, which is 1.
pub(super) fn ordinal(date: NaiveDate) -> i64 {
    date.num_days_from_ce().into()
}

/// Why a text is no date: it is not in the form, or its numbers are wrong.
pub(super) type Misread = Option<Error>;

/// Words the error for a text that is not in the form.
pub(super) fn misread(misread: Misread, text: &str) -> Error {
    misread.unwrap_or_else(|| value_error(format!("Invalid isoformat string: {}", quoted(text))))
}

/// Reads the text forms of ISO 8601 that Python 3.11 reads: `2024-02-29`, `20240229`, `2024-W09-4`.
pub(super) fn parse_iso(text: &str) -> Result<NaiveDate, Misread> {
    let bytes = text.as_bytes();
    if !text.is_ascii() || !matches!(text.len(), 7 | 8 | 10) {
        return Err(None);
    }
    let number = |from: usize, to: usize| -> Result<i64, Misread> {
        let digits = text.get(from..to).ok_or(None)?;
        let digital = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        if digital {
            digits.parse().map_err(|_| None)
        } else {
            Err(None)
        }
    };
    let year = number(0, 4)?;
    let dashed = bytes.get(4) == Some(&b'-');
    let at = if dashed { 5 } else { 4 };
    if bytes.get(at) == Some(&b'W') {
        let week = number(at + 1, at + 3)?;
        let rest = &text[at + 3..];
        let weekday = match (rest.len(), dashed) {
            (0, _) => 1,
            (2, true) if rest.starts_with('-') => number(at + 4, at + 5)?,
            (1, false) => number(at + 3, at + 4)?,
            _ => return Err(None),
        };
        return Ok(from_iso(year, week, weekday)?);
    }
    let month = number(at, at + 2)?;
    let day_at = match (dashed, bytes.get(at + 2)) {
        (true, Some(b'-')) => at + 3,
        (false, Some(byte)) if *byte != b'-' => at + 2,
        _ => return Err(None),
    };
    if text.len() != day_at + 2 {
        return Err(None);
    }
    Ok(build(year, month, number(day_at, day_at + 2)?)?)
}

/// Calls a method that dates and datetimes share.
pub(super) fn shared_method(date: NaiveDate, name: &str, args: &[Value]) -> Result<Value, Error> {
    bind(name, [], 0, args)?;
    let weekday = i64::from(date.weekday().num_days_from_monday());
    match name {
        "weekday" => Ok(Value::from(weekday)),
        "isoweekday" => Ok(Value::from(weekday + 1)),
        "toordinal" => Ok(Value::from(ordinal(date))),
        "isocalendar" => {
            let iso = date.iso_week();
            let fields = [
                ("year", i64::from(iso.year())),
                ("week", iso.week().into()),
                ("weekday", weekday + 1),
            ];
            let fields = fields.map(|(name, value)| (name, Value::from(value)));
            Ok(named("datetime.IsoCalendarDate", fields.to_vec()))
        }
        _ => Err(not_implemented()),
    }
}

impl Date {
    /// Reads an argument that must be a date and no datetime.
    pub(super) fn of(value: &Value) -> Option<NaiveDate> {
        value.downcast_object_ref::<Self>().map(|date| date.0)
    }

    fn midnight(self) -> DateTime {
        DateTime::new(self.0.and_time(chrono::NaiveTime::MIN), None)
    }

    fn replace(self, args: &[Value]) -> Result<Value, Error> {
        let bound = bind("replace", ["year", "month", "day"], 0, args)?;
        let now = [
            self.0.year().into(),
            self.0.month().into(),
            i64::from(self.0.day()),
        ];
        let [year, month, day] = super::class::integers(&bound, now)?;
        Ok(Self(build(year, month, day)?).into())
    }

    fn operate(self, operator: &str, other: &Value) -> Result<Value, Error> {
        let delta = timedelta::argument(other);
        let days = delta.map(|delta| delta.microseconds().div_euclid(86_400_000_000) as i64);
        if let (Some(days), "__add__" | "__radd__") = (days, operator) {
            return Ok(Self(moved(self.0, days)?).into());
        }
        if let (Some(delta), "__sub__") = (delta, operator) {
            let back = -(delta.microseconds().div_euclid(86_400_000_000) as i64);
            return Ok(Self(moved(self.0, back)?).into());
        }
        let other = Self::of(other).ok_or_else(not_implemented)?;
        match operator {
            "__sub__" => {
                let days = i128::from(ordinal(self.0) - ordinal(other));
                Ok(TimeDelta::from_microseconds(days * 86_400_000_000)?.into())
            }
            "__lt__" => Ok(Value::from(self.0 < other)),
            "__le__" => Ok(Value::from(self.0 <= other)),
            "__gt__" => Ok(Value::from(self.0 > other)),
            "__ge__" => Ok(Value::from(self.0 >= other)),
            _ => Err(not_implemented()),
        }
    }
}

impl PythonObject for Date {
    const TYPE: &'static str = "datetime.date";
    const METHODS: &'static [&'static str] = &METHODS;

    fn str(&self) -> String {
        self.0.format("%Y-%m-%d").to_string()
    }

    fn repr(&self) -> String {
        let (year, month, day) = (self.0.year(), self.0.month(), self.0.day());
        format!("datetime.date({year}, {month}, {day})")
    }

    fn attribute(self: &Arc<Self>, name: &str) -> Option<Value> {
        match name {
            "year" => Some(Value::from(self.0.year())),
            "month" => Some(Value::from(self.0.month())),
            "day" => Some(Value::from(self.0.day())),
            _ => class_attribute(name),
        }
    }

    fn method(
        self: &Arc<Self>,
        state: &mut State,
        name: &str,
        args: &[Value],
    ) -> Result<Value, Error> {
        match name {
            "isoformat" => {
                bind(name, [], 0, args)?;
                Ok(Value::from(self.str()))
            }
            "strftime" | "__format__" => {
                let [format] = bind(name, ["format"], 1, args)?;
                let format = super::class::text_argument(name, &format.unwrap_or_default())?;
                let fields = self.midnight().fields(state);
                Ok(Value::from(strftime::strftime(&format, &fields)))
            }
            "ctime" | "timetuple" => self.midnight().broken_down(name, args, -1),
            "replace" => self.replace(args),
            _ if METHODS.contains(&name) => shared_method(self.0, name, args),
            _ => match args {
                [other] => self.operate(name, other),
                _ => class_method(state, name, args),
            },
        }
    }

    fn order(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
python_object!(Date);

impl From<Date> for Value {
    fn from(date: Date) -> Self {
        Self::from_object(date)
    }
}

/// `datetime.date` itself.
pub(super) fn class() -> Value {
    Value::from_object(Class {
        name: "datetime.date",
        construct,
        method: class_method,
        methods: [&CLASS_METHODS, &METHODS],
        attribute: class_attribute,
        clock: None,
    })
}

fn construct(_: &mut State, args: &[Value]) -> Result<Value, Error> {
    let [year, month, day] = bind("date", ["year", "month", "day"], 3, args)?
        .map(|value| int_argument(&value.unwrap_or_default()));
    Ok(Date(build(year?, month?, day?)?).into())
}

fn class_attribute(name: &str) -> Option<Value> {
    match name {
        "min" => Some(Date(NaiveDate::from_ymd_opt(1, 1, 1)?).into()),
        "max" => Some(Date(NaiveDate::from_ymd_opt(9999, 12, 31)?).into()),
        "resolution" => TimeDelta::from_microseconds(86_400_000_000)
            .ok()
            .map(Into::into),
        _ => None,
    }
}

const CLASS_METHODS: [&str; 5] = [
    "today",
    "fromtimestamp",
    "fromordinal",
    "fromisoformat",
    "fromisocalendar",
];

fn class_method(state: &mut State, name: &str, args: &[Value]) -> Result<Value, Error> {
    match name {
        "today" => {
            bind(name, [], 0, args)?;
            Ok(Date(clock::local_now(state)?.date()).into())
        }
        "fromtimestamp" => {
            let [timestamp] = bind(name, ["timestamp"], 1, args)?;
            let utc = super::datetime::from_seconds(&timestamp.unwrap_or_default())?;
            Ok(Date(clock::to_local(state, utc)?.date()).into())
        }
        "fromordinal" => Ok(Date(ordinal_argument(args)?).into()),
        "fromisoformat" => {
            let [text] = bind(name, ["date_string"], 1, args)?;
            let text = text.unwrap_or_default();
            let Some(text) = text.as_str() else {
                return Err(type_error("fromisoformat: argument must be str"));
            };
            let date = parse_iso(text).map_err(|error| misread(error, text))?;
            Ok(Date(date).into())
        }
        "fromisocalendar" => Ok(Date(iso_argument(args)?).into()),
        _ => match args.split_first() {
            Some((receiver, rest)) if Date::of(receiver).is_some() => {
                receiver.call_method(state, name, rest)
            }
            _ => Err(not_implemented()),
        },
    }
}

pub(super) fn ordinal_argument(args: &[Value]) -> Result<NaiveDate, Error> {
    let [ordinal] = bind("fromordinal", ["ordinal"], 1, args)?;
    let ordinal = int_argument(&ordinal.unwrap_or_default())?;
    if ordinal < 1 {
        return Err(value_error("ordinal must be >= 1"));
    }
    let day = i32::try_from(ordinal)
        .ok()
        .and_then(NaiveDate::from_num_days_from_ce_opt)
        .ok_or_else(|| overflow_error("ordinal must be >= 1"))?;
    build(day.year().into(), day.month().into(), day.day().into())
}

pub(super) fn iso_argument(args: &[Value]) -> Result<NaiveDate, Error> {
    let [year, week, day] = bind("fromisocalendar", ["year", "week", "day"], 3, args)?
        .map(|value| value.as_ref().and_then(Number::of));
    match (year, week, day) {
        (Some(Number::Int(year)), Some(Number::Int(week)), Some(Number::Int(day))) => {
            from_iso(year as i64, week as i64, day as i64)
        }
        _ => Err(type_error(format!(
            "'{}' object cannot be interpreted as an integer",
            args.first().map(type_name).unwrap_or_default()
        ))),
    }
}
