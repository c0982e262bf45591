//! Events → messages, in dbt's words.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::line::{Place, Room, duration, plural, red, yellow};
use super::node_messages;
use super::record::{Level, Record, node_info};
use super::{batch_messages, deps_messages};
use crate::events::{Event, NodeInfo};

/// Writes the messages of an event; what needs the texts of findings is written elsewhere.
pub(super) fn messages(event: &Event, room: Room) -> Vec<Record> {
    match event {
        Event::Started { program, .. } => {
            let (version, dbt) = (crate::cli::version::VERSION, crate::artifacts::DBT_VERSION);
            let message = match *program {
                "dbt" => format!("Running with dbt={dbt}"),
                program => format!("Running {program} {version} (dbt {dbt})"),
            };
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
        Event::NewerVersion {
            node,
            package,
            model,
            version,
            newest,
        } => {
            let text = format!(
                "While compiling '{node}':\n\
                 Found an unpinned reference to versioned model '{model}' in project '{package}'.\n\
                 Resolving to latest version: {model}.v{version}\n\
                 A prerelease version {newest} is available. It has not yet been marked 'latest' by \
                 its maintainer.\n\
                 When that happens, this reference will resolve to {model}.v{newest} instead.\n\n\
                 \x20 Try out v{newest}: {{{{ ref('{package}', '{model}', v='{newest}') }}}}\n\
                 \x20 Pin to  v{version}: {{{{ ref('{package}', '{model}', v='{version}') }}}}\n"
            );
            vec![Record::new(
                ("UnpinnedRefNewVersionAvailable", "I064"),
                Level::Info,
                text,
                json!({
                    "ref_node_name": model,
                    "ref_node_package": package,
                    "ref_node_version": version,
                    "ref_max_version": newest,
                }),
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
        Event::Concurrency {
            threads,
            target,
            nodes,
        } => {
            let message = format!("Concurrency: {threads} threads (target='{target}')");
            let data = json!({"num_threads": threads, "target_name": target, "node_count": nodes});
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
            node_messages::started(node, place, description, room)
        }
        Event::NodeCompiling(node) => {
            vec![progress(
                ("NodeCompiling", "Q030"),
                "Began compiling",
                node,
                "compiling",
            )]
        }
        Event::NodeExecuting(node) => {
            vec![progress(
                ("NodeExecuting", "Q031"),
                "Began executing",
                node,
                "executing",
            )]
        }
        Event::NodeChanged { .. } => node_messages::changed(event),
        Event::NodeFinished { .. } => node_messages::finished(event, room),
        Event::BatchStarted { .. } | Event::BatchFinished { .. } => {
            batch_messages::batch(event, room)
        }
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
            let data = json!({"status": status, "elapsed": elapsed, "query_id": ""});
            vec![Record::new(
                ("SQLQueryStatus", "E017"),
                Level::Debug,
                message,
                data,
            )]
        }
        Event::BuildingCatalog => {
            let id = ("BuildingCatalog", "E044");
            vec![Record::new(id, Level::Info, "Building catalog", json!({}))]
        }
        Event::CatalogIncomplete(count) => {
            let message = format!(
                "dbt encountered {} while writing the catalog",
                plural(*count, "failure")
            );
            let data = json!({"num_exceptions": count});
            let id = ("WriteCatalogFailure", "E041");
            vec![Record::new(id, Level::Error, message, data)]
        }
        Event::CatalogWritten(path) => {
            let path = path.display().to_string();
            let message = format!("Catalog written to {path}");
            let id = ("CatalogWritten", "E042");
            vec![Record::new(id, Level::Info, message, json!({"path": path}))]
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
        Event::TakenBack { message, .. } => {
            let data = json!({"msg": message});
            let record = Record::new(("Note", "Z050"), Level::Error, red(message), data);
            vec![Record::blank(), record]
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
        Event::Written { kind, path } => {
            let path = path.display().to_string();
            let message = format!("Wrote artifact {kind} to {path}");
            let data = json!({"artifact_type": kind, "artifact_path": path});
            let id = ("ArtifactWritten", "P001");
            vec![Record::new(id, Level::Debug, message, data)]
        }
        Event::Deps(event) => deps_messages::messages(event),
        Event::Configured { flags, .. } => vec![arguments(flags), adapter()],
        Event::Secrets(_)
        | Event::Checkpoint { .. }
        | Event::Texts(_)
        | Event::Finding(_)
        | Event::Logged(_) => Vec::new(),
    }
}

fn progress(id: (&'static str, &'static str), what: &str, node: &NodeInfo, status: &str) -> Record {
    let message = format!("{what} node {}", node.unique_id);
    let data = json!({"node_info": node_info(node, status)});
    Record::new(id, Level::Debug, message, data)
}

/// Tells of the adapter; its version is that of the engine.
fn adapter() -> Record {
    let (engine, version) = crate::adapters::embedded();
    let (engine, version) = (engine.to_lowercase(), version.trim_start_matches('v'));
    let message = format!("Registered adapter: {engine}={version}");
    let data = json!({"adapter_name": engine, "adapter_version": format!("={version}")});
    Record::machine(("AdapterRegistered", "E034"), message, data)
}

/// Tells of the flags; dbt writes their values as Python does.
fn arguments(flags: &Map<String, Value>) -> Record {
    let value = |value: &Value| match value {
        Value::String(text) => text.clone(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        other => other.to_string(),
    };
    let args: BTreeMap<&String, String> =
        flags.iter().map(|(name, it)| (name, value(it))).collect();
    let listed = args.iter().map(|(name, it)| format!("'{name}': '{it}'"));
    let listed = listed.collect::<Vec<_>>().join(", ");
    let message = format!("running dsql with arguments {{{listed}}}");
    let id = ("MainReportArgs", "A002");
    Record::new(id, Level::Debug, message, json!({"args": args}))
}
