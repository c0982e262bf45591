//! What `lineage` prints: a tree for people, graphs to be drawn, JSON.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt::Write;

use serde_json::{Value, json};

use crate::artifacts::openlineage;
use crate::lineage::{Direction, Place, Step, Steps};
use crate::pipeline::Traced;

/// Writes lineage in the form that was asked for.
pub(super) fn text(traced: &Traced, form: Option<&str>) -> String {
    match form {
        Some("json") => pretty(&steps_json(traced)),
        Some("openlineage") => {
            let columns = traced.start.iter().map(|it| it.column.as_str()).collect();
            let events = openlineage::events(
                (&traced.node, &columns),
                &traced.nodes,
                &traced.datasets,
                traced.time,
            );
            pretty(&events)
        }
        Some("mermaid") => mermaid(traced),
        Some("dot") => dot(traced),
        _ => trees(traced),
    }
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

fn relation<'t>(traced: &'t Traced, place: &'t Place) -> &'t str {
    let node = place.node.as_ref();
    let known = node.and_then(|it| traced.names.get(it));
    let name = known.map(String::as_str).or(place.relation.as_deref());
    name.unwrap_or("?")
}

fn name(traced: &Traced, place: &Place) -> String {
    format!("{}.{}", relation(traced, place), place.column)
}

/// Names the tags that a column carries: `  [pii]`.
fn tags(traced: &Traced, place: &Place) -> String {
    let tags = traced.tags.tags(place);
    match tags.is_empty() {
        true => String::new(),
        false => format!("  [{}]", tags.join(", ")),
    }
}

fn data_type<'t>(traced: &'t Traced, place: &Place) -> Option<&'t str> {
    let node = traced.nodes.get(place.node.as_ref()?)?;
    node.columns.get(&place.column)?.data_type.as_deref()
}

/// Draws a tree for each column, in which nothing is drawn twice.
fn trees(traced: &Traced) -> String {
    let steps = Steps::of(&traced.nodes);
    let mut text = String::new();
    for direction in &traced.directions {
        if traced.directions.len() > 1 {
            let head = match direction {
                Direction::Upstream => "What it comes of:",
                Direction::Downstream => "What comes of it:",
            };
            let _ = writeln!(text, "{head}");
        }
        for place in &traced.start {
            let typed = data_type(traced, place).map(|it| format!("  {it}"));
            let unknown = match traced.nodes.get(&traced.node) {
                Some(node) if *direction == Direction::Upstream => {
                    let column = node.columns.get(&place.column);
                    column.is_some_and(|it| !it.is_known)
                }
                _ => false,
            };
            let remark = if unknown {
                "  (not all of it is known)"
            } else {
                ""
            };
            let _ = writeln!(
                text,
                "{}{}{}{remark}",
                name(traced, place),
                typed.unwrap_or_default(),
                tags(traced, place),
            );
            let mut tree = Tree {
                traced,
                steps: &steps,
                direction: *direction,
                seen: &mut HashSet::new(),
                text: &mut text,
            };
            tree.below(place, "", traced.depth);
        }
        if !traced.start.is_empty() {
            text.push('\n');
        }
    }
    if traced.start.is_empty() {
        let name = traced.names.get(&traced.node).map(String::as_str);
        let _ = writeln!(text, "No column of {} is known.", name.unwrap_or("it"));
    }
    let node = traced.nodes.get(&traced.node);
    let upward = traced.directions.contains(&Direction::Upstream);
    for it in node.filter(|_| upward).iter().flat_map(|it| &it.unknown) {
        let _ = writeln!(
            text,
            "not known: {} (line {} of the compiled SQL)",
            it.reason, it.line
        );
    }
    text.trim_end().to_owned()
}

struct Tree<'t> {
    traced: &'t Traced,
    steps: &'t Steps,
    direction: Direction,
    seen: &'t mut HashSet<Place>,
    text: &'t mut String,
}

impl Tree<'_> {
    fn below(&mut self, place: &Place, indent: &str, depth: Option<usize>) {
        if depth == Some(0) {
            return;
        }
        let steps = self.steps.from(place, self.direction);
        let first = self.seen.insert(place.clone());
        if !first && !steps.is_empty() {
            let _ = writeln!(self.text, "{indent}└─ (as above)");
            return;
        }
        for (at, step) in steps.iter().enumerate() {
            let is_last = at + 1 == steps.len();
            let (branch, rest) = if is_last {
                ("└─ ", "   ")
            } else {
                ("├─ ", "│  ")
            };
            let other = step.other(self.direction);
            let _ = writeln!(
                self.text,
                "{indent}{branch}{}  {}{}{}",
                name(self.traced, other),
                step.made.as_str(),
                if step.masked { ", masked" } else { "" },
                tags(self.traced, other),
            );
            self.below(other, &format!("{indent}{rest}"), depth.map(|it| it - 1));
        }
    }
}

fn all_steps(traced: &Traced) -> BTreeSet<Step> {
    let steps = Steps::of(&traced.nodes);
    let each = traced.directions.iter();
    each.flat_map(|it| steps.reached(&traced.start, *it, traced.depth))
        .collect()
}

fn steps_json(traced: &Traced) -> Value {
    let steps = Steps::of(&traced.nodes);
    let columns = traced.start.iter().map(|place| {
        let node = traced.nodes.get(&traced.node);
        let column = node.and_then(|it| it.columns.get(&place.column));
        let mut told = json!({
            "column": place.column,
            "data_type": column.and_then(|it| it.data_type.as_deref()),
            "made": column.and_then(|it| it.made),
            "is_known": column.is_some_and(|it| it.is_known),
        });
        let tags = traced.tags.tags(place);
        if !tags.is_empty() {
            told["tags"] = json!(tags);
        }
        told
    });
    let mut answer = json!({"node": traced.node, "columns": columns.collect::<Vec<_>>()});
    for direction in &traced.directions {
        let key = match direction {
            Direction::Upstream => "upstream",
            Direction::Downstream => "downstream",
        };
        answer[key] = json!(steps.reached(&traced.start, *direction, traced.depth));
    }
    answer
}

/// Columns by the relations that they are of, each with a number.
fn numbered(traced: &Traced, steps: &BTreeSet<Step>) -> BTreeMap<Place, usize> {
    let ends = steps.iter().flat_map(|it| [&it.from, &it.to]);
    let all: BTreeSet<&Place> = ends.chain(&traced.start).collect();
    all.into_iter().cloned().zip(1..).collect()
}

fn by_relation<'p>(
    traced: &'p Traced,
    places: &'p BTreeMap<Place, usize>,
) -> BTreeMap<&'p str, Vec<(&'p Place, usize)>> {
    let mut relations: BTreeMap<&str, Vec<(&Place, usize)>> = BTreeMap::new();
    for (place, number) in places {
        let relation = relations.entry(relation(traced, place)).or_default();
        relation.push((place, *number));
    }
    relations
}

/// Draws a flowchart: a box for each relation, with its columns in it.
fn mermaid(traced: &Traced) -> String {
    let steps = all_steps(traced);
    let places = numbered(traced, &steps);
    let mut text = String::from("flowchart LR\n");
    let escaped = |it: &str| it.replace('"', "#quot;");
    for (at, (relation, columns)) in by_relation(traced, &places).iter().enumerate() {
        let _ = writeln!(text, "  subgraph r{}[\"{}\"]", at + 1, escaped(relation));
        for (place, number) in columns {
            let _ = writeln!(text, "    c{number}[\"{}\"]", escaped(&place.column));
        }
        text.push_str("  end\n");
    }
    for step in &steps {
        let (from, to) = (places[&step.from], places[&step.to]);
        let _ = writeln!(text, "  c{from} -->|{}| c{to}", step.made.as_str());
    }
    text.trim_end().to_owned()
}

/// Draws a graph for Graphviz: a cluster for each relation, with its columns in it.
fn dot(traced: &Traced) -> String {
    let steps = all_steps(traced);
    let places = numbered(traced, &steps);
    let mut text = String::from("digraph lineage {\n  rankdir=LR;\n  node [shape=box];\n");
    let escaped = |it: &str| it.replace('\\', "\\\\").replace('"', "\\\"");
    for (at, (relation, columns)) in by_relation(traced, &places).iter().enumerate() {
        let _ = writeln!(text, "  subgraph cluster_{} {{", at + 1);
        let _ = writeln!(text, "    label=\"{}\";", escaped(relation));
        for (place, number) in columns {
            let _ = writeln!(
                text,
                "    c{number} [label=\"{}\"];",
                escaped(&place.column)
            );
        }
        text.push_str("  }\n");
    }
    for step in &steps {
        let (from, to) = (places[&step.from], places[&step.to]);
        let _ = writeln!(
            text,
            "  c{from} -> c{to} [label=\"{}\"];",
            step.made.as_str()
        );
    }
    text.push('}');
    text
}
