//! One activation of a template or macro: its variables, its output, its place in the files.

use std::sync::Arc;

use minijinja::{Error, State, Value};

use super::output::Output;
use crate::jinja::error::Fault;
use crate::jinja::session::Session;
use crate::jinja::syntax::{Expression, Name, Tree};
use crate::jinja::template::Origin;
use crate::text::{Location, Span};

/// A template that was read, and where its text stands.
#[derive(Debug)]
pub(crate) struct Unit {
    pub(crate) tree: Tree,
    pub(crate) origin: Origin,
    /// Whether it is the text of a macro's file, in which nothing is lenient.
    pub(crate) is_macro: bool,
}

/// Variables, the innermost last.
pub(super) type Locals = Vec<(Name, Value)>;

/// An activation.
pub(crate) struct Run<'r, 's, 'e> {
    pub(super) session: &'r Arc<Session>,
    pub(super) state: &'r mut State<'s, 'e>,
    pub(super) unit: &'r Arc<Unit>,
    pub(super) locals: Locals,
    /// Where the variables of the current scope begin.
    pub(super) scope: usize,
    pub(crate) output: Output,
    /// Whether output is escaped for HTML (`{% autoescape true %}`).
    pub(super) escape: bool,
    /// Where the last lookup found nothing, in which value and by which key, for its message.
    pub(super) missed: Option<(Span, Value, Value)>,
    /// The last call whose macro gave an undefined value: one that nothing is lenient about.
    pub(super) unusable: Option<Span>,
    /// Parameters that the macro's caller did not give.
    pub(super) missing: Vec<Name>,
}

impl<'r, 's, 'e> Run<'r, 's, 'e> {
    /// Starts an activation without variables.
    pub(crate) fn new(
        session: &'r Arc<Session>,
        state: &'r mut State<'s, 'e>,
        unit: &'r Arc<Unit>,
        output: Output,
    ) -> Self {
        Self {
            session,
            state,
            unit,
            locals: Locals::new(),
            scope: 0,
            output,
            escape: false,
            missed: None,
            unusable: None,
            missing: Vec::new(),
        }
    }

    /// Tells whether attributes and calls of this undefined value are undefined again.
    pub(super) fn is_lenient(&self, of: &Expression) -> bool {
        let lenient = self.session.scope.lenient && !self.unit.is_macro;
        lenient && self.unusable != Some(of.span)
    }

    /// Runs the whole template.
    pub(crate) fn template(&mut self) -> Result<(), Error> {
        let unit = self.unit;
        self.body(&unit.tree.body).map(|_| ())
    }

    /// Finds the bytes of a span in the files.
    pub(super) fn locate(&self, span: Span) -> Option<Location> {
        self.unit.origin.locate(span)
    }

    /// Gives a failure the bytes at fault.
    pub(super) fn at<R>(&self, span: Span, result: Result<R, Error>) -> Result<R, Error> {
        result.map_err(|error| Fault::attach(error, self.locate(span)))
    }

    /// Runs something whose variables end with it.
    pub(super) fn scoped<R>(
        &mut self,
        run: impl FnOnce(&mut Self) -> Result<R, Error>,
    ) -> Result<R, Error> {
        let outer = (self.scope, self.locals.len());
        self.scope = outer.1;
        let result = run(self);
        self.locals.truncate(outer.1);
        self.scope = outer.0;
        result
    }

    /// Sets a variable of the current scope.
    pub(super) fn set(&mut self, name: Name, value: Value) {
        let scope = self.locals.get_mut(self.scope..).unwrap_or_default();
        match scope.iter_mut().rev().find(|(known, _)| *known == name) {
            Some((_, old)) => *old = value,
            None => self.locals.push((name, value)),
        }
    }

    /// Looks a variable up.
    pub(super) fn local(&self, name: Name) -> Option<&Value> {
        let mut all = self.locals.iter().rev();
        all.find(|(known, _)| *known == name)
            .map(|(_, value)| value)
    }
}
