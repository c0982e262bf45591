//! When the nodes of a run waited and worked.

use std::fmt::Display;

use super::facts::{NodeRun, Report};
use super::figures::{counted, duration, place};
use super::markup::Markup;
use super::page::{folded, wide};
use super::states::State;

/// How many nodes have a line of their own.
const LINES: usize = 40;
/// The width of a drawing, and the height of a line.
const WIDTH: f64 = 1000.0;
const LINE: f64 = 14.0;

/// Draws the last run, by threads and by nodes.
pub(super) fn timeline(markup: &mut Markup, report: &Report) {
    let nodes = &report.node_runs;
    if nodes.is_empty() {
        return;
    }
    let ends = nodes.iter().filter_map(|it| Some(it.start? + it.seconds));
    let end = ends.fold(0.001, f64::max);
    legend(markup);
    threads(markup, nodes, end);
    lines(markup, nodes, end);
    let rows: Vec<Vec<String>> = nodes.iter().map(row).collect();
    let heads = [
        "Node",
        "Kind",
        "Status",
        "#Began after",
        "#Waited",
        "#Worked",
    ];
    let title = format!("All {} of the run as a table", counted(nodes.len(), "node"));
    folded(markup, &title, &heads, &rows);
}

fn legend(markup: &mut Markup) {
    markup.put("ul", &[("class", &"legend")], |it| {
        for state in [State::Well, State::Warned, State::Failed] {
            it.leaf("li", &[("class", &state.class())], state.word());
        }
        it.leaf("li", &[("class", &"waited")], "could begin, and waited");
    });
}

/// Draws all nodes in as many lines as there were threads at work.
fn threads(markup: &mut Markup, nodes: &[NodeRun], end: f64) {
    let lanes = lanes(nodes);
    let height = place(LINE * super::figures::index(lanes.len()));
    let view = format!("0 0 {} {height}", place(WIDTH));
    let label = format!("When nodes worked, at most {} at a time", lanes.len());
    markup.put("figure", &[], |it| {
        let attributes: [(&str, &dyn Display); 6] = [
            ("class", &"lanes"),
            ("role", &"img"),
            ("aria-label", &label),
            ("viewBox", &view),
            ("height", &height),
            ("preserveAspectRatio", &"none"),
        ];
        it.put("svg", &attributes, |it| {
            for (at, lane) in lanes.iter().enumerate() {
                let y = LINE * super::figures::index(at) + 1.0;
                for node in lane {
                    worked(it, node, y, end);
                }
            }
        });
        it.put("figcaption", &[], |it| {
            it.text(format!(
                "At most {} at a time, from the beginning of the run to the end of its last node after {}.",
                counted(lanes.len(), "node"),
                duration(end)
            ));
        });
    });
}

/// Gives each node to the first thread that is free.
fn lanes(nodes: &[NodeRun]) -> Vec<Vec<&NodeRun>> {
    let mut lanes: Vec<(f64, Vec<&NodeRun>)> = Vec::new();
    for node in nodes {
        let Some(start) = node.start else { continue };
        let end = start + node.seconds;
        match lanes.iter_mut().find(|it| it.0 <= start + 0.001) {
            Some((free, lane)) => {
                *free = end;
                lane.push(node);
            }
            None => lanes.push((end, vec![node])),
        }
    }
    lanes.into_iter().map(|it| it.1).collect()
}

fn worked(markup: &mut Markup, node: &NodeRun, y: f64, end: f64) {
    let Some(start) = node.start else { return };
    let x = WIDTH * start / end;
    // What is shorter than a hair is drawn as one.
    let width = (WIDTH * node.seconds / end - 0.8).max(1.2);
    let (x, y, width, height) = (place(x), place(y), place(width), place(LINE - 2.0));
    let class = State::of(&node.status).class();
    let attributes: [(&str, &dyn Display); 5] = [
        ("class", &class),
        ("x", &x),
        ("y", &y),
        ("width", &width),
        ("height", &height),
    ];
    markup.put("rect", &attributes, |it| {
        let told = format!("{}: {}, {}", node.name, node.status, duration(node.seconds));
        it.leaf("title", &[], told);
    });
}

/// Draws the nodes that took longest, each in its line.
fn lines(markup: &mut Markup, nodes: &[NodeRun], end: f64) {
    let mut chosen: Vec<&NodeRun> = nodes.iter().filter(|it| it.start.is_some()).collect();
    let all = chosen.len();
    chosen.sort_by(|one, other| other.seconds.total_cmp(&one.seconds));
    chosen.truncate(LINES);
    chosen.sort_by(|one, other| {
        let start = |it: &NodeRun| it.start.unwrap_or_default();
        start(one).total_cmp(&start(other))
    });
    let title = match all > LINES {
        true => format!("The {LINES} nodes that worked longest, of {all}"),
        false => "By node".to_owned(),
    };
    markup.leaf("h3", &[], &title);
    wide(markup, &title, |it| {
        it.put("table", &[("class", &"lines")], |it| {
            it.put("thead", &[], |it| {
                it.put("tr", &[], |it| {
                    for (head, class) in [
                        ("Node", ""),
                        ("When", "when"),
                        ("Waited", "figure"),
                        ("Worked", "figure"),
                    ] {
                        let attributes: [(&str, &dyn Display); 2] =
                            [("scope", &"col"), ("class", &class)];
                        it.leaf("th", &attributes, head);
                    }
                });
            });
            it.put("tbody", &[], |it| {
                chosen.iter().for_each(|node| line(it, node, end));
            });
        });
    });
}

fn line(markup: &mut Markup, node: &NodeRun, end: f64) {
    let state = State::of(&node.status);
    markup.put("tr", &[], |it| {
        it.put("th", &[("scope", &"row"), ("title", &node.node)], |it| {
            let class = format!("sign {}", state.class());
            it.leaf("span", &[("class", &class)], state.sign());
            it.text("\u{a0}");
            it.name(&node.name);
        });
        it.put("td", &[("class", &"when")], |it| {
            let view = format!("0 0 {} {}", place(WIDTH), place(LINE));
            let attributes: [(&str, &dyn Display); 4] = [
                ("class", &"line"),
                ("aria-hidden", &"true"),
                ("viewBox", &view),
                ("preserveAspectRatio", &"none"),
            ];
            it.put("svg", &attributes, |it| {
                waited(it, node, end);
                worked(it, node, 1.0, end);
            });
        });
        let wait = wait(node).map(duration).unwrap_or_default();
        it.leaf("td", &[("class", &"figure")], wait);
        it.leaf("td", &[("class", &"figure")], duration(node.seconds));
    });
}

fn waited(markup: &mut Markup, node: &NodeRun, end: f64) {
    let (Some(ready), Some(wait)) = (node.ready, wait(node)) else {
        return;
    };
    let (x, width) = (place(WIDTH * ready / end), place(WIDTH * wait / end));
    let (y, height) = (place(LINE / 2.0 - 1.0), place(2.0));
    let attributes: [(&str, &dyn Display); 5] = [
        ("class", &"waited"),
        ("x", &x),
        ("y", &y),
        ("width", &width),
        ("height", &height),
    ];
    markup.shape("rect", &attributes);
}

fn wait(node: &NodeRun) -> Option<f64> {
    Some((node.start? - node.ready?).max(0.0))
}

fn row(node: &NodeRun) -> Vec<String> {
    vec![
        node.name.clone(),
        node.kind.clone(),
        format!("{} {}", State::of(&node.status).sign(), node.status),
        node.start.map(duration).unwrap_or_default(),
        wait(node).map(duration).unwrap_or_default(),
        duration(node.seconds),
    ]
}
