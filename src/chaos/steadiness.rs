//! Which nodes cannot leave the same rows each time: by what they are written as, and by trying.

use std::collections::BTreeSet;

use super::Trouble;
use super::content::Contents;
use super::inputs::after;
use super::lab::Lab;
use super::report::{Report, Unsteady};
use crate::adapters::Adapter;
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
    let differs =
        |node: &Node| first.nodes.get(&node.unique_id) != second.nodes.get(&node.unique_id);
    let mut differing: BTreeSet<UniqueId> = BTreeSet::new();
    let found: Vec<Unsteady> = lab.ask(|adapter| -> Result<_, Trouble> {
        let mut found = Vec::new();
        for node in &request.nodes {
            // What only reads such a node is not to blame.
            let blamed = differing
                .iter()
                .any(|it| after(request.graph, it).contains(&node.unique_id));
            let differs = differs(node);
            if differs {
                differing.insert(node.unique_id.clone());
            }
            let code = manifest["nodes"][&*node.unique_id]["compiled_code"].as_str();
            let why = written(adapter, node, code.unwrap_or_default())?;
            let why = match (why, differs && !blamed) {
                (Some(why), _) => why,
                (None, true) => "leaves other rows each time".to_owned(),
                (None, false) => continue,
            };
            found.push(Unsteady {
                node: node.unique_id.to_string(),
                why,
                differs: differs && !blamed,
            });
        }
        Ok(found)
    })?;
    report.unsteady.extend(found);
    let below = differing.iter().flat_map(|it| after(request.graph, it));
    let below: Vec<UniqueId> = below.collect();
    differing.extend(below);
    Ok(differing)
}

/// Says why a node cannot be the same each time, by its text.
fn written(adapter: &dyn Adapter, node: &Node, code: &str) -> Result<Option<String>, Trouble> {
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
    let mut connection = adapter.connect("chaos")?;
    // SQL that is no single query is judged by trying alone.
    let reads = adapter.reads(connection.as_mut(), code)?.ok();
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
