//! What the history of runs says of the ones to come: forecasts of durations and rows, and when a capacity is passed.
//!
//! In: series of measurements and what `dsql.yml` says of capacity. Out: [`Forecast`]s. What happened is told by queries, macros of the
//! package `dsql`; nothing here reads anything.

mod forecast;
mod settings;

pub use forecast::{Forecast, Passing, forecasts};
pub use settings::{Capacity, Settings};

/// Queries by their names, in order, with what they answer. Each is the macro `insight_<name>`.
pub const QUESTIONS: [(&str, &str); 8] = [
    ("slowest_nodes", "Where time goes"),
    ("regressing_nodes", "What takes longer than it did"),
    ("critical_path", "What makes the last run as long as it is"),
    ("runs", "Handling and waiting"),
    ("flaky_tests", "Tests that end otherwise without a cause"),
    ("error_groups", "Errors"),
    ("drops", "Where rows are lost"),
    ("failure_causes", "What failures go along with"),
];

/// What is forecast: the query of the series, and what it is called.
pub const SERIES: [(&str, &str); 2] = [("seconds_series", "seconds"), ("rows_series", "rows")];
