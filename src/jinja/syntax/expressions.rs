//! Expressions, loosest operator first.

use super::error::SyntaxError;
use super::parser::Parser;
use super::token::{Kind as TokenKind, Operator};
use super::tree::{BinaryOperator, Comparison, Expression, Kind};
use crate::text::Span;

/// How long a chain like `a + b + c` may be: it becomes a tree of that depth.
const MAX_CHAIN: usize = 1000;

type Read = Result<Expression, SyntaxError>;

/// What ends a tuple without parentheses besides a closing token.
pub(super) type TupleEnd = Option<&'static str>;

impl Parser<'_> {
    /// Reads one expression, inline `if` included.
    pub(super) fn expression(&mut self) -> Read {
        self.nested(1, Self::conditional)
    }

    /// Reads an expression without inline `if`.
    pub(super) fn expression_without_if(&mut self) -> Read {
        self.nested(1, Self::or)
    }

    /// Reads an expression or, with commas, a tuple without parentheses.
    pub(super) fn tuple(&mut self, with_if: bool, end: TupleEnd) -> Read {
        self.tuple_of(end, false, |parser| match with_if {
            true => parser.expression(),
            false => parser.expression_without_if(),
        })
    }

    /// Reads items separated by commas; one without a comma is no tuple.
    pub(super) fn tuple_of(
        &mut self,
        end: TupleEnd,
        parentheses: bool,
        mut item: impl FnMut(&mut Self) -> Read,
    ) -> Read {
        let start = self.current().span;
        let mut items = Vec::new();
        let mut is_tuple = false;
        loop {
            if !items.is_empty() {
                self.expect(Operator::Comma)?;
            }
            if self.at_tuple_end(end) {
                break;
            }
            items.push(item(self)?);
            if !self.is(Operator::Comma) {
                break;
            }
            is_tuple = true;
        }
        match items.pop() {
            Some(only) if !is_tuple => Ok(only),
            None if !parentheses => {
                let token = self.current();
                if token.kind == TokenKind::End {
                    return Err(self.expected("expression"));
                }
                let found = token.describe(self.text);
                let message = format!("Expected an expression, got '{found}'");
                Err(SyntaxError::new(message, token.span))
            }
            last => {
                items.extend(last);
                let span = if items.is_empty() {
                    start
                } else {
                    self.since(start)
                };
                Ok(Expression {
                    kind: Kind::Tuple(items),
                    span,
                })
            }
        }
    }

    fn at_tuple_end(&self, end: TupleEnd) -> bool {
        match self.current().kind {
            TokenKind::VariableEnd | TokenKind::BlockEnd => true,
            TokenKind::Operator(operator) => operator == Operator::RightParen,
            TokenKind::Name => end.is_some_and(|word| self.word() == Some(word)),
            _ => false,
        }
    }

    fn conditional(&mut self) -> Read {
        let start = self.current().span;
        let mut value = self.or()?;
        let mut links = 0;
        while self.skip_word("if") {
            self.link(&mut links)?;
            let condition = self.or()?;
            let otherwise = match self.skip_word("else") {
                true => Some(self.expression()?),
                false => None,
            };
            let kind = Kind::Conditional(Box::new((value, condition, otherwise)));
            value = self.node(kind, start);
        }
        Ok(value)
    }

    fn or(&mut self) -> Read {
        let start = self.current().span;
        let mut left = self.and()?;
        let mut links = 0;
        while self.skip_word("or") {
            self.link(&mut links)?;
            let right = self.and()?;
            left = self.node(Kind::Or(Box::new([left, right])), start);
        }
        Ok(left)
    }

    fn and(&mut self) -> Read {
        let start = self.current().span;
        let mut left = self.not()?;
        let mut links = 0;
        while self.skip_word("and") {
            self.link(&mut links)?;
            let right = self.not()?;
            left = self.node(Kind::And(Box::new([left, right])), start);
        }
        Ok(left)
    }

    fn not(&mut self) -> Read {
        let start = self.current().span;
        if !self.skip_word("not") {
            return self.compare();
        }
        let operand = self.nested(1, Self::not)?;
        Ok(self.node(Kind::Not(Box::new(operand)), start))
    }

    fn compare(&mut self) -> Read {
        let start = self.current().span;
        let first = self.sum()?;
        let mut rest = Vec::new();
        while let Some(operator) = self.comparison() {
            rest.push((operator, self.sum()?));
        }
        if rest.is_empty() {
            return Ok(first);
        }
        Ok(self.node(Kind::Compare(Box::new(first), rest), start))
    }

    /// Reads a comparison operator if there is one.
    fn comparison(&mut self) -> Option<Comparison> {
        let operator = match &self.current().kind {
            TokenKind::Operator(Operator::Equal) => Comparison::Equal,
            TokenKind::Operator(Operator::NotEqual) => Comparison::NotEqual,
            TokenKind::Operator(Operator::Less) => Comparison::Less,
            TokenKind::Operator(Operator::LessEqual) => Comparison::LessEqual,
            TokenKind::Operator(Operator::Greater) => Comparison::Greater,
            TokenKind::Operator(Operator::GreaterEqual) => Comparison::GreaterEqual,
            TokenKind::Name => match self.word()? {
                "in" => Comparison::In,
                "not" if self.is_word(self.peek(), "in") => {
                    self.advance();
                    Comparison::NotIn
                }
                _ => return None,
            },
            _ => return None,
        };
        self.advance();
        Some(operator)
    }

    fn sum(&mut self) -> Read {
        const OPERATORS: &[(Operator, BinaryOperator)] = &[
            (Operator::Add, BinaryOperator::Add),
            (Operator::Sub, BinaryOperator::Sub),
        ];
        self.chain(OPERATORS, Self::concat)
    }

    fn concat(&mut self) -> Read {
        let start = self.current().span;
        let first = self.product()?;
        if !self.is(Operator::Tilde) {
            return Ok(first);
        }
        let mut items = vec![first];
        while self.skip(Operator::Tilde) {
            items.push(self.product()?);
        }
        Ok(self.node(Kind::Concat(items), start))
    }

    fn product(&mut self) -> Read {
        const OPERATORS: &[(Operator, BinaryOperator)] = &[
            (Operator::Mul, BinaryOperator::Mul),
            (Operator::Div, BinaryOperator::Div),
            (Operator::FloorDiv, BinaryOperator::FloorDiv),
            (Operator::Mod, BinaryOperator::Mod),
        ];
        self.chain(OPERATORS, Self::power)
    }

    fn power(&mut self) -> Read {
        const OPERATORS: &[(Operator, BinaryOperator)] = &[(Operator::Pow, BinaryOperator::Pow)];
        self.chain(OPERATORS, |parser| parser.unary(true))
    }

    /// Reads operands with operators of one rank, from left to right.
    fn chain(
        &mut self,
        operators: &[(Operator, BinaryOperator)],
        operand: fn(&mut Self) -> Read,
    ) -> Read {
        let start = self.current().span;
        let mut left = operand(self)?;
        let mut links = 0;
        while let TokenKind::Operator(found) = self.current().kind {
            let Some((_, operator)) = operators.iter().find(|(token, _)| *token == found) else {
                break;
            };
            self.link(&mut links)?;
            self.advance();
            let right = operand(self)?;
            left = self.node(Kind::Binary(*operator, Box::new([left, right])), start);
        }
        Ok(left)
    }

    fn unary(&mut self, with_filter: bool) -> Read {
        let start = self.current().span;
        let value = if self.skip(Operator::Sub) {
            let operand = self.nested(1, |parser| parser.unary(false))?;
            self.node(Kind::Negative(Box::new(operand)), start)
        } else if self.skip(Operator::Add) {
            let operand = self.nested(1, |parser| parser.unary(false))?;
            self.node(Kind::Positive(Box::new(operand)), start)
        } else {
            self.primary()?
        };
        let value = self.postfix(value, start)?;
        match with_filter {
            true => self.filters_and_tests(value, start),
            false => Ok(value),
        }
    }

    /// Counts a link of a chain.
    pub(super) fn link(&self, links: &mut usize) -> Result<(), SyntaxError> {
        *links += 1;
        if *links <= MAX_CHAIN {
            return Ok(());
        }
        let message = format!("more than {MAX_CHAIN} operators in one expression");
        Err(SyntaxError::new(message, self.current().span))
    }

    /// Makes a node that reaches from `start` to the last token read.
    pub(super) fn node(&self, kind: Kind, start: Span) -> Expression {
        let span = self.since(start);
        Expression { kind, span }
    }
}
