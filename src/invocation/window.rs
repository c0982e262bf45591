//! Spans of time that are asked for: `--event-time-start` with `--event-time-end`, and `--sample`.

use chrono::{
    DateTime, Days, FixedOffset, Months, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc,
};
use serde_json::{Value, json};

use super::Invocation;
use crate::text::FileId;
use crate::yaml;

/// A span of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// First moment.
    pub start: DateTime<Utc>,
    /// First moment after it.
    pub end: DateTime<Utc>,
}

/// Forms that dbt takes for `--event-time-start` and `--event-time-end`, a day aside.
const FORMS: [&str; 2] = ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S"];
const GRAINS: [&str; 4] = ["hour", "day", "month", "year"];

impl Window {
    /// Reads the span of microbatch models. `Err` says what is wrong with the options.
    pub fn event_time(invocation: &Invocation) -> Result<Option<Self>, String> {
        const NAMES: [&str; 2] = ["event_time_start", "event_time_end"];
        let [start, end] = NAMES.map(|name| invocation.text(name).map(|text| (name, text)));
        let lacks = |there: &str, missing: &str| {
            Err(format!(
                "'--{there}' needs '--{missing}': a span of time has a start and an end"
            ))
        };
        let (start, end) = match (start, end) {
            (None, None) => return Ok(None),
            (Some(start), Some(end)) => (event_moment(start)?, event_moment(end)?),
            (Some(_), None) => return lacks("event-time-start", "event-time-end"),
            (None, Some(_)) => return lacks("event-time-end", "event-time-start"),
        };
        if start >= end {
            return Err("'--event-time-start' must be before '--event-time-end'".to_owned());
        }
        Ok(Some(Self { start, end }))
    }

    /// Reads the span of a sample: `3 days`, up to `now`, or a mapping with `start` and `end`.
    pub fn sample(invocation: &Invocation, now: DateTime<Utc>) -> Result<Option<Self>, String> {
        let wrong = |text: &str, why: String| {
            Err(format!(
                "invalid value '{text}' for '--sample'\n  {why}; write '3 days', or {{start: \
                 '2024-01-01', end: '2024-01-08'}}"
            ))
        };
        match invocation.value("sample") {
            Value::String(text) => match read(text, now) {
                Ok(window) => Ok(Some(window)),
                Err(why) => wrong(text, why),
            },
            // As an earlier run has written it.
            Value::Object(parts) => {
                let part = |name: &str| parts.get(name).and_then(Value::as_str).and_then(moment);
                match (part("start"), part("end")) {
                    (Some(start), Some(end)) => Ok(Some(Self { start, end })),
                    _ => wrong("…", "it has no `start` and `end`".to_owned()),
                }
            }
            _ => Ok(None),
        }
    }

    /// Returns the part of another span that is within this one.
    #[must_use]
    pub fn within(self, start: DateTime<Utc>, end: DateTime<Utc>) -> Self {
        Self {
            start: self.start.max(start),
            end: self.end.min(end),
        }
    }
}

/// Checks the spans, and writes them in the form in which dbt tells them.
pub fn settle_windows(invocation: &mut Invocation, now: DateTime<Utc>) -> Result<(), String> {
    if let Some(Window { start, end }) = Window::event_time(invocation)? {
        invocation.give("event_time_start", json!(iso(start.naive_utc())));
        invocation.give("event_time_end", json!(iso(end.naive_utc())));
    }
    if let Some(Window { start, end }) = Window::sample(invocation, now)? {
        let [start, end] = [start, end].map(|at| iso(at.naive_utc()) + "+00:00");
        invocation.give("sample", json!({"start": start, "end": end}));
    }
    Ok(())
}

/// Reads a moment as Python's `fromisoformat`; the digits count, whatever the zone.
pub fn moment(text: &str) -> Option<DateTime<Utc>> {
    Some(digits(text)?.0.and_utc())
}

/// Writes a moment as Python's `isoformat` writes what `fromisoformat` reads.
pub fn iso_moment(text: &str) -> Option<String> {
    let (moment, zone) = digits(text)?;
    let zone = zone.map(|it| it.to_string()).unwrap_or_default();
    Some(iso(moment) + &zone)
}

fn iso(moment: NaiveDateTime) -> String {
    let form = match moment.and_utc().timestamp_subsec_micros() {
        0 => "%Y-%m-%dT%H:%M:%S",
        _ => "%Y-%m-%dT%H:%M:%S%.6f",
    };
    moment.format(form).to_string()
}

/// Reads the digits, and the zone if one is given.
fn digits(text: &str) -> Option<(NaiveDateTime, Option<FixedOffset>)> {
    if let Ok(date) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        return Some((date.and_time(NaiveTime::MIN), None));
    }
    let text = text.replacen(' ', "T", 1);
    if let Ok(zoned) = DateTime::parse_from_rfc3339(&text) {
        return Some((zoned.naive_local(), Some(*zoned.offset())));
    }
    let forms = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H"];
    let mut read = forms
        .iter()
        .map(|form| NaiveDateTime::parse_from_str(&text, form));
    let read = read.find_map(Result::ok).or_else(|| {
        let hour = NaiveDateTime::parse_from_str(&format!("{text}:00"), "%Y-%m-%dT%H:%M");
        hour.ok()
    });
    Some((read?, None))
}

fn event_moment((name, text): (&str, &str)) -> Result<DateTime<Utc>, String> {
    let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").map(|day| day.and_time(NaiveTime::MIN));
    let mut read = FORMS
        .iter()
        .map(|form| NaiveDateTime::parse_from_str(text, form));
    let read = day.ok().or_else(|| read.find_map(Result::ok));
    read.map(|it| it.and_utc()).ok_or_else(|| {
        let long = name.replace('_', "-");
        format!(
            "invalid value '{text}' for '--{long}'\n  it is none of the forms 2024-01-31, \
             2024-01-31T12:30:00 and '2024-01-31 12:30:00'"
        )
    })
}

fn read(text: &str, now: DateTime<Utc>) -> Result<Window, String> {
    if text.trim_start().starts_with('{') {
        return mapping(text);
    }
    let words: Vec<&str> = text.split(' ').collect();
    let [count, grain] = words.as_slice() else {
        return Err("it is not a number and a word".to_owned());
    };
    let count: i64 = count
        .parse()
        .map_err(|_| format!("'{count}' is not a whole number"))?;
    let lower = grain.to_lowercase();
    let grain = GRAINS.iter().find(|it| **it == lower.trim_end_matches('s'));
    let grain = grain.ok_or_else(|| {
        let grains = GRAINS.map(|it| format!("{it}s")).join(", ");
        format!("'{}' is none of {grains}", words[1])
    })?;
    let start = back(now, count, grain).ok_or("it is too long ago")?;
    Ok(Window { start, end: now })
}

fn back(now: DateTime<Utc>, count: i64, grain: &str) -> Option<DateTime<Utc>> {
    let number = count.unsigned_abs();
    let months = |each: u64| {
        let number = u32::try_from(number.checked_mul(each)?).ok()?;
        match count < 0 {
            true => now.checked_add_months(Months::new(number)),
            false => now.checked_sub_months(Months::new(number)),
        }
    };
    match grain {
        "hour" => now.checked_sub_signed(TimeDelta::try_hours(count)?),
        "day" if count < 0 => now.checked_add_days(Days::new(number)),
        "day" => now.checked_sub_days(Days::new(number)),
        "month" => months(1),
        _ => months(12),
    }
}

fn mapping(text: &str) -> Result<Window, String> {
    let (read, findings) = yaml::parse(FileId(0), text);
    let read = read.filter(|_| findings.is_empty());
    let read = read.ok_or("it is not YAML")?;
    let part = |name: &str| {
        let value = read.get(name).ok_or(format!("it has no `{name}`"))?;
        let text = value.as_str().ok_or(format!("`{name}` needs quotes"))?;
        moment(text).ok_or(format!("`{name}` is not a time: '{text}'"))
    };
    Ok(Window {
        start: part("start")?,
        end: part("end")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sampled(text: &str) -> Result<String, String> {
        let now = "2024-03-31T16:06:00.5Z".parse().expect("a moment");
        let window = read(text, now)?;
        Ok(format!(
            "{} {}",
            window.start.to_rfc3339(),
            window.end.to_rfc3339()
        ))
    }

    #[test]
    fn samples_start_where_those_of_dbt_do() {
        let end = "2024-03-31T16:06:00.500+00:00";
        for (text, start) in [
            ("3 days", "2024-03-28T16:06:00.500+00:00"),
            ("1 DAY", "2024-03-30T16:06:00.500+00:00"),
            ("17 hours", "2024-03-30T23:06:00.500+00:00"),
            ("1 month", "2024-02-29T16:06:00.500+00:00"),
            ("1 years", "2023-03-31T16:06:00.500+00:00"),
        ] {
            assert_eq!(sampled(text), Ok(format!("{start} {end}")));
        }
        assert_eq!(
            sampled("{'start': '2024-01-02 05', end: '2024-01-03T01:02:03.5+02:00'}").as_deref(),
            Ok("2024-01-02T05:00:00+00:00 2024-01-03T01:02:03.500+00:00")
        );
    }

    #[test]
    fn what_is_no_span_of_time_says_why() {
        for (text, why) in [
            ("3", "it is not a number and a word"),
            ("x days", "'x' is not a whole number"),
            (
                "3 decades",
                "'decades' is none of hours, days, months, years",
            ),
            ("9999999999999 years", "it is too long ago"),
            ("{start: '2024-01-02'}", "it has no `end`"),
            (
                "{start: 2024-01-02, end: '2024-01-02'}",
                "`start` needs quotes",
            ),
            (
                "{start: 'soon', end: '2024-01-02'}",
                "`start` is not a time: 'soon'",
            ),
            ("{start: ", "it is not YAML"),
        ] {
            assert_eq!(sampled(text), Err(why.to_owned()));
        }
    }
}
