//! Begin and end of a batch of a microbatch model, in dbt's words.

use serde_json::json;

use super::line::{Place, Room, green, red, step, yellow};
use super::record::{Level, Record, node_info};
use crate::events::{Event, Status};

/// Writes that a batch begins, or how it ended.
pub(super) fn batch(event: &Event, room: Room) -> Vec<Record> {
    let (node, index, total, description, end) = match event {
        Event::BatchStarted {
            node,
            index,
            total,
            description,
        } => (node, *index, *total, description, None),
        Event::BatchFinished {
            node,
            index,
            total,
            description,
            status,
            message,
            execution_time,
        } => {
            let end = (*status, message, *execution_time);
            (node, *index, *total, description, Some(end))
        }
        _ => return Vec::new(),
    };
    let place = Place { index, total };
    let mut data = json!({
        "description": description, "batch_index": index, "total_batches": total,
    });
    let Some((status, message, seconds)) = end else {
        data["node_info"] = node_info(node, "started");
        let line = step(&format!("START {description}"), "RUN", place, None, room);
        let line = format!("Batch {line}");
        return vec![Record::new(
            ("LogStartBatch", "Q045"),
            Level::Info,
            line,
            data,
        )];
    };
    data["node_info"] = node_info(node, status.as_str());
    data["status"] = json!(message);
    data["execution_time"] = json!(seconds);
    let (word, painted, level) = match status {
        Status::Error => ("ERROR creating", red("ERROR"), Level::Error),
        Status::Skipped => ("SKIP", yellow("SKIPPED"), Level::Info),
        _ => ("OK created", green(message), Level::Info),
    };
    let words = format!("{word} {description}");
    let line = step(&words, &painted, place, Some(seconds), room);
    let line = format!("Batch {line}");
    vec![Record::new(("LogBatchResult", "Q046"), level, line, data)]
}
