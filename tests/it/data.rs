//! Runs the data files below `tests/`, each as a test case named by its path.
//!
//! A folder of data has one runner here: a module with `trials()`.

#![allow(unreachable_pub, reason = "nothing imports a test")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "a test stops at the first surprise and may touch files"
)]

mod columns;
mod control;
mod diagnostics;
mod jinja;
mod meanings;
mod phases;
mod scenarios;
mod seeds;
mod selection;
mod support;

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments = libtest_mimic::Arguments::from_args();
    let trials = [
        scenarios::trials(),
        columns::trials(),
        control::trials(),
        diagnostics::trials(),
        jinja::trials(),
        meanings::trials(),
        phases::trials(),
        seeds::trials(),
        selection::trials(),
    ];
    libtest_mimic::run(&arguments, trials.into_iter().flatten().collect()).exit_code()
}
