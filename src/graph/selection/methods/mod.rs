//! One file per selection method.

mod access;
mod config;
mod exposure;
mod file;
mod fqn;
mod group;
mod package;
mod path;
mod resource_type;
mod source;
mod tag;
mod test_name;
mod test_type;

use super::{Criteria, Scope};
use crate::diagnostics::{Code, Diagnostic};
use crate::graph::Index;
use crate::nodes::{Config, Exposure, Node, ResourceType, Source};

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

/// A resource that a method looks at.
#[derive(Clone, Copy)]
enum Member<'a> {
    Node(&'a Node),
    Source(&'a Source),
    Exposure(&'a Exposure),
}

impl<'a> Member<'a> {
    fn fqn(self) -> &'a [String] {
        match self {
            Self::Node(it) => &it.fqn,
            Self::Source(it) => &it.fqn,
            Self::Exposure(it) => &it.fqn,
        }
    }

    fn tags(self) -> &'a [String] {
        match self {
            Self::Node(it) => &it.tags,
            Self::Source(it) => &it.tags,
            Self::Exposure(it) => &it.tags,
        }
    }

    fn package(self) -> &'a str {
        match self {
            Self::Node(it) => &it.package_name,
            Self::Source(it) => &it.package_name,
            Self::Exposure(it) => &it.package_name,
        }
    }

    fn file(self) -> &'a str {
        match self {
            Self::Node(it) => &it.original_file_path,
            Self::Source(it) => &it.original_file_path,
            Self::Exposure(it) => &it.original_file_path,
        }
    }

    fn config(self) -> &'a Config {
        match self {
            Self::Node(it) => &it.config,
            Self::Source(it) => &it.config,
            Self::Exposure(it) => &it.config,
        }
    }

    fn resource_type(self) -> ResourceType {
        match self {
            Self::Node(it) => it.resource_type,
            Self::Source(_) => ResourceType::Source,
            Self::Exposure(_) => ResourceType::Exposure,
        }
    }

    fn node(self) -> Option<&'a Node> {
        match self {
            Self::Node(it) => Some(it),
            _ => None,
        }
    }
}

/// Picks the members that `keep` allows.
fn filter<'a>(scope: &Scope<'a>, keep: impl Fn(Member<'a>) -> bool) -> Vec<Index> {
    let resources = scope.resources;
    let found = scope.graph.indices().filter(|at| {
        let id = scope.graph.id(*at);
        let node = resources.nodes.get(id).map(|it| Member::Node(it));
        let source = || resources.sources.get(id).map(|it| Member::Source(it));
        let exposure = || resources.exposures.get(id).map(|it| Member::Exposure(it));
        node.or_else(source).or_else(exposure).is_some_and(&keep)
    });
    found.collect()
}

fn invalid(criteria: &Criteria, expected: &str) -> Diagnostic {
    let message = format!(
        "`{}` is not a value for `{}:`",
        criteria.value, criteria.method
    );
    Diagnostic::error(Code::InvalidSelector, message).help(format!("expected {expected}"))
}
