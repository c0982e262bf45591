//! Small objects that contexts hand to templates.

use std::fmt;
use std::sync::Arc;

use minijinja::value::{Enumerator, Object, ObjectRepr, Tuple};
use minijinja::{Error, ErrorKind, State, Value};

use super::datetime::{DateTime, Zone};
use super::object::{CLASS, REPR, function, not_implemented};
use crate::jinja::RenderError;
use crate::jinja::python::{attribute, entries, repr, text};

/// Makes a tuple.
pub fn tuple<const N: usize>(items: [Value; N]) -> Value {
    Value::from(Tuple::from(items))
}

/// Makes a function that always gives the same, whatever it is called with.
pub fn constant(name: &str, value: Value) -> Value {
    let known = [
        "load_result",
        "load_agate_table",
        "render",
        "write",
        "store_result",
        "store_raw_result",
        "submit_python_job",
    ];
    let name = known
        .into_iter()
        .find(|known| *known == name)
        .unwrap_or("function");
    function(name, move |_, _| Ok(value.clone()))
}

/// Makes an error of a rendering inside of another one.
pub fn nested(error: RenderError) -> Error {
    let message = error.message().to_owned();
    Error::new(ErrorKind::InvalidOperation, message).with_source(error)
}

/// Tells whether JSON counts as true in Python.
pub fn is_truthy(json: &serde_json::Value) -> bool {
    match json {
        serde_json::Value::Null => false,
        serde_json::Value::Bool(truth) => *truth,
        serde_json::Value::Number(number) => number.as_f64() != Some(0.0),
        serde_json::Value::String(text) => !text.is_empty(),
        serde_json::Value::Array(items) => !items.is_empty(),
        serde_json::Value::Object(entries) => !entries.is_empty(),
    }
}

/// Makes an object whose attributes are given, each of which counts as false.
pub fn falsy_namespace<'a>(attributes: impl IntoIterator<Item = (&'a str, Value)>) -> Value {
    let flag = |(name, value): (&'a str, Value)| {
        let fields = entries(&value);
        let fields = fields.into_iter().map(|(key, value)| (text(&key), value));
        let flag = Record {
            class: "BehaviorFlag",
            truth: false,
            fields: fields.collect(),
        };
        (name.to_owned(), Value::from_object(flag))
    };
    Value::from_object(Record {
        class: "Behavior",
        truth: true,
        fields: attributes.into_iter().map(flag).collect(),
    })
}

/// Makes a result as `on-run-end` hooks see it in `results`: attributes, and `to_dict()`. So are
/// its node, the node's configuration and the timings.
pub fn result(fields: Value) -> Value {
    record("RunResult", &fields, |key, value| match key {
        "timing" => {
            let timings = crate::jinja::python::collect(&value).unwrap_or_default();
            let timing = |it: &Value| {
                record("TimingInfo", it, |key, value| match key {
                    "started_at" | "completed_at" => moment(value, None),
                    _ => value,
                })
            };
            crate::jinja::python::List::value(timings.iter().map(timing))
        }
        "node" => record("Node", &value, |key, value| match key {
            "config" => record("NodeConfig", &value, |_, value| value),
            _ => value,
        }),
        "max_loaded_at" | "snapshotted_at" => moment(value, Some(Zone::Utc)),
        _ => value,
    })
}

/// Makes a datetime of a text in UTC; what is none stays.
fn moment(value: Value, zone: Option<Zone>) -> Value {
    let text = value.as_str();
    let moment = text.and_then(|it| chrono::DateTime::parse_from_rfc3339(it).ok());
    match moment {
        Some(moment) => DateTime::new(moment.naive_utc(), zone).into(),
        None => value,
    }
}

/// Makes a record of a dictionary; `nested` says what becomes of its values.
fn record(class: &'static str, fields: &Value, nested: impl Fn(&str, Value) -> Value) -> Value {
    let pairs = entries(fields).into_iter().map(|(key, value)| {
        let key = text(&key);
        let value = nested(&key, value);
        (key, value)
    });
    Value::from_object(Record {
        class,
        truth: true,
        fields: pairs.collect(),
    })
}

/// An object with named fields.
#[derive(Debug)]
struct Record {
    class: &'static str,
    truth: bool,
    fields: Vec<(String, Value)>,
}

impl Record {
    fn repr(&self) -> String {
        let fields = self.fields.iter();
        let fields: Vec<_> = fields
            .map(|(name, value)| format!("{name}={}", repr(value)))
            .collect();
        format!("{}({})", self.class, fields.join(", "))
    }

    fn to_dict(&self) -> Value {
        let fields = self.fields.iter();
        crate::jinja::python::Dict::value(fields.map(|(name, value)| (name.as_str(), plain(value))))
    }
}

/// What `to_dict()` makes of a value: dictionaries of records, texts of moments.
fn plain(value: &Value) -> Value {
    if let Some(record) = value.downcast_object_ref::<Record>() {
        return record.to_dict();
    }
    if let Some(list) = value.downcast_object_ref::<crate::jinja::python::List>() {
        return crate::jinja::python::List::value(list.items().iter().map(plain));
    }
    match value.downcast_object_ref::<DateTime>() {
        Some(moment) => {
            let zone = if moment.zone.is_none() { "Z" } else { "" };
            Value::from(moment.iso('T', "auto").unwrap_or_default() + zone)
        }
        None => value.clone(),
    }
}

impl Object for Record {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get_value_by_str(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        match key {
            CLASS => Some(Value::from(self.class)),
            REPR => Some(Value::from(Record::repr(self))),
            _ => {
                let (_, value) = self.fields.iter().find(|(name, _)| name == key)?;
                Some(value.clone())
            }
        }
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::NonEnumerable
    }

    fn is_true(self: &Arc<Self>) -> bool {
        self.truth
    }

    fn call_method(
        self: &Arc<Self>,
        _: &mut State<'_, '_>,
        method: &str,
        args: &[Value],
    ) -> Result<Value, Error> {
        match method {
            "to_dict" => Ok(self.to_dict()),
            "get" => {
                let name = args.first().and_then(Value::as_str).unwrap_or_default();
                let own = Value::from_dyn_object(self.clone());
                let default = || args.get(1).cloned().unwrap_or(Value::from(()));
                Ok(attribute(&own, name).unwrap_or_else(default))
            }
            _ => Err(not_implemented()),
        }
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&Record::repr(self))
    }
}
