//! Bytes: `str.encode`, `bytes.decode` and `bytes.hex`.

use minijinja::{Error, Value};

use crate::jinja::library::arguments::bind;
use crate::jinja::library::errors::raise;
use crate::jinja::library::object::not_implemented;
use crate::jinja::python::text;

/// Encodes a text.
pub(super) fn encode(it: &str, args: &[Value]) -> Result<Value, Error> {
    let [encoding, errors] = bind("encode", ["encoding", "errors"], 0, args)?;
    let encoding = name(encoding);
    let errors = errors.map(|errors| text(&errors)).unwrap_or_default();
    let highest = match encoding.as_str() {
        "utf8" => return Ok(Value::from_bytes(it.as_bytes().to_vec())),
        "ascii" | "usascii" => 0x7f,
        "latin1" | "iso88591" => 0xff,
        _ => return Err(unknown(&encoding)),
    };
    let mut bytes = Vec::with_capacity(it.len());
    for c in it.chars() {
        match (u8::try_from(u32::from(c)), errors.as_str()) {
            (Ok(byte), _) if byte <= highest => bytes.push(byte),
            (_, "ignore") => {}
            (_, "replace") => bytes.push(b'?'),
            _ => {
                let message = format!("'{encoding}' codec can't encode character {c:?}");
                return Err(raise("UnicodeEncodeError", message));
            }
        }
    }
    Ok(Value::from_bytes(bytes))
}

fn name(encoding: Option<Value>) -> String {
    let name = encoding.map_or_else(|| "utf-8".to_owned(), |encoding| text(&encoding));
    name.to_lowercase().replace(['-', '_'], "")
}

fn unknown(encoding: &str) -> Error {
    raise("LookupError", format!("unknown encoding: {encoding}"))
}

/// Calls a method of bytes.
pub(super) fn call(it: &[u8], method: &str, args: &[Value]) -> Result<Value, Error> {
    match method {
        "decode" => {
            let [encoding, errors] = bind("decode", ["encoding", "errors"], 0, args)?;
            let encoding = name(encoding);
            let lossy = errors.is_some_and(|errors| text(&errors) != "strict");
            match encoding.as_str() {
                "latin1" | "iso88591" => Ok(Value::from(
                    it.iter().map(|byte| char::from(*byte)).collect::<String>(),
                )),
                "utf8" | "ascii" | "usascii" => match std::str::from_utf8(it) {
                    Ok(text) => Ok(Value::from(text)),
                    Err(_) if lossy => Ok(Value::from(String::from_utf8_lossy(it).into_owned())),
                    Err(error) => {
                        let message = format!("'utf-8' codec can't decode bytes: {error}");
                        Err(raise("UnicodeDecodeError", message))
                    }
                },
                _ => Err(unknown(&encoding)),
            }
        }
        "hex" => {
            bind("hex", [], 0, args)?;
            let hexadecimal: String = it.iter().map(|byte| format!("{byte:02x}")).collect();
            Ok(Value::from(hexadecimal))
        }
        _ => Err(not_implemented()),
    }
}
