//! Why a text is not Jinja.

use crate::text::Span;

/// What is wrong and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub(crate) struct SyntaxError {
    /// What is wrong, in Jinja2's words.
    pub(crate) message: String,
    /// The bytes of the template to look at.
    pub(crate) span: Span,
    /// What to type.
    pub(crate) help: Option<String>,
}

impl SyntaxError {
    pub(super) fn new(message: impl Into<String>, span: Span) -> Self {
        Self {
            message: message.into(),
            span,
            help: None,
        }
    }

    pub(super) fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}
