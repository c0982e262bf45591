//! A mistake of dsql itself, kept to what it happened at.

use std::any::Any;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::{Code, Diagnostic};
use crate::text::Location;

thread_local! {
    /// How many guards are around what this thread does.
    static GUARDS: Cell<usize> = const { Cell::new(0) };
}

/// Runs something; `Err` holds the words of its panic. What it was working on is lost, so nothing
/// of it may be used further.
pub fn guarded<R>(run: impl FnOnce() -> R) -> Result<R, String> {
    GUARDS.set(GUARDS.get() + 1);
    let result = catch_unwind(AssertUnwindSafe(run));
    GUARDS.set(GUARDS.get() - 1);
    result.map_err(|panic| words(panic.as_ref()).to_owned())
}

/// Tells whether a panic of this thread is caught and told as a finding.
pub fn is_guarded() -> bool {
    GUARDS.get() > 0
}

/// Runs something that is about a file; a panic becomes a finding there, and the rest goes on.
pub fn guarded_at<R>(at: Location, run: impl FnOnce() -> R) -> Result<R, Diagnostic> {
    guarded(run).map_err(|words| {
        Diagnostic::error(
            Code::InternalError,
            format!("dsql has made a mistake here: {words}"),
        )
        .at(at)
        .help("please report this, with the text of the file if you can")
    })
}

/// Returns what a panic says.
pub fn words(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("unknown panic")
}
