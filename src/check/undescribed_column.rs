//! Columns of a model without a description.

use super::Finding;
use super::governed::Governed;
use crate::diagnostics::{Code, Diagnostic};
use crate::nodes::Node;

/// Finds each of them, so that a baseline can hold some and not others; [`together`] makes one finding of what is told.
pub(super) fn find(of: &Governed<'_>) -> Vec<Finding> {
    let models = of.models.iter();
    let told = models.flat_map(|model| {
        let name = &model.name;
        bare(of, model).into_iter().map(move |column| {
            let message = format!("a column of `{name}` has no description: `{column}`");
            let help = "add them to `columns:` of the model, each with a `description:`";
            let finding = of.of(Code::UndescribedColumn, model, message, help);
            finding.about(column)
        })
    });
    told.collect()
}

/// Makes one finding of those of a model, each with its column.
pub(super) fn together(model: &str, mut found: Vec<(String, Diagnostic)>) -> Option<Diagnostic> {
    let listed = found.iter().take(MOST).map(|it| format!("`{}`", it.0));
    let listed = listed.collect::<Vec<_>>().join(", ");
    let count = found.len();
    let (_, mut first) = found.drain(..).next()?;
    if count > 1 {
        let more = if count > MOST { " …" } else { "" };
        first.message = format!("{count} columns of `{model}` have no description: {listed}{more}");
    }
    Some(first)
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
