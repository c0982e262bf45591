//! Subjects that are not well, and what is news about them: a repeat is none for a while, and a recovery is one.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::message::Message;
use super::observed::{Observation, Observed, RunFacts, Severity};
use crate::system::sql_time;

/// The columns of the table of subjects, with their types; the first is the key.
pub const SUBJECT_COLUMNS: [(&str, &str); 13] = [
    ("subject", "varchar"),
    ("scope", "varchar"),
    ("kind", "varchar"),
    ("node", "varchar"),
    ("name", "varchar"),
    ("severity", "varchar"),
    ("message", "varchar"),
    ("since", "timestamp"),
    ("last_seen_at", "timestamp"),
    ("occurrences", "bigint"),
    ("told_at", "timestamp"),
    ("recovered_at", "timestamp"),
    ("run_id", "varchar"),
];

/// A subject that is not well, or was not.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// What tells it from all others: scope, kind and node.
    pub subject: String,
    /// The project and its target.
    pub scope: String,
    /// The kind.
    pub kind: String,
    /// The unique id of the node, or the command.
    pub node: String,
    /// What people call it.
    pub name: String,
    /// How bad it is.
    pub severity: String,
    /// What was said last.
    pub message: String,
    /// Since when, UTC.
    pub since: String,
    /// When it was last seen to be so.
    pub last_seen_at: String,
    /// In how many runs.
    pub occurrences: i64,
    /// When it was last told.
    pub told_at: String,
    /// When it was well again; none as long as it is not.
    pub recovered_at: Option<String>,
    /// The run that said something of it last.
    pub run_id: String,
}

/// What is new about a subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum What {
    /// It is not well.
    Raised,
    /// It is worse than it was.
    Worsened,
    /// It has not been well for long.
    Repeated,
    /// It is well again.
    Recovered,
    /// Nothing is: somebody tries a route.
    Test,
}

impl What {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Raised => "raised",
            Self::Worsened => "worsened",
            Self::Repeated => "repeated",
            Self::Recovered => "recovered",
            Self::Test => "test",
        }
    }
}

/// News about a subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News {
    /// What is new.
    pub what: What,
    /// The subject as it is.
    pub subject: Subject,
    /// How many rows a test found.
    pub failures: Option<i64>,
}

/// What is known: subjects, and messages that are not out yet.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// Subjects by their names.
    pub subjects: BTreeMap<String, Subject>,
    /// Messages by their keys.
    pub messages: BTreeMap<String, Message>,
    /// Runs of which news are made, as long as their entries may come again.
    pub runs: Vec<String>,
}

impl State {
    /// Takes up what is known elsewhere, where that is newer or not known here.
    pub fn take_up(&mut self, other: Self) {
        for (key, theirs) in other.subjects {
            let is_older = self
                .subjects
                .get(&key)
                .is_some_and(|own| moment(own) >= moment(&theirs));
            if !is_older {
                self.subjects.insert(key, theirs);
            }
        }
        for (key, theirs) in other.messages {
            let is_older = self.messages.get(&key).is_some_and(|own| {
                (own.is_done(), own.attempts) >= (theirs.is_done(), theirs.attempts)
            });
            if !is_older {
                self.messages.insert(key, theirs);
            }
        }
    }

    /// Closes subjects that are there no more, without a word.
    pub fn forget(&mut self, now: DateTime<Utc>, is_gone: impl Fn(&Subject) -> bool) {
        let open = self.subjects.values_mut();
        let gone = open.filter(|it| it.recovered_at.is_none() && is_gone(it));
        for it in gone {
            it.recovered_at = Some(sql_time(now));
        }
    }

    /// Takes up what a run says. Returns what is news; a run that is known already says nothing new.
    pub fn hear(
        &mut self,
        scope: &str,
        (run, observed): (&RunFacts, &[Observed]),
        repeat_after: TimeDelta,
    ) -> Vec<News> {
        if self.runs.contains(&run.id) {
            return Vec::new();
        }
        self.runs.push(run.id.clone());
        let mut news = Vec::new();
        for it in observed {
            let known = self.subjects.get(&it.subject(scope));
            let open = known.filter(|it| it.recovered_at.is_none()).cloned();
            let heard = match (&it.is, open) {
                (Observation::Well, None) => continue,
                (Observation::Well, Some(open)) => recovered(open, run),
                (Observation::Bad(severity, message), open) => {
                    let seen = seen(it, (*severity, message), scope, run);
                    bad(seen, open, run, repeat_after)
                }
            };
            let (subject, what) = heard;
            self.subjects
                .insert(subject.subject.clone(), subject.clone());
            news.extend(what.map(|what| News {
                what,
                subject,
                failures: it.failures,
            }));
        }
        news
    }
}

fn recovered(open: Subject, run: &RunFacts) -> (Subject, Option<What>) {
    let subject = Subject {
        recovered_at: Some(run.ended_at.clone()),
        run_id: run.id.clone(),
        ..open
    };
    (subject, Some(What::Recovered))
}

fn seen(
    it: &Observed,
    (severity, message): (Severity, &str),
    scope: &str,
    run: &RunFacts,
) -> Subject {
    let at = run.ended_at.clone();
    Subject {
        subject: it.subject(scope),
        scope: scope.to_owned(),
        kind: it.kind.as_str().to_owned(),
        node: it.node.clone(),
        name: it.name.clone(),
        severity: severity.as_str().to_owned(),
        message: message.to_owned(),
        since: at.clone(),
        last_seen_at: at.clone(),
        occurrences: 1,
        told_at: at,
        recovered_at: None,
        run_id: run.id.clone(),
    }
}

fn bad(
    seen: Subject,
    open: Option<Subject>,
    run: &RunFacts,
    repeat_after: TimeDelta,
) -> (Subject, Option<What>) {
    let at = run.ended_at.clone();
    let severity = Severity::named(&seen.severity).unwrap_or(Severity::Warn);
    let Some(open) = open else {
        return (seen, Some(What::Raised));
    };
    let was = Severity::named(&open.severity).unwrap_or(Severity::Warn);
    let told = time(&open.told_at).zip(time(&at));
    let what = match told {
        _ if severity > was => Some(What::Worsened),
        Some((told, now)) if now - told < repeat_after => None,
        _ => Some(What::Repeated),
    };
    let subject = Subject {
        // What goes to and fro is as bad as it was at its worst.
        severity: severity.max(was).as_str().to_owned(),
        since: open.since,
        occurrences: open.occurrences + 1,
        told_at: what.map_or(open.told_at, |_| at),
        ..seen
    };
    (subject, what)
}

/// When something was last said of a subject.
fn moment(of: &Subject) -> &str {
    let recovered = of.recovered_at.as_deref().unwrap_or_default();
    recovered.max(&of.last_seen_at)
}

/// Reads a time.
pub(super) fn time(text: &str) -> Option<DateTime<Utc>> {
    let read = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f");
    read.ok().map(|it| it.and_utc())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alerts::Kind;

    fn run(at: &str) -> RunFacts {
        RunFacts {
            id: at.to_owned(),
            ended_at: format!("2026-01-{at}:00.000000"),
            ..RunFacts::default()
        }
    }

    fn observed(is: Observation) -> Vec<Observed> {
        vec![Observed {
            kind: Kind::Test,
            node: "test.a".to_owned(),
            name: "a".to_owned(),
            part: None,
            is,
            failures: Some(1),
        }]
    }

    #[test]
    fn repeats_are_folded_and_recoveries_told() {
        use Severity::{Error, Warn};
        let bad = |severity| Observation::Bad(severity, "found".to_owned());
        let mut state = State::default();
        let mut heard = |at: &str, is: Observation| {
            let news = state.hear("shop/dev", (&run(at), &observed(is)), TimeDelta::hours(24));
            let news: Vec<_> = news
                .iter()
                .map(|it| (it.what, it.subject.occurrences, it.subject.since.clone()))
                .collect();
            news
        };
        let since = "2026-01-01 10:00:00.000000".to_owned();
        assert_eq!(heard("01 09:00", Observation::Well), []);
        assert_eq!(
            heard("01 10:00", bad(Warn)),
            [(What::Raised, 1, since.clone())]
        );
        assert_eq!(heard("01 11:00", bad(Warn)), []);
        // The entries of a run come again.
        assert_eq!(heard("01 11:00", Observation::Well), []);
        assert_eq!(
            heard("01 12:00", bad(Error)),
            [(What::Worsened, 3, since.clone())]
        );
        assert_eq!(heard("02 11:00", bad(Warn)), []);
        assert_eq!(
            heard("02 12:00", bad(Error)),
            [(What::Repeated, 5, since.clone())]
        );
        assert_eq!(
            heard("03 12:00", bad(Error)),
            [(What::Repeated, 6, since.clone())]
        );
        assert_eq!(
            heard("03 13:00", Observation::Well),
            [(What::Recovered, 6, since)]
        );
        assert_eq!(heard("03 14:00", Observation::Well), []);
        let again = "2026-01-03 15:00:00.000000".to_owned();
        assert_eq!(heard("03 15:00", bad(Error)), [(What::Raised, 1, again)]);
    }

    #[test]
    fn what_is_newer_counts() {
        let subject = |severity: &str, seen: &str, recovered: Option<&str>| Subject {
            subject: "test:a".to_owned(),
            severity: severity.to_owned(),
            last_seen_at: seen.to_owned(),
            recovered_at: recovered.map(str::to_owned),
            ..Subject::default()
        };
        let state = |it: &Subject| State {
            subjects: BTreeMap::from([(it.subject.clone(), it.clone())]),
            ..State::default()
        };
        let old = subject("warn", "2026-01-01", None);
        let new = subject("error", "2026-01-01", Some("2026-01-02"));
        for (mut own, other) in [(state(&old), state(&new)), (state(&new), state(&old))] {
            own.take_up(other);
            assert_eq!(own.subjects["test:a"], new);
        }
    }
}
