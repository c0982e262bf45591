//! An exposure that reads a model which is not public.

use super::Finding;
use super::governed::Governed;
use super::reads::listed;
use crate::diagnostics::{Code, Diagnostic};

pub(super) fn find(of: &Governed<'_>) -> Vec<Finding> {
    let exposures = of.input.resources.exposures.values();
    let mut findings = Vec::new();
    for exposure in exposures.filter(|it| it.package_name == of.input.root_package) {
        let (package, place) = (&exposure.package_name, exposure.location);
        for read in listed(&exposure.refs, &[], package, place, of.input) {
            let Some(model) = read.target.node().and_then(|it| it.as_model()) else {
                continue;
            };
            if model.access == "public" {
                continue;
            }
            let name = read.target.name();
            let message = format!(
                "exposure `{}` reads `{name}`, which is {}",
                exposure.name, model.access
            );
            let finding = read.point(Diagnostic::warning(Code::PrivateExposure, message));
            let help =
                format!("set `access: public` for `{name}`, so that it is changed with care");
            findings.push(Finding::with(&exposure.unique_id, finding.help(help)));
        }
    }
    findings
}
