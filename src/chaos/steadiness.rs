//! Which nodes cannot leave the same rows each time: by what they are written as, and by trying.

use std::collections::BTreeSet;

use super::Trouble;
use super::content::Contents;
use super::inputs::after;
use super::lab::Lab;
use super::report::{Report, Unsteady};
use crate::adapters::{Adapter, Connection};
use crate::nodes::{Node, UniqueId};

/// Notes what is found, and returns the nodes whose rows say nothing: those that two undisturbed runs
/// leave different, and what comes after them.
pub(super) fn find(
    lab: &Lab<'_>,
    first: &Contents,
    second: &Contents,
    report: &mut Report,
) -> Result<BTreeSet<UniqueId>, Trouble> {
    let request = lab.request;
    let manifest = lab.artifact("manifest.json").map_err(Trouble::Broken)?;
    let manifest = manifest.unwrap_or_default();
    let mut unsteady = BTreeSet::new();
    lab.ask(|adapter| -> Result<_, Trouble> {
        let mut connection = adapter.connect("chaos")?;
        for node in &request.nodes {
            let id = &node.unique_id;
            // What only reads such a node is not to blame.
            let differs = first.nodes.get(id) != second.nodes.get(id) && !unsteady.contains(id);
            if differs {
                unsteady.insert(id.clone());
                unsteady.extend(after(request.graph, id));
            }
            let code = manifest["nodes"][&**id]["compiled_code"].as_str();
            let why = written(adapter, connection.as_mut(), node, code.unwrap_or_default())?;
            let tried = || differs.then(|| "leaves other rows each time".to_owned());
            report
                .unsteady
                .extend(why.or_else(tried).map(|why| Unsteady {
                    node: id.to_string(),
                    why,
                    differs,
                }));
        }
        Ok(())
    })?;
    Ok(unsteady)
}

/// Says why a node cannot be the same each time, by its text.
fn written(
    adapter: &dyn Adapter,
    connection: &mut dyn Connection,
    node: &Node,
    code: &str,
) -> Result<Option<String>, Trouble> {
    if node.config.materialized() == "incremental" && appends_anything(node) {
        return Ok(Some(
            "appends without `unique_key` and `deduplicate`, or `batch_id_column`: a batch that comes twice \
             is there twice unless its query leaves it out"
                .to_owned(),
        ));
    }
    if node.raw_code.contains("invocation_id") {
        return Ok(Some("writes the id of its run".to_owned()));
    }
    if code.is_empty() || node.language != "sql" {
        return Ok(None);
    }
    // SQL that is no single query is judged by trying alone.
    let reads = adapter.reads(connection, code)?.ok();
    Ok(reads.and_then(|it| it.unsteady))
}

fn appends_anything(node: &Node) -> bool {
    let set = |key: &str| node.config.get(key).is_some_and(|it| !it.is_null());
    let appends = match node.config.str("incremental_strategy") {
        Some(strategy) => strategy == "append",
        None => !set("unique_key"),
    };
    let guarded = set("unique_key") && set("deduplicate");
    appends && !guarded && !set("batch_id_column")
}
