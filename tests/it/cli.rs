//! The wiring of commands: the real binary, its output and its exit code.

mod arguments;
mod called_dbt;
mod clean;
mod command_lines;
mod events;
mod explain;
mod init;
mod reference;
mod run;
