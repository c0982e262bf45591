//! A rule of the business that stands in several models.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::content::model;
use super::found::{Finding, Home};
use super::layers::{Layer, Layers};
use super::origin::origin;
use super::{CheckInput, place_of};
use crate::diagnostics::{Code, Diagnostic};
use crate::lineage::Content;
use crate::nodes::{Node, UniqueId};
use crate::sql::{Fact, FactKind};

/// How many places are shown.
const MOST: usize = 4;

/// Lists the places where rules stand.
pub(super) fn homes(input: &CheckInput<'_>, layers: &Layers<'_>) -> Vec<Home> {
    let models: Vec<(&UniqueId, &Content)> = input.lineage.content.iter().collect();
    let found = models.into_par_iter().flat_map_iter(|(id, content)| {
        let node = model(input, id);
        let facts = content.facts.iter().filter(move |_| node.is_some());
        facts.filter_map(move |fact| {
            let term = fact.term.as_ref().filter(|_| fact.is_rule)?;
            let term = term.written(&|read, name| {
                let id = read.and_then(|it| content.reads.get(it)?.as_ref());
                let found = id.map(|id| origin(&input.lineage.nodes, id, name));
                let written = found.map(|it| format!("{}.{}", it.node, it.name.to_lowercase()));
                written.unwrap_or_else(|| name.to_owned())
            });
            Some(home(node?, layers.layer(id), fact, term))
        })
    });
    found.collect()
}

fn home(node: &Node, layer: Option<Layer>, fact: &Fact, term: String) -> Home {
    let kind = match fact.kind {
        FactKind::Category => "the same categories",
        FactKind::Formula => "the same formula",
        _ => "the same filter",
    };
    Home {
        term,
        node: node.unique_id.clone(),
        layer,
        name: node.name.clone(),
        kind: kind.to_owned(),
        text: fact.text.clone(),
        place: place_of(node, fact.place),
        subject: None,
    }
}

/// Finds rules that stand in several models, one of which at least is wanted.
pub(super) fn find(all: &[Home], is_wanted: &dyn Fn(&UniqueId) -> bool) -> Vec<Finding> {
    let mut homes: BTreeMap<&str, Vec<&Home>> = BTreeMap::new();
    for home in all {
        let known = homes.entry(home.term.as_str()).or_default();
        // Versions of a model share what they do.
        if !known.iter().any(|it| it.name == home.name) {
            known.push(home);
        }
    }
    let told = homes
        .into_values()
        .filter(|homes| homes.len() > 1 && homes.iter().any(|it| is_wanted(&it.node)));
    told.filter_map(|it| finding(&it)).collect()
}

fn finding(homes: &[&Home]) -> Option<Finding> {
    let first = homes.first()?;
    let (kind, text) = (&first.kind, &first.text);
    let message = match homes {
        [one, other] => format!("{kind} in `{}` and `{}`: `{text}`", one.name, other.name),
        _ => format!("{kind} in {} models: `{text}`", homes.len()),
    };
    let mut diagnostic = Diagnostic::warning(Code::RepeatedRule, message);
    diagnostic.subject.clone_from(&first.subject);
    for home in homes.iter().take(MOST) {
        let label = format!("in `{}`", home.name);
        diagnostic = diagnostic.label(home.place, label);
    }
    if homes.len() > MOST {
        let others = homes.iter().skip(MOST).map(|it| format!("`{}`", it.name));
        let others: Vec<String> = others.collect();
        diagnostic = diagnostic.note(format!("also in {}", others.join(", ")));
    }
    let help = "write it in one model that both read, as a column, or in a macro: two copies become two rules";
    let mut finding = Finding::with(&first.node, diagnostic.help(help));
    finding.layer = first.layer;
    Some(finding)
}
