//! What stands in which layer: each kind of logic to the rule that speaks of it.

use rayon::prelude::*;

use super::layers::{Layer, Layers};
use super::origin::origin;
use super::{
    CheckInput, Finding, Wanted, business_case, business_default, business_filter,
    business_formula, business_semi_join, place_of, stage_aggregation, stage_deduplication,
    stage_default, stage_filter, stage_inputs, stage_join,
};
use crate::diagnostics::Diagnostic;
use crate::lineage::Content;
use crate::nodes::{Node, ResourceType, UniqueId};
use crate::sql::{Fact, FactKind, Made};
use crate::text::Location;

pub(super) fn find(
    input: &CheckInput<'_>,
    layers: &Layers<'_>,
    is_wanted: Wanted<'_>,
) -> Vec<Finding> {
    let models: Vec<&UniqueId> = input.lineage.content.keys().collect();
    let found = models.into_par_iter().flat_map_iter(|id| {
        let node = model(input, id).filter(|_| is_wanted(id));
        let layered = node.and_then(|node| Some((node, layers.layer(id)?)));
        let told = layered.map(|(node, layer)| in_node(input, node, layer));
        told.unwrap_or_default()
    });
    found.collect()
}

/// Returns a model of the project, as compiled.
pub(super) fn model<'a>(input: &CheckInput<'a>, id: &UniqueId) -> Option<&'a Node> {
    let node = input.compiled.get(id)?;
    let is_own = node.package_name == input.root_package;
    (is_own && node.resource_type == ResourceType::Model).then_some(&**node)
}

fn in_node(input: &CheckInput<'_>, node: &Node, layer: Layer) -> Vec<Finding> {
    let Some(content) = input.lineage.content.get(&node.unique_id) else {
        return Vec::new();
    };
    let joins = content.facts.iter().any(|it| it.kind == FactKind::Join);
    let mut is_aggregated = false;
    let mut findings = Vec::new();
    for fact in &content.facts {
        let kind = match ranks(input, content, fact) {
            true => FactKind::Deduplication,
            false => fact.kind,
        };
        match kind {
            // What is joined is told once, where it is joined.
            FactKind::Input if joins => continue,
            FactKind::Aggregation if is_aggregated => continue,
            FactKind::Aggregation => is_aggregated = true,
            _ => {}
        }
        let finding = told((kind, &fact.text), layer, place_of(node, fact.place));
        findings.extend(finding.map(|it| Finding::of(node, it)));
    }
    findings
}

/// Tells whether a filter asks for numbers that another model has given to rows.
fn ranks(input: &CheckInput<'_>, content: &Content, fact: &Fact) -> bool {
    let Some(term) = &fact.term else {
        return false;
    };
    let is_filter = matches!(fact.kind, FactKind::Filter { .. });
    let named = term.named();
    let is_number = |(read, name): &(Option<usize>, &str)| {
        let id = read.and_then(|it| content.reads.get(it)?.as_ref());
        id.is_some_and(|id| origin(&input.lineage.nodes, id, name).made == Some(Made::Window))
    };
    is_filter && !named.is_empty() && named.iter().all(is_number)
}

fn told((kind, text): (FactKind, &str), layer: Layer, at: Location) -> Option<Diagnostic> {
    let finding = match (layer, kind) {
        (Layer::Consume, _) => return None,
        (_, FactKind::SemiJoin) => business_semi_join::finding(layer, text, at),
        (_, FactKind::Category) => business_case::finding(layer, text, at),
        (_, FactKind::Formula) => business_formula::finding(layer, text, at),
        (Layer::Stage, FactKind::Input) => stage_inputs::finding(text, at),
        (Layer::Stage, FactKind::Join) => stage_join::finding(text, at),
        (Layer::Stage, FactKind::Aggregation) => stage_aggregation::finding(text, at),
        (Layer::Stage, FactKind::Deduplication) => stage_deduplication::finding(text, at),
        (Layer::Stage, FactKind::Filter { .. }) => stage_filter::finding(text, at),
        (Layer::Stage, FactKind::Default) => stage_default::finding(text, at),
        (
            Layer::Transform,
            FactKind::Filter {
                is_technical: false,
            },
        ) => business_filter::finding(text, at),
        (Layer::Transform, FactKind::Default) => business_default::finding(layer, text, at),
        _ => return None,
    };
    Some(finding)
}
