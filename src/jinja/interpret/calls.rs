//! Calls: of macros, of other values, of methods.

use std::sync::Arc;

use minijinja::value::Tuple;
use minijinja::{Error, ErrorKind, State, Value};

use super::arguments::CallValues;
use super::closure::Closure;
use super::filters::check;
use super::output::Output;
use super::run::Run;
use super::undefined::missing_attribute;
use crate::diagnostics::did_you_mean;
use crate::jinja::error::{Fault, MacroCall, RenderErrorKind, Returned, find};
use crate::jinja::library::errors::{raise_with_help, type_error};
use crate::jinja::library::number::type_name;
use crate::jinja::macros::MacroEntry;
use crate::jinja::names::{MacroFunction, keywords_dict};
use crate::jinja::place;
use crate::jinja::python::{Class, attribute, call_method, valid};
use crate::jinja::session::Session;
use crate::jinja::syntax::{CallArguments, Expression, Kind, MacroDefinition};
use crate::text::Span;

impl Run<'_, '_, '_> {
    /// Evaluates `callee(arguments)`.
    pub(super) fn call(
        &mut self,
        callee: &Expression,
        given: &CallArguments,
        caller: Option<Value>,
        span: Span,
    ) -> Result<Value, Error> {
        if let Kind::Attribute(object, name) = &callee.kind {
            return self.method(callee, object, name, given, caller, span);
        }
        let function = self.eval(callee)?;
        let mut values = self.arguments(given)?;
        values
            .keywords
            .extend(caller.map(|caller| ("caller".into(), caller)));
        if function.is_undefined() {
            return match self.is_lenient(callee) {
                true => Ok(Value::UNDEFINED),
                false => Err(self.undefined(callee)),
            };
        }
        self.invoke_noted(&function, values, span)
    }

    /// Calls a value; notes if it is a macro that gives nothing.
    fn invoke_noted(
        &mut self,
        function: &Value,
        values: CallValues,
        span: Span,
    ) -> Result<Value, Error> {
        let value = self.invoke(function, values, span)?;
        if value.is_undefined() && function.downcast_object_ref::<MacroFunction>().is_some() {
            self.unusable = Some(span);
        }
        Ok(value)
    }

    /// Runs `{% call %}`.
    pub(super) fn call_with_caller(
        &mut self,
        call: &Expression,
        caller: &Arc<MacroDefinition>,
    ) -> Result<Value, Error> {
        let caller = Closure::value(self, caller);
        match &call.kind {
            Kind::Call(callee, given) => self.call(callee, given, Some(caller), call.span),
            _ => self.eval(call),
        }
    }

    fn method(
        &mut self,
        callee: &Expression,
        object: &Expression,
        name: &str,
        given: &CallArguments,
        caller: Option<Value>,
        span: Span,
    ) -> Result<Value, Error> {
        let receiver = self.eval(object)?;
        if receiver.is_undefined() && !self.is_lenient(object) {
            return Err(self.undefined(object));
        }
        let mut values = self.arguments(given)?;
        values
            .keywords
            .extend(caller.map(|caller| ("caller".into(), caller)));
        if receiver.is_undefined() {
            return Ok(Value::UNDEFINED);
        }
        // The values of a dict come after its methods, and before those of other objects.
        let is_package = receiver
            .downcast_object_ref::<crate::jinja::names::Package>()
            .is_some();
        if is_package && let Some(function) = attribute(&receiver, name) {
            return self.invoke_noted(&function, values, span);
        }
        let args = values.into_args();
        self.calls(span);
        match outside(|| call_method(self.state, &receiver, name, &args)) {
            Err(error) if is_unknown(&error) => {}
            result => return self.at(span, result.and_then(valid)),
        }
        match attribute(&receiver, name) {
            Some(function) if !function.is_undefined() => {
                self.invoke(&function, CallValues::from_args(&args), span)
            }
            _ if self.is_lenient(callee) => Ok(Value::UNDEFINED),
            _ => {
                let (message, help) = missing_attribute(&receiver, name);
                let location = self.locate(callee.span);
                Err(Fault::raise(
                    RenderErrorKind::Undefined,
                    message,
                    location,
                    help,
                ))
            }
        }
    }

    /// Calls a value.
    fn invoke(&mut self, function: &Value, values: CallValues, span: Span) -> Result<Value, Error> {
        if let Some(function) = function.downcast_object_ref::<MacroFunction>() {
            if !self.session.in_macro() {
                place::enters(self.locate(span));
            }
            let result = call_macro(&function.session, self.state, &function.entry, values);
            return result.map_err(|error| self.passed(error, &function.entry, span));
        }
        if let Some(closure) = function.downcast_object_ref::<Closure>() {
            let result = closure.run(self.state, values);
            return self.at(span, result);
        }
        let result = match Class::of(function) {
            Class::Other | Class::Dict => {
                let args = values.into_args();
                self.calls(span);
                outside(|| function.call(self.state, &args)).and_then(valid)
            }
            _ => Err(type_error(format!(
                "'{}' object is not callable",
                type_name(function)
            ))),
        };
        self.at(span, result)
    }

    /// Notes where a call stands that is about to run.
    fn calls(&self, span: Span) {
        place::calls(self.locate(span), self.session.in_macro());
    }

    /// Notes that a failure passes the call of a macro.
    fn passed(&self, error: Error, entry: &MacroEntry, span: Span) -> Error {
        let location = self.locate(span);
        let error = Fault::attach(error, location);
        let call = MacroCall {
            unique_id: entry.node.unique_id.to_string(),
            built_in: self.session.macros().is_built_in(entry),
            location,
        };
        Fault::passes(&error, call);
        error
    }
}

/// Runs a function of the context with enough stack for what it does, a query for instance.
fn outside<R>(run: impl FnOnce() -> R) -> R {
    stacker::maybe_grow(512 * 1024, 4 * 1024 * 1024, run)
}

fn is_unknown(error: &Error) -> bool {
    error.kind() == ErrorKind::UnknownMethod && find::<Fault>(error).is_none()
}

/// Calls a macro; `return` gives its value, else the macro's text is.
pub(crate) fn call_macro(
    session: &Arc<Session>,
    state: &mut State<'_, '_>,
    entry: &MacroEntry,
    values: CallValues,
) -> Result<Value, Error> {
    let body = entry.body().map_err(|error| {
        let location = entry.origin().locate(error.span);
        let (message, help) = (error.message.clone(), error.help.clone());
        Fault::raise(RenderErrorKind::Syntax, message, location, help)
    })?;
    if body.checked.get().is_none() {
        check(&body.unit, state)?;
        // Another thread may have been first.
        let _ = body.checked.set(());
    }
    session.call(&entry.node.unique_id, || {
        let mut run = Run::new(session, state, &body.unit, Output::text());
        match run.macro_body(&body.definition, values) {
            Ok(text) => Ok(Value::from(text)),
            Err(error) => match Returned::value(&error) {
                Some(value) => Ok(value),
                None => Err(error),
            },
        }
    })
}

impl Run<'_, '_, '_> {
    /// Binds the arguments and runs the body of a macro or call.
    pub(super) fn macro_body(
        &mut self,
        definition: &MacroDefinition,
        mut values: CallValues,
    ) -> Result<String, Error> {
        let count = definition.parameters.len();
        let surplus = values
            .positional
            .split_off(count.min(values.positional.len()));
        let mut positional = values.positional.drain(..);
        let mut bound = Vec::with_capacity(count);
        for parameter in &definition.parameters {
            bound.push(positional.next().or_else(|| {
                let name = self.unit.tree.name(parameter.name);
                let at = values
                    .keywords
                    .iter()
                    .position(|(known, _)| known == name)?;
                Some(values.keywords.remove(at).1)
            }));
        }
        drop(positional);
        self.surplus(definition, &mut values, surplus)?;
        for (parameter, value) in definition.parameters.iter().zip(bound) {
            let value = match (value, &parameter.default) {
                (Some(value), _) => value,
                (None, Some(default)) => self.eval(default)?,
                (None, None) => {
                    self.missing.push(parameter.name);
                    Value::UNDEFINED
                }
            };
            self.locals.push((parameter.name, value));
        }
        self.output.begin_capture();
        let result = self.body(&definition.body);
        let text = self.output.end_capture();
        result.map(|_| text)
    }

    /// Binds `caller`, `kwargs` and `varargs`, or fails for arguments that have no place.
    fn surplus(
        &mut self,
        definition: &MacroDefinition,
        values: &mut CallValues,
        positional: Vec<Value>,
    ) -> Result<(), Error> {
        let name = &definition.name;
        let own = |special| {
            definition
                .parameters
                .iter()
                .any(|it| Some(it.name) == special)
        };
        if let Some(caller) = definition.caller
            && !own(definition.caller)
        {
            let value = values.take("caller").unwrap_or_default();
            self.locals.push((caller, value));
        }
        match definition.kwargs {
            Some(kwargs) if !own(definition.kwargs) => {
                let keywords = std::mem::take(&mut values.keywords);
                self.locals.push((kwargs, keywords_dict(keywords)));
            }
            _ => {
                if let Some((keyword, _)) = values.keywords.first() {
                    return Err(match &**keyword {
                        "caller" => type_error(format!(
                            "macro '{name}' does not call `caller()`, so it takes no call block"
                        )),
                        _ => {
                            let parameters = definition.parameters.iter();
                            let known: Vec<&str> = parameters
                                .map(|it| &**self.unit.tree.name(it.name))
                                .collect();
                            let near = did_you_mean(keyword, known.iter().copied());
                            let all = || (!known.is_empty()).then(|| known.join("`, `"));
                            raise_with_help(
                                "TypeError",
                                format!("macro '{name}' takes no keyword argument '{keyword}'"),
                                near.map(|near| format!("did you mean `{near}`?"))
                                    .or_else(|| Some(format!("it takes `{}`", all()?))),
                            )
                        }
                    });
                }
            }
        }
        match definition.varargs {
            Some(varargs) if !own(definition.varargs) => {
                self.locals
                    .push((varargs, Value::from(Tuple::from(positional))));
            }
            _ if !positional.is_empty() => {
                let count = definition.parameters.len();
                let message = format!("macro '{name}' takes not more than {count} argument(s)");
                return Err(type_error(message));
            }
            _ => {}
        }
        Ok(())
    }
}
