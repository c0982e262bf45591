//! Metrics of each type have parameters that go together.

use super::{Layer, named, names, odd, text, windows, wrong};
use crate::diagnostics::{Code, Diagnostic};
use crate::nodes::Semantic;

pub(super) fn check(layer: &Layer<'_>, findings: &mut Vec<Diagnostic>) {
    let custom = layer.custom_granularities();
    for it in &layer.metrics {
        nested(layer, it, findings);
        match it.field("type").as_str() {
            Some("cumulative") => cumulative(it, &custom, findings),
            Some("conversion") => conversion(layer, it, &custom, findings),
            Some("derived") => derived(it, findings),
            _ => {}
        }
        offsets(it, &custom, findings);
    }
}

/// Old places of parameters, which the flag `require_nested_cumulative_type_params` refuses.
fn nested(layer: &Layer<'_>, it: &Semantic, findings: &mut Vec<Diagnostic>) {
    for key in ["window", "grain_to_date"] {
        if !it.field("type_params")[key].is_null() {
            let message =
                format!("`{key}` of a cumulative metric stands below `cumulative_type_params`");
            let help = format!("write `cumulative_type_params: {{{key}: …}}`");
            let at = it.place(&format!("/type_params/{key}"));
            findings.push(match layer.options.nested_cumulative_params {
                true => wrong(at, message, &help),
                false => Diagnostic::warning(Code::DeprecatedKey, message)
                    .at(at)
                    .help(help),
            });
        }
    }
}

fn cumulative(it: &Semantic, custom: &[&str], findings: &mut Vec<Diagnostic>) {
    let params = it.field("type_params");
    let inner = &params["cumulative_type_params"];
    let place = |key: &str| {
        let deep = format!("/type_params/cumulative_type_params/{key}");
        match it.places.contains_key(&deep) {
            true => it.place(&deep),
            false => it.place(&format!("/type_params/{key}")),
        }
    };
    let (old, window) = (&params["window"], &inner["window"]);
    if !old.is_null() && !window.is_null() && old != window {
        let message = format!("the metric `{}` has two windows that differ", it.name);
        let finding = wrong(it.place("/type_params/window"), message, "remove this one");
        findings.push(finding.label(place("window"), "the other one"));
    }
    let grain = &inner["grain_to_date"];
    windows::standard(grain, place("grain_to_date"), findings);
    if !window.is_null() && !grain.is_null() {
        let message = format!("the metric `{}` has a window and a grain_to_date", it.name);
        let finding = wrong(place("grain_to_date"), message, "remove one of them");
        findings.push(finding.label(place("window"), "the window"));
    }
    windows::check(window, place("window"), custom, false, findings);
}

fn derived(it: &Semantic, findings: &mut Vec<Diagnostic>) {
    let params = it.field("type_params");
    let metrics: Vec<_> = params["metrics"].as_array().into_iter().flatten().collect();
    let expr = text(params, "expr");
    if expr.is_empty() {
        let message = format!("the derived metric `{}` has no `expr`", it.name);
        let help = "add `expr:` with all of its metrics, such as `expr: revenue - cost`";
        findings.push(odd(it.place("/type_params"), message, help));
    }
    let used: Vec<&str> = metrics.iter().map(|it| text(it, "name")).collect();
    for (at, metric) in metrics.iter().enumerate() {
        let (name, alias) = (text(metric, "name"), text(metric, "alias"));
        let place = |key: &str| it.place(&format!("/type_params/metrics/{at}/{key}"));
        if !alias.is_empty() {
            names::valid(alias, place("alias"), findings);
            if used.contains(&alias) {
                let message = format!("`{alias}` is the name of another metric of `{}`", it.name);
                findings.push(wrong(place("alias"), message, "choose another alias"));
            }
        }
        let shown = if alias.is_empty() { name } else { alias };
        if !expr.is_empty() && !expr.contains(shown) {
            let message = format!("`expr` of the metric `{}` does not use `{shown}`", it.name);
            let help = "use it in `expr`, or remove it from `metrics`";
            findings.push(odd(place("name"), message, help));
        }
    }
}

/// What moves the metrics that a metric is derived from in time.
fn offsets(it: &Semantic, custom: &[&str], findings: &mut Vec<Diagnostic>) {
    let metrics = it.field("type_params")["metrics"].as_array();
    for (at, metric) in metrics.into_iter().flatten().enumerate() {
        let place = |key: &str| it.place(&format!("/type_params/metrics/{at}/{key}"));
        let (window, grain) = (&metric["offset_window"], &metric["offset_to_grain"]);
        windows::check(window, place("offset_window"), custom, true, findings);
        windows::standard(grain, place("offset_to_grain"), findings);
        if !window.is_null() && !grain.is_null() {
            let message = format!(
                "the metric `{}` moves `{}` by offset_window and by offset_to_grain",
                it.name,
                text(metric, "name")
            );
            let finding = wrong(place("offset_to_grain"), message, "remove one of them");
            findings.push(finding.label(place("offset_window"), "the window"));
        }
    }
}

fn conversion(layer: &Layer<'_>, it: &Semantic, custom: &[&str], findings: &mut Vec<Diagnostic>) {
    let params = &it.field("type_params")["conversion_type_params"];
    let place = |key: &str| it.place(&format!("/type_params/conversion_type_params/{key}"));
    windows::check(&params["window"], place("window"), custom, false, findings);
    let entity = text(params, "entity");
    let properties = params["constant_properties"].as_array();
    for (which, property) in [
        ("base_measure", "base_property"),
        ("conversion_measure", "conversion_property"),
    ] {
        let input = &params[which];
        let name = text(input, "name");
        let mut models = layer.models.iter();
        // A measure that does not exist is told already.
        let Some(model) = models.find(|it| named(it, "measures", name).is_some()) else {
            continue;
        };
        if named(model, "entities", entity).is_none() {
            let message = format!(
                "`{entity}` is not an entity of the semantic model `{}` of the measure `{name}`",
                model.name
            );
            findings.push(wrong(
                place("entity"),
                message,
                "name an entity that both have",
            ));
        }
        let measure = named(model, "measures", name).unwrap_or_default();
        let (agg, expr) = (text(measure, "agg"), text(measure, "expr"));
        if !matches!((agg, expr), ("count" | "count_distinct", _) | ("sum", "1")) {
            let message =
                format!("the measure `{name}` of a conversion must count, and is a {agg}");
            let help =
                "take a measure with `agg: count` or `count_distinct`, or `agg: sum` and `expr: 1`";
            findings.push(wrong(place(which), message, help));
        }
        if which == "conversion_measure" && !input["filter"].is_null() {
            let message =
                format!("the filter of the measure `{name}` does not count fully in conversions");
            let help = "put the filter into the semantic model";
            findings.push(odd(place("conversion_measure/filter"), message, help));
        }
        for (at, both) in properties.into_iter().flatten().enumerate() {
            let wanted = text(both, property);
            let known = ["entities", "dimensions"].map(|list| named(model, list, wanted));
            if known.iter().all(Option::is_none) {
                let message = format!(
                    "`{wanted}` is neither a dimension nor an entity of the semantic model `{}`",
                    model.name
                );
                let at = place(&format!("constant_properties/{at}/{property}"));
                findings.push(wrong(at, message, "name one that it has"));
            }
        }
    }
}
