//! Values → JSON.

use minijinja::{Error, Value};

use crate::adapters::agate::json;
use crate::jinja::library::errors::{raise, type_error, value_error};
use crate::jinja::library::number::type_name;
use crate::jinja::python::{Class, collect, entries, sort_pairs, text};

/// How JSON is written.
#[derive(Debug, Clone)]
pub(crate) struct Style {
    /// Whether everything beyond ASCII is escaped.
    pub(crate) ascii: bool,
    /// Whether the keys of objects are sorted.
    pub(crate) sort_keys: bool,
    /// What each level is indented by; `None` writes everything on one line.
    pub(crate) indent: Option<String>,
}

impl Default for Style {
    fn default() -> Self {
        Self {
            ascii: true,
            sort_keys: false,
            indent: None,
        }
    }
}

/// How deep structures may be; deeper ones hold themselves.
const DEEPEST: usize = 990;

/// Writes a value as JSON.
pub(crate) fn dumps(value: &Value, style: &Style) -> Result<String, Error> {
    let mut writer = Writer {
        style,
        out: String::new(),
        depth: 0,
    };
    writer.write(value)?;
    Ok(writer.out)
}

struct Writer<'a> {
    style: &'a Style,
    out: String,
    depth: usize,
}

impl Writer<'_> {
    fn write(&mut self, value: &Value) -> Result<(), Error> {
        match Class::of(value) {
            Class::None => self.out.push_str("null"),
            Class::Bool => self.out.push_str(truth(value)),
            Class::Int => self.out.push_str(&text(value)),
            Class::Float => float(value, &mut self.out),
            Class::Text => self.string(value.as_str().unwrap_or_default()),
            Class::List | Class::Tuple => {
                let items = collect(value)?;
                self.container('[', ']', items, |writer, item| writer.write(&item))?;
            }
            Class::Dict => {
                let pairs = self.pairs(value)?;
                self.container('{', '}', pairs, |writer, (key, value)| {
                    writer.string(&key);
                    writer.out.push_str(": ");
                    writer.write(&value)
                })?;
            }
            _ => {
                return Err(type_error(format!(
                    "Object of type {} is not JSON serializable",
                    short_name(value)
                )));
            }
        }
        Ok(())
    }

    fn pairs(&self, value: &Value) -> Result<Vec<(String, Value)>, Error> {
        let mut pairs = entries(value);
        if self.style.sort_keys {
            pairs = sort_pairs(pairs, false)?;
        }
        let pair = |(key, value): (Value, Value)| Ok((key_text(&key)?, value));
        pairs.into_iter().map(pair).collect()
    }

    fn container<T>(
        &mut self,
        open: char,
        close: char,
        items: Vec<T>,
        mut write: impl FnMut(&mut Self, T) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.out.push(open);
        if items.is_empty() {
            self.out.push(close);
            return Ok(());
        }
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(value_error("Circular reference detected"));
        }
        for (at, item) in items.into_iter().enumerate() {
            if at > 0 {
                let separator = if self.style.indent.is_some() {
                    ","
                } else {
                    ", "
                };
                self.out.push_str(separator);
            }
            self.line();
            stacker::maybe_grow(64 * 1024, 1024 * 1024, || write(self, item))?;
        }
        self.depth -= 1;
        self.line();
        self.out.push(close);
        Ok(())
    }

    fn line(&mut self) {
        if let Some(indent) = &self.style.indent {
            self.out.push('\n');
            self.out.push_str(&indent.repeat(self.depth));
        }
    }

    fn string(&mut self, text: &str) {
        json::write_text(text, self.style.ascii, &mut self.out);
    }
}

fn truth(value: &Value) -> &'static str {
    if value.is_true() { "true" } else { "false" }
}

fn float(value: &Value, out: &mut String) {
    json::write_float(f64::try_from(value.clone()).unwrap_or_default(), out);
}

fn key_text(key: &Value) -> Result<String, Error> {
    Ok(match Class::of(key) {
        Class::Text | Class::Int => text(key),
        Class::Float => {
            let mut text = String::new();
            float(key, &mut text);
            text
        }
        Class::Bool => truth(key).to_owned(),
        Class::None => "null".to_owned(),
        _ => {
            return Err(raise(
                "TypeError",
                format!(
                    "keys must be str, int, float, bool or None, not {}",
                    short_name(key)
                ),
            ));
        }
    })
}

/// Names a type without its module.
fn short_name(value: &Value) -> String {
    let name = type_name(value);
    name.rsplit('.').next().unwrap_or_default().to_owned()
}
