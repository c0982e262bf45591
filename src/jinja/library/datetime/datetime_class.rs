//! `datetime.datetime` itself: its constructor and class methods.

use chrono::{NaiveDate, NaiveTime};
use minijinja::{Error, State, Value};

use super::class::{Class, integers, text_argument};
use super::datetime::{NAMES, build, combine, from_seconds};
use super::strptime::strptime;
use super::time::{fold_argument, zone_argument};
use super::timedelta::TimeDelta;
use super::{Clock, Date, DateTime, Time, clock, date, time};
use crate::jinja::library::arguments::bind;
use crate::jinja::library::errors::type_error;
use crate::jinja::library::number::type_name;
use crate::jinja::library::object::{PythonObject, not_implemented};

const METHODS: [&str; 10] = [
    "now",
    "today",
    "utcnow",
    "fromtimestamp",
    "utcfromtimestamp",
    "fromordinal",
    "fromisocalendar",
    "fromisoformat",
    "combine",
    "strptime",
];

/// `datetime.datetime`.
pub(super) fn class(clock: Clock) -> Value {
    Value::from_object(Class {
        name: "datetime.datetime",
        construct,
        method,
        methods: [&METHODS, DateTime::METHODS],
        attribute,
        clock: Some(clock),
    })
}

fn construct(_: &mut State, args: &[Value]) -> Result<Value, Error> {
    let bound = bind("datetime", NAMES, 3, args)?;
    let local = build(integers(&bound[..7], [0; 7])?)?;
    let zone = zone_argument(bound[7].as_ref())?;
    let fold = fold_argument(bound[8].as_ref())?.unwrap_or(false);
    Ok(DateTime { local, zone, fold }.into())
}

/// Looks up `min`, `max`, `resolution`.
pub(super) fn attribute(name: &str) -> Option<Value> {
    match name {
        "min" => {
            let day = NaiveDate::from_ymd_opt(1, 1, 1)?;
            Some(DateTime::new(day.and_time(NaiveTime::MIN), None).into())
        }
        "max" => {
            let last = build([9999, 12, 31, 23, 59, 59, 999_999]).ok()?;
            Some(DateTime::new(last, None).into())
        }
        "resolution" => TimeDelta::from_microseconds(1).ok().map(Into::into),
        _ => None,
    }
}

/// Calls a class method, or an instance's method with the instance first.
pub(super) fn method(state: &mut State, name: &str, args: &[Value]) -> Result<Value, Error> {
    let at_midnight = |day: NaiveDate| DateTime::new(day.and_time(NaiveTime::MIN), None);
    match name {
        "now" => {
            let [zone] = bind(name, ["tz"], 0, args)?;
            let utc = clock::utc_now(state)?;
            in_zone(state, utc, zone.as_ref())
        }
        "today" => {
            bind(name, [], 0, args)?;
            Ok(DateTime::new(clock::local_now(state)?, None).into())
        }
        "utcnow" => {
            bind(name, [], 0, args)?;
            Ok(DateTime::new(clock::utc_now(state)?, None).into())
        }
        "fromtimestamp" => {
            let [timestamp, zone] = bind(name, ["timestamp", "tz"], 1, args)?;
            let utc = from_seconds(&timestamp.unwrap_or_default())?;
            in_zone(state, utc, zone.as_ref())
        }
        "utcfromtimestamp" => {
            let [timestamp] = bind(name, ["timestamp"], 1, args)?;
            Ok(DateTime::new(from_seconds(&timestamp.unwrap_or_default())?, None).into())
        }
        "fromordinal" => Ok(at_midnight(date::ordinal_argument(args)?).into()),
        "fromisocalendar" => Ok(at_midnight(date::iso_argument(args)?).into()),
        "fromisoformat" => {
            let [text] = bind(name, ["date_string"], 1, args)?;
            let text = text.unwrap_or_default();
            let Some(text) = text.as_str() else {
                return Err(type_error("fromisoformat: argument must be str"));
            };
            let moment = parse_iso(text).map_err(|error| date::misread(error, text))?;
            Ok(moment.into())
        }
        "combine" => combine_arguments(args),
        "strptime" => {
            let [text, format] = bind(name, ["date_string", "format"], 2, args)?;
            let text = text_argument(name, &text.unwrap_or_default())?;
            let format = text_argument(name, &format.unwrap_or_default())?;
            Ok(strptime(&text, &format)?.into())
        }
        _ => match args.split_first() {
            Some((receiver, rest)) if DateTime::of(receiver).is_some() => {
                receiver.call_method(state, name, rest)
            }
            _ => Err(not_implemented()),
        },
    }
}

fn in_zone(
    state: &State,
    utc: chrono::NaiveDateTime,
    zone: Option<&Value>,
) -> Result<Value, Error> {
    match zone_argument(zone)? {
        None => Ok(DateTime::new(clock::to_local(state, utc)?, None).into()),
        Some(zone) => {
            let moment = DateTime::new(utc, Some(super::Zone::Utc));
            Ok(moment.to_zone(&zone)?.into())
        }
    }
}

fn combine_arguments(args: &[Value]) -> Result<Value, Error> {
    let [day, clock, zone] = bind("combine", ["date", "time", "tzinfo"], 2, args)?;
    let (day, clock) = (day.unwrap_or_default(), clock.unwrap_or_default());
    let date = Date::of(&day).or_else(|| DateTime::of(&day).map(|moment| moment.local.date()));
    let wrong = |at: usize, wanted: &str, value: &Value| {
        let given = type_name(value);
        type_error(format!(
            "combine() argument {at} must be datetime.{wanted}, not {given}"
        ))
    };
    let date = date.ok_or_else(|| wrong(1, "date", &day))?;
    let time = clock
        .downcast_object_ref::<Time>()
        .ok_or_else(|| wrong(2, "time", &clock))?;
    let zone = match zone {
        None => time.zone.clone(),
        given => zone_argument(given.as_ref())?,
    };
    Ok(combine(date, time, zone).into())
}

/// Reads the text forms of ISO 8601 that Python 3.11 reads.
fn parse_iso(text: &str) -> Result<DateTime, date::Misread> {
    let separator = date_length(text).ok_or(None)?;
    let (day, rest) = text.split_at_checked(separator).ok_or(None)?;
    let day = date::parse_iso(day)?;
    let mut rest = rest.chars();
    if rest.next().is_none() {
        return Ok(DateTime::new(day.and_time(NaiveTime::MIN), None));
    }
    let (clock, zone) = time::parse_iso(rest.as_str())?;
    Ok(DateTime::new(day.and_time(clock), zone))
}

/// Finds where the date ends and the separator stands.
fn date_length(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    if bytes.len() < 7 {
        return None;
    }
    if bytes.len() == 7 {
        return Some(7);
    }
    if bytes[4] == b'-' {
        if bytes[5] != b'W' {
            return Some(10);
        }
        if bytes.len() < 8 {
            return None;
        }
        if bytes.len() > 8 && bytes[8] == b'-' {
            if bytes.len() == 9 {
                return None;
            }
            // `2024-W09-` is followed by a weekday, or `-` is the separator of a time.
            return Some(if bytes.len() > 10 && digit(10) { 8 } else { 10 });
        }
        return Some(8);
    }
    if bytes[4] == b'W' {
        let mut at = 7;
        while digit(at) {
            at += 1;
        }
        if at < 9 {
            return Some(at);
        }
        return Some(if at % 2 == 0 { 7 } else { 8 });
    }
    Some(8)
}
