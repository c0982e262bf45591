//! What can be said of figures alone: pure functions that know no projects, files or databases.
//!
//! Read `control/mod.rs`.

pub mod control;
