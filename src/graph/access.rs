//! Who may refer to a model, and whether groups exist.

use std::collections::{BTreeSet, HashMap};

use super::{Found, GraphOptions, Lookup};
use crate::diagnostics::{Code, Diagnostic, did_you_mean};
use crate::nodes::{Node, RefCall, Resources};
use crate::text::Location;

/// Checks every reference to a model that is private, or of a package that restricts access.
pub(super) fn check(resources: &Resources, options: &GraphOptions) -> Vec<Diagnostic> {
    let models = resources.nodes.values().filter_map(|node| {
        let closed = Closed::of(node, options)?;
        Some((&*node.unique_id, closed))
    });
    let closed: HashMap<&str, Closed<'_>> = models.collect();
    if closed.is_empty() {
        return Vec::new();
    }
    let lookup = Lookup::new(resources, options);
    let nodes = resources.nodes.values().map(|node| User {
        package: &node.package_name,
        group: node.group.as_deref(),
        refs: &node.refs,
        place: node.patch_location.unwrap_or(node.location),
    });
    let exposures = resources.exposures.values().map(|it| User {
        package: &it.package_name,
        group: None,
        refs: &it.refs,
        place: it.location,
    });
    let refused = |user: User<'_>| -> Vec<Diagnostic> {
        let refs = user.refs.iter();
        refs.filter_map(|call| user.refused(call, &lookup, &closed))
            .collect()
    };
    nodes.chain(exposures).flat_map(refused).collect()
}

/// Checks that the groups exist that nodes name.
pub(super) fn check_groups(resources: &Resources) -> Vec<Diagnostic> {
    let known: BTreeSet<&str> = resources.groups.values().map(|it| &*it.name).collect();
    let nodes = resources.nodes.values();
    let lost = nodes.filter_map(|node| {
        let group = node.group.as_deref()?;
        (!group.is_empty() && !known.contains(group)).then(|| unknown_group(node, group, &known))
    });
    lost.collect()
}

fn unknown_group(node: &Node, group: &str, known: &BTreeSet<&str>) -> Diagnostic {
    let kind = node.resource_type;
    let message = format!(
        "{kind} `{}` is in the group `{group}`, which is not declared",
        node.name
    );
    let help = match did_you_mean(group, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("add `- name: {group}` with an `owner` to `groups:` in a YAML file"),
    };
    Diagnostic::error(Code::UnknownGroup, message)
        .at(node.group_location.unwrap_or(node.file_or_entry()))
        .help(help)
}

/// A model that not everybody may name.
struct Closed<'a> {
    node: &'a Node,
    /// Whether it is open to its group only, which may be none.
    private: bool,
    /// Whether it is open to its package only.
    restricted: bool,
}

impl<'a> Closed<'a> {
    fn of(node: &'a Node, options: &GraphOptions) -> Option<Self> {
        let model = node.as_model()?;
        let private = model.access == "private";
        let restricted = options.restricted.contains(&node.package_name);
        let closed = private || (restricted && model.access == "protected");
        closed.then_some(Self {
            node,
            private,
            restricted,
        })
    }
}

/// Who refers.
struct User<'a> {
    package: &'a str,
    group: Option<&'a str>,
    refs: &'a [RefCall],
    place: Location,
}

impl User<'_> {
    fn refused(
        &self,
        call: &RefCall,
        lookup: &Lookup,
        closed: &HashMap<&str, Closed<'_>>,
    ) -> Option<Diagnostic> {
        let Found::One(id) = lookup.reference(&call.args, self.package) else {
            return None;
        };
        let target = closed.get(&*id)?;
        let name = &target.node.name;
        let outside = target.restricted && self.package != target.node.package_name;
        let group = target.node.group.as_deref();
        let (message, help) = match (target.private, group) {
            (_, _) if outside => (
                format!(
                    "model `{name}` is not open to other packages than `{}`",
                    target.node.package_name
                ),
                format!("set `access: public` for `{id}`, or read another model"),
            ),
            (true, Some(group)) if self.group != Some(group) => (
                format!("model `{name}` is private to the group `{group}`"),
                format!("put this reader into the group, or set `access: protected` for `{id}`"),
            ),
            (true, None) => (
                format!("model `{name}` is private, and in no group"),
                format!("put both into one group, or set `access: protected` for `{id}`"),
            ),
            _ => return None,
        };
        let mut finding = Diagnostic::error(Code::RestrictedRef, message)
            .at(call.location.unwrap_or(self.place))
            .help(help);
        if let Some(caller) = call.caller {
            finding = finding.label(caller, "called from here");
        }
        Some(finding)
    }
}
