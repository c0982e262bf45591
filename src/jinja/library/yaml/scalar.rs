//! How a text can be written: plain, in single quotes or in double quotes.

use crate::text::FileId;
use crate::yaml::{Value, parse};

/// What PyYAML finds out about a text before it writes it.
#[derive(Debug)]
pub(super) struct Analysis {
    /// Whether it goes over several lines.
    pub(super) multiline: bool,
    /// Whether it can be written without quotes.
    pub(super) plain: bool,
    /// Whether it can be written in single quotes.
    pub(super) single: bool,
}

fn is_break(c: char) -> bool {
    matches!(c, '\n' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn is_space(c: char) -> bool {
    matches!(c, '\0' | ' ' | '\t' | '\r') || is_break(c)
}

/// Looks at a text.
pub(super) fn analyze(text: &str) -> Analysis {
    let chars: Vec<char> = text.chars().collect();
    if chars.is_empty() {
        // An empty plain text is null.
        return Analysis {
            multiline: false,
            plain: false,
            single: true,
        };
    }
    let mut indicators = text.starts_with("---") || text.starts_with("...");
    let (mut breaks, mut special) = (false, false);
    let (mut break_space, mut space_break) = (false, false);
    let (mut after_space, mut after_break) = (false, false);
    for (at, c) in chars.iter().copied().enumerate() {
        let followed = chars.get(at + 1).is_none_or(|c| is_space(*c));
        let preceded = at == 0 || is_space(chars[at - 1]);
        indicators |= match c {
            ':' | '?' | '-' if at == 0 => followed,
            ':' => followed,
            '#' => preceded,
            _ => at == 0 && ",[]{}&*!|>'\"%@`".contains(c),
        };
        breaks |= is_break(c);
        special |= c != '\n' && !(' '..='~').contains(&c);
        if c == ' ' {
            break_space |= after_break;
            (after_space, after_break) = (true, false);
        } else if is_break(c) {
            space_break |= after_space;
            (after_space, after_break) = (false, true);
        } else {
            (after_space, after_break) = (false, false);
        }
    }
    let at_end = |c: &char| *c == ' ' || is_break(*c);
    let edges = chars.first().is_some_and(at_end) || chars.last().is_some_and(at_end);
    let quotes_only = break_space || space_break || special;
    Analysis {
        multiline: breaks,
        plain: !indicators && !breaks && !edges && !quotes_only && reads_as_text(text),
        single: !quotes_only,
    }
}

/// Tells whether a text without quotes is read as that text.
fn reads_as_text(text: &str) -> bool {
    if matches!(text, "=" | "<<") {
        return false;
    }
    let (tree, _) = parse(FileId::default(), text);
    matches!(tree.map(|tree| tree.value), Some(Value::String(read)) if read == text)
}
