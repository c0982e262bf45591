//! Filters and tests.

use minijinja::{Error, ErrorKind, State, Value};

use super::native::Marker;
use super::run::{Run, Unit};
use crate::jinja::error::{Fault, RenderErrorKind, find};
use crate::jinja::python::valid;
use crate::jinja::syntax::{FilterCall, Kind, Part, walk_parts};
use crate::text::Location;

/// Finds filters and tests that do not exist, as Jinja2 does before it runs a template: all but
/// those under a condition, which may ask first.
pub(crate) fn check(unit: &Unit, state: &mut State<'_, '_>) -> Result<(), Error> {
    let mut result = Ok(());
    let mut conditions = vec![false];
    walk_parts(&unit.tree, &mut |part| {
        let (call, kind, what) = match part {
            Part::Condition => return conditions.push(true),
            Part::Block => return conditions.push(false),
            Part::Leave => {
                conditions.pop();
                return;
            }
            Part::Filter(call) => (call, ErrorKind::UnknownFilter, "filter"),
            Part::Expression(it) => match &it.kind {
                Kind::Filter(_, call) => (&**call, ErrorKind::UnknownFilter, "filter"),
                Kind::Test(_, call) => (&**call, ErrorKind::UnknownTest, "test"),
                _ => return,
            },
        };
        if result.is_ok() && conditions.last() == Some(&false) && !exists(call, kind, state) {
            result = Err(unknown(what, call, unit.origin.locate(call.span)));
        }
    });
    result
}

/// Asks the environment for a filter or test; there is no other way than to use it.
fn exists(call: &FilterCall, kind: ErrorKind, state: &mut State<'_, '_>) -> bool {
    let args = [Value::UNDEFINED];
    let error = match kind {
        ErrorKind::UnknownFilter => state.apply_filter(&call.name, &args).err(),
        _ => state.perform_test(&call.name, &args).err(),
    };
    error.is_none_or(|error| error.kind() != kind)
}

fn unknown(what: &str, call: &FilterCall, at: Option<Location>) -> Error {
    let message = format!("No {what} named '{}'.", call.name);
    Fault::raise(RenderErrorKind::Undefined, message, at, None)
}

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
        unknown(what, call, location)
    }
}

/// Tells whether a filter refused a value because it is undefined.
pub(super) fn is_about_undefined(error: &Error) -> bool {
    error.kind() == ErrorKind::UndefinedError
        && find::<Fault>(error).is_none_or(|fault| fault.calls().is_empty())
}
