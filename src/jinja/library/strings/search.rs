//! `find`, `index`, `count`, `startswith` and their likes: places count characters.

use minijinja::{Error, Value};

use crate::jinja::library::arguments::Arguments;
use crate::jinja::library::errors::{type_error, value_error};
use crate::jinja::library::number::{int_argument, type_name};
use crate::jinja::python::collect;

/// The part of a text that is searched.
struct Part<'a> {
    text: &'a str,
    /// Where it begins in the whole, in characters.
    start: usize,
    /// Whether the bounds are in order; nothing is found otherwise, not even nothing.
    valid: bool,
}

impl<'a> Part<'a> {
    fn new(whole: &'a str, start: Option<&Value>, end: Option<&Value>) -> Result<Self, Error> {
        let bound = |value: Option<&Value>| match value {
            Some(value) if !value.is_none() => int_argument(value).map(Some),
            _ => Ok(None),
        };
        let (start, end) = (bound(start)?, bound(end)?);
        if start.is_none() && end.is_none() {
            return Ok(Self {
                text: whole,
                start: 0,
                valid: true,
            });
        }
        let length = whole.chars().count();
        let place = |at: i64| {
            let at = if at < 0 {
                at.saturating_add(length as i64).max(0)
            } else {
                at
            };
            usize::try_from(at).unwrap_or(usize::MAX)
        };
        let start = start.map_or(0, place);
        let end = end.map_or(length, place).min(length);
        let byte = |at: usize| {
            whole
                .char_indices()
                .nth(at)
                .map_or(whole.len(), |(byte, _)| byte)
        };
        let valid = start <= end;
        let (from, to) = (byte(start), byte(end));
        Ok(Self {
            text: if valid { &whole[from..to] } else { "" },
            start,
            valid,
        })
    }
}

/// Calls one of the methods.
pub(super) fn call(it: &str, name: &str, args: &[Value]) -> Result<Value, Error> {
    let arguments = Arguments::new(args);
    arguments.finish(&format!("str.{name}"))?;
    let args = arguments.positional;
    let (wanted, start, end) = match args {
        [wanted] => (wanted, None, None),
        [wanted, start] => (wanted, Some(start), None),
        [wanted, start, end] => (wanted, Some(start), Some(end)),
        [] => {
            return Err(type_error(format!(
                "{name}() takes at least 1 argument (0 given)"
            )));
        }
        _ => {
            return Err(type_error(format!(
                "{name}() takes at most 3 arguments ({} given)",
                args.len()
            )));
        }
    };
    let part = Part::new(it, start, end)?;
    if matches!(name, "startswith" | "endswith") {
        return affix(&part, name, wanted);
    }
    let Some(wanted) = wanted.as_str() else {
        let given = type_name(wanted);
        return Err(type_error(format!("must be str, not {given}")));
    };
    if name == "count" {
        let count = match (part.valid, wanted.is_empty()) {
            (false, _) => 0,
            (true, true) => part.text.chars().count() + 1,
            (true, false) => part.text.matches(wanted).count(),
        };
        return Ok(Value::from(count));
    }
    let byte = match name.starts_with('r') {
        true => part.text.rfind(wanted),
        false => part.text.find(wanted),
    };
    let found = byte.filter(|_| part.valid).map(|byte| {
        let place = part.start + part.text[..byte].chars().count();
        Value::from(place)
    });
    match found {
        Some(place) => Ok(place),
        None if name.ends_with("find") => Ok(Value::from(-1)),
        None => Err(value_error("substring not found")),
    }
}

fn affix(part: &Part, name: &str, wanted: &Value) -> Result<Value, Error> {
    let test = |affix: &str| match name {
        "startswith" => part.text.starts_with(affix),
        _ => part.text.ends_with(affix),
    };
    if let Some(wanted) = wanted.as_str() {
        return Ok(Value::from(part.valid && test(wanted)));
    }
    if !wanted.is_tuple() {
        let given = type_name(wanted);
        return Err(type_error(format!(
            "{name} first arg must be str or a tuple of str, not {given}"
        )));
    }
    for item in collect(wanted)? {
        let Some(item) = item.as_str() else {
            let given = type_name(&item);
            return Err(type_error(format!(
                "tuple for {name} must only contain str, not {given}"
            )));
        };
        if part.valid && test(item) {
            return Ok(Value::from(true));
        }
    }
    Ok(Value::from(false))
}
