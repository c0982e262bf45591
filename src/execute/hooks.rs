//! `on-run-start` and `on-run-end`.

use crate::jinja::library;
use std::collections::HashMap;
use std::sync::Arc;

use indexmap::IndexSet;
use serde_json::json;

use super::info::{answer, finished, node_info};
use super::{Execution, Failure};
use crate::artifacts::{NodeResult, Timing};
use crate::events::{Event, Status};
use crate::jinja::Value;
use crate::jinja::context::Names;
use crate::jinja::context::{Session, from_json};
use crate::jinja::python::List;
use crate::nodes::{Details, Node, UniqueId};

/// dbt's name of the thread that runs hooks.
const MAIN: &str = "main";

/// Runs hooks one after the other, each by itself and outside of a transaction; after a failure
/// the others are skipped.
pub(super) fn run(
    execution: &Execution,
    hooks: &[UniqueId],
    kind: &str,
    session: &Arc<Session>,
    names: Names,
    compiled: &mut HashMap<UniqueId, Arc<Node>>,
) -> Vec<NodeResult> {
    let mut results = Vec::new();
    let mut failed = false;
    for (at, id) in hooks.iter().enumerate() {
        let Some(node) = execution.resources.nodes.get(id) else {
            continue;
        };
        let name = format!("{}.{kind}.{at}", node.package_name);
        let result = match failed {
            true => skipped(node, &name, at, compiled),
            false => {
                let place = (at, hooks.len());
                one(
                    execution,
                    node,
                    &name,
                    place,
                    session,
                    names.clone(),
                    compiled,
                )
            }
        };
        failed |= result.status.is_failure();
        results.push(result);
    }
    results
}

fn one(
    execution: &Execution,
    node: &Arc<Node>,
    name: &str,
    (at, total): (usize, usize),
    session: &Arc<Session>,
    names: Names,
    compiled: &mut HashMap<UniqueId, Arc<Node>>,
) -> NodeResult {
    let system = &execution.project.base.system;
    let now = || {
        system
            .now()
            .to_rfc3339_opts(chrono::SecondsFormat::Micros, true)
    };
    let start = system.instant();
    let mut timing = vec![Timing {
        name: "compile",
        started_at: Some(now()),
        completed_at: None,
    }];
    let info = node_info(node, now());
    let sink = &execution.project.base.sink;
    sink.emit(Event::NodeStarted {
        node: Arc::new(info.clone()),
        index: at + 1,
        total,
        description: format!("hook: {name}"),
    });
    let mut node = node.clone();
    let ran = execution
        .compiler
        .compile(&node, session, names)
        .map_err(Failure::from);
    timing[0].completed_at = Some(now());
    let ran = ran.and_then(|compiled| {
        node = compiled;
        timing.push(Timing {
            name: "execute",
            started_at: Some(now()),
            completed_at: None,
        });
        let sql = node.compiled.as_ref().map_or("", |it| it.code.trim());
        if !sql.is_empty() {
            let sql = session.commented(sql);
            let sent = session.connection().execute(&sql, false, None);
            sent.map_err(|error| Failure::refused(error, &sql))?;
        }
        Ok(())
    });
    // A hook is not part of a transaction: what it left open is kept if it went well.
    let ended = match &ran {
        Ok(()) => session.connection().commit(),
        Err(_) => session.connection().rollback(),
    };
    let ran = ran.and(ended.map_err(Failure::from));
    if let Some(last) = timing.last_mut() {
        last.completed_at = Some(now());
    }
    let (status, message, problems) = match ran {
        Ok(()) => (Status::Success, format!("{name} passed"), Vec::new()),
        Err(failure) => {
            let message = format!("{name} failed, error:\n {failure}");
            (
                Status::Error,
                message,
                vec![Arc::new(failure.into_diagnostic(&node))],
            )
        }
    };
    let elapsed = system.instant().saturating_sub(start).as_secs_f64();
    let result = NodeResult {
        timing,
        execution_time: elapsed,
        message: Some(message.clone()),
        failures: Some(i64::from(status != Status::Success)),
        compiled: node.compiled.clone(),
        ..NodeResult::untouched(node.unique_id.clone(), status, MAIN.to_owned())
    };
    sink.emit(Event::NodeFinished {
        node: finished(&info, now()),
        index: at + 1,
        total,
        description: format!("hook: {name}"),
        status,
        message,
        execution_time: elapsed,
        failures: None,
        problems,
        compiled_path: None,
        cause: None,
        answer: answer(&result),
    });
    count(&mut node, at, compiled);
    result
}

/// dbt counts hooks from 1 once it was their turn.
fn count(node: &mut Arc<Node>, at: usize, compiled: &mut HashMap<UniqueId, Arc<Node>>) {
    Arc::make_mut(node).details = Details::Operation { index: at + 1 };
    compiled.insert(node.unique_id.clone(), node.clone());
}

fn skipped(
    node: &Arc<Node>,
    name: &str,
    at: usize,
    compiled: &mut HashMap<UniqueId, Arc<Node>>,
) -> NodeResult {
    count(&mut node.clone(), at, compiled);
    NodeResult {
        message: Some(format!("{name} skipped")),
        failures: Some(1),
        ..NodeResult::untouched(node.unique_id.clone(), Status::Skipped, MAIN.to_owned())
    }
}

/// Names that `on-run-end` hooks see besides: `results`, `schemas`, `database_schemas`. As in dbt,
/// hooks of the start are in them only where they failed.
pub(super) fn end_names<'a>(
    execution: &'a Execution,
    results: &[NodeResult],
    compiled: impl Fn(&UniqueId) -> Option<&'a Arc<Node>>,
) -> Names {
    let node_of = |result: &NodeResult| {
        let id = &result.unique_id;
        compiled(id).or_else(|| execution.resources.nodes.get(id))
    };
    let results = || {
        let shown = |it: &&NodeResult| it.thread_id != MAIN || it.status == Status::Error;
        results.iter().filter(shown)
    };
    let good = |result: &&NodeResult| {
        !matches!(
            result.status,
            Status::Error | Status::Fail | Status::Skipped
        )
    };
    let mut pairs = IndexSet::new();
    for node in results().filter(good).filter_map(node_of) {
        if node.relation_name.is_some() {
            pairs.insert((node.database.clone(), node.schema.clone()));
        }
    }
    let schemas: IndexSet<&String> = pairs.iter().map(|(_, schema)| schema).collect();
    let schemas = List::value(schemas.into_iter().map(|it| Value::from(it.as_str())));
    let database_schemas = pairs.iter().map(|(database, schema)| {
        crate::jinja::library::tuple([Value::from(database.clone()), Value::from(schema.as_str())])
    });
    let database_schemas = List::value(database_schemas.collect::<Vec<_>>());
    let results = results().map(|result| {
        let mut json = serde_json::to_value(result).unwrap_or_default();
        let node = node_of(result).map(|node| serde_json::to_value(&**node).unwrap_or_default());
        let declared = || Some(execution.resources.get(&result.unique_id)?.to_json());
        if let (Some(fields), Some(node)) = (json.as_object_mut(), node.or_else(declared)) {
            fields.insert("node".to_owned(), node);
            fields.entry("agate_table").or_insert(json!(null));
        }
        library::result(from_json(&json))
    });
    let results = List::value(results.collect::<Vec<_>>());
    Names {
        values: vec![
            ("results".to_owned(), results),
            ("schemas".to_owned(), schemas),
            ("database_schemas".to_owned(), database_schemas),
        ],
        ..Names::default()
    }
}
