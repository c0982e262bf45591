//! Constants of control charts and of the test for seasons.

/// Expected range of two normal values, in standard deviations: 2/√π, as tables print it (d₂ for n = 2; ASTM MNL 7,
/// Montgomery's appendix VI). With more digits published limits would not come out to the last one.
pub(super) const D2: f64 = 1.128;

/// The upper limit of moving ranges of two, in mean ranges: 1 + 3 d₃/d₂ with d₃ = √(2 − 4/π), as tables print it (D₄ for
/// n = 2). The lower one, D₃, is zero.
pub(super) const D4: f64 = 3.267;

/// How many standard deviations Shewhart's limits are away from the centre.
pub(super) const WIDTH: f64 = 3.0;

/// Values above this, and sizes below its inverse, are taken for mistakes: squares and sums of others never overflow.
pub(super) const LARGEST: f64 = 1e100;

/// Differences up to this share of the values are rounding.
pub(super) const ROUNDING: f64 = 1e-12;

/// Seasons are found where chance would make such differences less often than this.
pub(super) const SEASON_BY_CHANCE: f64 = 0.001;

#[cfg(test)]
mod tests {
    use std::f64::consts::PI;

    use super::*;

    #[test]
    fn tabled_constants_are_the_formulas_rounded() {
        let d2 = 2.0 / PI.sqrt();
        let d3 = (2.0 - 4.0 / PI).sqrt();
        assert!((d2 - D2).abs() < 0.0005, "{d2}");
        assert!((1.0 + 3.0 * d3 / d2 - D4).abs() < 0.0005, "{d3}");
    }
}
