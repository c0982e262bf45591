//! What is found, before anybody has said how bad it is.

use std::collections::{BTreeSet, HashSet};

use borsh::{BorshDeserialize, BorshSerialize};

use super::layers::Layer;
use super::{CheckInput, Wanted};
use crate::diagnostics::{Code, Diagnostic, Subject};
use crate::nodes::{Node, ResourceType, UniqueId};
use crate::text::{FileId, Location};

/// All that is found. What is found of some nodes can be put in place of what was found of them before.
#[derive(Debug, Default, BorshSerialize, BorshDeserialize)]
pub struct Found {
    /// What is wrong with nodes.
    pub(super) findings: Vec<Finding>,
    /// Where rules of the business stand.
    pub(super) homes: Vec<Home>,
    /// What is wrong with `dsql.yml`.
    pub(super) of_settings: Vec<Diagnostic>,
    /// Files whose comments are all looked at.
    pub(super) files: BTreeSet<FileId>,
    /// The layers that there are.
    pub layers: BTreeSet<Layer>,
}

/// Something that is wrong with a node.
#[derive(Debug, BorshSerialize, BorshDeserialize)]
pub(super) struct Finding {
    pub(super) node: Option<UniqueId>,
    pub(super) layer: Option<Layer>,
    pub(super) diagnostic: Diagnostic,
    /// What it is about, where the text that it points at does not tell it from others of its kind.
    pub(super) subject: Option<String>,
}

/// A place where a rule of the business stands.
#[derive(Debug, BorshSerialize, BorshDeserialize)]
pub struct Home {
    /// What it says, the same wherever it stands.
    pub(super) term: String,
    pub(super) node: UniqueId,
    pub(super) layer: Option<Layer>,
    /// The name of the node.
    pub(super) name: String,
    /// What the rule makes.
    pub(super) kind: String,
    /// Its SQL.
    pub(super) text: String,
    pub(super) place: Location,
    /// Who answers for the node.
    pub(super) subject: Option<Box<Subject>>,
}

/// Rules whose findings hang on what reads a node, and not on what it reads.
pub(super) const OF_READERS: [Code; 1] = [Code::UnusedModel];

impl Finding {
    pub(super) fn of(node: &Node, diagnostic: Diagnostic) -> Self {
        Self::with(&node.unique_id, diagnostic)
    }

    pub(super) fn with(id: &UniqueId, diagnostic: Diagnostic) -> Self {
        Self {
            node: Some(id.clone()),
            layer: None,
            diagnostic,
            subject: None,
        }
    }

    pub(super) fn about(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }
}

impl Found {
    /// Tells whether there is a finding of a rule.
    pub fn has(&self, code: Code) -> bool {
        self.findings.iter().any(|it| it.diagnostic.code == code)
    }

    /// Tells whether anything points into one of these files that is not of one of these nodes.
    pub fn points_into(&self, files: &HashSet<FileId>, but_of: &HashSet<UniqueId>) -> bool {
        let findings = self.findings.iter();
        let others = findings.filter(|it| it.node.as_ref().is_none_or(|it| !but_of.contains(it)));
        let mut places = others
            .flat_map(|it| &it.diagnostic.labels)
            .chain(self.of_settings.iter().flat_map(|it| &it.labels));
        places.any(|it| files.contains(&it.location.file))
    }

    /// Puts what is found of some nodes in place of what was found of them.
    pub fn renew(&mut self, nodes: &HashSet<UniqueId>, found: Self) {
        let is_of_readers = |it: &Finding| OF_READERS.contains(&it.diagnostic.code);
        let is_old = |it: &Finding| it.node.as_ref().is_some_and(|it| nodes.contains(it));
        self.findings.retain(|it| is_of_readers(it) || !is_old(it));
        let mut findings = found.findings;
        findings.retain(|it| !is_of_readers(it));
        self.findings.extend(findings);
        self.homes.retain(|it| !nodes.contains(&it.node));
        self.homes.extend(found.homes);
        self.homes.sort_by(|one, other| one.node.cmp(&other.node));
    }
}

/// Lists the files whose comments are all looked at: those of wanted nodes, and where everything is wanted, those of
/// properties.
pub(super) fn files(input: &CheckInput<'_>, is_wanted: Wanted<'_>) -> BTreeSet<FileId> {
    let resources = input.resources;
    let root = input.root_package;
    let nodes = resources.nodes.values();
    let own = nodes.filter(|it| it.package_name == root);
    let wanted = own
        .clone()
        .filter(|it| it.resource_type == ResourceType::Model && is_wanted(&it.unique_id));
    let mut files: BTreeSet<_> = wanted.map(|it| it.location.file).collect();
    if input.is_whole {
        files.extend(own.filter_map(|it| Some(it.patch_location?.file)));
        let exposures = resources.exposures.values();
        files.extend(
            exposures
                .filter(|it| it.package_name == root)
                .map(|it| it.location.file),
        );
        let sources = resources.sources.values();
        files.extend(
            sources
                .filter(|it| it.package_name == root)
                .map(|it| it.location.file),
        );
    }
    files
}
