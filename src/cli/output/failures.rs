//! What failed and why, at the very end of a run: each failure once, with the file to open and the
//! compiled SQL, however many there are.

use unicode_width::UnicodeWidthStr;

use super::line::{cut, plural, red};
use super::record::{Ended, Level, Record};
use crate::events::Status;
use crate::text::{Location, Texts};

/// Names of skipped nodes that are listed behind their cause.
const NAMED: usize = 3;
/// A reason that is cut to less than this says nothing.
const LEAST: usize = 30;
const GAP: usize = 2;

/// A failure in words.
struct Row {
    status: String,
    node: String,
    place: String,
    reason: String,
    compiled: String,
    skipped: Option<String>,
}

/// Lists the failures: one line each where `columns` are enough, else below each other.
pub(super) fn list(
    ended: &[Ended],
    texts: &Texts,
    columns: Option<usize>,
    unicode: bool,
) -> Vec<Record> {
    let failed = ended.iter().filter(|it| it.status.is_failure());
    let rows: Vec<Row> = failed.map(|one| row(one, ended, texts)).collect();
    if rows.is_empty() {
        return Vec::new();
    }
    let skipped = ended.iter().filter(|it| it.status == Status::Skipped);
    let head = match skipped.count() {
        0 => plural(rows.len(), "failure"),
        count => format!("{}, {count} skipped", plural(rows.len(), "failure")),
    };
    let lines = columns
        .and_then(|columns| table(&rows, columns, unicode))
        .unwrap_or_else(|| stacked(&rows));
    let mut records = vec![
        Record::drawing(Level::Error, ""),
        Record::drawing(Level::Error, format!("{head}:")),
    ];
    records.extend(
        lines
            .into_iter()
            .map(|line| Record::drawing(Level::Error, line)),
    );
    records
}

/// Says which nodes were skipped because this one failed.
pub(super) fn skipped_by(one: &Ended, ended: &[Ended]) -> Option<String> {
    let id = &one.node.unique_id;
    let skipped = ended
        .iter()
        .filter(|it| it.status == Status::Skipped && it.cause.as_ref() == Some(id));
    let names: Vec<&str> = skipped.map(|it| it.node.name.as_str()).collect();
    let named = names[..names.len().min(NAMED)].join(", ");
    match names.len() {
        0 => None,
        count if count > NAMED => Some(format!(
            "{count} skipped: {named} and {} more",
            count - NAMED
        )),
        count => Some(format!("{count} skipped: {named}")),
    }
}

fn row(one: &Ended, ended: &[Ended], texts: &Texts) -> Row {
    let node = &one.node;
    let status = match (one.status, one.failures) {
        (Status::Fail, Some(count)) => format!("FAIL {count}"),
        (Status::Fail, None) => "FAIL".to_owned(),
        (Status::PartialSuccess, _) => "PARTIAL".to_owned(),
        _ => "ERROR".to_owned(),
    };
    let problem = one.problems.first();
    let label = problem.and_then(|it| it.labels.first());
    let place = label
        .map(|it| it.location)
        .into_iter()
        .chain(node.place)
        .find_map(|it| shown(it, texts));
    Row {
        status,
        // dbt names a unit test with its model: `orders::adds_tax`.
        node: match node.resource_type {
            "unit_test" => one.description.clone(),
            kind => format!("{kind} {}", node.name),
        },
        place: place.unwrap_or_else(|| node.file.clone()),
        reason: problem.map_or_else(|| reason(&one.message), |it| first_line(&it.message)),
        compiled: one.compiled_path.clone().unwrap_or_default(),
        skipped: skipped_by(one, ended),
    }
}

fn shown(at: Location, texts: &Texts) -> Option<String> {
    let text = texts.get(at.file)?;
    let offset = (at.span.start as usize).min(text.content.len());
    let place = text.line_column(offset);
    Some(format!("{}:{}:{}", text.path, place.line, place.column))
}

/// Takes the words that say most: dbt's first line says where, its next one what.
fn reason(message: &str) -> String {
    let mut lines = message.lines().map(str::trim).filter(|it| !it.is_empty());
    let first = lines.next().unwrap_or_default();
    let headline = [" Error in ", " failed, error:"];
    match headline.iter().any(|words| first.contains(words)) {
        true => lines.next().unwrap_or(first).to_owned(),
        false => first.trim_end_matches(':').to_owned(),
    }
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}

fn table(rows: &[Row], columns: usize, unicode: bool) -> Option<Vec<String>> {
    let widest = |cell: fn(&Row) -> &str| rows.iter().map(|row| cell(row).width()).max();
    let status = widest(|it| &it.status)?;
    let node = widest(|it| &it.node)?;
    let place = widest(|it| &it.place)?;
    let compiled = widest(|it| &it.compiled)?;
    let others = status + node + place + compiled + 5 * GAP;
    // One column is left free: some terminals wrap as soon as the last one is written.
    let room = columns.checked_sub(others + 1).filter(|it| *it >= LEAST)?;
    let longest = widest(|it| &it.reason)?.min(room);
    let pad = |text: &str, width: usize| " ".repeat(width.saturating_sub(text.width()) + GAP);
    let mut lines = Vec::new();
    for row in rows {
        let reason = cut(&row.reason, longest, unicode);
        let line = format!(
            "  {}{}{}{}{}{}{reason}{}{}",
            red(&row.status),
            pad(&row.status, status),
            row.node,
            pad(&row.node, node),
            row.place,
            pad(&row.place, place),
            pad(&reason, longest),
            row.compiled,
        );
        lines.push(line.trim_end().to_owned());
        let below = " ".repeat(2 + status + GAP);
        lines.extend(row.skipped.iter().map(|it| format!("{below}{it}")));
    }
    Some(lines)
}

fn stacked(rows: &[Row]) -> Vec<String> {
    let status = rows.iter().map(|it| it.status.len()).max().unwrap_or(0);
    let below = " ".repeat(2 + status + GAP);
    let mut lines = Vec::new();
    for row in rows {
        let pad = " ".repeat(status - row.status.len() + GAP);
        lines.push(format!("  {}{pad}{}", red(&row.status), row.node));
        lines.push(format!("{below}{}: {}", row.place, row.reason));
        lines.extend(
            Some(&row.compiled)
                .filter(|it| !it.is_empty())
                .map(|it| format!("{below}{it}")),
        );
        lines.extend(row.skipped.iter().map(|it| format!("{below}{it}")));
    }
    lines
}
