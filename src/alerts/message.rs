//! News as messages: what they say, in which form each channel takes them.

use std::fmt::Write;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};

use super::observed::RunFacts;
use super::settings::Channel;
use super::subject::{Subject, What, time};
use crate::system::sql_time;

/// The columns of the table of messages, with their types; the first is the key.
pub const MESSAGE_COLUMNS: [(&str, &str); 18] = [
    ("alert_id", "varchar"),
    ("scope", "varchar"),
    ("subject", "varchar"),
    ("event", "varchar"),
    ("route", "varchar"),
    ("kind", "varchar"),
    ("severity", "varchar"),
    ("node", "varchar"),
    ("name", "varchar"),
    ("title", "varchar"),
    ("body", "varchar"),
    ("run_id", "varchar"),
    ("created_at", "timestamp"),
    ("status", "varchar"),
    ("attempts", "bigint"),
    ("next_attempt_at", "timestamp"),
    ("sent_at", "timestamp"),
    ("last_error", "varchar"),
];

/// What becomes of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It is to be sent.
    Waiting,
    /// It is out.
    Sent,
    /// It has been tried long enough.
    GivenUp,
}

impl Status {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::GivenUp => "given_up",
        }
    }
}

/// A message for a route, and what has become of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// What tells it from all others, however often it is sent.
    pub alert_id: String,
    /// The project and its target.
    pub scope: String,
    /// What it is about.
    pub subject: String,
    /// What is new about that.
    pub event: String,
    /// To whom it goes.
    pub route: String,
    /// The kind.
    pub kind: String,
    /// How bad it is.
    pub severity: String,
    /// The unique id of the node, or the command.
    pub node: String,
    /// What people call it.
    pub name: String,
    /// In a few words.
    pub title: String,
    /// What is sent.
    pub body: String,
    /// The run that gave rise to it.
    pub run_id: String,
    /// When it was made, UTC.
    pub created_at: String,
    /// What has become of it.
    pub status: String,
    /// How often it was tried.
    pub attempts: u32,
    /// When it is tried next.
    pub next_attempt_at: String,
    /// When it went out.
    pub sent_at: Option<String>,
    /// Why it did not.
    pub last_error: Option<String>,
}

impl Message {
    /// Makes a message of an alert.
    pub fn new(
        alert: &Alert,
        route: &str,
        body: String,
        (now, from): (DateTime<Utc>, DateTime<Utc>),
    ) -> Self {
        Self {
            alert_id: key(&alert.id, route),
            scope: format!("{}/{}", alert.project, alert.target),
            subject: alert.subject.clone(),
            event: alert.event.as_str().to_owned(),
            route: route.to_owned(),
            kind: alert.kind.clone(),
            severity: alert.severity.clone(),
            node: alert.node.clone(),
            name: alert.name.clone(),
            title: alert.title.clone(),
            body,
            run_id: alert.run.id.clone(),
            created_at: sql_time(now),
            status: Status::Waiting.as_str().to_owned(),
            attempts: 0,
            next_attempt_at: sql_time(from),
            sent_at: None,
            last_error: None,
        }
    }

    /// Tells whether nothing more becomes of it.
    pub fn is_done(&self) -> bool {
        self.status != Status::Waiting.as_str()
    }

    /// Tells whether it is to be sent.
    pub fn is_due(&self, now: DateTime<Utc>) -> bool {
        !self.is_done() && time(&self.next_attempt_at).is_none_or(|it| it <= now)
    }

    /// Notes that it is out.
    pub fn note_sent(&mut self, now: DateTime<Utc>) {
        self.attempts += 1;
        self.status = Status::Sent.as_str().to_owned();
        self.sent_at = Some(sql_time(now));
        self.last_error = None;
    }

    /// Notes that it could not be sent, and when that is tried again; none means never.
    pub fn note_failed(&mut self, reason: &str, next: Option<DateTime<Utc>>) {
        self.attempts += 1;
        self.last_error = Some(reason.to_owned());
        match next {
            Some(next) => self.next_attempt_at = sql_time(next),
            None => self.status = Status::GivenUp.as_str().to_owned(),
        }
    }

    /// Puts it off.
    pub fn put_off(&mut self, until: DateTime<Utc>) {
        self.next_attempt_at = sql_time(until);
    }

    /// Says in which order messages go out: as they were made.
    pub fn order(&self) -> (&str, &str) {
        (&self.created_at, &self.alert_id)
    }

    /// Returns when it was made.
    pub fn made_at(&self) -> Option<DateTime<Utc>> {
        time(&self.created_at)
    }
}

/// Names a message of an alert for a route.
fn key(alert: &str, route: &str) -> String {
    let mut digits = format!("{:x}", Sha256::digest(format!("{alert}\n{route}")));
    digits.truncate(32);
    digits
}

/// What an alert reaches.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Reached {
    /// Names of models and the like downstream.
    pub nodes: Vec<String>,
    /// Names of exposures, with whom to ask.
    pub exposures: Vec<String>,
}

/// Some rows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Rows {
    /// Names of columns.
    pub columns: Vec<String>,
    /// Their values; those that nobody may see are masked.
    pub rows: Vec<Vec<Option<String>>>,
    /// Which columns are masked.
    pub masked: Vec<String>,
}

/// Everything that an alert says. Templates see it as `alert`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Alert {
    /// What tells it from all others.
    pub id: String,
    /// What is new.
    pub event: What,
    /// What it is about.
    pub subject: String,
    /// The kind.
    pub kind: String,
    /// How bad it is.
    pub severity: String,
    /// The project.
    pub project: String,
    /// The target.
    pub target: String,
    /// In a few words.
    pub title: String,
    /// What was said.
    pub message: String,
    /// The unique id of the node, or the command.
    pub node: String,
    /// What people call it.
    pub name: String,
    /// Where it stands.
    pub file: Option<String>,
    /// What is tested, where it is about a test.
    pub tested: Option<String>,
    /// Since when, UTC.
    pub since: String,
    /// When it was well again.
    pub recovered_at: Option<String>,
    /// In how many runs.
    pub occurrences: i64,
    /// How many rows a test found.
    pub failures: Option<i64>,
    /// The run.
    pub run: RunFacts,
    /// Who answers for it.
    pub owners: Vec<String>,
    /// What it reaches.
    pub reaches: Reached,
    /// Rows that show it.
    pub rows: Option<Rows>,
    /// The command that shows it.
    pub look: Option<String>,
    /// The command that repairs it, once its cause is gone.
    pub repair: Option<String>,
    /// All of that for people.
    pub text: String,
}

impl Alert {
    /// Makes what follows of a subject alone; the caller knows the rest.
    pub fn of(what: What, subject: &Subject, run: &RunFacts) -> Self {
        let of = [&subject.subject, &subject.since, what.as_str(), &run.id];
        Self {
            id: of.join(" "),
            event: what,
            subject: subject.subject.clone(),
            kind: subject.kind.clone(),
            severity: subject.severity.clone(),
            project: String::new(),
            target: String::new(),
            title: String::new(),
            message: subject.message.trim().to_owned(),
            node: subject.node.clone(),
            name: subject.name.clone(),
            file: None,
            tested: None,
            since: subject.since.clone(),
            recovered_at: subject.recovered_at.clone(),
            occurrences: subject.occurrences,
            failures: None,
            run: run.clone(),
            owners: Vec::new(),
            reaches: Reached::default(),
            rows: None,
            look: None,
            repair: None,
            text: String::new(),
        }
    }

    /// Says it in a few words, and in all.
    pub fn put_into_words(&mut self, what: &str) {
        let word = match self.event {
            What::Recovered => "recovered",
            What::Repeated => "still",
            What::Test => "test",
            What::Raised | What::Worsened => self.severity.as_str(),
        };
        self.title = format!("[{word}] {}: {what}", self.project);
        self.text = self.words();
    }

    fn words(&self) -> String {
        let mut all = format!("{}\n", self.title);
        if self.event != What::Recovered && !self.message.is_empty() {
            all.push_str(&format!("\n{}\n", self.message));
        }
        all.push('\n');
        let mut line = |head: &str, says: String| {
            if !says.is_empty() {
                // A text takes it.
                let _ = writeln!(all, "{head:<9} {says}");
            }
        };
        let text = |it: &Option<String>| it.clone().unwrap_or_default();
        let minute = |it: &str| it.get(..16).unwrap_or(it).to_owned();
        let runs = match self.occurrences {
            0 | 1 => String::new(),
            many => format!(", {many} runs"),
        };
        line("Since", format!("{} UTC{runs}", minute(&self.since)));
        if let Some(at) = &self.recovered_at {
            line("Until", format!("{} UTC", minute(at)));
        }
        let run = format!("{} {} on {}", self.run.command, self.run.id, self.target);
        line("Run", run);
        line("File", text(&self.file));
        line("Tests", text(&self.tested));
        line("Owners", self.owners.join(", "));
        line("Reaches", self.reached());
        line("Look", text(&self.look));
        line("Repair", text(&self.repair));
        if let Some(rows) = &self.rows {
            all.push_str(&rows.words(self.failures));
        }
        all
    }

    fn reached(&self) -> String {
        let count = |all: &[String], word: &str| match all {
            [] => None,
            [one] => Some(format!("1 {word}: {one}")),
            many => Some(format!("{} {word}s: {}", many.len(), many.join(", "))),
        };
        let both = [
            count(&self.reaches.nodes, "node"),
            count(&self.reaches.exposures, "exposure"),
        ];
        let both: Vec<String> = both.into_iter().flatten().collect();
        both.join("; ")
    }
}

impl Rows {
    fn words(&self, of: Option<i64>) -> String {
        let of = of.map_or(String::new(), |of| format!(" of {of}"));
        let mut all = format!(
            "\nRows ({}{of})\n{}\n",
            self.rows.len(),
            self.columns.join(" | ")
        );
        for row in &self.rows {
            let cells = row.iter().map(|it| it.as_deref().unwrap_or("null"));
            all.push_str(&cells.collect::<Vec<_>>().join(" | "));
            all.push('\n');
        }
        all
    }
}

/// Puts an alert into the form that a channel takes, where no template says otherwise.
pub fn payload(channel: &Channel, alert: &Alert) -> String {
    let json: Json = match channel {
        Channel::Email(_) => return alert.text.clone(),
        Channel::Slack(_) => json!({
            "text": alert.title,
            "blocks": [{
                "type": "section",
                "text": {"type": "mrkdwn", "text": format!("```{}```", cut(&alert.text, 2900))},
            }],
        }),
        Channel::Teams(_) => json!({
            "type": "message",
            "attachments": [{
                "contentType": "application/vnd.microsoft.card.adaptive",
                "content": {
                    "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
                    "type": "AdaptiveCard",
                    "version": "1.4",
                    "body": [
                        {"type": "TextBlock", "text": alert.title, "weight": "bolder", "wrap": true},
                        {"type": "TextBlock", "text": cut(&alert.text, 20_000), "fontType": "monospace", "wrap": true},
                    ],
                },
            }],
        }),
        Channel::Webhook(_) => serde_json::to_value(alert).unwrap_or_default(),
    };
    json.to_string()
}

/// Cuts a text that is too long.
fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}
