//! Why a rendering failed, at which bytes, called from where.

use std::any::Any;

use minijinja::Error;

use crate::diagnostics::{Code, Diagnostic};
use crate::text::Location;

/// What kind of failure it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RenderErrorKind {
    /// The template is not Jinja.
    Syntax,
    /// A name, attribute, filter or test does not exist.
    Undefined,
    /// Macros call each other without end.
    Recursion,
    /// Anything else that goes wrong while the template runs.
    Failed,
}

/// One call on the way to the failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MacroCall {
    /// Unique id of the called macro.
    pub unique_id: String,
    /// Where the call stands.
    pub location: Option<Location>,
}

/// A failed rendering.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.message)]
pub struct RenderError(Box<Failure>);

#[derive(Debug)]
pub(super) struct Failure {
    pub(super) kind: RenderErrorKind,
    pub(super) message: String,
    pub(super) location: Option<Location>,
    pub(super) help: Option<String>,
    /// The innermost call first.
    pub(super) calls: Vec<MacroCall>,
    pub(super) cause: Option<Error>,
}

impl RenderError {
    /// Returns the kind.
    pub fn kind(&self) -> RenderErrorKind {
        self.0.kind
    }

    /// Returns the message alone.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Returns the bytes at fault.
    pub fn location(&self) -> Option<Location> {
        self.0.location
    }

    /// Returns the macro calls that led there, the innermost first.
    pub fn calls(&self) -> &[MacroCall] {
        &self.0.calls
    }

    /// Returns the value that a function of the context raised with `Error::with_source`.
    pub fn payload<T: Any + std::error::Error>(&self) -> Option<&T> {
        let cause = self.0.cause.as_ref()?;
        let mut source = std::error::Error::source(cause);
        while let Some(error) = source {
            if let Some(payload) = error.downcast_ref::<T>() {
                return Some(payload);
            }
            source = error.source();
        }
        None
    }

    /// Turns the failure into a finding.
    pub fn into_diagnostic(self) -> Diagnostic {
        let code = match self.0.kind {
            RenderErrorKind::Syntax => Code::InvalidJinja,
            RenderErrorKind::Undefined => Code::UndefinedName,
            RenderErrorKind::Recursion | RenderErrorKind::Failed => Code::RenderFailed,
        };
        let mut finding = Diagnostic::error(code, self.0.message);
        if let Some(location) = self.0.location {
            finding = finding.at(location);
        }
        if let Some(help) = self.0.help {
            finding = finding.help(help);
        }
        for call in &self.0.calls {
            finding = finding.note(format!("in macro {}", call.unique_id));
        }
        finding
    }
}

impl From<Failure> for RenderError {
    fn from(failure: Failure) -> Self {
        Self(Box::new(failure))
    }
}
