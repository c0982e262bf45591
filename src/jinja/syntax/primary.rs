//! Names, literals, and what follows a value: subscripts, calls, filters, tests.

use minijinja::Value;

use super::error::SyntaxError;
use super::parser::Parser;
use super::token::{Integer, Kind as TokenKind, Operator};
use super::tree::{CallArguments, Expression, FilterCall, Kind, Slice};
use crate::text::Span;

type Read = Result<Expression, SyntaxError>;

impl Parser<'_> {
    /// Reads a name, a literal or something in brackets.
    pub(super) fn primary(&mut self) -> Read {
        let token = self.current();
        let span = token.span;
        let constant = |value: Value| Expression {
            kind: Kind::Constant(value),
            span,
        };
        match &token.kind {
            TokenKind::Name => {
                let word = self.slice(span);
                self.advance();
                Ok(match word {
                    "true" | "True" => constant(Value::from(true)),
                    "false" | "False" => constant(Value::from(false)),
                    "none" | "None" => constant(Value::from(())),
                    _ => self.name(word, span),
                })
            }
            TokenKind::Text(_) => Ok(self.text_literal()),
            TokenKind::Integer(Integer(value)) => {
                let value = constant(Value::from(*value));
                self.advance();
                Ok(value)
            }
            TokenKind::Float(value) => {
                let value = constant(Value::from(*value));
                self.advance();
                Ok(value)
            }
            TokenKind::Operator(Operator::LeftParen) => {
                self.advance();
                let mut inner = self.tuple_of(None, true, Self::expression)?;
                self.expect(Operator::RightParen)?;
                inner.span = self.since(span);
                Ok(inner)
            }
            TokenKind::Operator(Operator::LeftBracket) => self.list(span),
            TokenKind::Operator(Operator::LeftBrace) => self.dict(span),
            TokenKind::End => Err(self.expected("expression")),
            _ => {
                let found = token.describe(self.text);
                Err(SyntaxError::new(format!("unexpected '{found}'"), span))
            }
        }
    }

    fn name(&mut self, word: &str, span: Span) -> Expression {
        let name = self.intern(word);
        if word == "loop" {
            self.loop_uses.fill(Some(name));
        }
        for specials in &mut self.specials {
            match word {
                "caller" => specials.caller = Some(name),
                "varargs" => specials.varargs = Some(name),
                "kwargs" => specials.kwargs = Some(name),
                _ => {}
            }
        }
        Expression {
            kind: Kind::Name(name),
            span,
        }
    }

    /// Reads strings that stand side by side as one.
    fn text_literal(&mut self) -> Expression {
        let start = self.current().span;
        let mut joined = String::new();
        while let TokenKind::Text(text) = &self.current().kind {
            joined.push_str(text);
            self.advance();
        }
        self.node(Kind::Constant(Value::from(joined)), start)
    }

    fn list(&mut self, start: Span) -> Read {
        self.advance();
        let mut items = Vec::new();
        while !self.is(Operator::RightBracket) {
            if !items.is_empty() {
                self.expect(Operator::Comma)?;
                if self.is(Operator::RightBracket) {
                    break;
                }
            }
            items.push(self.expression()?);
        }
        self.expect(Operator::RightBracket)?;
        Ok(self.node(Kind::List(items), start))
    }

    fn dict(&mut self, start: Span) -> Read {
        self.advance();
        let mut entries = Vec::new();
        while !self.is(Operator::RightBrace) {
            if !entries.is_empty() {
                self.expect(Operator::Comma)?;
                if self.is(Operator::RightBrace) {
                    break;
                }
            }
            let key = self.expression()?;
            self.expect(Operator::Colon)?;
            entries.push((key, self.expression()?));
        }
        self.expect(Operator::RightBrace)?;
        Ok(self.node(Kind::Dict(entries), start))
    }

    /// Reads subscripts and calls after a value.
    pub(super) fn postfix(&mut self, mut value: Expression, start: Span) -> Read {
        let mut links = 0;
        loop {
            value = if self.is(Operator::Dot) {
                self.attribute(value, start)?
            } else if self.is(Operator::LeftBracket) {
                self.subscript(value, start)?
            } else if self.is(Operator::LeftParen) {
                self.call(value, start)?
            } else {
                return Ok(value);
            };
            self.link(&mut links)?;
        }
    }

    /// Reads filters, tests and calls after a value.
    pub(super) fn filters_and_tests(&mut self, mut value: Expression, start: Span) -> Read {
        let mut links = 0;
        loop {
            value = if self.skip(Operator::Pipe) {
                let filter = self.filter()?;
                self.node(Kind::Filter(Box::new(value), Box::new(filter)), start)
            } else if self.word() == Some("is") {
                self.test(value, start)?
            } else if self.is(Operator::LeftParen) {
                self.call(value, start)?
            } else {
                return Ok(value);
            };
            self.link(&mut links)?;
        }
    }

    fn attribute(&mut self, value: Expression, start: Span) -> Read {
        self.advance();
        let token = self.current();
        let span = token.span;
        let kind = match token.kind {
            TokenKind::Name => Kind::Attribute(Box::new(value), self.slice(span).into()),
            TokenKind::Integer(Integer(at)) => {
                let kind = Kind::Constant(Value::from(at));
                Kind::Item(Box::new([value, Expression { kind, span }]))
            }
            TokenKind::End => return Err(self.expected("name or number")),
            _ => return Err(SyntaxError::new("expected name or number", span)),
        };
        self.advance();
        Ok(self.node(kind, start))
    }

    fn subscript(&mut self, value: Expression, start: Span) -> Read {
        let opening = self.advance();
        let mut keys = Vec::new();
        let mut slice = None;
        while !self.is(Operator::RightBracket) {
            if !keys.is_empty() || slice.is_some() {
                self.expect(Operator::Comma)?;
            }
            match self.subscribed()? {
                Subscript::Key(key) => keys.push(key),
                Subscript::Slice(read) => slice = Some(read),
            }
        }
        self.expect(Operator::RightBracket)?;
        let kind = match (slice, keys.len()) {
            (Some(slice), 0) => Kind::Slice(Box::new(value), slice),
            (Some(_), _) => {
                return Err(SyntaxError::new(
                    "a slice stands alone",
                    self.since(opening),
                ));
            }
            (None, 1) => match keys.pop() {
                Some(key) => Kind::Item(Box::new([value, key])),
                None => return Err(self.expected("expression")),
            },
            (None, _) => {
                let key = self.node(Kind::Tuple(keys), opening);
                Kind::Item(Box::new([value, key]))
            }
        };
        Ok(self.node(kind, start))
    }

    fn subscribed(&mut self) -> Result<Subscript, SyntaxError> {
        let start = match self.is(Operator::Colon) {
            true => None,
            false => Some(self.expression()?),
        };
        if !self.skip(Operator::Colon) {
            return match start {
                Some(key) => Ok(Subscript::Key(key)),
                None => Err(self.expected("expression")),
            };
        }
        let stop = match self.is(Operator::Colon) {
            true => None,
            false => self.slice_part()?,
        };
        let step = match self.skip(Operator::Colon) {
            true => self.slice_part()?,
            false => None,
        };
        Ok(Subscript::Slice(Box::new(Slice { start, stop, step })))
    }

    fn slice_part(&mut self) -> Result<Option<Expression>, SyntaxError> {
        match self.is(Operator::RightBracket) || self.is(Operator::Comma) {
            true => Ok(None),
            false => self.expression().map(Some),
        }
    }

    fn call(&mut self, callee: Expression, start: Span) -> Read {
        let arguments = self.arguments()?;
        let kind = Kind::Call(Box::new(callee), Box::new(arguments));
        Ok(self.node(kind, start))
    }

    /// Reads `( … )` of a call.
    fn arguments(&mut self) -> Result<CallArguments, SyntaxError> {
        let opening = self.expect(Operator::LeftParen)?;
        let mut read = CallArguments::default();
        let mut first = true;
        while !self.is(Operator::RightParen) {
            if !first {
                self.expect(Operator::Comma)?;
                if self.is(Operator::RightParen) {
                    break;
                }
            }
            first = false;
            let start = self.current().span;
            let splats = (read.splat.is_some(), read.keyword_splat.is_some());
            let allowed = if self.skip(Operator::Mul) {
                read.splat = Some(self.expression()?);
                splats == (false, false)
            } else if self.skip(Operator::Pow) {
                read.keyword_splat = Some(self.expression()?);
                !splats.1
            } else if let (Some(word), TokenKind::Operator(Operator::Assign)) =
                (self.word(), &self.peek().kind)
            {
                self.advance();
                self.advance();
                let value = self.expression()?;
                if read.keywords.iter().any(|(name, _)| **name == *word) {
                    let message = format!("keyword argument repeated: {word}");
                    return Err(SyntaxError::new(message, start));
                }
                read.keywords.push((word.into(), value));
                !splats.1
            } else {
                read.positional.push(self.expression()?);
                splats == (false, false) && read.keywords.is_empty()
            };
            if !allowed {
                let message = "invalid syntax for function call expression";
                return Err(SyntaxError::new(message, self.since(start))
                    .with_help("positional arguments come before named ones"));
            }
        }
        match self.is(Operator::RightParen) {
            true => self.advance(),
            false => return Err(self.expected(")")),
        };
        let _ = opening;
        Ok(read)
    }

    /// Reads a filter after its `|`.
    pub(super) fn filter(&mut self) -> Result<FilterCall, SyntaxError> {
        let start = self.current().span;
        let name = self.dotted_name()?;
        let arguments = match self.is(Operator::LeftParen) {
            true => self.arguments()?,
            false => CallArguments::default(),
        };
        let span = self.since(start);
        Ok(FilterCall {
            name: name.into(),
            arguments,
            span,
        })
    }

    fn dotted_name(&mut self) -> Result<String, SyntaxError> {
        let mut name = self.expect_name()?.0.to_owned();
        while self.skip(Operator::Dot) {
            name.push('.');
            name.push_str(self.expect_name()?.0);
        }
        Ok(name)
    }

    fn test(&mut self, value: Expression, start: Span) -> Read {
        self.advance();
        let negated = self.skip_word("not");
        let test_start = self.current().span;
        let name = self.dotted_name()?;
        let arguments = if self.is(Operator::LeftParen) {
            self.arguments()?
        } else if self.at_test_argument()? {
            let argument_start = self.current().span;
            let argument = self.primary()?;
            let argument = self.postfix(argument, argument_start)?;
            CallArguments {
                positional: vec![argument],
                ..CallArguments::default()
            }
        } else {
            CallArguments::default()
        };
        let span = self.since(test_start);
        let test = FilterCall {
            name: name.into(),
            arguments,
            span,
        };
        let value = self.node(Kind::Test(Box::new(value), Box::new(test)), start);
        Ok(match negated {
            true => self.node(Kind::Not(Box::new(value)), start),
            false => value,
        })
    }

    /// Tells whether an argument without parentheses follows a test's name.
    fn at_test_argument(&self) -> Result<bool, SyntaxError> {
        Ok(match &self.current().kind {
            TokenKind::Text(_) | TokenKind::Integer(_) | TokenKind::Float(_) => true,
            TokenKind::Operator(Operator::LeftBracket | Operator::LeftBrace) => true,
            TokenKind::Name => match self.word() {
                Some("else" | "or" | "and") => false,
                Some("is") => {
                    let message = "You cannot chain multiple tests with is";
                    return Err(SyntaxError::new(message, self.current().span));
                }
                _ => true,
            },
            _ => false,
        })
    }
}

enum Subscript {
    Key(Expression),
    Slice(Box<Slice>),
}
