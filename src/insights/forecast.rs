//! Series → what is to be expected of them.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};

use super::Capacity;
use crate::quality::trend::{Expected, Trend};

/// How many of the last measurements say how it goes on.
const MOST: usize = 60;
/// How far a capacity is looked for, in days.
const FAR: f64 = 3650.0;
const SECONDS_A_DAY: f64 = 86_400.0;

/// What is to be expected of a series.
#[derive(Debug, Clone)]
pub struct Forecast {
    /// What is measured: `seconds`, `rows`.
    pub measure: &'static str,
    /// Of which node or command.
    pub name: String,
    /// How many measurements it is made of.
    pub points: usize,
    /// By how much it rises in a day; none if that may be chance.
    pub a_day: Option<f64>,
    /// What is to be expected now.
    pub now: Expected,
    /// The same at the end of the time that is asked about.
    pub then: Expected,
    /// Its capacity.
    pub capacity: Option<f64>,
    /// When that is passed, if it is foreseen.
    pub passing: Option<Passing>,
}

/// When a capacity is passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Passing {
    /// By the line.
    pub expected: DateTime<Utc>,
    /// As early as it may be.
    pub earliest: DateTime<Utc>,
}

/// Forecasts series of a measure, `days` ahead; those that are too short are left out.
pub fn forecasts(
    measure: &'static str,
    series: &BTreeMap<String, Vec<(NaiveDateTime, f64)>>,
    capacity: &[Capacity],
    (now, days): (DateTime<Utc>, f64),
) -> Vec<Forecast> {
    let one = |(name, points): (&String, &Vec<(NaiveDateTime, f64)>)| {
        let last = points.get(points.len().saturating_sub(MOST)..)?;
        let (start, _) = last.first()?;
        let start = start.and_utc();
        let since = |it: DateTime<Utc>| (it - start).as_seconds_f64() / SECONDS_A_DAY;
        let points: Vec<(f64, f64)> = last
            .iter()
            .map(|(at, value)| (since(at.and_utc()), *value))
            .collect();
        let trend = Trend::of(&points)?;
        let today = since(now);
        let limit = capacity.iter().find(|it| it.name == *name);
        let limit = limit.map(|it| it.limit);
        let date = |x: f64| {
            let milliseconds = (x * SECONDS_A_DAY * 1000.0) as i64;
            Some(start + TimeDelta::try_milliseconds(milliseconds)?)
        };
        let passing = limit.and_then(|it| {
            let (expected, earliest) = trend.passes(it, today, today + FAR)?;
            Some(Passing {
                expected: date(expected)?,
                earliest: date(earliest)?,
            })
        });
        Some(Forecast {
            measure,
            name: name.clone(),
            points: trend.points,
            a_day: trend.is_certain.then_some(trend.slope),
            now: trend.at(today),
            then: trend.at(today + days),
            capacity: limit,
            passing,
        })
    };
    series.iter().filter_map(one).collect()
}
