//! Python's `datetime.time`, and the reading and writing of times of day.

use std::cmp::Ordering;
use std::sync::Arc;

use chrono::{NaiveDate, NaiveTime, Timelike};
use minijinja::{Error, State, Value};

use super::class::{Class, integers, text_argument};
use super::date::{Misread, misread};
use super::timedelta::TimeDelta;
use super::zone::{Zone, offset_out_of_range, offset_text};
use super::{DateTime, strftime};
use crate::jinja::library::arguments::bind;
use crate::jinja::library::errors::{type_error, value_error};
use crate::jinja::library::number::type_name;
use crate::jinja::library::object::{PythonObject, not_implemented, python_object};

/// A time of day, with or without a zone.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Time {
    /// The time of day.
    pub time: NaiveTime,
    /// The zone.
    pub zone: Option<Zone>,
    /// Which of two equal local times is meant.
    pub fold: bool,
}

/// Makes a time of day from hour, minute, second, microsecond; words the error as Python does.
pub(super) fn build([hour, minute, second, microsecond]: [i64; 4]) -> Result<NaiveTime, Error> {
    let checks = [
        (hour, 23, "hour must be in 0..23"),
        (minute, 59, "minute must be in 0..59"),
        (second, 59, "second must be in 0..59"),
        (microsecond, 999_999, "microsecond must be in 0..999999"),
    ];
    for (value, most, message) in checks {
        if !(0..=most).contains(&value) {
            return Err(value_error(message));
        }
    }
    NaiveTime::from_hms_micro_opt(
        hour as u32,
        minute as u32,
        second as u32,
        microsecond as u32,
    )
    .ok_or_else(|| value_error("second must be in 0..59"))
}

/// Returns hour, minute, second and microsecond.
pub(super) fn parts(time: NaiveTime) -> [i64; 4] {
    [
        time.hour().into(),
        time.minute().into(),
        time.second().into(),
        i64::from(time.nanosecond() / 1000),
    ]
}

/// Writes the arguments that a `repr` names, from the hour on.
pub(super) fn arguments(time: NaiveTime, fold: bool, zone: Option<&Zone>) -> String {
    let [hour, minute, second, microsecond] = parts(time);
    let mut text = format!("{hour}, {minute}");
    match (second, microsecond) {
        (0, 0) => {}
        (_, 0) => text += &format!(", {second}"),
        _ => text += &format!(", {second}, {microsecond}"),
    }
    if fold {
        text += ", fold=1";
    }
    if let Some(zone) = zone {
        text += &format!(", tzinfo={}", zone.repr());
    }
    text
}

/// Writes a time of day as `isoformat` does; `None` where the specification is unknown.
pub(super) fn iso_text(time: NaiveTime, specification: &str) -> Option<String> {
    let [hour, minute, second, microsecond] = parts(time);
    let specification = match specification {
        "auto" if microsecond == 0 => "seconds",
        "auto" => "microseconds",
        other => other,
    };
    Some(match specification {
        "hours" => format!("{hour:02}"),
        "minutes" => format!("{hour:02}:{minute:02}"),
        "seconds" => format!("{hour:02}:{minute:02}:{second:02}"),
        "milliseconds" => {
            let milliseconds = microsecond / 1000;
            format!("{hour:02}:{minute:02}:{second:02}.{milliseconds:03}")
        }
        "microseconds" => format!("{hour:02}:{minute:02}:{second:02}.{microsecond:06}"),
        _ => return None,
    })
}

/// Reads a time of day with an optional offset, as Python 3.11 does.
pub(super) fn parse_iso(text: &str) -> Result<(NaiveTime, Option<Zone>), Misread> {
    if !text.is_ascii() {
        return Err(None);
    }
    let zone_at = text.find(['+', '-', 'Z']);
    let (clock, zone) = text.split_at(zone_at.unwrap_or(text.len()));
    let time = build(clock_parts(clock).ok_or(None)?);
    let zone = match zone {
        "" => None,
        "Z" => Some(Zone::fixed(0)),
        _ if zone.starts_with('Z') => return Err(None),
        _ => {
            let [hours, minutes, seconds, _] = clock_parts(&zone[1..]).ok_or(None)?;
            let seconds = hours * 3600 + minutes * 60 + seconds;
            let signed = if zone.starts_with('-') {
                -seconds
            } else {
                seconds
            };
            Some(Zone::fixed(check_offset(signed)?))
        }
    };
    Ok((time?, zone))
}

fn clock_parts(text: &str) -> Option<[i64; 4]> {
    let mut found = [0; 4];
    let bytes = text.as_bytes();
    let two = |at: usize| -> Option<i64> {
        let digits = text.get(at..at + 2)?;
        digits
            .bytes()
            .all(|byte| byte.is_ascii_digit())
            .then(|| digits.parse().ok())?
    };
    let colons = bytes.get(2) == Some(&b':');
    let mut at = 0;
    for part in 0..3 {
        found[part] = two(at)?;
        at += 2;
        match bytes.get(at) {
            None => return Some(found),
            Some(b'.' | b',') if part == 2 => break,
            Some(b':') if colons && part < 2 => at += 1,
            Some(byte) if byte.is_ascii_digit() && !colons && part < 2 => {}
            _ => return None,
        }
    }
    let fraction = text.get(at + 1..)?;
    if fraction.is_empty() || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let micros = &fraction[..fraction.len().min(6)];
    found[3] = format!("{micros:0<6}").parse().ok()?;
    Some(found)
}

/// Reads an argument that must be a zone or none.
pub(super) fn zone_argument(value: Option<&Value>) -> Result<Option<Zone>, Error> {
    match value {
        None => Ok(None),
        Some(value) if value.is_none() => Ok(None),
        Some(value) => match value.downcast_object_ref::<Zone>() {
            Some(zone) => Ok(Some(zone.clone())),
            None => Err(type_error(format!(
                "tzinfo argument must be None or of a tzinfo subclass, not type '{}'",
                type_name(value)
            ))),
        },
    }
}

/// Reads `fold`: 0 or 1.
pub(super) fn fold_argument(value: Option<&Value>) -> Result<Option<bool>, Error> {
    match value.map(|value| value.as_i64()) {
        None => Ok(None),
        Some(Some(0)) => Ok(Some(false)),
        Some(Some(1)) => Ok(Some(true)),
        Some(_) => Err(value_error("fold must be either 0 or 1")),
    }
}

impl Time {
    /// Makes a time of day.
    pub fn new(time: NaiveTime, zone: Option<Zone>) -> Self {
        Self {
            time,
            zone,
            fold: false,
        }
    }

    /// Returns the zone where its offset does not depend on the day.
    fn steady_zone(&self) -> Option<&Zone> {
        let steady = |zone: &&Zone| !matches!(zone, Zone::Frozen(..));
        self.zone.as_ref().filter(steady)
    }

    fn iso(&self, specification: &str) -> Option<String> {
        let mut text = iso_text(self.time, specification)?;
        if let Some(zone) = self.steady_zone() {
            text += &offset_text(zone.offset());
        }
        Some(text)
    }

    fn replace(&self, args: &[Value]) -> Result<Value, Error> {
        let names = ["hour", "minute", "second", "microsecond", "tzinfo", "fold"];
        let bound = bind("replace", names, 0, args)?;
        let time = build(integers(&bound[..4], parts(self.time))?)?;
        let zone = match &bound[4] {
            None => self.zone.clone(),
            given => zone_argument(given.as_ref())?,
        };
        let fold = fold_argument(bound[5].as_ref())?.unwrap_or(self.fold);
        Ok(Self { time, zone, fold }.into())
    }

    fn operate(&self, operator: &str, other: &Value) -> Result<Value, Error> {
        let other = other
            .downcast_object_ref::<Self>()
            .ok_or_else(not_implemented)?;
        let (a, b) = (self.seconds(), other.seconds());
        if self.steady_zone().is_some() != other.steady_zone().is_some() {
            return Err(type_error(
                "can't compare offset-naive and offset-aware times",
            ));
        }
        match operator {
            "__lt__" => Ok(Value::from(a < b)),
            "__le__" => Ok(Value::from(a <= b)),
            "__gt__" => Ok(Value::from(a > b)),
            "__ge__" => Ok(Value::from(a >= b)),
            _ => Err(not_implemented()),
        }
    }

    /// Returns the microseconds since midnight, in UTC where there is a zone.
    fn seconds(&self) -> i64 {
        let [hour, minute, second, microsecond] = parts(self.time);
        let offset = self.steady_zone().map_or(0, Zone::offset);
        (hour * 3600 + minute * 60 + second - i64::from(offset)) * 1_000_000 + microsecond
    }
}

impl PythonObject for Time {
    const TYPE: &'static str = "datetime.time";
    const METHODS: &'static [&'static str] = &[
        "isoformat",
        "strftime",
        "replace",
        "utcoffset",
        "dst",
        "tzname",
    ];

    fn str(&self) -> String {
        self.iso("auto").unwrap_or_default()
    }

    fn repr(&self) -> String {
        let clock = arguments(self.time, self.fold, self.zone.as_ref());
        format!("datetime.time({clock})")
    }

    fn attribute(self: &Arc<Self>, name: &str) -> Option<Value> {
        let [hour, minute, second, microsecond] = parts(self.time);
        match name {
            "hour" => Some(Value::from(hour)),
            "minute" => Some(Value::from(minute)),
            "second" => Some(Value::from(second)),
            "microsecond" => Some(Value::from(microsecond)),
            "tzinfo" => Some(Value::from(self.zone.clone())),
            "fold" => Some(Value::from(i32::from(self.fold))),
            _ => class_attribute(name),
        }
    }

    fn method(self: &Arc<Self>, _: &mut State, name: &str, args: &[Value]) -> Result<Value, Error> {
        match name {
            "isoformat" => {
                let [specification] = bind(name, ["timespec"], 0, args)?;
                let specification = specification.unwrap_or_else(|| Value::from("auto"));
                let text = self.iso(&text_argument(name, &specification)?);
                text.map(Value::from)
                    .ok_or_else(|| value_error("Unknown timespec value"))
            }
            "strftime" => {
                let [format] = bind(name, ["format"], 1, args)?;
                let format = text_argument(name, &format.unwrap_or_default())?;
                let day = NaiveDate::from_ymd_opt(1900, 1, 1).unwrap_or_default();
                let mut moment = DateTime::new(day.and_time(self.time), None);
                moment.zone = self.steady_zone().cloned();
                let fields = moment.utc_fields();
                Ok(Value::from(strftime::strftime(&format, &fields)))
            }
            "replace" => self.replace(args),
            "utcoffset" | "dst" | "tzname" => {
                bind(name, [], 0, args)?;
                match &self.zone {
                    Some(zone) => super::zone::of_time(zone, name),
                    None => Ok(Value::from(())),
                }
            }
            _ => self.operate(name, args.first().ok_or_else(not_implemented)?),
        }
    }

    fn order(&self, other: &Self) -> Option<Ordering> {
        let comparable = self.steady_zone().is_some() == other.steady_zone().is_some();
        comparable.then(|| self.seconds().cmp(&other.seconds()))
    }
}
python_object!(Time);

impl From<Time> for Value {
    fn from(time: Time) -> Self {
        Self::from_object(time)
    }
}

/// `datetime.time` itself.
pub(super) fn class() -> Value {
    Value::from_object(Class {
        name: "datetime.time",
        construct,
        method: class_method,
        methods: [&["fromisoformat"], Time::METHODS],
        attribute: class_attribute,
        clock: None,
    })
}

fn construct(_: &mut State, args: &[Value]) -> Result<Value, Error> {
    let names = ["hour", "minute", "second", "microsecond", "tzinfo", "fold"];
    let bound = bind("time", names, 0, args)?;
    let time = build(integers(&bound[..4], [0; 4])?)?;
    let zone = zone_argument(bound[4].as_ref())?;
    let fold = fold_argument(bound[5].as_ref())?.unwrap_or(false);
    Ok(Time { time, zone, fold }.into())
}

fn class_attribute(name: &str) -> Option<Value> {
    match name {
        "min" => Some(Time::new(NaiveTime::MIN, None).into()),
        "max" => Some(Time::new(build([23, 59, 59, 999_999]).ok()?, None).into()),
        "resolution" => TimeDelta::from_microseconds(1).ok().map(Into::into),
        _ => None,
    }
}

fn class_method(state: &mut State, name: &str, args: &[Value]) -> Result<Value, Error> {
    if name == "fromisoformat" {
        let [text] = bind(name, ["time_string"], 1, args)?;
        let text = text.unwrap_or_default();
        let Some(text) = text.as_str() else {
            return Err(type_error("fromisoformat: argument must be str"));
        };
        let clock = text.strip_prefix('T').unwrap_or(text);
        let (time, zone) = parse_iso(clock).map_err(|error| misread(error, text))?;
        return Ok(Time::new(time, zone).into());
    }
    match args.split_first() {
        Some((receiver, rest)) if receiver.downcast_object_ref::<Time>().is_some() => {
            receiver.call_method(state, name, rest)
        }
        _ => Err(not_implemented()),
    }
}

/// Fails if an offset is a day or more.
pub(super) fn check_offset(seconds: i64) -> Result<i32, Error> {
    match i32::try_from(seconds) {
        Ok(seconds) if seconds.abs() < 86_400 => Ok(seconds),
        _ => Err(offset_out_of_range(seconds.clamp(-999_999, 999_999) as i32)),
    }
}
