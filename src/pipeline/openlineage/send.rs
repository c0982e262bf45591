//! Events that wait, to where they go: each once into a file, and at least once to an address.

use std::collections::HashSet;
use std::path::Path;
use std::time::Duration;

use super::super::{Ready, Surroundings};
use super::outbox::{Outbox, Waiting};
use super::settings::{Place, Settings};
use crate::artifacts::openlineage::identity;
use crate::invocation::Rehearsal;
use crate::system::{Handed, System};

/// How long one event may take. The first that takes longer ends it: the others wait.
const PATIENCE: Duration = Duration::from_secs(1);
/// How long all may take that are sent after a run.
const IN_ALL: Duration = Duration::from_secs(10);
/// Answers that say that an event is no use as it is.
const REFUSED: [u16; 3] = [400, 413, 422];

/// Sends what waits; says why the rest goes on waiting.
pub(super) fn send(
    outbox: &Outbox,
    settings: &Settings,
    ready: &Ready,
    around: &Surroundings,
) -> Result<(), String> {
    let system = &*around.system;
    if let Ok(Some(rehearsal)) = Rehearsal::of(system) {
        return to_file(outbox, &rehearsal.sent_lineage(), system);
    }
    match &settings.place {
        Place::File(path) => {
            let path = ready.project.root().root.join(path);
            to_file(outbox, &path, system)
        }
        Place::Url(url, key) => {
            let mut headers = vec![("Content-Type".to_owned(), "application/json".to_owned())];
            if let Some(variable) = key {
                let key = system.env(variable);
                let key = key.ok_or_else(|| format!("the variable {variable} is not set"))?;
                headers.push(("Authorization".to_owned(), format!("Bearer {key}")));
            }
            to_url(outbox, (url, &headers), system)
        }
    }
}

fn to_file(outbox: &Outbox, path: &Path, system: &dyn System) -> Result<(), String> {
    for waiting in outbox.waiting() {
        let done = match waiting.may_be_sent && system.is_file(path) {
            false => system.append(path, text(&waiting.lines).as_bytes()),
            true => add_missing(&waiting, path, system),
        };
        let done = done.and_then(|()| outbox.keep(&waiting, &[]));
        done.map_err(|error| error.to_string())?;
    }
    // Runs whose entries are gone need no mark any more.
    outbox.waiting();
    Ok(())
}

/// Adds what a file does not have yet; a run that was killed may have written a part of it, up to the middle of a line.
fn add_missing(
    waiting: &Waiting,
    path: &Path,
    system: &dyn System,
) -> Result<(), crate::system::SystemError> {
    let bytes = system.read(path)?;
    let whole = bytes.iter().rposition(|it| *it == b'\n');
    let (whole, torn) = bytes.split_at(whole.map_or(0, |it| it + 1));
    let there = String::from_utf8_lossy(whole);
    let there: HashSet<String> = there.lines().map(identity).collect();
    let missing = waiting.lines.iter();
    let missing = missing.filter(|it| !there.contains(&identity(it)));
    let missing: Vec<String> = missing.cloned().collect();
    match torn.is_empty() {
        true => system.append(path, text(&missing).as_bytes()),
        false => system.write(path, &[whole, text(&missing).as_bytes()].concat()),
    }
}

fn text(lines: &[String]) -> String {
    lines.iter().flat_map(|it| [it, "\n"]).collect()
}

fn to_url(
    outbox: &Outbox,
    (url, headers): (&str, &[(String, String)]),
    system: &dyn System,
) -> Result<(), String> {
    let start = system.instant();
    for waiting in outbox.waiting() {
        let mut sent = 0;
        let mut stopped = None;
        for line in &waiting.lines {
            let left = IN_ALL.saturating_sub(system.instant().saturating_sub(start));
            match hand_in(line, url, headers, left.min(PATIENCE), system) {
                Ok(true) => {}
                Ok(false) => outbox.refuse(line).map_err(|error| error.to_string())?,
                Err(reason) => {
                    stopped = Some(reason);
                    break;
                }
            }
            sent += 1;
        }
        let rest = waiting.lines.get(sent..).unwrap_or_default();
        if sent > 0 {
            let kept = outbox.keep(&waiting, rest);
            kept.map_err(|error| error.to_string())?;
        }
        if let Some(reason) = stopped {
            return Err(reason);
        }
    }
    outbox.waiting();
    Ok(())
}

/// Hands an event in; tells whether it is taken.
fn hand_in(
    line: &str,
    url: &str,
    headers: &[(String, String)],
    patience: Duration,
    system: &dyn System,
) -> Result<bool, String> {
    if patience.is_zero() {
        return Err(format!("{} seconds are over", IN_ALL.as_secs()));
    }
    let handed = Handed {
        url,
        headers,
        body: line.as_bytes(),
        patience,
    };
    match system.post(&handed) {
        Ok(answer) if (200..300).contains(&answer.status) => Ok(true),
        Ok(answer) if REFUSED.contains(&answer.status) => Ok(false),
        Ok(answer) => Err(format!("{url} answers with status {}", answer.status)),
        Err(error) => Err(format!("{url}: {error}")),
    }
}
