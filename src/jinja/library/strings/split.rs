//! `split`, `rsplit`, `splitlines`, `partition`, `rpartition`.

use minijinja::{Error, Value};

use super::methods::text_argument;
use super::space::{is_line_break, is_space};
use crate::jinja::library::arguments::bind;
use crate::jinja::library::errors::{type_error, value_error};
use crate::jinja::library::number::{int_argument, type_name};
use crate::jinja::python::List;

/// Calls one of the methods.
pub(super) fn call(it: &str, name: &str, args: &[Value]) -> Result<Value, Error> {
    match name {
        "splitlines" => {
            let [keep] = bind(name, ["keepends"], 0, args)?;
            let keep = keep.is_some_and(|keep| keep.is_true());
            Ok(List::value(lines(it, keep).into_iter().map(Value::from)))
        }
        "partition" | "rpartition" => {
            let separator = text_argument(name, args, 0)?;
            if separator.is_empty() {
                return Err(value_error("empty separator"));
            }
            let forward = name == "partition";
            let at = match forward {
                true => it.find(&separator),
                false => it.rfind(&separator),
            };
            Ok(Value::from(match (at, forward) {
                (Some(at), _) => (&it[..at], separator.as_str(), &it[at + separator.len()..]),
                (None, true) => (it, "", ""),
                (None, false) => ("", "", it),
            }))
        }
        _ => split(it, name, args),
    }
}

fn split(it: &str, name: &str, args: &[Value]) -> Result<Value, Error> {
    let [separator, most] = bind(name, ["sep", "maxsplit"], 0, args)?;
    let most = most.map_or(Ok(-1), |most| int_argument(&most))?;
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let separator = separator.filter(|separator| !separator.is_none());
    let parts: Vec<&str> = match &separator {
        None if name == "split" => words(it, most),
        None => words_from_end(it, most),
        Some(separator) => {
            let Some(separator) = separator.as_str() else {
                let given = type_name(separator);
                return Err(type_error(format!("must be str or None, not {given}")));
            };
            if separator.is_empty() {
                return Err(value_error("empty separator"));
            }
            let pieces = most.saturating_add(1);
            if name == "split" {
                it.splitn(pieces, separator).collect()
            } else {
                let mut parts: Vec<&str> = it.rsplitn(pieces, separator).collect();
                parts.reverse();
                parts
            }
        }
    };
    Ok(List::value(parts.into_iter().map(Value::from)))
}

fn words(it: &str, most: usize) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = it.trim_start_matches(is_space);
    while !rest.is_empty() {
        if parts.len() == most {
            // What is left keeps its white space at the end, as in Python.
            parts.push(rest);
            break;
        }
        let end = rest.find(is_space).unwrap_or(rest.len());
        parts.push(&rest[..end]);
        rest = rest[end..].trim_start_matches(is_space);
    }
    parts
}

fn words_from_end(it: &str, most: usize) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = it.trim_end_matches(is_space);
    while !rest.is_empty() {
        if parts.len() == most {
            parts.push(rest);
            break;
        }
        let space = rest.char_indices().rev().find(|(_, c)| is_space(*c));
        let start = space.map_or(0, |(at, c)| at + c.len_utf8());
        parts.push(&rest[start..]);
        rest = rest[..start].trim_end_matches(is_space);
    }
    parts.reverse();
    parts
}

/// Splits a text into its lines, with or without their ends.
pub(crate) fn lines(it: &str, keep: bool) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = it;
    while !rest.is_empty() {
        let Some(end) = rest.find(is_line_break) else {
            parts.push(rest);
            break;
        };
        let mark = match rest[end..].starts_with("\r\n") {
            true => 2,
            false => rest[end..].chars().next().map_or(1, char::len_utf8),
        };
        parts.push(&rest[..if keep { end + mark } else { end }]);
        rest = &rest[end + mark..];
    }
    parts
}
