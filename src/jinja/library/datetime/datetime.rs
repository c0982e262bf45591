//! Python's `datetime.datetime`.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta as Span};
use minijinja::{Error, State, Value};

use super::class::{integers, text_argument};
use super::strftime::{Fields, strftime};
use super::time::{fold_argument, iso_text, zone_argument};
use super::timedelta::{self, TimeDelta};
use super::zone::{Zone, offset_text};
use super::{Date, Time, clock, date, time};
use crate::jinja::library::arguments::bind;
use crate::jinja::library::errors::{overflow_error, type_error, value_error};
use crate::jinja::library::named_tuple::named;
use crate::jinja::library::number::{Number, type_name};
use crate::jinja::library::object::{PythonObject, not_implemented, python_object};

/// A moment: a local time, with or without a zone.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DateTime {
    /// The local time.
    pub local: NaiveDateTime,
    /// The zone.
    pub zone: Option<Zone>,
    /// Which of two equal local times is meant.
    pub fold: bool,
}

impl DateTime {
    /// Makes a moment.
    pub fn new(local: NaiveDateTime, zone: Option<Zone>) -> Self {
        Self {
            local,
            zone,
            fold: false,
        }
    }

    /// Makes a moment in UTC, as `run_started_at` is.
    pub fn utc(moment: chrono::DateTime<chrono::Utc>) -> Self {
        Self::new(moment.naive_utc(), Some(Zone::Utc))
    }

    /// Reads an argument that must be a datetime.
    pub(crate) fn of(value: &Value) -> Option<&Self> {
        value.downcast_object_ref::<Self>()
    }

    /// Returns the same local time in another zone.
    pub(super) fn with_zone(&self, zone: Option<Zone>) -> Self {
        Self {
            zone,
            ..self.clone()
        }
    }

    /// Returns the moment in UTC; local time without a zone is taken as it is.
    pub(super) fn naive_utc(&self) -> NaiveDateTime {
        let offset = self.zone.as_ref().map_or(0, Zone::offset);
        self.local - Span::seconds(offset.into())
    }

    /// Converts to another zone.
    pub(super) fn to_zone(&self, zone: &Zone) -> Result<Self, Error> {
        let (local, zone) = zone
            .local_of_utc(self.naive_utc())
            .filter(|(local, _)| (1..=9999).contains(&local.year()))
            .ok_or_else(|| overflow_error("date value out of range"))?;
        Ok(Self::new(local, Some(zone)))
    }

    pub(in crate::jinja::library) fn iso(
        &self,
        separator: char,
        specification: &str,
    ) -> Option<String> {
        let day = self.local.date().format("%Y-%m-%d");
        let clock = iso_text(self.local.time(), specification)?;
        let offset = self.zone.as_ref().map(|zone| offset_text(zone.offset()));
        Some(format!(
            "{day}{separator}{clock}{}",
            offset.unwrap_or_default()
        ))
    }

    /// Gathers what `strftime` needs, local time being UTC.
    pub(super) fn utc_fields(&self) -> Fields {
        let zone = self.zone.as_ref();
        Fields {
            local: self.local,
            offset: zone.map(Zone::offset),
            zone: zone.and_then(Zone::abbreviation).unwrap_or_default(),
            epoch: self.local.and_utc().timestamp(),
        }
    }

    /// Gathers what `strftime` needs.
    pub(super) fn fields(&self, state: &State) -> Fields {
        let mut fields = self.utc_fields();
        if let Ok(utc) = clock::to_utc(state, self.local, false) {
            fields.epoch = utc.and_utc().timestamp();
        }
        fields
    }

    /// Answers `ctime` and `timetuple`.
    pub(super) fn broken_down(&self, name: &str, args: &[Value], dst: i64) -> Result<Value, Error> {
        bind(name, [], 0, args)?;
        if name == "ctime" {
            let text = strftime("%a %b %e %H:%M:%S %04Y", &self.utc_fields());
            return Ok(Value::from(text));
        }
        let [hour, minute, second, _] = time::parts(self.local.time());
        let fields = [
            ("tm_year", i64::from(self.local.year())),
            ("tm_mon", self.local.month().into()),
            ("tm_mday", self.local.day().into()),
            ("tm_hour", hour),
            ("tm_min", minute),
            ("tm_sec", second),
            (
                "tm_wday",
                self.local.weekday().num_days_from_monday().into(),
            ),
            ("tm_yday", self.local.ordinal().into()),
            ("tm_isdst", dst),
        ];
        let fields = fields.map(|(name, value)| (name, Value::from(value)));
        Ok(named("time.struct_time", fields.to_vec()))
    }

    fn is_dst(&self) -> i64 {
        match &self.zone {
            Some(Zone::Frozen(_, moment)) => i64::from(moment.dst != 0),
            Some(Zone::PythonUtc | Zone::Fixed(..)) | None => -1,
            Some(_) => 0,
        }
    }

    fn replace(&self, args: &[Value]) -> Result<Value, Error> {
        let bound = bind("replace", NAMES, 0, args)?;
        let [hour, minute, second, microsecond] = time::parts(self.local.time());
        let now = [
            self.local.year().into(),
            self.local.month().into(),
            self.local.day().into(),
            hour,
            minute,
            second,
            microsecond,
        ];
        let zone = match &bound[7] {
            None => self.zone.clone(),
            given => zone_argument(given.as_ref())?,
        };
        let fold = fold_argument(bound[8].as_ref())?.unwrap_or(self.fold);
        let local = build(integers(&bound[..7], now)?)?;
        Ok(Self { local, zone, fold }.into())
    }

    fn as_timezone(&self, state: &State, args: &[Value]) -> Result<Value, Error> {
        let [zone] = bind("astimezone", ["tz"], 0, args)?;
        let utc = match &self.zone {
            Some(_) => self.naive_utc(),
            None => clock::to_utc(state, self.local, self.fold)?,
        };
        let moment = Self::new(utc, Some(Zone::Utc));
        match zone_argument(zone.as_ref())? {
            None => Ok(moment.to_zone(&clock::local_zone(state, utc)?)?.into()),
            Some(zone) if self.zone.as_ref() == Some(&zone) => Ok(self.clone().into()),
            Some(zone) => Ok(moment.to_zone(&zone)?.into()),
        }
    }

    fn moved(&self, delta: TimeDelta, sign: i64) -> Result<Value, Error> {
        let microseconds = i64::try_from(delta.microseconds() * i128::from(sign));
        let local = microseconds
            .ok()
            .and_then(|span| self.local.checked_add_signed(Span::microseconds(span)))
            .filter(|local| (1..=9999).contains(&local.year()))
            .ok_or_else(|| overflow_error("date value out of range"))?;
        Ok(Self::new(local, self.zone.clone()).into())
    }

    fn operate(&self, operator: &str, other: &Value) -> Result<Value, Error> {
        if let Some(delta) = timedelta::argument(other) {
            return match operator {
                "__add__" | "__radd__" => self.moved(delta, 1),
                "__sub__" => self.moved(delta, -1),
                _ => Err(not_implemented()),
            };
        }
        let Some(other) = Self::of(other) else {
            if Date::of(other).is_some() && operator.len() == 6 {
                let message = "can't compare datetime.datetime to datetime.date";
                return Err(type_error(message));
            }
            return Err(not_implemented());
        };
        let aware = (self.zone.is_some(), other.zone.is_some());
        if operator == "__sub__" {
            if aware.0 != aware.1 {
                let message = "can't subtract offset-naive and offset-aware datetimes";
                return Err(type_error(message));
            }
            let same_zone = self.zone == other.zone;
            let span = match same_zone {
                true => self.local - other.local,
                false => self.naive_utc() - other.naive_utc(),
            };
            let microseconds = span.num_microseconds().unwrap_or_default();
            return Ok(TimeDelta::from_microseconds(microseconds.into())?.into());
        }
        let compare: fn(&Ordering) -> bool = match operator {
            "__lt__" => |order| order.is_lt(),
            "__le__" => |order| order.is_le(),
            "__gt__" => |order| order.is_gt(),
            "__ge__" => |order| order.is_ge(),
            _ => return Err(not_implemented()),
        };
        if aware.0 != aware.1 {
            let message = "can't compare offset-naive and offset-aware datetimes";
            return Err(type_error(message));
        }
        Ok(Value::from(compare(
            &self.naive_utc().cmp(&other.naive_utc()),
        )))
    }
}

/// Parameters of the constructor and of `replace`.
pub(super) const NAMES: [&str; 9] = [
    "year",
    "month",
    "day",
    "hour",
    "minute",
    "second",
    "microsecond",
    "tzinfo",
    "fold",
];

/// Makes a local time; words the error as Python does.
pub(super) fn build(parts: [i64; 7]) -> Result<NaiveDateTime, Error> {
    let [year, month, day, hour, minute, second, microsecond] = parts;
    let date = date::build(year, month, day)?;
    Ok(date.and_time(time::build([hour, minute, second, microsecond])?))
}

/// Reads a POSIX timestamp: seconds since 1970, rounded half to even to microseconds.
pub(super) fn from_seconds(value: &Value) -> Result<NaiveDateTime, Error> {
    let microseconds = match Number::of(value) {
        Some(Number::Int(seconds)) => seconds.checked_mul(1_000_000),
        Some(Number::Float(seconds)) if seconds.is_nan() => {
            return Err(value_error("Invalid value NaN (not a number)"));
        }
        Some(Number::Float(seconds)) if seconds.is_finite() => {
            let whole = seconds.floor();
            let rest = ((seconds - whole) * 1e6).round_ties_even();
            Some(whole as i128 * 1_000_000 + rest as i128)
        }
        Some(Number::Float(_)) => None,
        None => {
            return Err(type_error(format!(
                "'{}' object cannot be interpreted as an integer",
                type_name(value)
            )));
        }
    };
    let microseconds = microseconds.and_then(|it| i64::try_from(it).ok());
    let Some(microseconds) = microseconds else {
        return Err(overflow_error("timestamp out of range for platform time_t"));
    };
    let moment = chrono::DateTime::from_timestamp_micros(microseconds);
    let year = moment.map_or(0, |moment| moment.year());
    match moment {
        Some(moment) if (1..=9999).contains(&year) => Ok(moment.naive_utc()),
        _ => Err(value_error(format!("year {year} is out of range"))),
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.iso(' ', "auto").unwrap_or_default())
    }
}

impl PythonObject for DateTime {
    const TYPE: &'static str = "datetime.datetime";
    const METHODS: &'static [&'static str] = &[
        "weekday",
        "isoweekday",
        "isocalendar",
        "toordinal",
        "ctime",
        "timetuple",
        "strftime",
        "isoformat",
        "replace",
        "date",
        "time",
        "timetz",
        "utctimetuple",
        "timestamp",
        "astimezone",
        "utcoffset",
        "dst",
        "tzname",
    ];

    fn str(&self) -> String {
        self.to_string()
    }

    fn repr(&self) -> String {
        let (year, month, day) = (self.local.year(), self.local.month(), self.local.day());
        let clock = time::arguments(self.local.time(), self.fold, self.zone.as_ref());
        format!("datetime.datetime({year}, {month}, {day}, {clock})")
    }

    fn attribute(self: &Arc<Self>, name: &str) -> Option<Value> {
        let [hour, minute, second, microsecond] = time::parts(self.local.time());
        Some(match name {
            "year" => Value::from(self.local.year()),
            "month" => Value::from(self.local.month()),
            "day" => Value::from(self.local.day()),
            "hour" => Value::from(hour),
            "minute" => Value::from(minute),
            "second" => Value::from(second),
            "microsecond" => Value::from(microsecond),
            "tzinfo" => Value::from(self.zone.clone()),
            "fold" => Value::from(i32::from(self.fold)),
            _ => return super::datetime_class::attribute(name),
        })
    }

    fn method(
        self: &Arc<Self>,
        state: &mut State,
        name: &str,
        args: &[Value],
    ) -> Result<Value, Error> {
        let none = || bind(name, [], 0, args);
        match name {
            "date" => none().map(|_| Date(self.local.date()).into()),
            "time" | "timetz" => {
                none()?;
                Ok(Time {
                    time: self.local.time(),
                    zone: self.zone.clone().filter(|_| name == "timetz"),
                    fold: self.fold,
                }
                .into())
            }
            "isoformat" => {
                let [separator, specification] = bind(name, ["sep", "timespec"], 0, args)?;
                let separator =
                    separator.map_or(Ok("T".to_owned()), |it| text_argument(name, &it))?;
                let mut letters = separator.chars();
                let (Some(separator), None) = (letters.next(), letters.next()) else {
                    let message = "isoformat() argument 1 must be a unicode character, not str";
                    return Err(type_error(message));
                };
                let specification = specification.unwrap_or_else(|| Value::from("auto"));
                self.iso(separator, &text_argument(name, &specification)?)
                    .map(Value::from)
                    .ok_or_else(|| value_error("Unknown timespec value"))
            }
            "strftime" | "__format__" => {
                let [format] = bind(name, ["format"], 1, args)?;
                let format = text_argument(name, &format.unwrap_or_default())?;
                Ok(Value::from(strftime(&format, &self.fields(state))))
            }
            "ctime" | "timetuple" => self.broken_down(name, args, self.is_dst()),
            "utctimetuple" => Self::new(self.naive_utc(), None).broken_down("timetuple", args, 0),
            "timestamp" => {
                none()?;
                if self.zone.is_some() {
                    let microseconds = self.naive_utc().and_utc().timestamp_micros();
                    return Ok(Value::from(timedelta::divide(
                        microseconds.into(),
                        1_000_000,
                    )));
                }
                let utc = clock::to_utc(state, self.local, self.fold)?.and_utc();
                let fraction = f64::from(utc.timestamp_subsec_micros()) / 1e6;
                Ok(Value::from(utc.timestamp() as f64 + fraction))
            }
            "replace" => self.replace(args),
            "astimezone" => self.as_timezone(state, args),
            "utcoffset" | "dst" | "tzname" => {
                none()?;
                let zone = self.zone.as_ref();
                Ok(zone.map_or(Value::from(()), |zone| zone.answer(name)))
            }
            _ if date::METHODS.contains(&name) => {
                date::shared_method(self.local.date(), name, args)
            }
            _ => match args {
                [other] if name.starts_with("__") => self.operate(name, other),
                _ => super::datetime_class::method(state, name, args),
            },
        }
    }

    fn order(&self, other: &Self) -> Option<Ordering> {
        // A moment without a zone is in no order with one with a zone.
        let comparable = self.zone.is_some() == other.zone.is_some();
        comparable.then(|| self.naive_utc().cmp(&other.naive_utc()))
    }
}
python_object!(DateTime);

impl From<DateTime> for Value {
    fn from(moment: DateTime) -> Self {
        Self::from_object(moment)
    }
}

/// Joins a day and a time of day.
pub(super) fn combine(day: NaiveDate, time: &Time, zone: Option<Zone>) -> DateTime {
    let clock: NaiveTime = time.time;
    DateTime {
        local: day.and_time(clock),
        zone,
        fold: time.fold,
    }
}
