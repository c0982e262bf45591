//! How a node stands, in the words of a page.

use serde::{Deserialize, Serialize};

/// How a node and its tests ended; the worst comes last.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Nothing is known of it.
    #[default]
    Unknown,
    /// It went well.
    Well,
    /// It was left out, since something before it failed.
    Skipped,
    /// It warned.
    Warned,
    /// It failed.
    Failed,
}

impl State {
    /// All of them, as a legend lists them.
    pub const ALL: [Self; 5] = [
        Self::Well,
        Self::Warned,
        Self::Failed,
        Self::Skipped,
        Self::Unknown,
    ];

    /// Reads a status of dbt.
    pub fn of(status: &str) -> Self {
        match status {
            "success" | "pass" => Self::Well,
            "warn" => Self::Warned,
            "skipped" => Self::Skipped,
            "error" | "fail" | "runtime error" | "partial success" => Self::Failed,
            _ => Self::Unknown,
        }
    }

    /// The word for people.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Unknown => "not known",
            Self::Well => "well",
            Self::Skipped => "skipped",
            Self::Warned => "warned",
            Self::Failed => "failed",
        }
    }

    /// The class of what shows it.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Well => "well",
            Self::Skipped => "skipped",
            Self::Warned => "warned",
            Self::Failed => "failed",
        }
    }

    /// The sign beside the word, so that nothing hangs on colours.
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Unknown => "·",
            Self::Well => "✓",
            Self::Skipped => "–",
            Self::Warned => "!",
            Self::Failed => "✗",
        }
    }
}
