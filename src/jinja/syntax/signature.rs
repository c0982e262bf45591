//! The parameters of macros and calls.

use super::error::SyntaxError;
use super::parser::Parser;
use super::token::Operator;
use super::tree::Parameter;

impl Parser<'_> {
    /// Reads `(a, b: type = default)`.
    pub(super) fn signature(&mut self) -> Result<Vec<Parameter>, SyntaxError> {
        self.expect(Operator::LeftParen)?;
        let mut parameters: Vec<Parameter> = Vec::new();
        while !self.is(Operator::RightParen) {
            if !parameters.is_empty() {
                self.expect(Operator::Comma)?;
            }
            let (word, span) = self.expect_name()?;
            self.assignable(word, span)?;
            let name = self.intern(word);
            if parameters.iter().any(|it| it.name == name) {
                let message = format!("duplicate argument '{word}' in the signature");
                return Err(SyntaxError::new(message, span));
            }
            if self.skip(Operator::Colon) {
                self.type_name()?;
            }
            let default = match self.skip(Operator::Assign) {
                true => Some(self.expression()?),
                false => None,
            };
            let earlier = parameters.last().is_some_and(|it| it.default.is_some());
            if default.is_none() && earlier {
                let message = "non-default argument follows default argument";
                return Err(
                    SyntaxError::new(message, span).with_help(format!("write `{word}=none`"))
                );
            }
            parameters.push(Parameter { name, default });
        }
        self.expect(Operator::RightParen)?;
        Ok(parameters)
    }

    /// Reads a type like `dict[str, list[int]]`, which says nothing to us.
    fn type_name(&mut self) -> Result<(), SyntaxError> {
        self.expect_name()?;
        if !self.skip(Operator::LeftBracket) {
            return Ok(());
        }
        let mut first = true;
        while !self.is(Operator::RightBracket) {
            if !first {
                self.expect(Operator::Comma)?;
            }
            first = false;
            self.nested(1, Self::type_name)?;
        }
        self.expect(Operator::RightBracket)?;
        Ok(())
    }
}
