//! `modules` and `api`.

use std::sync::Arc;

use chrono_tz::Tz;
use minijinja::Value;

use super::column::column_class;
use super::datetime::{Clock, DateTime, datetime_module};
use super::itertools::itertools_module;
use super::pytz::pytz_module;
use super::re::re_module;
use super::relation::relation_class;
use crate::adapters::Quoting;
use crate::system::System;

/// Makes `modules`: Python's `datetime`, `pytz`, `re` and `itertools`.
pub fn modules(system: Arc<dyn System>) -> Value {
    let zone = system.time_zone().parse().unwrap_or(Tz::UTC);
    let clock = Clock::new(move || system.now(), zone);
    Value::from_pairs([
        ("pytz", pytz_module()),
        ("datetime", datetime_module(clock)),
        ("re", re_module()),
        ("itertools", itertools_module()),
    ])
}

/// Makes a moment in UTC, as `run_started_at` is.
pub fn datetime_utc(moment: chrono::DateTime<chrono::Utc>) -> Value {
    DateTime::utc(moment).into()
}

/// Makes `api`; `quoting` says how new relations are written.
pub fn api(quoting: Quoting) -> Value {
    Value::from_pairs([
        ("Relation", relation_class(quoting)),
        ("Column", column_class()),
    ])
}
