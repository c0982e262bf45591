//! `--atomic`: all nodes of a run in one transaction, which is committed if none fails.
//!
//! In: a plan whose steps run one after the other on one connection. Out: one commit, or a rollback,
//! after which what was built counts as skipped.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::node::Run;
use super::quarantine::not_taken_out;
use super::{Execution, Failure};
use crate::adapters::RelationCache;
use crate::diagnostics::{Code, Diagnostic};
use crate::events::{Event, Status};
use crate::jinja::Error;
use crate::jinja::context::{Gate, Session};
use crate::nodes::{Node, Resources, UniqueId};
use crate::plan::{Action, Plan};

/// What a node wants to commit goes with the transaction of all.
pub(super) struct Held;

impl Gate for Held {
    fn pass(&self, _: &Arc<Session>) -> Result<bool, Error> {
        Ok(false)
    }
}

/// Opens the connection that all nodes share.
pub(super) fn session(
    execution: &Execution,
    cache: &Arc<RelationCache>,
) -> Result<Arc<Session>, Failure> {
    let session = execution.session(cache, "atomic")?;
    session.put_before_commit(Some(Arc::new(Held)));
    Ok(session)
}

/// Finds nodes that cannot be built in a transaction with others.
pub fn not_together(plan: &Plan, resources: &Resources) -> Vec<Diagnostic> {
    let built = plan
        .steps
        .iter()
        .filter(|it| matches!(it.action, Action::Materialize(_)));
    let nodes = built.filter_map(|step| resources.nodes.get(&step.node));
    nodes.filter_map(|node| not_with_others(node)).collect()
}

fn not_with_others(node: &Node) -> Option<Diagnostic> {
    let mut hooks = ["pre-hook", "post-hook"]
        .into_iter()
        .flat_map(|key| node.config.hooks(key));
    let (message, help) = if hooks.any(|hook| !hook.transaction) {
        let message = format!("`{}` has a hook outside of its transaction", node.name);
        (
            message,
            "with `--atomic` there is one transaction for all: leave `transaction: false` out, or build the node alone",
        )
    } else if node.config.materialized() == "external" {
        let message = format!(
            "`{}` writes a file, which no transaction holds back",
            node.name
        );
        (message, "build it alone, after the others")
    } else if node.language == "python" {
        let message = format!(
            "`{}` reads by a connection of its own, which does not see what is not committed",
            node.name
        );
        (message, "build models in Python alone, after the others")
    } else {
        return None;
    };
    let at = node.patch_location.unwrap_or(node.file_or_entry());
    Some(
        Diagnostic::error(Code::NotPublished, message)
            .at(at)
            .help(help),
    )
}

impl Run<'_> {
    /// Commits what all nodes have built if none has failed, else gives it up.
    pub(super) fn end_together(&self, session: &Session) {
        let results = &mut self.done().results;
        let resources = &self.execution.resources;
        let name = |id: &UniqueId| resources.get(id).map_or(&**id, |it| it.name()).to_owned();
        let failed = results.iter().find(|it| it.status.is_failure());
        let because = match failed {
            Some(failed) => format!("`{}` failed", name(&failed.unique_id)),
            None if self.execution.stop.load(Ordering::SeqCst) => "the run was stopped".to_owned(),
            None => {
                let committed = session.connection().commit();
                match committed {
                    Ok(()) => return,
                    Err(error) => error.to_string(),
                }
            }
        };
        // If that fails, too, the transaction ends with its connection.
        let _ = session.connection().rollback();
        let mut message = format!("Nothing is published: {because}");
        let (mut nodes, mut tests) = (BTreeSet::new(), BTreeMap::new());
        let mut names = Vec::new();
        for result in results.iter_mut() {
            if result.status == Status::Success {
                result.status = Status::Skipped;
                result.message = Some(message.clone());
                result.adapter_response.clear();
                names.push(name(&result.unique_id));
                nodes.insert(result.unique_id.clone());
            }
            let test = resources.nodes.get(&result.unique_id);
            if result.status == Status::Warn && test.is_some_and(|it| it.quarantines()) {
                let words = not_taken_out(result.failures);
                result.message = Some(words.clone());
                tests.insert(result.unique_id.clone(), words);
            }
        }
        if !names.is_empty() {
            let more = match names.len().saturating_sub(NAMED) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            names.truncate(NAMED);
            message = format!("{message}. Rolled back: {}{more}", names.join(", "));
        }
        let sink = &self.execution.project.base.sink;
        sink.emit(Event::TakenBack {
            nodes,
            tests,
            message,
        });
    }
}

/// How many of the nodes that are rolled back are named.
const NAMED: usize = 10;
