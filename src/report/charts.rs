//! Control charts, with the points that broke a rule.

use std::fmt::Display;

use super::facts::{ChartFacts, ChartPoint, Report, SignalFacts};
use super::figures::{counted, index, place, time};
use super::markup::Markup;
use super::page::{folded, missing, section as write_section};
use crate::control::figure;

/// How many charts are drawn; of those that are out of control, how many.
const CHARTS: usize = 24;
const SPECIAL: usize = 60;
/// The size of a chart.
const SIZE: (f64, f64) = (340.0, 130.0);
/// The room around what is drawn.
const EDGE: f64 = 8.0;
/// How many signals are listed below a chart.
const SIGNALS: usize = 4;

/// Writes the section.
pub(super) fn section(markup: &mut Markup, report: &Report) {
    write_section(markup, ("charts", "Control charts"), |it| {
        if report.charts.is_empty() {
            let how = match (report.asked.control, report.asked.events) {
                (true, true) => "No run has measured what is under control: `dsql build` does.",
                (true, false) => {
                    "Runs are measured by their events: write `events: true` in dsql.yml."
                }
                (false, _) => {
                    "Name metrics below `control` in dsql.yml, beside `events: true`: `control: [{metric: rows}]`."
                }
            };
            return missing(it, "Nothing is drawn.", how);
        }
        let charts = &report.charts;
        let (all, special) = report.chart_counts;
        let drawn = special.clamp(CHARTS, SPECIAL).min(charts.len());
        lead(it, (drawn, all));
        it.put("div", &[("class", &"charts")], |it| {
            charts.iter().take(drawn).for_each(|chart| card(it, chart));
        });
        let rows: Vec<Vec<String>> = charts.iter().map(row).collect();
        let heads = [
            "Chart", "Kind", "Verdict", "#Points", "Limits", "#Last", "Signals",
        ];
        let title = match all > charts.len() {
            true => format!("{} of {} as a table", charts.len(), counted(all, "chart")),
            false => format!("All {} as a table", counted(all, "chart")),
        };
        folded(it, &title, &heads, &rows);
    });
}

fn lead(markup: &mut Markup, (drawn, all): (usize, usize)) {
    markup.put("p", &[], |it| {
        it.text("Dashed lines are limits, which are learned from the first points of a phase; the line between them is the centre. ");
        it.text("A diamond is a point at which a rule fires. Charts out of control come first. ");
        if all > drawn {
            it.text(format!("{drawn} of {} are drawn. ", counted(all, "chart")));
        }
        it.prose("After a wanted change: `dsql spc accept CHART`.");
    });
}

fn card(markup: &mut Markup, chart: &ChartFacts) {
    let class = match chart.is_special() {
        true => "card special",
        false => "card",
    };
    markup.put("figure", &[("class", &class)], |it| {
        it.put("figcaption", &[], |it| {
            it.put("h3", &[], |it| it.name(&chart.name));
            it.leaf("p", &[("class", &"verdict")], &chart.verdict);
        });
        draw(it, chart);
        it.put("p", &[("class", &"ends")], |it| {
            let ends = [chart.points.first(), chart.points.last()];
            for end in ends.into_iter().flatten() {
                it.leaf("span", &[], end.at.format("%Y-%m-%d %H:%M"));
            }
        });
        it.put("p", &[("class", &"about")], |it| about(it, chart));
        signals(it, chart);
    });
}

fn about(markup: &mut Markup, chart: &ChartFacts) {
    if let Some(limits) = chart.limits() {
        markup.text(format!("Limits {limits}. "));
    }
    let last = chart.points.last().and_then(|it| it.value);
    if let Some(last) = last {
        markup.text(format!("Last {}. ", figure(last)));
    }
    if let Some((since, by)) = &chart.phase {
        markup.text(format!("Phase since {}, by {by}. ", time(*since)));
    }
}

/// Lists where rules fired, the newest first.
fn signals(markup: &mut Markup, chart: &ChartFacts) {
    if chart.signals.is_empty() {
        return;
    }
    markup.put("ul", &[("class", &"signals")], |it| {
        for signal in chart.signals.iter().rev().take(SIGNALS) {
            let text = told(chart, signal);
            it.leaf("li", &[], text);
        }
        if let Some(more) = chart
            .signals
            .len()
            .checked_sub(SIGNALS)
            .filter(|it| *it > 0)
        {
            it.leaf(
                "li",
                &[],
                format!("{} before", counted(more, "more signal")),
            );
        }
    });
}

fn told(chart: &ChartFacts, signal: &SignalFacts) -> String {
    let Some(point) = chart.points.get(signal.at) else {
        return signal.rule.clone();
    };
    let value = point.value.map(figure).unwrap_or_default();
    let (at, run) = (time(point.at), &point.run);
    format!(
        "{value} at {at}, run {run}: {} ({})",
        signal.meaning, signal.rule
    )
}

/// From values and places of points to places in the drawing.
struct Scale {
    least: f64,
    range: f64,
    step: f64,
}

impl Scale {
    fn of(points: &[ChartPoint]) -> Self {
        let limits = points.iter().filter_map(|it| it.limits);
        let limits = limits.flat_map(|it| [it.0, it.2]);
        let values = points.iter().filter_map(|it| it.value);
        let all: Vec<f64> = limits.chain(values).filter(|it| it.is_finite()).collect();
        let least = all.iter().copied().fold(f64::MAX, f64::min);
        let most = all.iter().copied().fold(f64::MIN, f64::max);
        let (least, range) = match most - least {
            it if it > 0.0 => (least, it),
            // A series that never varies is a line in the middle.
            _ => (least - 0.5, 1.0),
        };
        let step = (SIZE.0 - 2.0 * EDGE) / index(points.len().saturating_sub(1).max(1));
        Self { least, range, step }
    }

    fn x(&self, at: usize) -> String {
        place(EDGE + self.step * index(at))
    }

    fn y(&self, value: f64) -> f64 {
        let share = (value - self.least) / self.range;
        EDGE + (SIZE.1 - 2.0 * EDGE) * (1.0 - share)
    }
}

fn draw(markup: &mut Markup, chart: &ChartFacts) {
    let points = &chart.points;
    let scale = Scale::of(points);
    let signals = points.iter().filter(|it| it.is_signal).count();
    let label = format!(
        "{}: {}, {}",
        chart.name,
        counted(points.len(), "point"),
        match signals {
            0 => "no rule fires".to_owned(),
            it => format!("rules fire at {it} of them"),
        }
    );
    let view = format!("0 0 {} {}", place(SIZE.0), place(SIZE.1));
    let attributes: [(&str, &dyn Display); 4] = [
        ("class", &"chart"),
        ("role", &"img"),
        ("aria-label", &label),
        ("viewBox", &view),
    ];
    markup.put("svg", &attributes, |it| {
        for (class, which) in [("limit", 0), ("centre", 1), ("limit", 2)] {
            let value = |it: &ChartPoint| {
                let (lower, centre, upper) = it.limits?;
                [lower, centre, upper].get(which).copied()
            };
            for path in lines(points, &scale, value) {
                it.shape("polyline", &[("class", &class), ("points", &path)]);
            }
        }
        for path in lines(points, &scale, |it| it.value) {
            it.shape("polyline", &[("class", &"values"), ("points", &path)]);
        }
        for (at, point) in points.iter().enumerate() {
            mark(it, at, point, &scale);
        }
    });
}

/// Lines through the points that have a value, broken where one has none.
fn lines(
    points: &[ChartPoint],
    scale: &Scale,
    value: impl Fn(&ChartPoint) -> Option<f64>,
) -> Vec<String> {
    let mut lines = vec![Vec::new()];
    for (at, point) in points.iter().enumerate() {
        match (value(point).filter(|it| it.is_finite()), lines.last_mut()) {
            (Some(value), Some(line)) => {
                line.push(format!("{},{}", scale.x(at), place(scale.y(value))));
            }
            _ => lines.push(Vec::new()),
        }
    }
    let lines = lines.into_iter().filter(|it| !it.is_empty());
    lines.map(|it| it.join(" ")).collect()
}

fn mark(markup: &mut Markup, at: usize, point: &ChartPoint, scale: &Scale) {
    let Some(value) = point.value else { return };
    let told = format!("{} at {}", figure(value), time(point.at));
    let y = scale.y(value);
    if point.is_signal {
        let x = EDGE + scale.step * index(at);
        let corners = [(0.0, -6.0), (6.0, 0.0), (0.0, 6.0), (-6.0, 0.0)];
        let corners =
            corners.map(|(right, down)| format!("{},{}", place(x + right), place(y + down)));
        let attributes: [(&str, &dyn Display); 2] =
            [("class", &"signal"), ("points", &corners.join(" "))];
        markup.put("polygon", &attributes, |it| it.leaf("title", &[], told));
        return;
    }
    let class = match point.limits {
        Some(_) => "point",
        None => "point unjudged",
    };
    let (x, y) = (scale.x(at), place(y));
    let attributes: [(&str, &dyn Display); 4] =
        [("class", &class), ("cx", &x), ("cy", &y), ("r", &"2.5")];
    markup.put("circle", &attributes, |it| it.leaf("title", &[], told));
}

fn row(chart: &ChartFacts) -> Vec<String> {
    let last = chart.points.last().and_then(|it| it.value);
    let signals: Vec<String> = chart
        .signals
        .iter()
        .rev()
        .take(SIGNALS)
        .map(|it| told(chart, it))
        .collect();
    vec![
        chart.name.clone(),
        chart.kind.clone(),
        chart.verdict.clone(),
        chart.measured.to_string(),
        chart.limits().unwrap_or_default(),
        last.map(figure).unwrap_or_default(),
        signals.join("; "),
    ]
}
