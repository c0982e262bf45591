//! What is wrong in the SQL of models, found before anything runs.
//!
//! In: nodes as compiled, their lineage, and what `dsql.yml` says. Out: findings at the bytes of the templates that the
//! user wrote. What is said of SQL is proven: what is not known is never a finding. One file for each rule; read
//! `rules.rs` for which there are, `judge.rs` for what becomes of findings.

mod allow;
mod ambiguous_column;
mod argument_count;
mod baseline;
mod bound;
mod business_case;
mod business_default;
mod business_filter;
mod business_formula;
mod business_semi_join;
mod content;
mod contract_mismatch;
mod exposure_layer;
mod fan_out;
mod found;
mod governed;
mod hardcoded_relation;
mod join_without_condition;
mod judge;
mod layer_direction;
mod layer_name;
mod layers;
mod misplaced_aggregate;
mod missing_metadata;
mod null_comparison;
mod origin;
mod private_exposure;
mod queries;
mod reads;
mod refused_sql;
mod repeated_rule;
mod rules;
mod settings;
mod source_without_freshness;
mod stage_aggregation;
mod stage_deduplication;
mod stage_default;
mod stage_filter;
mod stage_inputs;
mod stage_join;
mod standard;
mod star_in_contract;
mod tag_reaches_public;
mod test_columns;
mod type_mismatch;
mod undescribed_column;
mod undescribed_model;
mod unequal_union;
mod ungrouped_column;
mod unknown_column;
mod unknown_fixture_column;
mod unknown_key_column;
mod unknown_table;
mod unlayered_model;
mod unowned_exposure;
mod unread_sql;
mod untested_key;
mod untested_model;
mod unused_cte;
mod unused_model;
mod wrote;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crate::diagnostics::{Diagnostic, Subject};
use crate::graph::{Graph, Lookup};
use crate::lineage::Lineage;
use crate::nodes::{Node, Resources, UniqueId};
use crate::text::{Location, Span, Texts};
pub use baseline::Baseline;
pub use bound::{Bound, GivenType, Refusal, RefusedCall};
use found::Finding;
pub use found::{Found, Home};
pub use judge::Judge;
pub use layers::Layer;
use layers::Layers;
pub use origin::{column_origins, kept_from};
pub use settings::Settings;

/// What is checked.
pub struct CheckInput<'a> {
    /// All resources.
    pub resources: &'a Resources,
    /// The DAG.
    pub graph: &'a Graph,
    /// Nodes as compiled, by unique id.
    pub compiled: &'a HashMap<UniqueId, Arc<Node>>,
    /// Their columns.
    pub lineage: &'a Lineage,
    /// What the engine says, if it was asked.
    pub bound: Option<&'a Bound>,
    /// What `dsql.yml` says.
    pub settings: &'a Settings,
    /// What names in templates mean.
    pub lookup: &'a Lookup,
    /// All texts.
    pub texts: &'a Texts,
    /// The name of the root project.
    pub root_package: &'a str,
    /// Whether all nodes are wanted.
    pub is_whole: bool,
    /// The layers that there are, where not all nodes are among the resources.
    pub layers_present: Option<&'a BTreeSet<Layer>>,
}

/// What is told of what is found.
#[derive(Debug, Default)]
pub struct Checked {
    /// What is told.
    pub findings: Vec<Diagnostic>,
    /// How many are not told, since the baseline holds them.
    pub held: usize,
    /// A baseline that holds everything.
    pub baseline: Baseline,
}

/// Tells whether a node or an exposure is looked at.
pub type Wanted<'a> = &'a (dyn Fn(&UniqueId) -> bool + Sync);

/// Finds what is wrong in the nodes that are wanted.
pub fn find(input: &CheckInput<'_>, is_wanted: Wanted<'_>) -> Found {
    let layers = Layers::of(input);
    let mut findings = queries::find(input, is_wanted);
    findings.extend(layer_direction::find(input, &layers, is_wanted));
    findings.extend(exposure_layer::find(input, &layers, is_wanted));
    findings.extend(unlayered_model::find(input, &layers, is_wanted));
    findings.extend(hardcoded_relation::find(input, is_wanted));
    findings.extend(unknown_fixture_column::find(input, is_wanted));
    findings.extend(unknown_key_column::find(input, is_wanted));
    findings.extend(tag_reaches_public::find(input, is_wanted));
    findings.extend(content::find(input, &layers, is_wanted));
    findings.extend(governed::find(input, &layers, is_wanted));
    for it in &mut findings {
        it.layer = it.node.as_ref().and_then(|it| layers.layer(it));
        wrote::name_macro(it, input);
        it.diagnostic.subject = subject(input, it.node.as_ref());
        let node = it
            .node
            .as_ref()
            .and_then(|it| input.resources.nodes.get(it));
        if let Some(row) = node.and_then(|it| it.row.as_ref()) {
            it.diagnostic = row.named_in(it.diagnostic.clone());
        }
    }
    let mut homes = repeated_rule::homes(input, &layers);
    for it in &mut homes {
        it.subject = subject(input, Some(&it.node));
    }
    let mut of_settings = unlayered_model::misnamed(input);
    of_settings.extend(tag_reaches_public::unknown(input));
    Found {
        findings,
        homes,
        of_settings,
        files: found::files(input, is_wanted),
        layers: layers.present,
    }
}

/// Says who answers for what a finding is about.
fn subject(input: &CheckInput<'_>, id: Option<&UniqueId>) -> Option<Box<Subject>> {
    input.resources.subject(id?).map(Box::new)
}

/// Finds the bytes of the template behind a place in the SQL of a node.
fn place_of(node: &Node, place: Span) -> Location {
    let range = place.range();
    let compiled = node.compiled.as_ref();
    let origin = compiled.and_then(|it| it.source_map.origin_of(range.start, range.len()));
    origin.unwrap_or(node.location)
}
