//! What types are told apart by where sizes do not matter.

use super::SqlType;

/// A kind of types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sql) enum Kind {
    Boolean,
    /// Whole numbers.
    Whole,
    /// Other numbers.
    Number,
    Text,
    Blob,
    /// Days and moments.
    Day,
    Time,
    Interval,
    List,
    Struct,
    Map,
}

impl SqlType {
    /// Returns its kind. Texts in quotes become what stands beside them, and of others nobody knows.
    pub(in crate::sql) fn kind(&self) -> Option<Kind> {
        Some(match self {
            Self::Boolean => Kind::Boolean,
            Self::Integer { .. } => Kind::Whole,
            Self::Float | Self::Double | Self::Decimal(..) => Kind::Number,
            Self::Varchar => Kind::Text,
            Self::Blob => Kind::Blob,
            Self::Date | Self::Timestamp | Self::TimestampTz => Kind::Day,
            Self::Time => Kind::Time,
            Self::Interval => Kind::Interval,
            Self::List(_) => Kind::List,
            Self::Struct(_) => Kind::Struct,
            Self::Map(..) => Kind::Map,
            Self::Unknown | Self::Null | Self::Literal | Self::Array(..) | Self::Other(_) => {
                return None;
            }
        })
    }

    /// Tells whether both are known, and are of two kinds.
    pub fn is_of_another_kind(&self, other: &Self) -> bool {
        matches!((self.kind(), other.kind()), (Some(one), Some(two)) if one != two)
    }
}
