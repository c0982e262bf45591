//! Alerts: what runs find goes to those who are to know.
//!
//! What a run says of its nodes is written down before its entries are delivered and gone (`record`). When the run is
//! over, that becomes news and messages, which are kept in the warehouse, or below `target/alerts` where that cannot be
//! reached (`kept`), and only then sent (`send`). What cannot be sent waits for later runs. A run never fails of it.

mod compose;
mod kept;
mod rows;
mod send;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::event_log::{entries, is_run};
use super::{Exit, Product, Ready, Surroundings, execution};
use crate::alerts::{
    Kind, Message, Observation, Observed, RunFacts, Severity, State, Subject, is_by_hand,
    next_attempt, observed, sample,
};
use crate::diagnostics::{Code, Diagnostic, did_you_mean};
use crate::events::Event;
use crate::execute::{AlertStore, Failure, Undelivered};
use crate::invocation::Invocation;
use crate::system::sql_time;
use compose::Composer;
use kept::Kept;
pub(super) use kept::load_template;

/// What a run has said.
pub(super) type Heard = (RunFacts, Vec<Observed>);

/// How many of the last messages `alerts` lists.
const LISTED: usize = 20;

/// What there is to say of alerts.
#[derive(Debug)]
pub enum Alerted {
    /// Subjects that are not well, and the last messages.
    Listed(Vec<Subject>, Vec<Message>),
    /// A route works.
    Tried(String),
}

/// Takes note of what runs say, before their entries are gone.
pub(super) fn record(ready: &Ready, runs: &[Undelivered], around: &Surroundings) {
    if ready.alerts.is_none() {
        return;
    }
    let mut kept = Kept::read(ready, around);
    for run in runs.iter().filter(|it| it.is_over) {
        if kept.knows(&run.run_id) {
            continue;
        }
        if let Some(heard) = observed(&entries(run, &*around.system)) {
            kept.heard.push(heard);
        }
    }
    kept.write();
    // Each run ends once.
    let _ = ready.heard.set(kept.heard);
}

/// Tells what runs have found, once their entries are delivered: `signals` are of control charts.
pub(super) fn tell(
    invocation: &Invocation,
    ready: &Ready,
    signals: Vec<Observed>,
    around: &Surroundings,
) {
    let is_stopped = around.stop.load(std::sync::atomic::Ordering::SeqCst);
    if ready.alerts.is_none() || !is_run(invocation) || is_stopped {
        return;
    }
    let mut kept = Kept::read(ready, around);
    // Where nothing can be written it is known all the same.
    for heard in ready.heard.get().into_iter().flatten() {
        if !kept.knows(&heard.0.id) {
            kept.heard.push(heard.clone());
        }
    }
    let own = kept
        .heard
        .iter_mut()
        .find(|it| it.0.id == *around.invocation_id);
    if let Some(own) = own {
        own.1.extend(signals);
    }
    let desk = Desk {
        invocation,
        ready,
        around,
    };
    let execution = execution(invocation, ready, around);
    desk.tell(kept, AlertStore::open(&execution, &scope(ready)).ok());
}

/// Tells that a run does not begin, since something is wrong with the project.
pub(super) fn tell_stopped(
    invocation: &Invocation,
    ready: &Ready,
    findings: &[Diagnostic],
    around: &Surroundings,
) {
    let first = findings.iter().find(|it| it.is_error());
    let tells = ready.alerts.is_some() && is_run(invocation);
    let (Some(first), true) = (first, tells && !is_by_hand(invocation.command.as_str())) else {
        return;
    };
    let run = RunFacts {
        id: around.invocation_id.to_string(),
        command: invocation.command.as_str().to_owned(),
        typed: invocation.typed.clone(),
        started_by: super::facts::user(around).unwrap_or_default(),
        started_at: sql_time(ready.facts.base.started_at),
        ended_at: sql_time(around.system.now()),
    };
    let found = Observed {
        kind: Kind::Run,
        node: run.command.clone(),
        name: run.command.clone(),
        part: None,
        is: Observation::Bad(Severity::Error, first.message.clone()),
        failures: None,
    };
    let mut kept = Kept::read(ready, around);
    kept.heard.push((run, vec![found]));
    let desk = Desk {
        invocation,
        ready,
        around,
    };
    // The macros that reach the warehouse may be what is wrong.
    desk.tell(kept, None);
}

/// Lists alerts, or tries a route.
pub(super) fn alerts(
    invocation: &Invocation,
    ready: &Ready,
    around: &Surroundings,
    findings: &mut Vec<Diagnostic>,
) -> (Exit, Product) {
    let desk = Desk {
        invocation,
        ready,
        around,
    };
    let done = match invocation.text("route") {
        Some(route) => desk.try_route(route),
        None => desk.list(),
    };
    match done {
        Ok(alerted) => (Exit::Done, Product::Alerted(alerted)),
        Err(finding) => {
            let exit = match (finding.is_error(), finding.code) {
                (false, _) => Exit::Done,
                (true, Code::InvalidFlag) => Exit::CouldNotRun,
                (true, _) => Exit::Failed,
            };
            findings.push(*finding);
            ready.facts.base.warnings.judge(findings);
            (exit, Product::None)
        }
    }
}

/// Names the project and its target: others in the same warehouse have alerts of their own.
fn scope(ready: &Ready) -> String {
    let project = &ready.project.root().name;
    format!("{project}/{}", ready.project.profile.target_name)
}

/// Says where alerts come from.
fn no_alerts() -> Box<Diagnostic> {
    let finding = Diagnostic::warning(Code::NothingToDo, "there are no routes for alerts");
    Box::new(finding.help("write `alerts: {routes: …}` into dsql.yml; docs/alerts.md says how"))
}

struct Desk<'a> {
    invocation: &'a Invocation,
    ready: &'a Ready,
    around: &'a Surroundings,
}

impl Desk<'_> {
    /// Makes news of what was heard, keeps them, and sends what is due.
    fn tell(&self, mut kept: Kept, store: Option<AlertStore>) {
        let Some(settings) = &self.ready.alerts else {
            return;
        };
        let known = store.as_ref().and_then(|it| it.state().ok());
        let store = store.filter(|_| known.is_some());
        let before = known.unwrap_or_else(|| kept.known.clone());
        let mut state = before.clone();
        state.take_up(std::mem::take(&mut kept.unsaved));
        state.runs = std::mem::take(&mut kept.runs);
        let mut composer = Composer::new(self.invocation, self.ready, self.around);
        let now = self.around.system.now();
        for (run, observed) in std::mem::take(&mut kept.heard) {
            let heard = (&run, observed.as_slice());
            let news = state.hear(&scope(self.ready), heard, settings.repeat_after);
            for message in composer.messages(&news, &run, now) {
                // What has the same key says the same.
                let key = message.alert_id.clone();
                state.messages.entry(key).or_insert(message);
            }
        }
        if store.is_some() {
            state.forget(now, |it| self.is_gone(it));
        }
        kept.runs = std::mem::take(&mut state.runs);
        let saved = self.save(&mut kept, store.as_ref(), &before, &state);
        let (is_changed, failed) = self.send(&mut state, now);
        if is_changed {
            self.save(&mut kept, store.as_ref(), &saved, &state);
        }
        self.told(&state, now, &failed);
    }

    /// Tells whether a subject is of a node that the project had.
    fn is_gone(&self, subject: &Subject) -> bool {
        let is_own = subject.scope == scope(self.ready);
        let is_node = Kind::named(&subject.kind) != Some(Kind::Run) && subject.node.contains('.');
        is_own && is_node && self.ready.resources.get(&subject.node).is_none()
    }

    /// Keeps what has changed: in the warehouse, or where it waits for that. Returns what is kept.
    fn save(
        &self,
        kept: &mut Kept,
        store: Option<&AlertStore>,
        before: &State,
        state: &State,
    ) -> State {
        let subjects = state.subjects.iter();
        let subjects = subjects.filter(|(key, it)| before.subjects.get(*key) != Some(it));
        let subjects: Vec<Subject> = subjects.map(|(_, it)| it.clone()).collect();
        let messages = state.messages.iter();
        let messages = messages.filter(|(key, it)| before.messages.get(*key) != Some(it));
        let messages: Vec<Message> = messages.map(|(_, it)| it.clone()).collect();
        let is_saved = store.is_some_and(|it| it.save(&subjects, &messages).is_ok());
        if is_saved {
            kept.known = open(state);
            kept.unsaved = State::default();
        } else {
            let named = subjects.into_iter().map(|it| (it.subject.clone(), it));
            kept.unsaved.subjects.extend(named);
            let named = messages.into_iter().map(|it| (it.alert_id.clone(), it));
            kept.unsaved.messages.extend(named);
        }
        kept.write();
        state.clone()
    }

    /// Sends what is due. Tells whether there was anything, and by route why something could not be sent.
    fn send(&self, state: &mut State, now: DateTime<Utc>) -> (bool, BTreeMap<String, String>) {
        let mut failed = BTreeMap::new();
        let Some(settings) = &self.ready.alerts else {
            return (false, failed);
        };
        let mut due: Vec<Message> = Vec::new();
        let mut is_changed = false;
        for message in state.messages.values_mut().filter(|it| it.is_due(now)) {
            match settings.route(&message.route) {
                None => {
                    message.note_failed("there is no such route any more", None);
                    is_changed = true;
                }
                Some(route) => match route.quiet.and_then(|it| it.until(now)) {
                    Some(until) => {
                        message.put_off(until);
                        is_changed = true;
                    }
                    None => due.push(message.clone()),
                },
            }
        }
        due.sort_by(|one, other| one.order().cmp(&other.order()));
        for (key, result) in send::send(settings, &due, send::AFTER_A_RUN, self.around) {
            let Some(message) = state.messages.get_mut(&key) else {
                continue;
            };
            is_changed = true;
            let Err(reason) = result else {
                message.note_sent(now);
                continue;
            };
            let since = message.made_at().unwrap_or(now);
            let next = next_attempt(message.attempts + 1, since, now);
            message.note_failed(&reason, next);
            let route = message.route.clone();
            failed.insert(route.clone(), reason);
            // Whatever else goes there waits, too.
            if let Some(next) = next {
                let others = state.messages.values_mut();
                let others = others.filter(|it| it.route == route && it.is_due(now));
                others.for_each(|it| it.put_off(next));
            }
        }
        (is_changed, failed)
    }

    /// Says in a line what has gone out, and in another what has not.
    fn told(&self, state: &State, now: DateTime<Utc>, failed: &BTreeMap<String, String>) {
        let note = |text: String| self.around.sink.emit(Event::Note(text));
        let at = sql_time(now);
        let count = |many: usize| match many {
            1 => "1 alert".to_owned(),
            many => format!("{many} alerts"),
        };
        let sent = state.messages.values();
        let sent = sent.filter(|it| it.sent_at.as_ref() == Some(&at)).count();
        if sent > 0 {
            note(format!("Sent {}.", count(sent)));
        }
        for (route, reason) in failed {
            let waiting = state.messages.values();
            let waiting = waiting.filter(|it| it.route == *route && !it.is_done());
            match waiting.count() {
                0 => {}
                1 => note(format!("For {route} 1 alert waits: {reason}")),
                many => note(format!("For {route} {many} alerts wait: {reason}")),
            }
        }
    }

    /// Sends a test to a route.
    fn try_route(&self, name: &str) -> Result<Alerted, Box<Diagnostic>> {
        let settings = self.ready.alerts.as_ref().ok_or_else(no_alerts)?;
        let Some(route) = settings.route(name) else {
            let names = settings.routes.iter().map(|it| it.name.as_str());
            let help = match did_you_mean(name, names.clone()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("there are {}", names.collect::<Vec<_>>().join(", ")),
            };
            let finding =
                Diagnostic::error(Code::InvalidFlag, format!("there is no route `{name}`"));
            return Err(Box::new(finding.help(help)));
        };
        let now = self.around.system.now();
        let alert = sample(
            &self.ready.project.root().name,
            &self.ready.project.profile.target_name,
            RunFacts {
                id: self.around.invocation_id.to_string(),
                command: "alerts".to_owned(),
                ended_at: sql_time(now),
                ..RunFacts::default()
            },
        );
        let body = compose::body(route, &alert).map_err(|(_, finding)| finding)?;
        let message = Message::new(&alert, name, body, (now, now));
        let sent = send::send(settings, &[message], send::OF_A_TEST, self.around);
        match sent.into_iter().next() {
            Some((_, Err(reason))) => {
                let message = format!("the route `{name}` does not work: {reason}");
                Err(Box::new(Diagnostic::error(Code::UnreachableRoute, message)))
            }
            _ => Ok(Alerted::Tried(name.to_owned())),
        }
    }

    /// Lists what is open, and the last messages.
    fn list(&self) -> Result<Alerted, Box<Diagnostic>> {
        if self.ready.alerts.is_none() {
            return Err(no_alerts());
        }
        let execution = execution(self.invocation, self.ready, self.around);
        let read = || -> Result<(State, Vec<Message>), Failure> {
            let store = AlertStore::open(&execution, &scope(self.ready))?;
            Ok((store.state()?, store.last(LISTED)?))
        };
        let (mut state, messages) = read().map_err(|it| Box::new(it.into_finding()))?;
        let kept = Kept::read(self.ready, self.around);
        let mut waiting = kept.unsaved.clone();
        state.take_up(kept.unsaved);
        let subjects = state.subjects.into_values();
        let subjects = subjects.filter(|it| it.recovered_at.is_none());
        let known = messages
            .into_iter()
            .filter(|it| !waiting.messages.contains_key(&it.alert_id));
        let mut all: Vec<Message> = known.collect();
        all.extend(std::mem::take(&mut waiting.messages).into_values());
        all.sort_by(|one, other| other.created_at.cmp(&one.created_at));
        Ok(Alerted::Listed(subjects.collect(), all))
    }
}

/// What of a state is open.
fn open(state: &State) -> State {
    let subjects = state
        .subjects
        .iter()
        .filter(|(_, it)| it.recovered_at.is_none());
    let messages = state.messages.iter().filter(|(_, it)| !it.is_done());
    let own = |(key, it): (&String, &Subject)| (key.clone(), it.clone());
    State {
        subjects: subjects.map(own).collect(),
        messages: messages
            .map(|(key, it)| (key.clone(), it.clone()))
            .collect(),
        runs: Vec::new(),
    }
}
