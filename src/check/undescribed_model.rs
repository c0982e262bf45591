//! A model without a description.

use super::Finding;
use super::governed::Governed;
use crate::diagnostics::Code;

pub(super) fn find(of: &Governed<'_>) -> Vec<Finding> {
    let bare = of
        .models
        .iter()
        .filter(|it| it.description.trim().is_empty());
    let told = bare.map(|model| {
        let message = format!("`{}` has no description", model.name);
        let help = match model.patch_location {
            Some(_) => "add `description:`, and say what one row of it is".to_owned(),
            None => format!(
                "add `- name: {}` with a `description:` to `models:` in a YAML file",
                model.name
            ),
        };
        of.of(Code::UndescribedModel, model, message, help)
    });
    told.collect()
}
