//! Rows as values (dbt hands them to templates as an agate table).

use super::agate::{Decimal, date_time, date_time_tz};

/// Type of a column of values: agate's types.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CellType {
    /// Whole numbers; also a column without any value.
    Integer,
    /// Decimal numbers.
    Number,
    /// Truth values.
    Boolean,
    /// Days.
    Date,
    /// Points in time.
    DateTime,
    /// Anything else.
    Text,
}

/// One value, as agate holds it: of its column's type, or null.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// SQL null.
    Null,
    /// A truth value.
    Boolean(bool),
    /// A whole number.
    Integer(i128),
    /// A decimal number.
    Decimal(Decimal),
    /// A day.
    Date(chrono::NaiveDate),
    /// A point in time without zone.
    DateTime(chrono::NaiveDateTime),
    /// A point in time with zone.
    DateTimeTz(chrono::DateTime<chrono::FixedOffset>),
    /// Text; lists and structs are JSON here, times and intervals Python's words for them.
    Text(String),
}

impl Cell {
    /// Returns it as JSON; what that does not know is a text.
    pub fn to_json(&self) -> serde_json::Value {
        use serde_json::Value as Json;
        match self {
            Self::Null => Json::Null,
            Self::Boolean(value) => Json::from(*value),
            Self::Integer(number) => match i64::try_from(*number) {
                Ok(number) => Json::from(number),
                Err(_) => Json::from(number.to_string()),
            },
            Self::Decimal(number) => Json::from(number.to_f64()),
            other => Json::from(other.to_string()),
        }
    }
}

/// Name and types of one column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableColumn {
    /// Name; unique in its table.
    pub name: String,
    /// Type of its values.
    pub cells: CellType,
    /// Type as the database writes it, where it came from one.
    pub sql_type: Option<String>,
}

/// Rows with named columns.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    /// Columns in order.
    pub columns: Vec<TableColumn>,
    /// Rows; each has as many cells as there are columns.
    pub rows: Vec<Vec<Cell>>,
}

impl Table {
    /// Tells whether a column of numbers needs digits after the point (agate's `MaxPrecision`).
    pub fn has_decimals(&self, column: usize) -> bool {
        let mut places = (1, 0);
        for row in &self.rows {
            if let Some(Cell::Decimal(number)) = row.get(column) {
                let (whole, decimals) = number.places();
                places = (places.0.max(whole), places.1.max(decimals));
            }
        }
        Decimal::needs_decimals(places)
    }
}

impl std::fmt::Display for Cell {
    /// Writes the value as Python's `str()`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Null => f.write_str("None"),
            Self::Boolean(true) => f.write_str("True"),
            Self::Boolean(false) => f.write_str("False"),
            Self::Integer(number) => number.fmt(f),
            Self::Decimal(number) => number.fmt(f),
            Self::Date(date) => date.format("%Y-%m-%d").fmt(f),
            Self::DateTime(at) => f.write_str(&date_time(*at, ' ')),
            Self::DateTimeTz(at) => f.write_str(&date_time_tz(at, ' ')),
            Self::Text(text) => f.write_str(text),
        }
    }
}
