//! `modules.pytz`: zones by name. What a zone does is in `datetime/`.

mod countries;
mod outdated;

use minijinja::{Error, Value};

use self::countries::Countries;
use self::outdated::OUTDATED;
use super::arguments::bind;
use super::datetime::{Place, Zone};
use super::errors::{raise, value_error};
use super::number::int_argument;
use super::object::{function, named_class, quoted};
use crate::jinja::python::{List, Set};

/// Makes `modules.pytz`.
pub fn pytz_module() -> Value {
    let names = |wanted: fn(&str) -> bool| {
        let names = Place::names().iter().filter(move |name| wanted(name));
        names.map(|name| Value::from(*name))
    };
    let class = |name| (name, named_class("pytz", name));
    let fixed_offset = function("FixedOffset", |_, args| fixed_offset(args));
    Value::from_pairs([
        ("timezone", function("timezone", |_, args| timezone(args))),
        ("utc", Zone::Utc.into()),
        ("country_timezones", Value::from_object(Countries::Zones)),
        ("country_names", Value::from_object(Countries::Names)),
        class("AmbiguousTimeError"),
        class("InvalidTimeError"),
        class("NonExistentTimeError"),
        class("UnknownTimeZoneError"),
        ("all_timezones", List::value(names(|_| true))),
        ("all_timezones_set", Set::value(names(|_| true))),
        ("common_timezones", List::value(names(is_common))),
        ("common_timezones_set", Set::value(names(is_common))),
        class("BaseTzInfo"),
        ("FixedOffset", fixed_offset),
    ])
}

fn timezone(args: &[Value]) -> Result<Value, Error> {
    let [zone] = bind("timezone", ["zone"], 1, args)?;
    let zone = zone.unwrap_or_default();
    let unknown = |text: String| raise("UnknownTimeZoneError", text);
    let Some(name) = zone.as_str() else {
        return Err(unknown(format!("{zone:?}")));
    };
    if name.eq_ignore_ascii_case("utc") {
        return Ok(Zone::Utc.into());
    }
    // The exception is a `KeyError`, whose text is the key's `repr`.
    let place = Place::named(name).ok_or_else(|| unknown(quoted(name)))?;
    Ok(Zone::place(place).into())
}

fn fixed_offset(args: &[Value]) -> Result<Value, Error> {
    let [offset, _] = bind("FixedOffset", ["offset", "_tzinfos"], 1, args)?;
    let minutes = int_argument(&offset.unwrap_or_default())?;
    match minutes {
        0 => Ok(Zone::Utc.into()),
        -1439..=1439 => Ok(Zone::Minutes(minutes as i32).into()),
        _ => Err(value_error(format!(
            "('absolute offset is too large', {minutes})"
        ))),
    }
}

/// Tells whether pytz lists a zone among the common ones.
fn is_common(name: &str) -> bool {
    const AREAS: [&str; 10] = [
        "Africa",
        "America",
        "Antarctica",
        "Arctic",
        "Asia",
        "Atlantic",
        "Australia",
        "Europe",
        "Indian",
        "Pacific",
    ];
    const OTHERS: [&str; 14] = [
        "Canada/Atlantic",
        "Canada/Central",
        "Canada/Eastern",
        "Canada/Mountain",
        "Canada/Newfoundland",
        "Canada/Pacific",
        "GMT",
        "US/Alaska",
        "US/Arizona",
        "US/Central",
        "US/Eastern",
        "US/Hawaii",
        "US/Mountain",
        "US/Pacific",
    ];
    let area = name.split('/').next().unwrap_or_default();
    match AREAS.contains(&area) {
        true => OUTDATED.binary_search(&name).is_err(),
        false => name == "UTC" || OTHERS.contains(&name),
    }
}
