//! Counts of amounts that differ: ū ± 3 √(ū/nᵢ), where ū is all that was counted by all amounts (Montgomery, chapter 7).

use super::lines::{Lines, weighted_mean};
use super::points::Reading;

pub(super) fn learn(baseline: &[Reading]) -> Lines {
    let centre = weighted_mean(baseline.iter().map(|it| (it.adjusted(), it.size)));
    Lines {
        centre,
        sigma: sigma(centre, 1.0),
    }
}

pub(super) fn sigma(rate: f64, size: f64) -> f64 {
    (rate.max(0.0) / size).sqrt()
}
