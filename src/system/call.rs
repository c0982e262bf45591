//! Other programs that run to their end, as plain data.

use std::path::Path;

/// A program to run to its end. It has no input and no terminal to ask at.
#[derive(Debug, Clone, Copy)]
pub struct Call<'a> {
    /// Its name, looked for in `PATH`.
    pub program: &'a str,
    /// Its arguments.
    pub arguments: &'a [&'a str],
    /// The folder it runs in.
    pub folder: &'a Path,
    /// Environment variables to set, or to take away.
    pub variables: &'a [(&'a str, Option<&'a str>)],
}

/// What a program left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finished {
    /// Whether it ended with 0.
    pub success: bool,
    /// Its standard output.
    pub stdout: String,
    /// Its standard error.
    pub stderr: String,
}
