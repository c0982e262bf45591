//! A model of which no data test holds that a key tells its rows apart.

use super::Finding;
use super::governed::Governed;
use super::layers::Layer;
use crate::diagnostics::Code;
use crate::nodes::Node;

pub(super) fn find(of: &Governed<'_>) -> Vec<Finding> {
    let told = of.built().filter_map(|model| {
        // Rows of stage are those of the source: what tells them apart is found in transform.
        let is_stage = of.layers.layer(&model.unique_id) == Some(Layer::Stage);
        if is_stage && of.layers.present.contains(&Layer::Transform) {
            return None;
        }
        let (message, help) = untested(of, model)?;
        Some(of.of(Code::UntestedKey, model, message, help))
    });
    told.collect()
}

/// Says what is not tested.
fn untested(of: &Governed<'_>, model: &Node) -> Option<(String, String)> {
    let (mut unique, mut present) = (Vec::new(), Vec::new());
    for test in of.tests(model) {
        let Some(test) = test.as_generic_test() else {
            continue;
        };
        match (test.name.as_str(), test.column_name.as_deref()) {
            ("unique", Some(column)) => unique.push(column),
            ("not_null", Some(column)) => present.push(column),
            // `unique_combination_of_columns` and its like.
            (name, None) if name.contains("unique") => return None,
            (name, _) if name.contains("primary_key") => return None,
            _ => {}
        }
    }
    let constraints = model.as_model().map(|it| it.constraints.as_slice());
    if constraints
        .unwrap_or_default()
        .iter()
        .any(|it| it.r#type == "primary_key")
    {
        return None;
    }
    for column in model.columns.values() {
        for constraint in &column.constraints {
            match constraint.r#type.as_str() {
                "primary_key" => return None,
                "unique" => unique.push(&column.name),
                "not_null" => present.push(&column.name),
                _ => {}
            }
        }
    }
    let same = |one: &str, other: &str| one.eq_ignore_ascii_case(other);
    if unique
        .iter()
        .any(|it| present.iter().any(|other| same(it, other)))
    {
        return None;
    }
    let name = &model.name;
    if let Some(key) = unique.first() {
        let message = format!("the key `{key}` of `{name}` is not tested for null");
        return Some((message, format!("add `not_null` to `{key}`")));
    }
    match model.config.strings("unique_key").as_slice() {
        [] => {
            let message = format!("no data test of `{name}` says what tells its rows apart");
            Some((
                message,
                "add `unique` and `not_null` to the column that does".to_owned(),
            ))
        }
        [key] => {
            let message = format!("the key `{key}` of `{name}` is not tested");
            Some((message, format!("add `unique` and `not_null` to `{key}`")))
        }
        keys => {
            let keys = keys.join("`, `");
            let message = format!("the key `{keys}` of `{name}` is not tested");
            Some((
                message,
                "add a test that their combination is unique".to_owned(),
            ))
        }
    }
}
