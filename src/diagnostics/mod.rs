//! What is wrong with a project, as plain data.
//!
//! In: findings of every stage. Out: [`Diagnostic`] values, sorted by file and offset when shown.
//! Nothing here prints; `render/` turns diagnostics into text for one kind of reader each.

mod code;
mod guard;
pub mod render;
mod subject;

use borsh::{BorshDeserialize, BorshSerialize};

pub use code::Code;
pub use guard::{guarded, guarded_at, is_guarded, words};
pub use subject::Subject;

use crate::text::{FileId, Location, Span};

/// How bad a finding is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, BorshSerialize, BorshDeserialize,
)]
pub enum Severity {
    /// The project cannot be used as it is.
    Error,
    /// The project works, but probably not as meant.
    Warning,
    /// Worth knowing.
    Note,
}

impl Severity {
    /// Returns the lower-case word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// A place with a word about it.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Label {
    /// The bytes.
    pub location: Location,
    /// What to see there; may be empty for the primary label.
    pub message: String,
}

/// One finding. The first label is the primary one: the bytes to change.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Diagnostic {
    /// Kebab-case identity, explained on a page of its own.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// One lower-case clause without a full stop that stands alone.
    pub message: String,
    /// Places, primary first; empty when no file is at fault.
    pub labels: Vec<Label>,
    /// What to type to mend it.
    pub help: Option<String>,
    /// Further facts, one a line: a database's own words, a macro call stack.
    pub notes: Vec<String>,
    /// The resource that it is about, where that is known.
    pub subject: Option<Box<Subject>>,
}

impl Diagnostic {
    /// Starts an error.
    pub fn error(code: Code, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Error, message.into())
    }

    /// Starts a warning.
    pub fn warning(code: Code, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Warning, message.into())
    }

    fn new(code: Code, severity: Severity, message: String) -> Self {
        Self {
            code,
            severity,
            message,
            labels: Vec::new(),
            help: None,
            notes: Vec::new(),
            subject: None,
        }
    }

    /// Points at bytes; the first call makes the primary label.
    #[must_use]
    pub fn at(self, location: Location) -> Self {
        self.label(location, "")
    }

    /// Points at a file as a whole.
    #[must_use]
    pub fn in_file(self, file: FileId) -> Self {
        self.at(Location::new(file, Span::default()))
    }

    /// Points at bytes with a word about them.
    #[must_use]
    pub fn label(mut self, location: Location, message: impl Into<String>) -> Self {
        self.labels.push(Label {
            location,
            message: message.into(),
        });
        self
    }

    /// Says what to type.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds a fact.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Says which resource it is about.
    #[must_use]
    pub fn about(mut self, subject: Option<Subject>) -> Self {
        self.subject = subject.map(Box::new);
        self
    }

    /// Returns the primary location.
    pub fn location(&self) -> Option<Location> {
        self.labels.first().map(|label| label.location)
    }

    /// Tells whether this is an error.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// Sorts findings by file, offset and code, and drops exact repeats.
pub fn sort(diagnostics: &mut Vec<Diagnostic>) {
    diagnostics.sort_by(|a, b| {
        (a.location(), a.code, &a.message).cmp(&(b.location(), b.code, &b.message))
    });
    diagnostics.dedup();
}

/// Finds the name that a word misspells by a letter, or a long word by two: few other words are as near.
pub fn nearly<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    const LONG: usize = 10;
    let reach = if word.chars().count() < LONG { 1 } else { 2 };
    let near = |name: &&str| *name != word && strsim::damerau_levenshtein(word, name) <= reach;
    known.into_iter().find(near)
}

/// Finds the name closest to `wanted` among `known`, if one is close enough to be a typing slip.
pub fn did_you_mean<'a>(wanted: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let reach = (wanted.chars().count() / 3).clamp(1, 3);
    known
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(wanted, name), name))
        .filter(|(distance, name)| *distance <= reach && *name != wanted)
        .min()
        .map(|(_, name)| name)
}
