//! Messages to where they go: each route on a thread of its own, for as long as there is time.

use std::collections::BTreeMap;
use std::sync::mpsc;
use std::time::Duration;

use super::super::Surroundings;
use crate::alerts::{Address, Channel, Email, Message, Route, Settings};
use crate::invocation::Rehearsal;
use crate::system::{Handed, Mail, NetworkError, System};

/// How long messages may take after a run.
pub(super) const AFTER_A_RUN: Duration = Duration::from_secs(3);
/// How long a test may take.
pub(super) const OF_A_TEST: Duration = Duration::from_secs(20);

/// What has become of a message, by its key.
pub(super) type Sent = (String, Result<(), String>);

/// Sends messages; says of each that was tried what has become of it.
pub(super) fn send(
    settings: &Settings,
    due: &[Message],
    patience: Duration,
    around: &Surroundings,
) -> Vec<Sent> {
    let mut by_route: BTreeMap<&str, Vec<Message>> = BTreeMap::new();
    for message in due {
        by_route
            .entry(&message.route)
            .or_default()
            .push(message.clone());
    }
    let (results, come) = mpsc::channel();
    let system = &around.system;
    let end = system.instant() + patience;
    for (name, messages) in by_route {
        let Some(route) = settings.route(name).cloned() else {
            continue;
        };
        let (system, results) = (system.clone(), results.clone());
        // Whoever does not come to an end ends with the process.
        std::thread::spawn(move || {
            for message in messages {
                let left = end.saturating_sub(system.instant());
                if left.is_zero() {
                    return;
                }
                let sent = one(&route, &message, left, &*system);
                let has_failed = sent.is_err();
                let is_heard = results.send((message.alert_id, sent)).is_ok();
                if has_failed || !is_heard {
                    return;
                }
            }
        });
    }
    drop(results);
    let mut all = Vec::new();
    loop {
        let left = end.saturating_sub(system.instant());
        match come.recv_timeout(left) {
            Ok(sent) => all.push(sent),
            Err(_) => break,
        }
    }
    all.extend(silent(due, &all, patience));
    all
}

/// Says of the first message of each route of which nothing was heard that it took too long. Those behind it, and behind one
/// that failed, are tried next time.
fn silent(due: &[Message], heard: &[Sent], patience: Duration) -> Vec<Sent> {
    let is_heard = |key: &str| heard.iter().find(|it| it.0 == key);
    let mut all: Vec<Sent> = Vec::new();
    let mut routes: Vec<&str> = Vec::new();
    for message in due {
        let has_ended = match is_heard(&message.alert_id) {
            Some((_, Ok(()))) => false,
            Some((_, Err(_))) => true,
            None if routes.contains(&message.route.as_str()) => true,
            None => {
                let reason = format!("no answer within {} seconds", patience.as_secs());
                all.push((message.alert_id.clone(), Err(reason)));
                true
            }
        };
        if has_ended {
            routes.push(&message.route);
        }
    }
    all
}

/// Sends a message.
fn one(
    route: &Route,
    message: &Message,
    patience: Duration,
    system: &dyn System,
) -> Result<(), String> {
    if let Ok(Some(rehearsal)) = Rehearsal::of(system) {
        let line = format!("{}\n", message.alert_id);
        let kept = system.append(&rehearsal.sent_alerts(), line.as_bytes());
        return kept.map_err(|error| error.to_string());
    }
    match &route.channel {
        Channel::Email(email) => mail(email, message, patience, system),
        Channel::Slack(address) | Channel::Teams(address) | Channel::Webhook(address) => {
            hand_in(address, message, patience, system)
        }
    }
}

fn hand_in(
    address: &Address,
    message: &Message,
    patience: Duration,
    system: &dyn System,
) -> Result<(), String> {
    let url = match address {
        Address::Url(url) => url.clone(),
        Address::Variable(name) => variable(name, system)?,
    };
    let headers = [
        ("Content-Type".to_owned(), "application/json".to_owned()),
        ("Idempotency-Key".to_owned(), message.alert_id.clone()),
    ];
    let handed = Handed {
        url: &url,
        headers: &headers,
        body: message.body.as_bytes(),
        patience,
    };
    match system.post(&handed) {
        Ok(answer) if (200..300).contains(&answer.status) => Ok(()),
        Ok(answer) => Err(format!("the server answers with status {}", answer.status)),
        Err(error) => Err(told(&error, &url)),
    }
}

fn mail(
    email: &Email,
    message: &Message,
    patience: Duration,
    system: &dyn System,
) -> Result<(), String> {
    let login = match &email.login {
        Some((user, name)) => Some((user.as_str(), variable(name, system)?)),
        None => None,
    };
    let mail = Mail {
        host: &email.host,
        port: email.port,
        security: email.security,
        login: login.as_ref().map(|(user, it)| (*user, it.as_str())),
        from: &email.from,
        to: &email.to,
        subject: &message.title,
        text: &message.body,
        message_id: &format!("<{}@dsql>", message.alert_id),
        patience,
    };
    system
        .mail(&mail)
        .map_err(|error| format!("{}:{}: {error}", email.host, email.port))
}

/// Says why there is no answer, without the address, which may be a secret.
fn told(error: &NetworkError, url: &str) -> String {
    let host = url.split("://").nth(1).unwrap_or(url);
    let host = host.split(['/', '?']).next().unwrap_or_default();
    let host = host.rsplit('@').next().unwrap_or_default();
    format!("{host}: {}", error.to_string().replace(url, host))
}

fn variable(name: &str, system: &dyn System) -> Result<String, String> {
    let value = system.env(name).filter(|it| !it.is_empty());
    value.ok_or_else(|| format!("the variable {name} is not set"))
}
