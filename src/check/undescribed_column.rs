//! Columns of a model without a description.

use super::governed::Governed;
use crate::diagnostics::{Code, Diagnostic};
use crate::nodes::{Node, UniqueId};

pub(super) fn find(of: &Governed<'_>) -> Vec<(UniqueId, Diagnostic)> {
    let told = of.models.iter().filter_map(|model| {
        let bare = bare(of, model);
        let listed: Vec<String> = bare.iter().take(MOST).map(|it| format!("`{it}`")).collect();
        let listed = listed.join(", ");
        let message = match bare.len() {
            0 => return None,
            1 => format!("a column of `{}` has no description: {listed}", model.name),
            count if count > MOST => format!(
                "{count} columns of `{}` have no description: {listed} …",
                model.name
            ),
            count => format!(
                "{count} columns of `{}` have no description: {listed}",
                model.name
            ),
        };
        let help = "add them to `columns:` of the model, each with a `description:`";
        Some(of.of(Code::UndescribedColumn, model, message, help))
    });
    told.collect()
}

/// How many columns are listed.
const MOST: usize = 8;

/// Lists the columns that a model has, as far as is known, and those that it says it has.
fn bare(of: &Governed<'_>, model: &Node) -> Vec<String> {
    let described = |name: &str| {
        let mut columns = model.columns.values();
        columns.any(|it| it.name.eq_ignore_ascii_case(name) && !it.description.trim().is_empty())
    };
    let known = of.input.lineage.nodes.get(&model.unique_id);
    let known = known.map(|it| it.columns.keys().cloned().collect());
    let mut all: Vec<String> = known.unwrap_or_default();
    for column in model.columns.values() {
        if !all.iter().any(|it| it.eq_ignore_ascii_case(&column.name)) {
            all.push(column.name.clone());
        }
    }
    all.retain(|it| !described(it));
    all
}
