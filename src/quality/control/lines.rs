//! Centre, spread and limits: what all kinds of charts share.

use super::constants::LARGEST;
use super::points::Reading;
use super::settings::{ChartKind, Given};
use super::{c, ewma, individuals, np, p, u};

/// What a chart has learned.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Lines {
    /// The centre, seasons taken off.
    pub(super) centre: f64,
    /// The standard deviation: of single values, or of a point of size one at the centre.
    pub(super) sigma: f64,
}

impl Lines {
    /// Learns from the baseline; `lost` is how many figures of a season were learned from the same points.
    pub(super) fn learn(kind: ChartKind, baseline: &[Reading], lost: usize) -> Self {
        match kind {
            ChartKind::Individuals => individuals::learn(baseline, lost),
            ChartKind::Ewma => ewma::learn(baseline, lost),
            ChartKind::P => p::learn(baseline),
            ChartKind::Np => np::learn(baseline),
            ChartKind::C => c::learn(baseline),
            ChartKind::U => u::learn(baseline),
        }
    }

    /// Takes what is known.
    pub(super) fn given(kind: ChartKind, given: Given, size: f64) -> Self {
        let centre = given.centre;
        let sigma = given
            .sigma
            .filter(|_| !kind.counts())
            .unwrap_or_else(|| sigma(kind, centre, size));
        Self { centre, sigma }
    }

    /// The standard deviation of one point; that of counts and shares is the one of the level that its season makes.
    pub(super) fn sigma_of(&self, kind: ChartKind, reading: &Reading) -> f64 {
        match kind {
            ChartKind::Individuals | ChartKind::Ewma => self.sigma,
            _ => sigma(kind, self.centre + reading.season, reading.size),
        }
    }
}

/// The standard deviation of a count, share or rate at a level.
fn sigma(kind: ChartKind, level: f64, size: f64) -> f64 {
    match kind {
        ChartKind::P => p::sigma(level, size),
        ChartKind::Np => np::sigma(level, size),
        ChartKind::C => c::sigma(level),
        ChartKind::U => u::sigma(level, size),
        ChartKind::Individuals | ChartKind::Ewma => 0.0,
    }
}

/// What a statistic cannot be below or above, by its kind.
pub(super) fn bounds(kind: ChartKind, size: f64) -> (f64, f64) {
    match kind {
        ChartKind::Individuals | ChartKind::Ewma => (f64::NEG_INFINITY, f64::INFINITY),
        ChartKind::P => (0.0, 1.0),
        ChartKind::Np => (0.0, size),
        ChartKind::C | ChartKind::U => (0.0, f64::INFINITY),
    }
}

/// The mean; exactly the value where all are the same.
pub(super) fn mean(values: impl Iterator<Item = f64> + Clone) -> f64 {
    weighted_mean(values.map(|it| (it, 1.0)))
}

/// The mean of values with weights; exactly the value where all are the same.
pub(super) fn weighted_mean(values: impl Iterator<Item = (f64, f64)> + Clone) -> f64 {
    let Some((first, _)) = values.clone().next() else {
        return 0.0;
    };
    let weight: f64 = values.clone().map(|(_, weight)| weight).sum();
    let above: f64 = values.map(|(it, weight)| (it - first) * weight).sum();
    first + above / weight.max(1.0 / LARGEST)
}
