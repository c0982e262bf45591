//! What a derive cannot bring into binary form: values of free form, words from a fixed list,
//! configurations.

use std::io::{Error, ErrorKind, Read, Result, Write};
use std::sync::LazyLock;

use borsh::{BorshDeserialize, BorshSerialize};
use serde_json::{Number, Value};

use super::{Config, Dict};

/// Values of free form, whose types belong to another crate.
pub(crate) mod free {
    use super::{FreeForm, Read, Result, Write};

    pub(crate) fn write<T: FreeForm, W: Write>(it: &T, writer: &mut W) -> Result<()> {
        it.write(writer)
    }

    pub(crate) fn read<T: FreeForm, R: Read>(reader: &mut R) -> Result<T> {
        T::read(reader)
    }
}

/// Texts that are known beforehand.
pub(super) mod word {
    use super::{BorshDeserialize, BorshSerialize, Read, Result, Write, damaged};

    const WORDS: &[&str] = &["none", "path", "python", "sha256", "sql"];

    pub(in crate::nodes) fn write<W: Write>(word: &&'static str, writer: &mut W) -> Result<()> {
        word.serialize(writer)
    }

    pub(in crate::nodes) fn read<R: Read>(reader: &mut R) -> Result<&'static str> {
        let text = String::deserialize_reader(reader)?;
        let known = WORDS.iter().find(|word| **word == text);
        known.copied().ok_or_else(|| damaged("no such word"))
    }
}

/// A type of free form.
pub(crate) trait FreeForm: Sized {
    fn write(&self, writer: &mut impl Write) -> Result<()>;
    fn read(reader: &mut impl Read) -> Result<Self>;
}

impl<T: FreeForm> FreeForm for Option<T> {
    fn write(&self, writer: &mut impl Write) -> Result<()> {
        self.is_some().serialize(writer)?;
        self.as_ref().map_or(Ok(()), |it| it.write(writer))
    }

    fn read(reader: &mut impl Read) -> Result<Self> {
        let some = bool::deserialize_reader(reader)?;
        some.then(|| T::read(reader)).transpose()
    }
}

impl<T: FreeForm> FreeForm for Vec<T> {
    fn write(&self, writer: &mut impl Write) -> Result<()> {
        write_length(self.len(), writer)?;
        self.iter().try_for_each(|it| it.write(writer))
    }

    fn read(reader: &mut impl Read) -> Result<Self> {
        let length = u32::deserialize_reader(reader)?;
        (0..length).map(|_| T::read(reader)).collect()
    }
}

impl FreeForm for Dict {
    fn write(&self, writer: &mut impl Write) -> Result<()> {
        write_length(self.len(), writer)?;
        self.iter().try_for_each(|(key, value)| {
            key.serialize(writer)?;
            value.write(writer)
        })
    }

    fn read(reader: &mut impl Read) -> Result<Self> {
        let length = u32::deserialize_reader(reader)?;
        (0..length)
            .map(|_| Ok((String::deserialize_reader(reader)?, Value::read(reader)?)))
            .collect()
    }
}

impl FreeForm for Value {
    fn write(&self, writer: &mut impl Write) -> Result<()> {
        match self {
            Self::Null => 0u8.serialize(writer),
            Self::Bool(it) => (1u8, it).serialize(writer),
            Self::Number(number) => match (number.as_u64(), number.as_i64(), number.as_f64()) {
                (Some(it), ..) => (2u8, it).serialize(writer),
                (_, Some(it), _) => (3u8, it).serialize(writer),
                (.., it) => (4u8, it.unwrap_or_default()).serialize(writer),
            },
            Self::String(it) => (5u8, it).serialize(writer),
            Self::Array(items) => {
                6u8.serialize(writer)?;
                items.write(writer)
            }
            Self::Object(it) => {
                7u8.serialize(writer)?;
                it.write(writer)
            }
        }
    }

    fn read(reader: &mut impl Read) -> Result<Self> {
        Ok(match u8::deserialize_reader(reader)? {
            0 => Self::Null,
            1 => Self::Bool(bool::deserialize_reader(reader)?),
            2 => Self::from(u64::deserialize_reader(reader)?),
            3 => Self::from(i64::deserialize_reader(reader)?),
            4 => {
                let number = Number::from_f64(f64::deserialize_reader(reader)?);
                Self::Number(number.ok_or_else(|| damaged("no such number"))?)
            }
            5 => Self::String(String::deserialize_reader(reader)?),
            6 => Self::Array(Vec::read(reader)?),
            7 => Self::Object(Dict::read(reader)?),
            _ => return Err(damaged("no such kind of value")),
        })
    }
}

fn write_length(length: usize, writer: &mut impl Write) -> Result<()> {
    let length = u32::try_from(length).map_err(|_| damaged("too long"))?;
    length.serialize(writer)
}

fn damaged(what: &str) -> Error {
    Error::new(ErrorKind::InvalidData, what)
}

impl BorshSerialize for Config {
    fn serialize<W: Write>(&self, writer: &mut W) -> Result<()> {
        self.set_values().write(writer)
    }
}

/// The defaults are not part of it: whoever knows them puts them back.
impl BorshDeserialize for Config {
    fn deserialize_reader<R: Read>(reader: &mut R) -> Result<Self> {
        static NONE: LazyLock<Dict> = LazyLock::new(Dict::new);
        Ok(Self::new(Dict::read(reader)?, &NONE))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::nodes::Node;

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            (-1e300..1e300).prop_map(Value::from),
            ".*".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::vec((".{0,3}", inner), 0..4)
                    .prop_map(|entries| Value::Object(entries.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn values_come_back_as_they_were(value in value()) {
            let mut bytes = Vec::new();
            value.write(&mut bytes).unwrap();
            let read = Value::read(&mut &*bytes).unwrap();
            prop_assert_eq!(read.to_string(), value.to_string());
            prop_assert!(Value::read(&mut &bytes[..bytes.len() - 1]).is_err());
        }

        #[test]
        fn foreign_bytes_do_no_harm(bytes: Vec<u8>) {
            let _ = Value::read(&mut &*bytes);
            prop_assert!(borsh::from_slice::<Node>(&bytes).is_err());
        }
    }

    #[test]
    fn what_is_set_comes_back_without_defaults() {
        static DEFAULTS: LazyLock<Dict> =
            LazyLock::new(|| Dict::from_iter([("enabled".to_owned(), json!(true))]));
        let config = Config::new(Dict::from_iter([("a".to_owned(), json!(1))]), &DEFAULTS);
        let read: Config = borsh::from_slice(&borsh::to_vec(&config).unwrap()).unwrap();
        assert_eq!(read.bool("enabled"), None);
        assert_eq!(read.set_values(), config.set_values());
    }
}
