//! What a chart says.

use std::fmt;

use super::patterns::Signal;

/// What a chart says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Common causes: nothing but the variation that the process always has.
    Common,
    /// Special causes: the rules that fired, in the order of points.
    Special(Vec<Signal>),
    /// There is too little history to say anything.
    TooLittle(Lack),
}

/// What is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lack {
    /// How many there are.
    pub have: usize,
    /// How many there have to be.
    pub need: usize,
    /// Of what.
    pub unit: Unit,
}

/// What there is too little of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Points in the baseline that can be read.
    Points,
    /// Days of each weekday.
    OfEachWeekday,
    /// Years with each month.
    OfEachMonth,
}

impl fmt::Display for Lack {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Lack { have, need, unit } = self;
        match unit {
            Unit::Points => write!(to, "{have} of {need} points that limits need"),
            Unit::OfEachWeekday => write!(
                to,
                "{have} of {need} days of each weekday that a season needs in the baseline"
            ),
            Unit::OfEachMonth => write!(
                to,
                "{have} of {need} years of each month that a season needs in the baseline"
            ),
        }
    }
}
