//! `versions`, `rollback`, `diff`: what the ledger lists of a node, and what is kept of it.

use std::sync::{Arc, PoisonError};

use super::{Exit, Product, Ready, Surroundings, execution};
use crate::diagnostics::{Code, Diagnostic, did_you_mean};
use crate::execute::{self, Comparison, RolledBack};
use crate::invocation::Invocation;
use crate::nodes::Node;

/// Lists the versions of a node.
pub(super) fn versions(
    invocation: &Invocation,
    ready: &Ready,
    around: &Surroundings,
    findings: &mut Vec<Diagnostic>,
) -> (Exit, Product) {
    let Some(node) = named(model(invocation), ready, findings) else {
        return (Exit::CouldNotRun, Product::None);
    };
    let execution = execution(invocation, ready, around);
    match execute::versions(&execution, std::slice::from_ref(&node)) {
        Ok(mut versions) => {
            let versions = versions.remove(&node.unique_id).unwrap_or_default();
            if versions.is_empty() {
                let message = format!("no version of `{}` is listed", node.name);
                let at = node.patch_location.unwrap_or(node.file_or_entry());
                findings.push(Diagnostic::error(Code::MissingVersion, message).at(at).help(
                    "set `ledger: true` or `versions_kept` in its configuration, and build it",
                ));
                return (Exit::CouldNotRun, Product::None);
            }
            (Exit::Done, Product::Versions(node.name.clone(), versions))
        }
        Err(failure) => failed(failure, findings),
    }
}

/// Goes back to a version of a node, with what is built of it if its name ends in `+`.
pub(super) fn rollback(
    invocation: &Invocation,
    ready: &Ready,
    around: &Surroundings,
    findings: &mut Vec<Diagnostic>,
) -> (Exit, Product) {
    let word = model(invocation);
    let name = word.strip_suffix('+');
    let Some(node) = named(name.unwrap_or(word), ready, findings) else {
        return (Exit::CouldNotRun, Product::None);
    };
    let downstream = match name {
        Some(_) => downstream(&node, ready),
        None => Vec::new(),
    };
    // Which are made anew, as tables that keys point at have to be together.
    let ids = std::iter::once(&node).chain(&downstream);
    let ids = ids.map(|it| it.unique_id.to_string()).collect();
    let selected = ready.facts.selected.write();
    *selected.unwrap_or_else(PoisonError::into_inner) = ids;
    let to = invocation.number("to").unwrap_or_default();
    let only_asked = invocation.on("dry_run");
    let execution = execution(invocation, ready, around);
    match execute::rollback(&execution, &node, to, &downstream, only_asked) {
        Ok(RolledBack::Done(restored)) => {
            let is_stale = name.is_none()
                && !only_asked
                && restored.iter().any(|it| it.becomes.is_some())
                && has_downstream(&node, ready);
            let stale = is_stale.then(|| node.search_name());
            (Exit::Done, Product::RolledBack(restored, only_asked, stale))
        }
        Ok(RolledBack::Hindered(problems)) => {
            findings.extend(problems);
            (Exit::CouldNotRun, Product::None)
        }
        Err(failure) => failed(failure, findings),
    }
}

/// Compares two versions of a node.
pub(super) fn diff(
    invocation: &Invocation,
    ready: &Ready,
    around: &Surroundings,
    findings: &mut Vec<Diagnostic>,
) -> (Exit, Product) {
    let Some(node) = named(model(invocation), ready, findings) else {
        return (Exit::CouldNotRun, Product::None);
    };
    let key = invocation.text("key").unwrap_or_default().split(',');
    let asked = Comparison {
        from: invocation.number("from"),
        to: invocation.number("to"),
        key: key.map(str::trim).filter(|it| !it.is_empty()).collect(),
        limit: invocation
            .number("limit")
            .and_then(|it| usize::try_from(it).ok()),
    };
    let execution = execution(invocation, ready, around);
    match execute::difference(&execution, &node, &asked) {
        Ok(Ok(difference)) => {
            let exit = match invocation.on("exit_code") && difference.is_any() {
                true => Exit::Failed,
                false => Exit::Done,
            };
            (exit, Product::Compared(Box::new(difference)))
        }
        Ok(Err(problem)) => {
            findings.push(problem);
            (Exit::CouldNotRun, Product::None)
        }
        Err(failure) => failed(failure, findings),
    }
}

/// Returns the word that names the node.
fn model(invocation: &Invocation) -> &str {
    invocation.text("model").unwrap_or_default()
}

fn failed(failure: execute::Failure, findings: &mut Vec<Diagnostic>) -> (Exit, Product) {
    findings.push(failure.into_finding());
    (Exit::CouldNotRun, Product::None)
}

/// Finds the one node of a name: `orders`, `shop.orders`, `orders.v2`.
fn named(word: &str, ready: &Ready, findings: &mut Vec<Diagnostic>) -> Option<Arc<Node>> {
    let nodes = || {
        ready
            .resources
            .nodes
            .values()
            .filter(|it| it.resource_type.is_refable())
    };
    let is_meant = |node: &Node| {
        let name = node.search_name();
        word == node.name
            || word == name
            || word == &*node.unique_id
            || word == format!("{}.{name}", node.package_name)
    };
    let found: Vec<&Arc<Node>> = nodes().filter(|it| is_meant(it)).collect();
    let finding = match found.as_slice() {
        [node] => return Some((*node).clone()),
        [] => {
            let message = format!("`{word}` is no model, seed or snapshot");
            let names: Vec<String> = nodes().map(|it| it.search_name()).collect();
            let finding = Diagnostic::error(Code::InvalidSelector, message);
            match did_you_mean(word, names.iter().map(String::as_str)) {
                Some(near) => finding.help(format!("did you mean `{near}`?")),
                None => finding.help("name one; `dsql ls` lists them"),
            }
        }
        several => {
            let message = format!("several nodes have the name `{word}`");
            let ids: Vec<&str> = several.iter().map(|it| &*it.unique_id).collect();
            Diagnostic::error(Code::InvalidSelector, message)
                .help(format!("write one of {}", ids.join(", ")))
        }
    };
    findings.push(finding);
    None
}

/// Tells whether others keep rows that were made of a node's.
pub(super) fn has_downstream(node: &Node, ready: &Ready) -> bool {
    let stands = |it: &Arc<Node>| !["ephemeral", "view"].contains(&it.config.materialized());
    downstream(node, ready).iter().any(stands)
}

/// Lists the nodes that are built of a node, in the order in which they are built.
fn downstream(node: &Node, ready: &Ready) -> Vec<Arc<Node>> {
    let graph = &ready.graph;
    let downstream = graph.index(&node.unique_id).map(|at| graph.downstream(at));
    let nodes = downstream.into_iter().flatten();
    let nodes = nodes.filter_map(|at| ready.resources.nodes.get(graph.id(at)));
    nodes
        .filter(|it| it.resource_type.is_refable())
        .cloned()
        .collect()
}
