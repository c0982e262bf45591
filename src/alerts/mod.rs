//! Alerts: what runs find becomes news about subjects, and news becomes messages for routes.
//!
//! In: the entries of runs, what is known of open subjects, and what `dsql.yml` says. Out: [`News`], and [`Message`]s that
//! wait to be sent. Pure: nothing here asks a database or sends anything. Read `observed.rs` for what a run says,
//! `subject.rs` for what is told of it, `message.rs` for how, `settings.rs` for whom.

mod message;
mod observed;
mod settings;
mod subject;
mod template;
mod when;

pub use message::{Alert, MESSAGE_COLUMNS, Message, Reached, Rows, Status, payload};
pub use observed::{Kind, Observation, Observed, RunFacts, Severity, is_by_hand, observed};
pub use settings::{Address, Channel, Email, Load, Route, Settings, TemplateFile, Word};
pub use subject::{News, SUBJECT_COLUMNS, State, Subject, What};
pub use template::{render, sample};
pub use when::{Quiet, next_attempt};

/// The file below the target folder in which waits what the warehouse does not have yet.
pub const STATE_FILE: &str = "alerts/state.json";
