//! What `incident` prints: what was touched, what is held, and what is to be done.

use serde_json::{Value, json};

use super::grid::grid;
use super::python_json;
use crate::execute::{Incident, IncidentStep, Version};
use crate::incident::{Contact, Trace};
use crate::pipeline::{Incidental, Planned};

/// How many letters of a time are shown.
const TIME: usize = "2026-11-29 06:00:12".len();

/// Writes what there is to say.
pub(super) fn text(found: &Incidental, as_json: bool) -> String {
    if as_json {
        return python_json::pretty(&object(found));
    }
    match found {
        Incidental::Listed(incidents) => listed(incidents),
        Incidental::Shown(incident, name, steps) => shown(incident, name, steps),
        Incidental::Traced(trace) => traced(trace),
        Incidental::Contained(incident, _, held) => contained(&incident.id, held),
        Incidental::Planned(incident, _, plan, is_done) => planned(incident, plan, *is_done),
    }
}

fn listed(incidents: &[(Incident, String)]) -> String {
    if incidents.is_empty() {
        return "There are no incidents.".to_owned();
    }
    let head = ["incident", "state", "opened at", "of", "reason"].map(str::to_owned);
    let rows = incidents.iter().map(|(it, name)| {
        let of = of(it, name);
        vec![
            it.id.clone(),
            it.state.clone(),
            time(&it.opened_at),
            of,
            it.reason.clone(),
        ]
    });
    grid(&[head.to_vec()].into_iter().chain(rows).collect::<Vec<_>>())
}

fn of(incident: &Incident, name: &str) -> String {
    match &incident.column {
        Some(column) => format!("{name}.{column}"),
        None => name.to_owned(),
    }
}

fn shown(incident: &Incident, name: &str, steps: &[IncidentStep]) -> String {
    let head = format!(
        "{} of {}, {}: {}",
        incident.id,
        of(incident, name),
        incident.state,
        incident.reason
    );
    let rows = steps.iter().map(|it| {
        vec![
            time(&it.at),
            it.by.clone(),
            it.step.clone(),
            it.subject.clone(),
            it.detail.clone(),
        ]
    });
    format!("{head}\n{}", grid(&rows.collect::<Vec<_>>()))
}

fn traced(trace: &Trace) -> String {
    let what = match &trace.column {
        Some(column) => format!("{}.{column}", trace.start.name),
        None => trace.start.name.clone(),
    };
    let what = match &trace.condition {
        Some(condition) => format!("{what} where {condition}"),
        None => what,
    };
    let mut parts = vec![format!(
        "{what} has reached {} of what is built of it",
        count(trace.reached.len(), "node")
    )];
    let head = [
        "",
        "versions",
        "since",
        "last good",
        "columns",
        "rows",
        "keys",
    ]
    .map(str::to_owned);
    let rows = trace.all().map(row);
    parts.push(grid(
        &[head.to_vec()].into_iter().chain(rows).collect::<Vec<_>>(),
    ));
    if !trace.exposures.is_empty() {
        parts.push(format!(
            "exposures  {}",
            names(trace.exposures.iter().map(|it| it.0.clone()))
        ));
    }
    let owners = trace.owners.iter().map(|it| match &it.email {
        Some(email) => format!("{} <{email}>", it.name),
        None => it.name.clone(),
    });
    let owners = names(owners);
    if !owners.is_empty() {
        parts.push(format!("owners     {owners}"));
    }
    parts.join("\n")
}

fn row(contact: &Contact) -> Vec<String> {
    let first = contact.versions.first();
    let numbers = match (first, contact.versions.last()) {
        (Some(first), Some(last)) if first.number != last.number => {
            format!("{} to {}", first.number, last.number)
        }
        (Some(first), _) => first.number.to_string(),
        (None, _) if !contact.has_rows => "by what it reads".to_owned(),
        (None, _) => "not listed".to_owned(),
    };
    let columns = match (&contact.perhaps, contact.columns.is_empty()) {
        (Some(why), _) => format!("perhaps: {why}"),
        (None, true) => "all".to_owned(),
        (None, false) => contact.columns.join(", "),
    };
    let found = contact.found.as_ref();
    let keys = found.map_or(String::new(), |it| match (&it.key, it.keys.is_empty()) {
        (Some(key), false) => format!("{key}: {}", it.keys.join(", ")),
        _ => String::new(),
    });
    vec![
        contact.name.clone(),
        numbers,
        first.map_or(String::new(), |it| time(&it.published_at)),
        contact.last_good.as_ref().map_or("-".to_owned(), good),
        columns,
        found.map_or(String::new(), |it| it.rows.to_string()),
        keys,
    ]
}

fn good(version: &Version) -> String {
    let kept = if version.kept_as.is_some() {
        ""
    } else {
        " (not kept)"
    };
    format!("{}{kept}", version.number)
}

fn contained(id: &str, held: &[String]) -> String {
    let mut lines = vec![format!("incident {id}")];
    lines.extend(held.iter().map(|it| format!("  {it}")));
    lines.push(format!(
        "`dsql incident repair {id}` shows what is to be done"
    ));
    lines.join("\n")
}

fn planned(incident: &Incident, plan: &[Planned], is_done: bool) -> String {
    let state = if is_done { "repaired" } else { &incident.state };
    let head = format!("incident {}, {state}: {}", incident.id, incident.reason);
    let rows = plan
        .iter()
        .zip(1..)
        .map(|(it, number)| vec![number.to_string(), it.what.to_owned(), it.detail.clone()]);
    let end = match (is_done, incident.state.as_str()) {
        (true, _) => "It is repaired.".to_owned(),
        (false, "repaired") => "It is repaired already.".to_owned(),
        (false, _) => format!(
            "`dsql incident repair {} --yes` carries it out",
            incident.id
        ),
    };
    format!("{head}\n{}\n{end}", grid(&rows.collect::<Vec<_>>()))
}

fn time(text: &str) -> String {
    text.chars().take(TIME).collect()
}

fn count(count: usize, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        count => format!("{count} {what}s"),
    }
}

fn names(names: impl Iterator<Item = String>) -> String {
    names.collect::<Vec<_>>().join(", ")
}

fn object(found: &Incidental) -> Value {
    match found {
        Incidental::Listed(incidents) => incidents.iter().map(|(it, _)| of_incident(it)).collect(),
        Incidental::Shown(incident, _, steps) => {
            let mut object = of_incident(incident);
            object["steps"] = steps.iter().map(step).collect();
            object
        }
        Incidental::Traced(trace) => json!({
            "column": trace.column,
            "where": trace.condition,
            "reached": trace.all().map(contact).collect::<Vec<_>>(),
            "exposures": trace.exposures.iter().map(|it| &it.0).collect::<Vec<_>>(),
            "owners": trace.owners,
        }),
        Incidental::Contained(incident, _, held) => {
            json!({"incident": incident.id, "contained": held})
        }
        Incidental::Planned(incident, _, plan, is_done) => json!({
            "incident": of_incident(incident),
            "plan": plan.iter().map(|it| json!({"what": it.what, "detail": it.detail})).collect::<Vec<_>>(),
            "is_done": is_done,
        }),
    }
}

fn of_incident(it: &Incident) -> Value {
    json!({
        "incident_id": it.id,
        "opened_at": it.opened_at,
        "opened_by": it.opened_by,
        "node": it.node,
        "column": it.column,
        "where": it.condition,
        "since": it.since,
        "reason": it.reason,
        "state": it.state,
        "closed_at": it.closed_at,
    })
}

fn step(it: &IncidentStep) -> Value {
    json!({"at": it.at, "by": it.by, "step": it.step, "subject": it.subject, "detail": it.detail})
}

fn contact(it: &Contact) -> Value {
    let versions = it
        .versions
        .iter()
        .map(|it| json!({"version": it.number, "published_at": it.published_at, "run": it.run}));
    json!({
        "node": it.id,
        "name": it.name,
        "columns": it.columns,
        "perhaps": it.perhaps,
        "versions": versions.collect::<Vec<_>>(),
        "last_good": it.last_good.as_ref().map(|it| it.number),
        "is_listed": it.is_listed,
        "rows": it.found.as_ref().map(|it| it.rows),
        "key": it.found.as_ref().and_then(|it| it.key.clone()),
        "keys": it.found.as_ref().map(|it| it.keys.clone()),
    })
}
