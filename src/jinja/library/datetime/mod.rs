//! `modules.datetime`: days, times, moments, durations and zones as Python has them.
//!
//! Values are immutable. [`Clock`] tells the time; without one only `now`, `today` and local times
//! fail. Operators are methods with Python's names: see `object.rs`.

mod class;
mod clock;
mod date;
#[allow(clippy::module_inception)]
mod datetime;
mod datetime_class;
mod pytz;
mod strftime;
mod strptime;
mod time;
mod timedelta;
mod zone;

use minijinja::{Error, State, Value};

pub(crate) use class::Class;
pub use clock::Clock;
pub use date::Date;
pub use datetime::DateTime;
pub(crate) use pytz::Place;
pub use time::Time;
pub use timedelta::TimeDelta;
pub use zone::Zone;

use super::errors::type_error;
use super::object::{PythonObject, not_implemented};

/// Makes `modules.datetime`: the names that dbt hands on.
pub fn datetime_module(clock: Clock) -> Value {
    Value::from_pairs([
        ("date", date::class()),
        ("datetime", datetime_class::class(clock)),
        ("time", time::class()),
        ("timedelta", timedelta_class()),
        ("tzinfo", zone_class()),
    ])
}

fn timedelta_class() -> Value {
    Value::from_object(Class {
        name: "datetime.timedelta",
        construct: |_: &mut State, args: &[Value]| timedelta::new(args),
        method: timedelta::class_method,
        methods: [&[], TimeDelta::METHODS],
        attribute: timedelta::class_attribute,
        clock: None,
    })
}

fn zone_class() -> Value {
    let construct = |_: &mut State, _: &[Value]| -> Result<Value, Error> {
        Err(type_error("a tzinfo subclass must implement utcoffset()"))
    };
    Value::from_object(Class {
        name: "datetime.tzinfo",
        construct,
        method: |_, _, _| Err(not_implemented()),
        methods: [&[], Zone::METHODS],
        attribute: |_| None,
        clock: None,
    })
}

/// Writes a date, a time or a moment by a format of `strftime`.
pub(crate) fn format_moment(value: &Value, format: &str) -> String {
    let midnight = chrono::NaiveTime::MIN;
    let moment = if let Some(moment) = DateTime::of(value) {
        moment.clone()
    } else if let Some(day) = Date::of(value) {
        DateTime::new(day.and_time(midnight), None)
    } else {
        let time = value.downcast_object_ref::<Time>();
        let day = chrono::NaiveDate::from_ymd_opt(1900, 1, 1).unwrap_or_default();
        DateTime::new(day.and_time(time.map_or(midnight, |time| time.time)), None)
    };
    strftime::strftime(format, &moment.utc_fields())
}
