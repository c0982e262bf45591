//! Single values: x̄ ± 3 R̄/d₂, where R̄ is the mean of the ranges between neighbours (NIST/SEMATECH e-Handbook, 6.3.2.2).

use super::constants::D2;
use super::lines::{Lines, mean};
use super::points::Reading;

pub(super) fn learn(baseline: &[Reading], lost: usize) -> Lines {
    let ranges = baseline.windows(2).map(|pair| range(&pair[0], &pair[1]));
    // What is left after seasons were fitted to the same points varies less than these, and points to come vary more, as
    // they are judged by seasons that are not known exactly.
    let (count, fitted) = (baseline.len() as f64, 1.0 + lost as f64);
    let stretch = match lost {
        0 => 1.0,
        _ => ((count + fitted) / (count - fitted).max(1.0)).sqrt(),
    };
    Lines {
        centre: mean(baseline.iter().map(Reading::adjusted)),
        sigma: mean(ranges) / D2 * stretch,
    }
}

/// The moving range between two neighbours.
pub(super) fn range(one: &Reading, next: &Reading) -> f64 {
    (next.adjusted() - one.adjusted()).abs()
}
