//! Which tests and exposures a change reaches.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::reach::{AllTouched, Names};
use super::{ImpactInput, Reached, Start};
use crate::graph::Index;
use crate::nodes::{DataTest, Dict, Node, ResourceType, UniqueId};
use crate::sql::column_names;

/// Finds data tests: those of a reached column, and those that read a reached node in a way that names no column.
pub(super) fn data_tests(
    input: ImpactInput<'_>,
    below: &[Index],
    all: &AllTouched,
    names: &Names<'_>,
) -> Vec<Reached> {
    let mut below = below.to_vec();
    // As they are written.
    below.sort();
    let nodes = below
        .iter()
        .filter_map(|it| input.resources.get(input.graph.id(*it))?.node());
    let tests = nodes.filter(|it| it.resource_type == ResourceType::Test);
    let reached = tests.filter_map(|test| {
        let mut of = Vec::new();
        for id in &test.depends_on.nodes {
            let Some(touched) = all.get(id).filter(|it| !it.is_empty()) else {
                continue;
            };
            match asked(input, test, id) {
                Some(columns) => {
                    let columns = columns.into_iter().filter(|it| touched.has(it));
                    of.extend(columns.map(|it| names.column(id, &it)));
                }
                None => of.push(names.of(id)),
            }
        }
        of.sort();
        of.dedup();
        (!of.is_empty()).then(|| reached(&test.unique_id, &test.name, test.resource_type, of))
    });
    reached.collect()
}

/// Lists the columns of a node that a data test asks about. None where it does not tell.
fn asked(input: ImpactInput<'_>, test: &Node, id: &UniqueId) -> Option<Vec<String>> {
    let generic = test.as_generic_test()?;
    let is_attached = generic.attached_node.as_ref() == Some(id);
    if !is_attached {
        // `relationships` names a column of the other relation.
        let field = generic.kwargs.get("field")?.as_str()?;
        return Some(vec![field.trim_matches('"').to_owned()]);
    }
    let mut named: Vec<String> = Vec::new();
    let known = input.columns.get(id)?;
    let mut words = Vec::new();
    if !is_of_values(generic) {
        words_of(&generic.kwargs, &mut words);
    }
    let filter = test.config.str("where");
    words.extend(
        filter
            .and_then(|it| column_names(input.grammar, it))
            .unwrap_or_default(),
    );
    for column in known.columns.keys() {
        if words.iter().any(|it| it.eq_ignore_ascii_case(column)) {
            named.push(column.clone());
        }
    }
    if let Some(column) = &generic.column_name
        && !named.iter().any(|it| it.eq_ignore_ascii_case(column))
    {
        named.push(column.trim_matches('"').to_owned());
    }
    (!named.is_empty()).then_some(named)
}

/// Tells whether the arguments of a test are values, which are no names of columns.
fn is_of_values(test: &DataTest) -> bool {
    let is_own = test.namespace.as_deref().is_none_or(|it| it == "dbt");
    is_own && test.name == "accepted_values" && test.column_name.is_some()
}

/// Lists the words in the arguments of a test, which may be names of columns.
fn words_of(arguments: &Dict, words: &mut Vec<String>) {
    let own = arguments.iter().filter(|(name, _)| *name != "model");
    for (_, value) in own {
        words_in(value, words);
    }
}

fn words_in(value: &Json, words: &mut Vec<String>) {
    match value {
        Json::String(text) => {
            let all = text.split(|it: char| !it.is_alphanumeric() && it != '_');
            words.extend(all.filter(|it| !it.is_empty()).map(str::to_owned));
        }
        Json::Array(values) => values.iter().for_each(|it| words_in(it, words)),
        Json::Object(values) => values.values().for_each(|it| words_in(it, words)),
        _ => {}
    }
}

/// Finds unit tests: those of what changes, and those that are given rows in its place.
pub(super) fn unit_tests(
    input: ImpactInput<'_>,
    starts: &BTreeMap<UniqueId, Start>,
    names: &Names<'_>,
) -> Vec<Reached> {
    let tests = input.resources.unit_tests.values();
    let reached = tests.filter_map(|test| {
        let given = test.given.iter().filter_map(|it| it.node.as_ref());
        let all = test.tested().into_iter().chain(given);
        let mut of: Vec<String> = all
            .filter(|it| starts.get(*it).is_some_and(Start::is_of_content))
            .map(|it| names.of(it))
            .collect();
        of.sort();
        of.dedup();
        let name = test.versioned_name();
        (!of.is_empty()).then(|| reached(&test.unique_id, &name, ResourceType::UnitTest, of))
    });
    reached.collect()
}

/// Finds exposures that read what is reached, relations or metrics.
pub(super) fn exposures(
    input: ImpactInput<'_>,
    all: &AllTouched,
    semantic: &[Reached],
    names: &Names<'_>,
) -> Vec<Reached> {
    let is_reached =
        |id: &UniqueId| all.contains_key(id) || semantic.iter().any(|it| it.unique_id == *id);
    let exposures = input.resources.exposures.values();
    let reached = exposures.filter_map(|it| {
        let read = it.depends_on.nodes.iter();
        let of: Vec<String> = read
            .filter(|it| is_reached(it))
            .map(|it| names.of(it))
            .collect();
        let name = it.label.as_ref().unwrap_or(&it.name);
        (!of.is_empty()).then(|| reached(&it.unique_id, name, ResourceType::Exposure, of))
    });
    reached.collect()
}

pub(super) fn reached(
    id: &UniqueId,
    name: &str,
    resource_type: ResourceType,
    of: Vec<String>,
) -> Reached {
    Reached {
        unique_id: id.clone(),
        name: name.to_owned(),
        resource_type,
        of,
    }
}
