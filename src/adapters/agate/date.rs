//! Dates as Python reads them: `strptime` with dbt's two formats, and the package isodate.

use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime};

/// Reads `%Y-%m-%d`.
pub(super) fn date(text: &str) -> Option<NaiveDate> {
    let mut rest = Scanner(text);
    let date = rest.date()?;
    rest.0.is_empty().then_some(date)
}

/// Reads `%Y-%m-%d %H:%M:%S`.
pub(super) fn date_time(text: &str) -> Option<NaiveDateTime> {
    let mut rest = Scanner(text);
    let date = rest.date()?;
    rest.blanks()?;
    let hour = rest.number(23)?;
    rest.char(':')?;
    let minute = rest.number(59)?;
    rest.char(':')?;
    // Python's pattern takes leap seconds, its `datetime` does not.
    let second = rest.number(61)?;
    let time = NaiveTime::from_hms_opt(hour, minute, second)?;
    rest.0.is_empty().then(|| date.and_time(time))
}

/// Reads a date and a time with `T` between, in any form of ISO 8601; with the offset of the
/// zone in seconds, if there is one.
pub(super) fn iso_date_time(text: &str) -> Option<(NaiveDateTime, Option<i32>)> {
    let (date, time) = text.split_once('T')?;
    let (time, offset) = iso_time(time)?;
    Some((iso_date(date)?.and_time(time), offset))
}

struct Scanner<'t>(&'t str);

impl Scanner<'_> {
    fn date(&mut self) -> Option<NaiveDate> {
        let year = self.digits(4)?;
        self.char('-')?;
        let month = self.number(12)?;
        self.char('-')?;
        let blank = self.char(' ').is_some();
        let before = self.0;
        let day = self.number(31)?;
        let digits = before.len() - self.0.len();
        let valid = year > 0 && month > 0 && day > 0 && !(blank && digits > 1);
        valid.then(|| NaiveDate::from_ymd_opt(year.try_into().ok()?, month, day))?
    }

    /// Reads two digits, or one if two are too large a number or not there.
    fn number(&mut self, most: u32) -> Option<u32> {
        let rest = self.0;
        if let Some(number) = self.digits(2).filter(|number| *number <= most) {
            return Some(number);
        }
        self.0 = rest;
        self.digits(1)
    }

    fn digits(&mut self, count: usize) -> Option<u32> {
        let (digits, rest) = self.0.split_at_checked(count)?;
        let number = all_digits(digits)?;
        self.0 = rest;
        Some(number)
    }

    fn char(&mut self, wanted: char) -> Option<()> {
        self.0 = self.0.strip_prefix(wanted)?;
        Some(())
    }

    fn blanks(&mut self) -> Option<()> {
        let rest = self.0.trim_start_matches(super::is_python_space);
        let any = rest.len() < self.0.len();
        self.0 = rest;
        any.then_some(())
    }
}

fn all_digits(text: &str) -> Option<u32> {
    let digits = !text.is_empty() && text.bytes().all(|at| at.is_ascii_digit());
    digits.then(|| text.parse().ok())?
}

/// Reads `YYYY-MM-DD`, `YYYYMMDD`, weeks, days of the year, months, years, centuries.
fn iso_date(text: &str) -> Option<NaiveDate> {
    let part = |range: std::ops::Range<usize>| text.get(range).and_then(all_digits);
    let shape: String = text
        .chars()
        .map(|at| if at.is_ascii_digit() { '0' } else { at })
        .collect();
    let year = || i32::try_from(part(0..4)?).ok().filter(|year| *year > 0);
    let first = || NaiveDate::from_ymd_opt(year()?, 1, 1);
    // A month of zero is the first one.
    let month = |range| Some(part(range)?.max(1));
    let date = match shape.as_str() {
        "0000-00-00" => NaiveDate::from_ymd_opt(year()?, month(5..7)?, part(8..10)?),
        "00000000" => NaiveDate::from_ymd_opt(year()?, month(4..6)?, part(6..8)?),
        "0000-W00-0" => week(first()?, part(6..8)?, part(9..10)?),
        "0000W000" => week(first()?, part(5..7)?, part(7..8)?),
        "0000-000" => day_of_year(first()?, part(5..8)?),
        "0000000" => day_of_year(first()?, part(4..7)?),
        "0000-W00" => week(first()?, part(6..8)?, 1),
        "0000W00" => week(first()?, part(5..7)?, 1),
        "0000-00" => NaiveDate::from_ymd_opt(year()?, month(5..7)?, 1),
        "000000" => NaiveDate::from_ymd_opt(year()?, month(4..6)?, 1),
        "0000" => first(),
        "00" => NaiveDate::from_ymd_opt(i32::try_from(part(0..2)? * 100 + 1).ok()?, 1, 1),
        _ => None,
    };
    date.filter(|date| (1..=9999).contains(&date.year()))
}

fn week(first: NaiveDate, week: u32, day: u32) -> Option<NaiveDate> {
    let weeks = i64::from(week) - i64::from(first.iso_week().week() == 1);
    let days = weeks * 7 + i64::from(day) - i64::from(first.weekday().number_from_monday());
    moved(first, days)
}

fn day_of_year(first: NaiveDate, day: u32) -> Option<NaiveDate> {
    moved(first, i64::from(day) - 1)
}

fn moved(date: NaiveDate, days: i64) -> Option<NaiveDate> {
    let distance = Days::new(days.unsigned_abs());
    if days < 0 {
        date.checked_sub_days(distance)
    } else {
        date.checked_add_days(distance)
    }
}

/// Reads hours, minutes and seconds, the last of which can have a fraction; then the zone.
fn iso_time(text: &str) -> Option<(NaiveTime, Option<i32>)> {
    let zone = text.find(['Z', '+', '-']).unwrap_or(text.len());
    let (time, zone) = text.split_at(zone);
    let offset = iso_offset(zone)?;
    let (whole, fraction) = match time.find(['.', ',']) {
        Some(at) => (&time[..at], Some(&time[at + 1..])),
        None => (time, None),
    };
    if fraction.is_some_and(|it| it.is_empty() || !it.bytes().all(|at| at.is_ascii_digit())) {
        return None;
    }
    let mut parts = [0_u32; 3];
    let count = if whole.contains(':') {
        let mut count = 0;
        for part in whole.split(':') {
            *parts.get_mut(count)? = Some(part).filter(|it| it.len() == 2).and_then(all_digits)?;
            count += 1;
        }
        count
    } else {
        for (at, part) in whole.as_bytes().chunks(2).enumerate() {
            let part = std::str::from_utf8(part).ok().filter(|it| it.len() == 2);
            *parts.get_mut(at)? = part.and_then(all_digits)?;
        }
        whole.len() / 2
    };
    if count == 0 {
        return None;
    }
    // What the fraction is of: an hour, a minute or a second.
    let unit = [3_600_000_000_u128, 60_000_000, 1_000_000].get(count - 1)?;
    let micros = fraction_of(*unit, fraction.unwrap_or_default());
    let [hour, minute, second] = parts;
    let start = NaiveTime::from_hms_opt(hour, minute, second)?;
    let (time, days) = start.overflowing_add_signed(chrono::Duration::microseconds(micros));
    (days == 0).then_some((time, offset))
}

/// Returns the part of `unit` that the digits after a point stand for, cut to whole numbers.
fn fraction_of(unit: u128, digits: &str) -> i64 {
    let digits = digits.get(..20).unwrap_or(digits);
    let scale = 10_u128.pow(u32::try_from(digits.len()).unwrap_or(0));
    let part = digits.parse::<u128>().unwrap_or(0) * unit / scale;
    i64::try_from(part).unwrap_or(0)
}

fn iso_offset(zone: &str) -> Option<Option<i32>> {
    if zone.is_empty() {
        return Some(None);
    }
    if zone == "Z" {
        return Some(Some(0));
    }
    let sign = if zone.starts_with('-') { -1 } else { 1 };
    let rest = zone.strip_prefix(['+', '-'])?;
    let (hours, minutes) = rest.split_at_checked(2)?;
    let minutes = minutes.strip_prefix(':').unwrap_or(minutes);
    let minutes = match (minutes.len(), rest.ends_with(':')) {
        (0, false) => 0,
        (2, _) => all_digits(minutes)?,
        _ => return None,
    };
    let seconds = i32::try_from(all_digits(hours)? * 3600 + minutes * 60).ok()?;
    Some(Some(sign * seconds))
}
