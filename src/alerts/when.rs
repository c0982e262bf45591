//! When a message goes out: not in quiet hours, and later each time it could not.

use chrono::{DateTime, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

/// How long is waited after the first attempt; after each one twice as long.
const FIRST: TimeDelta = TimeDelta::minutes(1);
/// The longest wait between two attempts.
const LONGEST: TimeDelta = TimeDelta::hours(4);
/// How long it is tried.
const IN_ALL: TimeDelta = TimeDelta::days(7);

/// Hours in which nothing goes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quiet {
    /// When they begin.
    pub from: NaiveTime,
    /// When they end, on the next day if that is earlier.
    pub to: NaiveTime,
    /// Whose hours.
    pub zone: Tz,
}

impl Quiet {
    /// Returns when they end, if it is one of them.
    pub fn until(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let local = now.with_timezone(&self.zone);
        let (day, time) = (local.date_naive(), local.time());
        let end = match (self.from <= self.to, time >= self.from, time < self.to) {
            (true, true, true) | (false, _, true) => day,
            (false, true, false) => day.succ_opt()?,
            _ => return None,
        };
        let end = self.zone.from_local_datetime(&end.and_time(self.to));
        // A time that clocks leave out stands for the one that they show then.
        let end = end.earliest().map(|it| it.to_utc());
        end.or_else(|| now.checked_add_signed(TimeDelta::hours(1)))
    }
}

/// Returns when a message is tried again after so many attempts; none if it has been tried long enough.
pub fn next_attempt(
    attempts: u32,
    since: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    if now - since > IN_ALL {
        return None;
    }
    let doublings = attempts.saturating_sub(1).min(16);
    let wait = FIRST.checked_mul(1 << doublings)?.min(LONGEST);
    now.checked_add_signed(wait)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn quiet(from: &str, to: &str, zone: &str) -> Quiet {
        Quiet {
            from: from.parse().unwrap(),
            to: to.parse().unwrap(),
            zone: zone.parse().unwrap(),
        }
    }

    #[test]
    fn quiet_hours_are_those_of_their_zone() {
        let night = quiet("22:00:00", "07:00:00", "Europe/Zurich");
        for (now, until) in [
            ("2026-01-10T20:59:59Z", None),
            ("2026-01-10T21:00:00Z", Some("2026-01-11T06:00:00Z")),
            ("2026-01-11T05:59:59Z", Some("2026-01-11T06:00:00Z")),
            ("2026-01-11T06:00:00Z", None),
            ("2026-07-11T20:00:00Z", Some("2026-07-12T05:00:00Z")),
        ] {
            assert_eq!(night.until(at(now)), until.map(at), "{now}");
        }
        let noon = quiet("12:00:00", "13:00:00", "UTC");
        assert_eq!(
            noon.until(at("2026-01-10T12:30:00Z")),
            Some(at("2026-01-10T13:00:00Z"))
        );
        assert_eq!(noon.until(at("2026-01-10T13:00:00Z")), None);
        // The hour in which clocks are put forward.
        let gap = quiet("01:00:00", "02:30:00", "Europe/Zurich");
        let until = gap.until(at("2026-03-29T00:30:00Z"));
        assert!(until.is_some_and(|it| it > at("2026-03-29T00:30:00Z")));
    }

    #[test]
    fn attempts_become_fewer_and_end() {
        let since = at("2026-01-01T00:00:00Z");
        let waits = [1, 2, 3, 9, 99]
            .map(|it| (next_attempt(it, since, since).unwrap() - since).num_minutes());
        assert_eq!(waits, [1, 2, 4, 240, 240]);
        assert_eq!(next_attempt(50, since, at("2026-01-08T00:00:01Z")), None);
    }
}
