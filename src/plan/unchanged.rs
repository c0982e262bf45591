//! Which steps are left out where nothing has changed: those of which all that they come of can be
//! known.

use super::{Action, PlanRequest, Unchanged};
use crate::nodes::Node;

/// Decides for the work on a node.
pub(super) fn unchanged(node: &Node, action: &Action, request: &PlanRequest) -> Unchanged {
    let runs_as = |reason: &str| Unchanged::RunsAs(reason.to_owned());
    if !request.changed {
        return Unchanged::Runs;
    }
    let kind = match action {
        Action::DataTest if node.relation_name.is_some() => {
            return runs_as("it stores the rows that it finds");
        }
        Action::DataTest => return Unchanged::IsLeftOut,
        Action::Materialize(kind) => kind.as_str(),
        _ => return Unchanged::Runs,
    };
    let hooks = ["pre-hook", "post-hook"];
    let has_hooks = hooks.iter().any(|it| !node.config.hooks(it).is_empty());
    match kind {
        _ if request.full_refresh => runs_as("`--full-refresh` builds everything"),
        "incremental" => runs_as("what it adds depends on the rows that are there"),
        "snapshot" => runs_as("a snapshot depends on the rows that are there, and on the time"),
        _ if has_hooks => runs_as("nobody can tell what its hooks do"),
        "table" | "view" | "seed" if node.language == "sql" => Unchanged::IsLeftOut,
        _ => Unchanged::RunsAs(format!("nobody can tell what a `{kind}` comes of")),
    }
}
