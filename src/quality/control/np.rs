//! Numbers of failures among n: n p̄ ± 3 √(n p̄ (1 − p̄)) (Montgomery, chapter 7).

use super::lines::{Lines, mean};
use super::points::Reading;

pub(super) fn learn(baseline: &[Reading]) -> Lines {
    let centre = mean(baseline.iter().map(Reading::adjusted));
    let size = baseline.first().map_or(1.0, |it| it.size);
    Lines {
        centre,
        sigma: sigma(centre, size),
    }
}

pub(super) fn sigma(count: f64, size: f64) -> f64 {
    let share = (count / size).clamp(0.0, 1.0);
    (size * share * (1.0 - share)).sqrt()
}
