//! Replacement texts: `\1`, `\g<name>`, `\n`.

use minijinja::Error;

use super::found::Found;
use super::pattern::Pattern;
use super::translate::error;
use crate::jinja::library::errors::raise;
use crate::jinja::library::object::quoted;

/// One part of a replacement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    /// Text as it is.
    Text(String),
    /// What a group matched; nothing if it did not.
    Group(usize),
}

/// Fills a replacement text with what a match found.
pub(super) fn expand(template: &str, pattern: &Pattern, found: &Found) -> Result<String, Error> {
    Ok(fill(&parse(template, pattern)?, found))
}

/// Fills a replacement that was parsed.
pub(super) fn fill(parts: &[Part], found: &Found) -> String {
    let text = |part: &Part| match part {
        Part::Text(text) => text.clone(),
        Part::Group(group) => found.group(*group).unwrap_or_default().to_owned(),
    };
    parts.iter().map(text).collect()
}

/// Parses a replacement text for a pattern.
pub(super) fn parse(template: &str, pattern: &Pattern) -> Result<Vec<Part>, Error> {
    let chars: Vec<char> = template.chars().collect();
    let mut parts = Vec::new();
    let mut text = String::new();
    let mut at = 0;
    while let Some(c) = chars.get(at).copied() {
        if c != '\\' {
            text.push(c);
            at += 1;
            continue;
        }
        let start = at;
        at += 2;
        match chars.get(start + 1).copied() {
            None => return Err(error("bad escape (end of pattern)", start)),
            Some('g') => {
                let group = named_group(&chars, &mut at, pattern)?;
                parts.push(Part::Text(std::mem::take(&mut text)));
                parts.push(Part::Group(group));
            }
            Some(digit @ '0'..='9') => match octal(&chars, start + 1, digit)? {
                Some((c, length)) => {
                    text.push(c);
                    at = start + 1 + length;
                }
                None => {
                    let mut number = digit.to_digit(10).unwrap_or_default() as usize;
                    if let Some(second) = chars.get(at).and_then(|c| c.to_digit(10)) {
                        number = number * 10 + second as usize;
                        at += 1;
                    }
                    if number > pattern.names.len() {
                        let message = format!("invalid group reference {number}");
                        return Err(error(message, start + 1));
                    }
                    parts.push(Part::Text(std::mem::take(&mut text)));
                    parts.push(Part::Group(number));
                }
            },
            Some(letter) => match "abfnrtv\\".find(letter) {
                Some(known) => {
                    let meanings = ['\x07', '\x08', '\x0c', '\n', '\r', '\t', '\x0b', '\\'];
                    text.push(meanings[known]);
                }
                None if letter.is_ascii_alphabetic() => {
                    return Err(error(format!("bad escape \\{letter}"), start));
                }
                None => {
                    text.push('\\');
                    text.push(letter);
                }
            },
        }
    }
    parts.push(Part::Text(text));
    Ok(parts)
}

fn named_group(chars: &[char], at: &mut usize, pattern: &Pattern) -> Result<usize, Error> {
    if chars.get(*at) != Some(&'<') {
        return Err(error("missing <", *at));
    }
    let start = *at + 1;
    let length = chars[start..].iter().position(|c| *c == '>');
    let Some(length) = length else {
        let message = if start == chars.len() {
            "missing group name"
        } else {
            "missing >, unterminated name"
        };
        return Err(error(message, start));
    };
    let name: String = chars[start..start + length].iter().collect();
    *at = start + length + 1;
    if name.is_empty() {
        return Err(error("missing group name", start));
    }
    if name.chars().all(|c| c.is_ascii_digit()) {
        let number = name.parse().unwrap_or(usize::MAX);
        if number > pattern.names.len() {
            return Err(error(format!("invalid group reference {name}"), start));
        }
        return Ok(number);
    }
    let word = name.chars().all(|c| c.is_alphanumeric() || c == '_');
    if !word || name.starts_with(|c: char| c.is_ascii_digit()) {
        let name = quoted(&name);
        return Err(error(format!("bad character in group name {name}"), start));
    }
    pattern.group_named(&name).ok_or_else(|| {
        // An `IndexError`, not an `error`.
        raise(
            "IndexError",
            format!("unknown group name {}", quoted(&name)),
        )
    })
}

/// Reads `\0`, `\012`, `\141`; returns the character and how many digits it took.
fn octal(chars: &[char], at: usize, first: char) -> Result<Option<(char, usize)>, Error> {
    let digits: String = chars[at..]
        .iter()
        .take(3)
        .take_while(|c| ('0'..='7').contains(*c))
        .collect();
    let length = match (first, digits.len()) {
        ('0', length) => length,
        (_, 3) => 3,
        _ => return Ok(None),
    };
    let code = u32::from_str_radix(&digits[..length], 8).unwrap_or_default();
    if code > 0o377 {
        let message = format!("octal escape value \\{digits} outside of range 0-0o377");
        return Err(error(message, at - 1));
    }
    Ok(char::from_u32(code).map(|c| (c, length)))
}
