//! JSON as Python's `json.dumps` writes it: ASCII, a blank behind `,` and `:`.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Value;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter, Serializer};

use crate::adapters::agate::float;

/// Writes one line.
pub(super) fn line(value: &Value) -> String {
    written(
        value,
        Python {
            inner: CompactFormatter,
            spaced: true,
        },
    )
}

/// Writes with two blanks of indentation.
pub(super) fn pretty(value: &Value) -> String {
    written(
        value,
        Python {
            inner: PrettyFormatter::new(),
            spaced: false,
        },
    )
}

fn written<F: Formatter>(value: &Value, formatter: F) -> String {
    let mut bytes = Vec::new();
    let mut serializer = Serializer::with_formatter(&mut bytes, formatter);
    match value.serialize(&mut serializer) {
        Ok(()) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(_) => value.to_string(),
    }
}

struct Python<F> {
    inner: F,
    spaced: bool,
}

impl<F: Formatter> Formatter for Python<F> {
    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.inner.begin_array(writer)
    }
    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.inner.end_array(writer)
    }
    fn begin_array_value<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        if self.spaced && !first {
            return writer.write_all(b", ");
        }
        self.inner.begin_array_value(writer, first)
    }
    fn end_array_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.inner.end_array_value(writer)
    }
    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.inner.begin_object(writer)
    }
    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.inner.end_object(writer)
    }
    fn begin_object_key<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        if self.spaced && !first {
            return writer.write_all(b", ");
        }
        self.inner.begin_object_key(writer, first)
    }
    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b": ")
    }
    fn end_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.inner.end_object_value(writer)
    }
    fn write_f64<W: ?Sized + Write>(&mut self, writer: &mut W, value: f64) -> io::Result<()> {
        writer.write_all(float(value).as_bytes())
    }
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        for letter in fragment.chars() {
            if letter.is_ascii() && letter != '\u{7f}' {
                write!(writer, "{letter}")?;
                continue;
            }
            for unit in letter.encode_utf16(&mut [0; 2]) {
                write!(writer, "\\u{unit:04x}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_python_writes() {
        let value =
            serde_json::json!({"a": [1, 2.0, 1e20, 1e-7], "é😀": {}, "n": null, "q": "\"\n"});
        let expected =
            r#"{"a": [1, 2.0, 1e+20, 1e-07], "\u00e9\ud83d\ude00": {}, "n": null, "q": "\"\n"}"#;
        assert_eq!(line(&value), expected);
        let value = serde_json::json!({"show": [{"x": 1}], "e": []});
        assert_eq!(
            pretty(&value),
            "{\n  \"show\": [\n    {\n      \"x\": 1\n    }\n  ],\n  \"e\": []\n}"
        );
    }
}
