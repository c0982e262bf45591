//! An exposure for which nobody answers.

use super::Finding;
use super::governed::Governed;
use crate::diagnostics::{Code, Diagnostic};

pub(super) fn find(of: &Governed<'_>) -> Vec<Finding> {
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
        Finding::with(&exposure.unique_id, finding.help(help))
    });
    told.collect()
}
