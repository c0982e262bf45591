//! The rules that tell special causes, by name.
//!
//! Western Electric, Statistical Quality Control Handbook (1956); Nelson, Journal of Quality Technology 16 (1984), 237. A rule
//! fires at the point that completes its pattern, and at each further point that does so again.

use std::fmt;
use std::str::FromStr;

use super::settings::{ChartKind, ControlError};

/// One rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// One point beyond the limits of its chart.
    BeyondLimits,
    /// A moving range beyond its limit.
    MovingRange,
    /// One point beyond three standard deviations.
    WesternElectric1,
    /// Two of three points beyond two standard deviations, on one side.
    WesternElectric2,
    /// Four of five points beyond one standard deviation, on one side.
    WesternElectric3,
    /// Eight points in a row on one side of the centre.
    WesternElectric4,
    /// One point beyond three standard deviations.
    Nelson1,
    /// Nine points in a row on one side of the centre.
    Nelson2,
    /// Six points in a row that rise, or fall.
    Nelson3,
    /// Fourteen points in a row that go up and down in turn.
    Nelson4,
    /// Two of three points beyond two standard deviations, on one side.
    Nelson5,
    /// Four of five points beyond one standard deviation, on one side.
    Nelson6,
    /// Fifteen points in a row within one standard deviation, on any side.
    Nelson7,
    /// Eight points in a row beyond one standard deviation, on any side.
    Nelson8,
}

/// What a rule looks for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Pattern {
    /// A point beyond its limits.
    Limits,
    /// A moving range beyond its limit.
    Range,
    /// So many of so many beyond so many standard deviations, on one side.
    Beyond(usize, usize, f64),
    /// So many in a row on one side.
    Side(usize),
    /// So many in a row that rise, or fall.
    Trend(usize),
    /// So many in a row that go up and down in turn.
    Alternating(usize),
    /// So many in a row within one standard deviation.
    Within(usize),
    /// So many in a row beyond one standard deviation.
    Outside(usize),
}

/// Names of groups, and what is in them.
const GROUPS: [(&str, &[Rule]); 2] = [
    ("western_electric", &Rule::WESTERN_ELECTRIC),
    ("nelson", &Rule::NELSON),
];

impl Rule {
    /// The group `western_electric`.
    pub const WESTERN_ELECTRIC: [Rule; 4] = [
        Rule::WesternElectric1,
        Rule::WesternElectric2,
        Rule::WesternElectric3,
        Rule::WesternElectric4,
    ];

    /// The group `nelson`.
    pub const NELSON: [Rule; 8] = [
        Rule::Nelson1,
        Rule::Nelson2,
        Rule::Nelson3,
        Rule::Nelson4,
        Rule::Nelson5,
        Rule::Nelson6,
        Rule::Nelson7,
        Rule::Nelson8,
    ];

    /// All rules.
    pub fn all() -> impl Iterator<Item = Rule> {
        [Rule::BeyondLimits, Rule::MovingRange]
            .into_iter()
            .chain(GROUPS.iter().flat_map(|(_, rules)| rules.iter().copied()))
    }

    /// Reads names of rules and groups; the rules come once each, in the order of [`Rule::all`].
    ///
    /// # Errors
    ///
    /// A name that is none.
    pub fn named<'a>(names: impl IntoIterator<Item = &'a str>) -> Result<Vec<Rule>, ControlError> {
        let mut rules = Vec::new();
        for name in names {
            match GROUPS.iter().find(|(group, _)| *group == name) {
                Some((_, group)) => rules.extend(*group),
                None => rules.push(name.parse()?),
            }
        }
        rules.sort_unstable();
        rules.dedup();
        Ok(rules)
    }

    /// The name to write.
    pub const fn as_str(self) -> &'static str {
        match self {
            Rule::BeyondLimits => "beyond_limits",
            Rule::MovingRange => "moving_range",
            Rule::WesternElectric1 => "western_electric_1",
            Rule::WesternElectric2 => "western_electric_2",
            Rule::WesternElectric3 => "western_electric_3",
            Rule::WesternElectric4 => "western_electric_4",
            Rule::Nelson1 => "nelson_1",
            Rule::Nelson2 => "nelson_2",
            Rule::Nelson3 => "nelson_3",
            Rule::Nelson4 => "nelson_4",
            Rule::Nelson5 => "nelson_5",
            Rule::Nelson6 => "nelson_6",
            Rule::Nelson7 => "nelson_7",
            Rule::Nelson8 => "nelson_8",
        }
    }

    /// What it says, for people.
    pub const fn meaning(self) -> &'static str {
        match self {
            Rule::BeyondLimits => "a point beyond the limits",
            Rule::MovingRange => "a moving range beyond its limit",
            Rule::WesternElectric1 | Rule::Nelson1 => "a point beyond 3 sigma",
            Rule::WesternElectric2 | Rule::Nelson5 => "2 of 3 points beyond 2 sigma on one side",
            Rule::WesternElectric3 | Rule::Nelson6 => "4 of 5 points beyond 1 sigma on one side",
            Rule::WesternElectric4 => "8 points in a row on one side of the centre",
            Rule::Nelson2 => "9 points in a row on one side of the centre",
            Rule::Nelson3 => "6 points in a row that rise or fall",
            Rule::Nelson4 => "14 points in a row that go up and down in turn",
            Rule::Nelson7 => "15 points in a row within 1 sigma",
            Rule::Nelson8 => "8 points in a row beyond 1 sigma",
        }
    }

    /// Tells whether it means something on a chart: averages that overlap make runs by themselves, and only single values
    /// have moving ranges.
    pub fn fits(self, kind: ChartKind) -> bool {
        match self {
            Rule::BeyondLimits => true,
            Rule::MovingRange => kind == ChartKind::Individuals,
            _ => kind != ChartKind::Ewma,
        }
    }

    pub(super) fn fitting(self) -> &'static str {
        match self {
            Rule::MovingRange => "only `individuals` has moving ranges",
            _ => "its points depend on each other, so only `beyond_limits` does",
        }
    }

    pub(super) const fn pattern(self) -> Pattern {
        match self {
            Rule::BeyondLimits => Pattern::Limits,
            Rule::MovingRange => Pattern::Range,
            Rule::WesternElectric1 | Rule::Nelson1 => Pattern::Beyond(1, 1, 3.0),
            Rule::WesternElectric2 | Rule::Nelson5 => Pattern::Beyond(2, 3, 2.0),
            Rule::WesternElectric3 | Rule::Nelson6 => Pattern::Beyond(4, 5, 1.0),
            Rule::WesternElectric4 => Pattern::Side(8),
            Rule::Nelson2 => Pattern::Side(9),
            Rule::Nelson3 => Pattern::Trend(6),
            Rule::Nelson4 => Pattern::Alternating(14),
            Rule::Nelson7 => Pattern::Within(15),
            Rule::Nelson8 => Pattern::Outside(8),
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(self.as_str())
    }
}

impl FromStr for Rule {
    type Err = ControlError;

    fn from_str(name: &str) -> Result<Self, ControlError> {
        let groups = GROUPS.iter().map(|(group, _)| *group);
        Rule::all().find(|it| it.as_str() == name).ok_or_else(|| {
            ControlError::unknown("rule", name, Rule::all().map(Rule::as_str).chain(groups))
        })
    }
}
