//! Which columns tell the rows of a relation apart: by tests for uniqueness, and by constraints.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::nodes::{Constraint, DataTest, Details, Node, Resources, UniqueId};

/// Macros of tests for uniqueness. A project may have its own under the names of the tests.
const UNIQUE: [&str; 2] = [
    "macro.dbt.test_unique",
    "macro.dbt_utils.test_unique_combination_of_columns",
];

/// Sets of columns, in lower case.
pub(super) type Keys = Arc<[Vec<String>]>;

/// Lists the keys of nodes and sources that have some.
pub(super) fn keys(resources: &Resources) -> HashMap<UniqueId, Keys> {
    let mut all: HashMap<UniqueId, Vec<Vec<String>>> = HashMap::new();
    for node in resources.nodes.values() {
        if let Some(test) = node.as_generic_test()
            && let Some(id) = &test.attached_node
            && let Some(columns) = tested(node, test)
        {
            all.entry(id.clone()).or_default().push(columns);
        }
        let declared = declared(node);
        if !declared.is_empty() {
            all.entry(node.unique_id.clone())
                .or_default()
                .extend(declared);
        }
    }
    let all = all.into_iter().map(|(id, keys)| (id, keys.into()));
    all.collect()
}

/// Lists the columns by which rows of nodes and sources were found to be unique by tests that found nothing: these.
pub fn unique_by(
    resources: &Resources,
    tests: &HashSet<UniqueId>,
) -> HashMap<UniqueId, Vec<Vec<String>>> {
    let mut all: HashMap<UniqueId, Vec<Vec<String>>> = HashMap::new();
    for node in tests.iter().filter_map(|it| resources.nodes.get(it)) {
        let macros = &node.depends_on.macros;
        let is_common = macros.iter().any(|it| UNIQUE.contains(&&**it));
        let set = node.config.set_values();
        let counts_all = ["fail_calc", "limit"]
            .iter()
            .all(|it| !set.contains_key(*it));
        if let Some(test) = node.as_generic_test()
            && let Some(id) = &test.attached_node
            && is_common
            && counts_all
            && let Some(columns) = tested(node, test)
        {
            all.entry(id.clone()).or_default().push(columns);
        }
    }
    all
}

/// Returns the columns that a test finds to be unique in all rows.
fn tested(node: &Node, test: &DataTest) -> Option<Vec<String>> {
    if node.config.str("where").is_some() {
        return None;
    }
    let one = || {
        test.kwargs
            .get("column_name")?
            .as_str()
            .map(str::to_lowercase)
    };
    let many = || {
        let columns = test
            .kwargs
            .get("combination_of_columns")?
            .as_array()?
            .iter();
        let columns = columns.map(|it| it.as_str().map(str::to_lowercase));
        columns.collect::<Option<Vec<String>>>()
    };
    let columns = match test.name.as_str() {
        "unique" => vec![one()?],
        "unique_combination_of_columns" => many()?,
        _ => return None,
    };
    let is_name = |it: &String| it.chars().all(|it| it.is_alphanumeric() || it == '_');
    columns.iter().all(is_name).then_some(columns)
}

/// Lists the keys that constraints name.
fn declared(node: &Node) -> Vec<Vec<String>> {
    let is_key = |it: &&Constraint| matches!(it.r#type.as_str(), "primary_key" | "unique");
    let lower = |names: &[String]| names.iter().map(|it| it.to_lowercase()).collect();
    let of_columns = node.columns.values().filter_map(|column| {
        let key = column.constraints.iter().find(is_key);
        key.map(|_| vec![column.name.to_lowercase()])
    });
    let of_model = match &node.details {
        Details::Model(model) => model.constraints.as_slice(),
        _ => &[],
    };
    let of_model = of_model.iter().filter(is_key);
    let of_model = of_model.filter_map(|it| it.columns.as_deref().map(lower));
    of_columns.chain(of_model).collect()
}
