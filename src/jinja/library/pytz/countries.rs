//! `pytz.country_names` and `pytz.country_timezones`: mappings by ISO 3166 code.

use std::sync::Arc;

use minijinja::value::{Enumerator, Object, ObjectRepr};
use minijinja::{Error, State, Value};

use crate::jinja::library::arguments::bind;
use crate::jinja::library::errors::raise;
use crate::jinja::library::object::{CLASS, REPR, quoted};
use crate::jinja::python::List;

/// Lines of a code, a name and time zones; from the tz database, which is in the public domain.
const TABLE: &str = include_str!("countries.txt");

/// One of both mappings; codes are read in any case.
#[derive(Debug, Clone, Copy)]
pub(super) enum Countries {
    /// Names by code.
    Names,
    /// Lists of time zones by code.
    Zones,
}

impl Countries {
    fn entries(self) -> impl Iterator<Item = (&'static str, &'static str)> {
        TABLE.lines().filter_map(move |line| {
            let mut parts = line.split('\t');
            let (code, name, zones) = (parts.next()?, parts.next()?, parts.next());
            match self {
                Self::Names => Some((code, name)),
                Self::Zones => Some((code, zones?)),
            }
        })
    }

    fn get(self, code: &str) -> Option<Value> {
        let wanted = |(entry, _): &(&str, &str)| entry.eq_ignore_ascii_case(code);
        let (_, found) = self.entries().find(wanted)?;
        Some(match self {
            Self::Names => Value::from(found),
            Self::Zones => List::value(found.split(' ').map(Value::from)),
        })
    }

    fn class(self) -> &'static str {
        match self {
            Self::Names => "_CountryNameDict",
            Self::Zones => "_CountryTimezoneDict",
        }
    }
}

impl Object for Countries {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Map
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get_value_by_str(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        match key {
            CLASS => Some(Value::from(self.class())),
            REPR => Some(Value::from(format!("<pytz.{} object>", self.class()))),
            _ => self.get(key),
        }
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Values(self.entries().map(|(code, _)| code.into()).collect())
    }

    fn call(self: &Arc<Self>, _: &mut State<'_, '_>, args: &[Value]) -> Result<Value, Error> {
        let [code] = bind("__call__", ["iso3166_code"], 1, args)?;
        let code = code.unwrap_or_default();
        let code = code.as_str().unwrap_or_default();
        let found = self.get(code);
        found.ok_or_else(|| raise("KeyError", quoted(&code.to_uppercase())))
    }
}
