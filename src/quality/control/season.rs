//! Weekdays and months that differ: found, learned, taken off.
//!
//! The unit is one occurrence: a day for weekdays, a month of a year for months; several points of one occurrence count as
//! their mean, so that many points of one warm June are no evidence for Junes. What a weekday or month adds is the mean of its
//! occurrences, less the mean of all weekdays or months.

use std::collections::BTreeMap;
use std::str::FromStr;

use chrono::{Datelike, Month, NaiveDateTime, Weekday};
use statrs::distribution::{Beta, ContinuousCDF};

use super::constants::SEASON_BY_CHANCE;
use super::lines::mean;
use super::points::Reading;
use super::settings::ControlError;
use super::verdict::{Lack, Unit};

/// Which seasons are taken off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Seasonality {
    /// None.
    #[default]
    None,
    /// Weekdays differ, as is known.
    Weekday,
    /// Months differ, as is known.
    Month,
    /// Weekdays, and in what is left months, if the baseline shows that they differ.
    Found,
}

impl Seasonality {
    /// All of them.
    pub const ALL: [Seasonality; 4] = [
        Seasonality::None,
        Seasonality::Weekday,
        Seasonality::Month,
        Seasonality::Found,
    ];

    /// The name to write.
    pub const fn as_str(self) -> &'static str {
        match self {
            Seasonality::None => "none",
            Seasonality::Weekday => "weekday",
            Seasonality::Month => "month",
            Seasonality::Found => "found",
        }
    }
}

impl FromStr for Seasonality {
    type Err = ControlError;

    fn from_str(name: &str) -> Result<Self, ControlError> {
        let all = Seasonality::ALL;
        all.into_iter()
            .find(|it| it.as_str() == name)
            .ok_or_else(|| ControlError::unknown("seasonality", name, all.map(Self::as_str)))
    }
}

/// What comes again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cycle {
    /// The days of a week.
    Weekday,
    /// The months of a year.
    Month,
}

impl Cycle {
    /// Which part of the cycle a moment is in: weekdays from 0 for Monday, months from 1 for January.
    pub fn part(self, when: NaiveDateTime) -> u32 {
        match self {
            Cycle::Weekday => when.weekday().num_days_from_monday(),
            Cycle::Month => when.month(),
        }
    }

    /// The name of a part.
    pub fn name(self, part: u32) -> &'static str {
        let part = u8::try_from(part).unwrap_or(0);
        match self {
            Cycle::Weekday => match Weekday::try_from(part) {
                Ok(Weekday::Mon) => "Monday",
                Ok(Weekday::Tue) => "Tuesday",
                Ok(Weekday::Wed) => "Wednesday",
                Ok(Weekday::Thu) => "Thursday",
                Ok(Weekday::Fri) => "Friday",
                Ok(Weekday::Sat) => "Saturday",
                _ => "Sunday",
            },
            Cycle::Month => Month::try_from(part).map_or("", |it| it.name()),
        }
    }

    /// Which occurrence of its part a moment is in.
    fn occurrence(self, when: NaiveDateTime) -> i32 {
        match self {
            Cycle::Weekday => when.num_days_from_ce(),
            Cycle::Month => when.year(),
        }
    }

    /// How often each part has to occur before a season is looked for: what it adds is then known to half a standard deviation
    /// of its occurrences.
    const fn to_find(self) -> usize {
        match self {
            Cycle::Weekday => 4,
            Cycle::Month => 3,
        }
    }

    const fn unit(self) -> Unit {
        match self {
            Cycle::Weekday => Unit::OfEachWeekday,
            Cycle::Month => Unit::OfEachMonth,
        }
    }
}

/// A season that is taken off.
#[derive(Debug, Clone, PartialEq)]
pub struct Season {
    /// What comes again.
    pub cycle: Cycle,
    /// What each part that the baseline has adds.
    pub effects: BTreeMap<u32, f64>,
    /// Where it was found and not declared: how likely chance makes such differences.
    pub chance: Option<f64>,
}

impl Season {
    /// What it adds at a moment; nothing is known of parts that the baseline does not have.
    pub fn effect(&self, when: NaiveDateTime) -> Option<f64> {
        self.effects.get(&self.cycle.part(when)).copied()
    }

    fn of(cycle: Cycle, parts: &Parts) -> Self {
        let means: BTreeMap<u32, f64> = parts
            .iter()
            .map(|(part, values)| (*part, mean(values.iter().copied())))
            .collect();
        let centre = mean(means.values().copied());
        Self {
            cycle,
            effects: means
                .into_iter()
                .map(|(it, value)| (it, value - centre))
                .collect(),
            chance: None,
        }
    }
}

/// The occurrences of each part.
type Parts = BTreeMap<u32, Vec<f64>>;

/// Declared seasons need each of their weekdays or months twice: with one there is no telling them from chance.
const TO_LEARN: usize = 2;

/// Learns the seasons of a baseline, and puts them into its readings.
pub(super) fn learn(
    seasonality: Seasonality,
    baseline: &mut [Reading],
) -> Result<Vec<Season>, Lack> {
    let declared = match seasonality {
        Seasonality::None => return Ok(Vec::new()),
        Seasonality::Found => return Ok(find(baseline)),
        Seasonality::Weekday => Cycle::Weekday,
        Seasonality::Month => Cycle::Month,
    };
    let parts = parts(declared, baseline);
    let have = parts.values().map(Vec::len).min().unwrap_or(0);
    if have < TO_LEARN {
        return Err(Lack {
            have,
            need: TO_LEARN,
            unit: declared.unit(),
        });
    }
    let season = Season::of(declared, &parts);
    apply(&season, baseline);
    Ok(vec![season])
}

fn find(baseline: &mut [Reading]) -> Vec<Season> {
    let mut found = Vec::new();
    for cycle in [Cycle::Weekday, Cycle::Month] {
        let parts = parts(cycle, baseline);
        let is_enough = parts.values().all(|it| it.len() >= cycle.to_find());
        if !is_enough || parts.len() < 2 {
            continue;
        }
        let groups: Vec<&[f64]> = parts.values().map(Vec::as_slice).collect();
        let chance = chance(&groups);
        if chance < SEASON_BY_CHANCE {
            let season = Season {
                chance: Some(chance),
                ..Season::of(cycle, &parts)
            };
            apply(&season, baseline);
            found.push(season);
        }
    }
    found
}

fn apply(season: &Season, baseline: &mut [Reading]) {
    for reading in baseline {
        reading.season += season.effect(reading.when).unwrap_or(0.0);
    }
}

fn parts(cycle: Cycle, baseline: &[Reading]) -> Parts {
    let mut occurrences: BTreeMap<(u32, i32), Vec<f64>> = BTreeMap::new();
    for reading in baseline {
        let key = (cycle.part(reading.when), cycle.occurrence(reading.when));
        occurrences.entry(key).or_default().push(reading.adjusted());
    }
    let mut parts = Parts::new();
    for ((part, _), values) in occurrences {
        let value = mean(values.iter().copied());
        parts.entry(part).or_default().push(value);
    }
    parts
}

/// How likely groups that are alike differ as much. The share of the variance of ranks that lies between groups is that of an
/// analysis of variance, and follows a beta distribution (Iman and Davenport, Communications in Statistics A5, 1976); with
/// chi-squared, which serves for many values, weekends are hardly ever found in four weeks.
fn chance(groups: &[&[f64]]) -> f64 {
    let count = groups.iter().map(|it| it.len()).sum::<usize>() as f64;
    let between = groups.len() as f64 - 1.0;
    let share = kruskal_wallis(groups) / (count - 1.0);
    Beta::new(between / 2.0, (count - 1.0 - between) / 2.0).map_or(1.0, |it| it.sf(share))
}

/// The statistic of Kruskal and Wallis, with their correction for ties: whether groups differ, told by ranks alone, so that
/// neither single wild values nor skewness count.
fn kruskal_wallis(groups: &[&[f64]]) -> f64 {
    let numbered = (0..).zip(groups);
    let mut all: Vec<(f64, usize)> = numbered
        .flat_map(|(group, values)| values.iter().map(move |it| (*it, group)))
        .collect();
    all.sort_by(|one, other| one.0.total_cmp(&other.0));
    let count = all.len() as f64;
    let (mut sums, mut ties, mut before) = (vec![0.0; groups.len()], 0.0, 0.0);
    for same in all.chunk_by(|one, other| one.0 == other.0) {
        let many = same.len() as f64;
        for (_, group) in same {
            sums[*group] += before + (many + 1.0) / 2.0;
        }
        ties += many.powi(3) - many;
        before += many;
    }
    let spread = 1.0 - ties / (count.powi(3) - count);
    let squares: f64 = sums
        .iter()
        .zip(groups)
        .map(|(sum, group)| sum * sum / group.len() as f64)
        .sum();
    let plain = 12.0 / (count * (count + 1.0)) * squares - 3.0 * (count + 1.0);
    if spread > 0.0 { plain / spread } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples that SciPy's documentation of `kruskal` gives: 0.2727 and 7.0.
    #[test]
    fn kruskal_wallis_is_that_of_scipy() {
        let apart: [&[f64]; 2] = [&[1.0, 3.0, 5.0, 7.0, 9.0], &[2.0, 4.0, 6.0, 8.0, 10.0]];
        assert!((kruskal_wallis(&apart) - 0.272_727_27).abs() < 1e-7);
        let ties: [&[f64]; 3] = [&[1.0, 1.0, 1.0], &[2.0, 2.0, 2.0], &[2.0, 2.0]];
        assert!((kruskal_wallis(&ties) - 7.0).abs() < 1e-7);
        assert_eq!(kruskal_wallis(&[&[1.0, 1.0], &[1.0]]), 0.0);
    }
}
