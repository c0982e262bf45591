//! Errors of the scanner → what is wrong and what to type.

use crate::diagnostics::{Code, Diagnostic};
use crate::text::{FileId, Location, Span};

/// Finds the first character that YAML does not allow anywhere.
pub(super) fn unprintable(file: FileId, text: &str) -> Option<Diagnostic> {
    let allowed = |it: char| {
        matches!(it, '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{a0}'..='\u{fffd}')
            || it >= '\u{10000}'
    };
    let is_plain = |it: u8| matches!(it, b'\t' | b'\n' | b'\r' | b' '..=b'~');
    if text.bytes().all(is_plain) {
        return None;
    }
    let (at, letter) = text.char_indices().find(|(_, letter)| !allowed(*letter))?;
    let message = format!(
        "the control character U+{:04X} is not allowed",
        u32::from(letter)
    );
    let location = Location::new(file, Span::new(at, at + letter.len_utf8()));
    Some(
        Diagnostic::error(Code::InvalidYaml, message)
            .at(location)
            .help("remove it"),
    )
}

/// Words an error in a value, looking for unquoted Jinja as its cause.
pub(super) fn with_jinja_hint(text: &str, location: Location, message: String) -> Diagnostic {
    let start = location.span.start as usize;
    let line = text
        .get(start..)
        .and_then(|it| it.lines().next())
        .unwrap_or_default();
    // `{{ x }}` is a mapping in a mapping; the error can stand at either.
    let outer = start.saturating_sub(usize::from(
        !line.starts_with("{{") && text.get(..start).is_some_and(|it| it.ends_with('{')),
    ));
    let line = text
        .get(outer..)
        .and_then(|it| it.lines().next())
        .unwrap_or_default();
    if line.starts_with("{{") {
        return unquoted_jinja(location.file, outer, line);
    }
    Diagnostic::error(Code::InvalidYaml, message).at(location)
}

/// Deepest nesting: what comes after can then walk the tree with plain recursion.
pub(super) const DEEPEST: usize = 200;

/// Words the error of nesting beyond that.
pub(super) fn too_deep(at: Location) -> Diagnostic {
    let message = format!("nested more than {DEEPEST} levels deep");
    Diagnostic::error(Code::InvalidYaml, message)
        .at(at)
        .help("take levels out: no key of dbt's needs more than a few")
}

/// Words an error of the scanner at byte `at`.
pub(super) fn scan_error(file: FileId, text: &str, at: usize, info: &str) -> Diagnostic {
    if let Some((start, line)) = jinja_before(text, at) {
        return unquoted_jinja(file, start, line);
    }
    let place = |start: usize, end: usize| Location::new(file, Span::new(start, end));
    let here = place(at, end_of_word(text, at));
    let error = |message: &str| Diagnostic::error(Code::InvalidYaml, message);
    let letter = text.get(at..).and_then(|it| it.chars().next());
    if info.contains("tab") && info.contains("indentation") || tab_indents(text, at) {
        let start = line_start(text, at);
        let tab = text
            .get(start..)
            .and_then(|it| it.find('\t'))
            .unwrap_or_default();
        return self::tab(file, start + tab);
    }
    if info.contains("found a tab")
        && let Some(tab) = tab_below(text, at)
    {
        return self::tab(file, tab);
    }
    if info.contains("recursion limit") {
        return too_deep(here);
    }
    if info.contains("mapping values are not allowed") {
        return unexpected_colon(file, text, at);
    }
    if info.contains("simple key") {
        let (start, end) = first_line_of_plain(text, at);
        return error("this key has no `:`")
            .at(place(start, end))
            .help("put `: ` between key and value, or indent the line if it goes on from above");
    }
    if info.contains("unexpected end of stream") {
        return error("this quote is never closed")
            .at(place(at, at + 1))
            .help("add the same quote at the end of the value");
    }
    if info.contains("unknown anchor") {
        let word = text.get(at..here.span.end as usize).unwrap_or_default();
        return error(&format!(
            "no anchor is named `{}`",
            word.replacen('*', "&", 1)
        ))
        .at(here)
        .help("put quotes around the value if it is text");
    }
    if info.contains("unexpected character") || info.contains("alphabetic or numeric") {
        let letter = letter.unwrap_or(' ');
        return error(&format!("a value cannot start with `{letter}`"))
            .at(here)
            .help("put quotes around the value");
    }
    if info.contains("escape character") {
        return error("unknown escape in a double-quoted value")
            .at(place(at, at + 1))
            .help("write `\\\\` for a backslash, or use single quotes");
    }
    if info.contains("invalid trailing content") {
        return error("there is text behind the closing quote")
            .at(here)
            .help("put quotes around the whole value");
    }
    if at >= text.trim_end().len()
        && let Some(open) = unclosed_bracket(text)
    {
        return error("this bracket is never closed")
            .at(place(open, open + 1))
            .help("close it");
    }
    if info.contains("flow") && info.contains("expected") {
        let message = format!(
            "expected {}",
            if info.contains('}') {
                "`,` or `}`"
            } else {
                "`,` or `]`"
            }
        );
        return error(&message)
            .at(here)
            .help("close the bracket that is open here");
    }
    if info.contains("expected key")
        || info.contains("'-' indicator")
        || info.contains("<document start>")
    {
        return error("this line does not fit the lines above it")
            .at(here)
            .help("indent it like the keys or items that it belongs to");
    }
    if info.contains("misplaced bracket") {
        return error("this bracket closes nothing")
            .at(here)
            .help("remove it");
    }
    if info.contains("block sequence entries") {
        return error("a list cannot start here")
            .at(here)
            .help("start the list on a line of its own");
    }
    error(info).at(here)
}

/// Refuses a tab that indents.
pub(super) fn tab(file: FileId, at: usize) -> Diagnostic {
    Diagnostic::error(Code::InvalidYaml, "a tab cannot indent")
        .at(Location::new(file, Span::new(at, at + 1)))
        .help("indent with spaces")
}

fn unquoted_jinja(file: FileId, start: usize, line: &str) -> Diagnostic {
    let line = line.trim_end();
    let line = line
        .find(" #")
        .map_or(line, |comment| line.get(..comment).unwrap_or(line))
        .trim_end();
    let quote = if line.contains('"') { '\'' } else { '"' };
    let opening = line.get(..2).unwrap_or("{{");
    let message = format!("a value that starts with `{opening}` needs quotes");
    let location = Location::new(file, Span::new(start, start + line.len()));
    Diagnostic::error(Code::InvalidYaml, message)
        .at(location)
        .help(format!("put quotes around it: {quote}{line}{quote}"))
}

/// Looks for an unquoted `{{` or `{%` at the start of a value in the lines up to an error.
fn jinja_before(text: &str, at: usize) -> Option<(usize, &str)> {
    let end = text
        .get(at..)?
        .find('\n')
        .map_or(text.len(), |newline| at + newline);
    let mut start = line_start(text, at);
    for _ in 0..3 {
        let line = text.get(start..end)?.lines().next()?;
        for opening in ["{{", "{%"] {
            for (found, _) in line.match_indices(opening) {
                let before = line.get(..found)?.trim_end_matches([' ', '\t']);
                let starts_value = before.len() < found && before.ends_with([':', '-']);
                if starts_value && start + found <= at {
                    return Some((start + found, line.get(found..)?));
                }
            }
        }
        if start == 0 {
            break;
        }
        start = line_start(text, start - 1);
    }
    None
}

/// A second colon: the first one lacks its blank, or the value needs quotes.
fn unexpected_colon(file: FileId, text: &str, at: usize) -> Diagnostic {
    let error = |message: &str, start: usize, end: usize| {
        Diagnostic::error(Code::InvalidYaml, message).at(Location::new(file, Span::new(start, end)))
    };
    let start = line_start(text, at);
    let line = text.get(start..at).unwrap_or_default();
    if line.contains(": ") {
        return error("a value without quotes cannot contain `: `", at, at + 1)
            .help("put quotes around the value");
    }
    let (above, end) = last_line_before(text, start);
    let previous = text.get(above..end).unwrap_or_default();
    let colon = previous.find(':').filter(|colon| {
        let (before, after) = previous.split_at(*colon);
        let key = before.trim_start_matches("- ");
        !key.is_empty()
            && key
                .chars()
                .all(|it| it.is_alphanumeric() || "_-+".contains(it))
            && after
                .get(1..)
                .is_some_and(|it| it.starts_with(|it: char| !it.is_whitespace()))
    });
    if let Some(colon) = colon {
        return error(
            "there is no blank after this `:`",
            above + colon,
            above + colon + 1,
        )
        .help("write `key: value`");
    }
    let width = line.len() - line.trim_start().len();
    error("a key cannot stand here", start + width, at).help(
        "indent it like the keys that it belongs to; quote the value above if it goes on here",
    )
}

/// Finds the last bracket that has no partner.
fn unclosed_bracket(text: &str) -> Option<usize> {
    let mut closing = 0;
    for (at, letter) in text.char_indices().rev() {
        match letter {
            ']' | '}' => closing += 1,
            '[' | '{' if closing > 0 => closing -= 1,
            '[' | '{' => return Some(at),
            _ => {}
        }
    }
    None
}

fn line_start(text: &str, at: usize) -> usize {
    let before = text.get(..at).unwrap_or_default();
    before.rfind('\n').map_or(0, |newline| newline + 1)
}

/// Finds the first tab that indents a line after the one at a byte.
fn tab_below(text: &str, at: usize) -> Option<usize> {
    let rest = text.get(at..)?;
    let breaks = rest.match_indices('\n').map(|(end, _)| at + end + 1);
    breaks.into_iter().find_map(|start| {
        let line = text.get(start..)?;
        let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
        Some(start + line.get(..indent)?.find('\t')?)
    })
}

fn tab_indents(text: &str, at: usize) -> bool {
    let line = text.get(line_start(text, at)..).unwrap_or_default();
    let blanks = line.len() - line.trim_start_matches([' ', '\t']).len();
    line.get(..blanks).is_some_and(|it| it.contains('\t'))
}

fn end_of_word(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    at + rest.find(char::is_whitespace).unwrap_or(rest.len())
}

/// Finds the line on which the text without a colon starts that ends before `at`.
fn first_line_of_plain(text: &str, at: usize) -> (usize, usize) {
    let (mut start, mut end) = last_line_before(text, at);
    while line_start(text, start) > 0 {
        let (above, above_end) = last_line_before(text, line_start(text, start));
        let line = text.get(above..above_end).unwrap_or_default();
        let indent = |at: usize| at - line_start(text, at);
        let goes_on = !line.is_empty() && !line.contains(':') && indent(above) < indent(start);
        if !goes_on {
            break;
        }
        (start, end) = (above, above_end);
    }
    (start, end)
}

/// Finds the last line with text that starts before `at`, without its blanks.
fn last_line_before(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or_default().trim_end();
    let start = line_start(text, before.len());
    let line = before.get(start..).unwrap_or_default();
    (start + line.len() - line.trim_start().len(), before.len())
}
