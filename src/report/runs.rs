//! The last runs, and when each node of the last one worked.

use std::fmt::Display;

use super::facts::{Report, Run};
use super::figures::{count, counted, duration, index, place, time};
use super::markup::Markup;
use super::page::{folded, missing, section as write_section};
use super::states::State;
use super::timeline;

/// The width of a run in the drawing, and of its bar.
const STEP: (f64, f64) = (10.0, 7.0);
/// The height of the drawing.
const HEIGHT: f64 = 64.0;

/// Writes the section.
pub(super) fn section(markup: &mut Markup, report: &Report) {
    write_section(markup, ("runs", "Runs"), |it| {
        if report.runs.is_empty() {
            let how = match report.asked.events {
                true => "Runs leave events behind; the first one comes with `dsql build`.",
                false => {
                    "Runs are listed by their events: write `events: true` in dsql.yml, then `dsql build`."
                }
            };
            return missing(it, "No run is known.", how);
        }
        history(it, &report.runs);
        if let Some(run) = report.last_run() {
            last(it, run);
            timeline::timeline(it, report);
        }
    });
}

fn last(markup: &mut Markup, run: &Run) {
    markup.leaf("h3", &[], "The last run");
    markup.put("p", &[], |it| {
        it.leaf("code", &[], &run.command);
        let state = outcome(run);
        let class = format!("state {}", state.class());
        it.text(format!(", {} UTC: ", time(run.started_at)));
        it.leaf("span", &[("class", &class)], told(run));
        let mut more = format!(", {}", counted_nodes(run));
        if let Some(seconds) = run.seconds {
            more.push_str(&format!(", {}", duration(seconds)));
        }
        if !run.started_by.is_empty() {
            more.push_str(&format!(", started by {}", run.started_by));
        }
        if !run.commit.is_empty() {
            more.push_str(&format!(", commit {}", run.commit));
        }
        it.text(format!("{more}. "));
        it.prose("What it said: ");
        it.leaf(
            "code",
            &[],
            format!("dsql logs --run {}", digits(&run.run_id)),
        );
    });
}

fn counted_nodes(run: &Run) -> String {
    let nodes = counted(usize::try_from(run.nodes).unwrap_or(usize::MAX), "node");
    match run.failed {
        0 => nodes,
        failed => format!("{nodes}, {} failed", count(failed)),
    }
}

/// Draws the durations of runs.
fn history(markup: &mut Markup, runs: &[Run]) {
    let longest = runs.iter().filter_map(|it| it.seconds).fold(0.0, f64::max);
    let width = place(STEP.0 * index(runs.len().max(20)));
    let view = format!("0 0 {width} {}", place(HEIGHT));
    let label = format!(
        "How long the last {} took, by their outcome. The table below has the figures.",
        counted(runs.len(), "run")
    );
    markup.put("figure", &[], |it| {
        let attributes: [(&str, &dyn Display); 5] = [
            ("class", &"bars"),
            ("role", &"img"),
            ("aria-label", &label),
            ("viewBox", &view),
            ("preserveAspectRatio", &"none"),
        ];
        it.put("svg", &attributes, |it| {
            for (at, run) in runs.iter().enumerate() {
                bar(it, at, run, longest);
            }
        });
        it.put("figcaption", &[], |it| {
            it.text(format!(
                "The last {}, the newest on the right; the longest took {}.",
                counted(runs.len(), "run"),
                duration(longest)
            ));
        });
    });
    let rows: Vec<Vec<String>> = runs.iter().rev().map(row).collect();
    let heads = [
        "Began (UTC)",
        "Command",
        "Outcome",
        "#Took",
        "#Nodes",
        "#Failed",
        "By",
        "Commit",
        "Run",
    ];
    let title = format!("{} as a table", capital(&counted(runs.len(), "run")));
    folded(markup, &title, &heads, &rows);
}

fn bar(markup: &mut Markup, at: usize, run: &Run, longest: f64) {
    let seconds = run.seconds.unwrap_or_default();
    let height = (HEIGHT * seconds / longest.max(f64::MIN_POSITIVE)).max(2.0);
    let (x, y) = (place(STEP.0 * index(at)), place(HEIGHT - height));
    let (width, height) = (place(STEP.1), place(height));
    let class = outcome(run).class();
    let attributes: [(&str, &dyn Display); 5] = [
        ("class", &class),
        ("x", &x),
        ("y", &y),
        ("width", &width),
        ("height", &height),
    ];
    markup.put("rect", &attributes, |it| {
        let took = run.seconds.map(duration).unwrap_or_default();
        it.leaf(
            "title",
            &[],
            format!(
                "{} {}: {}, {took}",
                run.command,
                time(run.started_at),
                told(run)
            ),
        );
    });
}

fn row(run: &Run) -> Vec<String> {
    vec![
        time(run.started_at),
        run.command.clone(),
        format!("{} {}", outcome(run).sign(), told(run)),
        run.seconds.map(duration).unwrap_or_default(),
        count(run.nodes),
        count(run.failed),
        run.started_by.clone(),
        run.commit.clone(),
        digits(&run.run_id).to_owned(),
    ]
}

fn outcome(run: &Run) -> State {
    match run.outcome.as_deref() {
        Some("success") => State::Well,
        Some(_) => State::Failed,
        None => State::Unknown,
    }
}

fn told(run: &Run) -> &str {
    run.outcome.as_deref().unwrap_or("not ended")
}

/// The first digits of a run's id, which name it.
fn digits(run_id: &str) -> &str {
    run_id.get(..8).unwrap_or(run_id)
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|it| it.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}
