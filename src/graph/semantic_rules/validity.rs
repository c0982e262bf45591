//! Dimensions that tell from when to when a row holds.

use super::{Layer, entities, text, wrong};
use crate::diagnostics::Diagnostic;
use crate::nodes::Semantic;

const BOTH: &str = "mark one dimension of time with `validity_params: {is_start: true}` and another with \
                    `{is_end: true}`";

pub(super) fn check(layer: &Layer<'_>, findings: &mut Vec<Diagnostic>) {
    for it in &layer.models {
        model(it, findings);
    }
}

fn model(it: &Semantic, findings: &mut Vec<Diagnostic>) {
    let params = "type_params/validity_params";
    let windowed: Vec<_> = it
        .objects("dimensions")
        .filter(|(_, it)| !it["type_params"]["validity_params"].is_null())
        .collect();
    let Some((first, _)) = windowed.first() else {
        return;
    };
    let at = it.place(&format!("{first}/{params}"));
    let marked = |key: &str| {
        let on = |(_, it): &&(String, &serde_json::Value)| {
            it["type_params"]["validity_params"][key] == true
        };
        windowed.iter().filter(on).count()
    };
    let name = &it.name;
    if windowed.len() == 1 && marked("is_start") == 1 && marked("is_end") == 1 {
        let message = format!("in the semantic model `{name}`, one dimension is start and end");
        let help = format!("{BOTH}; `expr:` can add the length of a day to the same column");
        findings.push(wrong(at, message, &help));
    } else if windowed.len() != 2 {
        let message = format!(
            "the semantic model `{name}` has {} with validity_params, not two",
            match windowed.len() {
                1 => "one dimension".to_owned(),
                count => format!("{count} dimensions"),
            }
        );
        findings.push(wrong(at, message, BOTH));
    } else if marked("is_start") != 1 || marked("is_end") != 1 {
        let message =
            format!("the semantic model `{name}` needs one start and one end of validity");
        findings.push(wrong(at, message, BOTH));
    }
    if entities::of_type(it, "natural").is_empty() {
        let message =
            format!("the semantic model `{name}` has validity_params, and no natural entity");
        let help = "set `type: natural` on the entity that identifies a row at each time";
        findings.push(wrong(at, message, help));
    }
    let keys = ["primary", "unique"]
        .map(|kind| entities::of_type(it, kind))
        .concat();
    if let Some((entity, place)) = keys.first() {
        let message = format!("the entity `{entity}` is a key of rows that hold for a time only");
        let finding = wrong(*place, message, "set `type: natural` or `foreign`");
        findings.push(finding.label(at, "the time"));
    }
    if let Some((pointer, measure)) = it.objects("measures").next() {
        let message = format!(
            "the measure `{}` is taken from rows that hold for a time, which dbt does not support",
            text(measure, "name")
        );
        let place = it.place(&format!("{pointer}/name"));
        let help = "remove the measures or the `validity_params`";
        findings.push(wrong(place, message, help).label(at, "the time"));
    }
}
