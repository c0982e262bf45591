//! Texts and floats as Python's `json` writes them.

use std::fmt::Write as _;

use super::float;

/// Writes a text in quotes; `ascii` escapes everything beyond ASCII.
pub fn write_text(text: &str, ascii: bool, out: &mut String) {
    out.push('"');
    for at in text.chars() {
        match at {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            _ if at < ' ' || (ascii && at > '~') => {
                for unit in at.encode_utf16(&mut [0; 2]) {
                    let _ = write!(out, "\\u{unit:04x}");
                }
            }
            _ => out.push(at),
        }
    }
    out.push('"');
}

/// Writes a number; JSON's three words for what is none are Python's own.
pub fn write_float(number: f64, out: &mut String) {
    if number.is_nan() {
        out.push_str("NaN");
    } else if number.is_infinite() {
        out.push_str(if number > 0.0 {
            "Infinity"
        } else {
            "-Infinity"
        });
    } else {
        out.push_str(&float(number));
    }
}
