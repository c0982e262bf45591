//! What disturbed runs have shown.

use std::collections::BTreeMap;

use serde::Serialize;

use super::content::Difference;

/// All trials.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// What picked instants, statements and rows: the same one picks the same.
    pub seed: u64,
    /// Whether it was stopped before all was tried.
    pub stopped: bool,
    /// What cannot be the same each time.
    pub unsteady: Vec<Unsteady>,
    /// In the order in which they were made.
    pub trials: Vec<Trial>,
    /// What could not be tried, with the reason.
    pub left_out: Vec<(String, String)>,
}

/// A node whose rows depend on more than its inputs.
#[derive(Debug, Clone, Serialize)]
pub struct Unsteady {
    /// The node.
    pub node: String,
    /// A clause that goes on after its name.
    pub why: String,
    /// Whether two undisturbed runs have left different rows.
    pub differs: bool,
}

/// One disturbance.
#[derive(Debug, Clone, Serialize)]
pub struct Trial {
    /// Its kind.
    pub scenario: String,
    /// What was done.
    pub what: String,
    /// What kept the rows whole, in a word or two.
    pub guard: String,
    /// How what was left differs from what an undisturbed run leaves.
    pub differences: Vec<Difference>,
}

/// Trials of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The kind.
    pub scenario: String,
    /// How many.
    pub trials: usize,
    /// How often each guard held.
    pub guards: BTreeMap<String, usize>,
    /// How many left a difference.
    pub differing: usize,
}

impl Report {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            seed,
            stopped: false,
            unsteady: Vec::new(),
            trials: Vec::new(),
            left_out: Vec::new(),
        }
    }

    pub(super) fn leave_out(&mut self, what: impl Into<String>, why: impl Into<String>) {
        self.left_out.push((what.into(), why.into()));
    }

    /// Tells whether nothing differs.
    pub fn is_well(&self) -> bool {
        let differs = self.unsteady.iter().any(|it| it.differs);
        !differs && self.trials.iter().all(|it| it.differences.is_empty())
    }

    /// Counts trials by kind, in order.
    pub fn lines(&self) -> Vec<Line> {
        let mut lines: Vec<Line> = Vec::new();
        for trial in &self.trials {
            let known = lines.iter().position(|it| it.scenario == trial.scenario);
            let at = known.unwrap_or_else(|| {
                lines.push(Line {
                    scenario: trial.scenario.clone(),
                    trials: 0,
                    guards: BTreeMap::new(),
                    differing: 0,
                });
                lines.len() - 1
            });
            let Some(line) = lines.get_mut(at) else {
                continue;
            };
            line.trials += 1;
            *line.guards.entry(trial.guard.clone()).or_default() += 1;
            line.differing += usize::from(!trial.differences.is_empty());
        }
        lines
    }
}
