//! What is measured, and what a chart can read of it.

use std::fmt;

use chrono::NaiveDateTime;

use super::constants::{LARGEST, ROUNDING};
use super::settings::ChartKind;

/// One measurement.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// When it was made; seasons are told by it.
    pub when: NaiveDateTime,
    /// What was measured: a value, or for counts and shares the count itself.
    pub value: f64,
    /// Of how many: for `p` and `np` how many were looked at, for `u` how much there was.
    pub size: Option<f64>,
    /// Whether its cause is known: it is shown, but nothing is learned from it and no rule looks at it.
    pub is_excluded: bool,
}

impl Point {
    /// Makes a measurement without a size.
    pub fn new(when: NaiveDateTime, value: f64) -> Self {
        Self {
            when,
            value,
            size: None,
            is_excluded: false,
        }
    }

    /// Makes a count of so many.
    pub fn of(when: NaiveDateTime, value: f64, size: f64) -> Self {
        Self {
            size: Some(size),
            ..Self::new(when, value)
        }
    }

    /// Finds what a chart of a kind plots of it, with the size that weighs it: the value, the share, or the rate.
    pub(super) fn read(&self, kind: ChartKind) -> Result<(f64, f64), Problem> {
        if !is_plain(self.value) {
            return Err(Problem::NoNumber);
        }
        if kind.counts() && self.value < 0.0 {
            return Err(Problem::Negative);
        }
        if !kind.has_sizes() {
            return Ok((self.value, 1.0));
        }
        let size = self
            .size
            .filter(|size| is_plain(*size) && *size >= 1.0 / LARGEST)
            .ok_or(Problem::NoSize)?;
        if kind.has_shares() && self.value > size {
            return Err(Problem::MoreThanSize);
        }
        match kind {
            ChartKind::Np => Ok((self.value, size)),
            _ => Some((self.value / size, size))
                .filter(|(rate, _)| is_plain(*rate))
                .ok_or(Problem::NoSize),
        }
    }
}

fn is_plain(value: f64) -> bool {
    value.abs() <= LARGEST
}

/// Why a measurement cannot be read. Charts go on without it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Problem {
    /// The value is missing, infinite, or beyond all measure.
    NoNumber,
    /// A count is below zero.
    Negative,
    /// There is no size, or it is zero.
    NoSize,
    /// There are more failures than were looked at.
    MoreThanSize,
    /// The baseline has no such weekday or month.
    NoSeason,
}

impl fmt::Display for Problem {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(match self {
            Problem::NoNumber => "the value is no number",
            Problem::Negative => "a count is below zero",
            Problem::NoSize => "the size is zero or missing",
            Problem::MoreThanSize => "the count is more than the size",
            Problem::NoSeason => "the baseline has no such weekday or month",
        })
    }
}

/// A measurement as a chart plots it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reading {
    /// Its place in the series.
    pub(super) index: usize,
    /// When it was made.
    pub(super) when: NaiveDateTime,
    /// The value, share or rate.
    pub(super) statistic: f64,
    /// What weighs it.
    pub(super) size: f64,
    /// What the season adds to it.
    pub(super) season: f64,
}

impl Reading {
    /// The statistic without its season.
    pub(super) fn adjusted(&self) -> f64 {
        self.statistic - self.season
    }

    /// Up to this a distance from the centre is rounding.
    pub(super) fn slack(&self, centre: f64) -> f64 {
        ROUNDING * (centre.abs() + self.statistic.abs() + self.season.abs())
    }
}
