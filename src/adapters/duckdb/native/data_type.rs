//! Types of columns, copied out of DuckDB's handles.

use std::sync::{Arc, LazyLock};

use super::{ffi, owned_text};

/// A type and, for types with a name of their own such as `JSON`, that name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DataType {
    /// Name that stands for the type.
    pub(crate) alias: Option<String>,
    /// The type.
    pub(crate) kind: Kind,
}

/// DuckDB's types.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    Null,
    Boolean,
    TinyInt,
    SmallInt,
    Integer,
    BigInt,
    HugeInt,
    UTinyInt,
    USmallInt,
    UInteger,
    UBigInt,
    UHugeInt,
    BigNum,
    Float,
    Double,
    Decimal {
        width: u8,
        scale: u8,
    },
    Varchar,
    Blob,
    Bit,
    Uuid,
    Date,
    Time,
    TimeNs,
    TimeTz,
    Timestamp,
    TimestampS,
    TimestampMs,
    TimestampNs,
    TimestampTz,
    Interval,
    Enum(Arc<[String]>),
    List(Box<DataType>),
    Array(Box<DataType>, u64),
    Struct(Vec<(String, DataType)>),
    /// Holds the type of its entries: a struct of key and value.
    Map(Box<DataType>),
    Union(Vec<(String, DataType)>),
    Geometry {
        reference_system: Option<String>,
    },
    Variant,
    Unknown(u32),
}

impl From<Kind> for DataType {
    fn from(kind: Kind) -> Self {
        Self { alias: None, kind }
    }
}

impl DataType {
    /// Reads a type and frees its handle.
    ///
    /// # Safety
    /// `raw` is null or a live handle that the caller owns.
    pub(super) unsafe fn read(mut raw: ffi::duckdb_logical_type) -> Self {
        if raw.is_null() {
            return Kind::Unknown(0).into();
        }
        // SAFETY: as this function's: the handle is live and freed once, here.
        unsafe {
            let data_type = Self {
                alias: owned_text(ffi::duckdb_logical_type_get_alias(raw)),
                kind: read_kind(raw),
            };
            ffi::duckdb_destroy_logical_type(&mut raw);
            data_type
        }
    }

    /// Returns how many bytes one value takes in a vector, for values of fixed size.
    pub(super) fn width(&self) -> Option<usize> {
        Some(match &self.kind {
            Kind::Boolean | Kind::TinyInt | Kind::UTinyInt => 1,
            Kind::SmallInt | Kind::USmallInt => 2,
            Kind::Integer | Kind::UInteger | Kind::Float | Kind::Date => 4,
            Kind::BigInt | Kind::UBigInt | Kind::Double => 8,
            Kind::Time | Kind::TimeNs | Kind::TimeTz => 8,
            Kind::Timestamp
            | Kind::TimestampS
            | Kind::TimestampMs
            | Kind::TimestampNs
            | Kind::TimestampTz => 8,
            Kind::HugeInt | Kind::UHugeInt | Kind::Uuid | Kind::Interval => 16,
            Kind::Decimal { width: 0..=4, .. } => 2,
            Kind::Decimal { width: 5..=9, .. } => 4,
            Kind::Decimal { width: 10..=18, .. } => 8,
            Kind::Decimal { .. } => 16,
            // The smallest type that holds the number of words.
            Kind::Enum(words) if words.len() <= usize::from(u8::MAX) => 1,
            Kind::Enum(words) if words.len() <= usize::from(u16::MAX) => 2,
            Kind::Enum(_) => 4,
            _ => return None,
        })
    }

    /// Returns the type of a part: a field of a struct, the tag (first) or a member of a union, one
    /// of the four parts of a variant.
    pub(super) fn field(&self, index: usize) -> Option<&Self> {
        static TAG: DataType = DataType {
            alias: None,
            kind: Kind::UTinyInt,
        };
        match &self.kind {
            Kind::Struct(fields) => fields.get(index).map(|(_, it)| it),
            Kind::Union(members) => match index.checked_sub(1) {
                None => Some(&TAG),
                Some(member) => members.get(member).map(|(_, it)| it),
            },
            Kind::Variant => VARIANT.get(index),
            _ => None,
        }
    }

    /// Tells whether values are texts or bytes of varying length.
    pub(super) fn is_bytes(&self) -> bool {
        matches!(
            self.kind,
            Kind::Varchar | Kind::Blob | Kind::Bit | Kind::BigNum | Kind::Geometry { .. }
        )
    }
}

/// The parts of a variant: its keys; its children (number of the key, number of the value); its
/// values (number of the type, offset into the data); its data.
static VARIANT: LazyLock<[DataType; 4]> = LazyLock::new(|| {
    let list = |element: Kind| Kind::List(Box::new(element.into())).into();
    let pair = |first: Kind| {
        let parts = [first.into(), Kind::UInteger.into()];
        Kind::Struct(parts.map(|it| (String::new(), it)).into())
    };
    [
        list(Kind::Varchar),
        list(pair(Kind::UInteger)),
        list(pair(Kind::UTinyInt)),
        Kind::Blob.into(),
    ]
});

/// # Safety
/// `raw` is a live handle.
unsafe fn read_kind(raw: ffi::duckdb_logical_type) -> Kind {
    // SAFETY: the handle is live. Each accessor is called for the kind of type it is for, indexes
    // are below the counts, and every handle and text that comes back is this function's to free,
    // which `read` and `owned_text` do.
    unsafe {
        match ffi::duckdb_get_type_id(raw) {
            ffi::DUCKDB_TYPE_DUCKDB_TYPE_SQLNULL => Kind::Null,
            ffi::DUCKDB_TYPE_DUCKDB_TYPE_BOOLEAN => Kind::Boolean,
            ffi::DUCKDB_TYPE_DUCKDB_TYPE_TINYINT => Kind::TinyInt,
            ffi::DUCKDB_TYPE_DUCKDB_TYPE_SMALLINT => Kind::SmallInt,
            ffi::DUCKDB_TYPE_DUCKDB_TYPE_INTEGER => Kind::Integer,
            ffi::DUCKDB_TYPE_DUCKDB_TYPE_BIGINT => Kind::BigInt,
            ffi::DUCKDB_TYPE_DUCKDB_TYPE_HUGEINT => Kind::HugeInt,
            ffi::DUCKDB_TYPE_DUCKDB_TYPE_UTINYINT => Kind::UTinyInt,
            ffi::DUCKDB_TYPE_DUCKDB_TYPE_USMALLINT => Kind::USmallInt,
            ffi::DUCKDB_TYPE_DUCKDB_TYPE_UINTEGER => Kind::UInteger,
            ffi::DUCKDB_TYPE_DUCKDB_TYPE_UBIGINT => Kind::UBigInt,
            ffi::DUCKDB_TYPE_DUCKDB_TYPE_UHUGEINT => Kind::UHugeInt,
            ffi::DUCKDB_TYPE_DUCKDB_TYPE_BIGNUM => Kind::BigNum,
            ffi::DUCKDB_TYPE_DUCKDB_TYPE_FLOAT => Kind::Float,
            ffi::DUCKDB_TYPE_DUCKDB_TYPE_DOUBLE => Kind::Double,
            ffi::DUCKDB_TYPE_DUCKDB_TYPE_DECIMAL => Kind::Decimal {
                width: ffi::duckdb_decimal_width(raw),
                scale: ffi::duckdb_decimal_scale(raw),
            },
            ffi::DUCKDB_TYPE_DUCKDB_TYPE_VARCHAR => Kind::Varchar,
            ffi::DUCKDB_TYPE_DUCKDB_TYPE_BLOB => Kind::Blob,
            ffi::DUCKDB_TYPE_DUCKDB_TYPE_BIT => Kind::Bit,
            ffi::DUCKDB_TYPE_DUCKDB_TYPE_UUID => Kind::Uuid,
            ffi::DUCKDB_TYPE_DUCKDB_TYPE_DATE => Kind::Date,
            ffi::DUCKDB_TYPE_DUCKDB_TYPE_TIME => Kind::Time,
            ffi::DUCKDB_TYPE_DUCKDB_TYPE_TIME_NS => Kind::TimeNs,
            ffi::DUCKDB_TYPE_DUCKDB_TYPE_TIME_TZ => Kind::TimeTz,
            ffi::DUCKDB_TYPE_DUCKDB_TYPE_TIMESTAMP => Kind::Timestamp,
            ffi::DUCKDB_TYPE_DUCKDB_TYPE_TIMESTAMP_S => Kind::TimestampS,
            ffi::DUCKDB_TYPE_DUCKDB_TYPE_TIMESTAMP_MS => Kind::TimestampMs,
            ffi::DUCKDB_TYPE_DUCKDB_TYPE_TIMESTAMP_NS => Kind::TimestampNs,
            ffi::DUCKDB_TYPE_DUCKDB_TYPE_TIMESTAMP_TZ => Kind::TimestampTz,
            ffi::DUCKDB_TYPE_DUCKDB_TYPE_INTERVAL => Kind::Interval,
            ffi::DUCKDB_TYPE_DUCKDB_TYPE_VARIANT => Kind::Variant,
            ffi::DUCKDB_TYPE_DUCKDB_TYPE_GEOMETRY => Kind::Geometry {
                reference_system: owned_text(ffi::duckdb_geometry_type_get_crs(raw))
                    .filter(|name| !name.is_empty()),
            },
            ffi::DUCKDB_TYPE_DUCKDB_TYPE_ENUM => {
                let count = u64::from(ffi::duckdb_enum_dictionary_size(raw));
                let word = |at| owned_text(ffi::duckdb_enum_dictionary_value(raw, at));
                Kind::Enum((0..count).map(|at| word(at).unwrap_or_default()).collect())
            }
            ffi::DUCKDB_TYPE_DUCKDB_TYPE_LIST => Kind::List(Box::new(DataType::read(
                ffi::duckdb_list_type_child_type(raw),
            ))),
            ffi::DUCKDB_TYPE_DUCKDB_TYPE_ARRAY => Kind::Array(
                Box::new(DataType::read(ffi::duckdb_array_type_child_type(raw))),
                ffi::duckdb_array_type_array_size(raw),
            ),
            ffi::DUCKDB_TYPE_DUCKDB_TYPE_MAP => {
                let key = DataType::read(ffi::duckdb_map_type_key_type(raw));
                let value = DataType::read(ffi::duckdb_map_type_value_type(raw));
                let entry = vec![("key".to_owned(), key), ("value".to_owned(), value)];
                Kind::Map(Box::new(Kind::Struct(entry).into()))
            }
            ffi::DUCKDB_TYPE_DUCKDB_TYPE_STRUCT => Kind::Struct(
                (0..ffi::duckdb_struct_type_child_count(raw))
                    .map(|at| {
                        let name = owned_text(ffi::duckdb_struct_type_child_name(raw, at));
                        let field = DataType::read(ffi::duckdb_struct_type_child_type(raw, at));
                        (name.unwrap_or_default(), field)
                    })
                    .collect(),
            ),
            ffi::DUCKDB_TYPE_DUCKDB_TYPE_UNION => Kind::Union(
                (0..ffi::duckdb_union_type_member_count(raw))
                    .map(|at| {
                        let name = owned_text(ffi::duckdb_union_type_member_name(raw, at));
                        let member = DataType::read(ffi::duckdb_union_type_member_type(raw, at));
                        (name.unwrap_or_default(), member)
                    })
                    .collect(),
            ),
            other => Kind::Unknown(other),
        }
    }
}
