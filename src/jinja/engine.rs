//! The engine: templates and macros in, texts and values out.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use minijinja::{Environment, Error, State, Value};

use super::error::{Fault, MacroCall, RenderError, Returned};
use super::functions;
use super::interpret::{self, CallValues, Output, Run, Unit};
use super::library;
use super::macros::MacroSet;
use super::session::{Session, Shared};
use super::syntax::parse;
use super::template::{Arguments, Origin, Rendered, Scope, Template};
use crate::text::{Segment, SourceMap, Span};

/// Renders templates. Cheap to clone and to share between threads.
#[derive(Debug, Clone)]
pub struct Engine {
    shared: Arc<Shared>,
}

impl Engine {
    /// Makes an engine for the macros of a project.
    pub fn new(macros: MacroSet) -> Self {
        Self::stopped_by(macros, Arc::default())
    }

    /// Makes an engine whose templates fail once `stop` is set, at their next loop or call.
    pub fn stopped_by(macros: MacroSet, stop: Arc<AtomicBool>) -> Self {
        let mut environment = Environment::new();
        functions::install(&mut environment);
        library::install(&mut environment);
        environment.remove_global("debug");
        let globals = environment.globals();
        let globals = globals
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        Self {
            shared: Arc::new(Shared {
                macros,
                environment,
                globals,
                stop,
            }),
        }
    }

    /// Returns the macros.
    pub fn macros(&self) -> &MacroSet {
        &self.shared.macros
    }

    /// Renders a template to text. A text without any mark of Jinja stays as it is.
    pub fn render(&self, template: Template<'_>, scope: &Scope) -> Result<Rendered, RenderError> {
        if !interpret::has_tags(template.text) {
            return Ok(verbatim(template));
        }
        let unit = read(template)?;
        let (text, source_map) = self.run(&unit, scope, Output::mapped())?.into_mapped();
        Ok(Rendered { text, source_map })
    }

    /// Renders a text as dbt renders YAML values: a single `{{ … }}` gives its value, everything
    /// else text.
    pub fn evaluate(&self, template: Template<'_>, scope: &Scope) -> Result<Value, RenderError> {
        if !interpret::has_tags(template.text) {
            return Ok(Value::from(template.text));
        }
        let unit = read(template)?;
        let output = self.run(&unit, scope, Output::native())?;
        interpret::native_value(output).map_err(RenderError::from)
    }

    /// Calls a macro: what it returns by `return`, else its text.
    pub fn call_macro(
        &self,
        unique_id: &str,
        arguments: &Arguments,
        scope: &Scope,
    ) -> Result<Value, RenderError> {
        let session = Session::new(&self.shared, scope);
        let Some(entry) = self.shared.macros.get(unique_id) else {
            let message = format!("there is no macro {unique_id}");
            let error = Error::new(minijinja::ErrorKind::UnknownFunction, message);
            return Err(RenderError::from(error));
        };
        let keywords = arguments.keywords.iter();
        let values = CallValues {
            positional: arguments.positional.clone(),
            keywords: keywords
                .map(|(name, value)| (Arc::from(name.as_str()), value.clone()))
                .collect(),
        };
        let call =
            |state: &mut State<'_, '_>| interpret::call_macro(&session, state, entry, values);
        session.enter(call).map_err(|error| {
            let call = MacroCall {
                unique_id: entry.node.unique_id.to_string(),
                built_in: self.shared.macros.is_built_in(entry),
                location: None,
            };
            RenderError::from(Fault::within(error, call))
        })
    }

    fn run(&self, unit: &Arc<Unit>, scope: &Scope, output: Output) -> Result<Output, RenderError> {
        let session = Session::new(&self.shared, scope);
        session.enter(|state| {
            interpret::check(unit, state)?;
            let mut run = Run::new(&session, state, unit, output);
            match run.template() {
                Ok(()) => Ok(run.output),
                Err(error) if Returned::value(&error).is_some() => {
                    Err(RenderError::from(Returned::outside()))
                }
                Err(error) => Err(RenderError::from(error)),
            }
        })
    }
}

fn read(template: Template<'_>) -> Result<Arc<Unit>, RenderError> {
    let origin = template.origin;
    let tree = parse(template.text).map_err(|error| RenderError::syntax(&error, origin))?;
    Ok(Arc::new(Unit {
        tree,
        origin,
        is_macro: false,
    }))
}

fn verbatim(template: Template<'_>) -> Rendered {
    let whole = Span::new(0, template.text.len());
    let literal = matches!(template.origin, Origin::Verbatim { .. });
    let origin = template
        .origin
        .locate(whole)
        .filter(|_| !template.text.is_empty());
    let segment = origin.map(|origin| Segment {
        output: whole,
        origin,
        literal,
    });
    Rendered {
        text: template.text.to_owned(),
        source_map: SourceMap::new(segment.into_iter().collect()),
    }
}
