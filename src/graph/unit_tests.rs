//! Unit tests → the models that they test.

use std::sync::Arc;

use indexmap::IndexMap;

use super::{Found, GraphOptions, Lookup};
use crate::diagnostics::{Code, Diagnostic, did_you_mean};
use crate::nodes::{InputTarget, Node, RefArgs, Resources, UniqueId, UnitTest};

/// Fills `depends_on.nodes` of every enabled unit test. One whose model is disabled is disabled.
pub(super) fn resolve(resources: &mut Resources, options: &GraphOptions) -> Vec<Diagnostic> {
    if resources.unit_tests.is_empty() {
        return Vec::new();
    }
    let lookup = Lookup::new(resources, options);
    let mut diagnostics = Vec::new();
    let mut kept = IndexMap::with_capacity(resources.unit_tests.len());
    for (id, mut unit_test) in std::mem::take(&mut resources.unit_tests) {
        let it = Arc::make_mut(&mut unit_test);
        match tested(it, &lookup, resources) {
            Ok(Some(model)) => {
                it.depends_on.nodes = vec![model.unique_id.clone()];
                for input in &mut it.given {
                    input.node = input_node(&input.target, model, &lookup);
                }
                it.schema = Some(model.schema.clone());
                diagnostics.extend(check(it, model));
                kept.insert(id, unit_test);
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
    resources.unit_tests = kept;
    diagnostics
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
        version: words.next().map(serde_json::Value::from),
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
    let overridden = overridden.and_then(serde_json::Value::as_bool);
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
    let versioned = model.as_model().is_some_and(|it| it.version.is_some());
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
