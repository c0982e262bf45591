//! What a command is going to do, as data.
//!
//! In: the graph, the selection and the command. Out: a [`Plan`] of steps in an order in which
//! each comes after what it needs. Pure: the same input gives the same plan, so that it can be
//! shown (`--dry-run`) and tested without a database.

mod audits;
pub mod describe;
mod steps;
mod unchanged;

use std::collections::BTreeSet;

use indexmap::IndexSet;

use audits::Audits;

use crate::graph::{Graph, Index};
use crate::nodes::{QUARANTINE, Resource, ResourceType, Resources, UniqueId};

/// What is asked for.
#[derive(Debug, Clone)]
pub struct PlanRequest {
    /// Selected resources, before the command's own filter.
    pub selected: BTreeSet<Index>,
    /// Kinds of resources that the command works on.
    pub resource_types: Vec<ResourceType>,
    /// Whether what is downstream of a tested node waits for its tests (`build`).
    pub tests_gate: bool,
    /// Whether nodes are only compiled.
    pub compile_only: bool,
    /// Whether nodes point at what another run built, each for itself.
    pub clones: bool,
    /// Whether the age of sources is looked at (`source freshness`).
    pub freshness: bool,
    /// Whether what would come out as before is left out (`--changed`).
    pub changed: bool,
    /// Whether everything is built from nothing.
    pub full_refresh: bool,
    /// Whether nodes without any SQL count.
    pub include_empty: bool,
    /// Whether `on-run-start` and `on-run-end` belong to the command.
    pub hooks: bool,
    /// The target's database.
    pub database: String,
    /// Name of the root project, whose hooks come last.
    pub root_package: String,
}

/// What a step does with its node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Builds a model, a seed or a snapshot by the macro of this materialization.
    Materialize(String),
    /// Runs a data test.
    DataTest,
    /// Runs a unit test.
    UnitTest,
    /// Compiles only.
    Compile,
    /// Looks how old a source is.
    Freshness,
    /// Does nothing but report: exposures in `build`.
    NoOp,
    /// Points at what another run built.
    Clone,
}

/// What becomes of a step if all that its node comes of is as it was at its last success.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unchanged {
    /// It runs: nobody asks.
    Runs,
    /// It runs, since this is not known: why.
    RunsAs(String),
    /// It runs whatever is known: why.
    RunsAnyway(&'static str),
    /// It is left out.
    IsLeftOut,
}

/// One node's work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The node.
    pub node: UniqueId,
    /// What is done.
    pub action: Action,
    /// Positions of the steps that must have ended well.
    pub needs: Vec<usize>,
    /// Positions of the data tests that must pass before what it writes is committed.
    pub audits: Vec<usize>,
    /// Whether it is done if nothing has changed.
    pub unchanged: Unchanged,
    /// For people: `sql view model main.orders`.
    pub description: String,
    /// Whether the step is announced and has a result; ephemeral models have not.
    pub visible: bool,
}

/// All steps of a run.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    /// Steps; each comes after those it needs.
    pub steps: Vec<Step>,
    /// Database and schema pairs that must exist.
    pub schemas: IndexSet<(Option<String>, String)>,
    /// Hooks before the steps.
    pub on_run_start: Vec<UniqueId>,
    /// Hooks after the steps.
    pub on_run_end: Vec<UniqueId>,
}

impl Plan {
    /// Returns the number of steps that people see.
    pub fn visible(&self) -> usize {
        self.steps.iter().filter(|step| step.visible).count()
    }
}

/// Plans a command.
pub fn plan(resources: &Resources, graph: &Graph, request: &PlanRequest) -> Plan {
    let chosen = |index: &Index| {
        let resource = resources.get(graph.id(*index));
        resource.is_some_and(|it| is_planned(it, request))
    };
    let mut chosen: BTreeSet<Index> = request.selected.iter().copied().filter(chosen).collect();
    let audits = Audits::choose(graph, resources, request, &mut chosen);
    let mut steps = steps::steps(resources, graph, request, &chosen, &audits);
    if request.clones {
        steps.iter_mut().for_each(|step| step.needs.clear());
    }
    let takers: BTreeSet<&UniqueId> = steps
        .iter()
        .filter(|step| {
            let mut tests = step.audits.iter().filter_map(|at| steps.get(*at));
            tests.any(|it| {
                resources
                    .nodes
                    .get(&it.node)
                    .is_some_and(|it| it.quarantines())
            })
        })
        .map(|step| &step.node)
        .collect();
    let relations = steps.iter().filter(|step| step.action != Action::Compile);
    let nodes = relations.filter_map(|step| resources.nodes.get(&step.node));
    let schemas = nodes
        .filter(|node| {
            let function = node.resource_type == ResourceType::Function;
            function || (node.relation_name.is_some() && !node.is_ephemeral())
        })
        .flat_map(|node| {
            let own = (node.database.clone(), node.schema.clone());
            let beside = (own.0.clone(), format!("{}{QUARANTINE}", own.1));
            let takes_out = takers.contains(&node.unique_id);
            std::iter::once(own).chain(takes_out.then_some(beside))
        })
        .collect();
    let hooks = |tag: &str| match request.hooks {
        true => steps::hooks(resources, tag, &request.root_package),
        false => Vec::new(),
    };
    Plan {
        steps,
        schemas,
        on_run_start: hooks("on-run-start"),
        on_run_end: hooks("on-run-end"),
    }
}

fn is_planned(resource: Resource<'_>, request: &PlanRequest) -> bool {
    let wanted = request.resource_types.contains(&resource.resource_type());
    if let (Resource::Source(source), true) = (resource, request.freshness) {
        return source.has_freshness();
    }
    let Some(node) = resource.node() else {
        return wanted && !request.compile_only;
    };
    if request.clones && node.is_ephemeral() {
        return false;
    }
    let empty = node.resource_type != ResourceType::Seed && node.raw_code.trim().is_empty();
    wanted && (request.include_empty || !empty)
}
