//! A sink that passes everything on and writes it down, if the project wants that.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use serde_json::{Map, Value as Json};

use super::entry::{Entry, Level};
use super::spool::{LAST, Spool, SpoolFile};
use crate::diagnostics::Diagnostic;
use crate::events::{Event, Secrets, Sink};
use crate::system::System;
use crate::text::Texts;

/// Passes events on, and writes them down once it is told to. What happens before waits.
pub struct Recorder {
    sink: Arc<dyn Sink>,
    system: Arc<dyn System>,
    /// Whether nobody wants events as data.
    is_off: AtomicBool,
    state: Mutex<State>,
}

struct State {
    secrets: Secrets,
    texts: Texts,
    /// Findings that are written down.
    told: Vec<Arc<Diagnostic>>,
    mode: Mode,
}

enum Mode {
    /// It is not known yet whether events are wanted.
    Waiting(Vec<(DateTime<Utc>, Event)>),
    Off,
    On(Run),
}

/// The run in progress.
struct Run {
    id: Arc<str>,
    started_at: DateTime<Utc>,
    sequence: u64,
    spool: Spool,
    hides_values: bool,
}

/// What is known of a run when it begins.
#[derive(Debug, Clone)]
pub struct About {
    /// The run.
    pub run_id: Arc<str>,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// The command.
    pub command: &'static str,
    /// Who started it, with which arguments, of which state of the project.
    pub facts: Map<String, Json>,
    /// Whether there are values that nobody may see: then errors do not say them.
    pub hides_values: bool,
}

impl Recorder {
    /// Makes a recorder before a sink.
    pub fn new(sink: Arc<dyn Sink>, system: Arc<dyn System>) -> Self {
        let state = State {
            secrets: Secrets::of(&*system),
            texts: Texts::default(),
            told: Vec::new(),
            mode: Mode::Waiting(Vec::new()),
        };
        Self {
            sink,
            system,
            is_off: AtomicBool::new(false),
            state: Mutex::new(state),
        }
    }

    /// Forgets what has happened, and passes on what will.
    pub fn turn_off(&self) {
        self.is_off.store(true, Ordering::Relaxed);
        self.state().mode = Mode::Off;
    }

    /// Begins to write down what happens, and what has happened, into a file of its own in the target folder.
    pub fn begin(&self, about: About, target: &Path) {
        let mut state = self.state();
        let state = &mut *state;
        let Mode::Waiting(before) = std::mem::replace(&mut state.mode, Mode::Off) else {
            return;
        };
        let name = about.started_at.format("%Y%m%dT%H%M%S%6f");
        let name = format!("{name}-{}", about.run_id);
        let mut run = Run {
            id: about.run_id,
            started_at: about.started_at,
            sequence: 0,
            hides_values: about.hides_values,
            spool: Spool::new(target, &name, self.system.clone()),
        };
        let mut entry = Entry::new("run_started", about.command);
        entry.facts = about.facts;
        run.add(&entry, about.started_at, &state.secrets);
        state.mode = Mode::On(run);
        for (at, event) in before {
            state.add(&event, at);
        }
    }

    /// Tells whether events are written down.
    pub fn is_on(&self) -> bool {
        matches!(self.state().mode, Mode::On(_))
    }

    /// Writes down what was found and not told of while the run went on.
    pub fn add_findings(&self, findings: &[Diagnostic], texts: &Texts) {
        let mut state = self.state();
        state.texts.clone_from(texts);
        let untold = findings
            .iter()
            .filter(|it| !state.told.iter().any(|told| **told == **it));
        let untold: Vec<Event> = untold
            .map(|it| Event::Finding(Arc::new(it.clone())))
            .collect();
        for event in untold {
            state.add(&event, self.system.now());
        }
    }

    /// Writes the end of the run down. Returns its file, and the lines that could not be written to it; none if nothing is
    /// written down.
    pub fn end(&self, outcome: &'static str) -> Option<(SpoolFile, String)> {
        let mut state = self.state();
        let state = &mut *state;
        let Mode::On(mut run) = std::mem::replace(&mut state.mode, Mode::Off) else {
            return None;
        };
        self.is_off.store(true, Ordering::Relaxed);
        let mut entry = Entry::new(LAST, "");
        entry.status = Some(outcome);
        let now = self.system.now();
        entry.seconds = Some((now - run.started_at).as_seconds_f64());
        let level = match outcome {
            "success" => Level::Info,
            _ => Level::Error,
        };
        run.add(&entry.at(level), now, &state.secrets);
        Some(run.spool.end())
    }

    /// Returns what nobody may see, as far as it is known.
    pub fn secrets(&self) -> Secrets {
        self.state().secrets.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn add(&mut self, event: &Event, at: DateTime<Utc>) {
        if let Mode::On(run) = &mut self.mode
            && let Some(entry) = Entry::of(event, &self.texts)
        {
            if let Event::Finding(finding) = event {
                self.told.push(finding.clone());
            }
            run.add(&entry, at, &self.secrets);
        }
    }
}

impl Run {
    fn add(&mut self, entry: &Entry, at: DateTime<Utc>, secrets: &Secrets) {
        self.sequence += 1;
        let hidden = (self.hides_values && entry.level == Level::Error)
            .then(|| entry.clone().without_values());
        let entry = hidden.as_ref().unwrap_or(entry);
        let line = entry.line(&self.id, self.sequence, at, secrets);
        self.spool.add(&line);
    }
}

impl Sink for Recorder {
    fn emit(&self, event: Event) {
        if !self.is_off.load(Ordering::Relaxed) {
            let mut state = self.state();
            let state = &mut *state;
            match &event {
                Event::Secrets(secrets) | Event::Configured { secrets, .. } => {
                    state.secrets.add(secrets.iter().cloned());
                }
                Event::Texts(texts) => state.texts.clone_from(texts),
                _ => {}
            }
            match &mut state.mode {
                Mode::Waiting(before) => before.push((self.system.now(), event.clone())),
                Mode::On(_) => state.add(&event, self.system.now()),
                Mode::Off => {}
            }
        }
        self.sink.emit(event);
    }
}
