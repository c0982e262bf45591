//! An exposure that reads past the consume layer.

use super::layer_direction::read_name;
use super::layers::{Layer, Layers};
use super::reads::listed;
use super::{CheckInput, Finding, Wanted};
use crate::diagnostics::{Code, Diagnostic};
use crate::nodes::ResourceType;

pub(super) fn find(
    input: &CheckInput<'_>,
    layers: &Layers<'_>,
    is_wanted: Wanted<'_>,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    if !layers.present.contains(&Layer::Consume) {
        return findings;
    }
    let exposures = input.resources.exposures.values();
    for exposure in exposures.filter(|it| is_wanted(&it.unique_id)) {
        if exposure.package_name != input.root_package {
            continue;
        }
        let package = &exposure.package_name;
        let place = exposure.location;
        for read in listed(&exposure.refs, &exposure.sources, package, place, input) {
            let layer = layers.layer(read.target.unique_id());
            let kind = match (layer, read.target.resource_type()) {
                (Some(Layer::Consume), _) => continue,
                (Some(layer), _) => format!("of {layer}"),
                (None, ResourceType::Source) => "a source".to_owned(),
                (None, ResourceType::Seed) => "a seed".to_owned(),
                (None, _) => continue,
            };
            let name = read_name(read.target);
            let message = format!("exposure `{}` reads `{name}`, {kind}", exposure.name);
            let finding = read.point(Diagnostic::error(Code::ExposureLayer, message));
            let help = "exposures read models of consume: make one that gives what is shown";
            findings.push(Finding::with(&exposure.unique_id, finding.help(help)));
        }
    }
    findings
}
