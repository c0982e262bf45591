//! Events → messages, in dbt's words.

use serde_json::json;

use super::line::{Place, duration, green, hook, plural, red, step, yellow};
use super::record::{Level, Record, node_info};
use crate::events::{Event, NodeInfo, Status};

/// Writes the messages of an event; what needs the texts of findings is written elsewhere.
pub(super) fn messages(event: &Event, width: usize) -> Vec<Record> {
    match event {
        Event::Started { .. } => {
            let (version, dbt) = (crate::cli::version::VERSION, crate::artifacts::DBT_VERSION);
            let message = format!("Running dsql {version} (dbt {dbt})");
            let data =
                json!({"log_version": 3, "version": format!("={dbt}"), "dsql_version": version});
            vec![Record::new(
                ("MainReportVersion", "A001"),
                Level::Info,
                message,
                data,
            )]
        }
        Event::Note(text) => {
            vec![Record::new(
                ("Note", "Z050"),
                Level::Info,
                text,
                json!({"msg": text}),
            )]
        }
        Event::Found(counts) => {
            let counts: Vec<_> = counts
                .iter()
                .map(|(count, word)| plural(*count, word))
                .collect();
            let line = counts.join(", ");
            let message = format!("Found {line}");
            vec![Record::new(
                ("FoundStats", "W006"),
                Level::Info,
                message,
                json!({"stat_line": line}),
            )]
        }
        Event::Concurrency { threads, target } => {
            let message = format!("Concurrency: {threads} threads (target='{target}')");
            let data = json!({"num_threads": threads, "target_name": target});
            let line = Record::new(("ConcurrencyLine", "Q027"), Level::Info, message, data);
            vec![Record::blank(), line, Record::blank()]
        }
        Event::NodeStarted {
            node,
            index,
            total,
            description,
        } => {
            let place = Place {
                index: *index,
                total: *total,
            };
            started(node, place, description, width)
        }
        Event::NodeFinished { .. } => finished(event, width),
        Event::BatchStarted { .. } | Event::BatchFinished { .. } => batch(event, width),
        Event::UserMessage {
            message,
            print: true,
            ..
        } => {
            vec![Record::plain(
                ("PrintEvent", "Z052"),
                message,
                json!({"msg": message}),
            )]
        }
        Event::UserMessage { message, info, .. } => {
            let (id, level) = match info {
                true => (("JinjaLogInfo", "I062"), Level::Info),
                false => (("JinjaLogDebug", "I063"), Level::Debug),
            };
            vec![Record::new(id, level, message, json!({"msg": message}))]
        }
        Event::Query { connection, sql } => {
            let message = format!("On {connection}: {sql}");
            let data = json!({"conn_name": connection, "sql": sql});
            vec![Record::new(
                ("SQLQuery", "E016"),
                Level::Debug,
                message,
                data,
            )]
        }
        Event::QueryDone {
            status, elapsed, ..
        } => {
            let message = format!("SQL status: {status} in {elapsed:.3} seconds");
            let data = json!({"status": status, "elapsed": elapsed});
            vec![Record::new(
                ("SQLQueryStatus", "E017"),
                Level::Debug,
                message,
                data,
            )]
        }
        Event::Cancelling => {
            let text = "Stopping: running statements are cancelled and rolled back. Ctrl-C again \
                        ends dsql at once.";
            let message = yellow(text);
            vec![Record::new(
                ("CtrlC", "Z001"),
                Level::Warn,
                message,
                json!({"msg": text}),
            )]
        }
        Event::Finished { counts, elapsed } => {
            let counts: Vec<_> = counts
                .iter()
                .map(|(count, word)| plural(*count, word))
                .collect();
            let (line, execution) = (counts.join(", "), duration(*elapsed));
            let message = format!("Finished running {line}{execution} ({elapsed:.2}s).");
            let data =
                json!({"stat_line": line, "execution": execution, "execution_time": elapsed});
            let id = ("FinishedRunningStats", "E047");
            vec![Record::blank(), Record::new(id, Level::Info, message, data)]
        }
        Event::Configured { .. } | Event::Texts(_) | Event::Finding(_) => Vec::new(),
    }
}

fn started(node: &NodeInfo, place: Place, description: &str, width: usize) -> Vec<Record> {
    let Place { index, total } = place;
    let info = node_info(node, "started");
    if let Some(statement) = description.strip_prefix("hook: ") {
        let message = hook(
            &format!("START hook: {statement}"),
            "RUN",
            place,
            None,
            width,
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
    let message = step(&format!("START {description}"), "RUN", place, None, width);
    let data = json!({
        "description": description, "index": index, "total": total, "node_info": info,
    });
    let began = format!("Began running node {}", node.unique_id);
    vec![
        Record::new(
            ("NodeStart", "Q024"),
            Level::Debug,
            began,
            json!({"node_info": info}),
        ),
        Record::new(("LogStartLine", "Q011"), Level::Info, message, data),
    ]
}

fn batch(event: &Event, width: usize) -> Vec<Record> {
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
        let line = step(&format!("START {description}"), "RUN", place, None, width);
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
    let line = step(&words, &painted, place, Some(seconds), width);
    let line = format!("Batch {line}");
    vec![Record::new(("LogBatchResult", "Q046"), level, line, data)]
}

fn finished(event: &Event, width: usize) -> Vec<Record> {
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
    let mut set = |name: &str, value: serde_json::Value| {
        if let Some(fields) = data.as_object_mut() {
            fields.insert(name.to_owned(), value);
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
            width,
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
    if *status == Status::Skipped {
        set("resource_type", json!(node.resource_type));
        set("schema", json!(schema));
        set("node_name", json!(node.name));
        let words = match node.resource_type {
            "model" | "seed" | "snapshot" => format!("SKIP relation {schema}.{}", node.name),
            kind => format!("SKIP {kind} {}", node.name),
        };
        let line = step(&words, &yellow("SKIP"), place, None, width);
        return vec![Record::new(
            ("SkippingDetails", "Q034"),
            Level::Info,
            line,
            data,
        )];
    }
    set(
        "status",
        json!(if error {
            status.as_str()
        } else {
            message.as_str()
        }),
    );
    set("description", json!(description));
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
            set("attached_node", json!(node.attached_node));
            let line = step(&format!("{word} {name}"), &painted, place, seconds, width);
            (("LogTestResult", "Q007"), level, line)
        }
        _ if *status == Status::NoOp => {
            let line = step(
                &format!("NO-OP {description}"),
                &yellow("NO-OP"),
                place,
                seconds,
                width,
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
                _ => (("LogNodeResult", "Q008"), ["ERROR running", "OK ran"]),
            };
            if matches!(kind, "seed" | "snapshot") {
                set("status", json!(status.as_str()));
                set("result_message", json!(message));
                set("schema", json!(schema));
                set("relation", json!(node.relation[2]));
            }
            let (verb, painted) = match status {
                Status::Error => (verb[0], red("ERROR")),
                Status::PartialSuccess => ("PARTIALLY created", yellow(message)),
                _ => (verb[1], green(message)),
            };
            let line = step(
                &format!("{verb} {description}"),
                &painted,
                place,
                seconds,
                width,
            );
            (id, level, line)
        }
    };
    let ended = format!("Finished running node {}", node.unique_id);
    let debug = Record::new(
        ("NodeFinished", "Q025"),
        Level::Debug,
        ended,
        json!({"node_info": info}),
    );
    vec![Record::new(id, level, line, data), debug]
}
