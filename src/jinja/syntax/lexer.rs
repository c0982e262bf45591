//! The text of a template → tokens.

use super::error::SyntaxError;
use super::escapes::unescape;
use super::numbers::number;
use super::token::{Kind, Operator, Token, is_space};
use crate::text::Span;

/// Cuts a template into tokens; the last one is [`Kind::End`].
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, SyntaxError> {
    let mut lexer = Lexer {
        text: without_final_newline(text),
        at: 0,
        tokens: Vec::with_capacity(16),
    };
    lexer.run()?;
    Ok(lexer.tokens)
}

/// One line end at the end of a template is no part of it.
fn without_final_newline(text: &str) -> &str {
    text.strip_suffix("\r\n")
        .or_else(|| text.strip_suffix('\n'))
        .unwrap_or_else(|| text.strip_suffix('\r').unwrap_or(text))
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    tokens: Vec<Token>,
}

impl Lexer<'_> {
    fn run(&mut self) -> Result<(), SyntaxError> {
        loop {
            let Some(open) = self.find_tag() else {
                self.push_data(self.at, self.text.len());
                self.push(Kind::End, self.text.len(), self.text.len());
                return Ok(());
            };
            let sign = self.text[open + 2..].chars().next();
            let signed = matches!(sign, Some('-' | '+'));
            let end = match sign {
                Some('-') => self.text[self.at..open].trim_end_matches(is_space).len() + self.at,
                _ => open,
            };
            self.push_data(self.at, end);
            let inside = open + 2 + usize::from(signed);
            match self.text.as_bytes()[open + 1] {
                b'#' => self.comment(open, inside)?,
                b'{' => self.tag(open, inside, Kind::VariableBegin)?,
                _ => match self.raw_begin(inside) {
                    Some(body) => self.raw(open, body)?,
                    None => self.tag(open, inside, Kind::BlockBegin)?,
                },
            }
        }
    }

    fn push(&mut self, kind: Kind, start: usize, end: usize) {
        self.tokens.push(Token {
            kind,
            span: Span::new(start, end),
        });
    }

    fn push_data(&mut self, start: usize, end: usize) {
        if end > start {
            self.push(Kind::Data, start, end);
        }
    }

    /// Finds the next `{{`, `{%` or `{#`.
    fn find_tag(&self) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let mut from = self.at;
        loop {
            let open = from + self.text[from..].find('{')?;
            match bytes.get(open + 1) {
                Some(b'{' | b'%' | b'#') => return Some(open),
                _ => from = open + 1,
            }
        }
    }

    fn comment(&mut self, open: usize, inside: usize) -> Result<(), SyntaxError> {
        let Some(length) = self.text[inside..].find("#}") else {
            let opening = Span::new(open, inside);
            return Err(
                SyntaxError::new("Missing end of comment tag", opening).with_help("add `#}`")
            );
        };
        let end = inside + length;
        self.at = end + 2;
        if length > 0 && self.text[..end].ends_with('-') {
            self.skip_space();
        }
        Ok(())
    }

    fn skip_space(&mut self) {
        let rest = &self.text[self.at..];
        self.at = self.text.len() - rest.trim_start_matches(is_space).len();
    }

    /// Finds the first byte after `raw %}`, if the tag that starts here is a raw tag.
    fn raw_begin(&self, inside: usize) -> Option<usize> {
        let rest = self.text[inside..].trim_start_matches(is_space);
        let rest = rest.strip_prefix("raw")?.trim_start_matches(is_space);
        let rest = match rest.strip_prefix("-%}") {
            Some(rest) => rest.trim_start_matches(is_space),
            None => rest.strip_prefix("%}")?,
        };
        Some(self.text.len() - rest.len())
    }

    fn raw(&mut self, open: usize, body: usize) -> Result<(), SyntaxError> {
        let mut from = body;
        while let Some(length) = self.text[from..].find("{%") {
            let close = from + length;
            if let Some((trim, end)) = self.raw_end(close + 2) {
                let text = &self.text[body..close];
                let length = if trim {
                    text.trim_end_matches(is_space).len()
                } else {
                    text.len()
                };
                self.push_data(body, body + length);
                self.at = end;
                return Ok(());
            }
            from = close + 2;
        }
        let opening = Span::new(open, body);
        Err(SyntaxError::new("Missing end of raw directive", opening)
            .with_help("add `{% endraw %}`"))
    }

    /// Reads the rest of an `endraw` tag: whether it trims what is before it, and where it ends.
    fn raw_end(&self, inside: usize) -> Option<(bool, usize)> {
        let rest = &self.text[inside..];
        let trim = rest.starts_with('-');
        let rest = rest
            .strip_prefix(['-', '+'])
            .unwrap_or(rest)
            .trim_start_matches(is_space);
        let rest = rest.strip_prefix("endraw")?.trim_start_matches(is_space);
        let rest = match rest.strip_prefix("-%}") {
            Some(rest) => rest.trim_start_matches(is_space),
            None => rest.strip_prefix('+').unwrap_or(rest).strip_prefix("%}")?,
        };
        Some((trim, self.text.len() - rest.len()))
    }

    /// Reads the tokens of a `{{ … }}` or `{% … %}` with its ends.
    fn tag(&mut self, open: usize, inside: usize, begin: Kind) -> Result<(), SyntaxError> {
        let (mark, end) = match begin {
            Kind::VariableBegin => ("}}", Kind::VariableEnd),
            _ => ("%}", Kind::BlockEnd),
        };
        self.push(begin, open, inside);
        self.at = inside;
        let mut brackets = Vec::new();
        loop {
            self.skip_space();
            let rest = &self.text[self.at..];
            if rest.is_empty() {
                // The parser says what is missing.
                return Ok(());
            }
            if brackets.is_empty() {
                let closing = rest.strip_prefix(['-', '+']).unwrap_or(rest);
                let plus = rest.starts_with('+') && mark == "}}";
                if closing.starts_with(mark) && !plus {
                    let start = self.at;
                    self.at += rest.len() - closing.len() + 2;
                    self.push(end, start, self.at);
                    if rest.starts_with('-') {
                        self.skip_space();
                    }
                    return Ok(());
                }
            }
            self.token(&mut brackets)?;
        }
    }

    fn token(&mut self, brackets: &mut Vec<Operator>) -> Result<(), SyntaxError> {
        let start = self.at;
        let rest = &self.text[start..];
        let after_dot = self.text[..start].ends_with('.');
        if let Some((read, length)) = number(rest, after_dot) {
            self.at += length;
            let span = Span::new(start, self.at);
            let kind = read.map_err(|message| SyntaxError::new(message, span))?;
            self.push(kind, start, self.at);
            return Ok(());
        }
        let word = rest.find(|it: char| !is_word(it)).unwrap_or(rest.len());
        if word > 0 {
            self.at += word;
            if !is_identifier(&rest[..word]) {
                let span = Span::new(start, self.at);
                return Err(SyntaxError::new("Invalid character in identifier", span));
            }
            self.push(Kind::Name, start, self.at);
            return Ok(());
        }
        if let Some(length) = string_length(rest) {
            self.at += length;
            let span = Span::new(start, self.at);
            let text = unescape(&rest[1..length - 1]);
            let text = text.map_err(|message| SyntaxError::new(message, span))?;
            self.push(Kind::Text(text), start, self.at);
            return Ok(());
        }
        let Some(operator) = Operator::at_start_of(rest) else {
            let char = rest.chars().next().unwrap_or_default();
            let span = Span::new(start, start + char.len_utf8());
            let error = SyntaxError::new(format!("unexpected char '{char}'"), span);
            return Err(match char {
                '"' | '\'' => error.with_help(format!("close the string with {char}")),
                _ => error,
            });
        };
        self.at += operator.as_str().len();
        let span = Span::new(start, self.at);
        if let Some(closer) = operator.closer() {
            brackets.push(closer);
        } else if operator.closes() {
            let found = operator.as_str();
            match brackets.pop() {
                Some(expected) if expected == operator => {}
                Some(expected) => {
                    let expected = expected.as_str();
                    let message = format!("unexpected '{found}', expected '{expected}'");
                    return Err(SyntaxError::new(message, span));
                }
                None => return Err(SyntaxError::new(format!("unexpected '{found}'"), span)),
            }
        }
        self.push(Kind::Operator(operator), start, self.at);
        Ok(())
    }
}

fn is_word(char: char) -> bool {
    char.is_alphanumeric() || char == '_' || is_mark(char)
}

/// Tells combining marks, which identifiers of many scripts hold, from other characters.
fn is_mark(char: char) -> bool {
    matches!(char, '\u{300}'..='\u{36f}' | '\u{483}'..='\u{487}' | '\u{591}'..='\u{5c7}'
        | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}' | '\u{900}'..='\u{903}'
        | '\u{93a}'..='\u{94f}' | '\u{e31}'..='\u{e4e}' | '\u{3099}'..='\u{309a}')
}

fn is_identifier(word: &str) -> bool {
    !word.starts_with(|it: char| it.is_numeric() || is_mark(it))
        && word
            .chars()
            .all(|it| !it.is_numeric() || it.is_ascii_digit() || it.is_ascii())
}

/// Returns the length of the string at the start of a text, with its quotes.
pub(crate) fn string_length(rest: &str) -> Option<usize> {
    let quote = rest.chars().next().filter(|it| matches!(it, '"' | '\''))?;
    let mut escaped = false;
    for (at, char) in rest.char_indices().skip(1) {
        match char {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if char == quote => return Some(at + 1),
            _ => {}
        }
    }
    None
}
