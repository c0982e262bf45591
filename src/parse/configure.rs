//! The configuration of one resource: trees, properties file and file itself, merged, and what is
//! wrong with it.

use super::Stage;
use crate::diagnostics::Diagnostic;
use crate::nodes::{Config, Dict, ResourceType};
use crate::project::config::{ConfigInput, ConfigProblem, merge, merge_unrendered};
use crate::text::Location;

/// Takes the trees that configure a resource of a package.
pub(super) fn trees<'a>(
    package: usize,
    resource_type: ResourceType,
    fqn: &'a [String],
    stage: &Stage<'a>,
) -> ConfigInput<'a> {
    let trees = |at: usize| &stage.packages[at].project.trees;
    ConfigInput {
        resource_type,
        fqn,
        package: trees(package),
        root: (package != 0).then(|| trees(0)),
        properties: None,
        call: None,
    }
}

/// Merges everything; `place` tells where a value stands that is in no `dbt_project.yml`. Gives
/// the configuration, and what was written.
pub(super) fn configure(
    input: ConfigInput<'_>,
    place: impl Fn(&ConfigProblem) -> Location,
    diagnostics: &mut Vec<Diagnostic>,
) -> (Config, Dict) {
    let mut merged = merge(input);
    for problem in std::mem::take(&mut merged.problems) {
        let place = place(&problem);
        diagnostics.push(problem.into_diagnostic(place));
    }
    let config = merged.into_config(input.resource_type);
    (config, merge_unrendered(input))
}
