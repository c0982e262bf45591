//! The state of reading: the tokens, the names seen, the tags that are open.

use std::collections::HashMap;
use std::sync::Arc;

use super::advice::advise;
use super::error::SyntaxError;
use super::lexer::tokens;
use super::token::{Kind, Operator, Token};
use super::tree::{Block, Name, Tree};
use crate::text::Span;

/// How deep expressions and tags may nest. Each level costs stack when it is read, run and dropped.
const MAX_DEPTH: usize = 200;

/// Reads a template.
pub(crate) fn parse(text: impl Into<Arc<str>>) -> Result<Tree, SyntaxError> {
    let text = text.into();
    read(&text).map_err(|error| advise(&text, error))
}

fn read(text: &Arc<str>) -> Result<Tree, SyntaxError> {
    let mut parser = Parser {
        tokens: tokens(text)?,
        text,
        at: 0,
        depth: 0,
        names: Vec::new(),
        by_name: HashMap::new(),
        tags: Vec::new(),
        awaited: Vec::new(),
        specials: Vec::new(),
        loops: 0,
        loop_uses: Vec::new(),
        blocks: Vec::new(),
    };
    let body = parser.template()?;
    let (names, blocks) = (parser.names, parser.blocks);
    Ok(Tree {
        text: text.clone(),
        names,
        body,
        blocks,
    })
}

/// A tag that waits for its end.
pub(super) struct OpenTag {
    pub(super) name: String,
    pub(super) span: Span,
}

/// Names with a meaning of their own that the body of a macro uses.
#[derive(Default, Clone, Copy)]
pub(super) struct Specials {
    pub(super) caller: Option<Name>,
    pub(super) varargs: Option<Name>,
    pub(super) kwargs: Option<Name>,
}

pub(super) struct Parser<'a> {
    pub(super) text: &'a str,
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
    names: Vec<Arc<str>>,
    by_name: HashMap<Arc<str>, Name>,
    /// The tags that are being read, outermost first.
    pub(super) tags: Vec<OpenTag>,
    /// The end tags that the open ones wait for.
    pub(super) awaited: Vec<&'static [&'static str]>,
    /// One for each macro around the current place.
    pub(super) specials: Vec<Specials>,
    /// Loops around the current place, within its macro.
    pub(super) loops: usize,
    /// For each loop around the current place, the name `loop` if its body uses it.
    pub(super) loop_uses: Vec<Option<Name>>,
    /// The blocks read so far.
    pub(super) blocks: Vec<Arc<Block>>,
}

const END: &Token = &Token {
    kind: Kind::End,
    span: Span { start: 0, end: 0 },
};

impl<'a> Parser<'a> {
    /// Returns the token to be read next.
    pub(super) fn current(&self) -> &Token {
        self.tokens
            .get(self.at)
            .or(self.tokens.last())
            .unwrap_or(END)
    }

    /// Returns the token after the current one.
    pub(super) fn peek(&self) -> &Token {
        self.tokens
            .get(self.at + 1)
            .or(self.tokens.last())
            .unwrap_or(END)
    }

    /// Goes to the next token and returns the span of the one that was current.
    pub(super) fn advance(&mut self) -> Span {
        let span = self.current().span;
        self.at += 1;
        span
    }

    /// Returns the span from `start` to the end of the last token that was read.
    pub(super) fn since(&self, start: Span) -> Span {
        let last = self.at.checked_sub(1).and_then(|at| self.tokens.get(at));
        last.map_or(start, |last| start.to(last.span))
    }

    /// Returns the bytes of a span.
    pub(super) fn slice(&self, span: Span) -> &'a str {
        self.text.get(span.range()).unwrap_or_default()
    }

    /// Tells whether the current token is an operator.
    pub(super) fn is(&self, operator: Operator) -> bool {
        self.current().kind == Kind::Operator(operator)
    }

    /// Reads an operator if it is there.
    pub(super) fn skip(&mut self, operator: Operator) -> bool {
        let found = self.is(operator);
        self.at += usize::from(found);
        found
    }

    /// Reads an operator that must be there.
    pub(super) fn expect(&mut self, operator: Operator) -> Result<Span, SyntaxError> {
        match self.is(operator) {
            true => Ok(self.advance()),
            false => Err(self.expected(operator.as_str())),
        }
    }

    /// Tells whether a token is this word.
    pub(super) fn is_word(&self, token: &Token, word: &str) -> bool {
        token.kind == Kind::Name && self.slice(token.span) == word
    }

    /// Returns the word that the current token is.
    pub(super) fn word(&self) -> Option<&'a str> {
        let token = self.current();
        (token.kind == Kind::Name).then(|| self.slice(token.span))
    }

    /// Reads a word if it is there.
    pub(super) fn skip_word(&mut self, word: &str) -> bool {
        let found = self.is_word(self.current(), word);
        self.at += usize::from(found);
        found
    }

    /// Reads a word that must be there.
    pub(super) fn expect_word(&mut self, word: &str) -> Result<Span, SyntaxError> {
        match self.is_word(self.current(), word) {
            true => Ok(self.advance()),
            false => Err(self.expected(word)),
        }
    }

    /// Reads a name of any kind.
    pub(super) fn expect_name(&mut self) -> Result<(&'a str, Span), SyntaxError> {
        match self.word() {
            Some(word) => Ok((word, self.advance())),
            None => Err(self.expected("name")),
        }
    }

    /// Makes the error of an unexpected token.
    pub(super) fn expected(&self, what: &str) -> SyntaxError {
        let token = self.current();
        if token.kind == Kind::End {
            return self.unexpected_end(what);
        }
        let found = token.describe(self.text);
        SyntaxError::new(
            format!("expected token '{what}', got '{found}'"),
            token.span,
        )
    }

    /// Makes the error of a template that ends inside of a tag; it points at the tag's opening.
    fn unexpected_end(&self, what: &str) -> SyntaxError {
        let begins = |it: &&Token| matches!(it.kind, Kind::VariableBegin | Kind::BlockBegin);
        let opening = self.tokens.iter().rev().find(begins);
        let message = format!("expected token '{what}', got 'end of template'");
        let Some(opening) = opening else {
            return SyntaxError::new(message, self.current().span);
        };
        let close = match opening.kind {
            Kind::VariableBegin => "}}",
            _ => "%}",
        };
        let help = format!("close the tag that opens here with `{close}`");
        SyntaxError::new(message, opening.span).with_help(help)
    }

    /// Makes the number of a name.
    pub(super) fn intern(&mut self, name: &str) -> Name {
        if let Some(known) = self.by_name.get(name) {
            return *known;
        }
        let text: Arc<str> = Arc::from(name);
        let index = Name::try_from(self.names.len()).unwrap_or(Name::MAX);
        self.names.push(text.clone());
        self.by_name.insert(text, index);
        index
    }

    /// Runs `read` one level deeper, with enough stack; too many levels are an error.
    pub(super) fn nested<R>(
        &mut self,
        levels: usize,
        read: impl FnOnce(&mut Self) -> Result<R, SyntaxError>,
    ) -> Result<R, SyntaxError> {
        self.depth += levels;
        if self.depth > MAX_DEPTH {
            let message = format!("more than {MAX_DEPTH} levels of nesting");
            return Err(SyntaxError::new(message, self.current().span)
                .with_help("split the expression with `{% set %}`"));
        }
        let read = stacker::maybe_grow(128 * 1024, 1024 * 1024, || read(self));
        self.depth -= levels;
        read
    }
}
