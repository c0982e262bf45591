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
    said: Mutex<Option<Vec<Said>>>,
}

impl Listener {
    /// Makes a listener before a sink.
    pub fn new(sink: Arc<dyn Sink>) -> Self {
        let said = Mutex::default();
        Self { sink, said }
    }

    /// Begins to note.
    pub fn begin(&self) {
        *self.said() = Some(Vec::new());
    }

    /// Ends, and returns what was noted.
    pub fn end(&self) -> Vec<Said> {
        self.said().take().unwrap_or_default()
    }

    fn said(&self) -> MutexGuard<'_, Option<Vec<Said>>> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sink for Listener {
    fn emit(&self, event: Event) {
        if let Some(said) = &mut *self.said() {
            match &event {
                Event::Finding(finding) => said.push(Said::Finding((**finding).clone())),
                Event::UserMessage {
                    message,
                    info,
                    print,
                } => said.push(Said::Message {
                    message: message.clone(),
                    info: *info,
                    print: *print,
                }),
                _ => {}
            }
        }
        self.sink.emit(event);
    }
}
