//! Incidents, and what was done in each.

use std::fmt::Display;

use super::facts::{Incident, IncidentStep, Report};
use super::figures::{counted, time};
use super::markup::Markup;
use super::page::{missing, section as write_section};
use super::states::State;

/// How many steps of a kind are listed one by one.
const STEPS: usize = 6;

/// Writes the section.
pub(super) fn section(markup: &mut Markup, report: &Report) {
    write_section(markup, ("incidents", "Incidents"), |it| {
        if report.incidents.is_empty() {
            let how = "Bad data that somebody has used is one: `dsql incident trace NODE` finds what it has reached.";
            return missing(it, "No incident was opened.", how);
        }
        report.incidents.iter().for_each(|own| incident(it, own));
    });
}

/// Tells how an incident stands.
pub(super) fn state(own: &Incident) -> State {
    match own.state.as_str() {
        "repaired" => State::Well,
        "contained" => State::Warned,
        _ => State::Failed,
    }
}

fn incident(markup: &mut Markup, own: &Incident) {
    let class = format!("card {}", state(own).class());
    markup.put("article", &[("class", &class)], |it| {
        it.put("h3", &[], |it| {
            it.text(format!("{} ", own.incident_id));
            it.name(&own.subject);
        });
        it.put("p", &[], |it| {
            let class = format!("state {}", state(own).class());
            it.leaf("span", &[("class", &class)], &own.state);
            it.text(format!(": {}", own.reason));
        });
        it.put("p", &[("class", &"about")], |it| {
            it.text(format!("Opened {} UTC", time(own.opened_at)));
            if !own.opened_by.is_empty() {
                it.text(format!(" by {}", own.opened_by));
            }
            if let Some(at) = own.closed_at {
                it.text(format!(", closed {} UTC", time(at)));
            }
            it.text(".");
        });
        steps(it, &own.steps);
    });
}

/// Lists what was done; steps of a kind that follow each other are told together.
fn steps(markup: &mut Markup, steps: &[IncidentStep]) {
    if steps.is_empty() {
        return;
    }
    markup.put("ol", &[("class", &"steps")], |it| {
        for chunk in steps.chunk_by(|one, other| one.step == other.step) {
            let Some(first) = chunk.first() else { continue };
            it.put("li", &[], |it| {
                let at = time(first.at);
                let attributes: [(&str, &dyn Display); 1] = [("datetime", &at)];
                it.leaf("time", &attributes, &at);
                it.text(" ");
                it.leaf("strong", &[], &first.step);
                it.text(format!(" {}", subjects(chunk)));
                if !first.done_by.is_empty() {
                    let by = format!(" by {}", first.done_by);
                    it.leaf("span", &[("class", &"more")], by);
                }
            });
        }
    });
}

fn subjects(steps: &[IncidentStep]) -> String {
    let named = steps.iter().map(|it| it.subject.as_str());
    let named: Vec<&str> = named.filter(|it| !it.is_empty()).collect();
    let shown = named.iter().take(STEPS).copied().collect::<Vec<_>>();
    match named.len().checked_sub(STEPS).filter(|it| *it > 0) {
        Some(more) => format!("{} and {}", shown.join(", "), counted(more, "more node")),
        None => shown.join(", "),
    }
}
