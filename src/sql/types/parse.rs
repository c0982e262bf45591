//! Types as engines and people write them.

use sqlparser::ast::{
    ArrayElemTypeDef, DataType, ExactNumberInfo, ObjectName, StructField, TimezoneInfo,
    TypeModifier,
};
use sqlparser::dialect::DuckDbDialect;
use sqlparser::parser::Parser;

use super::SqlType;

/// The digits of a DECIMAL that does not say them.
const DECIMAL: SqlType = SqlType::Decimal(18, 3);

/// Reads the text of a type.
pub(super) fn read(text: &str) -> SqlType {
    let text = text.trim();
    if text.is_empty() {
        return SqlType::Unknown;
    }
    let parsed = Parser::new(&DuckDbDialect {})
        .try_with_sql(text)
        .and_then(|mut parser| {
            let read = parser.parse_data_type()?;
            parser.expect_token(&sqlparser::tokenizer::Token::EOF)?;
            Ok(read)
        });
    match parsed {
        Ok(read) => SqlType::from(&read),
        Err(_) => other(text),
    }
}

impl From<&DataType> for SqlType {
    fn from(written: &DataType) -> Self {
        let integer = |bits| Self::Integer { bits, signed: true };
        let unsigned = |bits| Self::Integer {
            bits,
            signed: false,
        };
        match written {
            DataType::Boolean | DataType::Bool => Self::Boolean,
            DataType::TinyInt(_) => integer(8),
            DataType::SmallInt(_) | DataType::Int2(_) | DataType::Int16 => integer(16),
            DataType::Int(_)
            | DataType::Int4(_)
            | DataType::Integer(_)
            | DataType::Int32
            | DataType::MediumInt(_)
            | DataType::Signed
            | DataType::SignedInteger => integer(32),
            DataType::BigInt(_) | DataType::Int8(_) | DataType::Int64 => integer(64),
            DataType::HugeInt | DataType::Int128 => integer(128),
            DataType::UTinyInt | DataType::UInt8 | DataType::TinyIntUnsigned(_) => unsigned(8),
            DataType::USmallInt | DataType::UInt16 | DataType::SmallIntUnsigned(_) => unsigned(16),
            DataType::UInt32 | DataType::IntUnsigned(_) | DataType::IntegerUnsigned(_) => {
                unsigned(32)
            }
            DataType::UBigInt | DataType::UInt64 | DataType::BigIntUnsigned(_) => unsigned(64),
            DataType::UHugeInt | DataType::UInt128 => unsigned(128),
            DataType::Float(of) => match of {
                ExactNumberInfo::Precision(digits) if *digits > 24 => Self::Double,
                _ => Self::Float,
            },
            DataType::Float4 | DataType::Float32 | DataType::Real => Self::Float,
            DataType::Float8
            | DataType::Float64
            | DataType::Double(_)
            | DataType::DoublePrecision => Self::Double,
            DataType::Decimal(of)
            | DataType::Numeric(of)
            | DataType::Dec(of)
            | DataType::BigDecimal(of)
            | DataType::BigNumeric(of) => decimal(of),
            DataType::Character(_)
            | DataType::Char(_)
            | DataType::CharacterVarying(_)
            | DataType::CharVarying(_)
            | DataType::Varchar(_)
            | DataType::Nvarchar(_)
            | DataType::Text
            | DataType::String(_)
            | DataType::Clob(_) => Self::Varchar,
            DataType::Binary(_)
            | DataType::Varbinary(_)
            | DataType::Blob(_)
            | DataType::Bytes(_)
            | DataType::Bytea => Self::Blob,
            DataType::Date => Self::Date,
            DataType::Time(_, TimezoneInfo::None | TimezoneInfo::WithoutTimeZone) => Self::Time,
            DataType::Time(..) => Self::Other("TIME WITH TIME ZONE".to_owned()),
            DataType::Timestamp(_, TimezoneInfo::None | TimezoneInfo::WithoutTimeZone)
            | DataType::TimestampNtz(_)
            | DataType::Datetime(_) => Self::Timestamp,
            DataType::Timestamp(..) => Self::TimestampTz,
            DataType::Interval { .. } => Self::Interval,
            DataType::Uuid => Self::Other("UUID".to_owned()),
            DataType::JSON | DataType::JSONB => Self::Other("JSON".to_owned()),
            DataType::Bit(_) | DataType::VarBit(_) | DataType::BitVarying(_) => {
                Self::Other("BIT".to_owned())
            }
            DataType::Array(of) => match of {
                ArrayElemTypeDef::SquareBracket(of, Some(length)) => {
                    Self::Array(Box::new(of.as_ref().into()), *length)
                }
                ArrayElemTypeDef::SquareBracket(of, None)
                | ArrayElemTypeDef::AngleBracket(of)
                | ArrayElemTypeDef::Parenthesis(of) => Self::List(Box::new(of.as_ref().into())),
                _ => Self::Other("ARRAY".to_owned()),
            },
            DataType::Struct(fields, _) => structure(fields),
            DataType::Map(key, value, _) => Self::Map(
                Box::new(key.as_ref().into()),
                Box::new(value.as_ref().into()),
            ),
            DataType::Custom(name, modifiers) => custom(name, modifiers),
            written => other(&written.to_string()),
        }
    }
}

/// Keeps the name of a type; what stands in parentheses may be names and labels.
fn other(text: &str) -> SqlType {
    match text.split_once('(') {
        Some((name, rest)) => SqlType::Other(format!("{}({rest}", name.to_uppercase())),
        None => SqlType::Other(text.to_uppercase()),
    }
}

fn decimal(of: &ExactNumberInfo) -> SqlType {
    let small = |it: u64| u8::try_from(it).unwrap_or(u8::MAX);
    match of {
        ExactNumberInfo::None => DECIMAL,
        ExactNumberInfo::Precision(digits) => SqlType::Decimal(small(*digits), 0),
        ExactNumberInfo::PrecisionAndScale(digits, behind) => {
            let behind = u64::try_from(*behind).unwrap_or(0);
            SqlType::Decimal(small(*digits), small(behind))
        }
    }
}

fn structure(fields: &[StructField]) -> SqlType {
    let fields = fields.iter().enumerate().map(|(at, field)| {
        let name = field.field_name.as_ref().map(|it| it.value.clone());
        let name = name.unwrap_or_else(|| format!("v{}", at + 1));
        (name, SqlType::from(&field.field_type))
    });
    SqlType::Struct(fields.collect())
}

/// Knows names that the grammar has no word for.
fn custom(name: &ObjectName, modifiers: &[TypeModifier]) -> SqlType {
    let name = name.to_string().to_uppercase();
    match name.as_str() {
        "MAP" => match modifiers {
            [key, value] => SqlType::Map(
                Box::new(read(&key.to_string())),
                Box::new(read(&value.to_string())),
            ),
            _ => SqlType::Other(name),
        },
        "STRING" | "BPCHAR" => SqlType::Varchar,
        "TIMESTAMPTZ" | "TIMESTAMP_TZ" | "TIMESTAMP_LTZ" => SqlType::TimestampTz,
        "TIMESTAMP_NTZ" | "DATETIME" | "TIMESTAMP_US" => SqlType::Timestamp,
        "LONG" => SqlType::BIGINT,
        "SHORT" => SqlType::Integer {
            bits: 16,
            signed: true,
        },
        "UINTEGER" => SqlType::Integer {
            bits: 32,
            signed: false,
        },
        "NUMBER" => match modifiers {
            [] => SqlType::Decimal(38, 0),
            [digits, rest @ ..] => {
                let small = |it: &TypeModifier| match it {
                    TypeModifier::Number(number, _) => number.parse().unwrap_or(0),
                    _ => 0,
                };
                SqlType::Decimal(small(digits), rest.first().map_or(0, small))
            }
        },
        _ => SqlType::Other(name),
    }
}
