//! Types of columns and expressions, by DuckDB's names.
//!
//! In: what a text, a catalogue or a cast says. Out: a [`SqlType`], which is unknown where nothing tells.

mod functions;
mod kinds;
mod numbers;
mod parse;

use std::fmt;

use borsh::{BorshDeserialize, BorshSerialize};

pub(super) use functions::returned;
pub(super) use kinds::Kind;
pub(super) use numbers::{arithmetic, common, number};

/// The type of a value.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, BorshSerialize, BorshDeserialize)]
pub enum SqlType {
    /// Nothing tells.
    #[default]
    Unknown,
    /// That of `null`, which every type takes in.
    Null,
    /// True or false.
    Boolean,
    /// Whole numbers of so many bits.
    Integer {
        /// 8 to 128.
        bits: u8,
        /// Whether below zero, too.
        signed: bool,
    },
    /// Approximate numbers of 32 bits.
    Float,
    /// Approximate numbers of 64 bits.
    Double,
    /// Exact numbers: digits in all, and behind the point.
    Decimal(u8, u8),
    /// Texts.
    Varchar,
    /// A text in quotes, which takes the type of what stands beside it.
    Literal,
    /// Bytes.
    Blob,
    /// Days.
    Date,
    /// Times of a day.
    Time,
    /// Moments without a zone, in microseconds.
    Timestamp,
    /// Moments.
    TimestampTz,
    /// Spans of time.
    Interval,
    /// Lists of any length.
    List(Box<Self>),
    /// Lists of one length.
    Array(Box<Self>, u64),
    /// Named fields.
    Struct(Vec<(String, Self)>),
    /// Keys with values.
    Map(Box<Self>, Box<Self>),
    /// Any other, by its name.
    Other(String),
}

impl SqlType {
    /// Whole numbers of 32 bits.
    pub const INTEGER: Self = Self::Integer {
        bits: 32,
        signed: true,
    };
    /// Whole numbers of 64 bits.
    pub const BIGINT: Self = Self::Integer {
        bits: 64,
        signed: true,
    };
    /// Whole numbers of 128 bits.
    pub const HUGEINT: Self = Self::Integer {
        bits: 128,
        signed: true,
    };

    /// Reads a type as an engine or a person writes it; what nobody knows keeps its name.
    pub fn read(text: &str) -> Self {
        parse::read(text)
    }

    /// Tells whether something is known of it.
    pub fn is_known(&self) -> bool {
        *self != Self::Unknown
    }

    /// Tells whether all values of the type are values of another one.
    pub fn widens_to(&self, other: &Self) -> bool {
        let is_exact = match (self, other) {
            // Beyond 32 bits not all whole numbers are.
            (Self::Integer { bits, .. }, Self::Double) => *bits <= 32,
            (Self::Integer { bits, .. }, Self::Float) => *bits <= 16,
            (Self::Decimal(..), Self::Float | Self::Double) | (Self::Double, Self::Float) => false,
            _ => true,
        };
        let is_number = self.is_number() && other.is_number();
        is_number && is_exact && common(self, other) == *other
    }

    /// Returns the type that a column of a query has.
    pub(super) fn settled(self) -> Self {
        match self {
            Self::Literal => Self::Varchar,
            other => other,
        }
    }

    /// Tells whether it is a number.
    pub fn is_number(&self) -> bool {
        matches!(
            self,
            Self::Integer { .. } | Self::Float | Self::Double | Self::Decimal(..)
        )
    }

    /// Returns the type of a field.
    pub(super) fn field(&self, name: &str) -> Self {
        match self {
            Self::Struct(fields) => fields
                .iter()
                .find(|(it, _)| it.eq_ignore_ascii_case(name))
                .map(|(_, it)| it.clone())
                .unwrap_or_default(),
            Self::Other(json) if json == "JSON" => self.clone(),
            _ => Self::Unknown,
        }
    }

    /// Returns the type of an element.
    pub(super) fn element(&self) -> Self {
        match self {
            Self::List(of) | Self::Array(of, _) => (**of).clone(),
            Self::Map(_, value) => (**value).clone(),
            Self::Varchar | Self::Literal => Self::Varchar,
            Self::Other(json) if json == "JSON" => self.clone(),
            _ => Self::Unknown,
        }
    }
}

impl fmt::Display for SqlType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self {
            Self::Unknown => "UNKNOWN",
            Self::Null => "\"NULL\"",
            Self::Boolean => "BOOLEAN",
            Self::Integer { bits, signed } => {
                let name = match bits {
                    8 => "TINYINT",
                    16 => "SMALLINT",
                    32 => "INTEGER",
                    64 => "BIGINT",
                    _ => "HUGEINT",
                };
                let unsigned = if *signed { "" } else { "U" };
                return write!(f, "{unsigned}{name}");
            }
            Self::Float => "FLOAT",
            Self::Double => "DOUBLE",
            Self::Decimal(digits, behind) => return write!(f, "DECIMAL({digits},{behind})"),
            Self::Varchar | Self::Literal => "VARCHAR",
            Self::Blob => "BLOB",
            Self::Date => "DATE",
            Self::Time => "TIME",
            Self::Timestamp => "TIMESTAMP",
            Self::TimestampTz => "TIMESTAMP WITH TIME ZONE",
            Self::Interval => "INTERVAL",
            Self::List(of) => return write!(f, "{of}[]"),
            Self::Array(of, length) => return write!(f, "{of}[{length}]"),
            Self::Struct(fields) => {
                f.write_str("STRUCT(")?;
                for (at, (name, of)) in fields.iter().enumerate() {
                    let comma = if at == 0 { "" } else { ", " };
                    write!(f, "{comma}{} {of}", written(name))?;
                }
                return f.write_str(")");
            }
            Self::Map(key, value) => return write!(f, "MAP({key}, {value})"),
            Self::Other(name) => name,
        };
        f.write_str(name)
    }
}

/// Writes the name of a field, in quotes where it needs them.
fn written(name: &str) -> String {
    let plain = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '_';
    let begins = name.starts_with(|it: char| it.is_ascii_lowercase() || it == '_');
    match begins && name.chars().all(plain) {
        true => name.to_owned(),
        false => format!("\"{}\"", name.replace('"', "\"\"")),
    }
}
