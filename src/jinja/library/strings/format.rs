//! `str.format` and `str.format_map`.

use minijinja::{Error, Value};

use super::specification::format_value;
use crate::jinja::library::arguments::Arguments;
use crate::jinja::library::errors::{raise, value_error};
use crate::jinja::library::object::quoted;
use crate::jinja::python::{attribute, item, lookup, repr, text};

/// What the fields of a format take their values from.
pub(super) enum Fields<'a> {
    /// Arguments of a call.
    Arguments(Arguments<'a>),
    /// The entries of a dict.
    Mapping(&'a Value),
}

/// Fills a format.
pub(super) fn format(template: &str, fields: &Fields) -> Result<String, Error> {
    let chars: Vec<char> = template.chars().collect();
    let mut formatter = Formatter {
        fields,
        automatic: None,
    };
    formatter.fill(&chars, 2)
}

struct Formatter<'a> {
    fields: &'a Fields<'a>,
    /// The next number of a field without one, or that numbers were written.
    automatic: Option<Numbering>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Numbering {
    Written,
    Automatic(usize),
}

impl Formatter<'_> {
    fn fill(&mut self, chars: &[char], depth: usize) -> Result<String, Error> {
        if depth == 0 {
            return Err(value_error("Max string recursion exceeded"));
        }
        let mut out = String::new();
        let mut at = 0;
        while let Some(c) = chars.get(at).copied() {
            let twice = chars.get(at + 1) == Some(&c);
            match c {
                '{' | '}' if twice => {
                    out.push(c);
                    at += 2;
                }
                '}' => return Err(value_error("Single '}' encountered in format string")),
                '{' => {
                    let end = field_end(chars, at + 1)?;
                    out += &self.field(&chars[at + 1..end], depth)?;
                    at = end + 1;
                }
                _ => {
                    out.push(c);
                    at += 1;
                }
            }
        }
        Ok(out)
    }

    fn field(&mut self, chars: &[char], depth: usize) -> Result<String, Error> {
        let mut brackets = false;
        let name_end = chars.iter().position(|c| {
            match c {
                '[' => brackets = true,
                ']' => brackets = false,
                _ => {}
            }
            !brackets && matches!(c, '!' | ':')
        });
        let name_end = name_end.unwrap_or(chars.len());
        let name: String = chars[..name_end].iter().collect();
        let mut rest = &chars[name_end..];
        let mut conversion = None;
        if let Some(('!', after)) = rest.split_first().map(|(c, rest)| (*c, rest)) {
            let Some((letter, after)) = after.split_first() else {
                let message = "end of string while looking for conversion specifier";
                return Err(value_error(message));
            };
            if after.first().is_some_and(|c| *c != ':') {
                return Err(value_error("expected ':' after conversion specifier"));
            }
            conversion = Some(*letter);
            rest = after;
        }
        let value = self.value(&name)?;
        let specification = self.fill(rest.get(1..).unwrap_or_default(), depth - 1);
        let specification = match rest.len() {
            0 | 1 => String::new(),
            _ => specification?,
        };
        match conversion {
            None => format_value(&value, &specification),
            Some('s') => format_value(&Value::from(text(&value)), &specification),
            Some('r') => format_value(&Value::from(repr(&value)), &specification),
            Some('a') => format_value(&Value::from(ascii(&value)), &specification),
            Some(other) => Err(value_error(format!(
                "Unknown conversion specifier {other:?}"
            ))),
        }
    }

    fn value(&mut self, field: &str) -> Result<Value, Error> {
        let first = field.find(['.', '[']).unwrap_or(field.len());
        let (name, mut rest) = field.split_at(first);
        let mut value = self.first(name)?;
        while let Some(c) = rest.chars().next() {
            rest = &rest[1..];
            let found = if c == '[' {
                let end = rest
                    .find(']')
                    .ok_or_else(|| value_error("Missing ']' in format string"))?;
                let key = &rest[..end];
                rest = &rest[end + 1..];
                if !rest.is_empty() && !rest.starts_with(['.', '[']) {
                    return Err(value_error(
                        "Only '.' or '[' may follow ']' in format field specifier",
                    ));
                }
                let key = key
                    .parse::<i64>()
                    .map_or_else(|_| Value::from(key), Value::from);
                item(&value, &key)
            } else {
                let end = rest.find(['.', '[']).unwrap_or(rest.len());
                let name = &rest[..end];
                rest = &rest[end..];
                if name.is_empty() {
                    return Err(value_error("Empty attribute in format string"));
                }
                attribute(&value, name)
            };
            value = found.unwrap_or_default();
        }
        Ok(value)
    }

    fn first(&mut self, name: &str) -> Result<Value, Error> {
        let number = match name.parse::<usize>() {
            Ok(number) => {
                if matches!(self.automatic, Some(Numbering::Automatic(_))) {
                    return Err(value_error(
                        "cannot switch from automatic field numbering to manual field \
                         specification",
                    ));
                }
                self.automatic = Some(Numbering::Written);
                Some(number)
            }
            Err(_) if name.is_empty() => {
                let number = match self.automatic {
                    Some(Numbering::Written) => {
                        return Err(value_error(
                            "cannot switch from manual field specification to automatic field \
                             numbering",
                        ));
                    }
                    Some(Numbering::Automatic(number)) => number,
                    None => 0,
                };
                self.automatic = Some(Numbering::Automatic(number + 1));
                Some(number)
            }
            Err(_) => None,
        };
        match (self.fields, number) {
            (Fields::Arguments(args), Some(number)) => {
                args.positional.get(number).cloned().ok_or_else(|| {
                    let message = format!(
                        "Replacement index {number} out of range for positional args tuple"
                    );
                    raise("IndexError", message)
                })
            }
            (Fields::Arguments(args), None) => {
                let found = args.keywords.iter().find(|(known, _)| known == name);
                found
                    .map(|(_, value)| value.clone())
                    .ok_or_else(|| raise("KeyError", quoted(name)))
            }
            (Fields::Mapping(_), Some(_)) => {
                Err(value_error("Format string contains positional fields"))
            }
            (Fields::Mapping(mapping), None) => {
                lookup(mapping, &Value::from(name)).ok_or_else(|| raise("KeyError", quoted(name)))
            }
        }
    }
}

/// Finds the brace that ends a field.
fn field_end(chars: &[char], start: usize) -> Result<usize, Error> {
    let mut depth = 1;
    let mut brackets = false;
    let mut in_name = true;
    for (at, c) in chars.iter().enumerate().skip(start) {
        match c {
            '[' if in_name && depth == 1 => brackets = true,
            ']' if in_name && depth == 1 => brackets = false,
            ':' | '!' if depth == 1 && !brackets => in_name = false,
            '{' if !brackets => depth += 1,
            '}' if !brackets => {
                depth -= 1;
                if depth == 0 {
                    return Ok(at);
                }
            }
            _ => {}
        }
    }
    Err(value_error(match chars.len() > start {
        true => "expected '}' before end of string",
        false => "Single '{' encountered in format string",
    }))
}

/// Returns Python's `ascii(value)`.
pub(super) fn ascii(value: &Value) -> String {
    let escape = |c: char| match u32::from(c) {
        code if c.is_ascii() => char::from_u32(code).map(String::from).unwrap_or_default(),
        code @ 0..=0xff => format!("\\x{code:02x}"),
        code @ 0x100..=0xffff => format!("\\u{code:04x}"),
        code => format!("\\U{code:08x}"),
    };
    repr(value).chars().map(escape).collect()
}
