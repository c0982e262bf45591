//! An average that forgets: zᵢ = λ xᵢ + (1 − λ) zᵢ₋₁, which begins at the centre, with limits at
//! centre ± L σ √(λ/(2 − λ) (1 − (1 − λ)²ⁱ)) (Montgomery, chapter 9; NIST/SEMATECH e-Handbook, 6.3.2.4). σ is that of single values.

use super::individuals;
use super::lines::Lines;
use super::points::Reading;
use super::settings::Ewma;

pub(super) fn learn(baseline: &[Reading], lost: usize) -> Lines {
    individuals::learn(baseline, lost)
}

/// The average after one more value.
pub(super) fn next(settings: &Ewma, before: f64, value: f64) -> f64 {
    before + settings.lambda * (value - before)
}

/// The standard deviation of the average after so many values.
pub(super) fn sigma(settings: &Ewma, sigma: f64, values: usize) -> f64 {
    let lambda = settings.lambda;
    let steady = sigma * (lambda / (2.0 - lambda)).sqrt();
    let exponent = i32::try_from(values.saturating_mul(2)).unwrap_or(i32::MAX);
    match settings.is_steady {
        true => steady,
        false => steady * (1.0 - (1.0 - lambda).powi(exponent)).sqrt(),
    }
}
