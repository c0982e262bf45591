//! `modules.re`: Python's regular expressions on `fancy_regex`.
//!
//! `translate.rs` turns a pattern into one that `fancy_regex` reads the same way; positions count
//! characters outside and bytes inside.

mod calls;
mod class;
mod flags;
mod found;
mod pattern;
mod template;
mod translate;

use std::sync::Arc;

use minijinja::{Error, Value};

pub use found::Found;
pub use pattern::Pattern;

use super::arguments::bind;
use super::errors::{type_error, value_error};
use super::number::int_argument;
use super::object::{function, named_class};

/// Makes `modules.re`.
pub fn re_module() -> Value {
    let mut names: Vec<(&str, Value)> = flags::NAMES
        .iter()
        .map(|(name, flag)| (*name, Value::from(*flag)))
        .collect();
    for name in calls::METHODS {
        names.push((name, method(name)));
    }
    names.push(("compile", function("compile", |_, args| compile(args))));
    names.push(("escape", function("escape", |_, args| escape(args))));
    names.push((
        "purge",
        function("purge", |_, args| {
            bind("purge", [], 0, args)?;
            Ok(Value::from(()))
        }),
    ));
    for name in ["error", "Pattern", "Match"] {
        names.push((name, named_class("re", name)));
    }
    Value::from_pairs(names)
}

/// Makes a function that compiles its pattern and calls a method of it.
fn method(name: &'static str) -> Value {
    function(name, move |state, args| {
        let (pattern, flags, rest) = match name {
            "sub" | "subn" => {
                let names = ["pattern", "repl", "string", "count", "flags"];
                let [pattern, replacement, text, count, flags] = bind(name, names, 3, args)?;
                (pattern, flags, vec![replacement, text, count])
            }
            "split" => {
                let names = ["pattern", "string", "maxsplit", "flags"];
                let [pattern, text, most, flags] = bind(name, names, 2, args)?;
                (pattern, flags, vec![text, most])
            }
            _ => {
                let [pattern, text, flags] = bind(name, ["pattern", "string", "flags"], 2, args)?;
                (pattern, flags, vec![text])
            }
        };
        let pattern = pattern_argument(&pattern.unwrap_or_default(), flags.as_ref())?;
        let rest: Vec<Value> = rest.into_iter().flatten().collect();
        calls::call(state, &pattern, name, &rest)
    })
}

/// Counts the words of a text.
pub(crate) fn words(text: &str) -> Result<usize, Error> {
    let pattern = Pattern::compile(r"\w+", 0)?;
    Ok(pattern.find_all(&Arc::from(text), 0, usize::MAX)?.len())
}

/// Splits a text at a pattern, keeping what its group matched.
pub(crate) fn split_keeping(pattern: &str, text: &str) -> Result<Vec<String>, Error> {
    let pattern = Pattern::compile(pattern, 0)?;
    let text: Arc<str> = Arc::from(text);
    let mut parts = Vec::new();
    let mut kept = 0;
    for found in pattern.find_all(&text, 0, usize::MAX)? {
        let (start, end) = found.span(0).unwrap_or_default();
        parts.push(text[kept..start].to_owned());
        parts.extend(found.group(1).map(str::to_owned));
        kept = end;
    }
    parts.push(text[kept..].to_owned());
    Ok(parts)
}

fn compile(args: &[Value]) -> Result<Value, Error> {
    let [pattern, flags] = bind("compile", ["pattern", "flags"], 1, args)?;
    let pattern = pattern_argument(&pattern.unwrap_or_default(), flags.as_ref())?;
    Ok(Value::from_dyn_object(pattern))
}

fn pattern_argument(pattern: &Value, flags: Option<&Value>) -> Result<Arc<Pattern>, Error> {
    let flags = flags.map_or(Ok(0), int_argument)?;
    if let Some(pattern) = pattern.downcast_object::<Pattern>() {
        if flags != 0 {
            let message = "cannot process flags argument with a compiled pattern";
            return Err(value_error(message));
        }
        return Ok(pattern);
    }
    let text = pattern
        .as_str()
        .ok_or_else(|| type_error("first argument must be string or compiled pattern"))?;
    Pattern::compile(text, u32::try_from(flags).unwrap_or_default())
}

fn escape(args: &[Value]) -> Result<Value, Error> {
    let [pattern] = bind("escape", ["pattern"], 1, args)?;
    let pattern = pattern.unwrap_or_default();
    let text = calls::text_argument(&pattern)?;
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if "()[]{}?*+-|^$\\.&~# \t\n\r\x0b\x0c".contains(c) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    Ok(Value::from(escaped))
}
