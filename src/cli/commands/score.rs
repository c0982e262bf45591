//! What `score` prints: scores, the trend of the project, and risks.

use serde_json::{Value, json};

use super::grid::grid;
use super::python_json;
use super::sparkline::sparkline;
use crate::pipeline::Scored;
use crate::score::{Level, Score};

/// Writes scores.
pub(super) fn text(scored: &Scored, as_json: bool) -> String {
    match as_json {
        true => python_json::pretty(&object(scored)),
        false => shown(scored),
    }
}

fn shown(scored: &Scored) -> String {
    let mut parts = Vec::new();
    if let Some(score) = scored.scores.project() {
        let before = scored.trend.iter().rev().nth(1);
        let before = before.map_or(String::new(), |it| format!(" ({it:.3} before)"));
        let trend = match scored.trend.len() {
            0 | 1 => String::new(),
            _ => format!("  {}", sparkline(&scored.trend)),
        };
        parts.push(format!("score {score:.3}{before}{trend}"));
    }
    let rows = match scored.by {
        Level::Entity => entities(scored),
        Level::Node => nodes(scored),
        level => plain(scored, level),
    };
    parts.push(grid(&rows));
    parts.join("\n")
}

fn plain(scored: &Scored, level: Level) -> Vec<Vec<String>> {
    let head = [level.as_str(), "score", "tests", "failed"].map(str::to_owned);
    let rows = scored.scores.of(level).map(|it| {
        let name = it.name.clone();
        vec![
            name,
            figure(it.score),
            it.tests.to_string(),
            it.failed.to_string(),
        ]
    });
    [head.to_vec()].into_iter().chain(rows).collect()
}

fn nodes(scored: &Scored) -> Vec<Vec<String>> {
    let dimensions = scored
        .scores
        .of(Level::Dimension)
        .filter_map(|it| it.dimension.clone());
    let dimensions: Vec<String> = dimensions.collect();
    let mut head = vec!["node".to_owned(), "score".to_owned()];
    head.extend(dimensions.iter().cloned());
    head.extend(["failed", "risk"].map(str::to_owned));
    let mut all: Vec<&Score> = scored
        .scores
        .of(Level::Node)
        .filter(|it| it.dimension.is_none())
        .collect();
    all.sort_by(|one, other| {
        one.score
            .total_cmp(&other.score)
            .then(one.name.cmp(&other.name))
    });
    let rows = all.into_iter().map(|it| {
        let of = |name: &String| {
            let mut own = scored
                .scores
                .of(Level::Node)
                .filter(|other| other.subject == it.subject);
            let own = own.find(|other| other.dimension.as_ref() == Some(name));
            own.map_or("-".to_owned(), |it| figure(it.score))
        };
        let mut row = vec![it.name.clone(), figure(it.score)];
        row.extend(dimensions.iter().map(of));
        row.push(format!("{} of {}", it.failed, it.tests));
        let risk = it
            .risk
            .map(|it| format!("{} × {} {}", it.likelihood, it.impact, it.word()));
        row.push(risk.unwrap_or_default());
        row
    });
    [head].into_iter().chain(rows).collect()
}

fn entities(scored: &Scored) -> Vec<Vec<String>> {
    let head = ["node", "entity", "score", "rows", "failed"].map(str::to_owned);
    let rows = scored.entities.iter().map(|it| {
        let name = scored
            .scores
            .of(Level::Node)
            .find(|node| node.subject == it.node);
        vec![
            name.map_or(it.node.clone(), |it| it.name.clone()),
            it.entity.clone(),
            figure(it.score),
            it.rows.to_string(),
            it.failed_rows.to_string(),
        ]
    });
    let mut rows: Vec<Vec<String>> = [head.to_vec()].into_iter().chain(rows).collect();
    if rows.len() == 1 {
        rows = vec![vec![
            "no rows fail tests of nodes with `score_by`".to_owned(),
        ]];
    }
    rows
}

fn figure(score: f64) -> String {
    format!("{score:.3}")
}

fn object(scored: &Scored) -> Value {
    let scores = scored.scores.all.iter().map(|it| {
        json!({
            "level": it.level.as_str(),
            "subject": it.subject,
            "name": it.name,
            "dimension": it.dimension,
            "score": it.score,
            "tests": it.tests,
            "failed_tests": it.failed,
            "rows": it.rows,
            "owner": it.owner,
            "likelihood": it.risk.map(|it| it.likelihood),
            "impact": it.risk.map(|it| it.impact),
            "risk": it.risk.map(|it| it.word()),
        })
    });
    let entities = scored.entities.iter().map(|it| {
        json!({
            "node": it.node,
            "entity": it.entity,
            "score": it.score,
            "rows": it.rows,
            "failed_rows": it.failed_rows,
        })
    });
    json!({
        "score": scored.scores.project(),
        "trend": scored.trend,
        "scores": scores.collect::<Vec<_>>(),
        "entities": entities.collect::<Vec<_>>(),
    })
}
