//! Methods of `str`.

use minijinja::{Error, Value};

use super::case::{capitalize, casefold, is_title, swap, title};
use super::format::{Fields, format};
use super::space::{is_cased, is_decimal, is_digit, is_letter, is_space};
use super::{encode, search, split};
use crate::jinja::library::arguments::{Arguments, bind};
use crate::jinja::library::errors::{raise, type_error, value_error};
use crate::jinja::library::number::{int_argument, type_name};
use crate::jinja::library::object::not_implemented;
use crate::jinja::python::{Dict, collect, entries, is_printable, lookup, text};

/// Names of the methods.
pub(crate) const METHODS: &[&str] = &[
    "capitalize",
    "casefold",
    "center",
    "count",
    "encode",
    "endswith",
    "expandtabs",
    "find",
    "format",
    "format_map",
    "index",
    "isalnum",
    "isalpha",
    "isascii",
    "isdecimal",
    "isdigit",
    "isidentifier",
    "islower",
    "isnumeric",
    "isprintable",
    "isspace",
    "istitle",
    "isupper",
    "join",
    "ljust",
    "lower",
    "lstrip",
    "maketrans",
    "partition",
    "removeprefix",
    "removesuffix",
    "replace",
    "rfind",
    "rindex",
    "rjust",
    "rpartition",
    "rsplit",
    "rstrip",
    "split",
    "splitlines",
    "startswith",
    "strip",
    "swapcase",
    "title",
    "translate",
    "upper",
    "zfill",
];

/// Calls a method of a text.
pub(super) fn call(it: &str, name: &str, args: &[Value]) -> Result<Value, Error> {
    let none = || bind(name, [], 0, args);
    let is = |truth: bool| none().map(|_| Value::from(truth));
    let all = |test: fn(char) -> bool| is(!it.is_empty() && it.chars().all(test));
    match name {
        "lower" => none().map(|_| Value::from(it.to_lowercase())),
        "upper" => none().map(|_| Value::from(it.to_uppercase())),
        "capitalize" => none().map(|_| Value::from(capitalize(it))),
        "title" => none().map(|_| Value::from(title(it))),
        "swapcase" => none().map(|_| Value::from(swap(it))),
        "casefold" => none().map(|_| Value::from(casefold(it))),
        "isalnum" => all(|c| is_letter(c) || c.is_numeric()),
        "isalpha" => all(is_letter),
        "isdecimal" => all(is_decimal),
        "isdigit" => all(is_digit),
        "isnumeric" => all(char::is_numeric),
        "isspace" => all(is_space),
        "isascii" => is(it.is_ascii()),
        "isprintable" => is(it.chars().all(is_printable)),
        "isidentifier" => {
            let inside = |c: char| is_letter(c) || c.is_numeric() || c == '_';
            let starts = !it.starts_with(char::is_numeric);
            is(starts && !it.is_empty() && it.chars().all(inside))
        }
        "islower" => is(it.chars().any(is_cased) && !it.chars().any(char::is_uppercase)),
        "isupper" => is(it.chars().any(is_cased) && !it.chars().any(char::is_lowercase)),
        "istitle" => is(is_title(it)),
        "strip" | "lstrip" | "rstrip" => strip(it, name, args),
        "center" | "ljust" | "rjust" => justify(it, name, args),
        "zfill" => {
            let [width] = bind(name, ["width"], 1, args)?;
            let width = int_argument(&width.unwrap_or_default())?;
            Ok(Value::from(zero_fill(
                it,
                usize::try_from(width).unwrap_or(0),
            )))
        }
        "replace" => replace(it, args),
        "removeprefix" => {
            let affix = text_argument(name, args, 0)?;
            Ok(Value::from(it.strip_prefix(affix.as_str()).unwrap_or(it)))
        }
        "removesuffix" => {
            let affix = text_argument(name, args, 0)?;
            Ok(Value::from(it.strip_suffix(affix.as_str()).unwrap_or(it)))
        }
        "join" => join(it, args),
        "format" => {
            let fields = Fields::Arguments(Arguments::new(args));
            format(it, &fields).map(Value::from)
        }
        "format_map" => {
            let [mapping] = bind(name, ["mapping"], 1, args)?;
            let mapping = mapping.unwrap_or_default();
            format(it, &Fields::Mapping(&mapping)).map(Value::from)
        }
        "expandtabs" => {
            let [size] = bind(name, ["tabsize"], 0, args)?;
            let size = size.map_or(Ok(8), |size| int_argument(&size))?;
            Ok(Value::from(expand_tabs(
                it,
                usize::try_from(size).unwrap_or(0),
            )))
        }
        "translate" => {
            let [table] = bind(name, ["table"], 1, args)?;
            translate(it, &table.unwrap_or_default())
        }
        "maketrans" => make_translation(args),
        "encode" => encode::encode(it, args),
        "split" | "rsplit" | "splitlines" | "partition" | "rpartition" => {
            split::call(it, name, args)
        }
        "find" | "rfind" | "index" | "rindex" | "count" | "startswith" | "endswith" => {
            search::call(it, name, args)
        }
        _ => Err(not_implemented()),
    }
}

/// Reads an argument that must be a text.
pub(super) fn text_argument(name: &str, args: &[Value], at: usize) -> Result<String, Error> {
    let Some(value) = args.get(at) else {
        return Err(type_error(format!(
            "str.{name}() takes exactly one argument ({} given)",
            args.len()
        )));
    };
    value.as_str().map(str::to_owned).ok_or_else(|| {
        let given = type_name(value);
        type_error(format!("{name}() argument must be str, not {given}"))
    })
}

fn strip(it: &str, name: &str, args: &[Value]) -> Result<Value, Error> {
    let [chars] = bind(name, ["chars"], 0, args)?;
    let chars: Option<Vec<char>> = match chars.filter(|chars| !chars.is_none()) {
        None => None,
        Some(chars) => match chars.as_str() {
            Some(chars) => Some(chars.chars().collect()),
            None => {
                let given = type_name(&chars);
                return Err(type_error(format!(
                    "{name} arg must be None or str, not {given}"
                )));
            }
        },
    };
    let goes = |c: char| {
        chars
            .as_ref()
            .map_or_else(|| is_space(c), |chars| chars.contains(&c))
    };
    Ok(Value::from(match name {
        "strip" => it.trim_matches(goes),
        "lstrip" => it.trim_start_matches(goes),
        _ => it.trim_end_matches(goes),
    }))
}

fn justify(it: &str, name: &str, args: &[Value]) -> Result<Value, Error> {
    let [width, fill] = bind(name, ["width", "fillchar"], 1, args)?;
    let width = int_argument(&width.unwrap_or_default())?;
    let fill = fill.unwrap_or_else(|| Value::from(" "));
    let mut chars = fill.as_str().unwrap_or_default().chars();
    let (Some(fill), None) = (chars.next(), chars.next()) else {
        let message = "The fill character must be exactly one character long";
        return Err(type_error(message));
    };
    let width = usize::try_from(width).unwrap_or(0).min(10_000_000);
    let missing = width.saturating_sub(it.chars().count());
    let filling = |count: usize| fill.to_string().repeat(count);
    Ok(Value::from(match name {
        "ljust" => format!("{it}{}", filling(missing)),
        "rjust" => format!("{}{it}", filling(missing)),
        _ => {
            // Python puts an odd one to the left if the width is odd.
            let left = missing / 2 + (missing & width & 1);
            format!("{}{it}{}", filling(left), filling(missing - left))
        }
    }))
}

fn zero_fill(it: &str, width: usize) -> String {
    let zeros = width.min(10_000_000).saturating_sub(it.chars().count());
    let zeros = "0".repeat(zeros);
    match it.strip_prefix(['+', '-']) {
        Some(rest) => format!("{}{zeros}{rest}", &it[..1]),
        None => zeros + it,
    }
}

fn replace(it: &str, args: &[Value]) -> Result<Value, Error> {
    let [old, new, count] = bind("replace", ["old", "new", "count"], 2, args)?;
    let part = |value: Option<Value>, at: usize| {
        let value = value.unwrap_or_default();
        value.as_str().map(str::to_owned).ok_or_else(|| {
            let given = type_name(&value);
            type_error(format!("replace() argument {at} must be str, not {given}"))
        })
    };
    let (old, new) = (part(old, 1)?, part(new, 2)?);
    let count = count.map_or(Ok(-1), |count| int_argument(&count))?;
    Ok(Value::from(match usize::try_from(count) {
        Ok(count) => it.replacen(&old, &new, count),
        Err(_) => it.replace(&old, &new),
    }))
}

fn join(it: &str, args: &[Value]) -> Result<Value, Error> {
    let [items] = bind("join", ["iterable"], 1, args)?;
    let items =
        collect(&items.unwrap_or_default()).map_err(|_| type_error("can only join an iterable"))?;
    let mut out = String::new();
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            out.push_str(it);
        }
        let Some(item) = item.as_str() else {
            let given = type_name(item);
            return Err(type_error(format!(
                "sequence item {at}: expected str instance, {given} found"
            )));
        };
        out.push_str(item);
    }
    Ok(Value::from(out))
}

fn expand_tabs(it: &str, size: usize) -> String {
    let mut out = String::new();
    let mut column = 0;
    for c in it.chars() {
        match c {
            '\t' if size > 0 => {
                let spaces = size - column % size;
                out.push_str(&" ".repeat(spaces));
                column += spaces;
            }
            '\t' => {}
            '\n' | '\r' => {
                out.push(c);
                column = 0;
            }
            _ => {
                out.push(c);
                column += 1;
            }
        }
    }
    out
}

fn translate(it: &str, table: &Value) -> Result<Value, Error> {
    let mut out = String::new();
    for c in it.chars() {
        match lookup(table, &Value::from(u32::from(c))) {
            None => out.push(c),
            Some(to) if to.is_none() => {}
            Some(to) => match (to.as_str(), to.as_usize()) {
                (Some(text), _) => out.push_str(text),
                (None, Some(code)) => {
                    let c = u32::try_from(code).ok().and_then(char::from_u32);
                    out.push(c.ok_or_else(|| {
                        value_error("character mapping must be in range(0x110000)")
                    })?);
                }
                _ => {
                    let message = "character mapping must return integer, None or str";
                    return Err(type_error(message));
                }
            },
        }
    }
    Ok(Value::from(out))
}

fn make_translation(args: &[Value]) -> Result<Value, Error> {
    let [from, to, dropped] = bind("maketrans", ["x", "y", "z"], 1, args)?;
    let from = from.unwrap_or_default();
    let code = |c: char| Value::from(u32::from(c));
    let Some(to) = to else {
        let mut table: Vec<(Value, Value)> = Vec::new();
        for (key, value) in entries(&from) {
            let key = match key.as_str() {
                Some(text) if text.chars().count() == 1 => {
                    code(text.chars().next().unwrap_or_default())
                }
                Some(_) => {
                    return Err(value_error(
                        "string keys in translate table must be of length 1",
                    ));
                }
                None => key,
            };
            table.push((key, value));
        }
        return Ok(Dict::value(table));
    };
    let (from, to) = (text(&from), text(&to));
    if from.chars().count() != to.chars().count() {
        return Err(raise(
            "ValueError",
            "the first two maketrans arguments must have equal length",
        ));
    }
    let pairs = from
        .chars()
        .zip(to.chars())
        .map(|(from, to)| (code(from), code(to)));
    let dropped = dropped.map(|dropped| text(&dropped)).unwrap_or_default();
    let dropped = dropped.chars().map(|c| (code(c), Value::from(())));
    Ok(Dict::value(pairs.chain(dropped).collect::<Vec<_>>()))
}
