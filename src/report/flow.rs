//! Where rows are lost: from inputs to nodes, as checkpoints have counted them.

use std::collections::BTreeMap;
use std::fmt::Display;

use super::facts::{Flow, Report};
use super::figures::{count, counted, index, number, place, share, short};
use super::layered::layered;
use super::markup::Markup;
use super::page::{folded, missing, section as write_section, wide};

/// How many edges are drawn.
const EDGES: usize = 60;
/// The width of a bar, and the room between columns.
const BAR: f64 = 10.0;
const COLUMN: f64 = 190.0;
/// The height of the node with the most rows, the least height, and the room for the name of a node.
const TALLEST: f64 = 70.0;
const LEAST: f64 = 2.0;
const NAME: f64 = 34.0;
/// How many letters a name has room for.
const LETTERS: usize = 19;

/// Writes the section.
pub(super) fn section(markup: &mut Markup, report: &Report) {
    write_section(markup, ("flow", "Drop-off"), |it| {
        if report.flows.is_empty() {
            let how = match (report.asked.checkpoints, report.asked.events) {
                (true, true) => "Runs measure nodes before they commit them: `dsql build`.",
                _ => {
                    "Write `checkpoints: true` in dsql.yml, beside `events: true`, and runs measure what comes in and goes out."
                }
            };
            return missing(it, "No checkpoint has counted rows.", how);
        }
        let drawn = chosen(&report.flows);
        it.put("p", &[], |it| {
            it.text("A bar is as high as its node has rows. A band that narrows loses rows on its way; what went into quarantine stands below the bar. ");
            it.text("Joins can look up in much or little, and aggregates make few rows of many: a band says where to look, not what is wrong. ");
            if drawn.len() < report.flows.len() {
                it.text(format!(
                    "{} of {} are drawn, those with the most rows lost.",
                    drawn.len(),
                    counted(report.flows.len(), "edge")
                ));
            }
        });
        draw(it, &drawn);
        table(it, &report.flows);
    });
}

/// Chooses the edges on which most is lost.
fn chosen(flows: &[Flow]) -> Vec<&Flow> {
    let mut chosen: Vec<&Flow> = flows.iter().collect();
    if chosen.len() > EDGES {
        chosen.sort_by_key(|it| std::cmp::Reverse(it.lost() + it.quarantined));
        chosen.truncate(EDGES);
    }
    chosen
}

/// A node, where it stands and how high its bar is.
#[derive(Debug, Clone, Default)]
struct Placed<'f> {
    name: &'f str,
    rows: u64,
    quarantined: u64,
    is_refused: bool,
    x: f64,
    y: f64,
}

impl Placed<'_> {
    fn height(&self, most: u64) -> f64 {
        height(self.rows, most)
    }
}

fn height(rows: u64, most: u64) -> f64 {
    match rows {
        0 => 0.0,
        rows => (TALLEST * number(rows) / number(most.max(1))).max(LEAST),
    }
}

/// Lists nodes, and edges by places in that list.
fn nodes<'f>(flows: &[&'f Flow]) -> (Vec<Placed<'f>>, Vec<(usize, usize)>) {
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    let mut nodes: Vec<Placed<'f>> = Vec::new();
    let mut edges = Vec::new();
    for flow in flows {
        let ends = [&flow.input, &flow.node].map(|name| {
            *places.entry(name).or_insert_with(|| {
                nodes.push(Placed {
                    name,
                    ..Placed::default()
                });
                nodes.len() - 1
            })
        });
        let [from, to] = ends;
        if let Some(input) = nodes.get_mut(from) {
            input.rows = input.rows.max(flow.rows_in);
        }
        if let Some(node) = nodes.get_mut(to) {
            node.rows = node.rows.max(flow.rows);
            node.quarantined = flow.quarantined;
            node.is_refused = !flow.is_accepted;
        }
        edges.push((from, to));
    }
    (nodes, edges)
}

fn draw(markup: &mut Markup, flows: &[&Flow]) {
    let (mut nodes, edges) = nodes(flows);
    let most = nodes.iter().map(|it| it.rows).max().unwrap_or_default();
    let columns = layered(nodes.len(), &edges);
    let room = |node: &Placed<'_>| NAME + node.height(most) + height(node.quarantined, most);
    let mut tallest: f64 = 0.0;
    for (column, own) in columns.iter().enumerate() {
        let mut y = 0.0;
        for node in own {
            if let Some(node) = nodes.get_mut(*node) {
                (node.x, node.y) = (index(column) * COLUMN, y + NAME - 8.0);
                y += room(node);
            }
        }
        tallest = tallest.max(y);
    }
    let width = index(columns.len().saturating_sub(1)) * COLUMN + COLUMN - 10.0;
    let view = format!("0 0 {} {}", place(width), place(tallest + 6.0));
    let (width, tall) = (place(width), place(tallest + 6.0));
    let label = format!(
        "Rows of {} on {}. The table below has the figures.",
        counted(nodes.len(), "node"),
        counted(edges.len(), "edge")
    );
    wide(markup, "Drop-off", |it| {
        let attributes: [(&str, &dyn Display); 6] = [
            ("class", &"flow"),
            ("role", &"img"),
            ("aria-label", &label),
            ("viewBox", &view),
            ("width", &width),
            ("height", &tall),
        ];
        it.put("svg", &attributes, |it| {
            for (flow, (from, to)) in flows.iter().zip(&edges) {
                if let (Some(from), Some(to)) = (nodes.get(*from), nodes.get(*to)) {
                    band(it, flow, (from, to), most);
                }
            }
            nodes.iter().for_each(|node| bar(it, node, most));
        });
    });
}

/// Draws the way from an input to a node, as high on each side as it has rows there.
fn band(markup: &mut Markup, flow: &Flow, (from, to): (&Placed<'_>, &Placed<'_>), most: u64) {
    let (x1, x2) = (from.x + BAR, to.x);
    let middle = f64::midpoint(x1, x2);
    let (high1, high2) = (height(flow.rows_in, most), height(flow.rows, most));
    let path = format!(
        "M{x1},{y1}C{m},{y1} {m},{y2} {x2},{y2}L{x2},{y3}C{m},{y3} {m},{y4} {x1},{y4}Z",
        x1 = place(x1),
        x2 = place(x2),
        m = place(middle),
        y1 = place(from.y),
        y2 = place(to.y),
        y3 = place(to.y + high2),
        y4 = place(from.y + high1),
    );
    let class = match flow.lost() + flow.quarantined {
        0 => "band",
        _ => "band loses",
    };
    markup.put("path", &[("class", &class), ("d", &path)], |it| {
        it.leaf("title", &[], told(flow));
    });
}

fn told(flow: &Flow) -> String {
    let mut text = format!(
        "{} → {}: {} rows, of {} that came in",
        flow.input,
        flow.node,
        count(flow.rows),
        count(flow.rows_in)
    );
    if flow.quarantined > 0 {
        text.push_str(&format!(", {} in quarantine", count(flow.quarantined)));
    }
    if flow.lost() > 0 {
        text.push_str(&format!(", {} lost", count(flow.lost())));
    }
    text
}

fn bar(markup: &mut Markup, node: &Placed<'_>, most: u64) {
    let (x, name_y) = (place(node.x), place(node.y - 6.0));
    let mut rect = |class: &str, y: f64, high: f64| {
        let (y, width, height) = (place(y), place(BAR), place(high));
        let attributes: [(&str, &dyn Display); 5] = [
            ("class", &class),
            ("x", &x),
            ("y", &y),
            ("width", &width),
            ("height", &height),
        ];
        markup.shape("rect", &attributes);
    };
    let high = node.height(most);
    rect(
        if node.is_refused {
            "bar refused"
        } else {
            "bar"
        },
        node.y,
        high.max(1.0),
    );
    if node.quarantined > 0 {
        rect("bar aside", node.y + high, height(node.quarantined, most));
    }
    markup.put("text", &[("x", &x), ("y", &name_y)], |it| {
        it.leaf("title", &[], node.name);
        it.text(short(node.name, LETTERS));
        it.text(" ");
        it.leaf("tspan", &[("class", &"rows")], count(node.rows));
    });
}

fn table(markup: &mut Markup, flows: &[Flow]) {
    let mut rows: Vec<(u64, Vec<String>)> = flows
        .iter()
        .map(|it| {
            let accepted = if it.is_accepted { "yes" } else { "no" };
            let row = vec![
                it.input.clone(),
                it.node.clone(),
                count(it.rows_in),
                count(it.rows),
                count(it.quarantined),
                count(it.lost()),
                share(it.rows, it.rows_in),
                accepted.to_owned(),
            ];
            (it.lost() + it.quarantined, row)
        })
        .collect();
    rows.sort_by_key(|it| std::cmp::Reverse(it.0));
    let rows: Vec<Vec<String>> = rows.into_iter().map(|it| it.1).collect();
    let heads = [
        "Input",
        "Node",
        "#Rows in",
        "#Rows of the node",
        "#Quarantined",
        "#Lost",
        "#Kept",
        "Published",
    ];
    let title = format!("All {} as a table", counted(rows.len(), "edge"));
    folded(markup, &title, &heads, &rows);
}
