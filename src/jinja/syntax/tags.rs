//! Tags that define something, and tags that are wrong.

use std::sync::Arc;

use minijinja::Value;

use super::error::SyntaxError;
use super::parser::{Parser, Specials};
use super::token::Operator;
use super::tree::{Expression, Kind, MacroDefinition, MacroKind, Parameter, Statement};
use crate::diagnostics::did_you_mean;
use crate::text::Span;

/// All tags that stand alone or open something.
const TAGS: &[&str] = &[
    "autoescape",
    "block",
    "break",
    "call",
    "continue",
    "do",
    "docs",
    "filter",
    "for",
    "if",
    "macro",
    "materialization",
    "print",
    "raw",
    "set",
    "test",
    "data_test",
    "with",
];

impl Parser<'_> {
    /// Reads a tag that defines a macro or calls one, if `word` is such a tag.
    pub(super) fn definition(&mut self, word: &str) -> Result<Option<Statement>, SyntaxError> {
        let (kind, ends): (_, &'static [&'static str]) = match word {
            "call" => return self.call_block().map(Some),
            "macro" => (MacroKind::Macro, &["endmacro"]),
            "test" => (MacroKind::Test, &["endtest"]),
            "data_test" => (MacroKind::Test, &["enddata_test"]),
            "materialization" => (MacroKind::Materialization, &["endmaterialization"]),
            "docs" => (MacroKind::Docs, &["enddocs"]),
            _ => return Ok(None),
        };
        let (name, span) = self.expect_name()?;
        self.assignable(name, span)?;
        let (name, parameters) = match kind {
            MacroKind::Macro => (name.to_owned(), self.signature()?),
            MacroKind::Test => (format!("test_{name}"), self.signature()?),
            MacroKind::Materialization => self.materialization(name)?,
            _ => (name.to_owned(), Vec::new()),
        };
        let definition = self.macro_body(kind, name, parameters, ends)?;
        Ok(Some(Statement::Macro(Arc::new(definition))))
    }

    fn macro_body(
        &mut self,
        kind: MacroKind,
        name: String,
        parameters: Vec<Parameter>,
        ends: &'static [&'static str],
    ) -> Result<MacroDefinition, SyntaxError> {
        let loops = std::mem::take(&mut self.loops);
        self.specials.push(Specials::default());
        let body = self.body_to(ends)?;
        let specials = self.specials.pop().unwrap_or_default();
        let local = self.intern(&format!("dbt_macro__{name}"));
        self.loops = loops;
        Ok(MacroDefinition {
            kind,
            name: name.into(),
            local,
            parameters,
            body,
            caller: specials.caller,
            varargs: specials.varargs,
            kwargs: specials.kwargs,
        })
    }

    /// Reads the rest of `materialization name, adapter='x', supported_languages=[…]`.
    fn materialization(&mut self, name: &str) -> Result<(String, Vec<Parameter>), SyntaxError> {
        let mut adapter = "default".to_owned();
        let mut languages = None;
        while self.skip(Operator::Comma) {
            let (word, span) = self.expect_name()?;
            match word {
                "default" => {}
                "adapter" => {
                    self.expect(Operator::Assign)?;
                    adapter = self.constant_text()?;
                }
                "supported_languages" => {
                    self.expect(Operator::Assign)?;
                    languages = Some(self.expression()?);
                }
                _ => {
                    let message =
                        format!("materialization '{name}' received unknown argument '{word}'.");
                    return Err(SyntaxError::new(message, span));
                }
            }
        }
        let here = self.current().span;
        let default = languages.unwrap_or_else(|| {
            let sql = Expression {
                kind: Kind::Constant(Value::from("sql")),
                span: here,
            };
            Expression {
                kind: Kind::List(vec![sql]),
                span: here,
            }
        });
        let parameter = Parameter {
            name: self.intern("supported_languages"),
            default: Some(default),
        };
        Ok((format!("materialization_{name}_{adapter}"), vec![parameter]))
    }

    fn constant_text(&mut self) -> Result<String, SyntaxError> {
        let read = self.expression()?;
        match &read.kind {
            Kind::Constant(value) => match value.as_str() {
                Some(text) => Ok(text.to_owned()),
                None => Err(SyntaxError::new("expected a string", read.span)),
            },
            _ => Err(SyntaxError::new("expected a string", read.span)),
        }
    }

    fn call_block(&mut self) -> Result<Statement, SyntaxError> {
        let parameters = match self.is(Operator::LeftParen) {
            true => self.signature()?,
            false => Vec::new(),
        };
        let call = self.expression()?;
        if !matches!(call.kind, Kind::Call(..)) {
            return Err(
                SyntaxError::new("expected call", call.span).with_help("write `{% call name() %}`")
            );
        }
        let caller = MacroKind::Caller;
        let body = self.macro_body(caller, "caller".to_owned(), parameters, &["endcall"])?;
        let caller = Arc::new(body);
        Ok(Statement::Call { call, caller })
    }

    /// Makes the error of a tag that does not exist or does not belong here.
    pub(super) fn unknown_tag(&self, word: &str, span: Span) -> SyntaxError {
        let mut message = format!("Encountered unknown tag '{word}'.");
        if let Some(awaited) = self.awaited.last() {
            let expected = quoted(awaited);
            let nested = self.awaited.iter().any(|ends| ends.contains(&word));
            message.push_str(&match nested {
                true => format!(
                    " You probably made a nesting mistake. Jinja is expecting this tag, but \
                     currently looking for {expected}."
                ),
                false => format!(" Jinja was looking for the following tags: {expected}."),
            });
        }
        if let Some(open) = self.tags.last() {
            let innermost = &open.name;
            message.push_str(&format!(
                " The innermost block that needs to be closed is '{innermost}'."
            ));
        }
        let error = SyntaxError::new(message, span);
        if ["ref", "source", "config", "var", "env_var", "this"].contains(&word) {
            let call = if word == "this" { "" } else { "(…)" };
            return error.with_help(format!("write `{{{{ {word}{call} }}}}`"));
        }
        let awaited = self.awaited.last().copied().unwrap_or_default();
        let known = TAGS.iter().chain(awaited).chain(&["else", "elif"]);
        match did_you_mean(word, known.copied()) {
            Some(known) => error.with_help(format!("did you mean `{known}`?")),
            None => error,
        }
    }

    /// Makes the error of a template that ends before its tags do; it points at the innermost one.
    pub(super) fn unexpected_end_of_template(&self) -> SyntaxError {
        let mut message = "Unexpected end of template.".to_owned();
        if let Some(awaited) = self.awaited.last() {
            let expected = quoted(awaited);
            message.push_str(&format!(
                " Jinja was looking for the following tags: {expected}."
            ));
        }
        let Some(open) = self.tags.last() else {
            return SyntaxError::new(message, self.current().span);
        };
        let name = &open.name;
        message.push_str(&format!(
            " The innermost block that needs to be closed is '{name}'."
        ));
        SyntaxError::new(message, open.span).with_help(format!("add `{{% end{name} %}}`"))
    }
}

fn quoted(words: &[&str]) -> String {
    let words: Vec<_> = words.iter().map(|word| format!("'{word}'")).collect();
    words.join(" or ")
}
