//! Tests of the library and the binary. What is said in data files is run by `data.rs`.

#![allow(unreachable_pub, reason = "nothing imports a test")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test stops at the first surprise and may touch files"
)]

mod alerts;
mod changed;
mod cli;
mod config;
mod control_laws;
mod database_files;
mod dialects;
mod engine;
mod events;
mod faults;
mod hostile;
mod interrupts;
mod kills;
mod openlineage;
mod partial_amend;
mod partial_check;
mod partial_edits;
mod partial_parse;
mod project;
mod python_models;
mod quarantine;
mod runners;
mod same_rows;
#[allow(
    dead_code,
    reason = "`data.rs` runs the files, this binary tests the runner"
)]
mod scenarios;
mod adapter;
mod support;
mod table_diffs;
mod threads;
mod tidy;
mod writes;
mod yaml;
