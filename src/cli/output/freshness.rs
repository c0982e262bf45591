//! What is said of sources and their age, in dbt's words.

use serde_json::json;

use super::line::{Place, Room, green, red, step, yellow};
use super::record::{Ended, Level, Record, node_info};
use super::summary::section;
use crate::diagnostics::render::Look;
use crate::events::{NodeInfo, Status};
use crate::text::Texts;

/// Writes how old a source is.
pub(super) fn result(
    node: &NodeInfo,
    place: Place,
    description: &str,
    status: Status,
    seconds: f64,
    room: Room,
) -> Record {
    let (word, paint, level): (_, fn(&str) -> String, _) = match status {
        Status::RuntimeError => ("ERROR", red, Level::Error),
        Status::Error => ("ERROR STALE", red, Level::Error),
        Status::Warn => ("WARN", yellow, Level::Warn),
        Status::Skipped => ("SKIP", yellow, Level::Info),
        _ => ("PASS", green, Level::Info),
    };
    let text = format!("{word} {description}");
    let line = step(&text, &paint(word), place, Some(seconds), room);
    let name = description.trim_start_matches("freshness of ");
    let source = name
        .strip_suffix(&*node.name)
        .map_or(name, |it| it.trim_end_matches('.'));
    let data = json!({
        "status": status.as_str(), "source_name": source, "table_name": node.name,
        "index": place.index, "total": place.total, "execution_time": seconds,
        "node_info": node_info(node, status.as_str()),
    });
    Record::new(("LogFreshnessResult", "Q018"), level, line, data)
}

/// Writes what a look at sources says at its end: a section per source that is too old, or whose
/// age is not known.
pub(super) fn summary(ended: &[Ended], texts: &Texts, look: Look) -> Vec<Record> {
    let mut records = Vec::new();
    for one in ended.iter().filter(|it| it.status.is_failure()) {
        section(one, false, texts, look, &mut records);
    }
    records.push(Record::new(
        ("FreshnessCheckComplete", "Q003"),
        Level::Info,
        "Done.",
        json!({}),
    ));
    records
}
