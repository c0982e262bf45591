//! The graph with the state of each node.

use std::fmt::Display;

use super::dag::{Boxed, Drawn, MOST, drawn};
use super::facts::{GraphNode, Report};
use super::figures::{count, counted, index, place, short, short_end, time};
use super::layered::layered;
use super::markup::Markup;
use super::page::{folded, missing, section as write_section, wide};
use super::states::State;

/// A box, and the room between boxes.
const BOX: (f64, f64) = (150.0, 26.0);
const ROOM: (f64, f64) = (36.0, 10.0);
/// How many letters a box has room for.
const LETTERS: usize = 19;
/// The height of the line in a box that shows what is in a group.
const SHARES: f64 = 4.0;

/// Writes the section.
pub(super) fn section(markup: &mut Markup, report: &Report) {
    write_section(markup, ("graph", "Graph"), |it| {
        let dag = &report.dag;
        if dag.nodes.is_empty() {
            let how = "Write a model into `models`; `dsql init` begins with one.";
            return missing(it, "The project has no nodes.", how);
        }
        let drawn = drawn(dag, &report.project);
        it.put("p", &[], |it| lead(it, report, &drawn));
        legend(it);
        draw(it, &drawn);
        let rows: Vec<Vec<String>> = dag.nodes.iter().map(row).collect();
        let heads = [
            "Node",
            "Kind",
            "Folder",
            "State",
            "Ended (UTC)",
            "#Tests",
            "#Not passed",
            "Owner",
        ];
        let title = format!("All {} as a table", counted(dag.nodes.len(), "node"));
        folded(it, &title, &heads, &rows);
    });
}

fn lead(markup: &mut Markup, report: &Report, drawn: &Drawn) {
    markup.text("What is read stands left of what reads it. A node is as well as the worst of itself and its tests. ");
    if drawn.is_grouped {
        markup.text(format!(
            "More than {MOST} nodes are drawn as groups, one for each folder and kind: {} in {}. ",
            counted(report.dag.nodes.len(), "node"),
            counted(drawn.boxes.len(), "group")
        ));
    }
    if report.last_run.is_none() {
        markup.prose("No run is known, so no state is: `events: true` in dsql.yml keeps them. ");
    }
}

fn legend(markup: &mut Markup) {
    markup.put("ul", &[("class", &"legend")], |it| {
        for state in State::ALL {
            let text = format!("{} {}", state.sign(), state.word());
            it.leaf("li", &[("class", &state.class())], text);
        }
        it.leaf(
            "li",
            &[("class", &"earlier")],
            "dashed: not in the last run",
        );
    });
}

fn draw(markup: &mut Markup, drawn: &Drawn) {
    let columns = layered(drawn.boxes.len(), &drawn.edges);
    let most = columns.iter().map(Vec::len).max().unwrap_or_default();
    let height = index(most) * (BOX.1 + ROOM.1);
    let width = index(columns.len()) * (BOX.0 + ROOM.0) - ROOM.0;
    let mut corners = vec![(0.0, 0.0); drawn.boxes.len()];
    for (column, nodes) in columns.iter().enumerate() {
        let x = index(column) * (BOX.0 + ROOM.0);
        let top = (height - index(nodes.len()) * (BOX.1 + ROOM.1)) / 2.0;
        for (at, node) in nodes.iter().enumerate() {
            if let Some(corner) = corners.get_mut(*node) {
                *corner = (x + 1.0, top + index(at) * (BOX.1 + ROOM.1) + 5.0);
            }
        }
    }
    let view = format!("0 0 {} {}", place(width + 2.0), place(height));
    let (width, height) = (place(width + 2.0), place(height));
    let what = if drawn.is_grouped { "group" } else { "node" };
    let label = format!(
        "{} with {}. The table below has all of them.",
        counted(drawn.boxes.len(), what),
        counted(drawn.edges.len(), "edge")
    );
    wide(markup, "The graph", |it| {
        let attributes: [(&str, &dyn Display); 6] = [
            ("class", &"graph"),
            ("role", &"img"),
            ("aria-label", &label),
            ("viewBox", &view),
            ("width", &width),
            ("height", &height),
        ];
        it.put("svg", &attributes, |it| {
            for &(from, to) in &drawn.edges {
                if let (Some(start), Some(end)) = (corners.get(from), corners.get(to)) {
                    edge(it, (from, to), *start, *end);
                }
            }
            for (at, (own, corner)) in drawn.boxes.iter().zip(&corners).enumerate() {
                boxed(it, at, own, *corner, drawn.is_grouped);
            }
        });
    });
}

fn edge(markup: &mut Markup, (from, to): (usize, usize), start: (f64, f64), end: (f64, f64)) {
    let (x1, y1) = (start.0 + BOX.0, start.1 + BOX.1 / 2.0);
    let (x2, y2) = (end.0, end.1 + BOX.1 / 2.0);
    let bend = (x2 - x1).abs().max(ROOM.0) / 2.0;
    let path = format!(
        "M{},{}C{},{} {},{} {},{}",
        place(x1),
        place(y1),
        place(x1 + bend),
        place(y1),
        place(x2 - bend),
        place(y2),
        place(x2),
        place(y2)
    );
    let attributes: [(&str, &dyn Display); 4] = [
        ("class", &"edge"),
        ("d", &path),
        ("data-from", &from),
        ("data-to", &to),
    ];
    markup.shape("path", &attributes);
}

fn boxed(markup: &mut Markup, at: usize, own: &Boxed, (x, y): (f64, f64), is_group: bool) {
    let recent = if own.is_recent { "" } else { " earlier" };
    let class = format!("box {}{recent}", own.state.class());
    let attributes: [(&str, &dyn Display); 2] = [("class", &class), ("data-at", &at)];
    markup.put("g", &attributes, |it| {
        it.leaf("title", &[], &own.title);
        let (left, top) = (place(x), place(y));
        let (width, height) = (place(BOX.0), place(BOX.1));
        let attributes: [(&str, &dyn Display); 5] = [
            ("x", &left),
            ("y", &top),
            ("width", &width),
            ("height", &height),
            ("rx", &"4"),
        ];
        it.shape("rect", &attributes);
        if is_group {
            shares(it, own, (x, y));
        }
        let middle = place(y + BOX.1 / 2.0 + 4.0);
        let sign: [(&str, &dyn Display); 3] =
            [("class", &"sign"), ("x", &place(x + 8.0)), ("y", &middle)];
        it.leaf("text", &sign, own.state.sign());
        let name: [(&str, &dyn Display); 2] = [("x", &place(x + 22.0)), ("y", &middle)];
        let shown = match is_group {
            true => short_end(&own.name, LETTERS),
            false => short(&own.name, LETTERS),
        };
        it.leaf("text", &name, shown);
    });
}

/// Draws which part of a group has which state.
fn shares(markup: &mut Markup, own: &Boxed, (x, y): (f64, f64)) {
    let all: usize = own.states.values().sum();
    let (mut left, room) = (x + 2.0, BOX.0 - 4.0);
    let (top, height) = (place(y + BOX.1 - SHARES - 1.0), place(SHARES));
    for (state, number) in &own.states {
        let wide = room * index(*number) / index(all.max(1));
        let class = format!("share {}", state.class());
        let (from, width) = (place(left), place(wide));
        let attributes: [(&str, &dyn Display); 5] = [
            ("class", &class),
            ("x", &from),
            ("y", &top),
            ("width", &width),
            ("height", &height),
        ];
        markup.shape("rect", &attributes);
        left += wide;
    }
}

fn row(node: &GraphNode) -> Vec<String> {
    let counted = |number: usize| count(u64::try_from(number).unwrap_or(u64::MAX));
    vec![
        node.name.clone(),
        node.kind.clone(),
        node.folders.join("/"),
        format!("{} {}", node.state.sign(), node.state.word()),
        node.ended_at.map(time).unwrap_or_default(),
        counted(node.tests),
        counted(node.failed_tests),
        node.owner.clone().unwrap_or_default(),
    ]
}
