//! Unit tests → the models that they test.

use std::sync::Arc;

use indexmap::IndexMap;
use serde_json::Value;

use super::{Found, GraphOptions, Lookup};
use crate::diagnostics::{Code, Diagnostic, did_you_mean};
use crate::nodes::{
    InputTarget, Node, RefArgs, Resources, UniqueId, UnitTest, compare_versions, same_version,
    version_text,
};

/// Fills `depends_on.nodes` of every enabled unit test. One whose model is disabled is disabled.
pub(super) fn resolve(resources: &mut Resources, options: &GraphOptions) -> Vec<Diagnostic> {
    if resources.unit_tests.is_empty() {
        return Vec::new();
    }
    let lookup = Lookup::new(resources, options);
    let mut diagnostics = Vec::new();
    let mut kept = IndexMap::with_capacity(resources.unit_tests.len());
    // dbt puts the tests of versions behind all others.
    let mut versioned = IndexMap::new();
    for (id, mut unit_test) in std::mem::take(&mut resources.unit_tests) {
        let it = Arc::make_mut(&mut unit_test);
        match tested(it, &lookup, resources) {
            Ok(Some(model)) => {
                it.schema = Some(model.schema.clone());
                diagnostics.extend(check(it, model));
                if model.version().is_none() {
                    attach(it, model, &lookup);
                    kept.insert(id, unit_test);
                    continue;
                }
                let versions = tested_versions(it, model, resources);
                if versions.is_empty() {
                    diagnostics.push(no_version(it, model, resources));
                }
                for (version, model) in versions {
                    let mut test = it.clone();
                    test.unique_id = format!("{id}_v{}", version_text(version)).into();
                    test.version = Some(version.clone());
                    attach(&mut test, model, &lookup);
                    versioned.insert(test.unique_id.clone(), Arc::new(test));
                }
            }
            Ok(None) => {
                it.config
                    .set_values_mut()
                    .insert("enabled".to_owned(), false.into());
                resources.disabled_unit_tests.insert(id, unit_test);
            }
            Err(finding) => diagnostics.push(*finding),
        }
    }
    kept.extend(versioned);
    resources.unit_tests = kept;
    diagnostics
}

fn attach(test: &mut UnitTest, model: &Node, lookup: &Lookup) {
    test.depends_on.nodes = vec![model.unique_id.clone()];
    for input in &mut test.given {
        input.node = input_node(&input.target, model, lookup);
    }
}

/// Lists all versions of a model.
fn versions_of<'a>(
    model: &'a Node,
    resources: &'a Resources,
) -> impl Iterator<Item = (&'a Value, &'a Node)> {
    let nodes = resources.nodes.values().map(|node| &**node);
    let same = nodes.filter(|it| it.name == model.name && it.package_name == model.package_name);
    same.filter_map(|node| Some((node.version()?, node)))
}

/// Lists the versions of a model that a test is for.
fn tested_versions<'a>(
    test: &UnitTest,
    model: &'a Node,
    resources: &'a Resources,
) -> Vec<(&'a Value, &'a Node)> {
    let all = versions_of(model, resources);
    let Some(chosen) = &test.versions else {
        return all.collect();
    };
    let list = |key: &str| {
        chosen
            .get(key)
            .and_then(Value::as_array)
            .filter(|it| !it.is_empty())
    };
    let (list, wanted) = match (list("exclude"), list("include")) {
        (Some(exclude), _) => (exclude, false),
        (None, Some(include)) => (include, true),
        (None, None) => return Vec::new(),
    };
    let named = |version: &Value| list.iter().any(|it| same_version(it, version));
    all.filter(|(version, _)| named(version) == wanted)
        .collect()
}

fn no_version(test: &UnitTest, model: &Node, resources: &Resources) -> Diagnostic {
    let message = format!(
        "Unit test '{}' referenced a version of '{}' which was not found.",
        test.name, model.name
    );
    let mut there: Vec<_> = versions_of(model, resources).map(|it| it.0).collect();
    there.sort_by(|one, other| compare_versions(one, other));
    let there: Vec<_> = there.into_iter().map(Value::to_string).collect();
    let help = format!(
        "list versions that are there under `include:`: {}",
        there.join(", ")
    );
    invalid(message, test, &help)
}

/// Finds the tested model in the unit test's own package; none where it is disabled.
fn tested<'a>(
    test: &UnitTest,
    lookup: &Lookup,
    resources: &'a Resources,
) -> Result<Option<&'a Node>, Box<Diagnostic>> {
    let mut words = test.model.split_whitespace();
    let args = RefArgs {
        name: words.next().unwrap_or_default().to_owned(),
        package: Some(test.package_name.clone()),
        version: words.next().map(Value::from),
    };
    let found: UniqueId = match lookup.reference(&args, &test.package_name) {
        Found::One(id) => id,
        Found::Disabled(_) => return Ok(None),
        Found::Missing | Found::Ambiguous(_) => {
            return Err(Box::new(missing(test, &args.name, lookup)));
        }
    };
    let node = resources.nodes.get(&found).map(|node| &**node);
    let model = node.filter(|node| node.as_model().is_some());
    model.map(Some).ok_or_else(|| {
        let message = format!(
            "the unit test `{}` is for `{}`, which is no model",
            test.name, test.model
        );
        let help = "unit tests test models: name the model that reads it";
        Box::new(invalid(message, test, help))
    })
}

fn input_node(target: &InputTarget, model: &Node, lookup: &Lookup) -> Option<UniqueId> {
    let package = &model.package_name;
    let found = match target {
        InputTarget::This => return Some(model.unique_id.clone()),
        InputTarget::Reference(args) => lookup.reference(args, package),
        InputTarget::Source(source, table) => lookup.source(source, table, package),
        InputTarget::Unknown => Found::Missing,
    };
    match found {
        Found::One(id) => Some(id),
        _ => None,
    }
}

fn missing(test: &UnitTest, name: &str, lookup: &Lookup) -> Diagnostic {
    let message = format!(
        "Unable to find model '{}.{}' for unit test '{}' in {}",
        test.package_name, test.model, test.name, test.original_file_path
    );
    let near = did_you_mean(name, lookup.node_names());
    let help = near.map_or_else(
        || format!("name a model of package `{}`", test.package_name),
        |near| format!("did you mean `{near}`?"),
    );
    Diagnostic::error(Code::UnresolvedRef, message)
        .at(test.model_location)
        .help(help)
}

/// Says what a unit test of an incremental model lacks, and which versions make no sense.
fn check(test: &UnitTest, model: &Node) -> Option<Diagnostic> {
    const ASKED: &str = "macro.dbt.is_incremental";
    let (name, macros) = (&test.name, &model.depends_on.macros);
    let overridden = test.overrides.as_ref();
    let overridden = overridden.and_then(|it| it.macros.get("is_incremental"));
    let overridden = overridden.and_then(Value::as_bool);
    if macros.iter().any(|it| &**it == ASKED) {
        let Some(incremental) = overridden else {
            let message = format!(
                "Boolean override for 'is_incremental' must be provided for unit test '{name}' in \
                 model '{}'",
                model.name
            );
            let help = "add `overrides: {macros: {is_incremental: true}}`, or `false`";
            return Some(invalid(message, test, help));
        };
        let this = test.given.iter().any(|it| it.target == InputTarget::This);
        if incremental && !this {
            let message = format!(
                "Unit test '{name}' for incremental model '{}' must have a 'this' input",
                model.name
            );
            let help = "add an entry `input: this` with the rows that are there before the run";
            return Some(invalid(message, test, help));
        }
    }
    let versioned = model.version().is_some();
    let asks = |versions: &crate::nodes::Dict| versions.values().any(|it| !it.is_null());
    if !versioned && test.versions.as_ref().is_some_and(asks) {
        let message = format!(
            "Unit test '{name}' should not have a versions include or exclude when referencing \
             non-versioned model '{}'",
            model.name
        );
        return Some(invalid(message, test, "remove `versions:`"));
    }
    None
}

fn invalid(message: String, test: &UnitTest, help: &str) -> Diagnostic {
    Diagnostic::error(Code::InvalidUnitTest, message)
        .at(test.model_location)
        .help(help)
}
