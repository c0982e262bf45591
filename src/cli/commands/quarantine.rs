//! What `quarantine` prints: rows that were put aside, and what was decided on them.

use serde_json::{Map, Value, json};

use super::versions::stale_line;
use super::{python_json, table};
use crate::adapters::{Cell, Table};
use crate::execute::{KeptRows, RowOutcome};
use crate::pipeline::Quarantined;

/// Digits of a row's name in a list.
const DIGITS: usize = 10;
/// What columns begin with that the model does not have.
const OWN: &str = "dsql_";

/// Writes what was found or done.
pub(super) fn text(quarantined: &Quarantined, as_json: bool) -> String {
    match (quarantined, as_json) {
        (Quarantined::Listed(kept), true) => python_json::pretty(&objects(kept, false)),
        (Quarantined::Shown(kept), true) => python_json::pretty(&objects(kept, true)),
        (Quarantined::Decided(rows, _), true) => {
            let rows: Vec<Value> = rows.iter().map(outcome).collect();
            python_json::pretty(&Value::Array(rows))
        }
        (Quarantined::Listed(kept) | Quarantined::Shown(kept), _) if kept.is_empty() => {
            "No rows are in quarantine.".to_owned()
        }
        (Quarantined::Listed(kept), _) => join(kept.iter().map(list)),
        (Quarantined::Shown(kept), _) => join(kept.iter().map(show)),
        (Quarantined::Decided(rows, _), _) if rows.is_empty() => {
            "No rows are in quarantine.".to_owned()
        }
        (Quarantined::Decided(rows, stale), _) => {
            let stale = stale.iter().map(|it| stale_line(it));
            join(rows.iter().map(done).chain(stale))
        }
    }
}

fn join(lines: impl Iterator<Item = String>) -> String {
    lines.collect::<Vec<_>>().join("\n")
}

fn list(kept: &KeptRows) -> String {
    let counts = kept.counts.iter();
    let counts = counts.map(|(state, count)| format!("{count} {state}"));
    let mut lines = vec![format!(
        "{}: {} ({})",
        kept.name,
        counts.collect::<Vec<_>>().join(", "),
        kept.relation_name
    )];
    for row in Row::all(kept) {
        lines.push(format!(
            "  {}  {}  {}  {}",
            row.short_id(),
            row.time("dsql_state_at"),
            row.text("dsql_state"),
            row.text("dsql_reasons")
        ));
    }
    let known: u64 = kept.counts.iter().map(|(_, count)| count).sum();
    if kept.rows.rows.len() as u64 >= LISTED && known > LISTED {
        lines.push("  … more of them with --limit".to_owned());
    }
    lines.join("\n")
}

/// Rows that are listed unless `--limit` says otherwise.
const LISTED: u64 = 100;

fn show(kept: &KeptRows) -> String {
    let mut lines = Vec::new();
    for row in Row::all(kept) {
        lines.push(format!("{} {}", kept.name, row.text("dsql_row_id")));
        lines.push(format!(
            "  {} since {}",
            row.text("dsql_state"),
            row.time("dsql_state_at")
        ));
        let batch = match row.time("dsql_batch") {
            none if none.is_empty() => String::new(),
            batch => format!(", batch {batch}"),
        };
        lines.push(format!(
            "  came {} in run {}{batch}",
            row.time("dsql_quarantined_at"),
            row.text("dsql_run_id")
        ));
        lines.push(format!(
            "  fails {}: {}",
            row.text("dsql_tests"),
            row.text("dsql_reasons")
        ));
        for decision in row.decisions() {
            lines.push(format!("  {decision}"));
        }
        for (name, value) in row.values() {
            lines.push(format!("    {name}: {value}"));
        }
    }
    lines.join("\n")
}

fn done(row: &RowOutcome) -> String {
    let id = row.row_id.get(..DIGITS).unwrap_or(&row.row_id);
    let note = row.note.as_deref().map(|it| format!(": {it}"));
    format!(
        "{}  {id}  {}{}",
        row.name,
        row.state,
        note.unwrap_or_default()
    )
}

fn outcome(row: &RowOutcome) -> Value {
    json!({
        "node": &*row.node, "row_id": row.row_id, "state": row.state, "done": row.done,
        "note": row.note,
    })
}

fn objects(kept: &[KeptRows], whole: bool) -> Value {
    let rows = kept.iter().flat_map(|kept| {
        let objects = match table::rows(&kept.rows) {
            Value::Array(objects) => objects,
            _ => Vec::new(),
        };
        let decisions = match table::rows(&kept.decisions) {
            Value::Array(decisions) => decisions,
            _ => Vec::new(),
        };
        objects.into_iter().map(move |object| {
            let fields = match object {
                Value::Object(fields) => fields,
                _ => Map::new(),
            };
            let (own, row): (Map<_, _>, Map<_, _>) = fields
                .into_iter()
                .partition(|(name, _)| name.starts_with(OWN));
            let mut object = Map::new();
            object.insert("node".to_owned(), json!(&*kept.node));
            let named = own
                .into_iter()
                .map(|(name, value)| (name[OWN.len()..].to_owned(), value));
            object.extend(named);
            if whole {
                let id = object.get("row_id").cloned().unwrap_or_default();
                let made = decisions.iter().filter(|it| it["row_id"] == id).cloned();
                object.insert("decisions".to_owned(), made.collect());
                object.insert("row".to_owned(), Value::Object(row));
            }
            Value::Object(object)
        })
    });
    Value::Array(rows.collect())
}

/// One row, with the names of its columns.
struct Row<'k> {
    kept: &'k KeptRows,
    cells: &'k [Cell],
}

impl<'k> Row<'k> {
    fn all(kept: &'k KeptRows) -> impl Iterator<Item = Self> {
        kept.rows.rows.iter().map(move |cells| Self { kept, cells })
    }

    fn text(&self, name: &str) -> String {
        cell(&self.kept.rows, self.cells, name)
    }

    fn time(&self, name: &str) -> String {
        let text = self.text(name);
        text.split('.').next().unwrap_or_default().to_owned()
    }

    fn short_id(&self) -> String {
        self.text("dsql_row_id").chars().take(DIGITS).collect()
    }

    fn values(&self) -> impl Iterator<Item = (&str, String)> {
        let columns = self.kept.rows.columns.iter().zip(self.cells);
        let own = columns.filter(|(column, _)| !column.name.starts_with(OWN));
        own.map(|(column, cell)| (column.name.as_str(), written(cell)))
    }

    fn decisions(&self) -> Vec<String> {
        let list = &self.kept.decisions;
        let id = self.text("dsql_row_id");
        let own = list
            .rows
            .iter()
            .filter(|row| cell(list, row, "row_id") == id);
        own.map(|row| {
            let of = |name| cell(list, row, name);
            let at = of("decided_at");
            let mut line = format!(
                "{} by {} at {}",
                of("decision"),
                of("decided_by"),
                at.split('.').next().unwrap_or_default()
            );
            for name in ["reason", "correction"] {
                let said = of(name);
                if !said.is_empty() {
                    line.push_str(&format!(": {said}"));
                }
            }
            line
        })
        .collect()
    }
}

fn cell(table: &Table, row: &[Cell], name: &str) -> String {
    let at = table.columns.iter().position(|it| it.name == name);
    match at.and_then(|at| row.get(at)) {
        None | Some(Cell::Null) => String::new(),
        Some(cell) => cell.to_string(),
    }
}

fn written(cell: &Cell) -> String {
    match cell {
        Cell::Null => "null".to_owned(),
        cell => cell.to_string(),
    }
}
