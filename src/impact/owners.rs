//! Who answers for what is reached: groups of models, exposures, and `meta: {owner: …}`.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value as Json;

use super::reach::AllTouched;
use super::{ImpactInput, Reach};
use crate::nodes::{Dict, Owner, Resource};

/// Somebody to ask.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ask {
    /// Name; the address where there is none.
    pub name: String,
    /// Addresses.
    pub email: Option<String>,
    /// For what: `orders (group finance)`.
    pub about: Vec<String>,
}

/// Lists who answers for what is reached and for what changes.
pub(super) fn owners(input: ImpactInput<'_>, all: &AllTouched, reached: &Reach) -> Vec<Ask> {
    let mut asks: BTreeMap<(String, Option<String>), Vec<String>> = BTreeMap::new();
    let mut ask = |name: Option<String>, email: Option<String>, about: String| {
        if let Some(name) = name.or_else(|| email.clone()) {
            asks.entry((name, email)).or_default().push(about);
        }
    };
    let indices = all.keys().filter_map(|it| input.graph.index(it));
    for index in input.order.sort(indices) {
        let Some(resource) = input.resources.get(input.graph.id(index)) else {
            continue;
        };
        let (name, group, metas) = match resource {
            Resource::Node(it) => (it.search_name(), it.group.as_deref(), vec![&it.meta]),
            Resource::Source(it) => {
                let name = format!("{}.{}", it.source_name, it.name);
                (name, None, vec![&it.meta, &it.source_meta])
            }
            _ => continue,
        };
        let groups = input.resources.groups.values();
        let mut groups = groups.filter(|it| Some(it.name.as_str()) == group);
        if let Some(group) = groups.find(|it| it.package_name == resource.package()) {
            let (person, email) = owner(&group.owner);
            ask(person, email, format!("{name} (group {})", group.name));
        }
        let named = metas.into_iter().find_map(in_meta);
        for (person, email) in named.unwrap_or_default() {
            ask(person, email, name.clone());
        }
    }
    for it in &reached.exposures {
        if let Some(exposure) = input.resources.exposures.get(&it.unique_id) {
            let (person, email) = owner(&exposure.owner);
            ask(person, email, format!("{} ({})", it.name, exposure.r#type));
        }
    }
    let asks = asks.into_iter().map(|((name, email), mut about)| {
        about.dedup();
        let email = email.filter(|it| *it != name);
        Ask { name, email, about }
    });
    asks.collect()
}

type Person = (Option<String>, Option<String>);

fn owner(of: &Owner) -> Person {
    (of.name.clone(), of.email.as_ref().and_then(text))
}

/// Reads `owner` of a `meta`: a name, a list of them, or a name with an address.
fn in_meta(meta: &Dict) -> Option<Vec<Person>> {
    let own = meta.get("owner")?;
    let all = match own {
        Json::Array(all) => all.iter().collect(),
        one => vec![one],
    };
    let people = all.into_iter().map(|it| match it {
        Json::Object(it) => {
            let text = |key: &str| it.get(key).and_then(text);
            (text("name"), text("email"))
        }
        other => (text(other), None),
    });
    Some(people.collect())
}

fn text(value: &Json) -> Option<String> {
    match value {
        Json::String(text) if text.is_empty() => None,
        Json::String(text) => Some(text.clone()),
        Json::Array(all) => {
            let all: Vec<String> = all.iter().filter_map(text).collect();
            (!all.is_empty()).then(|| all.join(", "))
        }
        _ => None,
    }
}
