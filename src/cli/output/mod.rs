//! Events as text: on the screen, in the log file.
//!
//! In: [`Event`]s from any thread. Out: lines in dbt's words, all of them through one place, where
//! secrets are masked. `messages.rs` has the words, `format.rs` the forms of lines, `summary.rs`
//! the end of a run, `live.rs` what moves on a terminal.

mod difference;
mod entries;
mod failures;
mod annotations;
mod batch_messages;
mod deps_messages;
mod format;
mod freshness;
mod junit;
mod line;
mod live;
mod log_file;
mod messages;
mod node_messages;
mod record;
mod settings;
mod summary;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::{Map, Value};

use crate::diagnostics::{Code, Diagnostic, Severity, render};
use crate::events::{Event, NodeInfo, Secrets, Sink, Status, event_name};
use crate::invocation::{Invocation, Program};
use crate::system::System;
use crate::text::Texts;
use format::{Format, Moment};
use live::Live;
use log_file::LogFile;
use record::Ended;
pub(super) use record::{Level, Record};
use record::{node_info, thread_name};
use settings::{Document, Settings};

use super::{error_pages, streams};

/// The sink of the command line.
pub(super) struct Output {
    system: Arc<dyn System>,
    /// Whether a person typed an option about colours.
    asked_for_color: bool,
    /// From the repository to the project.
    folder: String,
    /// Files for JUnit reports.
    reports: Vec<PathBuf>,
    state: Mutex<State>,
}

struct State {
    settings: Settings,
    secrets: Secrets,
    invocation_id: Arc<str>,
    program: Program,
    command: &'static str,
    /// The command as it is typed.
    words: String,
    texts: Texts,
    /// Findings that are shown already.
    shown: Vec<Diagnostic>,
    /// Findings that wait for their texts.
    waiting: Vec<Arc<Diagnostic>>,
    ended: Vec<Ended>,
    /// What each thread works on, and dbt's word for how far it is.
    running: HashMap<String, (Arc<NodeInfo>, &'static str)>,
    /// Whether the project is read.
    read: bool,
    finished: bool,
    cancelled: bool,
    began: Duration,
    after_blank: bool,
    log_file: LogFile,
    live: Option<Live>,
}

impl Output {
    /// Makes the sink of a command.
    pub(super) fn new(invocation: &Invocation, system: Arc<dyn System>) -> Self {
        let asked_for_color = invocation.is_given("use_colors");
        let settings = Settings::new(&invocation.args(), asked_for_color, &*system);
        let state = State {
            settings,
            secrets: Secrets::of(&*system),
            invocation_id: Arc::from(""),
            program: invocation.program,
            command: invocation.command.as_str(),
            words: invocation.command.words(),
            texts: Texts::default(),
            shown: Vec::new(),
            waiting: Vec::new(),
            ended: Vec::new(),
            running: HashMap::new(),
            read: false,
            finished: false,
            cancelled: false,
            began: system.instant(),
            after_blank: false,
            log_file: LogFile::new(system.clone(), settings.file_max_bytes),
            live: settings
                .live
                .then(|| Live::new(settings.look.unicode, settings.look.color, system.clone())),
        };
        let folder = settings::folder(invocation, &*system);
        let reports = settings::reports(invocation);
        Self {
            system,
            asked_for_color,
            folder,
            reports,
            state: Mutex::new(state),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Prints what a command is for: shown with `--quiet` too.
    pub(super) fn print(&self, id: (&'static str, &'static str), text: &str, data: Value) {
        let mut state = self.state();
        self.write(&mut state, Record::plain(id, text, data));
    }

    /// Says what a command does that has no events.
    pub(super) fn say(&self, id: (&'static str, &'static str), text: &str, data: Value) {
        let mut state = self.state();
        self.write(&mut state, Record::new(id, Level::Info, text, data));
    }

    /// Tells that the command has ended: the last message.
    pub(super) fn complete(&self, success: bool) {
        let now = self.system.now();
        let mut state = self.state();
        let elapsed = self
            .system
            .instant()
            .saturating_sub(state.began)
            .as_secs_f64();
        let command = format!("{} {}", state.program.as_str(), state.words);
        let word = if success { "succeeded" } else { "failed" };
        let local = now.with_timezone(&chrono::Local).format("%H:%M:%S%.6f");
        let message = format!("Command `{command}` {word} at {local} after {elapsed:.2} seconds");
        let data = serde_json::json!({
            "command": command, "success": success, "elapsed": elapsed,
            "completed_at": now.to_rfc3339_opts(chrono::SecondsFormat::Micros, true),
        });
        let report = serde_json::json!({
            "command_name": state.command, "command_success": success,
            "command_wall_clock_time": elapsed,
        });
        let record = Record::new(
            ("ResourceReport", "Z051"),
            Level::Debug,
            format!("Resource report: {report}"),
            report,
        );
        self.write(&mut state, record);
        let record = Record::new(("CommandCompleted", "Q039"), Level::Debug, message, data);
        self.write(&mut state, record);
        state.log_file.flush();
    }

    /// Tells of a failure that has no place in a file.
    pub(super) fn fail(&self, text: &str) {
        let record = Record::new(
            ("MainEncounteredError", "Z002"),
            Level::Error,
            format!("Encountered an error:\n{text}"),
            serde_json::json!({"exc": text}),
        );
        let mut state = self.state();
        self.write(&mut state, record);
    }

    /// Ends the output: findings that were not shown, what failed, the counts.
    /// Tells whether all reports could be written.
    pub(super) fn finish(&self, texts: &Texts, diagnostics: &[Diagnostic]) -> bool {
        let mut state = self.state();
        if let Some(live) = &mut state.live {
            live.clear();
        }
        state.texts = texts.clone();
        let waiting = std::mem::take(&mut state.waiting);
        for finding in waiting.iter().map(|it| &**it).chain(diagnostics) {
            self.finding(&mut state, finding);
        }
        let look = state.settings.look;
        if state.finished {
            let columns = state.settings.live.then_some(look.width);
            let (ended, cancelled) = (&state.ended, state.cancelled);
            let records = match state.command {
                "freshness" => freshness::summary(ended, texts, look),
                _ => summary::summary(ended, cancelled, texts, look, columns),
            };
            for record in records {
                self.write(&mut state, record);
            }
            if state.settings.github {
                for line in annotations::annotations(&state.ended, texts, &self.folder) {
                    streams::out(&format!("{}\n", state.secrets.scrub(&line)));
                }
            }
        } else {
            let problems: Vec<_> = state
                .ended
                .iter()
                .flat_map(|it| it.problems.clone())
                .collect();
            for problem in problems {
                self.finding(&mut state, &problem);
            }
        }
        if let Some(document) = state.settings.document {
            self.document(&mut state, document);
            state.log_file.flush();
            return true;
        }
        if !state.finished && state.shown.iter().any(|it| it.severity != Severity::Note) {
            let count = render::count(&state.shown);
            let level = if state.shown.iter().any(Diagnostic::is_error) {
                Level::Error
            } else {
                Level::Warn
            };
            let data = serde_json::json!({"msg": count});
            self.write(&mut state, Record::drawing(level, ""));
            self.write(
                &mut state,
                Record {
                    data,
                    ..Record::drawing(level, count)
                },
            );
        }
        let written = self.report(&mut state, texts);
        state.log_file.flush();
        written
    }

    /// Prints all findings as one text.
    fn document(&self, state: &mut State, document: Document) {
        let (findings, texts) = (&state.shown, &state.texts);
        let value = match document {
            Document::Json => {
                let count = |severity| findings.iter().filter(|it| it.severity == severity).count();
                let described = findings.iter().map(|it| render::json(it, texts));
                serde_json::json!({
                    "errors": count(Severity::Error),
                    "warnings": count(Severity::Warning),
                    "findings": described.collect::<Vec<_>>(),
                })
            }
            Document::Sarif => {
                let sarif = render::Sarif {
                    version: env!("CARGO_PKG_VERSION"),
                    folder: &self.folder,
                    page: &error_pages::page_of,
                };
                sarif.log(findings, texts)
            }
        };
        let text = serde_json::to_string_pretty(&value).unwrap_or_default();
        streams::out(&format!("{}\n", state.secrets.scrub(&text)));
    }

    /// Writes the JUnit reports.
    fn report(&self, state: &mut State, texts: &Texts) -> bool {
        if self.reports.is_empty() {
            return true;
        }
        let run = junit::Run {
            words: &state.words,
            ended: &state.ended,
            findings: &state.shown,
            texts,
            elapsed: self.system.instant().saturating_sub(state.began),
            now: self.system.now(),
            folder: &self.folder,
            scrub: &|text| state.secrets.scrub(text),
        };
        let xml = run.xml();
        let mut written = true;
        for path in &self.reports {
            if let Err(error) = self.system.write(path, xml.as_bytes()) {
                let finding = Diagnostic::error(Code::SystemError, error.to_string());
                self.finding(state, &finding.help(error.help()));
                written = false;
            }
        }
        written
    }

    fn finding(&self, state: &mut State, finding: &Diagnostic) {
        if state.shown.contains(finding) {
            return;
        }
        let finding = &as_called(finding, state.program);
        if state.settings.document.is_some() {
            return state.shown.push(finding.clone());
        }
        let level = match finding.severity {
            Severity::Error => Level::Error,
            Severity::Warning => Level::Warn,
            Severity::Note => Level::Info,
        };
        let drawn = render::terminal(finding, &state.texts, state.settings.look);
        let mut data = render::json(finding, &state.texts);
        // dbt's own key.
        let key = match finding.severity {
            Severity::Error => "exc",
            _ => "msg",
        };
        if let Some(fields) = data.as_object_mut() {
            fields.insert(key.to_owned(), finding.message.as_str().into());
        }
        let message = match state.settings.format {
            Format::Json => finding.message.clone(),
            _ => drawn.trim_end().to_owned(),
        };
        let id = match finding.severity {
            Severity::Error if state.read && state.command == "run-operation" => {
                ("RunningOperationCaughtError", "Q001")
            }
            Severity::Error => ("MainEncounteredError", "Z002"),
            _ => event_name(finding),
        };
        let record = Record::new(id, level, message, data);
        self.write(
            state,
            Record {
                print: false,
                drawing: state.settings.format != Format::Json,
                ..record
            },
        );
        if state.settings.github {
            let line = render::github(finding, &state.texts, &self.folder);
            streams::out(&format!("{}\n", state.secrets.scrub(&line)));
        }
        state.shown.push(finding.clone());
    }

    /// Puts a record where it belongs.
    fn write(&self, state: &mut State, mut record: Record) {
        let blank = record.name == "Formatting";
        if blank && state.after_blank {
            return;
        }
        let settings = state.settings;
        let json = settings.format == Format::Json;
        let drawn_for_nobody = (record.drawing && json) || (record.machine && !json);
        if !drawn_for_nobody {
            state.after_blank = blank;
        }
        let thread = thread_name();
        record.message = state.secrets.scrub(&record.message);
        let moment = Moment {
            now: self.system.now(),
            thread: &thread,
            invocation_id: &state.invocation_id,
        };
        let loud = record.level >= settings.level || record.print;
        let hushed = record.name == "PrintEvent" && !settings.print && state.command != "list";
        // A running node has its line on the screen already.
        let seen =
            state.live.is_some() && matches!(record.name, "LogStartLine" | "LogHookStartLine");
        let file_loud = record.level >= settings.file_level || record.print;
        if settings.format == Format::Json || settings.file_format == Format::Json {
            state.secrets.scrub_json(&mut record.data);
        }
        if loud && settings.level < Level::None && !hushed && !drawn_for_nobody && !seen {
            let line = format::line(&record, settings.format, settings.look.color, &moment);
            match &state.live {
                Some(live) => live.print(&line),
                None if settings.alone && !record.print => streams::err(&format!("{line}\n")),
                None => streams::out(&format!("{line}\n")),
            }
        }
        let in_file = !record.machine || settings.file_format == Format::Json;
        if file_loud && in_file && settings.file_level < Level::None {
            let line = format::line(&record, settings.file_format, settings.file_color, &moment);
            state.log_file.add(&line);
        }
    }

    fn configure(&self, state: &mut State, flags: &Map<String, Value>) {
        let live = state.settings.live;
        state.settings = Settings::new(flags, self.asked_for_color, &*self.system);
        state.settings.live &= live;
        if !state.settings.live {
            state.live = None;
        }
        state.log_file.max_bytes = state.settings.file_max_bytes;
    }
}

/// A finding that names dsql's commands under the name by which the program is called.
fn as_called(finding: &Diagnostic, program: Program) -> Diagnostic {
    Diagnostic {
        message: program.spoken(&finding.message),
        help: finding.help.as_deref().map(|help| program.spoken(help)),
        ..finding.clone()
    }
}

impl Sink for Output {
    fn emit(&self, event: Event) {
        let mut state = self.state();
        let state = &mut *state;
        let runs = !matches!(
            state.command,
            "compile" | "generate" | "show" | "list" | "parse"
        );
        match &event {
            Event::Logged(values) => {
                let line = entries::line(values, state.settings.entries_as_json);
                return streams::out(&format!("{}\n", state.secrets.scrub(&line)));
            }
            Event::Started { invocation_id, .. } => state.invocation_id = invocation_id.clone(),
            Event::Configured {
                log_path,
                flags,
                secrets,
            } => {
                self.configure(state, flags);
                state.secrets.add(secrets.iter().cloned());
                state.log_file.place(log_path.clone());
            }
            Event::Secrets(secrets) => state.secrets.add(secrets.iter().cloned()),
            Event::Texts(texts) => {
                state.texts = texts.clone();
                for finding in std::mem::take(&mut state.waiting) {
                    self.finding(state, &finding);
                }
            }
            Event::Finding(finding) => {
                let known =
                    |it: &crate::diagnostics::Label| state.texts.get(it.location.file).is_some();
                if finding.labels.iter().all(known) {
                    self.finding(state, finding);
                } else {
                    state.waiting.push(finding.clone());
                }
            }
            Event::NodeStarted {
                node,
                total,
                description,
                ..
            } if runs => {
                state
                    .running
                    .insert(thread_name(), (node.clone(), "started"));
                if let Some(live) = &mut state.live {
                    live.start(&node.unique_id, description, *total);
                }
            }
            Event::NodeCompiling(node) => {
                let running = (node.clone(), "compiling");
                state.running.insert(thread_name(), running);
            }
            Event::NodeExecuting(node) => {
                let running = (node.clone(), "executing");
                state.running.insert(thread_name(), running);
            }
            Event::Found(_) => state.read = true,
            Event::NodeFinished {
                node,
                description,
                status,
                message,
                failures,
                problems,
                compiled_path,
                cause,
                execution_time,
                ..
            } => {
                if let Some(live) = &mut state.live {
                    live.finish(&node.unique_id, description, *status);
                }
                state.running.remove(&thread_name());
                state.ended.push(Ended {
                    node: node.clone(),
                    status: *status,
                    message: message.clone(),
                    failures: *failures,
                    problems: problems
                        .iter()
                        .map(|it| Arc::new(as_called(it, state.program)))
                        .collect(),
                    compiled_path: compiled_path.clone(),
                    description: description.clone(),
                    cause: cause.clone(),
                    seconds: *execution_time,
                });
            }
            Event::TakenBack { nodes, tests, .. } => {
                for ended in &mut state.ended {
                    if nodes.contains(&ended.node.unique_id) {
                        ended.status = Status::Skipped;
                        ended.message.clear();
                    } else if ended.node.resource_type == "test" && ended.node.refused.is_none() {
                        Arc::make_mut(&mut ended.node).refused = Some(String::new());
                    }
                    if let Some(message) = tests.get(&ended.node.unique_id) {
                        ended.message.clone_from(message);
                    }
                }
            }
            Event::Cancelling => state.cancelled = true,
            Event::Finished { .. } => {
                state.finished = true;
                if let Some(live) = &mut state.live {
                    live.clear();
                }
            }
            _ => {}
        }
        let quiet = matches!(
            event,
            Event::NodeStarted { .. } | Event::NodeFinished { .. }
        ) && !runs;
        if !quiet {
            let about = match &event {
                Event::UserMessage { .. } | Event::Query { .. } | Event::QueryDone { .. } => {
                    state.running.get(&thread_name()).cloned()
                }
                _ => None,
            };
            for mut record in messages::messages(&event, state.settings.room) {
                if let (Some((node, status)), Some(fields)) = (&about, record.data.as_object_mut())
                {
                    fields.insert("node_info".to_owned(), node_info(node, status));
                }
                self.write(state, record);
            }
        }
        if let Event::NodeFinished { index, total, .. } = &event
            && index == total
            && state.ended.len() >= *total
        {
            state.log_file.flush();
        }
    }
}
