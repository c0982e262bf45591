//! Filters and tests.

use minijinja::{Error, ErrorKind, Value};

use super::native::Marker;
use super::run::Run;
use crate::jinja::error::{Fault, RenderErrorKind, find};
use crate::jinja::python::valid;
use crate::jinja::syntax::FilterCall;

impl Run<'_, '_, '_> {
    /// Sends a value through a filter.
    pub(super) fn filter(&mut self, value: Value, filter: &FilterCall) -> Result<Value, Error> {
        if self.output.is_native()
            && let Some(marked) = Marker::filter(&filter.name, &value)
        {
            return Ok(marked);
        }
        let args = self.with_subject(value, filter)?;
        let result = self.state.apply_filter(&filter.name, &args).and_then(valid);
        result.map_err(|error| self.unknown(error, ErrorKind::UnknownFilter, "filter", filter))
    }

    /// Puts a value to a test.
    pub(super) fn test(&mut self, value: Value, test: &FilterCall) -> Result<bool, Error> {
        match &*test.name {
            "defined" => return Ok(!value.is_undefined()),
            "undefined" => return Ok(value.is_undefined()),
            "none" => return Ok(value.is_none()),
            _ => {}
        }
        let args = self.with_subject(value, test)?;
        let result = self.state.perform_test(&test.name, &args);
        result.map_err(|error| self.unknown(error, ErrorKind::UnknownTest, "test", test))
    }

    fn with_subject(&mut self, value: Value, call: &FilterCall) -> Result<Vec<Value>, Error> {
        let values = self.arguments(&call.arguments)?;
        let mut args = values.into_args();
        args.insert(0, value);
        Ok(args)
    }

    fn unknown(&self, error: Error, kind: ErrorKind, what: &str, call: &FilterCall) -> Error {
        let location = self.locate(call.span);
        if error.kind() != kind || find::<Fault>(&error).is_some() {
            return Fault::attach(error, location);
        }
        let message = format!("No {what} named '{}'.", call.name);
        Fault::raise(RenderErrorKind::Undefined, message, location, None)
    }
}

/// Tells whether a filter refused a value because it is undefined.
pub(super) fn is_about_undefined(error: &Error) -> bool {
    error.kind() == ErrorKind::UndefinedError
        && find::<Fault>(error).is_none_or(|fault| fault.calls().is_empty())
}
