//! One file per selection method.

mod access;
mod config;
mod exposure;
mod file;
mod fqn;
mod group;
mod metric;
mod package;
mod path;
mod resource_type;
mod result;
mod saved_query;
mod semantic_model;
mod source;
mod source_status;
mod state;
mod tag;
mod test_name;
mod test_type;
mod unit_test;
mod version;

use std::collections::BTreeSet;

use super::wildcard::matches;
use super::{Criteria, Scope};
use crate::diagnostics::{Code, Diagnostic, did_you_mean};
use crate::graph::Index;
use crate::nodes::{Resource, ResourceType};

type Search = fn(&Scope<'_>, &Criteria) -> Result<Vec<Index>, Diagnostic>;

const METHODS: &[(&str, Search)] = &[
    ("fqn", fqn::search),
    ("tag", tag::search),
    ("group", group::search),
    ("access", access::search),
    ("source", source::search),
    ("path", path::search),
    ("file", file::search),
    ("package", package::search),
    ("config", config::search),
    ("test_name", test_name::search),
    ("test_type", test_type::search),
    ("resource_type", resource_type::search),
    ("exposure", exposure::search),
    ("metric", metric::search),
    ("semantic_model", semantic_model::search),
    ("saved_query", saved_query::search),
    ("unit_test", unit_test::search),
    ("version", version::search),
    ("state", state::search),
    ("result", result::search),
    ("source_status", source_status::search),
];

/// Lists the names of all methods.
pub fn names() -> impl Iterator<Item = &'static str> {
    METHODS.iter().map(|(name, _)| *name)
}

/// Finds what a criterion picks, before `+` and `@`.
pub(super) fn search(scope: &Scope<'_>, criteria: &Criteria) -> Result<Vec<Index>, Diagnostic> {
    let method = METHODS.iter().find(|(name, _)| *name == criteria.method);
    method.map_or_else(|| Ok(Vec::new()), |(_, search)| search(scope, criteria))
}

/// Lists the values that a method finds something for, where they are names.
pub(super) fn values<'a>(scope: &Scope<'a>, method: &str) -> BTreeSet<&'a str> {
    let all = scope.graph.indices();
    let all = all.filter_map(|at| scope.resources.get(scope.graph.id(at)));
    let of = |kind: ResourceType| move |it: &Resource<'_>| it.resource_type() == kind;
    match method {
        "fqn" => all.map(Resource::name).collect(),
        "tag" => {
            let tags = |it: Resource<'a>| it.node().map(|node| node.tags.as_slice());
            let tags = all.filter_map(tags).flatten();
            tags.map(String::as_str).collect()
        }
        "package" => all.map(Resource::package).collect(),
        "source" => {
            let names = all.filter_map(|it| match it {
                Resource::Source(source) => Some(source.source_name.as_str()),
                _ => None,
            });
            names.collect()
        }
        "exposure" => all
            .filter(of(ResourceType::Exposure))
            .map(Resource::name)
            .collect(),
        "metric" => all
            .filter(of(ResourceType::Metric))
            .map(Resource::name)
            .collect(),
        "unit_test" => all
            .filter(of(ResourceType::UnitTest))
            .map(Resource::name)
            .collect(),
        _ => BTreeSet::new(),
    }
}

/// Picks the resources that `keep` allows.
fn filter<'a>(scope: &Scope<'a>, keep: impl Fn(Resource<'a>) -> bool) -> Vec<Index> {
    let resource = |at: &Index| scope.resources.get(scope.graph.id(*at));
    let found = scope.graph.indices();
    found.filter(|at| resource(at).is_some_and(&keep)).collect()
}

/// Picks resources of a kind by `name` or `package.name`.
fn named(
    scope: &Scope<'_>,
    criteria: &Criteria,
    kind: ResourceType,
) -> Result<Vec<Index>, Diagnostic> {
    let parts: Vec<&str> = criteria.value.split('.').collect();
    let (package, name) = match parts[..] {
        [name] => ("*", name),
        [package, name] => (package, name),
        _ => {
            let expected = format!("`{kind}_name` or `package.{kind}_name`");
            return Err(invalid(criteria, &expected));
        }
    };
    Ok(filter(scope, |it| {
        it.resource_type() == kind && matches(package, it.package()) && matches(name, it.name())
    }))
}

/// Refuses a value that is none of those known, with the closest of them.
fn unknown(criteria: &Criteria, known: &[&str]) -> Diagnostic {
    let finding = invalid(criteria, &format!("one of {}", known.join(", ")));
    match did_you_mean(&criteria.value, known.iter().copied()) {
        Some(near) => finding.help(format!("did you mean `{}:{near}`?", criteria.method)),
        None => finding,
    }
}

fn invalid(criteria: &Criteria, expected: &str) -> Diagnostic {
    let message = format!(
        "`{}` is not a value for `{}:`",
        criteria.value, criteria.method
    );
    Diagnostic::error(Code::InvalidSelector, message).help(format!("expected {expected}"))
}

/// Says that a file of an earlier run is needed.
fn missing(scope: &Scope<'_>, criteria: &Criteria, file: &str) -> Diagnostic {
    let raw = &criteria.raw;
    let Some(earlier) = scope.earlier else {
        let message = format!("`{raw}` compares with an earlier run, and nothing says with which");
        return Diagnostic::error(Code::MissingState, message).help(format!(
            "add `--state FOLDER` (or set DBT_STATE), where the {file} of that run is"
        ));
    };
    let folder = &earlier.state.folder;
    let message = format!("`{raw}` needs the {file} of an earlier run, and `{folder}` has none");
    let there = match earlier.state.is_there {
        true => format!("copy {file} of that run there, or name another folder with `--state`"),
        false => "there is no such folder: name another with `--state`".to_owned(),
    };
    Diagnostic::error(Code::MissingState, message).help(there)
}
