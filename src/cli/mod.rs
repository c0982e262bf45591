//! The command line: the only place that prints or exits.
//!
//! In: words, environment, terminal. Out: text on the standard streams, a log file, an exit code:
//! 0 done, 1 something failed, 2 could not run. Commands are thin: they call the pipeline and
//! print what it returns. Read `arguments/` for options, `output/` for events, `commands/` for
//! what a command prints at its end.

mod arguments;
mod commands;
mod error_pages;
mod interrupt;
mod output;
mod panic;
mod reference;
mod streams;
mod version;

use std::ffi::OsString;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::sync::Arc;

pub use commands::list_line;
pub use reference::reference;

use crate::invocation::Invocation;
use crate::system::{OsSystem, System};

/// The exit code of what could not run.
const COULD_NOT_RUN: u8 = 2;

/// Reads a command line; the first word is the program's name. `Err` is what to print instead of
/// running: help, the version, a mistake.
pub fn invocation(words: &[OsString], system: &dyn System) -> Result<Invocation, String> {
    arguments::read(words, system).map_err(|answer| answer.text)
}

/// Runs the program; the first word is its own name.
pub fn main(words: impl IntoIterator<Item = OsString>) -> ExitCode {
    panic::install();
    let system: Arc<dyn System> = Arc::new(OsSystem);
    let words: Vec<OsString> = words.into_iter().collect();
    let exit = match arguments::read(&words, &*system) {
        // A panic has told its story already.
        Ok(invocation) => catch_unwind(AssertUnwindSafe(|| commands::run(invocation, system)))
            .unwrap_or(COULD_NOT_RUN),
        Err(answer) => {
            let stream = if answer.exit == 0 {
                streams::out
            } else {
                streams::err
            };
            stream(&answer.text);
            answer.exit
        }
    };
    ExitCode::from(exit)
}
