//! Nodes → JSON values.

use serde_json::{Map, Number, Value as Json};

use super::{Entry, Mapping, Node, Value};
use crate::text::Location;

impl Node {
    /// Converts to JSON as dbt does: dates become ISO text, keys become text.
    pub fn to_json(&self) -> Json {
        self.value.to_json()
    }
}

impl Value {
    /// Converts to JSON as dbt does: dates become ISO text, keys become text.
    pub fn to_json(&self) -> Json {
        self.json(b'T')
    }

    /// Converts to JSON, with times as Python prints them: a blank between day and time.
    pub fn to_printed(&self) -> Json {
        self.json(b' ')
    }

    fn json(&self, separator: u8) -> Json {
        match self {
            Self::Null => Json::Null,
            Self::Bool(value) => Json::Bool(*value),
            Self::Int(value) => integer(*value),
            Self::BigInt(digits) => digits.parse().map_or(Json::Null, number),
            Self::Float(value) => number(*value),
            Self::Date(_) | Self::Timestamp(..) => Json::String(self.iso(separator)),
            Self::String(text) => Json::String(text.clone()),
            Self::Seq(items) => items.iter().map(|it| it.value.json(separator)).collect(),
            Self::Map(mapping) => Json::Object(mapping.json(separator)),
        }
    }

    /// Makes a value of JSON, with everything in it at one place.
    pub fn from_json(json: &Json, location: Location) -> Self {
        let node = |json: &Json| Node::new(Self::from_json(json, location), location);
        match json {
            Json::Null => Self::Null,
            Json::Bool(value) => Self::Bool(*value),
            Json::Number(number) => match (number.as_i64(), number.as_u64()) {
                (Some(whole), _) => Self::Int(whole.into()),
                (None, Some(whole)) => Self::Int(whole.into()),
                (None, None) => Self::Float(number.as_f64().unwrap_or_default()),
            },
            Json::String(text) => Self::String(text.clone()),
            Json::Array(items) => Self::Seq(items.iter().map(node).collect()),
            Json::Object(entries) => {
                let entries = entries.iter().map(|(key, it)| Entry {
                    key: Node::new(Self::String(key.clone()), location),
                    value: node(it),
                });
                Self::Map(Mapping::from_entries(entries, |_, _| {}))
            }
        }
    }

    /// Writes a scalar as Python's `str()` does; lists and mappings as JSON.
    pub fn to_text(&self) -> String {
        match self {
            Self::Null => "None".to_owned(),
            Self::Bool(true) => "True".to_owned(),
            Self::Bool(false) => "False".to_owned(),
            Self::Int(value) => value.to_string(),
            Self::BigInt(digits) => digits.clone(),
            Self::Float(value) => float_text(*value),
            Self::Date(_) | Self::Timestamp(..) => self.iso(b' '),
            Self::String(text) => text.clone(),
            Self::Seq(_) | Self::Map(_) => self.to_json().to_string(),
        }
    }

    fn iso(&self, separator: u8) -> String {
        match self {
            Self::Date(date) => date.format("%Y-%m-%d").to_string(),
            Self::Timestamp(time, offset) => {
                let day = time.format("%Y-%m-%d");
                let clock = time.format("%H:%M:%S%.f");
                // Python writes no fraction or six digits of it.
                let micros = time.and_utc().timestamp_subsec_micros();
                let clock = match micros {
                    0 => clock.to_string(),
                    _ => format!("{}.{micros:06}", time.format("%H:%M:%S")),
                };
                let zone = offset.map_or(String::new(), |offset| offset.to_string());
                format!("{day}{}{clock}{zone}", char::from(separator))
            }
            _ => String::new(),
        }
    }
}

impl Mapping {
    /// Converts to a JSON object, keys as Python's `json` writes them.
    pub fn to_json(&self) -> Map<String, Json> {
        self.json(b'T')
    }

    /// Converts to a JSON object, with times as Python prints them.
    pub fn to_printed(&self) -> Map<String, Json> {
        self.json(b' ')
    }

    fn json(&self, separator: u8) -> Map<String, Json> {
        self.iter()
            .map(|entry| (entry.key.value.to_key(), entry.value.value.json(separator)))
            .collect()
    }
}

impl Value {
    /// Writes a value as a JSON key.
    pub fn to_key(&self) -> String {
        match self {
            Self::Null => "null".to_owned(),
            Self::Bool(value) => value.to_string(),
            _ => self.to_text(),
        }
    }
}

fn integer(value: i128) -> Json {
    if let Ok(value) = i64::try_from(value) {
        return Json::from(value);
    }
    if let Ok(value) = u64::try_from(value) {
        return Json::from(value);
    }
    #[allow(clippy::cast_precision_loss)]
    number(value as f64)
}

/// JSON has no infinities: those become the text that Python prints.
fn number(value: f64) -> Json {
    Number::from_f64(value).map_or_else(|| Json::String(float_text(value)), Json::Number)
}

fn float_text(value: f64) -> String {
    if value.is_nan() {
        "nan".to_owned()
    } else if value.is_infinite() {
        if value > 0.0 { "inf" } else { "-inf" }.to_owned()
    } else {
        Number::from_f64(value).map_or_else(String::new, |number| number.to_string())
    }
}
