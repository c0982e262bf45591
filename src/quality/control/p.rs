//! Shares of failures: p̄ ± 3 √(p̄ (1 − p̄)/nᵢ), where p̄ is all failures by all that were looked at (NIST/SEMATECH e-Handbook,
//! 6.3.3.2).

use super::lines::{Lines, weighted_mean};
use super::points::Reading;

pub(super) fn learn(baseline: &[Reading]) -> Lines {
    let centre = weighted_mean(baseline.iter().map(|it| (it.adjusted(), it.size)));
    Lines {
        centre,
        sigma: sigma(centre, 1.0),
    }
}

pub(super) fn sigma(share: f64, size: f64) -> f64 {
    let share = share.clamp(0.0, 1.0);
    (share * (1.0 - share) / size).sqrt()
}
