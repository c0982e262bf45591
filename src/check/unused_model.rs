//! A model before consume that nothing reads.

use super::Finding;
use super::governed::Governed;
use super::layers::Layer;
use crate::diagnostics::Code;
use crate::nodes::{Resource, ResourceType, UniqueId};

pub(super) fn find(of: &Governed<'_>) -> Vec<Finding> {
    let input = of.input;
    let is_read = |id: &UniqueId| {
        let Some(index) = input.graph.index(id) else {
            return true;
        };
        let mut readers = input.graph.children(index);
        readers.any(|it| match input.resources.get(input.graph.id(it)) {
            Some(Resource::Node(node)) => node.resource_type != ResourceType::Test,
            Some(other) => other.resource_type() != ResourceType::UnitTest,
            None => false,
        })
    };
    let before = of.models.iter().filter(|it| {
        let layer = of.layers.layer(&it.unique_id);
        matches!(layer, Some(Layer::Stage | Layer::Transform))
    });
    let unused = before.filter(|it| !is_read(&it.unique_id));
    let told = unused.map(|model| {
        let message = format!("nothing reads `{}`", model.name);
        let help = "take it out, or read it in a model of consume";
        of.of(Code::UnusedModel, model, message, help)
    });
    told.collect()
}
