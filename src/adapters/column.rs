//! Columns of relations, as the database tells them.

/// One column (dbt's `Column`).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Column {
    /// Name.
    pub name: String,
    /// Type as the database writes it, without size.
    pub dtype: String,
    /// Longest text.
    pub char_size: Option<i64>,
    /// Digits.
    pub numeric_precision: Option<i64>,
    /// Digits after the point.
    pub numeric_scale: Option<i64>,
}
