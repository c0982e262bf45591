//! Arguments of calls.

use std::sync::Arc;

use minijinja::value::Kwargs;
use minijinja::{Error, Value};

use super::run::Run;
use crate::jinja::library::arguments::Arguments;
use crate::jinja::library::errors::type_error;
use crate::jinja::library::number::type_name;
use crate::jinja::python::{Class, collect, entries, text};
use crate::jinja::syntax::CallArguments;

/// The values that a call passes.
#[derive(Debug, Default, Clone)]
pub(crate) struct CallValues {
    pub(crate) positional: Vec<Value>,
    pub(crate) keywords: Vec<(Arc<str>, Value)>,
}

impl CallValues {
    /// Takes the arguments of a call by minijinja apart.
    pub(crate) fn from_args(args: &[Value]) -> Self {
        let args = Arguments::new(args);
        let keywords = args.keywords.into_iter();
        Self {
            positional: args.positional.to_vec(),
            keywords: keywords.map(|(name, value)| (name.into(), value)).collect(),
        }
    }

    /// Puts the arguments together as minijinja passes them.
    pub(super) fn into_args(self) -> Vec<Value> {
        let mut args = self.positional;
        if !self.keywords.is_empty() {
            let keywords = self.keywords.into_iter();
            let keywords = keywords.map(|(name, value)| (name.to_string(), value));
            args.push(Value::from(Kwargs::from_iter(keywords)));
        }
        args
    }

    /// Takes a named argument out.
    pub(super) fn take(&mut self, name: &str) -> Option<Value> {
        let at = self
            .keywords
            .iter()
            .position(|(known, _)| **known == *name)?;
        Some(self.keywords.remove(at).1)
    }
}

impl Run<'_, '_, '_> {
    /// Evaluates the arguments of a call.
    pub(super) fn arguments(&mut self, given: &CallArguments) -> Result<CallValues, Error> {
        let mut values = CallValues {
            positional: Vec::with_capacity(given.positional.len()),
            keywords: Vec::with_capacity(given.keywords.len()),
        };
        for argument in &given.positional {
            values.positional.push(self.eval(argument)?);
        }
        for (name, argument) in &given.keywords {
            values.keywords.push((name.clone(), self.eval(argument)?));
        }
        if let Some(splat) = &given.splat {
            let value = self.eval(splat)?;
            let more = collect(&value).map_err(|_| {
                let name = type_name(&value);
                type_error(format!("argument after * must be an iterable, not {name}"))
            });
            values.positional.extend(self.at(splat.span, more)?);
        }
        if let Some(splat) = &given.keyword_splat {
            let value = self.eval(splat)?;
            let more = named(&value, &values);
            values.keywords.extend(self.at(splat.span, more)?);
        }
        Ok(values)
    }
}

fn named(value: &Value, known: &CallValues) -> Result<Vec<(Arc<str>, Value)>, Error> {
    if Class::of(value) != Class::Dict {
        let name = type_name(value);
        return Err(type_error(format!(
            "argument after ** must be a mapping, not {name}"
        )));
    }
    let mut more = Vec::new();
    for (key, value) in entries(value) {
        if key.as_str().is_none() {
            return Err(type_error("keywords must be strings"));
        }
        let key = text(&key);
        if known.keywords.iter().any(|(name, _)| **name == *key) {
            let message = format!("got multiple values for keyword argument '{key}'");
            return Err(type_error(message));
        }
        more.push((key.into(), value));
    }
    Ok(more)
}
