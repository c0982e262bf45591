//! A model that reads what its layer does not: from a later layer, or past one.

use super::layers::{Layer, Layers};
use super::reads::{Read, reads};
use super::{CheckInput, Finding, Wanted};
use crate::diagnostics::{Code, Diagnostic};
use crate::nodes::{Node, Resource, ResourceType};

/// What is read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Raw(&'static str),
    In(Layer),
}

pub(super) fn find(
    input: &CheckInput<'_>,
    layers: &Layers<'_>,
    is_wanted: Wanted<'_>,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for node in input.resources.nodes.values() {
        let Some(layer) = layers
            .layer(&node.unique_id)
            .filter(|_| is_wanted(&node.unique_id))
        else {
            continue;
        };
        if node.package_name != input.root_package {
            continue;
        }
        for read in reads(node, input) {
            let Some(kind) = kind(read.target, layers) else {
                continue;
            };
            if is_open(layer, kind, layers) || is_named(layer, read.target, input) {
                continue;
            }
            findings.push(Finding::of(node, finding(node, layer, kind, &read, layers)));
        }
    }
    findings
}

fn kind(target: Resource<'_>, layers: &Layers<'_>) -> Option<Kind> {
    if let Some(layer) = layers.layer(target.unique_id()) {
        return Some(Kind::In(layer));
    }
    match target.resource_type() {
        ResourceType::Source => Some(Kind::Raw("source")),
        ResourceType::Seed => Some(Kind::Raw("seed")),
        _ => None,
    }
}

/// Tells whether a layer reads what it may. Where a layer before it is missing, what that would read is open to it.
fn is_open(layer: Layer, kind: Kind, layers: &Layers<'_>) -> bool {
    let has = |it: Layer| layers.present.contains(&it);
    match (layer, kind) {
        (Layer::Stage, Kind::Raw(_)) => true,
        (Layer::Stage, Kind::In(_)) => false,
        (Layer::Transform, Kind::In(of)) => of != Layer::Consume,
        (Layer::Transform, Kind::Raw(_)) => !has(Layer::Stage),
        (Layer::Consume, Kind::In(Layer::Stage)) => !has(Layer::Transform),
        (Layer::Consume, Kind::In(_)) => true,
        (Layer::Consume, Kind::Raw(_)) => !has(Layer::Stage) && !has(Layer::Transform),
    }
}

/// Tells whether `dsql.yml` lets the layer read it by name.
fn is_named(layer: Layer, target: Resource<'_>, input: &CheckInput<'_>) -> bool {
    let settings = input.settings.layer(layer);
    settings.is_some_and(|it| {
        it.may_read
            .iter()
            .any(|(name, _)| *name == read_name(target))
    })
}

/// Returns the name by which `may-read` knows a resource.
pub(super) fn read_name(target: Resource<'_>) -> String {
    match target {
        Resource::Source(source) => source.search_name(),
        other => other.name().to_owned(),
    }
}

fn finding(
    node: &Node,
    layer: Layer,
    kind: Kind,
    read: &Read<'_>,
    layers: &Layers<'_>,
) -> Diagnostic {
    let name = read_name(read.target);
    let what = match kind {
        Kind::Raw(word) => format!("the {word} `{name}`"),
        Kind::In(of) if of == layer => format!("`{name}` of the same layer"),
        Kind::In(of) if of > layer => format!("`{name}` of {of}, which comes after it"),
        Kind::In(of) => format!("`{name}` of {of}"),
    };
    let message = format!("`{}` of {layer} reads {what}", node.name);
    let finding = read.point(Diagnostic::error(Code::LayerDirection, message));
    let may = match layer {
        Layer::Stage => "stage reads sources and seeds".to_owned(),
        Layer::Transform => "transform reads stage and transform".to_owned(),
        Layer::Consume if layers.present.contains(&Layer::Transform) => {
            "consume reads transform and consume".to_owned()
        }
        Layer::Consume => "consume reads stage and consume".to_owned(),
    };
    let instead = match (layer, kind) {
        (Layer::Transform, Kind::Raw(_)) => {
            "give it names and types in a model of stage first".to_owned()
        }
        (Layer::Consume, Kind::Raw(_)) => "bring it through the layers before".to_owned(),
        (Layer::Consume, Kind::In(_)) => {
            "clean it in a model of transform, and read that".to_owned()
        }
        (Layer::Stage, Kind::In(Layer::Stage)) => {
            format!("read what `{name}` reads, or move this model to transform")
        }
        (Layer::Stage, Kind::Raw(_)) => String::new(),
        (_, Kind::In(later)) => format!("move this model to {later}, or what it needs to {layer}"),
    };
    let finding = finding.help(format!("{may}: {instead}"));
    match layers.are_named {
        true => finding.note(format!(
            "`may-read: [{name}]` of {layer} in dsql.yml allows it"
        )),
        false => finding,
    }
}
