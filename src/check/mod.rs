//! What is wrong in the SQL of models, found before anything runs.
//!
//! In: nodes as compiled, their lineage, and what `dsql.yml` says. Out: findings at the bytes of the templates that the
//! user wrote. What is said of SQL is proven: what is not known is never a finding. One file for each rule; read
//! `rules.rs` for which there are, `judge.rs` for what becomes of findings.

mod allow;
mod ambiguous_column;
mod baseline;
mod exposure_layer;
mod judge;
mod layer_direction;
mod layers;
mod reads;
mod rules;
mod settings;
mod unknown_column;
mod unlayered_model;
mod unread_sql;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crate::diagnostics::Diagnostic;
use crate::graph::{Graph, Lookup};
use crate::lineage::Lineage;
use crate::nodes::{Compiled, Node, ResourceType, Resources, UniqueId};
use crate::sql::{Mistake, MistakeKind};
use crate::text::{Location, Texts};
pub use baseline::Baseline;
use judge::Judge;
use layers::Layers;
pub use settings::Settings;

/// Those that send the SQL of a node as it is.
const MATERIALIZATIONS: &[&str] = &[
    "ephemeral",
    "external",
    "incremental",
    "materialized_view",
    "snapshot",
    "table",
    "view",
];

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
    /// What `dsql.yml` says.
    pub settings: &'a Settings,
    /// What names in templates mean.
    pub lookup: &'a Lookup,
    /// All texts.
    pub texts: &'a Texts,
    /// The name of the root project.
    pub root_package: &'a str,
    /// Findings that are not told.
    pub baseline: &'a Baseline,
    /// Whether the baseline is to be written.
    pub writes_baseline: bool,
    /// Whether all nodes are wanted.
    pub is_whole: bool,
}

/// What is found.
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

/// Something that is wrong with a node, before anybody has said how bad that is.
struct Finding {
    node: Option<UniqueId>,
    diagnostic: Diagnostic,
}

impl Finding {
    fn of(node: &Node, diagnostic: Diagnostic) -> Self {
        let node = Some(node.unique_id.clone());
        Self { node, diagnostic }
    }
}

/// Finds what is wrong in the nodes that are wanted.
pub fn check(input: &CheckInput<'_>, is_wanted: Wanted<'_>) -> Checked {
    let root = input.root_package;
    let layers = Layers::of(&input.settings.layers, input.resources, root);
    let mut findings = in_sql(input, is_wanted);
    findings.extend(layer_direction::find(input, &layers, is_wanted));
    findings.extend(exposure_layer::find(input, &layers, is_wanted));
    findings.extend(unlayered_model::find(input, &layers, is_wanted));
    let layers = &layers;
    let mut checked = Judge { input, layers }.judge(findings, is_wanted);
    checked.findings.extend(unlayered_model::misnamed(input));
    checked
}

/// Finds what an engine refuses.
fn in_sql(input: &CheckInput<'_>, is_wanted: Wanted<'_>) -> Vec<Finding> {
    let uncertain = uncertain(input);
    let mut findings = Vec::new();
    for (id, mistakes) in &input.lineage.mistakes {
        let Some(node) = input.compiled.get(id).filter(|_| is_wanted(id)) else {
            continue;
        };
        let Some(compiled) = &node.compiled else {
            continue;
        };
        for mistake in mistakes {
            let at = place(node, compiled, mistake);
            let found = match &mistake.kind {
                MistakeKind::Unread(message) => Some(unread_sql::finding(message, at)),
                _ if uncertain.contains(id) => None,
                MistakeKind::UnknownColumn { name, known } => {
                    Some(unknown_column::finding(name, known, at))
                }
                MistakeKind::AmbiguousColumn { name, relations } => {
                    Some(ambiguous_column::finding(name, relations, at))
                }
            };
            findings.extend(found.map(|it| Finding::of(node, it)));
        }
    }
    findings
}

/// Lists nodes whose columns only the database tells, as an earlier run has left them, those whose
/// materialization may send other SQL, and all that is built of them.
fn uncertain(input: &CheckInput<'_>) -> BTreeSet<UniqueId> {
    let nodes = input.resources.nodes.values();
    let told = nodes.filter(|it| {
        let is_built = matches!(
            it.resource_type,
            ResourceType::Model | ResourceType::Snapshot
        );
        let is_own = !MATERIALIZATIONS.contains(&it.config.materialized());
        is_built && (is_own || !input.compiled.contains_key(&it.unique_id))
    });
    let mut all = BTreeSet::new();
    for node in told {
        all.insert(node.unique_id.clone());
        if let Some(index) = input.graph.index(&node.unique_id) {
            let downstream = input.graph.downstream(index).into_iter();
            all.extend(downstream.map(|it| input.graph.id(it).clone()));
        }
    }
    all
}

/// Finds the bytes of the template behind a mistake.
fn place(node: &Node, compiled: &Compiled, mistake: &Mistake) -> Location {
    let range = mistake.place.range();
    let origin = compiled.source_map.origin_of(range.start, range.len());
    origin.unwrap_or(node.location)
}
