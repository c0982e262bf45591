//! Errors as Python raises them: a class and a message.

use minijinja::{Error, ErrorKind};

/// What Python code would have raised; the source of the template error that carries it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Raised {
    /// Name of the exception's class.
    pub class: &'static str,
    /// The exception as text.
    pub message: String,
    /// What to type.
    pub help: Option<String>,
}

/// Makes a template error out of an exception's class and text.
pub fn raise(class: &'static str, message: impl Into<String>) -> Error {
    raise_with_help(class, message, None)
}

/// The same, with what to type.
pub fn raise_with_help(
    class: &'static str,
    message: impl Into<String>,
    help: Option<String>,
) -> Error {
    let message = message.into();
    let source = Raised {
        class,
        message: message.clone(),
        help,
    };
    Error::new(ErrorKind::InvalidOperation, message).with_source(source)
}

/// Raises `TypeError`.
pub fn type_error(message: impl Into<String>) -> Error {
    raise("TypeError", message)
}

/// Raises `ValueError`.
pub fn value_error(message: impl Into<String>) -> Error {
    raise("ValueError", message)
}

/// Raises `OverflowError`.
pub fn overflow_error(message: impl Into<String>) -> Error {
    raise("OverflowError", message)
}

/// Raises `ZeroDivisionError`.
pub fn zero_division(message: impl Into<String>) -> Error {
    raise("ZeroDivisionError", message)
}

/// Tells the class of the exception that an error carries, if it is one of Python's.
pub fn class_of(error: &Error) -> Option<&'static str> {
    let mut source = std::error::Error::source(error);
    while let Some(error) = source {
        if let Some(raised) = error.downcast_ref::<Raised>() {
            return Some(raised.class);
        }
        source = error.source();
    }
    None
}
