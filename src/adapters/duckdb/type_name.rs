//! Types as DuckDB writes them.

use std::collections::HashSet;

use super::native::{DataType, Kind};

/// Writes a type as `DESCRIBE` does; `keywords` are the words that need quotes as names.
pub(super) fn type_name(data_type: &DataType, keywords: &HashSet<String>) -> String {
    if let Some(alias) = &data_type.alias {
        return alias.clone();
    }
    let name = |data_type: &DataType| type_name(data_type, keywords);
    let fields = |fields: &[(String, DataType)]| {
        let field = |(field, data_type): &(String, DataType)| {
            if field.is_empty() {
                name(data_type)
            } else {
                format!("{} {}", quoted_if_needed(field, keywords), name(data_type))
            }
        };
        fields.iter().map(field).collect::<Vec<_>>().join(", ")
    };
    let word = match &data_type.kind {
        Kind::Null => "\"NULL\"",
        Kind::Boolean => "BOOLEAN",
        Kind::TinyInt => "TINYINT",
        Kind::SmallInt => "SMALLINT",
        Kind::Integer => "INTEGER",
        Kind::BigInt => "BIGINT",
        Kind::HugeInt => "HUGEINT",
        Kind::UTinyInt => "UTINYINT",
        Kind::USmallInt => "USMALLINT",
        Kind::UInteger => "UINTEGER",
        Kind::UBigInt => "UBIGINT",
        Kind::UHugeInt => "UHUGEINT",
        Kind::BigNum => "BIGNUM",
        Kind::Float => "FLOAT",
        Kind::Double => "DOUBLE",
        Kind::Varchar => "VARCHAR",
        Kind::Blob => "BLOB",
        Kind::Bit => "BIT",
        Kind::Uuid => "UUID",
        Kind::Date => "DATE",
        Kind::Time => "TIME",
        Kind::TimeNs => "TIME_NS",
        Kind::TimeTz => "TIME WITH TIME ZONE",
        Kind::Timestamp => "TIMESTAMP",
        Kind::TimestampS => "TIMESTAMP_S",
        Kind::TimestampMs => "TIMESTAMP_MS",
        Kind::TimestampNs => "TIMESTAMP_NS",
        Kind::TimestampTz => "TIMESTAMP WITH TIME ZONE",
        Kind::Interval => "INTERVAL",
        Kind::Variant => "VARIANT",
        Kind::Unknown(_) => "UNKNOWN",
        Kind::Geometry {
            reference_system: None,
        } => "GEOMETRY",
        Kind::Geometry {
            reference_system: Some(system),
        } => return format!("GEOMETRY('{}')", system.replace('\'', "''")),
        Kind::Decimal { width, scale } => return format!("DECIMAL({width},{scale})"),
        Kind::Enum(words) => {
            let words = words
                .iter()
                .map(|it| format!("'{}'", it.replace('\'', "''")));
            return format!("ENUM({})", words.collect::<Vec<_>>().join(", "));
        }
        Kind::List(element) => return name(element) + "[]",
        Kind::Array(element, length) => return format!("{}[{length}]", name(element)),
        Kind::Struct(parts) => return format!("STRUCT({})", fields(parts)),
        Kind::Union(members) => return format!("UNION({})", fields(members)),
        Kind::Map(entry) => {
            let Kind::Struct(parts) = &entry.kind else {
                return "MAP".to_owned();
            };
            let parts: Vec<_> = parts.iter().map(|(_, part)| name(part)).collect();
            return format!("MAP({})", parts.join(", "));
        }
    };
    word.to_owned()
}

/// Tells whether writing the type needs to know the keywords.
pub(super) fn needs_keywords(data_type: &DataType) -> bool {
    match &data_type.kind {
        Kind::Struct(_) | Kind::Union(_) => true,
        Kind::List(inner) | Kind::Array(inner, _) => needs_keywords(inner),
        Kind::Map(entry) => match &entry.kind {
            Kind::Struct(parts) => parts.iter().any(|(_, part)| needs_keywords(part)),
            _ => false,
        },
        _ => false,
    }
}

/// Puts a name into quotes.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Quotes a name unless it is a plain word.
pub(super) fn quoted_if_needed(name: &str, keywords: &HashSet<String>) -> String {
    let plain = |at: char| at.is_ascii_alphanumeric() || at == '_';
    let needs_quotes = name.is_empty()
        || name.starts_with(|at: char| at.is_ascii_digit())
        || !name.chars().all(plain)
        || keywords.contains(&name.to_ascii_lowercase());
    if needs_quotes {
        quoted(name)
    } else {
        name.to_owned()
    }
}
