//! What is asked of a chart.

use std::str::FromStr;

use thiserror::Error;

use super::rules::Rule;
use super::season::Seasonality;
use crate::diagnostics::did_you_mean;

/// Which chart is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChartKind {
    /// Single values; their spread is learned from moving ranges.
    Individuals,
    /// Shares of failures, of any sizes.
    P,
    /// Numbers of failures, of one size.
    Np,
    /// Counts, of equal amounts.
    C,
    /// Counts, of amounts that differ.
    U,
    /// An average of single values that forgets slowly, for slow drift.
    Ewma,
}

impl ChartKind {
    /// All of them.
    pub const ALL: [ChartKind; 6] = [
        ChartKind::Individuals,
        ChartKind::P,
        ChartKind::Np,
        ChartKind::C,
        ChartKind::U,
        ChartKind::Ewma,
    ];

    /// The name to write.
    pub const fn as_str(self) -> &'static str {
        match self {
            ChartKind::Individuals => "individuals",
            ChartKind::P => "p",
            ChartKind::Np => "np",
            ChartKind::C => "c",
            ChartKind::U => "u",
            ChartKind::Ewma => "ewma",
        }
    }

    /// Tells whether its values are counts.
    pub const fn counts(self) -> bool {
        !matches!(self, ChartKind::Individuals | ChartKind::Ewma)
    }

    /// Tells whether its points need sizes.
    pub const fn has_sizes(self) -> bool {
        matches!(self, ChartKind::P | ChartKind::Np | ChartKind::U)
    }

    /// Tells whether its values are parts of their sizes.
    pub const fn has_shares(self) -> bool {
        matches!(self, ChartKind::P | ChartKind::Np)
    }
}

impl FromStr for ChartKind {
    type Err = ControlError;

    fn from_str(name: &str) -> Result<Self, ControlError> {
        ChartKind::ALL
            .into_iter()
            .find(|it| it.as_str() == name)
            .ok_or_else(|| ControlError::unknown("chart", name, ChartKind::ALL.map(Self::as_str)))
    }
}

/// What is asked of a chart.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Which chart it is.
    pub kind: ChartKind,
    /// Of how many points limits are learned at most: the first of the phase that can be read.
    pub baseline: usize,
    /// Whether the newest point teaches, too, where the baseline is not full without it: for looking back over a finished
    /// series. Who watches a series wants each point judged by those before it.
    pub looks_back: bool,
    /// With fewer points nothing is said. Below two nothing is learned in any case.
    pub minimum: usize,
    /// The rules that points are held against.
    pub rules: Vec<Rule>,
    /// How an [`ChartKind::Ewma`] forgets and how wide its limits are.
    pub ewma: Ewma,
    /// What is taken off the values before anything is learned.
    pub seasonality: Seasonality,
    /// What is known and not to be learned.
    pub given: Option<Given>,
}

impl Settings {
    /// A baseline of 28 points (four weeks of days; textbooks want 20 to 25), of which 8 have to be there, the rules of
    /// Western Electric, and no seasonality. Eight points are the first to show a run on one side of the centre.
    pub fn of(kind: ChartKind) -> Self {
        let rules = match kind {
            ChartKind::Ewma => vec![Rule::BeyondLimits],
            _ => Rule::WESTERN_ELECTRIC.to_vec(),
        };
        Self {
            kind,
            baseline: 28,
            looks_back: false,
            minimum: 8,
            rules,
            ewma: Ewma::default(),
            seasonality: Seasonality::None,
            given: None,
        }
    }

    /// How many points limits need.
    pub(super) fn least(&self) -> usize {
        self.minimum.max(2)
    }

    /// Finds what cannot be asked together.
    pub(super) fn check(&self) -> Result<(), ControlError> {
        let Ewma { lambda, width, .. } = self.ewma;
        if !(lambda > 0.0 && lambda <= 1.0) {
            return Err(ControlError::Lambda(lambda));
        }
        if !(width > 0.0 && width <= 100.0) {
            return Err(ControlError::Width(width));
        }
        let (kind, is_foreign) = (self.kind, |rule: &&Rule| !rule.fits(self.kind));
        if let Some(rule) = self.rules.iter().find(is_foreign) {
            return Err(ControlError::RuleOfOtherChart {
                rule: *rule,
                chart: kind.as_str(),
            });
        }
        if self.given.is_none() && self.baseline < self.least() {
            return Err(ControlError::ShortBaseline {
                baseline: self.baseline,
                least: self.least(),
            });
        }
        match self.given {
            Some(given) if !given.is_plain(kind) => Err(ControlError::Given),
            _ => Ok(()),
        }
    }
}

/// How an EWMA forgets: zᵢ = λ xᵢ + (1 − λ) zᵢ₋₁.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ewma {
    /// The weight of the newest value, above 0 and up to 1.
    pub lambda: f64,
    /// How many standard deviations of the average the limits are away from the centre.
    pub width: f64,
    /// Whether all points have the limits that late ones come to; otherwise the first have narrower ones, as is exact.
    pub is_steady: bool,
}

impl Default for Ewma {
    /// λ = 0.2 with limits at 3: in the middle of what textbooks advise (0.05 to 0.25, 2.7 to 3).
    fn default() -> Self {
        Self {
            lambda: 0.2,
            width: 3.0,
            is_steady: false,
        }
    }
}

/// What is known of a process, from elsewhere than its baseline.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Given {
    /// The centre: of `np` and `c` a count, of `p` a share, of `u` a rate.
    pub centre: f64,
    /// The standard deviation of single values; charts of counts and shares have theirs from the centre.
    pub sigma: Option<f64>,
}

impl Given {
    fn is_plain(&self, kind: ChartKind) -> bool {
        let sigma = self.sigma.unwrap_or(if kind.counts() { 0.0 } else { -1.0 });
        let limit = super::constants::LARGEST;
        let is_centre = match kind {
            ChartKind::P => (0.0..=1.0).contains(&self.centre),
            _ if kind.counts() => (0.0..=limit).contains(&self.centre),
            _ => self.centre.abs() <= limit,
        };
        is_centre && (0.0..=limit).contains(&sigma)
    }
}

/// What cannot be asked.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum ControlError {
    /// Nothing has this name.
    #[error("there is no {what} `{name}`{}", instead(.near, .known))]
    Unknown {
        /// What is named.
        what: &'static str,
        /// How.
        name: String,
        /// A name like it.
        near: Option<&'static str>,
        /// All names.
        known: Vec<&'static str>,
    },
    /// A rule that says nothing on this chart.
    #[error("the rule `{rule}` does not fit the chart `{chart}`: {}", rule.fitting())]
    RuleOfOtherChart {
        /// The rule.
        rule: Rule,
        /// The chart.
        chart: &'static str,
    },
    /// No weight.
    #[error("the lambda of an `ewma` is above 0 and up to 1, not {0}")]
    Lambda(f64),
    /// No width.
    #[error("the width of an `ewma` is above 0 and up to 100, not {0}")]
    Width(f64),
    /// No centre or sigma that can be.
    #[error(
        "what is given has to be numbers that the chart can have: a share from 0 to 1, a count from 0 on, and for single \
         values a sigma from 0 on"
    )]
    Given,
    /// A baseline that is never enough.
    #[error("a baseline of {baseline} points is shorter than the {least} that limits need")]
    ShortBaseline {
        /// Its length.
        baseline: usize,
        /// How many points there have to be.
        least: usize,
    },
    /// Sizes of an `np` chart.
    #[error(
        "an `np` chart needs one size for all points, here are {0} and {1}; `p` is for sizes that differ"
    )]
    SizesDiffer(f64, f64),
}

fn instead(near: &Option<&'static str>, known: &[&'static str]) -> String {
    match near {
        Some(near) => format!("; did you mean `{near}`?"),
        None => format!("; there are {}", known.join(", ")),
    }
}

impl ControlError {
    pub(super) fn unknown(
        what: &'static str,
        name: &str,
        known: impl IntoIterator<Item = &'static str>,
    ) -> Self {
        let known: Vec<&'static str> = known.into_iter().collect();
        Self::Unknown {
            what,
            name: name.to_owned(),
            near: did_you_mean(name, known.iter().copied()),
            known,
        }
    }
}
