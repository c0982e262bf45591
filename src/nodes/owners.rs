//! Who answers for a resource: its group, `meta: {owner: …}`, its configuration, an exposure's `owner`.

use serde_json::Value as Json;

use super::{Group, Owner, Resource, ResourceType, Resources};
use crate::diagnostics::Subject;

/// Somebody who answers for a resource.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Answerer {
    /// Name; the address where there is none.
    pub name: String,
    /// Addresses.
    pub email: Option<String>,
    /// The group that owns it, if that says so.
    pub group: Option<String>,
}

impl Resources {
    /// Lists who answers for a resource: its group first. For a test answers whoever answers for what it tests, unless it
    /// says otherwise.
    pub fn answerers(&self, of: Resource<'_>) -> Vec<Answerer> {
        let own = self.own_answerers(of);
        match self.tested(of) {
            Some(tested) if own.is_empty() => self.own_answerers(tested),
            _ => own,
        }
    }

    /// Finds what a test looks at.
    fn tested(&self, of: Resource<'_>) -> Option<Resource<'_>> {
        let tested = match of {
            Resource::Node(node) if node.resource_type == ResourceType::Test => {
                let attached = node.as_generic_test();
                let attached = attached.and_then(|it| it.attached_node.as_ref());
                attached.or(node.depends_on.nodes.first())?
            }
            Resource::UnitTest(test) => test.depends_on.nodes.first()?,
            _ => return None,
        };
        self.get(tested)
    }

    /// Says who answers for a resource, for findings about it; none if there is no such resource.
    pub fn subject(&self, id: &str) -> Option<Subject> {
        let of = self.get(id)?;
        let owners = self.answerers(of).into_iter();
        let group = |it| self.group_of(it).map(|it| it.name.clone());
        let tested = || self.tested(of).and_then(group);
        Some(Subject {
            node: id.to_owned(),
            owners: owners.map(|it| (it.name, it.email)).collect(),
            group: group(of).or_else(tested),
        })
    }

    /// Returns the group that a resource is in, if there is one.
    pub fn group_of(&self, of: Resource<'_>) -> Option<&Group> {
        let name = of.node()?.group.as_deref()?;
        let mut groups = self.groups.values();
        let found = groups.find(|it| it.name == name && it.package_name == of.package());
        found.map(|it| &**it)
    }

    fn own_answerers(&self, of: Resource<'_>) -> Vec<Answerer> {
        let group = self.group_of(of);
        let grouped = group.and_then(|it| {
            let group = Some(it.name.clone());
            Some(Answerer {
                group,
                ..person(&it.owner)?
            })
        });
        if let Resource::Exposure(exposure) = of {
            return person(&exposure.owner).into_iter().collect();
        }
        let metas = of.metas().into_iter().filter_map(|it| it.get("owner"));
        let mut named = metas.chain(of.config().get("owner")).map(people);
        let named = named.find(|it| !it.is_empty());
        let mut all: Vec<Answerer> = grouped.into_iter().collect();
        all.extend(named.unwrap_or_default());
        all
    }
}

fn person(owner: &Owner) -> Option<Answerer> {
    answerer(owner.name.clone(), owner.email.as_ref().and_then(text))
}

/// Reads `owner`: a name, a list of them, or a name with an address.
fn people(owner: &Json) -> Vec<Answerer> {
    let all = match owner {
        Json::Array(all) => all.iter().collect(),
        one => vec![one],
    };
    let people = all.into_iter().filter_map(|it| match it {
        Json::Object(it) => {
            let text = |key: &str| it.get(key).and_then(text);
            answerer(text("name"), text("email"))
        }
        other => answerer(text(other), None),
    });
    people.collect()
}

fn answerer(name: Option<String>, email: Option<String>) -> Option<Answerer> {
    Some(Answerer {
        name: name.or_else(|| email.clone())?,
        email,
        group: None,
    })
}

fn text(value: &Json) -> Option<String> {
    match value {
        Json::String(text) if text.trim().is_empty() => None,
        Json::String(text) => Some(text.clone()),
        Json::Array(all) => {
            let all: Vec<String> = all.iter().filter_map(text).collect();
            (!all.is_empty()).then(|| all.join(", "))
        }
        _ => None,
    }
}
