//! Time zones as `tzinfo` objects: Python's fixed offsets and pytz's zones.

use std::cmp::Ordering;
use std::sync::Arc;

use chrono::{NaiveDateTime, TimeDelta as Span};
use minijinja::{Error, State, Value};

use super::timedelta::TimeDelta;
use super::{DateTime, pytz};
use crate::jinja::library::arguments::bind;
use crate::jinja::library::errors::{type_error, value_error};
use crate::jinja::library::number::type_name;
use crate::jinja::library::object::{PythonObject, python_object};

/// What a zone says about one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Moment {
    /// Distance from UTC in seconds; pytz rounds it to minutes.
    pub(crate) offset: i32,
    /// The part of `offset` that is daylight saving, in seconds.
    pub(crate) dst: i32,
    /// Abbreviation, such as `CET`.
    pub(crate) name: &'static str,
}

/// A time zone.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Zone {
    /// `pytz.utc`.
    Utc,
    /// `datetime.timezone.utc`.
    PythonUtc,
    /// `datetime.timezone`: seconds from UTC and a name, if one was given.
    Fixed(i32, Option<String>),
    /// `pytz.FixedOffset`: minutes from UTC.
    Minutes(i32),
    /// A pytz zone that never changed.
    Static(pytz::Place),
    /// A pytz zone, frozen at one of the offsets it has had.
    Frozen(pytz::Place, Moment),
}

impl Zone {
    /// Makes a fixed offset; none is UTC itself.
    pub(crate) fn fixed(seconds: i32) -> Self {
        match seconds {
            0 => Self::PythonUtc,
            _ => Self::Fixed(seconds, None),
        }
    }

    /// Makes a pytz zone in the state it has before it is localized.
    pub(crate) fn place(place: pytz::Place) -> Self {
        match place.constant() {
            Some(_) => Self::Static(place),
            None => Self::Frozen(place, place.first()),
        }
    }

    /// Returns the distance from UTC in seconds.
    pub(crate) fn offset(&self) -> i32 {
        match self {
            Self::Utc | Self::PythonUtc => 0,
            Self::Fixed(seconds, _) => *seconds,
            Self::Minutes(minutes) => minutes * 60,
            Self::Static(place) => place.first().offset,
            Self::Frozen(_, moment) => moment.offset,
        }
    }

    /// Returns the abbreviation.
    pub(crate) fn abbreviation(&self) -> Option<String> {
        match self {
            Self::Utc | Self::PythonUtc => Some("UTC".to_owned()),
            Self::Fixed(_, Some(name)) => Some(name.clone()),
            Self::Fixed(seconds, None) => Some(format!("UTC{}", offset_text(*seconds))),
            Self::Minutes(_) => None,
            Self::Static(place) => Some(place.first().name.to_owned()),
            Self::Frozen(_, moment) => Some(moment.name.to_owned()),
        }
    }

    fn dst(&self) -> Option<TimeDelta> {
        match self {
            Self::PythonUtc | Self::Fixed(..) => None,
            Self::Utc | Self::Minutes(_) | Self::Static(_) => Some(TimeDelta::from_seconds(0)),
            Self::Frozen(_, moment) => Some(TimeDelta::from_seconds(moment.dst.into())),
        }
    }

    /// Converts UTC to this zone; returns the local time and the zone as it is then.
    pub(crate) fn local_of_utc(&self, utc: NaiveDateTime) -> Option<(NaiveDateTime, Self)> {
        let zone = match self {
            Self::Frozen(place, _) => Self::Frozen(*place, place.at_utc(utc)),
            other => other.clone(),
        };
        let local = utc.checked_add_signed(Span::seconds(zone.offset().into()))?;
        Some((local, zone))
    }

    fn is_pytz(&self) -> bool {
        !matches!(self, Self::PythonUtc | Self::Fixed(..))
    }

    fn localize(&self, args: &[Value]) -> Result<Value, Error> {
        let [value, is_dst] = bind("localize", ["dt", "is_dst"], 1, args)?;
        let value = value.unwrap_or_default();
        let moment = DateTime::of(&value).ok_or_else(|| not_a_datetime(&value))?;
        if moment.zone.is_some() {
            let message = "Not naive datetime (tzinfo is already set)";
            return Err(value_error(message));
        }
        let Self::Frozen(place, _) = self else {
            return Ok(moment.with_zone(Some(self.clone())).into());
        };
        // `is_dst` is false unless given, and `None` asks for an error where it is not clear.
        let is_dst = match is_dst {
            None => Some(false),
            Some(value) if value.is_none() => None,
            Some(value) => Some(value.is_true()),
        };
        let (local, at) = place.localize(moment.local, is_dst)?;
        let zone = Some(Self::Frozen(*place, at));
        Ok(DateTime::new(local, zone).into())
    }

    fn normalize(&self, args: &[Value]) -> Result<Value, Error> {
        let [value, _] = bind("normalize", ["dt", "is_dst"], 1, args)?;
        let value = value.unwrap_or_default();
        let moment = DateTime::of(&value).ok_or_else(|| not_a_datetime(&value))?;
        match &moment.zone {
            None => Err(value_error("Naive time - no tzinfo set")),
            Some(_) => Ok(moment.to_zone(self)?.into()),
        }
    }

    /// Answers `utcoffset`, `dst` and `tzname` for a moment, which pytz localizes first.
    fn ask(&self, name: &str, args: &[Value]) -> Result<Value, Error> {
        let [value, is_dst] = bind(name, ["dt", "is_dst"], 1, args)?;
        let value = value.unwrap_or_default();
        let zone = match (self, DateTime::of(&value)) {
            (Self::Frozen(place, _), None) => {
                return Ok(match name {
                    "tzname" => Value::from(place.name()),
                    _ => Value::from(()),
                });
            }
            (Self::Frozen(place, _), Some(moment)) if moment.zone.as_ref() != Some(self) => {
                let is_dst = is_dst.filter(|it| !it.is_none()).map(|it| it.is_true());
                Self::Frozen(*place, place.localize(moment.local, is_dst)?.1)
            }
            _ => self.clone(),
        };
        Ok(zone.answer(name))
    }
}

fn not_a_datetime(value: &Value) -> Error {
    type_error(format!("expected a datetime, not '{}'", type_name(value)))
}

/// Writes an offset as `+01:00`, with seconds where there are any.
pub(crate) fn offset_text(seconds: i32) -> String {
    let sign = if seconds < 0 { '-' } else { '+' };
    let all = seconds.abs();
    let (hours, minutes, rest) = (all / 3600, all / 60 % 60, all % 60);
    if rest == 0 {
        format!("{sign}{hours:02}:{minutes:02}")
    } else {
        format!("{sign}{hours:02}:{minutes:02}:{rest:02}")
    }
}

impl PythonObject for Zone {
    const TYPE: &'static str = "tzinfo";
    const METHODS: &'static [&'static str] = &[
        "utcoffset",
        "dst",
        "tzname",
        "fromutc",
        "localize",
        "normalize",
    ];

    fn str(&self) -> String {
        match self {
            Self::Minutes(_) => self.repr(),
            Self::Static(place) | Self::Frozen(place, _) => place.name().to_owned(),
            _ => self.abbreviation().unwrap_or_default(),
        }
    }

    fn repr(&self) -> String {
        match self {
            Self::Utc => "<UTC>".to_owned(),
            Self::PythonUtc => "datetime.timezone.utc".to_owned(),
            Self::Fixed(seconds, name) => {
                let offset = TimeDelta::from_seconds((*seconds).into()).repr();
                match name {
                    None => format!("datetime.timezone({offset})"),
                    Some(name) => {
                        format!("datetime.timezone({offset}, {:?})", Value::from(name))
                    }
                }
            }
            Self::Minutes(minutes) => format!("pytz.FixedOffset({minutes})"),
            Self::Static(place) => format!("<StaticTzInfo '{}'>", place.name()),
            Self::Frozen(place, moment) => {
                let offset = TimeDelta::from_seconds(moment.offset.into()).str();
                let plus = if moment.offset > 0 { "+" } else { "" };
                let kind = if moment.dst == 0 { "STD" } else { "DST" };
                let (zone, name) = (place.name(), moment.name);
                format!("<DstTzInfo '{zone}' {name}{plus}{offset} {kind}>")
            }
        }
    }

    fn attribute(self: &Arc<Self>, name: &str) -> Option<Value> {
        match (name, self.as_ref()) {
            ("zone", Self::Utc) => Some(Value::from("UTC")),
            ("zone", Self::Minutes(_)) => Some(Value::from(())),
            ("zone", Self::Static(place) | Self::Frozen(place, _)) => {
                Some(Value::from(place.name()))
            }
            _ => None,
        }
    }

    fn method(self: &Arc<Self>, _: &mut State, name: &str, args: &[Value]) -> Result<Value, Error> {
        match name {
            "utcoffset" | "dst" | "tzname" => self.ask(name, args),
            "fromutc" => {
                let [value] = bind("fromutc", ["dt"], 1, args)?;
                let value = value.unwrap_or_default();
                let moment = DateTime::of(&value).ok_or_else(|| not_a_datetime(&value))?;
                Ok(moment.with_zone(Some(Self::Utc)).to_zone(self)?.into())
            }
            "localize" if self.is_pytz() => self.localize(args),
            "normalize" if self.is_pytz() => self.normalize(args),
            _ => Err(super::super::object::not_implemented()),
        }
    }

    fn order(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            // The name of a fixed offset does not count.
            (Self::Fixed(a, _), Self::Fixed(b, _)) => Some(a.cmp(b)),
            _ if self == other => Some(Ordering::Equal),
            _ => Some(self.repr().cmp(&other.repr()).then(Ordering::Less)),
        }
    }
}
python_object!(Zone);

impl From<Zone> for Value {
    fn from(zone: Zone) -> Self {
        Self::from_object(zone)
    }
}

/// Says that an offset is a day or more.
pub(crate) fn offset_out_of_range(seconds: i32) -> Error {
    let offset = TimeDelta::from_seconds(seconds.into()).repr();
    value_error(format!(
        "offset must be a timedelta strictly between -timedelta(hours=24) and \
         timedelta(hours=24), not {offset}."
    ))
}

/// Answers `utcoffset`, `dst` and `tzname` of a time of day, for which a pytz zone has no answer.
pub(super) fn of_time(zone: &Zone, name: &str) -> Result<Value, Error> {
    Ok(match (zone, name) {
        (Zone::Frozen(place, _), "tzname") => Value::from(place.name()),
        (Zone::Frozen(..), _) => Value::from(()),
        _ => zone.answer(name),
    })
}

impl Zone {
    /// Answers `utcoffset`, `dst` or `tzname` for a moment in this zone as it is.
    pub(crate) fn answer(&self, name: &str) -> Value {
        match name {
            "utcoffset" => TimeDelta::from_seconds(self.offset().into()).into(),
            "dst" => Value::from(self.dst()),
            _ => Value::from(self.abbreviation()),
        }
    }
}
