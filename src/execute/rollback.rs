//! `rollback`: a table as an earlier version had it, and what is built of it as it was built of that.
//!
//! In: a node, one of its versions, the nodes downstream. Out: each table with the rows of a version that is
//! kept, made as the materialization `table` makes one, without hooks; all in one transaction, and each a
//! publish of its own in the ledger. Or else everything that hinders it, and nothing is written.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use indexmap::IndexSet;
use serde_json::json;

use super::audit::drop_rejected;
use super::columns::columns;
use super::ledger::{Ledger, Version, Versions, call_with, content_checksum, read};
use super::materialization::{keep_relations, run_main};
use super::node::thread;
use super::together::Held;
use super::{Execution, Failure, batch_ledger, prepare, quarantine, turn};
use crate::adapters::{Relation, RelationCache};
use crate::artifacts::NodeResult;
use crate::compile::name_targets;
use crate::diagnostics::{Code, Diagnostic};
use crate::events::Status;
use crate::jinja::Value;
use crate::jinja::context::{Names, Session, node_relation};
use crate::jinja::library;
use crate::nodes::{Compiled, Details, Node, Resource, ResourceType, UniqueId};

/// One table, and the version that it has again.
#[derive(Debug, Clone)]
pub struct Restored {
    /// Name of the node.
    pub name: String,
    /// The version that it has again.
    pub version: Version,
    /// The version as which that is published; none if the table has its rows already.
    pub becomes: Option<i64>,
}

/// What came of it.
#[derive(Debug)]
pub enum RolledBack {
    /// The tables, in order; if it was only asked for, nothing is done.
    Done(Vec<Restored>),
    /// Why nothing is written.
    Hindered(Vec<Diagnostic>),
}

/// Goes back to version `to` of a node; `downstream` comes in the order in which it is built.
pub fn rollback(
    execution: &Execution,
    root: &Arc<Node>,
    to: i64,
    downstream: &[Arc<Node>],
    only_asked: bool,
) -> Result<RolledBack, Failure> {
    let cache = Arc::new(RelationCache::default());
    let session = execution.session(&cache, "rollback")?;
    let mut nodes = vec![root.clone()];
    nodes.extend(downstream.iter().cloned());
    let listed = read(execution, &nodes, &session)?;
    let mut choice = Choice::default();
    choice.root(root, to, &listed);
    if choice.problems.is_empty() {
        // Otherwise nothing can be said of what was built of it.
        for node in downstream {
            choice.downstream(node, root, to, &listed, &session)?;
        }
    }
    choice.one_database(execution);
    if !choice.problems.is_empty() {
        session.connection().rollback()?;
        return Ok(RolledBack::Hindered(choice.problems));
    }
    let mut restored = Vec::new();
    for (node, version) in &choice.steps {
        let is_so = content_checksum(node, &session)? == version.checksum;
        let last = versions_of(node, &listed).last();
        restored.push(Restored {
            name: node.name.clone(),
            version: version.clone(),
            becomes: last.filter(|_| !is_so).map(|it| it.number + 1),
        });
    }
    session.connection().rollback()?;
    if restored.iter().any(|it| it.becomes.is_some()) {
        // A table that a key points at is made anew with those that have the keys.
        for ((node, _), it) in choice.steps.iter().zip(&mut restored) {
            let last = versions_of(node, &listed).last();
            if has_foreign_key(node) {
                it.becomes = last.map(|it| it.number + 1);
            }
        }
    }
    if only_asked || restored.iter().all(|it| it.becomes.is_none()) {
        return Ok(RolledBack::Done(restored));
    }
    let steps = choice.steps.iter().zip(&restored);
    let steps: Vec<_> = steps.filter(|(_, it)| it.becomes.is_some()).collect();
    let steps: Vec<_> = steps.into_iter().map(|(step, _)| step).collect();
    let problems = carry_out(execution, &steps, &session)?;
    Ok(match problems.is_empty() {
        true => RolledBack::Done(restored),
        false => RolledBack::Hindered(problems),
    })
}

fn has_foreign_key(node: &Node) -> bool {
    let own = node.as_model().map_or(&[][..], |it| &it.constraints);
    let mut all = own
        .iter()
        .chain(node.columns.values().flat_map(|it| &it.constraints));
    node.contract.enforced && all.any(|it| it.target().is_some())
}

/// Which version each node is to have.
#[derive(Default)]
struct Choice {
    steps: Vec<(Arc<Node>, Version)>,
    /// Of nodes that go back: the versions with the content that they then have.
    equal: BTreeMap<UniqueId, BTreeSet<i64>>,
    problems: Vec<Diagnostic>,
}

impl Choice {
    fn root(&mut self, node: &Arc<Node>, to: i64, listed: &Versions) {
        let versions = versions_of(node, listed);
        let Some(version) = versions.iter().find(|it| it.number == to) else {
            let message = match versions.last() {
                None => format!("no version of `{}` is listed", node.name),
                Some(last) => format!(
                    "`{}` has no version {to}: the last one is {}",
                    node.name, last.number
                ),
            };
            return self.problem(node, message, kept_help(versions));
        };
        if version.checksum.is_none() {
            let message = format!("version {to} of `{}` is a view", node.name);
            return self.problem(
                node,
                message,
                "go back with the tables that it reads".into(),
            );
        }
        if version.kept_as.is_none() {
            let message = format!("version {to} of `{}` is not kept", node.name);
            return self.problem(node, message, kept_help(versions));
        }
        self.take(node, version, versions);
    }

    fn downstream(
        &mut self,
        node: &Arc<Node>,
        root: &Node,
        to: i64,
        listed: &Versions,
        session: &Arc<Session>,
    ) -> Result<(), Failure> {
        let versions = versions_of(node, listed);
        let is_table = versions.last().is_some_and(|it| it.checksum.is_some());
        let has_rows =
            !["ephemeral", "view", "table_function"].contains(&node.config.materialized());
        if !is_table && !has_rows {
            return Ok(());
        }
        if versions.is_empty() {
            if is_there(node, session)? {
                let message = format!(
                    "of `{}`, which is built of `{}`, no version is listed",
                    node.name, root.name
                );
                self.problem(node, message, alone_help(node, root, to));
            }
            return Ok(());
        }
        let of_those = |version: &&Version| {
            let inputs = version.inputs.iter();
            let mut known = inputs.filter_map(|(id, it)| Some((self.equal.get(&**id)?, it)));
            let any = known.clone().next().is_some();
            any && known.all(|(equal, it)| equal.contains(it))
        };
        let fitting: Vec<&Version> = versions
            .iter()
            .filter(|it| it.checksum.is_some())
            .filter(of_those)
            .collect();
        let kept = fitting.iter().rev().find(|it| it.kept_as.is_some());
        match (kept, fitting.last()) {
            (Some(version), _) => {
                let version = (*version).clone();
                self.take(node, &version, versions);
            }
            (None, Some(version)) => {
                let message = format!(
                    "version {} of `{}`, which was built of version {to} of `{}`, is not kept",
                    version.number, node.name, root.name
                );
                self.problem(node, message, alone_help(node, root, to));
            }
            (None, None) => {
                let message = format!(
                    "no version of `{}` was built of version {to} of `{}`",
                    node.name, root.name
                );
                self.problem(node, message, alone_help(node, root, to));
            }
        }
        Ok(())
    }

    fn take(&mut self, node: &Arc<Node>, version: &Version, versions: &[Version]) {
        let equal = versions.iter().filter(|it| it.checksum == version.checksum);
        let equal = equal.map(|it| it.number).collect();
        self.equal.insert(node.unique_id.clone(), equal);
        self.steps.push((node.clone(), version.clone()));
    }

    /// A transaction writes to one database.
    fn one_database(&mut self, execution: &Execution) {
        let default = execution.adapter.default_database();
        let databases: IndexSet<&str> = self
            .steps
            .iter()
            .map(|(node, _)| node.database.as_deref().unwrap_or(default))
            .collect();
        if databases.len() < 2 {
            return;
        }
        let names = Vec::from_iter(databases).join(", ");
        let message = format!(
            "the tables are in several databases ({names}), and a transaction writes to one"
        );
        let (node, _) = self.steps[0].clone();
        self.problem(
            &node,
            message,
            "go back with one after the other".to_owned(),
        );
    }

    fn problem(&mut self, node: &Node, message: String, help: String) {
        self.problems.push(problem(node, message).help(help));
    }
}

fn problem(node: &Node, message: String) -> Diagnostic {
    let at = node.patch_location.unwrap_or(node.file_or_entry());
    Diagnostic::error(Code::MissingVersion, message).at(at)
}

fn versions_of<'v>(node: &Node, listed: &'v Versions) -> &'v [Version] {
    listed.get(&node.unique_id).map_or(&[], Vec::as_slice)
}

/// Says which versions could be had.
pub(super) fn kept_help(versions: &[Version]) -> String {
    let kept = versions.iter().filter(|it| it.kept_as.is_some());
    let kept: Vec<String> = kept.map(|it| it.number.to_string()).collect();
    match kept.as_slice() {
        [] => "nothing is kept: set `versions_kept` in its configuration, for the next time"
            .to_owned(),
        [one] => format!("kept is version {one}"),
        kept => format!("kept are versions {}", kept.join(", ")),
    }
}

fn alone_help(node: &Node, root: &Node, to: i64) -> String {
    format!(
        "`dsql rollback {} --to {to}` goes back without what is downstream, `dsql build -s {}` then builds this anew",
        root.name, node.name
    )
}

/// Tells whether a node's relation is there.
fn is_there(node: &Node, session: &Arc<Session>) -> Result<bool, Failure> {
    let schema = Relation::new(node.database.as_deref(), Some(&node.schema), None);
    let [database, name, _] = schema.parts();
    let list = || prepare::list_relations(session, schema.clone());
    let relations = session.cache.relations(database, name, list)?;
    let own = |it: &Relation| {
        let name = it.identifier.as_deref();
        name.is_some_and(|name| name.eq_ignore_ascii_case(&node.alias))
    };
    Ok(relations.iter().any(own))
}

/// Writes in one transaction. What comes out otherwise than it was kept is told, and given up.
fn carry_out(
    execution: &Execution,
    steps: &[&(Arc<Node>, Version)],
    session: &Arc<Session>,
) -> Result<Vec<Diagnostic>, Failure> {
    let nodes: Vec<Arc<Node>> = steps.iter().map(|(node, _)| node.clone()).collect();
    let ledger = Ledger::begin(execution, &nodes, session)?;
    session.put_before_commit(Some(Arc::new(Held)));
    let restored = restore_all(steps, &ledger, session);
    session.put_before_commit(None);
    let (ended, status) = match &restored {
        Ok(problems) if problems.is_empty() => (session.connection().commit(), Status::Success),
        _ => (session.connection().rollback(), Status::Error),
    };
    let ended = ended.map_err(Failure::from);
    let status = if ended.is_ok() { status } else { Status::Error };
    let results: Vec<NodeResult> = nodes
        .iter()
        .map(|it| NodeResult::untouched(it.unique_id.clone(), status, thread()))
        .collect();
    session.take_up("rollback", None)?;
    ledger.close(&results, false, session)?;
    ended.and(restored)
}

fn restore_all(
    steps: &[&(Arc<Node>, Version)],
    ledger: &Ledger,
    session: &Arc<Session>,
) -> Result<Vec<Diagnostic>, Failure> {
    let mut problems = Vec::new();
    for (node, version) in steps {
        session.take_up(&node.unique_id, Some(Resource::Node(node)))?;
        session.connection().begin()?;
        let made = restore(node, version, session);
        made.map_err(|it| Failure::Told(Box::new(it.into_diagnostic(node))))?;
        if ledger.restored(node, version.number, session)? != version.checksum {
            let kept = version.kept_as.as_deref().unwrap_or_default();
            let message = format!(
                "{kept} is not version {} of `{}` any more",
                version.number, node.name
            );
            let help = "somebody has changed it: name another version".to_owned();
            problems.push(problem(node, message).help(help));
        }
    }
    Ok(problems)
}

/// Makes a node's table anew of what was kept.
fn restore(node: &Arc<Node>, version: &Version, session: &Arc<Session>) -> Result<(), Failure> {
    let kept = version.kept_as.as_deref().unwrap_or_default();
    let own = node_relation(node, session.project.quoting);
    let same_columns =
        columns(kept, session)? == columns(&own.render(), session).unwrap_or_default();
    let mut made = (**node).clone();
    made.compiled = Some(Arc::new(Compiled {
        code: format!("select * from {kept}"),
        ..Compiled::default()
    }));
    made.language = "sql";
    if made.as_model().is_none() {
        // What is made as a table is described as a model is.
        made.resource_type = ResourceType::Model;
        made.details = Details::Model(Box::default());
    }
    let set = made.config.set_values_mut();
    for key in [
        "pre-hook",
        "post-hook",
        "pre_hook",
        "post_hook",
        "sql_header",
    ] {
        set.remove(key);
    }
    set.insert("materialized".to_owned(), json!("table"));
    if !same_columns {
        // The contract is about other columns.
        set.insert("contract".to_owned(), json!({"enforced": false}));
        made.contract.enforced = false;
    }
    name_targets(&mut made, session)?;
    let made = Arc::new(made);
    let turn = turn::wait(&made, session)?;
    let called = run_main("table", &made, session, Names::default(), &mut Vec::new());
    drop(turn);
    let (returned, _) = called?;
    keep_relations("table", &returned, session)?;
    quarantine::settle(node, session)?;
    drop_rejected(node, session)?;
    if node.is_microbatch() {
        let arguments = vec![
            ("ledger", library::relation(batch_ledger::table(node))),
            ("relation", library::relation(own)),
            ("since", Value::from(version.published_at.as_str())),
        ];
        call_with(session, "forget_batches", arguments)?;
    }
    Ok(())
}
