//! Names.

use minijinja::{Error, Value};

use super::closure::Blocks;
use super::run::Run;
use crate::jinja::error::{Fault, RenderErrorKind};
use crate::jinja::syntax::Name;
use crate::text::Span;

impl Run<'_, '_, '_> {
    /// Looks a name up: variables, then macros, then the context.
    pub(super) fn name(&self, name: Name) -> Option<Value> {
        if let Some(value) = self.local(name) {
            return Some(value.clone());
        }
        let text = self.unit.tree.name(name);
        let found = self.session.lookup(text);
        found.or_else(|| (**text == *"self").then(|| Blocks::value(self)))
    }

    /// Makes the error of a name that does not exist.
    pub(super) fn undefined_name(&self, name: Name, span: Span) -> Error {
        let text = self.unit.tree.name(name);
        let parameter =
            self.local(name).is_some_and(Value::is_undefined) && self.missing.contains(&name);
        let (message, help) = match parameter {
            true => (format!("parameter '{text}' was not provided"), None),
            false => (format!("'{text}' is undefined"), self.like(text)),
        };
        Fault::raise(RenderErrorKind::Undefined, message, self.locate(span), help)
    }

    fn like(&self, name: &str) -> Option<String> {
        let locals = self
            .locals
            .iter()
            .map(|(name, _)| &**self.unit.tree.name(*name));
        let local = crate::diagnostics::did_you_mean(name, locals);
        local
            .map(|known| format!("did you mean `{known}`?"))
            .or_else(|| self.session.suggestion(name))
    }
}
