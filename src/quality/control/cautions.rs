//! What in the baseline speaks against the chart itself.

use std::fmt;

use statrs::distribution::{ChiSquared, ContinuousCDF};

use super::lines::{Lines, mean};
use super::points::Reading;
use super::settings::ChartKind;

/// How many standard deviations a normal value exceeds once in a hundred times.
const ONCE_IN_A_HUNDRED: f64 = 2.326;

/// What in the baseline speaks against the chart. By chance each comes in about one of a hundred baselines.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Caution {
    /// Neighbours are alike: their ranges tell too little of the spread, so that limits are too narrow.
    Correlated {
        /// The correlation of neighbours.
        found: f64,
        /// What chance makes at most.
        limit: f64,
    },
    /// Counts or shares vary more than chance among what was counted.
    Overdispersed {
        /// The variance, in those of chance.
        found: f64,
        /// What chance makes at most.
        limit: f64,
    },
}

impl fmt::Display for Caution {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Caution::Correlated { found, limit } => write!(
                to,
                "neighbours in the baseline are alike (correlation {found:.2}, by chance up to {limit:.2}): limits are too \
                 narrow, or the level has changed"
            ),
            Caution::Overdispersed { found, limit } => write!(
                to,
                "the baseline varies {found:.1} times as much as chance makes counts vary (by chance up to {limit:.1}): \
                 special causes are in it, or `individuals` is the better chart"
            ),
        }
    }
}

/// Finds what speaks against a chart; `lost` is how many figures of seasons were learned from the same points.
pub(super) fn cautions(
    kind: ChartKind,
    baseline: &[Reading],
    lines: &Lines,
    lost: usize,
) -> Vec<Caution> {
    let found = match kind.counts() {
        true => overdispersed(kind, baseline, lines, lost),
        false => correlated(baseline, lost),
    };
    found.into_iter().collect()
}

/// The correlation of neighbours, held against Anderson's limit (Annals of Mathematical Statistics 13, 1942).
fn correlated(baseline: &[Reading], lost: usize) -> Option<Caution> {
    let count = baseline.len().saturating_sub(lost) as f64;
    let centre = mean(baseline.iter().map(Reading::adjusted));
    let away = |it: &Reading| {
        let distance = it.adjusted() - centre;
        if distance.abs() > it.slack(centre) {
            distance
        } else {
            0.0
        }
    };
    let squares: f64 = baseline.iter().map(|it| away(it).powi(2)).sum();
    let products: f64 = baseline
        .windows(2)
        .map(|pair| away(&pair[0]) * away(&pair[1]))
        .sum();
    let limit = (ONCE_IN_A_HUNDRED * (count - 2.0).max(0.0).sqrt() - 1.0) / (count - 1.0).max(1.0);
    let found = products / squares;
    (squares > 0.0 && found > limit).then_some(Caution::Correlated { found, limit })
}

/// The mean of squared distances in standard deviations, held against chi-squared.
fn overdispersed(
    kind: ChartKind,
    baseline: &[Reading],
    lines: &Lines,
    lost: usize,
) -> Option<Caution> {
    let distances = baseline.iter().filter_map(|it| {
        let sigma = lines.sigma_of(kind, it);
        (sigma > 0.0).then(|| (it.adjusted() - lines.centre) / sigma)
    });
    let distances: Vec<f64> = distances.collect();
    let free = distances.len().checked_sub(1 + lost)?;
    let free = Some(free as f64).filter(|it| *it > 0.0)?;
    let found = distances.iter().map(|it| it * it).sum::<f64>() / free;
    let limit = ChiSquared::new(free).ok()?.inverse_cdf(0.99) / free;
    (found > limit).then_some(Caution::Overdispersed { found, limit })
}
