//! `pprint`: Python's `pprint.pformat`.

use minijinja::{Error, State, Value};

use super::html::sorted_entries;
use crate::jinja::library::arguments::bind;
use crate::jinja::library::strings::lines;
use crate::jinja::python::{Class, collect, repr, sort_pairs};

const WIDTH: usize = 80;

/// `pprint(value)`.
pub(super) fn pprint(_: &mut State, args: &[Value]) -> Result<Value, Error> {
    let [value] = bind("do_pprint", ["value"], 1, args)?;
    let mut out = String::new();
    write(&mut out, &value.unwrap_or_default(), 0, 0, 1)?;
    Ok(Value::from(out))
}

/// Writes a value on one line, the keys of dicts in order.
fn one_line(value: &Value) -> Result<String, Error> {
    let all = |items: Vec<Value>| {
        let items = items.iter().map(one_line).collect::<Result<Vec<_>, _>>()?;
        Ok::<_, Error>(items.join(", "))
    };
    Ok(match Class::of(value) {
        Class::Dict => {
            let mut parts = Vec::new();
            for (key, value) in sorted_entries(value) {
                parts.push(format!("{}: {}", one_line(&key)?, one_line(&value)?));
            }
            format!("{{{}}}", parts.join(", "))
        }
        Class::List => format!("[{}]", all(collect(value)?)?),
        Class::Tuple => {
            let items = collect(value)?;
            let comma = if items.len() == 1 { "," } else { "" };
            format!("({}{comma})", all(items)?)
        }
        _ => repr(value),
    })
}

fn write(
    out: &mut String,
    value: &Value,
    indent: usize,
    allowance: usize,
    level: usize,
) -> Result<(), Error> {
    let short = one_line(value)?;
    if short.chars().count() <= WIDTH.saturating_sub(indent + allowance) || level > 200 {
        out.push_str(&short);
        return Ok(());
    }
    match Class::of(value) {
        Class::Dict => {
            let pairs = sorted_entries(value);
            out.push('{');
            let last = pairs.len().saturating_sub(1);
            for (at, (key, value)) in pairs.iter().enumerate() {
                let key = one_line(key)?;
                out.push_str(&key);
                out.push_str(": ");
                let inner = indent + 1 + key.chars().count() + 2;
                let allowance = if at == last { allowance + 1 } else { 1 };
                write(out, value, inner, allowance, level + 1)?;
                separate(out, at == last, indent + 1);
            }
            out.push('}');
        }
        Class::List => items(out, "[", &collect(value)?, "]", indent, allowance, level)?,
        Class::Tuple => {
            let all = collect(value)?;
            let close = if all.len() == 1 { ",)" } else { ")" };
            items(out, "(", &all, close, indent, allowance, level)?;
        }
        Class::Set => {
            let pairs: Vec<_> = collect(value)?.into_iter().map(|item| (item, ())).collect();
            let sorted = sort_pairs(pairs.clone(), false).unwrap_or(pairs);
            let sorted: Vec<_> = sorted.into_iter().map(|(item, ())| item).collect();
            items(out, "{", &sorted, "}", indent, allowance, level)?;
        }
        Class::Text => text(
            out,
            value.as_str().unwrap_or_default(),
            indent,
            allowance,
            level,
        ),
        _ => out.push_str(&short),
    }
    Ok(())
}

fn separate(out: &mut String, last: bool, indent: usize) {
    if !last {
        out.push_str(",\n");
        out.push_str(&" ".repeat(indent));
    }
}

fn items(
    out: &mut String,
    open: &str,
    items: &[Value],
    close: &str,
    indent: usize,
    allowance: usize,
    level: usize,
) -> Result<(), Error> {
    out.push_str(open);
    let last = items.len().saturating_sub(1);
    for (at, item) in items.iter().enumerate() {
        let allowance = if at == last {
            allowance + close.len()
        } else {
            1
        };
        write(out, item, indent + 1, allowance, level + 1)?;
        separate(out, at == last, indent + 1);
    }
    out.push_str(close);
    Ok(())
}

/// Writes a long text as several short ones, in parentheses at the top.
fn text(out: &mut String, text: &str, indent: usize, allowance: usize, level: usize) {
    let (mut indent, mut allowance) = (indent, allowance);
    if level == 1 {
        indent += 1;
        allowance += 1;
    }
    let width = WIDTH.saturating_sub(indent);
    let quoted = |part: &str| repr(&Value::from(part));
    let mut chunks: Vec<String> = Vec::new();
    let all = lines(text, true);
    let last_line = all.len().saturating_sub(1);
    for (at, line) in all.iter().enumerate() {
        let whole = quoted(line);
        let room = if at == last_line {
            width.saturating_sub(allowance)
        } else {
            width
        };
        if whole.chars().count() <= room {
            chunks.push(whole);
            continue;
        }
        let parts = words(line);
        let last_part = parts.len().saturating_sub(1);
        let mut current = String::new();
        for (place, part) in parts.iter().enumerate() {
            let candidate = format!("{current}{part}");
            let mut room = width;
            if place == last_part && at == last_line {
                room = room.saturating_sub(allowance);
            }
            if quoted(&candidate).chars().count() > room {
                if !current.is_empty() {
                    chunks.push(quoted(&current));
                }
                current = (*part).to_owned();
            } else {
                current = candidate;
            }
        }
        if !current.is_empty() {
            chunks.push(quoted(&current));
        }
    }
    if let [only] = chunks.as_slice() {
        out.push_str(only);
        return;
    }
    if level == 1 {
        out.push('(');
    }
    let between = format!("\n{}", " ".repeat(indent));
    out.push_str(&chunks.join(&between));
    if level == 1 {
        out.push(')');
    }
}

/// Splits a line into words, each with the white space after it.
fn words(line: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = line;
    while !rest.is_empty() {
        let word = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let space = rest[word..].find(|c: char| !c.is_whitespace());
        let end = space.map_or(rest.len(), |space| word + space);
        parts.push(&rest[..end]);
        rest = &rest[end..];
    }
    parts
}
