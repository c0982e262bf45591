//! Where rules fire.

use std::cmp::Ordering;

use super::rules::{Pattern, Rule};

/// A rule that fired.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signal {
    /// Which one.
    pub rule: Rule,
    /// Where: the place in the series of the point that completes the pattern.
    pub at: usize,
    /// All points of the pattern, the last one included.
    pub points: Vec<usize>,
}

/// A point as rules see it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Judged {
    /// Its place in the series.
    pub(super) index: usize,
    /// What is plotted.
    pub(super) plotted: f64,
    /// How far it is from the centre.
    pub(super) deviation: f64,
    /// The standard deviation here.
    pub(super) sigma: f64,
    /// How many of them the limits are away.
    pub(super) width: f64,
    /// Differences up to this are rounding.
    pub(super) slack: f64,
    /// The range to the point before, and its limit.
    pub(super) range: Option<(f64, f64)>,
}

impl Judged {
    fn side(&self) -> Ordering {
        if self.deviation.abs() <= self.slack {
            return Ordering::Equal;
        }
        self.deviation.total_cmp(&0.0)
    }

    /// Strictly: a point on a line is not beyond it.
    fn is_beyond(&self, sigmas: f64) -> bool {
        self.deviation.abs() > sigmas * self.sigma + self.slack
    }

    fn is_within(&self) -> bool {
        self.deviation.abs() + self.slack < self.sigma
    }

    fn step_to(&self, next: &Judged) -> Ordering {
        let step = next.plotted - self.plotted;
        if step.abs() <= self.slack.max(next.slack) {
            return Ordering::Equal;
        }
        step.total_cmp(&0.0)
    }
}

/// Finds all signals, in the order of points, then of rules.
pub(super) fn signals(rules: &[Rule], points: &[Judged]) -> Vec<Signal> {
    let mut found = Vec::new();
    for last in 1..=points.len() {
        let (until, at) = (&points[..last], points[last - 1].index);
        found.extend(rules.iter().filter_map(|rule| {
            completed(rule.pattern(), until).map(|points| Signal {
                rule: *rule,
                at,
                points,
            })
        }));
    }
    found
}

/// Returns the points of a pattern that the last point completes.
fn completed(pattern: Pattern, until: &[Judged]) -> Option<Vec<usize>> {
    let (last, before) = until.split_last()?;
    match pattern {
        Pattern::Limits => last.is_beyond(last.width).then(|| vec![last.index]),
        Pattern::Range => {
            let (range, limit) = last.range?;
            let pair = [before.last()?.index, last.index];
            (range > limit + last.slack).then(|| pair.to_vec())
        }
        Pattern::Beyond(count, of, sigmas) => {
            let like_last = |it: &&Judged| it.is_beyond(sigmas) && it.side() == last.side();
            let window = &until[until.len().saturating_sub(of)..];
            let points: Vec<usize> = window.iter().filter(like_last).map(|it| it.index).collect();
            (points.last() == Some(&last.index) && points.len() >= count).then_some(points)
        }
        Pattern::Side(count) => row(until, count, |row| {
            last.side() != Ordering::Equal && row.iter().all(|it| it.side() == last.side())
        }),
        Pattern::Trend(count) => row(until, count, |row| {
            let mut steps = row.windows(2).map(|it| it[0].step_to(&it[1]));
            let first = steps.next();
            first.is_some_and(|it| it != Ordering::Equal && steps.all(|step| step == it))
        }),
        Pattern::Alternating(count) => row(until, count, |row| {
            let steps: Vec<Ordering> = row.windows(2).map(|it| it[0].step_to(&it[1])).collect();
            let turns = |it: &[Ordering]| it[0] != Ordering::Equal && it[0] == it[1].reverse();
            steps.windows(2).all(turns)
        }),
        Pattern::Within(count) => row(until, count, |row| row.iter().all(Judged::is_within)),
        Pattern::Outside(count) => row(until, count, |row| row.iter().all(|it| it.is_beyond(1.0))),
    }
}

/// Returns the last so many points, if there are as many and they hold.
fn row(until: &[Judged], count: usize, holds: impl Fn(&[Judged]) -> bool) -> Option<Vec<usize>> {
    let row = &until[until.len().checked_sub(count)?..];
    holds(row).then(|| row.iter().map(|it| it.index).collect())
}
