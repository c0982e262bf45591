//! An exposure for which nobody answers.

use super::governed::Governed;
use crate::diagnostics::{Code, Diagnostic};
use crate::nodes::UniqueId;

pub(super) fn find(of: &Governed<'_>) -> Vec<(UniqueId, Diagnostic)> {
    let exposures = of.input.resources.exposures.values();
    let own = exposures.filter(|it| it.package_name == of.input.root_package);
    let unowned = own.filter(|it| {
        it.owner
            .email
            .as_ref()
            .is_none_or(serde_json::Value::is_null)
    });
    let told = unowned.map(|exposure| {
        let message = format!("nobody can be asked about exposure `{}`", exposure.name);
        let finding = Diagnostic::warning(Code::UnownedExposure, message).at(exposure.location);
        let help = "add an `email` to its `owner`: who is told when what it shows changes";
        (exposure.unique_id.clone(), finding.help(help))
    });
    told.collect()
}
