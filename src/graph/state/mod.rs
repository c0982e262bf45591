//! How a project differs from an earlier state of it.
//!
//! In: the resources as they stand in a manifest, and an earlier manifest. Out: for each resource
//! and each aspect, whether it is the same. Both sides have the shape of the file, so that what
//! a file cannot tell apart is no difference. One file per kind of resource.

mod config;
mod contract;
mod equal;
mod macros;
mod node;
mod others;

use std::cell::RefCell;
use std::collections::HashSet;

use chrono::{DateTime, Utc};
use serde_json::Value as Json;

use crate::artifacts::previous::PreviousManifest;
use crate::diagnostics::Diagnostic;
use crate::nodes::{Resource, ResourceType, Resources};

/// What is compared, and how.
#[derive(Debug, Clone, Copy)]
pub struct Rules {
    /// Flag `state_modified_compare_more_unrendered_values`: places of sources as written.
    pub unrendered_places: bool,
    /// Types of constraints that the database enforces.
    pub enforced_constraints: &'static [&'static str],
    /// The time: what is past its deprecation may go.
    pub now: DateTime<Utc>,
}

/// A project beside an earlier state of it.
#[derive(Debug)]
pub struct Comparison<'a> {
    resources: &'a Resources,
    previous: &'a PreviousManifest,
    rules: Rules,
    modified_macros: HashSet<&'a str>,
    findings: RefCell<Vec<Diagnostic>>,
}

/// A resource on both sides, as it stands in the manifest.
struct Pair<'a> {
    resource: Resource<'a>,
    new: Json,
    old: &'a Json,
}

impl<'a> Comparison<'a> {
    /// Sets the two sides beside each other.
    pub fn new(resources: &'a Resources, previous: &'a PreviousManifest, rules: Rules) -> Self {
        Self {
            resources,
            previous,
            rules,
            modified_macros: macros::modified(resources, previous),
            findings: RefCell::default(),
        }
    }

    /// Takes what was found on the way: contracts that are broken.
    pub fn into_findings(self) -> Vec<Diagnostic> {
        self.findings.into_inner()
    }

    /// Tells whether a resource was there before.
    pub fn is_old(&self, resource: Resource<'_>) -> bool {
        self.previous.get(resource.unique_id()).is_some()
    }

    /// `modified`: anything that counts. dbt takes sources, exposures and the semantic layer for
    /// unmodified where they are new.
    pub fn is_modified(&self, resource: Resource<'_>) -> bool {
        let Some(pair) = self.pair(resource) else {
            let counts = matches!(resource, Resource::Node(_) | Resource::UnitTest(_));
            return counts || self.macros_modified(resource);
        };
        let same = match resource {
            Resource::Node(_) => {
                self.findings.borrow_mut().extend(node::large_seed(&pair));
                // A broken contract is told in any case.
                let same_contract = self.same_contract(&pair);
                node::same(&pair) && same_contract
            }
            Resource::Source(_) => others::same_source(&pair, self.rules),
            Resource::UnitTest(_) => pair.same(&["checksum"]),
            Resource::Exposure(_) => others::same_exposure(&pair),
            Resource::Semantic(_) => others::same_semantic(&pair),
        };
        !same || self.macros_modified(resource)
    }

    /// `modified.body`: the template, or a seed's file.
    pub fn body_modified(&self, resource: Resource<'_>) -> bool {
        let it = matches!(resource, Resource::Node(_));
        it && self.pair(resource).is_none_or(|pair| {
            self.findings.borrow_mut().extend(node::large_seed(&pair));
            !node::same_body(&pair)
        })
    }

    /// `modified.configs`: the configuration as written.
    pub fn configs_modified(&self, resource: Resource<'_>) -> bool {
        let it = !matches!(resource, Resource::UnitTest(_));
        it && self.pair(resource).is_none_or(|pair| !config::same(&pair))
    }

    /// `modified.persisted_descriptions`: descriptions that go to the database.
    pub fn descriptions_modified(&self, resource: Resource<'_>) -> bool {
        let it = matches!(resource, Resource::Node(_));
        it && self
            .pair(resource)
            .is_none_or(|pair| !node::same_persisted_description(&pair))
    }

    /// `modified.relation`: database, schema and alias as written.
    pub fn relation_modified(&self, resource: Resource<'_>) -> bool {
        match resource {
            Resource::Node(_) => self
                .pair(resource)
                .is_none_or(|pair| !node::same_place(&pair)),
            Resource::Source(_) => self
                .pair(resource)
                .is_none_or(|pair| !others::same_source_place(&pair, self.rules)),
            _ => false,
        }
    }

    /// `modified.macros`: a macro that it calls, however far away.
    pub fn macros_modified(&self, resource: Resource<'_>) -> bool {
        macros::reaches_modified(self.resources, resource, &self.modified_macros)
    }

    /// `modified.contract`: promised columns.
    pub fn contract_modified(&self, resource: Resource<'_>) -> bool {
        let it = matches!(resource, Resource::Node(_));
        it && self
            .pair(resource)
            .is_none_or(|pair| !self.same_contract(&pair))
    }

    /// Finds models with an enforced contract that are gone.
    pub fn look_for_removed(&self) {
        let found = contract::removed(self.resources, self.previous, self.rules);
        self.findings.borrow_mut().extend(found);
    }

    fn same_contract(&self, pair: &Pair<'_>) -> bool {
        if pair.resource.resource_type() != ResourceType::Model {
            return true;
        }
        let (same, broken) = contract::compare(pair, self.rules);
        self.findings.borrow_mut().extend(broken);
        same
    }

    fn pair<'b>(&'b self, resource: Resource<'b>) -> Option<Pair<'b>> {
        let old = self.previous.get(resource.unique_id())?;
        Some(Pair {
            resource,
            new: resource.to_json(),
            old,
        })
    }
}

impl Pair<'_> {
    /// Tells whether the values of all keys are the same.
    fn same(&self, keys: &[&str]) -> bool {
        let value = |side: &Json, key: &str| side.get(key).cloned().unwrap_or_default();
        let mut keys = keys.iter();
        keys.all(|key| equal::equal(&value(&self.new, key), &value(self.old, key)))
    }
}
