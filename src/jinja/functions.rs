//! The functions that Jinja2 has in every template: `range`, `dict`, `namespace` and others.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use indexmap::IndexMap;
use minijinja::value::{Object, ObjectRepr};
use minijinja::{Environment, Error, ErrorKind, State, Value};

use super::library::arguments::bind;
use super::library::errors::{type_error, value_error};
use super::library::number::int_argument;
use super::library::object::{CLASS, REPR, function};
use super::python::{Dict, Namespace, Range, text, updates};

/// Adds the functions to an environment.
pub(super) fn install(environment: &mut Environment<'_>) {
    environment.add_global("range", function("range", |_, args| Range::call(args)));
    environment.add_global("dict", Value::from_object(DictClass));
    environment.add_global(
        "namespace",
        function("namespace", |_, args| Namespace::call(args)),
    );
    environment.add_global("cycler", function("cycler", |_, args| Cycler::call(args)));
    environment.add_global("joiner", function("joiner", |_, args| Joiner::call(args)));
    environment.add_global("lipsum", function("lipsum", |_, args| lipsum(args)));
}

/// `dict`: makes dicts.
#[derive(Debug)]
struct DictClass;

impl Object for DictClass {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        match key.as_str()? {
            CLASS => Some(Value::from("type")),
            REPR => Some(Value::from("<class 'dict'>")),
            _ => None,
        }
    }

    fn call(self: &Arc<Self>, _state: &mut State<'_, '_>, args: &[Value]) -> Result<Value, Error> {
        let entries: IndexMap<_, _> = updates("dict", args)?.into_iter().collect();
        Ok(Value::from_object(Dict::new(entries)))
    }

    fn call_method(
        self: &Arc<Self>,
        state: &mut State<'_, '_>,
        method: &str,
        args: &[Value],
    ) -> Result<Value, Error> {
        match method {
            "fromkeys" => Value::from_object(Dict::default()).call_method(state, method, args),
            _ => Err(Error::from(ErrorKind::UnknownMethod)),
        }
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<class 'dict'>")
    }
}

/// `cycler(…)`: goes round its items.
#[derive(Debug)]
struct Cycler {
    items: Vec<Value>,
    at: AtomicUsize,
}

impl Cycler {
    fn call(args: &[Value]) -> Result<Value, Error> {
        if args.is_empty() {
            return Err(value_error("at least one item has to be provided"));
        }
        let items = args.to_vec();
        Ok(Value::from_object(Self {
            items,
            at: AtomicUsize::new(0),
        }))
    }

    fn current(&self) -> Value {
        let at = self.at.load(Ordering::Relaxed);
        self.items.get(at).cloned().unwrap_or_default()
    }
}

impl Object for Cycler {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        match key.as_str()? {
            "current" => Some(self.current()),
            "items" => Some(Value::from(minijinja::value::Tuple::from(
                self.items.clone(),
            ))),
            CLASS => Some(Value::from("Cycler")),
            _ => None,
        }
    }

    fn call_method(
        self: &Arc<Self>,
        _state: &mut State<'_, '_>,
        method: &str,
        _args: &[Value],
    ) -> Result<Value, Error> {
        match method {
            "next" => {
                let current = self.current();
                let next = (self.at.load(Ordering::Relaxed) + 1) % self.items.len().max(1);
                self.at.store(next, Ordering::Relaxed);
                Ok(current)
            }
            "reset" => {
                self.at.store(0, Ordering::Relaxed);
                Ok(Value::from(()))
            }
            _ => Err(Error::from(ErrorKind::UnknownMethod)),
        }
    }
}

/// `joiner(…)`: nothing at the first call, the separator at all later ones.
#[derive(Debug)]
struct Joiner {
    separator: String,
    used: AtomicBool,
}

impl Joiner {
    fn call(args: &[Value]) -> Result<Value, Error> {
        let [separator] = bind("joiner", ["sep"], 0, args)?;
        let separator = separator.map_or_else(|| ", ".to_owned(), |value| text(&value));
        Ok(Value::from_object(Self {
            separator,
            used: AtomicBool::new(false),
        }))
    }
}

impl Object for Joiner {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        (key.as_str() == Some(CLASS)).then(|| Value::from("Joiner"))
    }

    fn call(self: &Arc<Self>, _state: &mut State<'_, '_>, args: &[Value]) -> Result<Value, Error> {
        if !args.is_empty() {
            return Err(type_error("Joiner.__call__() takes 1 positional argument"));
        }
        match self.used.swap(true, Ordering::Relaxed) {
            false => Ok(Value::from("")),
            true => Ok(Value::from(self.separator.as_str())),
        }
    }
}

/// Makes filler text; Jinja2's is random, this one is always the same.
fn lipsum(args: &[Value]) -> Result<Value, Error> {
    const SENTENCE: &str = "Lorem ipsum dolor sit amet, consectetur adipiscing elit.";
    let [count, html, _, _] = bind("lipsum", ["n", "html", "min", "max"], 0, args)?;
    let count = count.map_or(Ok(5), |count| int_argument(&count))?;
    let html = html.is_none_or(|html| html.is_true());
    let paragraph = match html {
        true => format!("<p>{SENTENCE}</p>"),
        false => SENTENCE.to_owned(),
    };
    let count = usize::try_from(count.clamp(0, 1000)).unwrap_or_default();
    let between = if html { "\n" } else { "\n\n" };
    Ok(Value::from(vec![paragraph; count].join(between)))
}
