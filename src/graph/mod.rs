//! References resolved, the DAG, cycles, the selection grammar, and the comparison of states.
//!
//! In: [`Resources`] from the parse stage. Out: the same resources with `depends_on.nodes` filled,
//! and a [`Graph`] over them. Missing, disabled and ambiguous targets and cycles are diagnostics at
//! the exact `ref(` or `source(`. Read `resolve.rs` first.
//!
//! Invariant: a [`Graph`] has no cycle.

mod access;
mod cycle;
mod dag;
mod deprecation;
mod lookup;
mod microbatch;
mod own_settings;
mod quarantine;
mod resolve;
pub mod selection;
mod semantic;
mod semantic_rules;
pub mod state;
mod test_edges;
mod unique;
mod unit_tests;

pub use dag::{Graph, Index, edges};
pub use deprecation::deprecated;
pub use lookup::{Found, Lookup};
pub use microbatch::unfiltered;
pub use own_settings::check_settings;
pub use quarantine::{check_quarantine, quarantined};
pub use resolve::resolve_one;

use std::collections::BTreeSet;

use crate::diagnostics::Diagnostic;
use crate::nodes::{Resources, UniqueId};

/// What the stage needs to know of the project.
#[derive(Debug, Clone, Default)]
pub struct GraphOptions {
    /// Name of the root project.
    pub root_package: String,
    /// Flag `require_ref_searches_node_package_before_root`.
    pub node_package_first: bool,
    /// Packages whose models are open to others only where they are public (`restrict-access`).
    pub restricted: BTreeSet<String>,
    /// Flag `require_nested_cumulative_type_params`.
    pub nested_cumulative_params: bool,
    /// Flag `require_yaml_configuration_for_mf_time_spines`.
    pub time_spines_in_yaml: bool,
    /// Flag `require_resource_names_without_spaces`.
    pub no_spaces_in_names: bool,
    /// Flag `require_unique_project_resource_names`.
    pub unique_names: bool,
}

/// Resolves all references and links the DAG.
pub fn graph(
    mut resources: Resources,
    options: &GraphOptions,
) -> (Resources, Graph, Vec<Diagnostic>) {
    let mut diagnostics = unique::check(&resources, options);
    diagnostics.extend(resolve::resolve(&mut resources, options));
    diagnostics.extend(unit_tests::resolve(&mut resources, options));
    diagnostics.extend(semantic::resolve(&mut resources, options));
    diagnostics.extend(semantic_rules::check(&resources, options));
    diagnostics.extend(access::check_groups(&resources));
    diagnostics.extend(access::check(&resources, options));
    let (graph, cycles) = dag::link(&resources);
    diagnostics.extend(cycles);
    (resources, graph, diagnostics)
}

/// Resolves the references of some nodes, those of all others being resolved, and links the DAG; none
/// if there is something to report.
pub fn amend(
    resources: &mut Resources,
    nodes: &BTreeSet<UniqueId>,
    options: &GraphOptions,
) -> Option<Graph> {
    let sound = resolve::resolve_some(resources, nodes, options).is_empty()
        && access::check_groups(resources).is_empty()
        && access::check(resources, options).is_empty();
    let (graph, cycles) = dag::link(resources);
    (sound && cycles.is_empty()).then_some(graph)
}
