//! Values with an explicit tag, as PyYAML's `SafeLoader` constructs them.

use super::scalar::{self, Kind};
use super::{Mapping, Node, Value};

const CORE: &str = "tag:yaml.org,2002:";

/// Makes a scalar's value from its look.
pub(super) fn plain(text: String) -> Result<Value, String> {
    match scalar::resolve(&text) {
        Kind::Null => Ok(Value::Null),
        Kind::Bool => bool(&text),
        Kind::Int => int(&text),
        Kind::Float => float(&text),
        Kind::Timestamp => timestamp(&text),
        Kind::Default => Err("`=` on its own is not a value".to_owned()),
        Kind::Merge => Err("`<<` can only be a key".to_owned()),
        Kind::String => Ok(Value::String(text)),
    }
}

/// Makes a scalar's value from its tag.
pub(super) fn tagged_scalar(tag: &str, text: String) -> Result<Value, String> {
    match tag.strip_prefix(CORE) {
        Some("str") => Ok(Value::String(text)),
        Some("null") => Ok(Value::Null),
        Some("bool") => bool(&text),
        Some("int") => int(&text),
        Some("float") => float(&text),
        Some("timestamp") => timestamp(&text),
        Some("binary") => base64(&text).map(Value::String),
        _ => Err(mismatch(tag, "a scalar")),
    }
}

/// Makes a list's value from its tag.
pub(super) fn tagged_seq(tag: &str, items: Vec<Node>) -> Result<Value, String> {
    match tag.strip_prefix(CORE) {
        Some("seq") => Ok(Value::Seq(items)),
        // Python gets a list of pairs from both.
        Some(name @ ("omap" | "pairs")) => items
            .into_iter()
            .map(|item| pair(item, name))
            .collect::<Result<_, _>>()
            .map(Value::Seq),
        _ => Err(mismatch(tag, "a list")),
    }
}

/// Makes a mapping's value from its tag.
pub(super) fn tagged_map(tag: &str, mapping: Mapping) -> Result<Value, String> {
    match tag.strip_prefix(CORE) {
        Some("map") => Ok(Value::Map(mapping)),
        Some("set") => Ok(Value::Seq(
            mapping.into_iter().map(|entry| entry.key).collect(),
        )),
        _ => Err(mismatch(tag, "a mapping")),
    }
}

fn mismatch(tag: &str, found: &str) -> String {
    let known = [
        "null",
        "bool",
        "int",
        "float",
        "binary",
        "timestamp",
        "omap",
        "pairs",
        "set",
        "str",
        "seq",
        "map",
    ];
    match tag.strip_prefix(CORE) {
        Some(name) if known.contains(&name) => format!("the tag `!!{name}` does not fit {found}"),
        Some(name) => format!("unknown tag `!!{name}`"),
        None => format!("unknown tag `{tag}`"),
    }
}

fn pair(item: Node, tag: &str) -> Result<Node, String> {
    let location = item.location;
    let mut entries = match item.value {
        Value::Map(mapping) if mapping.len() == 1 => mapping.into_iter(),
        _ => {
            return Err(format!(
                "`!!{tag}` takes a list of mappings with one key each"
            ));
        }
    };
    let both = entries.next().map(|entry| vec![entry.key, entry.value]);
    Ok(Node::new(Value::Seq(both.unwrap_or_default()), location))
}

fn bool(text: &str) -> Result<Value, String> {
    match text.to_lowercase().as_str() {
        "yes" | "true" | "on" => Ok(Value::Bool(true)),
        "no" | "false" | "off" => Ok(Value::Bool(false)),
        _ => Err(format!("`{text}` is not a truth value")),
    }
}

fn int(text: &str) -> Result<Value, String> {
    scalar::int(text).ok_or_else(|| format!("`{text}` is not a whole number"))
}

fn float(text: &str) -> Result<Value, String> {
    let value = scalar::float(text).ok_or_else(|| format!("`{text}` is not a number"))?;
    Ok(Value::Float(value))
}

fn timestamp(text: &str) -> Result<Value, String> {
    scalar::timestamp(text).ok_or_else(|| format!("`{text}` is not a date that exists"))
}

fn base64(text: &str) -> Result<String, String> {
    let mut bytes = Vec::new();
    let mut bits = 0_u32;
    let mut count = 0;
    let letters = text.bytes().filter(|it| !it.is_ascii_whitespace());
    for letter in letters.take_while(|it| *it != b'=') {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return Err("this is not base64".to_owned()),
        };
        bits = (bits << 6) | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from((bits >> count) & 0xff).unwrap_or_default());
        }
    }
    String::from_utf8(bytes).map_err(|_| "binary values must be UTF-8 text".to_owned())
}
