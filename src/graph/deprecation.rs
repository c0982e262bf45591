//! Models past their `deprecation_date`, and references to models that have one.

use chrono::{DateTime, Utc};

use super::Graph;
use crate::diagnostics::{Code, Diagnostic};
use crate::nodes::{Node, Resources, same_version, version_text};

/// Finds what is deprecated `now`, and which models read what is or will be.
pub fn deprecated(resources: &Resources, graph: &Graph, now: DateTime<Utc>) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    for node in resources.nodes.values() {
        let date = node
            .as_model()
            .and_then(|it| it.deprecation_date.as_deref());
        let Some(date) = date.and_then(|it| DateTime::parse_from_rfc3339(it).ok()) else {
            continue;
        };
        let day = date.format("%Y-%m-%d").to_string();
        let past = date < now;
        if past {
            let name = node.search_name();
            let message = format!("model `{name}` has passed its deprecation date, {day}");
            let place = node.patch_location.unwrap_or(node.location);
            findings.push(
                Diagnostic::warning(Code::DeprecatedModel, message)
                    .at(place)
                    .help("disable or remove it, or correct `deprecation_date`"),
            );
        }
        let Some(at) = graph.index(&node.unique_id) else {
            continue;
        };
        let readers = graph.children_in_order(at).into_iter();
        let readers = readers.filter_map(|at| resources.nodes.get(graph.id(at)));
        let models = readers.filter(|it| it.as_model().is_some());
        findings.extend(models.map(|reader| reference(reader, node, &day, past)));
    }
    findings
}

fn reference(reader: &Node, model: &Node, day: &str, past: bool) -> Diagnostic {
    let name = model.search_name();
    let message = match past {
        true => format!("`{name}` was deprecated on {day}"),
        false => format!("`{name}` will be deprecated on {day}"),
    };
    let call = reader.refs.iter().find(|call| {
        let asked = call.args.version.as_ref().map(version_text);
        let same = asked.is_none() || asked == model.version().map(version_text);
        call.args.name == model.name && same
    });
    let place = call.and_then(|it| it.location).unwrap_or(reader.location);
    let finding = Diagnostic::warning(Code::DeprecatedRef, message).at(place);
    let latest = model.as_model().and_then(|it| it.latest_version.as_ref());
    match (model.version(), latest) {
        (Some(version), Some(latest)) if !same_version(version, latest) => finding.help(format!(
            "read the latest version: `ref('{}', '{}', v={})`",
            model.package_name,
            model.name,
            written(latest)
        )),
        _ => finding.help("read another model"),
    }
}

/// Writes a version as an argument.
fn written(version: &serde_json::Value) -> String {
    match version {
        serde_json::Value::String(text) => format!("'{text}'"),
        other => version_text(other),
    }
}
