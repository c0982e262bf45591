//! What can be said of figures alone: pure functions that know no projects, files or databases.
//!
//! Read `control/mod.rs` for charts, `trend.rs` for forecasts.

pub mod control;
pub mod trend;
