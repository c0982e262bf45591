//! A straight line through what was measured, and how far it can be off: least squares, with the intervals of Student's t.

use statrs::distribution::{ContinuousCDF, StudentsT};

/// How many points there have to be.
pub const FEWEST: usize = 8;
/// How sure it is that a value lies within its interval.
pub const CONFIDENCE: f64 = 0.95;

/// A line through points; one without a slope where chance makes such slopes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trend {
    /// How many points it goes through.
    pub points: usize,
    /// By how much it rises in a unit.
    pub slope: f64,
    /// Whether that is more than chance makes.
    pub is_certain: bool,
    /// How far points lie from the line.
    pub deviation: f64,
    centre: (f64, f64),
    /// The sum of squares around the centre.
    spread: f64,
}

/// What is to be expected.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Expected {
    /// The value.
    pub value: f64,
    /// The interval in which it lies.
    pub between: (f64, f64),
}

impl Trend {
    /// Draws the line through points; none if they are too few, or all at one place.
    pub fn of(points: &[(f64, f64)]) -> Option<Self> {
        let count = points.len();
        if count < FEWEST || points.iter().any(|(x, y)| !x.is_finite() || !y.is_finite()) {
            return None;
        }
        let n = count as f64;
        let centre = (
            points.iter().map(|it| it.0).sum::<f64>() / n,
            points.iter().map(|it| it.1).sum::<f64>() / n,
        );
        let off = |(x, y): &(f64, f64)| (x - centre.0, y - centre.1);
        let spread: f64 = points.iter().map(|it| off(it).0.powi(2)).sum();
        if spread <= 0.0 {
            return None;
        }
        let both: f64 = points.iter().map(off).map(|(x, y)| x * y).sum();
        let slope = both / spread;
        let rest = |slope: f64| -> f64 {
            let rest = points.iter().map(off).map(|(x, y)| (y - slope * x).powi(2));
            rest.sum()
        };
        let around_line = (rest(slope) / (n - 2.0)).sqrt();
        let critical = student(n - 2.0)?;
        let is_certain = slope.abs() > critical * around_line / spread.sqrt();
        Some(Self {
            points: count,
            slope,
            is_certain,
            deviation: match is_certain {
                true => around_line,
                false => (rest(0.0) / (n - 1.0)).sqrt(),
            },
            centre,
            spread,
        })
    }

    /// Says what is to be expected at a place.
    pub fn at(&self, x: f64) -> Expected {
        let n = self.points as f64;
        let off = x - self.centre.0;
        let (value, part, freedom) = match self.is_certain {
            true => (
                self.centre.1 + self.slope * off,
                off.powi(2) / self.spread,
                n - 2.0,
            ),
            false => (self.centre.1, 0.0, n - 1.0),
        };
        let width = student(freedom).unwrap_or(f64::INFINITY);
        let width = width * self.deviation * (1.0 + 1.0 / n + part).sqrt();
        Expected {
            value,
            between: (value - width, value + width),
        }
    }

    /// Finds where a value is passed, and where it is passed at the earliest, from a place on; none if the line does not rise to
    /// it before `until`.
    pub fn passes(&self, limit: f64, from: f64, until: f64) -> Option<(f64, f64)> {
        if !self.is_certain || self.slope <= 0.0 {
            return None;
        }
        let expected = self.centre.0 + (limit - self.centre.1) / self.slope;
        if expected > until {
            return None;
        }
        let expected = expected.max(from);
        let is_passed = |x: f64| self.at(x).between.1 >= limit;
        if is_passed(from) {
            return Some((expected, from));
        }
        let (mut before, mut after) = (from, expected);
        for _ in 0..60 {
            let middle = f64::midpoint(before, after);
            match is_passed(middle) {
                true => after = middle,
                false => before = middle,
            }
        }
        Some((expected, after))
    }
}

/// Returns how many deviations a value may be off on either side.
fn student(freedom: f64) -> Option<f64> {
    let distribution = StudentsT::new(0.0, 1.0, freedom).ok()?;
    Some(distribution.inverse_cdf(f64::midpoint(1.0, CONFIDENCE)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// NIST's data set Norris, y and x.
    const NORRIS: [(f64, f64); 36] = [
        (0.1, 0.2),
        (338.8, 337.4),
        (118.1, 118.2),
        (888.0, 884.6),
        (9.2, 10.1),
        (228.1, 226.5),
        (668.5, 666.3),
        (998.5, 996.3),
        (449.1, 448.6),
        (778.9, 777.0),
        (559.2, 558.2),
        (0.3, 0.4),
        (0.1, 0.6),
        (778.1, 775.5),
        (668.8, 666.9),
        (339.3, 338.0),
        (448.9, 447.5),
        (10.8, 11.6),
        (557.7, 556.0),
        (228.3, 228.1),
        (998.0, 995.8),
        (888.8, 887.6),
        (119.6, 120.2),
        (0.3, 0.3),
        (0.6, 0.3),
        (557.6, 556.8),
        (339.3, 339.1),
        (888.0, 887.2),
        (998.5, 999.0),
        (778.9, 779.0),
        (10.2, 11.1),
        (117.6, 118.3),
        (228.9, 229.2),
        (668.4, 669.1),
        (449.2, 448.9),
        (0.2, 0.5),
    ];

    #[test]
    fn the_line_is_the_one_that_nist_certifies() {
        let points = NORRIS.map(|(y, x)| (x, y));
        let trend = Trend::of(&points).unwrap();
        assert!((trend.slope - 1.002_116_818_020_45).abs() < 1e-12);
        assert!((trend.at(0.0).value + 0.262_323_073_774_029).abs() < 1e-10);
        assert!((trend.deviation - 0.884_796_396_144_373).abs() < 1e-12);
        assert!(trend.is_certain);
    }

    #[test]
    fn what_chance_makes_is_no_slope() {
        let points: Vec<(f64, f64)> = (0..20)
            .map(|it| (f64::from(it), f64::from(it % 3)))
            .collect();
        let trend = Trend::of(&points).unwrap();
        assert!(!trend.is_certain);
        assert_eq!(trend.at(5.0), trend.at(500.0));
        assert_eq!(trend.passes(100.0, 20.0, 1e9), None);
    }

    #[test]
    fn a_limit_is_passed_earlier_than_expected_at_the_earliest() {
        let wave = |it: i32| f64::from(it) * 10.0 + f64::from(it % 4);
        let points: Vec<(f64, f64)> = (0..20).map(|it| (f64::from(it), wave(it))).collect();
        let trend = Trend::of(&points).unwrap();
        let (expected, earliest) = trend.passes(400.0, 19.0, 1e3).unwrap();
        assert!((trend.at(expected).value - 400.0).abs() < 1e-9);
        assert!((trend.at(earliest).between.1 - 400.0).abs() < 1e-6);
        assert!(earliest < expected && earliest > 19.0);
        assert_eq!(trend.passes(400.0, 19.0, 30.0), None);
        assert_eq!(Trend::of(&points[..7]), None);
    }
}
