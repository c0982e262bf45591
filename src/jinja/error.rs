//! Why a rendering failed, at which bytes, called from where.
//!
//! While a template runs, failures are minijinja's errors. The first node that sees one attaches a
//! [`Fault`] with its place; every macro on the way out adds itself. [`RenderError`] is what
//! callers of the engine get.

use std::any::Any;
use std::sync::{Mutex, PoisonError};

use indexmap::IndexMap;
use minijinja::{Error, ErrorKind, Value};

use super::library::errors::Raised;
use super::syntax::SyntaxError;
use super::template::Origin;
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
    /// Whether the called macro is one of dsql's own.
    pub built_in: bool,
    /// Where the call stands.
    pub location: Option<Location>,
}

/// A failed rendering.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.message)]
pub struct RenderError(Box<Failure>);

#[derive(Debug)]
struct Failure {
    kind: RenderErrorKind,
    message: String,
    location: Option<Location>,
    help: Option<String>,
    /// The innermost call first.
    calls: Vec<MacroCall>,
    cause: Option<Error>,
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

    /// Returns what to type, if that is known.
    pub fn help(&self) -> Option<&str> {
        self.0.help.as_deref()
    }

    /// Returns the macro calls that led there, the innermost first.
    pub fn calls(&self) -> &[MacroCall] {
        &self.0.calls
    }

    /// Returns the value that a function of the context raised with `Error::with_source`.
    pub fn payload<T: Any + std::error::Error>(&self) -> Option<&T> {
        find(self.0.cause.as_ref()?)
    }

    /// Turns the failure back into an error of a function, for failing the template that called it.
    pub fn into_error(self) -> Error {
        let Failure { message, cause, .. } = *self.0;
        cause.unwrap_or_else(|| Error::new(ErrorKind::InvalidOperation, message))
    }

    /// Turns the failure into a finding. It points at the innermost bytes outside of the built-in
    /// macros, if there are any, and at the calls that led there.
    pub fn into_diagnostic(self) -> Diagnostic {
        let failure = *self.0;
        let code = match failure.kind {
            RenderErrorKind::Syntax => Code::InvalidJinja,
            RenderErrorKind::Undefined => Code::UndefinedName,
            RenderErrorKind::Recursion | RenderErrorKind::Failed => Code::RenderFailed,
        };
        let mut lines = failure.message.lines();
        let mut finding = Diagnostic::error(code, lines.next().unwrap_or_default());
        let rest: Vec<&str> = lines.collect();
        if !rest.is_empty() {
            finding = finding.note(rest.join("\n"));
        }
        let built_in = failure.calls.iter().take_while(|it| it.built_in);
        let built_in = built_in.count();
        let place = match built_in.checked_sub(1).and_then(|at| failure.calls.get(at)) {
            Some(call) => call.location,
            None => failure.location,
        };
        if let Some(location) = place {
            finding = finding.at(location);
        }
        let outer = failure.calls.iter().skip(built_in);
        for (location, id) in outer.filter_map(|it| Some((it.location?, &it.unique_id))) {
            if finding.labels.iter().all(|it| it.location != location) {
                finding = finding.label(location, format!("calls {id}"));
            }
        }
        finding.help = failure.help;
        finding.notes.extend(stack(&failure.calls));
        finding
    }

    /// Makes the error of a template that cannot be read.
    pub(super) fn syntax(error: &SyntaxError, origin: Origin) -> Self {
        Self(Box::new(Failure {
            kind: RenderErrorKind::Syntax,
            message: error.message.clone(),
            location: origin.locate(error.span),
            help: error.help.clone(),
            calls: Vec::new(),
            cause: None,
        }))
    }
}

/// Lists the macros that were running, the innermost first, each once.
fn stack(calls: &[MacroCall]) -> Vec<String> {
    let mut counts: IndexMap<&str, usize> = IndexMap::new();
    for call in calls {
        *counts.entry(&call.unique_id).or_default() += 1;
    }
    let lines = counts.into_iter().map(|(id, count)| match count {
        1 => format!("in {id}"),
        _ => format!("in {id}, {count} times"),
    });
    lines.collect()
}

impl From<RenderError> for Error {
    /// Passes the failure of an inner rendering on to the template that asked for it.
    fn from(error: RenderError) -> Self {
        let failure = *error.0;
        match failure.cause {
            Some(cause) => cause,
            None => Fault::raise(
                failure.kind,
                failure.message,
                failure.location,
                failure.help,
            ),
        }
    }
}

impl From<Error> for RenderError {
    fn from(error: Error) -> Self {
        let failure = match find::<Fault>(&error) {
            Some(fault) => Failure {
                kind: fault.kind,
                message: fault.message.clone(),
                location: fault.location,
                help: fault.help.clone(),
                calls: fault.calls(),
                cause: None,
            },
            None => Failure {
                kind: kind_of(&error),
                message: message_of(&error),
                location: None,
                help: None,
                calls: Vec::new(),
                cause: None,
            },
        };
        let cause = Some(error);
        Self(Box::new(Failure { cause, ..failure }))
    }
}

/// Where and why a template failed.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub(super) struct Fault {
    pub(super) kind: RenderErrorKind,
    pub(super) message: String,
    pub(super) location: Option<Location>,
    pub(super) help: Option<String>,
    calls: Mutex<Vec<MacroCall>>,
    #[source]
    cause: Option<Error>,
}

impl Fault {
    /// Makes an error of the engine's own.
    pub(super) fn raise(
        kind: RenderErrorKind,
        message: String,
        location: Option<Location>,
        help: Option<String>,
    ) -> Error {
        let outer = match kind {
            RenderErrorKind::Undefined => ErrorKind::UndefinedError,
            RenderErrorKind::Syntax => ErrorKind::SyntaxError,
            _ => ErrorKind::InvalidOperation,
        };
        let calls = Mutex::default();
        let fault = Self {
            kind,
            message: message.clone(),
            location,
            help,
            calls,
            cause: None,
        };
        Error::new(outer, message).with_source(fault)
    }

    /// Gives an error its place, unless it has one.
    pub(super) fn attach(error: Error, location: Option<Location>) -> Error {
        if find::<Self>(&error).is_some() || find::<Returned>(&error).is_some() {
            return error;
        }
        let (outer, message) = (error.kind(), message_of(&error));
        let fault = Self {
            kind: kind_of(&error),
            message: message.clone(),
            location,
            help: find::<Raised>(&error).and_then(|it| it.help.clone()),
            calls: Mutex::default(),
            cause: Some(error),
        };
        Error::new(outer, message).with_source(fault)
    }

    /// Adds the macro that the program called.
    pub(super) fn within(error: Error, call: MacroCall) -> Error {
        let error = Self::attach(error, None);
        Self::passes(&error, call);
        error
    }

    /// Adds a macro that the failure passes on its way out.
    pub(super) fn passes(error: &Error, call: MacroCall) {
        if let Some(fault) = find::<Self>(error) {
            let mut calls = fault.calls.lock().unwrap_or_else(PoisonError::into_inner);
            calls.push(call);
        }
    }

    pub(super) fn calls(&self) -> Vec<MacroCall> {
        self.calls
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

/// The value of `return(…)` on its way to the macro's caller.
#[derive(Debug, thiserror::Error)]
#[error("return outside of a macro")]
pub(super) struct Returned(Value);

impl Returned {
    /// Makes the error that carries a value.
    pub(super) fn error(value: Value) -> Error {
        Error::from(ErrorKind::InvalidOperation).with_source(Self(value))
    }

    /// Makes the error of a `return` that leaves no macro.
    pub(super) fn outside() -> Error {
        let message = "return() is only for macros";
        Error::new(ErrorKind::InvalidOperation, message)
    }

    /// Takes the value out of the error that carries it.
    pub(super) fn value(error: &Error) -> Option<Value> {
        find::<Self>(error).map(|returned| returned.0.clone())
    }
}

/// Finds an error of a type among the causes of an error.
pub(super) fn find<T: std::error::Error + 'static>(error: &Error) -> Option<&T> {
    let mut source = std::error::Error::source(error);
    while let Some(error) = source {
        if let Some(found) = error.downcast_ref::<T>() {
            return Some(found);
        }
        source = error.source();
    }
    None
}

fn message_of(error: &Error) -> String {
    match error.detail() {
        Some(detail) => detail.to_owned(),
        None => error.kind().to_string(),
    }
}

fn kind_of(error: &Error) -> RenderErrorKind {
    match error.kind() {
        ErrorKind::UndefinedError
        | ErrorKind::UnknownFilter
        | ErrorKind::UnknownTest
        | ErrorKind::UnknownFunction
        | ErrorKind::UnknownMethod => RenderErrorKind::Undefined,
        _ => RenderErrorKind::Failed,
    }
}
