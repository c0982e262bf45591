//! `--inline`: SQL of the command line as a node.

use std::sync::Arc;

use super::Ready;
use crate::diagnostics::Diagnostic;
use crate::invocation::Invocation;
use crate::nodes::{Node, UniqueId};
use crate::text::Texts;

/// What stands for the file of such SQL.
const FILE: &str = "--inline";

/// Makes a node of `--inline` SQL, with its own references resolved.
pub(super) fn inline(
    invocation: &Invocation,
    ready: &Ready,
    texts: &mut Texts,
    findings: &mut Vec<Diagnostic>,
) -> Option<Arc<Node>> {
    let sql = invocation.text("inline")?;
    let file = texts.add(FILE, sql);
    let (node, found) =
        crate::parse::inline(file, sql, &ready.project, &ready.facts, &ready.engine);
    findings.extend(found);
    let (node, found) = crate::graph::resolve_one(node?, &ready.resources, &ready.facts.name);
    findings.extend(found);
    (!findings.iter().any(Diagnostic::is_error)).then_some(node)
}

/// Returns the unique id under which results name a node: SQL of the command line has a kind of its
/// own there.
pub(super) fn result_id(node: &Node) -> UniqueId {
    match &*node.original_file_path {
        FILE => format!("sql_operation.{}.{}", node.package_name, node.name).into(),
        _ => node.unique_id.clone(),
    }
}
