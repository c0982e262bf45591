//! Rules of governance: what a project that chooses them keeps to.

use std::collections::HashMap;

use super::layers::Layers;
use super::{
    CheckInput, Finding, Wanted, layer_name, missing_metadata, private_exposure,
    source_without_freshness, undescribed_column, undescribed_model, unowned_exposure,
    untested_key, untested_model, unused_model,
};
use crate::diagnostics::{Code, Diagnostic};
use crate::metadata::tests_of;
use crate::nodes::{Node, ResourceType, UniqueId};
use crate::text::Location;

/// What the rules look at.
pub(super) struct Governed<'a> {
    pub(super) input: &'a CheckInput<'a>,
    pub(super) layers: &'a Layers<'a>,
    /// Models of the project.
    pub(super) models: Vec<&'a Node>,
    /// Data tests by what they test.
    tests: HashMap<&'a UniqueId, Vec<&'a Node>>,
}

/// A rule and where it is.
type Rule = (Code, fn(&Governed<'_>) -> Vec<Finding>);

const RULES: &[Rule] = &[
    (Code::LayerName, layer_name::find),
    (Code::MissingMetadata, missing_metadata::find),
    (Code::PrivateExposure, private_exposure::find),
    (Code::SourceWithoutFreshness, source_without_freshness::find),
    (Code::UndescribedColumn, undescribed_column::find),
    (Code::UndescribedModel, undescribed_model::find),
    (Code::UnownedExposure, unowned_exposure::find),
    (Code::UntestedKey, untested_key::find),
    (Code::UntestedModel, untested_model::find),
    (Code::UnusedModel, unused_model::find),
];

pub(super) fn find<'a>(
    input: &'a CheckInput<'a>,
    layers: &'a Layers<'a>,
    is_wanted: Wanted<'_>,
) -> Vec<Finding> {
    let wanted = RULES.iter().filter(|it| input.settings.is_on(it.0));
    let wanted: Vec<&Rule> = wanted.collect();
    if wanted.is_empty() {
        return Vec::new();
    }
    let nodes = input.resources.nodes.values().map(|it| &**it);
    let models = nodes.filter(|it| {
        it.resource_type == ResourceType::Model
            && it.package_name == input.root_package
            && is_wanted(&it.unique_id)
    });
    let governed = Governed {
        input,
        layers,
        models: models.collect(),
        tests: tests_of(input.resources),
    };
    let found = wanted.into_iter().flat_map(|it| (it.1)(&governed));
    let found = found.filter(|it| it.node.as_ref().is_none_or(is_wanted));
    found.collect()
}

impl<'a> Governed<'a> {
    /// Lists the models whose rows data tests look at: ephemeral ones have none of their own.
    pub(super) fn built(&self) -> impl Iterator<Item = &'a Node> + '_ {
        let models = self.models.iter().copied();
        models.filter(|it| !it.is_ephemeral())
    }

    /// Lists the data tests of a model.
    pub(super) fn tests(&self, model: &Node) -> &[&Node] {
        let tests = self.tests.get(&model.unique_id);
        tests.map(Vec::as_slice).unwrap_or_default()
    }

    /// Says something of a model: where it is described, else at its file.
    pub(super) fn of(
        &self,
        code: Code,
        model: &Node,
        message: String,
        help: impl Into<String>,
    ) -> Finding {
        let place: Location = model.patch_location.unwrap_or(model.file_or_entry());
        let finding = Diagnostic::warning(code, message).at(place).help(help);
        Finding::of(model, finding).about(&model.name)
    }
}
