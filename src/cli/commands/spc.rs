//! What `spc` prints: control charts, and phases of them.

use serde_json::{Value, json};

use super::python_json;
use super::sparkline::sparkline;
use crate::control::{Chart, Measured, figure};
use crate::pipeline::Charted;
use crate::quality::control::{Chart as Drawn, ChartPoint, JudgedPoint};

/// How times are written.
const TIME: &str = "%Y-%m-%d %H:%M:%S";
/// How many of the last places where rules fired are listed.
const SIGNALS: usize = 8;
/// How many digits of a run's id are shown.
const DIGITS: usize = 8;

/// Writes charts.
pub(super) fn text(charted: &Charted, as_json: bool) -> String {
    match (charted, as_json) {
        (Charted::Shown(charts), true) => {
            let charts: Vec<Value> = charts.iter().map(object).collect();
            python_json::pretty(&Value::Array(charts))
        }
        (Charted::Began(chart, _), true) => python_json::pretty(&object(chart)),
        (Charted::Shown(charts), false) => {
            charts.iter().map(drawn).collect::<Vec<_>>().join("\n\n")
        }
        (Charted::Began(chart, is_new), false) => began(chart, *is_new),
    }
}

fn began(chart: &Chart, is_new: bool) -> String {
    let Some(phase) = &chart.series.phase else {
        return String::new();
    };
    let head = format!("{}.{}", chart.name, chart.metric.name);
    let at = phase.began_at.format(TIME);
    let run = run(&phase.run_id);
    let said = if is_new { "begins" } else { "began already" };
    let verdict = chart.verdict();
    format!("{head}: a phase {said} with the run {run} at {at}; {verdict}")
}

/// Draws a chart in a few lines.
fn drawn(chart: &Chart) -> String {
    let head = format!("{}.{} ({})", chart.name, chart.metric.name, chart.kind);
    let mut lines = vec![format!("{head}: {}", chart.verdict())];
    if let Some(phase) = &chart.series.phase {
        let at = phase.began_at.format(TIME);
        let by = &phase.decided_by;
        let why = phase.reason.as_ref();
        let why = why.map_or(String::new(), |it| format!(": {it}"));
        lines.push(format!("phase    since {at}, begun by {by}{why}"));
    }
    if let Some((judged, drawn)) = judged(chart) {
        let taught = drawn.points.iter().filter(|it| it.is_baseline).count();
        lines.push(format!(
            "limits   {} to {} around {}, of {taught} points",
            figure(judged.lower + judged.season),
            figure(judged.upper + judged.season),
            figure(drawn.centre + judged.season),
        ));
        for season in &drawn.seasons {
            let parts = season.effects.iter();
            let parts = parts
                .map(|(part, adds)| format!("{} {:+}", season.cycle.name(*part), rounded(*adds)));
            lines.push(format!("season   {}", parts.collect::<Vec<_>>().join(", ")));
        }
        lines.extend(drawn.cautions.iter().map(|it| format!("caution  {it}")));
    }
    let last = chart.series.points.len().checked_sub(1);
    if let Some(last) = last.and_then(|it| point(chart, it)) {
        lines.push(format!("last     {last}"));
    }
    lines.push(format!("points   {}", line(chart)));
    lines.extend(signals(chart));
    lines.join("\n  ")
}

/// The last point that was judged, and the chart.
fn judged(chart: &Chart) -> Option<(&JudgedPoint, &Drawn)> {
    let drawn = drawn_of(chart)?;
    let judged = drawn
        .points
        .iter()
        .rev()
        .find_map(|it| it.judged.as_ref())?;
    Some((judged, drawn))
}

/// What can be drawn, if there is enough history.
fn drawn_of(chart: &Chart) -> Option<&Drawn> {
    chart.control.as_ref().ok()?.chart.as_ref()
}

/// Lists where rules fired, the newest first.
fn signals(chart: &Chart) -> Vec<String> {
    let signals = chart.signals();
    let mut lines: Vec<String> = signals
        .iter()
        .rev()
        .take(SIGNALS)
        .filter_map(|it| {
            let first = it.points.first().filter(|first| **first != it.at);
            let first = first.and_then(|first| chart.series.points.get(*first));
            let since = first.map_or(String::new(), |it| {
                format!(", since {}  run {}", it.at.format(TIME), run(&it.run_id))
            });
            let (at, meaning) = (point(chart, it.at)?, it.rule.meaning());
            Some(format!("signal   {at}  {}: {meaning}{since}", it.rule))
        })
        .collect();
    if let Some(more) = signals.len().checked_sub(SIGNALS).filter(|it| *it > 0) {
        lines.push(format!("         {more} earlier signals: `--output json`"));
    }
    lines
}

/// Writes a point: the value, and what is judged where that is another figure.
fn point(chart: &Chart, at: usize) -> Option<String> {
    let measured = chart.series.points.get(at)?;
    let drawn = drawn_of(chart).and_then(|it| it.point(at));
    let judged = drawn.and_then(|it| it.judged.as_ref());
    let plotted = judged.map(|it| figure(it.plotted + it.season));
    let value = figure(measured.value);
    let value = match (measured.size, plotted) {
        (Some(size), Some(share)) if share != value => {
            format!("{value} of {}, {share}", figure(size))
        }
        (Some(size), _) => format!("{value} of {}", figure(size)),
        (None, Some(average)) if average != value => format!("{value}, average {average}"),
        _ => value,
    };
    let (time, run) = (measured.at.format(TIME), run(&measured.run_id));
    Some(format!("{value}  {time}  run {run}"))
}

fn run(id: &str) -> &str {
    id.get(..DIGITS).unwrap_or(id)
}

/// Draws the last points of the series as heights.
fn line(chart: &Chart) -> String {
    let points = &chart.series.points;
    let began = chart.series.phase.as_ref().map(|it| it.began_at);
    let points = points
        .iter()
        .filter(|it| began.is_none_or(|began| it.at >= began));
    let share = |it: &Measured| match it.size {
        Some(size) => it.value / size,
        None => it.value,
    };
    let values: Vec<f64> = points.map(share).collect();
    sparkline(&values)
}

/// Rounds to four digits.
fn rounded(value: f64) -> f64 {
    figure(value).parse().unwrap_or(value)
}

fn object(chart: &Chart) -> Value {
    let series = &chart.series;
    let place = |at: &usize| {
        series
            .points
            .get(*at)
            .map(|it| json!({"run_id": it.run_id, "at": time(it.at)}))
    };
    let signals = chart.signals().iter().map(|it| {
        let points: Vec<Value> = it.points.iter().filter_map(place).collect();
        json!({
            "rule": it.rule.as_str(), "meaning": it.rule.meaning(), "at": place(&it.at), "points": points,
        })
    });
    let drawn = drawn_of(chart);
    let phase = series.phase.as_ref().map(|it| {
        json!({
            "began_at": time(it.began_at), "run_id": it.run_id, "decided_by": it.decided_by, "reason": it.reason,
        })
    });
    let cautions = drawn.map(|it| {
        it.cautions
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
    });
    let points = series.points.iter().enumerate().map(|(at, it)| {
        let judged = drawn.and_then(|it| it.point(at));
        measured(it, judged)
    });
    json!({
        "node": chart.of.node,
        "part": chart.of.part,
        "name": chart.name,
        "metric": chart.metric.name,
        "chart": chart.kind,
        "on_signal": chart.on_signal.as_str(),
        "outcome": chart.outcome().as_str(),
        "verdict": chart.verdict(),
        "centre": drawn.map(|it| it.centre),
        "sigma": drawn.map(|it| it.sigma),
        "cautions": cautions.unwrap_or_default(),
        "phase": phase,
        "signals": signals.collect::<Vec<_>>(),
        "points": points.collect::<Vec<_>>(),
    })
}

/// A point for programs; what is before the phase has no limits.
fn measured(measured: &Measured, point: Option<&ChartPoint>) -> Value {
    let judged = point.and_then(|it| it.judged.as_ref());
    let rules = judged.map(|it| it.rules.iter().map(|it| it.as_str()).collect::<Vec<_>>());
    json!({
        "run_id": measured.run_id,
        "at": time(measured.at),
        "value": Some(measured.value).filter(|it| it.is_finite()),
        "size": measured.size,
        "plotted": judged.map(|it| it.plotted + it.season),
        "lower": judged.map(|it| it.lower + it.season),
        "upper": judged.map(|it| it.upper + it.season),
        "is_baseline": point.is_some_and(|it| it.is_baseline),
        "rules": rules.unwrap_or_default(),
        "problem": point.and_then(|it| it.problem).map(|it| it.to_string()),
    })
}

fn time(at: chrono::NaiveDateTime) -> String {
    at.format("%Y-%m-%dT%H:%M:%S%.6f").to_string()
}
