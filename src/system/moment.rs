//! Moments as tables and files of dsql have them.

use std::sync::LazyLock;

use chrono::format::{Item, StrftimeItems};
use chrono::{DateTime, NaiveDateTime, Utc};

/// How they are written, in UTC.
static FORM: LazyLock<Vec<Item<'static>>> =
    LazyLock::new(|| StrftimeItems::new("%Y-%m-%d %H:%M:%S%.6f").collect());

/// Writes a moment.
pub fn sql_time(at: DateTime<Utc>) -> String {
    naive_sql_time(at.naive_utc())
}

/// Writes a moment that is in UTC, though it does not say so.
pub fn naive_sql_time(at: NaiveDateTime) -> String {
    at.format_with_items(FORM.iter()).to_string()
}
