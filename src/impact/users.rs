//! Which tests, exposures and parts of the semantic layer a change reaches.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value as Json;

use super::reach::{AllTouched, Names, Touched};
use super::{ImpactInput, Reached, Start};
use crate::graph::Index;
use crate::nodes::{Dict, Node, Resource, ResourceType, Semantic, UniqueId};

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
            let Some(touched) = all.get(id) else { continue };
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
    words_of(&generic.kwargs, &mut words);
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
            .filter(|it| starts.contains_key(*it))
            .map(|it| names.of(it))
            .collect();
        of.sort();
        of.dedup();
        let name = test.versioned_name();
        (!of.is_empty()).then(|| reached(&test.unique_id, &name, ResourceType::UnitTest, of))
    });
    reached.collect()
}

/// Finds exposures that read what is reached.
pub(super) fn exposures(
    input: ImpactInput<'_>,
    all: &AllTouched,
    names: &Names<'_>,
) -> Vec<Reached> {
    let exposures = input.resources.exposures.values();
    let reached = exposures.filter_map(|it| {
        let read = it.depends_on.nodes.iter();
        let of: Vec<String> = read
            .filter(|it| all.contains_key(*it))
            .map(|it| names.of(it))
            .collect();
        let name = it.label.as_ref().unwrap_or(&it.name);
        (!of.is_empty()).then(|| reached(&it.unique_id, name, ResourceType::Exposure, of))
    });
    reached.collect()
}

/// Finds semantic models with a reached column, and the metrics and saved queries that are made of them.
pub(super) fn semantic(
    input: ImpactInput<'_>,
    below: &[Index],
    all: &AllTouched,
    names: &Names<'_>,
) -> Vec<Reached> {
    // Of semantic models the measures that are reached, or none where all of it is.
    let mut found: HashMap<&UniqueId, Option<Vec<String>>> = HashMap::new();
    let mut list = Vec::new();
    for index in below {
        let Some(Resource::Semantic(it)) = input.resources.get(input.graph.id(*index)) else {
            continue;
        };
        let mut of = Vec::new();
        let mut measures = None;
        if it.resource_type == ResourceType::SemanticModel {
            for id in &it.depends_on.nodes {
                let Some(touched) = all.get(id) else { continue };
                let (columns, only) = elements(it, touched);
                of.extend(columns.into_iter().map(|column| names.column(id, &column)));
                measures = only;
            }
        } else {
            let made_of = it.depends_on.nodes.iter().filter(|id| match found.get(id) {
                None => false,
                Some(None) => true,
                Some(Some(measures)) => names_any(it, measures),
            });
            of.extend(made_of.map(|id| names.of(id)));
        }
        of.sort();
        of.dedup();
        if !of.is_empty() {
            found.insert(&it.unique_id, measures);
            list.push(reached(&it.unique_id, &it.name, it.resource_type, of));
        }
    }
    list
}

/// Lists the columns behind the elements of a semantic model that are reached, and the measures, if it is only
/// them.
fn elements(model: &Semantic, touched: &Touched) -> (Vec<String>, Option<Vec<String>>) {
    let (mut columns, mut measures, mut only) = (Vec::new(), Vec::new(), true);
    for list in ["entities", "dimensions", "measures"] {
        for (_, element) in model.objects(list) {
            let Some(name) = element["name"].as_str() else {
                continue;
            };
            let expression = element["expr"].as_str().unwrap_or(name);
            let words = expression.split(|it: char| !it.is_alphanumeric() && it != '_');
            let of: Vec<&str> = words
                .filter(|it| !it.is_empty() && touched.has(it))
                .collect();
            if of.is_empty() && !touched.is_whole() {
                continue;
            }
            columns.extend(of.into_iter().map(str::to_owned));
            match list {
                "measures" => measures.push(name.to_owned()),
                _ => only = false,
            }
        }
    }
    let only = only && !touched.is_whole();
    (columns, only.then_some(measures))
}

/// Tells whether a metric is made of one of the measures.
fn names_any(metric: &Semantic, measures: &[String]) -> bool {
    let Some(inputs) = metric.field("type_params")["input_measures"].as_array() else {
        return true;
    };
    let own = metric.field("type_params")["measure"]["name"].as_str();
    let mut named = inputs
        .iter()
        .filter_map(|it| it["name"].as_str())
        .chain(own)
        .peekable();
    named.peek().is_none() || named.any(|it| measures.iter().any(|own| own == it))
}

fn reached(id: &UniqueId, name: &str, resource_type: ResourceType, of: Vec<String>) -> Reached {
    Reached {
        unique_id: id.clone(),
        name: name.to_owned(),
        resource_type,
        of,
    }
}
