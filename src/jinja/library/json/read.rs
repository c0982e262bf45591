//! JSON → values.

use minijinja::Value;

use crate::jinja::python::{Dict, List};

/// Reads JSON; `None` if the text is none.
pub(super) fn loads(text: &str) -> Option<Value> {
    let mut reader = Reader {
        rest: text,
        depth: 0,
    };
    reader.space();
    let value = reader.value()?;
    reader.space();
    reader.rest.is_empty().then_some(value)
}

const DEEPEST: usize = 990;

struct Reader<'a> {
    rest: &'a str,
    depth: usize,
}

impl Reader<'_> {
    fn space(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
    }

    fn eat(&mut self, text: &str) -> bool {
        match self.rest.strip_prefix(text) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn value(&mut self) -> Option<Value> {
        let words = [
            ("null", Value::from(())),
            ("true", Value::from(true)),
            ("false", Value::from(false)),
            ("NaN", Value::from(f64::NAN)),
            ("Infinity", Value::from(f64::INFINITY)),
            ("-Infinity", Value::from(f64::NEG_INFINITY)),
        ];
        for (word, value) in words {
            if self.eat(word) {
                return Some(value);
            }
        }
        match self.rest.chars().next()? {
            '"' => self.string().map(Value::from),
            '[' => self.nested(Self::list),
            '{' => self.nested(Self::dict),
            _ => self.number(),
        }
    }

    fn nested(&mut self, read: fn(&mut Self) -> Option<Value>) -> Option<Value> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return None;
        }
        let value = stacker::maybe_grow(64 * 1024, 1024 * 1024, || read(self));
        self.depth -= 1;
        value
    }

    fn list(&mut self) -> Option<Value> {
        self.eat("[");
        self.space();
        let mut items = Vec::new();
        if self.eat("]") {
            return Some(List::value(items));
        }
        loop {
            self.space();
            items.push(self.value()?);
            self.space();
            if self.eat("]") {
                return Some(List::value(items));
            }
            if !self.eat(",") {
                return None;
            }
        }
    }

    fn dict(&mut self) -> Option<Value> {
        self.eat("{");
        self.space();
        let mut entries: Vec<(String, Value)> = Vec::new();
        if self.eat("}") {
            return Some(Dict::value(entries));
        }
        loop {
            self.space();
            let key = self.string()?;
            self.space();
            if !self.eat(":") {
                return None;
            }
            self.space();
            entries.push((key, self.value()?));
            self.space();
            if self.eat("}") {
                return Some(Dict::value(entries));
            }
            if !self.eat(",") {
                return None;
            }
        }
    }

    fn number(&mut self) -> Option<Value> {
        let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
        let sign = usize::from(self.rest.starts_with('-'));
        let whole = digits(&self.rest[sign..]);
        let leading_zero = whole > 1 && self.rest[sign..].starts_with('0');
        if whole == 0 || leading_zero {
            return None;
        }
        let mut end = sign + whole;
        let mut float = false;
        if self.rest[end..].starts_with('.') {
            let fraction = digits(&self.rest[end + 1..]);
            if fraction > 0 {
                end += 1 + fraction;
                float = true;
            }
        }
        if self.rest[end..].starts_with(['e', 'E']) {
            let signed = usize::from(self.rest[end + 1..].starts_with(['+', '-']));
            let exponent = digits(&self.rest[end + 1 + signed..]);
            if exponent > 0 {
                end += 1 + signed + exponent;
                float = true;
            }
        }
        let (number, rest) = self.rest.split_at(end);
        self.rest = rest;
        match number.parse::<i64>() {
            Ok(whole) if !float => Some(Value::from(whole)),
            _ if !float => match number.parse::<i128>() {
                Ok(whole) => Some(Value::from(whole)),
                Err(_) => number.parse::<f64>().ok().map(Value::from),
            },
            _ => number.parse::<f64>().ok().map(Value::from),
        }
    }

    fn string(&mut self) -> Option<String> {
        if !self.eat("\"") {
            return None;
        }
        let mut text = String::new();
        let mut units: Vec<u16> = Vec::new();
        loop {
            let c = self.rest.chars().next()?;
            self.rest = &self.rest[c.len_utf8()..];
            if c == '\\' && self.eat("u") {
                units.push(u16::from_str_radix(self.rest.get(..4)?, 16).ok()?);
                self.rest = &self.rest[4..];
                continue;
            }
            text.push_str(&String::from_utf16_lossy(&std::mem::take(&mut units)));
            match c {
                '"' => return Some(text),
                '\\' => {
                    let escaped = self.rest.chars().next()?;
                    self.rest = &self.rest[escaped.len_utf8()..];
                    text.push(match escaped {
                        '"' | '\\' | '/' => escaped,
                        'b' => '\x08',
                        'f' => '\x0c',
                        'n' => '\n',
                        'r' => '\r',
                        't' => '\t',
                        _ => return None,
                    });
                }
                _ if c < ' ' => return None,
                _ => text.push(c),
            }
        }
    }
}
