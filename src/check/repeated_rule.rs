//! A rule of the business that stands in several models.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::content::model;
use super::origin::origin;
use super::{CheckInput, Finding, Wanted, place_of};
use crate::diagnostics::{Code, Diagnostic};
use crate::lineage::Content;
use crate::nodes::{Node, UniqueId};
use crate::sql::{Fact, FactKind};

/// How many places are shown.
const MOST: usize = 4;

/// A place where a rule stands.
struct Home<'a> {
    node: &'a Node,
    fact: &'a Fact,
}

pub(super) fn find(input: &CheckInput<'_>, is_wanted: Wanted<'_>) -> Vec<Finding> {
    let models: Vec<(&UniqueId, &Content)> = input.lineage.content.iter().collect();
    let found = models.into_par_iter().flat_map_iter(|(id, content)| {
        let node = model(input, id);
        let facts = content.facts.iter().filter(move |_| node.is_some());
        facts.filter_map(move |fact| {
            let term = fact.term.as_ref().filter(|_| fact.is_rule)?;
            let text = term.written(&|read, name| {
                let id = read.and_then(|it| content.reads.get(it)?.as_ref());
                let found = id.map(|id| origin(input.lineage, id, name));
                let written = found.map(|it| format!("{}.{}", it.node, it.name.to_lowercase()));
                written.unwrap_or_else(|| name.to_owned())
            });
            Some((text, Home { node: node?, fact }))
        })
    });
    let mut homes: BTreeMap<String, Vec<Home<'_>>> = BTreeMap::new();
    let found: Vec<(String, Home<'_>)> = found.collect();
    for (text, home) in found {
        let known = homes.entry(text).or_default();
        // Versions of a model share what they do.
        if !known.iter().any(|it| it.node.name == home.node.name) {
            known.push(home);
        }
    }
    let told = homes
        .into_values()
        .filter(|homes| homes.len() > 1 && homes.iter().any(|it| is_wanted(&it.node.unique_id)));
    told.map(finding).collect()
}

fn finding(homes: Vec<Home<'_>>) -> Finding {
    let kind = match homes[0].fact.kind {
        FactKind::Category => "the same categories",
        FactKind::Formula => "the same formula",
        _ => "the same filter",
    };
    let message = match homes.as_slice() {
        [one, other] => format!(
            "{kind} in `{}` and `{}`: `{}`",
            one.node.name, other.node.name, one.fact.text
        ),
        [one, ..] => format!("{kind} in {} models: `{}`", homes.len(), one.fact.text),
        [] => String::new(),
    };
    let mut diagnostic = Diagnostic::warning(Code::RepeatedRule, message);
    for home in homes.iter().take(MOST) {
        let label = format!("in `{}`", home.node.name);
        diagnostic = diagnostic.label(place_of(home.node, home.fact.place), label);
    }
    if homes.len() > MOST {
        let others = homes
            .iter()
            .skip(MOST)
            .map(|it| format!("`{}`", it.node.name));
        let others: Vec<String> = others.collect();
        diagnostic = diagnostic.note(format!("also in {}", others.join(", ")));
    }
    let help = "write it in one model that both read, as a column, or in a macro: two copies become two rules";
    Finding::of(homes[0].node, diagnostic.help(help))
}
