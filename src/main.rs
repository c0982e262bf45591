//! The `dsql` binary: calls the command line.

use std::process::ExitCode;

fn main() -> ExitCode {
    dsql::cli::main(std::env::args_os())
}
