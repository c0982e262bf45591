//! `range`.

use std::fmt::{self, Write};
use std::sync::Arc;

use minijinja::value::{Enumerator, Object, ObjectRepr};
use minijinja::{Error, State, Value};

use crate::jinja::library::errors::{overflow_error, type_error, value_error};
use crate::jinja::library::number::int_argument;
use crate::jinja::library::object::CLASS;

/// How long a range may be in Jinja's sandbox.
const MAX_LENGTH: usize = 100_000;

/// Whole numbers from a start to before a stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    start: i64,
    stop: i64,
    step: i64,
}

impl Range {
    /// Makes a range from the arguments of `range()`.
    pub fn call(args: &[Value]) -> Result<Value, Error> {
        let bounds: Vec<i64> = args.iter().map(int_argument).collect::<Result<_, _>>()?;
        let (start, stop, step) = match *bounds.as_slice() {
            [] => return Err(type_error("range expected at least 1 argument, got 0")),
            [stop] => (0, stop, 1),
            [start, stop] => (start, stop, 1),
            [_, _, 0] => return Err(value_error("range() arg 3 must not be zero")),
            [start, stop, step] => (start, stop, step),
            _ => {
                let given = bounds.len();
                let message = format!("range expected at most 3 arguments, got {given}");
                return Err(type_error(message));
            }
        };
        let range = Self { start, stop, step };
        if range.len() > MAX_LENGTH {
            return Err(overflow_error(format!(
                "Range too big. The sandbox blocks ranges larger than MAX_RANGE ({MAX_LENGTH})."
            )));
        }
        Ok(Value::from_object(range))
    }

    /// Returns the number of items.
    pub fn len(&self) -> usize {
        let (start, stop, step) = (
            i128::from(self.start),
            i128::from(self.stop),
            i128::from(self.step),
        );
        let distance = if step > 0 { stop - start } else { start - stop };
        let count = (distance + step.abs() - 1).div_euclid(step.abs()).max(0);
        usize::try_from(count).unwrap_or(usize::MAX)
    }

    /// Tells whether there are no items.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns an item.
    pub fn get(&self, at: usize) -> Option<Value> {
        let at = i64::try_from(at).ok().filter(|_| at < self.len())?;
        Some(Value::from(self.start + at * self.step))
    }

    /// Returns every `step`th item from the place `start` to before `stop`, as a range.
    pub(super) fn slice(&self, start: i64, stop: i64, step: i64) -> Value {
        Value::from_object(Self {
            start: self.start + start * self.step,
            stop: self.start + stop * self.step,
            step: self.step * step,
        })
    }

    /// Returns `start`, `stop` or `step`.
    pub(super) fn attribute(&self, name: &str) -> Option<Value> {
        match name {
            "start" => Some(Value::from(self.start)),
            "stop" => Some(Value::from(self.stop)),
            "step" => Some(Value::from(self.step)),
            _ => None,
        }
    }
}

/// Adds the `repr` of a range.
pub(super) fn write(out: &mut String, value: &Value) {
    let Some(Range { start, stop, step }) = value.downcast_object_ref() else {
        return;
    };
    // Writing to a string does not fail.
    let _ = match step {
        1 => write!(out, "range({start}, {stop})"),
        _ => write!(out, "range({start}, {stop}, {step})"),
    };
}

impl Object for Range {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Seq
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        match key.as_str() {
            Some(name) => (name == CLASS).then(|| Value::from("range")),
            None => self.get(key.as_usize()?),
        }
    }

    fn call_method(
        self: &Arc<Self>,
        _state: &mut State<'_, '_>,
        method: &str,
        args: &[Value],
    ) -> Result<Value, Error> {
        super::tuple::call(&Value::from_dyn_object(self.clone()), method, args)
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Seq(self.len())
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        write(&mut text, &Value::from_dyn_object(self.clone()));
        f.write_str(&text)
    }
}
