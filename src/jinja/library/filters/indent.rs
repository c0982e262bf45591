//! `indent`.

use minijinja::{Error, State, Value};

use super::text::like;
use crate::jinja::library::arguments::bind;
use crate::jinja::library::errors::type_error;
use crate::jinja::library::number::{int_argument, type_name};
use crate::jinja::library::strings::lines;

/// `indent(s, width=4, first=False, blank=False)`.
pub(super) fn indent(_: &mut State, args: &[Value]) -> Result<Value, Error> {
    let [value, width, first, blank] =
        bind("do_indent", ["s", "width", "first", "blank"], 1, args)?;
    let value = value.unwrap_or_default();
    if value.is_undefined() {
        return Err(super::undefined());
    }
    let Some(text) = value.as_str() else {
        let name = type_name(&value);
        return Err(type_error(format!(
            "unsupported operand type(s) for +=: '{name}' and 'str'"
        )));
    };
    let indention = match width {
        None => "    ".to_owned(),
        Some(width) => match width.as_str() {
            Some(width) => width.to_owned(),
            None => " ".repeat(
                usize::try_from(int_argument(&width)?)
                    .unwrap_or(0)
                    .min(100_000),
            ),
        },
    };
    let flag = |value: Option<Value>| value.is_some_and(|value| value.is_true());
    let (first, blank) = (flag(first), flag(blank));
    // A line feed at the end makes a last line only if something follows it.
    let ended = format!("{text}\n");
    let mut out = String::new();
    for (at, line) in lines(&ended, false).into_iter().enumerate() {
        if at > 0 {
            out.push('\n');
        }
        let indented = if at == 0 {
            first
        } else {
            blank || !line.is_empty()
        };
        if indented {
            out.push_str(&indention);
        }
        out.push_str(line);
    }
    Ok(like(&value, out))
}
