//! Rows as values (dbt hands them to templates as an agate table).

/// Type of a column of values: agate's types.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CellType {
    /// Whole numbers.
    Integer,
    /// Numbers.
    Number,
    /// Truth values.
    Boolean,
    /// Days.
    Date,
    /// Points in time.
    DateTime,
    /// Times of day.
    Time,
    /// Durations.
    TimeDelta,
    /// Anything else.
    Text,
}

/// One value.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// SQL null.
    Null,
    /// A truth value.
    Boolean(bool),
    /// A whole number.
    Integer(i128),
    /// A binary floating-point number.
    Float(f64),
    /// A decimal number, exactly as written, such as `12.50`.
    Decimal(String),
    /// A day.
    Date(chrono::NaiveDate),
    /// A time of day.
    Time(chrono::NaiveTime),
    /// A point in time without zone.
    DateTime(chrono::NaiveDateTime),
    /// A point in time with zone.
    DateTimeTz(chrono::DateTime<chrono::FixedOffset>),
    /// A duration: months, days, microseconds.
    Interval(i32, i32, i64),
    /// Text.
    Text(String),
    /// Bytes.
    Blob(Vec<u8>),
    /// A list.
    List(Vec<Cell>),
    /// Named fields in order, of a struct or a map.
    Struct(Vec<(String, Cell)>),
}

/// Name and types of one column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableColumn {
    /// Name.
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
