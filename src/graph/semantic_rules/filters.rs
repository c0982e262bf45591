//! Conditions can be read, and ask for units of time that exist.

use serde_json::Value as Json;

use super::{GRAINS, Layer, odd, wrong};
use crate::diagnostics::{Code, Diagnostic};
use crate::jinja::context::{QueryError, QueryItem, query_items};
use crate::nodes::Semantic;
use crate::text::Location;

pub(super) fn check(layer: &Layer<'_>, findings: &mut Vec<Diagnostic>) {
    let custom = layer.custom_granularities();
    for it in &layer.metrics {
        let params = it.field("type_params");
        filter(it, it.field("filter"), "/filter", &custom, findings);
        for key in ["measure", "numerator", "denominator"] {
            let pointer = format!("/type_params/{key}/filter");
            filter(it, &params[key]["filter"], &pointer, &custom, findings);
        }
        let metrics = params["metrics"].as_array();
        for (at, metric) in metrics.into_iter().flatten().enumerate() {
            let pointer = format!("/type_params/metrics/{at}/filter");
            filter(it, &metric["filter"], &pointer, &custom, findings);
        }
    }
    for it in &layer.queries {
        let condition = &it.field("query_params")["where"];
        filter(it, condition, "/query_params/where", &custom, findings);
    }
}

/// Reads the conditions of one key.
fn filter(
    it: &Semantic,
    filter: &Json,
    pointer: &str,
    custom: &[&str],
    findings: &mut Vec<Diagnostic>,
) {
    let conditions = filter["where_filters"].as_array();
    for (at, condition) in conditions.into_iter().flatten().enumerate() {
        let place = it.place(&format!("{pointer}/{at}"));
        let sql = condition["where_sql_template"].as_str().unwrap_or_default();
        let Some(items) = read(sql, place, false, findings) else {
            continue;
        };
        for item in items {
            if let Err(message) = parsed(&item, custom) {
                findings.push(wrong(place, message, HELP));
                continue;
            }
            let grain = item.grain.as_deref().map(str::to_lowercase);
            if let Some(grain) = grain
                && !GRAINS.contains(&grain.as_str())
                && !custom.contains(&grain.as_str())
            {
                let message = format!("`{grain}` is not a unit of time");
                let known = GRAINS.iter().chain(custom).copied().collect::<Vec<_>>();
                let help = format!("one of {}", known.join(", "));
                findings.push(odd(place, message, &help));
            }
        }
    }
}

const HELP: &str = "name a dimension as `{{ Dimension('entity__dimension') }}`, a time as \
                    `{{ TimeDimension('metric_time', 'day') }}`";

/// Finds what a text asks for; what is wrong with it is told.
pub(super) fn read(
    template: &str,
    at: Location,
    order_by: bool,
    findings: &mut Vec<Diagnostic>,
) -> Option<Vec<QueryItem>> {
    match query_items(template, at, order_by) {
        Ok(items) => Some(items),
        Err(error) => {
            findings.push(match *error {
                QueryError::Template(error) => {
                    let finding = error.into_diagnostic();
                    let mut finding = Diagnostic {
                        code: Code::InvalidSemantics,
                        ..finding
                    };
                    finding.help.get_or_insert_with(|| HELP.to_owned());
                    match finding.labels.is_empty() {
                        true => finding.at(at),
                        false => finding,
                    }
                }
                QueryError::Unknown(name) => {
                    let message =
                        format!("`{name}` is not defined in a filter of the semantic layer");
                    wrong(at, message, HELP)
                }
            });
            None
        }
    }
}

/// Checks the form of a name; `Err` says what is wrong with it.
pub(super) fn parsed(item: &QueryItem, custom: &[&str]) -> Result<(), String> {
    let parts: Vec<&str> = item.name.split("__").collect();
    let is_time = item.kind == "TimeDimension"
        || (item.kind == "Dimension" && (item.grain.is_some() || item.date_part.is_some()));
    let last = parts.last().copied().unwrap_or_default();
    let suffix = parts.len() > 1 && (GRAINS.contains(&last) || (is_time && custom.contains(&last)));
    let element = element_name(&item.name, custom);
    let links = parts.len() - 1 - usize::from(suffix);
    match item.kind {
        "Metric" if item.group_by.is_empty() => Err(format!(
            "the metric `{}` in a filter does not say what it is grouped by",
            item.name
        )),
        "Metric" => Ok(()),
        "Entity" if suffix => Err(format!(
            "the entity `{}` has a unit of time behind it",
            item.name
        )),
        "Entity" => Ok(()),
        _ if links != 1 && element != "metric_time" => Err(format!(
            "`{}` does not have the form `<entity>__<dimension>`",
            item.name
        )),
        _ => match &item.grain {
            Some(grain) if is_time && suffix && grain != last => Err(format!(
                "`{}` has another unit of time than `{grain}`",
                item.name
            )),
            _ => Ok(()),
        },
    }
}

/// Returns the name of the dimension, entity or metric itself.
pub(super) fn element_name<'a>(name: &'a str, custom: &[&str]) -> &'a str {
    let parts: Vec<&str> = name.split("__").collect();
    match parts[..] {
        [.., element, last] if GRAINS.contains(&last) || custom.contains(&last) => element,
        [.., last] => last,
        [] => name,
    }
}
