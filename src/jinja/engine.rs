//! The engine: templates and macros in, texts and values out.

use std::sync::Arc;

use minijinja::{Environment, Value};

use super::error::{Failure, RenderError, RenderErrorKind};
use super::macros::MacroSet;
use super::template::{Arguments, Rendered, Scope, Template};

/// Renders templates. Cheap to share between threads.
#[derive(Debug, Clone)]
pub struct Engine {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    macros: MacroSet,
    environment: Environment<'static>,
}

impl Engine {
    /// Makes an engine for the macros of a project.
    pub fn new(macros: MacroSet) -> Self {
        Self {
            shared: Arc::new(Shared {
                macros,
                environment: Environment::empty(),
            }),
        }
    }

    /// Returns the macros.
    pub fn macros(&self) -> &MacroSet {
        &self.shared.macros
    }

    /// Renders a template to text.
    pub fn render(&self, template: Template<'_>, scope: &Scope) -> Result<Rendered, RenderError> {
        let _ = (template, scope, &self.shared.environment);
        Err(unfinished())
    }

    /// Renders a text as dbt renders YAML values: a single `{{ … }}` gives its value, everything
    /// else text.
    pub fn evaluate(&self, template: Template<'_>, scope: &Scope) -> Result<Value, RenderError> {
        let _ = (template, scope);
        Err(unfinished())
    }

    /// Calls a macro: what it returns by `return`, else its text.
    pub fn call_macro(
        &self,
        unique_id: &str,
        arguments: &Arguments,
        scope: &Scope,
    ) -> Result<Value, RenderError> {
        let _ = (unique_id, arguments, scope);
        Err(unfinished())
    }
}

fn unfinished() -> RenderError {
    RenderError::from(Failure {
        kind: RenderErrorKind::Failed,
        message: "templates do not render yet".to_owned(),
        location: None,
        help: None,
        calls: Vec::new(),
        cause: None,
    })
}
