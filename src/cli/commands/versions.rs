//! What `versions`, `diff` and `rollback` print.

use serde_json::{Map, Value, json};

use super::grid::grid;
use super::node_text::Form;
use super::{python_json, table};
use crate::adapters::Cell;
use crate::execute::{CHANGES, ComparedColumn, ComparedRow, Difference, Restored, Side, Version};

/// Columns of rows that are shown besides the key, and letters of a value.
const MOST_COLUMNS: usize = 6;
const MOST_LETTERS: usize = 24;
/// Letters of a checksum that tell versions apart for people.
const OF_A_CHECKSUM: usize = 12;

/// Writes the versions of a node, the latest first.
pub(super) fn listed(name: &str, versions: &[Version], form: Form) -> String {
    let current = versions.last().map(|it| it.number);
    if form.json {
        let all = versions.iter().rev().map(|it| {
            json!({
                "node": name, "version": it.number, "published_at": it.published_at.replacen(' ', "T", 1),
                "run": it.run, "batch_start": it.batch_start, "rows": it.rows, "checksum": it.checksum,
                "inputs": it.inputs, "kept": it.kept_as.is_some(), "kept_as": it.kept_as,
                "restores": it.restores, "current": Some(it.number) == current,
            })
        });
        return python_json::pretty(&Value::Array(all.collect()));
    }
    let mut rows = vec![
        [
            "version",
            "published at",
            "rows",
            "checksum",
            "kept",
            "run",
            "",
        ]
        .map(str::to_owned)
        .to_vec(),
    ];
    for it in versions.iter().rev() {
        let seconds = it.published_at.split('.').next().unwrap_or_default();
        let checksum = it.checksum.as_deref().unwrap_or("-");
        let mut remarks = Vec::new();
        if Some(it.number) == current {
            remarks.push("current".to_owned());
        }
        if let Some(restores) = it.restores {
            remarks.push(format!("version {restores} again"));
        }
        if let Some(start) = &it.batch_start {
            remarks.push(format!("batch of {start}"));
        }
        rows.push(vec![
            it.number.to_string(),
            seconds.to_owned(),
            it.rows.map_or_else(|| "-".to_owned(), |it| it.to_string()),
            checksum.chars().take(OF_A_CHECKSUM).collect(),
            if it.kept_as.is_some() { "yes" } else { "no" }.to_owned(),
            it.run.clone(),
            remarks.join(", "),
        ]);
    }
    format!("{name}\n{}", grid(&rows))
}

/// Writes which tables have earlier versions again.
pub(super) fn rolled_back(
    restored: &[Restored],
    only_asked: bool,
    stale: Option<&str>,
    form: Form,
) -> String {
    if form.json {
        let all = restored.iter().map(|it| {
            json!({
                "node": it.name, "version": it.version.number, "rows": it.version.rows,
                "published_as": it.becomes,
            })
        });
        return python_json::pretty(&Value::Array(all.collect()));
    }
    let line = |it: &Restored| {
        let (name, version) = (&it.name, it.version.number);
        let rows = it.version.rows.unwrap_or_default();
        let rows = format!("{rows} row{}", if rows == 1 { "" } else { "s" });
        match it.becomes {
            None => format!("{name} has the rows of version {version}: nothing to do"),
            Some(new) if only_asked => {
                format!("{name} would be version {version} again, as version {new} ({rows})")
            }
            Some(new) => format!("{name} is version {version} again, as version {new} ({rows})"),
        }
    };
    let lines = restored.iter().map(line).chain(stale.map(stale_line));
    lines.collect::<Vec<_>>().join("\n")
}

/// Says that what is built of a node has rows of before.
pub(super) fn stale_line(name: &str) -> String {
    format!("What is built of {name} is as it was: dsql build --select {name}+")
}

/// Writes how two versions differ.
pub(super) fn compared(found: &Difference, form: Form) -> String {
    if form.json {
        return python_json::pretty(&as_json(found));
    }
    let side = |it: &Side| {
        let current = if it.is_current { " (current)" } else { "" };
        format!("version {}{current}", it.version)
    };
    let keys = found.columns.iter().filter(|it| it.is_key);
    let keys: Vec<&str> = keys.map(|it| it.name.as_str()).collect();
    let by = found.key_from.map_or_else(
        || ", without a key".to_owned(),
        |source| format!(", by {} ({source})", keys.join(", ")),
    );
    let mut lines = vec![format!(
        "{}: {} → {}{by}",
        found.name,
        side(&found.from),
        side(&found.to)
    )];
    lines.extend(found.note.clone());
    lines.extend(found.columns.iter().filter(|it| it.differs()).map(column));
    if !found.is_any() {
        lines.push("no difference".to_owned());
    }
    let counts = CHANGES.iter().zip(found.counts);
    let counts = counts.filter(|(change, _)| found.key_from.is_some() || **change != "changed");
    let counts: Vec<String> = counts
        .map(|(change, count)| format!("{count} {change}"))
        .collect();
    lines.push(format!("rows: {}", counts.join(", ")));
    if !found.rows.is_empty() {
        lines.push(rows(found));
    }
    lines.join("\n")
}

fn column(it: &ComparedColumn) -> String {
    let name = &it.name;
    match (&it.before, &it.after) {
        (Some(before), Some(after)) => format!("column {name}: {before} → {after}"),
        (None, Some(after)) => format!("column {name}: added ({after})"),
        (Some(before), None) => format!("column {name}: removed ({before})"),
        (None, None) => String::new(),
    }
}

/// Draws rows: the key, then columns that changed, then others while there is room.
fn rows(found: &Difference) -> String {
    let changed = |at: usize| {
        found
            .rows
            .iter()
            .any(|row| row.cells.get(at).is_some_and(|it| it.2))
    };
    let rank = |at: usize| match found.columns.get(at) {
        Some(it) if it.is_key => 0,
        _ if changed(at) => 1,
        _ => 2,
    };
    let mut shown: Vec<usize> = (0..found.columns.len()).collect();
    shown.sort_by_key(|at| rank(*at));
    let keys = shown.iter().filter(|at| rank(**at) == 0).count();
    let cut = shown.len() > keys + MOST_COLUMNS;
    shown.truncate(keys + MOST_COLUMNS);
    shown.sort_by_key(|at| (rank(*at) > 0, *at));
    let ending = cut.then(|| "…".to_owned());
    let names = shown
        .iter()
        .filter_map(|at| Some(found.columns.get(*at)?.name.clone()));
    let mut drawn = vec![
        std::iter::once(String::new())
            .chain(names)
            .chain(ending.clone())
            .collect(),
    ];
    for row in &found.rows {
        let mark = match row.change.as_str() {
            "added" => "+",
            "removed" => "-",
            _ => "~",
        };
        let mark = match row.times {
            1 => mark.to_owned(),
            times => format!("{mark} {times}×"),
        };
        let cells = shown
            .iter()
            .filter_map(|at| Some(value(row, row.cells.get(*at)?)));
        drawn.push(
            std::iter::once(mark)
                .chain(cells)
                .chain(ending.clone())
                .collect(),
        );
    }
    let hidden = (0..3).any(|at| {
        let shown = found.rows.iter().filter(|it| it.change == CHANGES[at]);
        shown.map(|it| it.times).sum::<i64>() < found.counts[at]
    });
    let more = if hidden {
        "\n…more with `--limit`"
    } else {
        ""
    };
    format!("{}{more}", grid(&drawn))
}

fn value(row: &ComparedRow, (before, after, differs): &(Cell, Cell, bool)) -> String {
    match row.change.as_str() {
        "added" => text(after),
        "removed" => text(before),
        _ if *differs => format!("{} → {}", text(before), text(after)),
        _ => text(after),
    }
}

fn text(cell: &Cell) -> String {
    let text = match cell {
        Cell::Null => "NULL".to_owned(),
        cell => cell.to_string().replace('\n', " "),
    };
    match text.chars().count() > MOST_LETTERS {
        true => text.chars().take(MOST_LETTERS - 1).chain(['…']).collect(),
        false => text,
    }
}

fn as_json(found: &Difference) -> Value {
    let side = |it: &Side| json!({"version": it.version, "current": it.is_current, "relation": it.relation});
    let columns = found.columns.iter().filter(|it| it.differs());
    let columns = columns.map(|it| json!({"name": it.name, "from": it.before, "to": it.after}));
    let keys = found.columns.iter().filter(|it| it.is_key);
    let keys: Vec<&str> = keys.map(|it| it.name.as_str()).collect();
    let counts = CHANGES.iter().zip(found.counts);
    let counts: Map<String, Value> = counts
        .map(|(it, count)| ((*it).to_owned(), json!(count)))
        .collect();
    let row = |row: &ComparedRow| {
        let object = |takes: fn(&(Cell, Cell, bool)) -> &Cell, has: fn(&ComparedColumn) -> bool| {
            let cells = found
                .columns
                .iter()
                .zip(&row.cells)
                .filter(|(column, _)| has(column));
            let cells =
                cells.map(|(column, cell)| (column.name.clone(), table::value(takes(cell))));
            Value::Object(cells.collect())
        };
        let before = object(|it| &it.0, |it| it.before.is_some());
        let after = object(|it| &it.1, |it| it.after.is_some());
        let changed = found
            .columns
            .iter()
            .zip(&row.cells)
            .filter(|(_, cell)| cell.2);
        let changed: Vec<&str> = changed.map(|(column, _)| column.name.as_str()).collect();
        json!({
            "change": row.change, "times": row.times,
            "from": if row.change == "added" { Value::Null } else { before },
            "to": if row.change == "removed" { Value::Null } else { after },
            "columns": changed,
        })
    };
    json!({
        "node": found.name, "from": side(&found.from), "to": side(&found.to),
        "key": keys, "key_from": found.key_from, "note": found.note, "different": found.is_any(),
        "columns": columns.collect::<Vec<_>>(), "counts": counts,
        "rows": found.rows.iter().map(row).collect::<Vec<_>>(),
    })
}
