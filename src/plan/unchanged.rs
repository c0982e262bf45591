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
        Action::DataTest => return Unchanged::IsLeftOut,
        Action::Materialize(kind) => kind.as_str(),
        _ => return Unchanged::Runs,
    };
    match kind {
        _ if node.is_microbatch() => runs_as("its batches depend on the time"),
        "table" | "view" | "incremental" | "snapshot" | "seed" if node.language == "sql" => {
            match request.full_refresh {
                true => Unchanged::RunsAnyway("`--full-refresh` builds everything"),
                false => Unchanged::IsLeftOut,
            }
        }
        _ => Unchanged::RunsAs(format!("nobody can tell what a `{kind}` comes of")),
    }
}
