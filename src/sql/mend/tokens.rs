//! Tokens of a text, and how they are found and put in.

use std::ops::Range;

use sqlparser::dialect::DuckDbDialect;
use sqlparser::tokenizer::{Span, Token, TokenWithSpan, Tokenizer};

/// The tokens of a text without what stands between them.
pub(super) struct Tokens {
    pub(super) all: Vec<TokenWithSpan>,
    pub(super) left_out: Vec<Span>,
}

impl Tokens {
    pub(super) fn new(mut all: Vec<TokenWithSpan>) -> Self {
        all.retain(|it| !matches!(it.token, Token::Whitespace(_)));
        Self {
            all,
            left_out: Vec::new(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    pub(super) fn token(&self, at: usize) -> Option<&Token> {
        self.all.get(at).map(|it| &it.token)
    }

    pub(super) fn before(&self, at: usize) -> Option<&Token> {
        at.checked_sub(1).and_then(|at| self.token(at))
    }

    pub(super) fn is(&self, at: usize, token: &Token) -> bool {
        self.token(at) == Some(token)
    }

    /// Tells whether a word without quotes stands somewhere.
    pub(super) fn is_word(&self, at: usize, word: &str) -> bool {
        self.token(at).is_some_and(|it| is_word(it, word))
    }

    /// Tells whether one of some words stands somewhere.
    pub(super) fn is_any(&self, at: usize, words: &[&str]) -> bool {
        words.iter().any(|it| self.is_word(at, it))
    }

    /// Tells whether words follow each other.
    pub(super) fn are_words(&self, at: usize, words: &[&str]) -> bool {
        let mut words = words.iter().enumerate();
        words.all(|(after, word)| self.is_word(at + after, word))
    }

    /// Finds the bracket that closes what another one opens.
    pub(super) fn close(&self, open: usize) -> Option<usize> {
        let mut depth = 0_usize;
        for (at, it) in self.all.iter().enumerate().skip(open) {
            if opens(&it.token) {
                depth += 1;
            } else if closes(&it.token) {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at);
                }
            }
        }
        None
    }

    /// Goes on to the first token, outside of brackets, at which something is so; to the bracket that closes what it all stands
    /// in, or to the end of the statement, if there is none.
    pub(super) fn until(&self, from: usize, is_it: impl Fn(usize) -> bool) -> usize {
        let mut at = from;
        while let Some(token) = self.token(at) {
            if closes(token) || *token == Token::SemiColon || is_it(at) {
                return at;
            }
            at = match opens(token) {
                true => self.close(at).map_or(self.len(), |it| it + 1),
                false => at + 1,
            };
        }
        at
    }

    /// Takes a list apart at its commas; nothing stands behind a comma at its end.
    pub(super) fn split(&self, list: Range<usize>) -> Vec<Range<usize>> {
        let (mut parts, mut from) = (Vec::new(), list.start);
        while from < list.end {
            let is_end = |at: usize| at >= list.end || self.is(at, &Token::Comma);
            let to = self.until(from, is_end).min(list.end);
            parts.push(from..to);
            from = to + 1;
        }
        parts
    }

    pub(super) fn copy(&self, range: Range<usize>) -> Vec<TokenWithSpan> {
        self.all.get(range).unwrap_or_default().to_vec()
    }

    pub(super) fn replace(&mut self, range: Range<usize>, by: Vec<TokenWithSpan>) {
        if range.start <= range.end && range.end <= self.len() {
            self.all.splice(range, by);
        }
    }

    /// Takes tokens out and notes where they stand.
    pub(super) fn leave_out(&mut self, range: Range<usize>) {
        let spans = self.copy(range.clone()).into_iter().map(|it| it.span);
        self.left_out
            .extend(spans.reduce(|one, two| one.union(&two)));
        self.replace(range, Vec::new());
    }

    /// Tells whether a query can begin somewhere.
    pub(super) fn starts_query(&self, at: usize) -> bool {
        let Some(mut last) = at.checked_sub(1) else {
            return true;
        };
        let is_bracket = matches!(
            self.token(last),
            Some(Token::LParen | Token::RParen | Token::SemiColon)
        );
        if is_bracket {
            return true;
        }
        if self.is_word(last, "name") && self.before(last).is_some_and(|it| is_word(it, "by")) {
            last = last.saturating_sub(2);
        }
        if self.is_any(last, &["all", "distinct"]) {
            last = last.saturating_sub(1);
        }
        self.is_any(last, &["union", "except", "intersect"])
    }

    /// Finds the end of a clause: one of some words, or what ends any.
    pub(super) fn clause(&self, from: usize, words: &[&str]) -> usize {
        self.until(from, |at| self.is_any(at, words) || self.is_any(at, &ENDS))
    }
}

/// Words that stand behind what PIVOT and UNPIVOT say.
const ENDS: [&str; 7] = [
    "order",
    "limit",
    "offset",
    "union",
    "except",
    "intersect",
    "fetch",
];

pub(super) fn opens(token: &Token) -> bool {
    matches!(token, Token::LParen | Token::LBracket | Token::LBrace)
}

pub(super) fn closes(token: &Token) -> bool {
    matches!(token, Token::RParen | Token::RBracket | Token::RBrace)
}

pub(super) fn is_word(token: &Token, word: &str) -> bool {
    match token {
        Token::Word(it) => it.quote_style.is_none() && it.value.eq_ignore_ascii_case(word),
        _ => false,
    }
}

/// Writes tokens that stand nowhere in the text.
pub(super) fn made(text: &str) -> Vec<TokenWithSpan> {
    let tokens = Tokenizer::new(&DuckDbDialect {}, text).tokenize();
    let tokens = tokens.unwrap_or_default().into_iter();
    let tokens = tokens.filter(|it| !matches!(it, Token::Whitespace(_)));
    let nowhere = Span::empty();
    tokens
        .map(|token| TokenWithSpan::new(token, nowhere))
        .collect()
}

/// Puts lists one behind the other, with a comma between them.
pub(super) fn listed(parts: impl IntoIterator<Item = Vec<TokenWithSpan>>) -> Vec<TokenWithSpan> {
    let mut all = Vec::new();
    for part in parts {
        if !all.is_empty() {
            all.extend(made(","));
        }
        all.extend(part);
    }
    all
}
