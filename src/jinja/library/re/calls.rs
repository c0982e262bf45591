//! What can be done with a pattern and a text: the methods of `re.Pattern`.

use std::sync::Arc;

use minijinja::value::Tuple;
use minijinja::{Error, State, Value};

use super::found::Found;
use super::pattern::{Pattern, Place};
use super::template;
use crate::jinja::library::arguments::bind;
use crate::jinja::library::errors::type_error;
use crate::jinja::library::number::{int_argument, type_name};
use crate::jinja::python::List;

/// Names of the methods.
pub(super) const METHODS: [&str; 8] = [
    "search",
    "match",
    "fullmatch",
    "findall",
    "finditer",
    "sub",
    "subn",
    "split",
];

/// Calls a method of a pattern.
pub(super) fn call(
    state: &mut State,
    pattern: &Arc<Pattern>,
    name: &str,
    args: &[Value],
) -> Result<Value, Error> {
    match name {
        "sub" | "subn" => {
            let [replacement, text, count] = bind(name, ["repl", "string", "count"], 2, args)?;
            let count = count.map_or(Ok(0), |it| int_argument(&it))?;
            let (replaced, times) = substitute(
                state,
                pattern,
                &replacement.unwrap_or_default(),
                &text_argument(&text.unwrap_or_default())?,
                count,
            )?;
            Ok(match name {
                "sub" => Value::from(replaced),
                _ => Value::from((replaced, times)),
            })
        }
        "split" => {
            let [text, most] = bind(name, ["string", "maxsplit"], 1, args)?;
            let most = most.map_or(Ok(0), |it| int_argument(&it))?;
            split(pattern, &text_argument(&text.unwrap_or_default())?, most)
        }
        _ => {
            let [text, start, end] = bind(name, ["string", "pos", "endpos"], 1, args)?;
            let text = text_argument(&text.unwrap_or_default())?;
            let start = start.map_or(Ok(0), |it| int_argument(&it))?;
            let end = end.map_or(Ok(i64::MAX), |it| int_argument(&it))?;
            Window::new(text, start, end).look(pattern, name)
        }
    }
}

/// Reads an argument that must be a text.
pub(super) fn text_argument(value: &Value) -> Result<Arc<str>, Error> {
    value
        .to_str()
        .filter(|_| value.as_str().is_some())
        .ok_or_else(|| {
            let given = type_name(value);
            type_error(format!(
                "expected string or bytes-like object, got '{given}'"
            ))
        })
}

/// A text and the part of it to look at.
struct Window {
    whole: Arc<str>,
    /// The text up to the end of the part.
    visible: Arc<str>,
    start: usize,
    first: usize,
    last: usize,
}

impl Window {
    fn new(whole: Arc<str>, start: i64, end: i64) -> Self {
        let length = whole.chars().count();
        let clamp = |at: i64| usize::try_from(at.max(0)).unwrap_or(length).min(length);
        let (first, last) = (clamp(start), clamp(end));
        let byte = |at: usize| {
            whole
                .char_indices()
                .nth(at)
                .map_or(whole.len(), |(byte, _)| byte)
        };
        let visible = match last == length {
            true => whole.clone(),
            false => Arc::from(&whole[..byte(last)]),
        };
        let start = byte(first);
        Self {
            whole,
            visible,
            start,
            first,
            last,
        }
    }

    fn seen(&self, found: Found) -> Value {
        Value::from_object(Found {
            text: self.whole.clone(),
            start: self.first,
            end: self.last,
            ..found
        })
    }

    fn look(&self, pattern: &Arc<Pattern>, name: &str) -> Result<Value, Error> {
        let place = match name {
            "findall" | "finditer" if self.start > self.visible.len() => {
                return Ok(List::value([]));
            }
            "findall" => {
                let all = pattern.find_all(&self.visible, self.start, usize::MAX)?;
                return Ok(List::value(all.iter().map(texts)));
            }
            "finditer" => {
                let all = pattern.find_all(&self.visible, self.start, usize::MAX)?;
                return Ok(List::value(all.into_iter().map(|found| self.seen(found))));
            }
            "match" => Place::AtStart,
            "fullmatch" => Place::Whole,
            _ => Place::Anywhere,
        };
        let found = pattern.find(&self.visible, self.start, place)?;
        Ok(found.map_or(Value::from(()), |found| self.seen(found)))
    }
}

/// Returns what `findall` lists for a match: the whole, the only group, or all groups.
fn texts(found: &Found) -> Value {
    let group = |at: usize| Value::from(found.group(at).unwrap_or_default());
    match found.groups.len() {
        1 => group(0),
        2 => group(1),
        count => Value::from(Tuple::from((1..count).map(group).collect::<Vec<_>>())),
    }
}

fn substitute(
    state: &mut State,
    pattern: &Arc<Pattern>,
    replacement: &Value,
    text: &Arc<str>,
    count: i64,
) -> Result<(String, usize), Error> {
    let most = match count {
        0 => usize::MAX,
        1.. => usize::try_from(count).unwrap_or(usize::MAX),
        _ => 0,
    };
    let template = match replacement.as_str() {
        Some(template) => Some(template::parse(template, pattern)?),
        None if replacement.as_object().is_some() => None,
        None => {
            return Err(type_error(format!(
                "decoding to str: need a bytes-like object, {} found",
                type_name(replacement)
            )));
        }
    };
    let mut result = String::new();
    let mut kept = 0;
    let all = pattern.find_all(text, 0, most)?;
    let times = all.len();
    for found in all {
        let (start, end) = found.span(0).unwrap_or_default();
        result.push_str(&text[kept..start]);
        kept = end;
        match &template {
            Some(parts) => result.push_str(&template::fill(parts, &found)),
            None => {
                let value = replacement.call(state, &[Value::from_object(found)])?;
                let Some(written) = value.as_str() else {
                    return Err(type_error(format!(
                        "sequence item {}: expected str instance, {} found",
                        usize::from(kept > 0),
                        type_name(&value)
                    )));
                };
                result.push_str(written);
            }
        }
    }
    result.push_str(&text[kept..]);
    Ok((result, times))
}

fn split(pattern: &Arc<Pattern>, text: &Arc<str>, most: i64) -> Result<Value, Error> {
    let most = match most {
        0 => usize::MAX,
        1.. => usize::try_from(most).unwrap_or(usize::MAX),
        _ => 0,
    };
    let mut parts = Vec::new();
    let mut kept = 0;
    for found in pattern.find_all(text, 0, most)? {
        let (start, end) = found.span(0).unwrap_or_default();
        parts.push(Value::from(&text[kept..start]));
        for group in 1..found.groups.len() {
            parts.push(Value::from(found.group(group)));
        }
        kept = end;
    }
    parts.push(Value::from(&text[kept..]));
    Ok(List::value(parts))
}
