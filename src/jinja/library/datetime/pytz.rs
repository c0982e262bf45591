//! Places with a time zone, read the way pytz reads the tz database.
//!
//! pytz keeps 32-bit transitions only: before 1901-12-13 20:45:52 UTC a place has its first offset,
//! after 2037 its last. Offsets are rounded to minutes.

use std::sync::LazyLock;

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, Offset, TimeDelta as Span, TimeZone};
use chrono_tz::{OffsetComponents, OffsetName, TZ_VARIANTS, Tz};
use minijinja::Error;

use super::zone::Moment;
use crate::jinja::library::errors::raise;

/// A place of the tz database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Place(Tz);

const EARLIEST: i64 = -(1 << 31);

impl Place {
    /// Finds a place by name, whatever its case.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let name = name.replace("_plus_", "+").replace("_minus_", "-");
        TZ_VARIANTS
            .iter()
            .find(|tz| tz.name().eq_ignore_ascii_case(&name))
            .map(|tz| Self(*tz))
    }

    /// Lists all names, sorted.
    pub(crate) fn names() -> &'static [&'static str] {
        static NAMES: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
            let mut names: Vec<_> = TZ_VARIANTS.iter().map(|tz| tz.name()).collect();
            names.sort_unstable();
            names
        });
        &NAMES
    }

    /// Returns the name.
    pub(crate) fn name(self) -> &'static str {
        self.0.name()
    }

    /// Returns the offset that the place has before it is localized.
    pub(crate) fn first(self) -> Moment {
        self.read(NaiveDate::MIN.and_time(chrono::NaiveTime::MIN))
    }

    /// Returns the offset of a place that never changed it.
    pub(crate) fn constant(self) -> Option<Moment> {
        let first = self.first();
        let samples = (1850..2038).flat_map(|year| {
            [1, 4, 7, 10].map(|month| NaiveDate::from_ymd_opt(year, month, 1).unwrap_or_default())
        });
        let same = |day: NaiveDate| self.read(day.and_time(chrono::NaiveTime::MIN)) == first;
        samples.into_iter().all(same).then_some(first)
    }

    /// Returns what is valid at a moment of UTC.
    pub(crate) fn at_utc(self, utc: NaiveDateTime) -> Moment {
        if utc.and_utc().timestamp() < EARLIEST {
            return self.first();
        }
        match NaiveDate::from_ymd_opt(2037, 12, 31) {
            Some(last) if utc.year() > 2037 => self.read(last.and_time(utc.time())),
            _ => self.read(utc),
        }
    }

    fn read(self, utc: NaiveDateTime) -> Moment {
        let offset = self.0.offset_from_utc_datetime(&utc);
        let whole_minutes = |seconds: i64| ((seconds + 30).div_euclid(60) * 60) as i32;
        let name = offset
            .abbreviation()
            .map_or_else(|| numeric_name(offset.fix().local_minus_utc()), intern);
        Moment {
            offset: whole_minutes(offset.fix().local_minus_utc().into()),
            dst: whole_minutes(offset.dst_offset().num_seconds()),
            name,
        }
    }

    /// Finds out which offset a local time has.
    pub(crate) fn localize(
        self,
        local: NaiveDateTime,
        is_dst: Option<bool>,
    ) -> Result<(NaiveDateTime, Moment), Error> {
        let mut possible: Vec<Moment> = Vec::new();
        for days in [-1, 1] {
            let Some(near) = local.checked_add_signed(Span::days(days)) else {
                continue;
            };
            let guess = self.at_utc(near);
            let utc = local - Span::seconds(guess.offset.into());
            let moment = self.at_utc(utc);
            let fits = utc + Span::seconds(moment.offset.into()) == local;
            if fits && !possible.contains(&moment) {
                possible.push(moment);
            }
        }
        match (possible.as_slice(), is_dst) {
            ([one], _) => Ok((local, *one)),
            ([], None) => Err(raise("NonExistentTimeError", python_text(local))),
            ([], Some(is_dst)) => {
                let wind = Span::hours(if is_dst { 6 } else { -6 });
                let (moved, moment) = self.localize(local + wind, Some(is_dst))?;
                Ok((moved - wind, moment))
            }
            (_, None) => Err(raise("AmbiguousTimeError", python_text(local))),
            (several, Some(is_dst)) => {
                let wanted = several.iter().filter(|it| (it.dst != 0) == is_dst);
                let mut left: Vec<Moment> = wanted.copied().collect();
                if left.is_empty() {
                    left = several.to_vec();
                }
                // The earliest in UTC has the largest offset.
                let earliest = left.iter().max_by_key(|it| it.offset);
                let latest = left.iter().min_by_key(|it| it.offset);
                let chosen = if is_dst { earliest } else { latest };
                Ok((local, *chosen.unwrap_or(&several[0])))
            }
        }
    }
}

fn python_text(local: NaiveDateTime) -> String {
    super::DateTime::new(local, None).to_string()
}

/// The tz database names some offsets by their digits: `+0530`.
fn numeric_name(seconds: i32) -> &'static str {
    let sign = if seconds < 0 { '-' } else { '+' };
    let (hours, minutes) = (seconds.abs() / 3600, seconds.abs() / 60 % 60);
    intern(&match minutes {
        0 => format!("{sign}{hours:02}"),
        _ => format!("{sign}{hours:02}{minutes:02}"),
    })
}

/// Keeps one copy of each abbreviation; there are a few hundred.
fn intern(name: &str) -> &'static str {
    use std::collections::BTreeSet;
    use std::sync::{Mutex, PoisonError};
    static NAMES: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    let mut names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = names.get(name) {
        return known;
    }
    let kept: &'static str = Box::leak(name.to_owned().into_boxed_str());
    names.insert(kept);
    kept
}

/// Returns the local time of a moment in a place, for a clock.
pub(crate) fn local_offset(place: Tz, utc: DateTime<chrono::Utc>) -> i32 {
    place
        .offset_from_utc_datetime(&utc.naive_utc())
        .fix()
        .local_minus_utc()
}

/// Returns the abbreviation of a moment in a place, for a clock.
pub(crate) fn local_name(place: Tz, utc: DateTime<chrono::Utc>) -> String {
    let offset = place.offset_from_utc_datetime(&utc.naive_utc());
    match offset.abbreviation() {
        Some(name) => name.to_owned(),
        None => numeric_name(offset.fix().local_minus_utc()).to_owned(),
    }
}
