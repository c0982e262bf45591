//! What templates say while they are read: kept, to be said again.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use borsh::{BorshDeserialize, BorshSerialize};

use crate::diagnostics::Diagnostic;
use crate::events::{Event, Sink};

/// Something that a template said.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Said {
    /// `log` or `print`.
    Message {
        /// The text.
        message: String,
        /// Whether it is shown without `--debug`.
        info: bool,
        /// Whether it is plain output.
        print: bool,
    },
    /// `exceptions.warn`.
    Finding(Diagnostic),
}

impl Said {
    /// Tells whether anybody sees it who has not asked for all that is logged.
    pub fn is_shown(&self) -> bool {
        match self {
            Self::Finding(_) => true,
            Self::Message { info, print, .. } => *info || *print,
        }
    }
}

impl From<Said> for Event {
    fn from(said: Said) -> Self {
        match said {
            Said::Finding(finding) => Self::Finding(Arc::new(finding)),
            Said::Message {
                message,
                info,
                print,
            } => Self::UserMessage {
                message,
                info,
                print,
            },
        }
    }
}

/// A sink that passes everything on, and notes what templates say while it is asked to.
pub struct Listener {
    sink: Arc<dyn Sink>,
    noted: Mutex<Option<Noted>>,
}

/// What was said since it was asked to note.
#[derive(Default)]
struct Noted {
    said: Vec<Said>,
    /// Whether it is held back instead of passed on.
    held: bool,
}

impl Listener {
    /// Makes a listener before a sink.
    pub fn new(sink: Arc<dyn Sink>) -> Self {
        let noted = Mutex::default();
        Self { sink, noted }
    }

    /// Begins to note.
    pub fn begin(&self) {
        *self.noted() = Some(Noted::default());
    }

    /// Begins to note, and passes nothing of it on.
    pub fn hold(&self) {
        let held = Noted {
            held: true,
            ..Noted::default()
        };
        *self.noted() = Some(held);
    }

    /// Ends, and returns what was noted.
    pub fn end(&self) -> Vec<Said> {
        self.noted().take().unwrap_or_default().said
    }

    fn noted(&self) -> MutexGuard<'_, Option<Noted>> {
        self.noted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sink for Listener {
    fn emit(&self, event: Event) {
        if let Some(noted) = &mut *self.noted()
            && let Some(said) = said(&event)
        {
            noted.said.push(said);
            if noted.held {
                return;
            }
        }
        self.sink.emit(event);
    }
}

fn said(event: &Event) -> Option<Said> {
    match event {
        Event::Finding(finding) => Some(Said::Finding((**finding).clone())),
        Event::UserMessage {
            message,
            info,
            print,
        } => Some(Said::Message {
            message: message.clone(),
            info: *info,
            print: *print,
        }),
        _ => None,
    }
}
