//! How likely a node fails, and how much hangs on it.

use super::facts::NodeFacts;

/// Likelihood and impact, each from 1 to 5.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Risk {
    /// From 1, never, to 5, in every second run or more.
    pub likelihood: u8,
    /// From 1, nothing hangs on it, to 5.
    pub impact: u8,
}

/// From which number of rows on an impact is one higher.
const MANY: u64 = 1_000_000;
/// How many nodes an exposure weighs as much as.
const EXPOSURE: usize = 5;

impl Risk {
    /// Judges a node by its history and its reach.
    pub fn of(facts: &NodeFacts) -> Self {
        let (runs, failed) = facts.history;
        #[allow(clippy::cast_precision_loss, reason = "a share")]
        let share = failed as f64 / runs.max(1) as f64;
        let likelihood = match share {
            0.0 => 1,
            it if it < 0.05 => 2,
            it if it < 0.2 => 3,
            it if it < 0.5 => 4,
            _ => 5,
        };
        let (nodes, exposures) = facts.reach;
        let impact = match nodes + EXPOSURE * exposures {
            0 => 1,
            1..=4 => 2,
            5..=19 => 3,
            20..=99 => 4,
            _ => 5,
        };
        let more = u8::from(facts.rows.is_some_and(|it| it >= MANY));
        Self {
            likelihood,
            impact: (impact + more).min(5),
        }
    }

    /// Returns likelihood × impact, 1 to 25.
    pub fn score(self) -> u8 {
        self.likelihood * self.impact
    }

    /// Says how bad it is.
    pub fn word(self) -> &'static str {
        match self.score() {
            0..=3 => "low",
            4..=9 => "medium",
            10..=15 => "high",
            _ => "critical",
        }
    }
}
