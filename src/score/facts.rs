//! What is known of nodes and their tests.

use crate::nodes::UniqueId;

/// What is known of a data test, or of the freshness of a source.
#[derive(Debug, Clone, PartialEq)]
pub struct TestFacts {
    /// The test.
    pub id: UniqueId,
    /// What people call it.
    pub name: String,
    /// What it is about.
    pub nodes: Vec<UniqueId>,
    /// Its dimension.
    pub dimension: String,
    /// How much it counts.
    pub weight: f64,
    /// Whether its failures are rows.
    pub counts_rows: bool,
    /// Whether it found nothing; none if it has never come to its end.
    pub passed: Option<bool>,
    /// What it found.
    pub failures: u64,
}

/// What is known of a node or a source.
#[derive(Debug, Clone, PartialEq)]
pub struct NodeFacts {
    /// Which it is.
    pub id: UniqueId,
    /// What people call it.
    pub name: String,
    /// Who owns it.
    pub owner: Option<String>,
    /// Its layer.
    pub layer: Option<String>,
    /// Its domain.
    pub domain: Option<String>,
    /// Its rows, where that is known.
    pub rows: Option<u64>,
    /// What metadata says.
    pub transparency: Transparency,
    /// How many runs it had, and in how many of them it or one of its tests did not go well.
    pub history: (u64, u64),
    /// How many nodes and exposures come of it.
    pub reach: (usize, usize),
}

/// How much is said of a node.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Transparency {
    /// Whether it is described, and how many of its columns are: 0 to 1.
    pub documented: f64,
    /// Whether somebody owns it.
    pub is_owned: bool,
    /// Whether it has a test.
    pub is_tested: bool,
    /// Whether it is known of which columns its columns come; none of what comes from elsewhere.
    pub is_resolved: Option<bool>,
}

impl Transparency {
    /// Returns the mean of what is known.
    pub fn score(&self) -> f64 {
        let truth = |it: bool| if it { 1.0 } else { 0.0 };
        let parts = [
            Some(self.documented),
            Some(truth(self.is_owned)),
            Some(truth(self.is_tested)),
            self.is_resolved.map(truth),
        ];
        let parts: Vec<f64> = parts.into_iter().flatten().collect();
        #[allow(clippy::cast_precision_loss, reason = "three or four")]
        let count = parts.len() as f64;
        parts.iter().sum::<f64>() / count
    }
}

impl TestFacts {
    /// Returns the score of the test for a node with so many rows; none if it has never come to its end.
    pub fn score(&self, rows: Option<u64>) -> Option<f64> {
        let passed = self.passed?;
        #[allow(clippy::cast_precision_loss, reason = "a share")]
        let share = |rows: u64| 1.0 - self.failures as f64 / rows as f64;
        Some(match rows.filter(|it| self.counts_rows && *it > 0) {
            Some(rows) if self.failures <= rows => share(rows),
            _ if passed => 1.0,
            _ => 0.0,
        })
    }
}
