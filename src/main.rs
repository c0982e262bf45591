//! The `dsql` binary: calls the command line.

use std::process::ExitCode;

/// A project is a great many small texts; the system's allocator takes a sixth of the time for them.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    dsql::cli::main(std::env::args_os())
}
