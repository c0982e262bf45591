//! Counts of equal amounts: c̄ ± 3 √c̄ (NIST/SEMATECH e-Handbook, 6.3.3.1).

use super::lines::{Lines, mean};
use super::points::Reading;

pub(super) fn learn(baseline: &[Reading]) -> Lines {
    let centre = mean(baseline.iter().map(Reading::adjusted));
    Lines {
        centre,
        sigma: sigma(centre),
    }
}

pub(super) fn sigma(count: f64) -> f64 {
    count.max(0.0).sqrt()
}
