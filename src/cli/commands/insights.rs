//! What `insights` prints: answers, forecasts, and the SQL of each.

use serde_json::{Map, Value, json};

use super::grid::grid;
use super::python_json;
use crate::adapters::{Cell, Table};
use crate::control::figure;
use crate::insights::Forecast;
use crate::pipeline::Insights;
use crate::quality::trend::Expected;

/// How days are written.
const DAY: &str = "%Y-%m-%d";
/// How many characters of a text are shown.
const WIDE: usize = 60;

/// Writes insights.
pub(super) fn text(found: &Insights, as_json: bool) -> String {
    match as_json {
        true => python_json::pretty(&object(found)),
        false => shown(found),
    }
}

fn shown(found: &Insights) -> String {
    let mut parts = Vec::new();
    for it in &found.answers {
        let sql = found.with_sql.then_some(it.sql.as_str());
        parts.push(part(it.title, &rows(&it.table), sql));
    }
    let sql: Vec<&str> = found.series_sql.iter().map(|it| it.1.as_str()).collect();
    let sql = sql.join(";\n");
    let title = format!("What is to be expected, in {} days", found.days);
    let sql = found.with_sql.then_some(sql.as_str());
    parts.push(part(&title, &forecast_rows(&found.forecasts), sql));
    parts.join("\n\n")
}

fn part(title: &str, rows: &[Vec<String>], sql: Option<&str>) -> String {
    let body = match rows.len() {
        0 | 1 => "  nothing".to_owned(),
        _ => grid(rows),
    };
    let sql = sql.map_or(String::new(), |it| {
        let lines = it.lines().filter(|it| !it.trim().is_empty());
        lines.map(|it| format!("\n  | {it}")).collect()
    });
    format!("{title}\n{body}{sql}")
}

fn rows(table: &Table) -> Vec<Vec<String>> {
    let head = table.columns.iter().map(|it| it.name.clone()).collect();
    let rows = table.rows.iter().map(|it| it.iter().map(cell).collect());
    [head].into_iter().chain(rows).collect()
}

fn cell(cell: &Cell) -> String {
    let text = match cell {
        Cell::Null => return String::new(),
        Cell::DateTime(at) => return at.format("%Y-%m-%d %H:%M:%S").to_string(),
        other => other.to_string(),
    };
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match text.char_indices().nth(WIDE) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}

fn forecast_rows(all: &[Forecast]) -> Vec<Vec<String>> {
    let head = [
        "of", "measure", "points", "now", "then", "between", "a day", "capacity", "passed",
    ];
    let rows = all.iter().map(|it| {
        let between = it.then.between;
        let passed = match (it.capacity, it.passing) {
            (None, _) => String::new(),
            (Some(_), None) => "not foreseen".to_owned(),
            (Some(_), Some(passing)) => format!(
                "{}, {} at the earliest",
                passing.expected.format(DAY),
                passing.earliest.format(DAY)
            ),
        };
        vec![
            it.name.clone(),
            it.measure.to_owned(),
            it.points.to_string(),
            figure(it.now.value),
            figure(it.then.value),
            format!("{} to {}", figure(between.0), figure(between.1)),
            it.a_day
                .map_or("no trend".to_owned(), |it| format!("{:+}", rounded(it))),
            it.capacity.map_or(String::new(), figure),
            passed,
        ]
    });
    let head = head.map(str::to_owned).to_vec();
    [head].into_iter().chain(rows).collect()
}

fn rounded(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

fn object(found: &Insights) -> Value {
    let answers = found.answers.iter().map(|it| {
        json!({"name": it.name, "answers": it.title, "sql": it.sql, "rows": objects(&it.table)})
    });
    let expected =
        |it: &Expected| json!({"value": it.value, "low": it.between.0, "high": it.between.1});
    let forecasts = found.forecasts.iter().map(|it| {
        let sql = found.series_sql.iter().find(|sql| sql.0 == it.measure);
        json!({
            "of": it.name,
            "measure": it.measure,
            "points": it.points,
            "a_day": it.a_day,
            "now": expected(&it.now),
            "then": expected(&it.then),
            "days": found.days,
            "capacity": it.capacity,
            "passed_at": it.passing.map(|it| it.expected.format(DAY).to_string()),
            "passed_at_the_earliest": it.passing.map(|it| it.earliest.format(DAY).to_string()),
            "sql": sql.map(|it| &it.1),
        })
    });
    json!({
        "answers": answers.collect::<Vec<_>>(),
        "forecasts": forecasts.collect::<Vec<_>>(),
    })
}

fn objects(table: &Table) -> Vec<Value> {
    let rows = table.rows.iter().map(|row| {
        let names = table.columns.iter().map(|it| it.name.clone());
        let row: Map<String, Value> = names.zip(row.iter().map(Cell::to_json)).collect();
        Value::Object(row)
    });
    rows.collect()
}
