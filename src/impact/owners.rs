//! Who answers for what is reached: groups of models, exposures, and `meta: {owner: …}`.

use std::collections::BTreeMap;

use serde::Serialize;

use super::reach::AllTouched;
use super::{ImpactInput, Reach};
use crate::nodes::{Answerer, Resource, UniqueId};

/// Somebody to ask.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ask {
    /// Name; the address where there is none.
    pub name: String,
    /// Addresses.
    pub email: Option<String>,
    /// For what.
    pub about: Vec<About>,
}

/// What somebody answers for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(into = "String")]
pub struct About {
    /// The resource.
    pub unique_id: UniqueId,
    /// As people read it: `orders (group finance)`.
    pub text: String,
}

impl From<About> for String {
    fn from(about: About) -> Self {
        about.text
    }
}

/// Lists who answers for what is reached and for what changes.
pub(super) fn owners(input: ImpactInput<'_>, all: &AllTouched, reached: &Reach) -> Vec<Ask> {
    let mut asks: BTreeMap<(String, Option<String>), Vec<About>> = BTreeMap::new();
    let mut ask = |it: Answerer, unique_id: &UniqueId, text: String| {
        let about_them = asks.entry((it.name, it.email)).or_default();
        let unique_id = unique_id.clone();
        about_them.push(About { unique_id, text });
    };
    let indices = all.keys().filter_map(|it| input.graph.index(it));
    for index in input.order.sort(indices) {
        let Some(resource) = input.resources.get(input.graph.id(index)) else {
            continue;
        };
        let name = match resource {
            Resource::Node(_) | Resource::Source(_) => resource.search_name(),
            _ => continue,
        };
        for it in input.resources.answerers(resource) {
            let about = match &it.group {
                Some(group) => format!("{name} (group {group})"),
                None => name.clone(),
            };
            ask(it, resource.unique_id(), about);
        }
    }
    for it in &reached.exposures {
        if let Some(exposure) = input.resources.exposures.get(&it.unique_id) {
            let about = format!("{} ({})", it.name, exposure.r#type);
            for it in input.resources.answerers(Resource::Exposure(exposure)) {
                ask(it, &exposure.unique_id, about.clone());
            }
        }
    }
    let asks = asks.into_iter().map(|((name, email), mut about)| {
        about.dedup();
        let email = email.filter(|it| *it != name);
        Ask { name, email, about }
    });
    asks.collect()
}
