//! The head of a page: what it is about, and the most important figures.

use std::fmt::Display;

use super::facts::Report;
use super::figures::{count, counted, duration, time};
use super::incidents;
use super::markup::Markup;
use super::states::State;

/// The sections, and what they are called.
const SECTIONS: [(&str, &str); 7] = [
    ("runs", "Runs"),
    ("graph", "Graph"),
    ("scores", "Scores"),
    ("charts", "Control charts"),
    ("flow", "Drop-off"),
    ("quarantine", "Quarantine"),
    ("incidents", "Incidents"),
];

/// A figure with what it is of.
struct Tile {
    to: &'static str,
    name: &'static str,
    figure: String,
    more: String,
    state: State,
}

/// Writes the head.
pub(super) fn head(markup: &mut Markup, report: &Report) {
    markup.put("header", &[], |it| {
        it.leaf("h1", &[], &report.project);
        it.put("p", &[("class", &"about")], |it| {
            it.text(format!("Target {}, as of ", report.target));
            let made_at = time(report.made_at);
            let machine = report.made_at.format("%Y-%m-%dT%H:%M:%SZ");
            it.leaf("time", &[("datetime", &machine)], format!("{made_at} UTC"));
        });
        it.put("nav", &[("aria-label", &"Sections")], |it| {
            it.put("ul", &[], |it| {
                for (id, name) in SECTIONS {
                    let to = format!("#{id}");
                    it.put("li", &[], |it| it.leaf("a", &[("href", &to)], name));
                }
            });
        });
        let tiles = tiles(report);
        it.put("ul", &[("class", &"tiles")], |it| {
            tiles.iter().for_each(|tile| write(it, tile));
        });
    });
}

fn write(markup: &mut Markup, tile: &Tile) {
    let (to, class) = (format!("#{}", tile.to), tile.state.class());
    markup.put("li", &[], |it| {
        let attributes: [(&str, &dyn Display); 2] = [("href", &to), ("class", &class)];
        it.put("a", &attributes, |it| {
            it.leaf("span", &[("class", &"name")], tile.name);
            it.leaf("strong", &[], &tile.figure);
            it.leaf("span", &[("class", &"more")], &tile.more);
        });
    });
}

fn tiles(report: &Report) -> Vec<Tile> {
    let all = [
        last_run(report),
        nodes(report),
        score(report),
        charts(report),
        quarantined(report),
        incidents(report),
    ];
    all.into_iter().flatten().collect()
}

fn last_run(report: &Report) -> Option<Tile> {
    let run = report.last_run()?;
    let (figure, state) = match run.outcome.as_deref() {
        Some("success") => ("success", State::Well),
        Some("cancelled") => ("cancelled", State::Failed),
        Some(_) => ("failed", State::Failed),
        None => ("not ended", State::Unknown),
    };
    let took = run.seconds.map(duration).unwrap_or_default();
    Some(Tile {
        to: "runs",
        name: "Last run",
        figure: figure.to_owned(),
        more: format!("{} {took}", run.command),
        state,
    })
}

fn nodes(report: &Report) -> Option<Tile> {
    let known = |it: &&super::GraphNode| it.state != State::Unknown;
    let states = || report.dag.nodes.iter().filter(known).map(|it| it.state);
    let all = states().count();
    let bad = states().filter(|it| *it == State::Failed).count();
    let warned = states().filter(|it| *it == State::Warned).count();
    let state = match (bad, warned) {
        (0, 0) => State::Well,
        (0, _) => State::Warned,
        _ => State::Failed,
    };
    (all > 0).then(|| Tile {
        to: "graph",
        name: "Nodes with failures",
        figure: bad.to_string(),
        more: format!("of {all}, {} with warnings", warned),
        state,
    })
}

fn score(report: &Report) -> Option<Tile> {
    let own = report.scores.iter().find(|it| it.level == "project")?;
    let mut earlier = report.trends.iter().filter(|it| it.level == "project");
    let before = earlier.by_ref().rev().nth(1);
    Some(Tile {
        to: "scores",
        name: "Data-quality score",
        figure: format!("{:.3}", own.score),
        more: before.map_or("the first one".to_owned(), |it| {
            format!("{:.3} before", it.score)
        }),
        state: State::Unknown,
    })
}

fn charts(report: &Report) -> Option<Tile> {
    let (all, special) = report.chart_counts;
    let state = if special == 0 {
        State::Well
    } else {
        State::Warned
    };
    (!report.charts.is_empty()).then(|| Tile {
        to: "charts",
        name: "Out of control",
        figure: special.to_string(),
        more: format!("of {}", counted(all, "chart")),
        state,
    })
}

fn quarantined(report: &Report) -> Option<Tile> {
    let rows = |it: &super::Quarantined| it.count("quarantined");
    let all: u64 = report.quarantines.iter().map(rows).sum();
    let tables = report.quarantines.iter().filter(|it| rows(it) > 0).count();
    let state = if all == 0 { State::Well } else { State::Warned };
    (!report.quarantines.is_empty()).then(|| Tile {
        to: "quarantine",
        name: "Rows in quarantine",
        figure: count(all),
        more: format!("of {}", counted(tables, "node")),
        state,
    })
}

fn incidents(report: &Report) -> Option<Tile> {
    let states = || report.incidents.iter().map(incidents::state);
    let open = states().filter(|it| *it != State::Well).count();
    (!report.incidents.is_empty()).then(|| Tile {
        to: "incidents",
        name: "Incidents that go on",
        figure: open.to_string(),
        more: format!("of {}", counted(report.incidents.len(), "incident")),
        state: states().max().unwrap_or_default(),
    })
}
