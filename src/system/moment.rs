//! Moments as tables and files of dsql have them.

use chrono::{DateTime, NaiveDateTime, Utc};

/// How they are written, in UTC.
const FORM: &str = "%Y-%m-%d %H:%M:%S%.6f";

/// Writes a moment.
pub fn sql_time(at: DateTime<Utc>) -> String {
    naive_sql_time(at.naive_utc())
}

/// Writes a moment that is in UTC, though it does not say so.
pub fn naive_sql_time(at: NaiveDateTime) -> String {
    at.format(FORM).to_string()
}
