//! A node's begin and end, in dbt's words.

use serde_json::{Value, json};

use super::freshness;
use super::line::{Place, Room, green, hook, red, step, yellow};
use super::record::{Level, Record, node_info, thread_name};
use crate::events::{Event, NodeInfo, Status};

/// Writes that a node, or a hook, begins.
pub(super) fn started(node: &NodeInfo, place: Place, description: &str, room: Room) -> Vec<Record> {
    let Place { index, total } = place;
    let info = node_info(node, "started");
    if let Some(statement) = description.strip_prefix("hook: ") {
        let message = hook(
            &format!("START hook: {statement}"),
            "RUN",
            place,
            None,
            room,
        );
        let data = json!({
            "statement": statement, "index": index, "total": total, "node_info": info,
        });
        let line = Record::new(("LogHookStartLine", "Q032"), Level::Info, message, data);
        let end = statement.contains(".on-run-end.") && index == 1;
        return if end {
            vec![Record::blank(), line]
        } else {
            vec![line]
        };
    }
    let message = step(&format!("START {description}"), "RUN", place, None, room);
    let data = json!({
        "description": description, "index": index, "total": total, "node_info": info,
    });
    vec![
        began(node),
        Record::new(("LogStartLine", "Q011"), Level::Info, message, data),
    ]
}

/// Writes why a node runs where unchanged ones are left out.
pub(super) fn changed(event: &Event) -> Vec<Record> {
    let Event::NodeChanged {
        node,
        index,
        total,
        description,
        reason,
    } = event
    else {
        return Vec::new();
    };
    let data = json!({
        "node_info": node_info(node, "started"), "index": index, "total": total,
        "description": description, "reason": reason,
    });
    let line = format!("{index} of {total} CHANGED {description}: {reason}");
    vec![Record::new(
        ("NodeChanged", "Z091"),
        Level::Info,
        line,
        data,
    )]
}

/// Tells programs that a node begins.
fn began(node: &NodeInfo) -> Record {
    let message = format!("Began running node {}", node.unique_id);
    let data = json!({"node_info": node_info(node, "started")});
    Record::new(("NodeStart", "Q024"), Level::Debug, message, data)
}

/// Tells programs how a node ended.
fn ended(event: &Event) -> Record {
    let Event::NodeFinished {
        node,
        status,
        message,
        execution_time,
        failures,
        answer,
        ..
    } = event
    else {
        return Record::blank();
    };
    let text = format!("Finished running node {}", node.unique_id);
    let run_result = json!({
        "status": status.as_str(), "message": message, "execution_time": execution_time,
        "num_failures": failures.unwrap_or(0), "thread": thread_name(),
        "adapter_response": answer["adapter_response"], "timing_info": answer["timing_info"],
    });
    let data = json!({"node_info": node_info(node, status.as_str()), "run_result": run_result});
    Record::new(("NodeFinished", "Q025"), Level::Debug, text, data)
}

/// Writes how it ended.
pub(super) fn finished(event: &Event, room: Room) -> Vec<Record> {
    let Event::NodeFinished {
        node,
        index,
        total,
        description,
        status,
        message,
        execution_time,
        failures,
        ..
    } = event
    else {
        return Vec::new();
    };
    let place = Place {
        index: *index,
        total: *total,
    };
    let info = node_info(node, status.as_str());
    let error = *status == Status::Error;
    let level = if status.is_failure() {
        Level::Error
    } else {
        Level::Info
    };
    let seconds = Some(*execution_time);
    let mut data = json!({
        "node_info": info, "index": index, "total": total, "execution_time": execution_time,
    });
    // What is null is not there.
    let mut set = |name: &str, value: Value| {
        if let Some(fields) = data.as_object_mut() {
            match value {
                Value::Null => fields.remove(name),
                value => fields.insert(name.to_owned(), value),
            };
        }
    };
    if let Some(statement) = description.strip_prefix("hook: ") {
        set("statement", json!(statement));
        set("status", json!(status.as_str()));
        let (word, painted) = match status {
            Status::Success => ("OK", green("OK")),
            Status::Skipped => ("SKIP", yellow("SKIP")),
            _ => ("ERROR", red("ERROR")),
        };
        let line = hook(
            &format!("{word} hook: {statement}"),
            &painted,
            place,
            seconds,
            room,
        );
        let line = Record::new(("LogHookEndLine", "Q033"), Level::Info, line, data);
        let last = index == total && statement.contains(".on-run-start.");
        return if last {
            vec![line, Record::blank()]
        } else {
            vec![line]
        };
    }
    let schema = &node.relation[1];
    if node.resource_type == "source" {
        let line = freshness::result(node, place, description, *status, *execution_time, room);
        return vec![line, ended(event)];
    }
    if *status == Status::Skipped && !message.is_empty() {
        // `--fail-fast`: as in dbt, a line for each of the many is left out.
        return Vec::new();
    }
    if *status == Status::Skipped {
        let mut info = info.clone();
        info["node_finished_at"] = json!("");
        data = json!({"node_info": info, "index": index, "total": total});
        let mut set = |name: &str, value: Value| data[name] = value;
        set("resource_type", json!(node.resource_type));
        set("schema", json!(schema));
        set("node_name", json!(node.name));
        let words = match node.resource_type {
            "model" | "seed" | "snapshot" => format!("SKIP relation {schema}.{}", node.name),
            kind => format!("SKIP {kind} {}", node.name),
        };
        let line = step(&words, &yellow("SKIP"), place, None, room);
        let skipped = Record::new(("SkippingDetails", "Q034"), Level::Info, line, data);
        return vec![began(node), skipped, ended(event)];
    }
    // What is done with nothing but a report says no more.
    if *status == Status::NoOp && message != "NO-OP" {
        set("description", json!(description));
        set("reason", json!(message));
        let line = format!("{index} of {total} UNCHANGED {description}: {message}");
        let line = Record::new(("NodeUnchanged", "Z090"), Level::Info, line, data);
        return vec![began(node), line, ended(event)];
    }
    set(
        "status",
        json!(if error {
            status.as_str()
        } else {
            message.as_str()
        }),
    );
    let (id, level, line) = match node.resource_type {
        "test" | "unit_test" => {
            let count = failures.unwrap_or(0);
            let (word, painted, level) = match status {
                Status::Pass => ("PASS".to_owned(), green("PASS"), Level::Info),
                Status::Warn => (
                    format!("WARN {count}"),
                    yellow(&format!("WARN {count}")),
                    Level::Warn,
                ),
                Status::Fail => (
                    format!("FAIL {count}"),
                    red(&format!("FAIL {count}")),
                    level,
                ),
                _ => ("ERROR".to_owned(), red("ERROR"), level),
            };
            // dbt names a unit test with its model: `orders::adds_tax`.
            let name = description.split_once(' ').map_or(&*node.name, |it| it.1);
            set("status", json!(status.as_str()));
            set("name", json!(name));
            set("num_failures", json!(count));
            set("num_models", json!(total));
            set(
                "attached_node",
                json!(node.attached_node.as_deref().unwrap_or("")),
            );
            set("total", Value::Null);
            let line = step(&format!("{word} {name}"), &painted, place, seconds, room);
            (("LogTestResult", "Q007"), level, line)
        }
        _ if *status == Status::NoOp => {
            set("description", json!(description));
            set("status", json!(""));
            let line = step(
                &format!("NO-OP {description}"),
                &yellow("NO-OP"),
                place,
                seconds,
                room,
            );
            (("LogNodeNoOpResult", "Q019"), Level::Info, line)
        }
        kind => {
            let (id, verb) = match kind {
                "seed" => (("LogSeedResult", "Q016"), ["ERROR loading", "OK loaded"]),
                "snapshot" => (
                    ("LogSnapshotResult", "Q015"),
                    ["ERROR snapshotting", "OK snapshotted"],
                ),
                "model" => (("LogModelResult", "Q012"), ["ERROR creating", "OK created"]),
                "function" => (
                    ("LogFunctionResult", "Q047"),
                    ["ERROR creating", "OK created"],
                ),
                _ => (("LogNodeResult", "Q008"), ["ERROR running", "OK ran"]),
            };
            match kind {
                "seed" => {
                    set("status", json!(status.as_str()));
                    set("result_message", json!(message));
                    set("schema", json!(schema));
                    set("relation", json!(node.relation[2]));
                }
                "snapshot" => {
                    set("status", json!(status.as_str()));
                    set("result_message", json!(message));
                    set(
                        "description",
                        json!(description.trim_start_matches("snapshot ")),
                    );
                    set("cfg", node.config.clone());
                }
                _ => set("description", json!(description)),
            }
            // dbt says `snapshot` once.
            let description = match kind {
                "snapshot" => description.trim_start_matches("snapshot "),
                _ => description,
            };
            let (verb, painted) = match status {
                Status::Error => (verb[0], red("ERROR")),
                Status::PartialSuccess => ("PARTIALLY created", yellow(message)),
                // dbt gives the status of a function, and not the word of the database.
                _ if kind == "function" => (verb[1], green("SUCCESS")),
                _ => (verb[1], green(message)),
            };
            let line = step(
                &format!("{verb} {description}"),
                &painted,
                place,
                seconds,
                room,
            );
            (id, level, line)
        }
    };
    vec![Record::new(id, level, line, data), ended(event)]
}
