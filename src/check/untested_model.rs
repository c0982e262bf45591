//! A model without a data test.

use super::Finding;
use super::governed::Governed;
use crate::diagnostics::Code;

pub(super) fn find(of: &Governed<'_>) -> Vec<Finding> {
    let bare = of.built().filter(|it| of.tests(it).is_empty());
    let told = bare.map(|model| {
        let message = format!("`{}` has no data test", model.name);
        let help = "begin with `unique` and `not_null` of the column that tells its rows apart";
        of.of(Code::UntestedModel, model, message, help)
    });
    told.collect()
}
