//! Filters of texts.

use minijinja::{Error, State, Value};

use super::argument_error;
use crate::jinja::library::arguments::{Arguments, bind};
use crate::jinja::library::errors::{raise, type_error};
use crate::jinja::library::number::{int_argument, type_name};
use crate::jinja::library::re::words;
use crate::jinja::library::strings;
use crate::jinja::python::{Dict, text};

/// Makes a text that is as safe as the one that it came from.
pub(super) fn like(original: &Value, text: String) -> Value {
    match original.is_safe() {
        true => Value::from_safe_string(text),
        false => Value::from(text),
    }
}

fn one(
    function: &str,
    name: &str,
    args: &[Value],
    change: impl FnOnce(&str) -> String,
) -> Result<Value, Error> {
    let [value] = bind(function, [name], 1, args)?;
    let value = value.unwrap_or_default();
    Ok(like(&value, change(&text(&value))))
}

/// `upper`.
pub(super) fn upper(_: &mut State, args: &[Value]) -> Result<Value, Error> {
    one("do_upper", "s", args, str::to_uppercase)
}

/// `lower`.
pub(super) fn lower(_: &mut State, args: &[Value]) -> Result<Value, Error> {
    one("do_lower", "s", args, str::to_lowercase)
}

/// `capitalize`.
pub(super) fn capitalize(_: &mut State, args: &[Value]) -> Result<Value, Error> {
    one("do_capitalize", "s", args, strings::capitalize)
}

/// `string`.
pub(super) fn string(_: &mut State, args: &[Value]) -> Result<Value, Error> {
    one("soft_str", "s", args, str::to_owned)
}

/// `title`: words begin after white space, `-` and opening brackets.
pub(super) fn title(_: &mut State, args: &[Value]) -> Result<Value, Error> {
    let begins = |c: char| strings::is_space(c) || "-({[<".contains(c);
    one("do_title", "s", args, |text| {
        let mut out = String::with_capacity(text.len());
        let mut inside = false;
        for c in text.chars() {
            match inside && !begins(c) {
                true => out.extend(c.to_lowercase()),
                false => out.extend(c.to_uppercase()),
            }
            inside = !begins(c);
        }
        out
    })
}

/// `center(value, width=80)`.
pub(super) fn center(_: &mut State, args: &[Value]) -> Result<Value, Error> {
    let [value, width] = bind("do_center", ["value", "width"], 1, args)?;
    let value = value.unwrap_or_default();
    let width = width.unwrap_or_else(|| Value::from(80));
    let centered = strings::call_text_method(&text(&value), "center", &[width])?;
    Ok(like(&value, text(&centered)))
}

/// `trim(value, chars=None)`.
pub(super) fn trim(_: &mut State, args: &[Value]) -> Result<Value, Error> {
    let [value, chars] = bind("do_trim", ["value", "chars"], 1, args)?;
    let value = value.unwrap_or_default();
    let chars = chars.unwrap_or(Value::from(()));
    let trimmed = strings::call_text_method(&text(&value), "strip", &[chars])?;
    Ok(like(&value, text(&trimmed)))
}

/// `replace(s, old, new, count=None)`.
pub(super) fn replace(_: &mut State, args: &[Value]) -> Result<Value, Error> {
    let [value, old, new, count] = bind("do_replace", ["s", "old", "new", "count"], 3, args)?;
    let part = |value: Option<Value>| text(&value.unwrap_or_default());
    let (value, old, new) = (part(value), part(old), part(new));
    let count = match count.filter(|count| !count.is_none()) {
        Some(count) => int_argument(&count)?,
        None => -1,
    };
    Ok(Value::from(match usize::try_from(count) {
        Ok(count) => value.replacen(&old, &new, count),
        Err(_) => value.replace(&old, &new),
    }))
}

/// `format(value, *args, **kwargs)`.
pub(super) fn format(_: &mut State, args: &[Value]) -> Result<Value, Error> {
    let args = Arguments::new(args);
    let Some((value, positional)) = args.positional.split_first() else {
        return Err(type_error(
            "do_format() missing 1 required positional argument: 'value'",
        ));
    };
    let values = match (positional.is_empty(), args.keywords.is_empty()) {
        (false, false) => {
            let message = "can't handle positional and keyword arguments at the same time";
            return Err(argument_error(message));
        }
        (_, false) => Dict::value(
            args.keywords
                .iter()
                .map(|(name, it)| (name.as_str(), it.clone())),
        ),
        _ => Value::from(minijinja::value::Tuple::from(positional)),
    };
    strings::percent(&text(value), &values).map(Value::from)
}

/// `truncate(s, length=255, killwords=False, end='...', leeway=None)`.
pub(super) fn truncate(_: &mut State, args: &[Value]) -> Result<Value, Error> {
    let names = ["s", "length", "killwords", "end", "leeway"];
    let [value, length, kill, end, leeway] = bind("do_truncate", names, 1, args)?;
    let value = value.unwrap_or_default();
    if value.is_undefined() {
        return Ok(Value::from(""));
    }
    let Some(it) = value.as_str() else {
        let name = type_name(&value);
        return Err(type_error(format!("object of type '{name}' has no len()")));
    };
    let number = |value: Option<Value>, default: i64| match value.filter(|value| !value.is_none()) {
        Some(value) => int_argument(&value),
        None => Ok(default),
    };
    let (length, leeway) = (number(length, 255)?, number(leeway, 5)?);
    let end = end.map_or_else(|| "...".to_owned(), |end| text(&end));
    let end_length = end.chars().count() as i64;
    if length < end_length {
        let message = format!("expected length >= {end_length}, got {length}");
        return Err(raise("AssertionError", message));
    }
    if leeway < 0 {
        let message = format!("expected leeway >= 0, got {leeway}");
        return Err(raise("AssertionError", message));
    }
    if it.chars().count() as i64 <= length + leeway {
        return Ok(value);
    }
    let kept: String = it.chars().take((length - end_length) as usize).collect();
    let kept = match kill.is_some_and(|kill| kill.is_true()) {
        true => kept.as_str(),
        false => kept
            .rsplit_once(' ')
            .map_or(kept.as_str(), |(words, _)| words),
    };
    Ok(like(&value, format!("{kept}{end}")))
}

/// `wordcount`.
pub(super) fn wordcount(_: &mut State, args: &[Value]) -> Result<Value, Error> {
    let [value] = bind("do_wordcount", ["s"], 1, args)?;
    Ok(Value::from(words(&text(&value.unwrap_or_default()))?))
}
