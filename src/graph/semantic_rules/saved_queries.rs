//! Saved queries group and order by what there is.

use std::collections::HashSet;

use super::filters::{element_name, parsed, read};
use super::{Layer, text, wrong};
use crate::diagnostics::{Diagnostic, did_you_mean};
use crate::jinja::context::QueryItem;
use crate::nodes::Semantic;

pub(super) fn check(layer: &Layer<'_>, findings: &mut Vec<Diagnostic>) {
    let lists = ["dimensions", "entities"];
    let elements = layer.models.iter().flat_map(|it| {
        let names = lists.map(|list| it.objects(list).map(|(_, it)| text(it, "name")));
        names.into_iter().flatten()
    });
    let metrics = layer.metrics.iter().map(|it| it.name.as_str());
    let known: HashSet<&str> = elements.chain(metrics).chain(["metric_time"]).collect();
    let custom = layer.custom_granularities();
    for it in &layer.queries {
        let limit = it.field("query_params")["limit"].as_i64();
        if let Some(limit) = limit.filter(|it| *it < 0) {
            let message = format!("the limit {limit} is less than nothing");
            findings.push(wrong(
                it.place("/query_params/limit"),
                message,
                "write a number from 0 on",
            ));
        }
        let before = findings.len();
        let groups = group_by(it, &known, &custom, findings);
        // As in dbt, what is wrong with the groups is told first.
        if findings.len() == before {
            order_by(it, &groups, findings);
        }
    }
}

fn items<'a>(it: &'a Semantic, key: &str) -> Vec<&'a str> {
    let items = it.field("query_params")[key].as_array();
    items
        .into_iter()
        .flatten()
        .filter_map(|it| it.as_str())
        .collect()
}

fn group_by(
    it: &Semantic,
    known: &HashSet<&str>,
    custom: &[&str],
    findings: &mut Vec<Diagnostic>,
) -> Vec<QueryItem> {
    let mut groups = Vec::new();
    for (at, item) in items(it, "group_by").into_iter().enumerate() {
        let place = it.place(&format!("/query_params/group_by/{at}"));
        let Some(found) = read(&format!("{{{{ {item} }}}}"), place, false, findings) else {
            continue;
        };
        if let Some(Err(message)) = found
            .iter()
            .map(|it| parsed(it, custom))
            .find(Result::is_err)
        {
            findings.push(wrong(place, message, HELP));
            continue;
        }
        match &found[..] {
            [one] if known.contains(element_name(&one.name, custom)) => groups.push(one.clone()),
            [one] => {
                let name = element_name(&one.name, custom);
                let message = format!("`{name}` is not a dimension, entity or metric to group by");
                let near = did_you_mean(name, known.iter().copied());
                let help = near.map(|near| format!("did you mean `{near}`?"));
                findings.push(wrong(place, message, help.as_deref().unwrap_or(HELP)));
            }
            _ => {
                let message = format!("`{item}` is not one thing to group by");
                findings.push(wrong(place, message, HELP));
            }
        }
    }
    groups
}

const HELP: &str = "write one of `Dimension('entity__dimension')`, `TimeDimension('metric_time', 'day')`, \
                    `Entity('entity')`";

fn order_by(it: &Semantic, groups: &[QueryItem], findings: &mut Vec<Diagnostic>) {
    let metrics = items(it, "metrics");
    for (at, item) in items(it, "order_by").into_iter().enumerate() {
        let place = it.place(&format!("/query_params/order_by/{at}"));
        let Some(found) = read(&format!("{{{{ {item} }}}}"), place, true, findings) else {
            continue;
        };
        let listed = match &found[..] {
            [one] => {
                let plain = QueryItem {
                    descending: false,
                    ..one.clone()
                };
                groups.contains(&plain)
                    || (one.kind == "Metric" && metrics.contains(&one.name.as_str()))
            }
            _ => false,
        };
        if !listed {
            let message = format!("`{item}` is neither among the metrics nor among the groups");
            let help = "write `Metric('name')`, or an entry of `group_by`, with `.descending(True)` if \
                        you like";
            findings.push(wrong(place, message, help));
        }
    }
}
