//! Python's iterators: they give each item once, and may never end.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use minijinja::value::{Enumerator, Object, ObjectRepr};
use minijinja::{Error, Value};

use crate::jinja::library::object::CLASS;
use crate::jinja::python::{Items, items};

type Source = Box<dyn Iterator<Item = Result<Value, Error>> + Send>;

/// An iterator as a value.
pub(crate) struct Lazy {
    class: &'static str,
    source: Arc<Mutex<Source>>,
}

impl Lazy {
    /// Makes an iterator; `class` is the Python class it stands for.
    pub(crate) fn value(
        class: &'static str,
        source: impl Iterator<Item = Result<Value, Error>> + Send + 'static,
    ) -> Value {
        Value::from_object(Self {
            class,
            source: Arc::new(Mutex::new(Box::new(source))),
        })
    }
}

impl fmt::Debug for Lazy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{} object>", self.class)
    }
}

impl Object for Lazy {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Iterable
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        (key.as_str() == Some(CLASS)).then(|| Value::from(self.class))
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        let source = self.source.clone();
        let mut failed = false;
        let next = move || {
            if failed {
                return None;
            }
            let next = source
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .next()?;
            failed = next.is_err();
            Some(next.unwrap_or_else(Value::from))
        };
        Enumerator::Iter(Box::new(std::iter::from_fn(next)))
    }

    fn enumerator_len(self: &Arc<Self>) -> Option<usize> {
        None
    }

    fn is_true(self: &Arc<Self>) -> bool {
        true
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// Goes through several values at once until the shortest ends.
pub(crate) fn zip_all(
    values: &[Value],
) -> Result<impl Iterator<Item = Result<Vec<Value>, Error>> + Send + use<>, Error> {
    let mut sources: Vec<Items> = values.iter().map(items).collect::<Result<_, _>>()?;
    Ok(std::iter::from_fn(move || {
        if sources.is_empty() {
            return None;
        }
        let mut row = Vec::with_capacity(sources.len());
        for source in &mut sources {
            match source.next()? {
                Ok(item) => row.push(item),
                Err(error) => return Some(Err(error)),
            }
        }
        Some(Ok(row))
    }))
}
