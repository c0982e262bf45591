//! `value[start:stop:step]`

use minijinja::value::{Tuple, ValueKind};
use minijinja::{Error, Value};

use super::class::Class;
use super::iterate::collect;
use super::list::List;
use super::range::Range;
use crate::jinja::library::errors::{type_error, value_error};
use crate::jinja::library::number::{Number, type_name};

/// The parts of a slice, `None` where nothing is written.
#[derive(Debug, Clone, Copy, Default)]
struct Bounds {
    start: Option<i64>,
    stop: Option<i64>,
    step: i64,
}

impl Bounds {
    fn new(start: &Value, stop: &Value, step: &Value) -> Result<Self, Error> {
        let step = part(step)?.unwrap_or(1);
        if step == 0 {
            return Err(value_error("slice step cannot be zero"));
        }
        Ok(Self {
            start: part(start)?,
            stop: part(stop)?,
            step,
        })
    }

    /// Returns the first place and the place to stop before, for a sequence of `length` items.
    fn places(&self, length: usize) -> (i64, i64) {
        let length = i64::try_from(length).unwrap_or(i64::MAX);
        let (lowest, highest) = if self.step > 0 {
            (0, length)
        } else {
            (-1, length - 1)
        };
        let clamp = |at: i64| {
            let at = if at < 0 {
                at.saturating_add(length)
            } else {
                at
            };
            at.clamp(lowest, highest)
        };
        let (first, last) = if self.step > 0 {
            (0, length)
        } else {
            (length - 1, -1)
        };
        let start = self.start.map_or(first, clamp);
        let stop = self.stop.map_or(last, clamp);
        (start, stop)
    }

    fn pick<T: Clone>(&self, items: &[T]) -> Vec<T> {
        let (start, stop) = self.places(items.len());
        let distance = if self.step > 0 {
            stop - start
        } else {
            start - stop
        };
        let count = match distance {
            ..=0 => 0,
            distance => (distance - 1) / self.step.saturating_abs() + 1,
        };
        let place = |nth: i64| usize::try_from(start + nth * self.step).ok();
        (0..count)
            .filter_map(|nth| items.get(place(nth)?).cloned())
            .collect()
    }
}

fn part(value: &Value) -> Result<Option<i64>, Error> {
    if value.is_none() || value.is_undefined() {
        return Ok(None);
    }
    match Number::of(value) {
        Some(Number::Int(number)) => {
            let clamped = number.clamp(i128::from(i64::MIN) + 1, i128::from(i64::MAX));
            Ok(i64::try_from(clamped).ok())
        }
        _ => Err(type_error(
            "slice indices must be integers or None or have an __index__ method",
        )),
    }
}

/// Slices a value.
pub fn slice(value: &Value, start: &Value, stop: &Value, step: &Value) -> Result<Value, Error> {
    let bounds = || Bounds::new(start, stop, step);
    match Class::of(value) {
        Class::Text => {
            let chars: Vec<char> = value.as_str().unwrap_or_default().chars().collect();
            Ok(Value::from(
                bounds()?.pick(&chars).into_iter().collect::<String>(),
            ))
        }
        Class::Bytes => Ok(Value::from_bytes(
            bounds()?.pick(value.as_bytes().unwrap_or_default()),
        )),
        Class::List => Ok(List::value(bounds()?.pick(&collect(value)?))),
        Class::Tuple => Ok(Value::from(Tuple::from(bounds()?.pick(&collect(value)?)))),
        Class::Range => match value.downcast_object_ref::<Range>() {
            Some(range) => {
                let bounds = bounds()?;
                let (start, stop) = bounds.places(range.len());
                Ok(range.slice(start, stop, bounds.step))
            }
            None => Ok(Value::UNDEFINED),
        },
        Class::Dict => Err(type_error("unhashable type: 'slice'")),
        // Rows and columns of a table.
        Class::Other if value.kind() == ValueKind::Plain && value.try_iter().is_ok() => {
            Ok(Value::from(Tuple::from(bounds()?.pick(&collect(value)?))))
        }
        _ => Err(type_error(format!(
            "'{}' object is not subscriptable",
            type_name(value)
        ))),
    }
}
