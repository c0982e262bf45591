//! A model whose name does not say its layer.

use super::Finding;
use super::governed::Governed;
use super::layers::{Layer, PREFIXES};
use crate::diagnostics::Code;
use crate::nodes::Node;

pub(super) fn find(of: &Governed<'_>) -> Vec<Finding> {
    let told = of.models.iter().filter_map(|model| {
        let layer = of.layers.layer(&model.unique_id)?;
        let (message, help) = misnamed(of, model, layer)?;
        Some(of.of(Code::LayerName, model, message, help))
    });
    told.collect()
}

fn misnamed(of: &Governed<'_>, model: &Node, layer: Layer) -> Option<(String, String)> {
    let name = model.name.as_str();
    let settings = of.input.settings.layer(layer);
    let patterns = settings.map(|it| it.names.as_slice()).unwrap_or_default();
    if !patterns.is_empty() {
        let fits = patterns.iter().any(|(it, _)| matches(it, name));
        let listed: Vec<String> = patterns.iter().map(|it| format!("`{}`", it.0)).collect();
        let message = format!("`{name}` is not called as models of {layer} are");
        return (!fits).then(|| (message, format!("they are called {}", listed.join(" or "))));
    }
    let own = PREFIXES.into_iter().find(|(it, _)| *it == layer)?.1;
    let has = |prefixes: &[&str]| prefixes.iter().any(|it| name.starts_with(it));
    if layer != Layer::Consume {
        let message = format!("`{name}` is in {layer}, and is not called so");
        let help = format!("call it `{}…`", own.first()?);
        return (!has(own)).then_some((message, help));
    }
    let other = PREFIXES
        .into_iter()
        .find(|(it, names)| *it != layer && has(names));
    let (other, _) = other?;
    let message = format!("`{name}` is in {layer}, and is called as if it were in {other}");
    Some((
        message,
        "call it by what it is, without the prefix".to_owned(),
    ))
}

/// Matches a name with a pattern in which `*` stands for anything.
fn matches(pattern: &str, name: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else {
        return pattern == name;
    };
    let Some(mut name) = name.strip_prefix(first) else {
        return false;
    };
    loop {
        if matches(rest, name) {
            return true;
        }
        let mut letters = name.chars();
        if letters.next().is_none() {
            return false;
        }
        name = letters.as_str();
    }
}
