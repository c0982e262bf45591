//! Guesses the primary key of models from constraints and data tests, as dbt does.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crate::nodes::{Details, Node, Resources, UniqueId};

/// Fills `primary_key` of all models.
pub(super) fn infer(resources: &mut Resources) {
    infer_some(resources, |_| true);
}

/// Fills `primary_key` of models.
pub(super) fn infer_some(resources: &mut Resources, wanted: impl Fn(&UniqueId) -> bool) {
    let mut tested: HashMap<UniqueId, Tested> = HashMap::new();
    let disabled = resources.disabled.values().flatten();
    for node in resources.nodes.values().chain(disabled) {
        let Some(test) = node.as_generic_test() else {
            continue;
        };
        let Some(attached) = test.attached_node.as_ref().filter(|id| wanted(id)) else {
            continue;
        };
        let one = test
            .kwargs
            .get("column_name")
            .and_then(|it| it.as_str())
            .map(str::to_owned);
        let many = test
            .kwargs
            .get("combination_of_columns")
            .and_then(|it| it.as_array());
        let many = many
            .into_iter()
            .flatten()
            .filter_map(|it| it.as_str())
            .map(str::to_owned);
        let columns: Vec<String> = match one {
            Some(one) => vec![one],
            None => many.collect(),
        };
        let tested = tested.entry(attached.clone()).or_default();
        match test.name.as_str() {
            "unique" | "unique_combination_of_columns" if node.config.enabled() => {
                tested.unique.extend(columns);
            }
            "unique" | "unique_combination_of_columns" => tested.disabled.extend(columns),
            "not_null" => tested.not_null.extend(columns),
            _ => {}
        }
    }
    for (id, node) in resources.nodes.iter_mut().filter(|(id, _)| wanted(id)) {
        let Some(key) = declared(node).or_else(|| Some(tested.get(id)?.key())) else {
            continue;
        };
        if let Details::Model(model) = &mut Arc::make_mut(node).details {
            model.primary_key = key;
        }
    }
}

#[derive(Default)]
struct Tested {
    unique: BTreeSet<String>,
    disabled: BTreeSet<String>,
    not_null: BTreeSet<String>,
}

impl Tested {
    fn key(&self) -> Vec<String> {
        let unique =
            |column: &&String| self.unique.contains(*column) || self.disabled.contains(*column);
        let both: Vec<String> = self.not_null.iter().filter(unique).cloned().collect();
        let sets = [&self.unique, &self.disabled];
        let guessed = sets.into_iter().find(|set| !set.is_empty());
        match both.is_empty() {
            false => both,
            true => guessed.into_iter().flatten().cloned().collect(),
        }
    }
}

fn declared(node: &Node) -> Option<Vec<String>> {
    let model = node.as_model()?;
    let own = model
        .constraints
        .iter()
        .find(|it| it.r#type == "primary_key");
    if let Some(constraint) = own {
        return Some(constraint.columns.clone().unwrap_or_default());
    }
    let column = node.columns.values().find(|column| {
        column
            .constraints
            .iter()
            .any(|constraint| constraint.r#type == "primary_key")
    })?;
    Some(vec![column.name.clone()])
}
