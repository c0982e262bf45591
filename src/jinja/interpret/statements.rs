//! Statements.

use std::borrow::Cow;

use minijinja::{Error, Value};

use super::closure::Closure;
use super::run::Run;
use crate::jinja::error::{Fault, RenderErrorKind};
use crate::jinja::python::markup;
use crate::jinja::syntax::{Expression, FilterCall, Statement, normalize_newlines};
use crate::jinja::template::Origin;
use crate::text::Span;

/// What comes after a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// The next one.
    Statement,
    /// The next turn of the loop.
    Turn,
    /// What follows the loop.
    AfterLoop,
}

impl Run<'_, '_, '_> {
    /// Runs statements until one says that others follow.
    pub(super) fn body(&mut self, statements: &[Statement]) -> Result<Next, Error> {
        for statement in statements {
            match self.statement(statement)? {
                Next::Statement => {}
                next => return Ok(next),
            }
        }
        Ok(Next::Statement)
    }

    fn statement(&mut self, statement: &Statement) -> Result<Next, Error> {
        match statement {
            Statement::Data(span) => self.data(*span),
            Statement::Emit(values) => {
                for value in values {
                    self.emit(value)?;
                }
            }
            Statement::If {
                branches,
                otherwise,
            } => {
                for (condition, body) in branches {
                    if self.eval(condition)?.is_true() {
                        return self.body(body);
                    }
                }
                return self.body(otherwise);
            }
            Statement::For(it) => return self.for_loop(it),
            Statement::Set(target, value) => {
                let value = self.eval(value)?;
                self.assign(target, value)?;
            }
            Statement::SetBlock {
                target,
                filters,
                body,
            } => {
                let text = self.captured(|run| run.body(body))?;
                let value = self.filtered(Value::from(text), filters)?;
                self.assign(target, value)?;
            }
            Statement::With { values, body } => {
                let mut assigned = Vec::with_capacity(values.len());
                for (target, value) in values {
                    assigned.push((target, self.eval(value)?));
                }
                return self.scoped(|run| {
                    for (target, value) in assigned {
                        run.assign(target, value)?;
                    }
                    run.body(body)
                });
            }
            Statement::FilterBlock { filters, body } => {
                let text = self.captured(|run| run.body(body))?;
                let value = self.filtered(Value::from(text), filters)?;
                let origin = filters.first().and_then(|filter| self.locate(filter.span));
                self.output.value(&value, origin);
            }
            Statement::Call { call, caller } => {
                let value = self.call_with_caller(call, caller)?;
                let origin = self.locate(call.span);
                self.output.value(&value, origin);
            }
            Statement::Macro(definition) => {
                let closure = Closure::value(self, definition);
                self.set(definition.local, closure);
            }
            Statement::Do(value) => {
                self.eval(value)?;
            }
            Statement::Block(block) => return self.scoped(|run| run.body(&block.body)),
            Statement::AutoEscape { enabled, body } => {
                let enabled = self.eval(enabled)?.is_true();
                let outer = std::mem::replace(&mut self.escape, enabled);
                let next = self.scoped(|run| run.body(body));
                self.escape = outer;
                return next;
            }
            Statement::Break => return Ok(Next::AfterLoop),
            Statement::Continue => return Ok(Next::Turn),
            Statement::Loader(span) => {
                let message = "no loader for this environment specified".to_owned();
                let help = "use macros; dbt has no includes and imports".to_owned();
                let kind = RenderErrorKind::Failed;
                return Err(Fault::raise(kind, message, self.locate(*span), Some(help)));
            }
        }
        Ok(Next::Statement)
    }

    fn data(&mut self, span: Span) {
        let unit = self.unit;
        let raw = unit.tree.text.get(span.range()).unwrap_or_default();
        let data = normalize_newlines(raw);
        let literal =
            matches!(data, Cow::Borrowed(_)) && matches!(unit.origin, Origin::Verbatim { .. });
        self.output.data(&data, unit.origin.locate(span), literal);
    }

    fn emit(&mut self, expression: &Expression) -> Result<(), Error> {
        let mut value = self.eval(expression)?;
        if self.escape && !value.is_safe() {
            value = markup([&value]);
        }
        let origin = self.locate(expression.span);
        match self.output.is_native() && super::native::is_constant(expression) {
            true => self.output.value_as_text(&value, origin),
            false => self.output.value(&value, origin),
        }
        Ok(())
    }

    /// Runs a body in a scope of its own and returns its text.
    pub(super) fn captured<R>(
        &mut self,
        body: impl FnOnce(&mut Self) -> Result<R, Error>,
    ) -> Result<String, Error> {
        self.output.begin_capture();
        let result = self.scoped(body);
        let text = self.output.end_capture();
        result.map(|_| text)
    }

    /// Sends a value through filters.
    fn filtered(&mut self, value: Value, filters: &[FilterCall]) -> Result<Value, Error> {
        filters
            .iter()
            .try_fold(value, |value, filter| self.filter(value, filter))
    }
}
