//! Scores, how they have changed, and what is at risk.

use std::collections::BTreeMap;
use std::fmt::Display;

use super::facts::{Report, ScoreFacts, TrendPoint};
use super::figures::{count, counted, index, place, time};
use super::markup::Markup;
use super::page::{folded, missing, section as write_section, table, wide};
use crate::score::Risk;

/// How many nodes are listed at once; the rest is folded away.
const NODES: usize = 12;
/// The size of a line of scores.
const LINE: (f64, f64) = (120.0, 24.0);
/// The size of the line of the project.
const TREND: (f64, f64) = (600.0, 110.0);

/// Writes the section.
pub(super) fn section(markup: &mut Markup, report: &Report) {
    write_section(markup, ("scores", "Scores"), |it| {
        if report.scores.is_empty() {
            let how = match (report.asked.events, report.asked.score) {
                (true, true) => "`dsql build`, `dsql test` and `dsql score` give scores.",
                (true, false) => {
                    "`dsql score` gives one; with `score: true` in dsql.yml each run does."
                }
                (false, _) => {
                    "They are made of events: write `events: true` and `score: true` in dsql.yml, then `dsql build`."
                }
            };
            return missing(it, "The data have no scores yet.", how);
        }
        trend(it, report);
        dimensions(it, report);
        parts(it, report);
        nodes(it, report);
        risks(it, report);
    });
}

fn figure(score: f64) -> String {
    format!("{score:.3}")
}

/// Draws the score of the project over runs.
fn trend(markup: &mut Markup, report: &Report) {
    let Some(own) = report.scores.iter().find(|it| it.level == "project") else {
        return;
    };
    let points = of(report, "project", None);
    markup.put("p", &[], |it| {
        it.text("The project has a score of ");
        it.leaf("strong", &[], figure(own.score));
        it.text(format!(
            ", of {}. 1 is best; ",
            counted(usize::try_from(own.tests).unwrap_or(usize::MAX), "test")
        ));
        it.prose("`dsql score` says how it is made.");
    });
    let (Some(first), Some(last)) = (points.first(), points.last()) else {
        return;
    };
    if points.len() < 2 {
        return;
    }
    let label = format!(
        "The score of the project in {}: from {} to {}",
        counted(points.len(), "run"),
        figure(first.score),
        figure(last.score)
    );
    markup.put("figure", &[], |it| {
        line(it, &points, TREND, ("trend", &label));
        it.put("figcaption", &[("class", &"ends")], |it| {
            let end = |it: &TrendPoint| format!("{} on {}", figure(it.score), time(it.at));
            it.leaf("span", &[], end(first));
            it.leaf("span", &[], end(last));
        });
    });
    let rows: Vec<Vec<String>> = points
        .iter()
        .rev()
        .map(|it| vec![time(it.at), figure(it.score)])
        .collect();
    folded(
        markup,
        "The trend as a table",
        &["When (UTC)", "#Score"],
        &rows,
    );
}

fn of<'r>(report: &'r Report, level: &str, name: Option<&str>) -> Vec<&'r TrendPoint> {
    let trends = report.trends.iter();
    let own = trends.filter(|it| it.level == level && name.is_none_or(|name| it.name == name));
    own.collect()
}

/// Draws points, the lowest at the bottom.
fn line(
    markup: &mut Markup,
    points: &[&TrendPoint],
    (width, height): (f64, f64),
    (class, label): (&'static str, &str),
) {
    let scores = || points.iter().map(|it| it.score);
    let (least, most) = (
        scores().fold(f64::MAX, f64::min),
        scores().fold(f64::MIN, f64::max),
    );
    // Changes of a hundredth are not drawn as cliffs.
    let range = (most - least).max(0.05);
    let middle = f64::midpoint(most, least);
    let room = height - 12.0;
    let step = width / index(points.len().saturating_sub(1).max(1));
    let at = |(number, point): (usize, &&TrendPoint)| {
        let y = 6.0 + room * (0.5 - (point.score - middle) / range);
        format!("{},{}", place(step * index(number)), place(y))
    };
    let path: Vec<String> = points.iter().enumerate().map(at).collect();
    let path = path.join(" ");
    let view = format!("0 0 {} {}", place(width), place(height));
    let attributes: [(&str, &dyn Display); 5] = [
        ("class", &class),
        ("role", &"img"),
        ("aria-label", &label),
        ("viewBox", &view),
        ("preserveAspectRatio", &"none"),
    ];
    markup.put("svg", &attributes, |it| {
        it.shape("polyline", &[("points", &path)]);
    });
}

/// Draws a score as a part of one.
fn meter(markup: &mut Markup, score: f64) {
    let width = place(100.0 * score.clamp(0.0, 1.0));
    let attributes: [(&str, &dyn Display); 4] = [
        ("class", &"meter"),
        ("aria-hidden", &"true"),
        ("viewBox", &"0 0 100 8"),
        ("preserveAspectRatio", &"none"),
    ];
    markup.put("svg", &attributes, |it| {
        let whole: [(&str, &dyn Display); 3] =
            [("class", &"whole"), ("width", &"100"), ("height", &"8")];
        it.shape("rect", &whole);
        it.shape("rect", &[("width", &width), ("height", &"8")]);
    });
}

fn dimensions(markup: &mut Markup, report: &Report) {
    let scores: Vec<&ScoreFacts> = of_level(report, "dimension").collect();
    if scores.is_empty() {
        return;
    }
    markup.leaf("h3", &[], "By dimension");
    wide(markup, "Scores by dimension", |it| {
        it.put("table", &[("class", &"scores")], |it| {
            heads(
                it,
                &["Dimension", "", "#Score", "#Tests", "#Not passed", "Trend"],
            );
            it.put("tbody", &[], |it| {
                for score in scores {
                    let trend = of(report, "dimension", Some(&score.name));
                    it.put("tr", &[], |it| {
                        scored(it, score);
                        it.put("td", &[], |it| match trend.len() {
                            0 | 1 => it.text("–"),
                            _ => {
                                let label = format!("The trend of {}", score.name);
                                line(it, &trend, LINE, ("small", &label));
                            }
                        });
                    });
                }
            });
        });
    });
}

fn heads(markup: &mut Markup, heads: &[&str]) {
    markup.put("thead", &[], |it| {
        it.put("tr", &[], |it| {
            for head in heads {
                let class = if head.starts_with('#') { "figure" } else { "" };
                let attributes: [(&str, &dyn Display); 2] = [("scope", &"col"), ("class", &class)];
                it.leaf("th", &attributes, head.trim_start_matches('#'));
            }
        });
    });
}

fn scored(markup: &mut Markup, score: &ScoreFacts) {
    let attributes: [(&str, &dyn Display); 2] = [("scope", &"row"), ("title", &score.subject)];
    markup.put("th", &attributes, |it| it.name(&score.name));
    markup.put("td", &[], |it| meter(it, score.score));
    for text in [figure(score.score), count(score.tests), count(score.failed)] {
        markup.leaf("td", &[("class", &"figure")], text);
    }
}

/// Lists layers and domains.
fn parts(markup: &mut Markup, report: &Report) {
    let rows: Vec<Vec<String>> = ["layer", "domain"]
        .iter()
        .flat_map(|level| of_level(report, level))
        .map(|it| {
            vec![
                it.name.clone(),
                it.level.clone(),
                figure(it.score),
                count(it.tests),
                count(it.failed),
            ]
        })
        .collect();
    if !rows.is_empty() {
        markup.leaf("h3", &[], "By layer and domain");
        let heads = ["Name", "Is a", "#Score", "#Tests", "#Not passed"];
        table(markup, "Scores by layer and domain", &heads, &rows);
    }
}

/// Lists nodes, those with the least scores first.
fn nodes(markup: &mut Markup, report: &Report) {
    let mut nodes: Vec<&ScoreFacts> = of_level(report, "node").collect();
    if nodes.is_empty() {
        return;
    }
    nodes.sort_by(|one, other| {
        one.score
            .total_cmp(&other.score)
            .then(one.name.cmp(&other.name))
    });
    let title = match nodes.len() > NODES {
        true => format!("The {NODES} nodes with the least scores"),
        false => "By node".to_owned(),
    };
    markup.leaf("h3", &[], &title);
    wide(markup, &title, |it| {
        it.put("table", &[("class", &"scores")], |it| {
            heads(
                it,
                &[
                    "Node",
                    "",
                    "#Score",
                    "#Tests",
                    "#Not passed",
                    "Risk",
                    "Owner",
                ],
            );
            it.put("tbody", &[], |it| {
                for score in nodes.iter().take(NODES) {
                    it.put("tr", &[], |it| {
                        scored(it, score);
                        it.leaf("td", &[], risk(score));
                        it.leaf("td", &[], score.owner.as_deref().unwrap_or_default());
                    });
                }
            });
        });
    });
    let mut own: BTreeMap<&str, Vec<&ScoreFacts>> = BTreeMap::new();
    for it in report
        .scores
        .iter()
        .filter(|it| it.level == "node" && it.dimension.is_some())
    {
        own.entry(&it.subject).or_default().push(it);
    }
    let rows: Vec<Vec<String>> = nodes
        .iter()
        .map(|it| {
            let parts = own.get(it.subject.as_str()).into_iter().flatten();
            let parts = parts.map(|part| {
                let dimension = part.dimension.as_deref().unwrap_or_default();
                format!("{dimension} {}", figure(part.score))
            });
            let parts: Vec<String> = parts.collect();
            let owner = it.owner.clone().unwrap_or_default();
            vec![
                it.name.clone(),
                figure(it.score),
                parts.join(", "),
                risk(it),
                owner,
            ]
        })
        .collect();
    let heads = ["Node", "#Score", "By dimension", "Risk", "Owner"];
    let title = format!("All {} as a table", counted(nodes.len(), "node"));
    folded(markup, &title, &heads, &rows);
}

fn of_level<'r>(report: &'r Report, level: &'r str) -> impl Iterator<Item = &'r ScoreFacts> {
    let is_own = move |it: &&ScoreFacts| {
        it.level == level && (it.dimension.is_none() || level == "dimension")
    };
    report.scores.iter().filter(is_own)
}

fn risk(score: &ScoreFacts) -> String {
    let told = |(likelihood, impact)| {
        let word = Risk { likelihood, impact }.word();
        format!("{likelihood} × {impact} {word}")
    };
    score.risk.map(told).unwrap_or_default()
}

/// Draws how many nodes have which risk.
fn risks(markup: &mut Markup, report: &Report) {
    let risks = || of_level(report, "node").filter_map(|it| it.risk);
    if risks().next().is_none() {
        return;
    }
    markup.leaf("h3", &[], "Risks");
    markup.put("p", &[], |it| {
        it.text("How many nodes fail how often, and how much hangs on them: ");
        it.text("likelihood, from 1 to 5, by impact, from 1 to 5.");
    });
    wide(markup, "Risks", |it| {
        it.put("table", &[("class", &"risks")], |it| {
            it.put("thead", &[], |it| {
                it.put("tr", &[], |it| {
                    it.leaf("th", &[("scope", &"col")], "Likelihood");
                    for impact in 1..=5 {
                        let head = format!("Impact {impact}");
                        it.leaf("th", &[("scope", &"col")], head);
                    }
                });
            });
            it.put("tbody", &[], |it| {
                for likelihood in (1_u8..=5).rev() {
                    it.put("tr", &[], |it| {
                        it.leaf("th", &[("scope", &"row")], likelihood);
                        for impact in 1_u8..=5 {
                            let number = risks().filter(|it| *it == (likelihood, impact)).count();
                            let class = match number {
                                0 => "none",
                                _ => Risk { likelihood, impact }.word(),
                            };
                            let text = if number == 0 {
                                String::new()
                            } else {
                                number.to_string()
                            };
                            it.leaf("td", &[("class", &class)], text);
                        }
                    });
                }
            });
        });
    });
}
