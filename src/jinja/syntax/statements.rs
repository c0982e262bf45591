//! Text, tags, and the tags that Jinja2 itself has.

use std::sync::Arc;

use super::error::SyntaxError;
use super::parser::{OpenTag, Parser};
use super::token::{Kind as TokenKind, Operator};
use super::tree::{Block, Expression, For, Kind, Statement, Target};
use crate::text::Span;

type Body = Vec<Statement>;

impl<'a> Parser<'a> {
    /// Reads the whole template.
    pub(super) fn template(&mut self) -> Result<Body, SyntaxError> {
        self.body(&[])
    }

    /// Reads statements up to a tag with one of the words in `ends`, whose word comes next; up to
    /// the end of the template if there are none.
    fn body(&mut self, ends: &'static [&'static str]) -> Result<Body, SyntaxError> {
        if !ends.is_empty() {
            self.awaited.push(ends);
        }
        let mut body = Vec::new();
        loop {
            let token = self.current();
            match token.kind {
                TokenKind::Data => {
                    body.push(Statement::Data(token.span));
                    self.advance();
                }
                TokenKind::VariableBegin => {
                    self.advance();
                    body.push(Statement::Emit(vec![self.tuple(true, None)?]));
                    match self.current().kind {
                        TokenKind::VariableEnd => self.advance(),
                        _ => return Err(self.expected("end of print statement")),
                    };
                }
                TokenKind::BlockBegin => {
                    let start = self.advance();
                    if self.word().is_some_and(|word| ends.contains(&word)) {
                        break;
                    }
                    body.push(self.nested(1, |parser| parser.statement(start))?);
                    self.block_end()?;
                }
                TokenKind::End if ends.is_empty() => break,
                TokenKind::End => return Err(self.unexpected_end_of_template()),
                _ => return Err(self.expected("statement")),
            }
        }
        if !ends.is_empty() {
            self.awaited.pop();
        }
        Ok(body)
    }

    /// Reads `%}`, the statements after it, and the word that ends them.
    pub(super) fn body_until(
        &mut self,
        ends: &'static [&'static str],
    ) -> Result<Body, SyntaxError> {
        self.skip(Operator::Colon);
        self.block_end()?;
        self.body(ends)
    }

    /// Like [`Self::body_until`] for one end tag, whose word is read too.
    pub(super) fn body_to(&mut self, ends: &'static [&'static str]) -> Result<Body, SyntaxError> {
        let body = self.body_until(ends)?;
        self.advance();
        Ok(body)
    }

    fn block_end(&mut self) -> Result<(), SyntaxError> {
        match self.current().kind {
            TokenKind::BlockEnd => {
                self.advance();
                Ok(())
            }
            _ => Err(self.expected("end of statement block")),
        }
    }

    /// Reads one tag without its `%}`; `open` is the span of its `{%`.
    fn statement(&mut self, open: Span) -> Result<Statement, SyntaxError> {
        let Some(word) = self.word() else {
            if self.current().kind == TokenKind::End {
                return Err(self.expected("tag name"));
            }
            return Err(SyntaxError::new("tag name expected", self.current().span));
        };
        let span = self.current().span;
        self.tags.push(OpenTag {
            name: word.to_owned(),
            span: open.to(span),
        });
        self.advance();
        let statement = match word {
            "for" => self.for_loop()?,
            "if" => self.if_branches()?,
            "set" => self.set()?,
            "with" => self.with()?,
            "do" => Statement::Do(self.tuple(true, None)?),
            "print" => Statement::Emit(self.print()?),
            "filter" => self.filter_block()?,
            "block" => self.block()?,
            "autoescape" => {
                let enabled = self.expression()?;
                let body = self.body_to(&["endautoescape"])?;
                Statement::AutoEscape { enabled, body }
            }
            "break" | "continue" if self.loops == 0 => {
                let message = format!("'{word}' outside loop");
                return Err(SyntaxError::new(message, span));
            }
            "break" => Statement::Break,
            "continue" => Statement::Continue,
            "include" | "import" | "from" | "extends" => self.loader(span),
            _ => match self.definition(word)? {
                Some(statement) => statement,
                None => {
                    self.tags.pop();
                    return Err(self.unknown_tag(word, span));
                }
            },
        };
        self.tags.pop();
        Ok(statement)
    }

    fn for_loop(&mut self) -> Result<Statement, SyntaxError> {
        let target = self.target(Some("in"))?;
        self.expect_word("in")?;
        let iterable = self.tuple(false, Some("recursive"))?;
        let condition = match self.skip_word("if") {
            true => Some(self.expression()?),
            false => None,
        };
        let recursive = self.skip_word("recursive");
        self.loops += 1;
        self.loop_uses.push(None);
        let body = self.body_until(&["endfor", "else"])?;
        self.loops -= 1;
        let uses_loop = self.loop_uses.pop().flatten();
        let otherwise = match self.skip_word("else") {
            true => self.body_to(&["endfor"])?,
            false => {
                self.advance();
                Vec::new()
            }
        };
        Ok(Statement::For(Arc::new(For {
            target,
            iterable,
            condition,
            recursive,
            uses_loop,
            body,
            otherwise,
        })))
    }

    fn if_branches(&mut self) -> Result<Statement, SyntaxError> {
        let mut branches = Vec::new();
        let mut otherwise = Vec::new();
        loop {
            let condition = self.tuple(false, None)?;
            let body = self.body_until(&["elif", "else", "endif"])?;
            branches.push((condition, body));
            if self.skip_word("elif") {
                continue;
            }
            if self.skip_word("else") {
                otherwise = self.body_to(&["endif"])?;
            } else {
                self.advance();
            }
            return Ok(Statement::If {
                branches,
                otherwise,
            });
        }
    }

    fn set(&mut self) -> Result<Statement, SyntaxError> {
        let target = self.target(None)?;
        if self.skip(Operator::Assign) {
            return Ok(Statement::Set(target, self.tuple(true, None)?));
        }
        let mut filters = Vec::new();
        while self.skip(Operator::Pipe) {
            filters.push(self.filter()?);
        }
        let body = self.body_to(&["endset"])?;
        Ok(Statement::SetBlock {
            target,
            filters,
            body,
        })
    }

    fn with(&mut self) -> Result<Statement, SyntaxError> {
        let mut values = Vec::new();
        while self.current().kind != TokenKind::BlockEnd {
            if !values.is_empty() {
                self.expect(Operator::Comma)?;
            }
            let target = self.target(None)?;
            self.expect(Operator::Assign)?;
            values.push((target, self.expression()?));
        }
        let body = self.body_to(&["endwith"])?;
        Ok(Statement::With { values, body })
    }

    fn print(&mut self) -> Result<Vec<Expression>, SyntaxError> {
        let mut values = Vec::new();
        while self.current().kind != TokenKind::BlockEnd {
            if !values.is_empty() {
                self.expect(Operator::Comma)?;
            }
            values.push(self.expression()?);
        }
        Ok(values)
    }

    fn filter_block(&mut self) -> Result<Statement, SyntaxError> {
        let mut filters = vec![self.filter()?];
        while self.skip(Operator::Pipe) {
            filters.push(self.filter()?);
        }
        let body = self.body_to(&["endfilter"])?;
        Ok(Statement::FilterBlock { filters, body })
    }

    fn block(&mut self) -> Result<Statement, SyntaxError> {
        let (name, _) = self.expect_name()?;
        self.skip_word("scoped");
        self.skip_word("required");
        let body = self.body_to(&["endblock"])?;
        self.skip_word(name);
        let block = Arc::new(Block {
            name: name.into(),
            body,
        });
        self.blocks.push(block.clone());
        Ok(Statement::Block(block))
    }

    /// Reads past a tag that loads another template.
    fn loader(&mut self, span: Span) -> Statement {
        while !matches!(self.current().kind, TokenKind::BlockEnd | TokenKind::End) {
            self.advance();
        }
        Statement::Loader(self.since(span))
    }

    /// Reads what a value is assigned to.
    fn target(&mut self, end: Option<&'static str>) -> Result<Target, SyntaxError> {
        let read = self.tuple_of(end, false, Self::target_item)?;
        self.as_target(read)
    }

    /// Reads one target, an attribute of a name included.
    fn target_item(&mut self) -> Result<Expression, SyntaxError> {
        let start = self.current().span;
        let item = self.primary()?;
        if !matches!(item.kind, Kind::Name(_)) || !self.is(Operator::Dot) {
            return Ok(item);
        }
        self.advance();
        let (name, _) = self.expect_name()?;
        Ok(self.node(Kind::Attribute(Box::new(item), name.into()), start))
    }

    fn as_target(&self, read: Expression) -> Result<Target, SyntaxError> {
        let span = read.span;
        match read.kind {
            Kind::Name(name) => Ok(Target::Name(name)),
            Kind::Attribute(object, attribute) => match object.kind {
                Kind::Name(name) => Ok(Target::Attribute(name, attribute, span)),
                _ => Err(SyntaxError::new("can't assign to 'getattr'", span)),
            },
            Kind::Tuple(items) => {
                let items = items.into_iter().map(|item| self.as_target(item));
                Ok(Target::Several(items.collect::<Result<_, _>>()?, span))
            }
            Kind::Constant(_) => Err(SyntaxError::new("can't assign to 'const'", span)),
            Kind::List(_) => Err(SyntaxError::new("can't assign to 'list'", span)),
            _ => Err(SyntaxError::new("can't assign to this", span)),
        }
    }

    /// Fails for words that cannot be names of parameters.
    pub(super) fn assignable(&self, word: &str, span: Span) -> Result<(), SyntaxError> {
        match word {
            "true" | "True" | "false" | "False" | "none" | "None" => {
                let message = format!("can't assign to '{word}'");
                Err(SyntaxError::new(message, span))
            }
            _ => Ok(()),
        }
    }
}
