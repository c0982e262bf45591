//! Offsets in a string value → bytes of the file, for what is found inside a string (Jinja).

use super::Node;
use crate::text::{Location, Segment, SourceMap, Span};

/// Maps the text of a string node to the bytes that `content`, its file, has for it. Empty for
/// other nodes.
pub fn origin(content: &str, node: &Node) -> SourceMap {
    let (Some(value), location) = (node.as_str(), node.location) else {
        return SourceMap::default();
    };
    let written = content.get(location.span.range()).unwrap_or_default();
    let base = location.span.start as usize;
    let mut segments = Vec::new();
    let mut source = first_character(written);
    let mut start: Option<(usize, usize)> = None;
    for (offset, letter) in value.char_indices() {
        let rest = written.get(source..).unwrap_or_default();
        let (skipped, width, literal) = step(rest, letter);
        let at = source + skipped;
        // A run of equal text is one segment; whatever is written differently ends it.
        let joins = literal && start.is_some_and(|(out, from)| at - from == offset - out);
        if !joins {
            flush(&mut segments, location, base, start.take(), offset);
            if literal {
                start = Some((offset, at));
            } else {
                segments.push(Segment {
                    output: Span::new(offset, offset + letter.len_utf8()),
                    origin: Location::new(location.file, Span::new(base + at, base + at + width)),
                    literal: false,
                });
            }
        }
        source = at + width;
    }
    flush(&mut segments, location, base, start, value.len());
    SourceMap::new(segments)
}

fn flush(
    segments: &mut Vec<Segment>,
    location: Location,
    base: usize,
    start: Option<(usize, usize)>,
    end: usize,
) {
    if let Some((out, from)) = start {
        let from = base + from;
        segments.push(Segment {
            output: Span::new(out, end),
            origin: Location::new(location.file, Span::new(from, from + end - out)),
            literal: true,
        });
    }
}

/// Returns what follows anchor and tag.
pub(super) fn after_properties(written: &str) -> &str {
    let mut rest = written;
    while rest.starts_with(['&', '!']) {
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        rest = rest.get(end..).unwrap_or_default().trim_start();
    }
    rest
}

/// Finds where content starts: behind the anchor, the tag, the quote or the block's first line.
fn first_character(written: &str) -> usize {
    let rest = after_properties(written);
    let at = written.len() - rest.len();
    match rest.bytes().next() {
        Some(b'"' | b'\'') => at + 1,
        Some(b'|' | b'>') => at + rest.find('\n').map_or(rest.len(), |newline| newline + 1),
        _ => at,
    }
}

/// Finds one character of the value in what is written: how much to skip, how much stands for it,
/// and whether it stands there as it is.
fn step(rest: &str, letter: char) -> (usize, usize, bool) {
    if rest.starts_with(letter) && letter != '\\' && !(letter == '\'' && rest.starts_with("''")) {
        return (0, letter.len_utf8(), true);
    }
    if letter == '\'' && rest.starts_with("''") {
        return (0, 2, false);
    }
    if letter.is_whitespace() {
        // A folded line end, or `\n`.
        let blank = rest.len() - rest.trim_start().len();
        if blank > 0 {
            return (0, blank, false);
        }
    }
    if let Some(escaped) = rest.strip_prefix('\\') {
        let width = match escaped.bytes().next() {
            Some(b'x') => 4,
            Some(b'u') => 6,
            Some(b'U') => 10,
            Some(b'\n' | b'\r') => {
                // An escaped line end stands for nothing.
                let blank = escaped.len() - escaped.trim_start().len();
                return (1 + blank, letter.len_utf8(), true);
            }
            _ if letter == '\\' && !escaped.starts_with('\\') => 1,
            Some(_) => 2,
            None => 1,
        };
        return (0, width.min(rest.len()), width == letter.len_utf8());
    }
    // Indentation of a block scalar.
    let blank = rest.len() - rest.trim_start().len();
    let at_letter = rest.get(blank..).is_some_and(|it| it.starts_with(letter));
    if blank > 0 && at_letter {
        return (blank, letter.len_utf8(), true);
    }
    (0, 0, false)
}

/// Finds the end of a quoted scalar within a text that starts with its properties or quote.
pub(super) fn quoted_end(text: &str) -> usize {
    let Some(start) = text.find(['"', '\'']) else {
        return text.len();
    };
    let bytes = text.as_bytes();
    let quote = bytes.get(start).copied().unwrap_or_default();
    let mut at = start + 1;
    while let Some(&byte) = bytes.get(at) {
        if byte == quote {
            if quote == b'"' || bytes.get(at + 1) != Some(&quote) {
                return at + 1;
            }
            at += 1;
        } else if byte == b'\\' && quote == b'"' {
            at += 1;
        }
        at += 1;
    }
    text.len()
}
