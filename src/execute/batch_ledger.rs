//! Which batches of microbatch models are built: a table beside the models, in which each batch
//! lists itself in its own transaction, and what is missing in it.
//!
//! A gap is a batch between the first that is listed and those that are due, which no whole batch
//! covers. One that is not listed and has rows was built by somebody else, and is none.

use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError};

use chrono::{DateTime, NaiveDateTime, Utc};

use super::Failure;
use super::microbatch::batch_size;
use super::node::Run;
use super::prepare::call;
use crate::adapters::{Cell, Relation};
use crate::events::Event;
use crate::invocation::moment;
use crate::jinja::Value;
use crate::jinja::context::Session;
use crate::jinja::library;
use crate::nodes::{Batch, BatchSize, Node};

/// Name of the table, which stands in the schema of the models.
const TABLE: &str = "dsql_batches";
/// The configuration that turns it off, for a model, or for many in `dbt_project.yml`.
const SETTING: &str = "batch_ledger";

/// What is listed of a span of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Built {
    Not,
    /// While its time was not over, or of a sample.
    InPart,
    Whole,
}

/// One batch as it is listed.
#[derive(Debug, Clone, Copy)]
struct Record {
    start: NaiveDateTime,
    end: NaiveDateTime,
    whole: bool,
}

impl Run<'_> {
    /// Makes the table that lists the batches of a node. None if the node does not want one.
    pub(super) fn ledger(
        &self,
        node: &Node,
        session: &Arc<Session>,
    ) -> Result<Option<Relation>, Failure> {
        let meta = node.config.get("meta").and_then(|it| it.get(SETTING));
        let set = node.config.get(SETTING).filter(|it| !it.is_null());
        if set.or(meta).and_then(|it| it.as_bool()) == Some(false) {
            return Ok(None);
        }
        let ledger = table(node);
        // Two transactions that make the same table do not go together.
        let mut known = self.ledgers.lock().unwrap_or_else(PoisonError::into_inner);
        if !known.contains(&ledger.render()) {
            let keywords = vec![("ledger".to_owned(), library::relation(ledger.clone()))];
            call(session, "create_batch_ledger", keywords)?;
            session.connection().commit()?;
            known.insert(ledger.render());
        }
        Ok(Some(ledger))
    }

    /// Finds the batches that earlier runs have left out, and says so.
    pub(super) fn gaps(
        &self,
        ledger: &Relation,
        node: &Node,
        due: &[Batch],
        session: &Arc<Session>,
    ) -> Result<Vec<Batch>, Failure> {
        let broken = |message| Failure::Broken {
            message,
            help: "see `batch_size` of the model".to_owned(),
        };
        let size = batch_size(node).map_err(broken)?;
        let begin = node.config.str("begin").and_then(moment);
        let (Some(begin), Some(first_due)) = (begin, due.first().map(|it| it.start)) else {
            return Ok(Vec::new());
        };
        let records = recorded(ledger, node, session)?;
        let mut found = gaps(&records, size, begin, first_due);
        let unknown = found.iter().filter(|(_, built)| *built == Built::Not);
        let spans: Vec<_> = unknown.map(|(batch, _)| (batch.start, batch.end)).collect();
        if let (Some((start, _)), Some((_, end))) = (spans.first(), spans.last()) {
            let filled = filled(node, size, *start, *end, session)?;
            found.retain(|(batch, built)| {
                *built != Built::Not || !filled.contains(&batch.start.naive_utc())
            });
        }
        session.connection().rollback()?;
        if let Some(text) = told(node, &found) {
            self.execution.project.base.sink.emit(Event::Note(text));
        }
        Ok(found.into_iter().map(|(batch, _)| batch).collect())
    }
}

/// Names the table that lists the batches of a node.
pub(super) fn table(node: &Node) -> Relation {
    Relation::new(node.database.as_deref(), Some(&node.schema), Some(TABLE))
}

/// Reads what is listed of a node's relation.
fn recorded(
    ledger: &Relation,
    node: &Node,
    session: &Arc<Session>,
) -> Result<Vec<Record>, Failure> {
    let keywords = vec![
        ("ledger".to_owned(), library::relation(ledger.clone())),
        ("identifier".to_owned(), Value::from(node.alias.as_str())),
    ];
    let found = call(session, "get_recorded_batches", keywords)?;
    let table = library::table_of(&found).unwrap_or_default();
    let record = |row: &Vec<Cell>| match row.as_slice() {
        [Cell::DateTime(start), Cell::DateTime(end), whole] => Some(Record {
            start: *start,
            end: *end,
            whole: *whole == Cell::Boolean(true),
        }),
        _ => None,
    };
    Ok(table.rows.iter().filter_map(record).collect())
}

/// Lists the spans from which a node's relation has rows, by where they start.
fn filled(
    node: &Node,
    size: BatchSize,
    start: DateTime<Utc>,
    end: DateTime<Utc>,
    session: &Arc<Session>,
) -> Result<BTreeSet<NaiveDateTime>, Failure> {
    let relation = Relation::new(
        node.database.as_deref(),
        Some(&node.schema),
        Some(&node.alias),
    );
    let text = |at: DateTime<Utc>| Value::from(at.format("%Y-%m-%d %H:%M:%S+00:00").to_string());
    let event_time = node.config.str("event_time").unwrap_or_default();
    let keywords = [
        ("relation", library::relation(relation)),
        ("event_time", Value::from(event_time)),
        ("batch_size", Value::from(size.as_str())),
        ("start", text(start)),
        ("end", text(end)),
    ];
    let keywords = keywords.map(|(name, value)| (name.to_owned(), value));
    let found = call(session, "get_filled_spans", keywords.to_vec())?;
    let table = library::table_of(&found).unwrap_or_default();
    let starts = table.rows.iter().filter_map(|row| match row.first() {
        Some(Cell::DateTime(start)) => Some(*start),
        Some(Cell::Date(day)) => Some(day.and_time(chrono::NaiveTime::MIN)),
        _ => None,
    });
    Ok(starts.collect())
}

/// Lists the batches from the first that is listed up to those that are due which are not built,
/// or not wholly. What is listed later counts more; batches of another size count for their time.
fn gaps(
    records: &[Record],
    size: BatchSize,
    begin: DateTime<Utc>,
    first_due: DateTime<Utc>,
) -> Vec<(Batch, Built)> {
    let Some(first) = records.iter().map(|it| it.start).min() else {
        return Vec::new();
    };
    let bounds: BTreeSet<NaiveDateTime> =
        records.iter().flat_map(|it| [it.start, it.end]).collect();
    let bounds: Vec<NaiveDateTime> = bounds.into_iter().collect();
    // For each bound: what is built from there to the next one.
    let mut built = vec![Built::Not; bounds.len()];
    let place = |at: NaiveDateTime| bounds.partition_point(|it| *it < at);
    for record in records {
        let state = if record.whole {
            Built::Whole
        } else {
            Built::InPart
        };
        let span = place(record.start)..place(record.end);
        if let Some(span) = built.get_mut(span) {
            span.fill(state);
        }
    }
    let state = |start: NaiveDateTime, end: NaiveDateTime| {
        let from = bounds.partition_point(|it| *it <= start).checked_sub(1);
        let parts = built.get(from.unwrap_or(0)..place(end)).unwrap_or_default();
        let within = from.is_some() && bounds.last().is_some_and(|last| end <= *last);
        if within && parts.iter().all(|it| *it == Built::Whole) {
            Built::Whole
        } else if parts.iter().any(|it| *it != Built::Not) {
            Built::InPart
        } else {
            Built::Not
        }
    };
    let mut at = size.floor(first.and_utc()).max(size.floor(begin));
    let mut found = Vec::new();
    while at < first_due {
        let end = size.next(at).min(first_due);
        let state = state(at.naive_utc(), end.naive_utc());
        if state != Built::Whole {
            let start = at;
            found.push((Batch { size, start, end }, state));
        }
        if end <= at {
            break;
        }
        at = end;
    }
    found
}

/// Says which batches are built besides those that are due, and why.
fn told(node: &Node, found: &[(Batch, Built)]) -> Option<String> {
    let spans = |wanted: Built| {
        let mut spans: Vec<(&Batch, &Batch)> = Vec::new();
        for (batch, _) in found.iter().filter(|(_, built)| *built == wanted) {
            match spans.last_mut() {
                Some((_, last)) if last.end == batch.start => *last = batch,
                _ => spans.push((batch, batch)),
            }
        }
        let one = |(first, last): (&Batch, &Batch)| match first == last {
            true => first.label(),
            false => format!("{} to {}", first.label(), last.label()),
        };
        spans.into_iter().map(one).collect::<Vec<_>>().join(", ")
    };
    let reasons = [
        (Built::Not, "which no run has built"),
        (
            Built::InPart,
            "built before their time was over, or from a part of the rows",
        ),
    ];
    let reasons = reasons.map(|(built, reason)| (spans(built), reason));
    let reasons = reasons.into_iter().filter(|(spans, _)| !spans.is_empty());
    let reasons: Vec<_> = reasons
        .map(|(it, reason)| format!("{it} ({reason})"))
        .collect();
    let count = match found.len() {
        0 => return None,
        1 => "1 more batch".to_owned(),
        count => format!("{count} more batches"),
    };
    Some(format!(
        "{}.{}: {count} than those due: {}",
        node.schema,
        node.alias,
        reasons.join("; ")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        moment(text).expect("a moment")
    }

    fn found(records: &[(&str, &str, bool)], size: BatchSize, begin: &str, due: &str) -> String {
        let records = records.iter().map(|(start, end, whole)| Record {
            start: at(start).naive_utc(),
            end: at(end).naive_utc(),
            whole: *whole,
        });
        let records: Vec<_> = records.collect();
        let found = gaps(&records, size, at(begin), at(due));
        let found = found
            .iter()
            .map(|(it, built)| format!("{} {built:?}", it.label()));
        found.collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn what_no_whole_batch_covers_is_a_gap() {
        let days = [
            ("2024-01-02", "2024-01-03", true),
            ("2024-01-04", "2024-01-05", false),
            ("2024-01-05", "2024-01-06", true),
        ];
        let in_days = |begin, due| found(&days, BatchSize::Day, begin, due);
        assert_eq!(
            in_days("2024-01-01", "2024-01-08"),
            "2024-01-03 Not, 2024-01-04 InPart, 2024-01-06 Not, 2024-01-07 Not"
        );
        assert_eq!(in_days("2024-01-01", "2024-01-04"), "2024-01-03 Not");
        assert_eq!(in_days("2024-01-05", "2024-01-07"), "2024-01-06 Not");
        assert_eq!(found(&[], BatchSize::Day, "2024-01-01", "2024-01-07"), "");
    }

    #[test]
    fn batches_of_another_size_count_for_their_time() {
        let months = [
            ("2024-01-01", "2024-02-01", true),
            ("2024-02-10", "2024-02-11", true),
            ("2024-02-01", "2024-03-01", true),
            ("2024-02-10", "2024-02-11", false),
        ];
        assert_eq!(
            found(&months, BatchSize::Day, "2024-01-01", "2024-03-02"),
            "2024-02-10 InPart, 2024-03-01 Not"
        );
        assert_eq!(
            found(&months, BatchSize::Month, "2024-01-01", "2024-04-01"),
            "2024-02 InPart, 2024-03 Not"
        );
        let hours = [
            ("2024-01-01T00", "2024-01-01T01", true),
            ("2024-01-01T01", "2024-01-01T02", false),
        ];
        assert_eq!(
            found(&hours, BatchSize::Day, "2024-01-01", "2024-01-02"),
            "2024-01-01 InPart"
        );
    }
}
