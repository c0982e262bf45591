//! What `alerts` prints: what is open, and what has become of messages.

use serde_json::json;

use super::python_json;
use crate::alerts::{Message, Subject};
use crate::pipeline::Alerted;

/// Writes alerts.
pub(super) fn text(alerted: &Alerted, as_json: bool) -> String {
    match (alerted, as_json) {
        (Alerted::Listed(subjects, messages), true) => {
            python_json::pretty(&json!({"open": subjects, "messages": messages}))
        }
        (Alerted::Listed(subjects, messages), false) => listed(subjects, messages),
        (Alerted::Tried(route), true) => {
            python_json::pretty(&json!({"route": route, "sent": true}))
        }
        (Alerted::Tried(route), false) => format!("The route {route} works: it has taken a test."),
    }
}

fn listed(subjects: &[Subject], messages: &[Message]) -> String {
    let mut lines = vec![match subjects.len() {
        0 => "Nothing is open.".to_owned(),
        1 => "1 is open:".to_owned(),
        many => format!("{many} are open:"),
    }];
    for it in subjects {
        let runs = match it.occurrences {
            1 => "1 run".to_owned(),
            many => format!("{many} runs"),
        };
        let (since, kind) = (minute(&it.since), &it.kind);
        lines.push(format!(
            "  {:<5} {kind} {}  since {since}, {runs}",
            it.severity, it.name
        ));
    }
    if !messages.is_empty() {
        lines.push("\nLast messages:".to_owned());
    }
    for it in messages {
        let what = match it.status.as_str() {
            "waiting" => waiting(it),
            "given_up" => format!("given up: {}", it.last_error.as_deref().unwrap_or_default()),
            _ => format!("sent {}", minute(it.sent_at.as_deref().unwrap_or_default())),
        };
        lines.push(format!("  {}  {}  {what}", it.route, it.title));
    }
    lines.join("\n")
}

fn waiting(it: &Message) -> String {
    let next = minute(&it.next_attempt_at);
    match &it.last_error {
        None => format!("waits until {next}"),
        Some(reason) if it.attempts == 1 => format!("waits until {next}, tried once: {reason}"),
        Some(reason) => format!("waits until {next}, tried {} times: {reason}", it.attempts),
    }
}

fn minute(at: &str) -> &str {
    at.get(..16).unwrap_or(at)
}
