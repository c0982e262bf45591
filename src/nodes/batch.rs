//! Spans of time in which a model is built, one after the other.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, TimeDelta, Timelike, Utc};

/// One span of time: a year, a month, a day or an hour, the last one maybe less.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// How long it is.
    pub size: BatchSize,
    /// First moment.
    pub start: DateTime<Utc>,
    /// First moment after it.
    pub end: DateTime<Utc>,
}

impl Batch {
    /// Returns the start as far as the size needs it: `2024-05`.
    pub fn label(&self) -> String {
        self.start.format(self.size.format()).to_string()
    }

    /// Returns the label without `-`.
    pub fn id(&self) -> String {
        self.label().replace('-', "")
    }
}

/// `batch_size`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BatchSize {
    /// `hour`.
    Hour,
    /// `day`.
    Day,
    /// `month`.
    Month,
    /// `year`.
    Year,
}

impl BatchSize {
    /// Reads dbt's word.
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "hour" => Some(Self::Hour),
            "day" => Some(Self::Day),
            "month" => Some(Self::Month),
            "year" => Some(Self::Year),
            _ => None,
        }
    }

    /// Returns dbt's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Month => "month",
            Self::Year => "year",
        }
    }

    fn format(self) -> &'static str {
        match self {
            Self::Hour => "%Y-%m-%dT%H",
            Self::Day => "%Y-%m-%d",
            Self::Month => "%Y-%m",
            Self::Year => "%Y",
        }
    }

    /// Returns the start of the span that a moment is in.
    pub fn floor(self, at: DateTime<Utc>) -> DateTime<Utc> {
        let (month, day, hour) = match self {
            Self::Hour => (at.month(), at.day(), at.hour()),
            Self::Day => (at.month(), at.day(), 0),
            Self::Month => (at.month(), 1, 0),
            Self::Year => (1, 1, 0),
        };
        let date = NaiveDate::from_ymd_opt(at.year(), month, day);
        let start = date.and_then(|date| date.and_hms_opt(hour, 0, 0));
        start.map_or(at, |start| start.and_utc())
    }

    /// Returns the moment itself if a span starts there, else the start of the next one.
    pub fn ceiling(self, at: DateTime<Utc>) -> DateTime<Utc> {
        match self.floor(at) == at {
            true => at,
            false => self.next(at),
        }
    }

    /// Returns the start of the span after the one that a moment is in.
    pub fn next(self, at: DateTime<Utc>) -> DateTime<Utc> {
        let start = self.floor(at);
        let next = match self {
            Self::Hour => start.checked_add_signed(TimeDelta::hours(1)),
            Self::Day => start.checked_add_days(Days::new(1)),
            Self::Month => start.checked_add_months(Months::new(1)),
            Self::Year => start.checked_add_months(Months::new(12)),
        };
        next.unwrap_or(DateTime::<Utc>::MAX_UTC)
    }

    /// Returns the start of the span that lies `count` spans back.
    pub fn back(self, at: DateTime<Utc>, count: u32) -> DateTime<Utc> {
        let start = self.floor(at);
        let back = match self {
            Self::Hour => start.checked_sub_signed(TimeDelta::hours(count.into())),
            Self::Day => start.checked_sub_days(Days::new(count.into())),
            Self::Month => start.checked_sub_months(Months::new(count)),
            Self::Year => start.checked_sub_months(Months::new(count.saturating_mul(12))),
        };
        back.unwrap_or(DateTime::<Utc>::MIN_UTC)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_start_and_end_as_in_dbt() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().expect("a moment");
        let moment = at("2024-03-31T16:06:00Z");
        let cases = [
            (
                BatchSize::Hour,
                "2024-03-31T16:00:00Z",
                "2024-03-31T17:00:00Z",
            ),
            (
                BatchSize::Day,
                "2024-03-31T00:00:00Z",
                "2024-04-01T00:00:00Z",
            ),
            (
                BatchSize::Month,
                "2024-03-01T00:00:00Z",
                "2024-04-01T00:00:00Z",
            ),
            (
                BatchSize::Year,
                "2024-01-01T00:00:00Z",
                "2025-01-01T00:00:00Z",
            ),
        ];
        for (size, floor, ceiling) in cases {
            assert_eq!(size.floor(moment), at(floor));
            assert_eq!(size.ceiling(moment), at(ceiling));
            assert_eq!(size.ceiling(at(floor)), at(floor));
            assert_eq!(size.back(size.next(moment), 1), at(floor));
        }
        let (start, end) = (moment, moment);
        let label = |size| Batch { size, start, end }.label();
        assert_eq!(label(BatchSize::Hour), "2024-03-31T16");
        assert_eq!(label(BatchSize::Month), "2024-03");
    }
}
