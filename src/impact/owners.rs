//! Who answers for what is reached: groups of models, exposures, and `meta: {owner: …}`.

use std::collections::BTreeMap;

use serde::Serialize;

use super::reach::AllTouched;
use super::{ImpactInput, Reach};
use crate::nodes::{Answerer, Resource};

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
    let mut ask = |it: Answerer, about: String| {
        let about_them = asks.entry((it.name, it.email)).or_default();
        about_them.push(about);
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
            ask(it, about);
        }
    }
    for it in &reached.exposures {
        if let Some(exposure) = input.resources.exposures.get(&it.unique_id) {
            let about = format!("{} ({})", it.name, exposure.r#type);
            for it in input.resources.answerers(Resource::Exposure(exposure)) {
                ask(it, about.clone());
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
