//! What the engine itself puts into a context: macros, packages, `context`, `builtins`, `return`.

use std::fmt;
use std::sync::Arc;

use minijinja::value::{Enumerator, Object, ObjectExt, ObjectRepr};
use minijinja::{Error, ErrorKind, State, Value};

use super::error::Returned;
use super::interpret::{self, CallValues};
use super::library::arguments::bind;
use super::library::object::{CLASS, REPR};
use super::macros::MacroEntry;
use super::python::{Dict, entries, repr};
use super::session::{Session, lock};
use crate::nodes::Macro;

/// A macro, callable from a template.
pub(super) struct MacroFunction {
    pub(super) session: Arc<Session>,
    pub(super) entry: Arc<MacroEntry>,
}

impl MacroFunction {
    pub(super) fn value(session: &Arc<Session>, entry: &Arc<MacroEntry>) -> Value {
        Value::from_object(Self {
            session: session.clone(),
            entry: entry.clone(),
        })
    }
}

impl fmt::Debug for MacroFunction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<macro {}>", self.entry.node.unique_id)
    }
}

impl Object for MacroFunction {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        match key.as_str()? {
            CLASS => Some(Value::from("MacroGenerator")),
            "macro" => Some(facts(&self.entry.node)),
            _ => None,
        }
    }

    fn call(self: &Arc<Self>, state: &mut State<'_, '_>, args: &[Value]) -> Result<Value, Error> {
        interpret::call_macro(
            &self.session,
            state,
            &self.entry,
            CallValues::from_args(args),
        )
    }
}

/// What a template can know about a macro.
fn facts(node: &Macro) -> Value {
    let text = |text: &str| Value::from(text);
    Dict::value([
        ("name", text(&node.name)),
        ("package_name", text(&node.package_name)),
        ("unique_id", text(&node.unique_id)),
        ("path", text(&node.path)),
        ("original_file_path", text(&node.original_file_path)),
        ("macro_sql", text(&node.macro_sql)),
        ("description", text(&node.description)),
    ])
}

/// A package, whose attributes are its macros.
#[derive(Debug)]
pub(super) struct Package {
    session: Arc<Session>,
    pub(super) name: String,
}

impl Package {
    pub(super) fn value(session: &Arc<Session>, name: &str) -> Value {
        Value::from_object(Self {
            session: session.clone(),
            name: name.to_owned(),
        })
    }
}

impl Object for Package {
    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        let globals = &self.session.scope.globals;
        if let Some(value) = globals.stand_in(Some(&self.name), key) {
            return Some(value);
        }
        let entry = self.session.macros().find_in_package(&self.name, key)?;
        Some(self.session.function(entry))
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get_value_by_str(key.as_str()?)
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        let names = self.session.macros().names_in_package(&self.name);
        Enumerator::Values(names.into_iter().map(Value::from).collect())
    }
}

/// `context`: every name, macros first, as a dict that can be added to.
#[derive(Debug)]
pub(super) struct Context(Arc<Session>);

impl Context {
    pub(super) fn value(session: &Arc<Session>) -> Value {
        Value::from_object(Self(session.clone()))
    }
}

impl Object for Context {
    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        match key {
            REPR => Some(names_alone(self)),
            _ => self.0.lookup(key),
        }
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get_value_by_str(key.as_str()?)
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        let mut names = self.0.scope.globals.names();
        let macros = self.0.macros().names(&self.0.scope.package);
        names.extend(macros.into_iter().map(str::to_owned));
        names.extend(["builtins", "context", "return"].map(str::to_owned));
        names.extend(lock(&self.0.added).keys().cloned());
        names.sort();
        names.dedup();
        Enumerator::Values(names.into_iter().map(Value::from).collect())
    }

    fn call_method(
        self: &Arc<Self>,
        _state: &mut State<'_, '_>,
        method: &str,
        args: &[Value],
    ) -> Result<Value, Error> {
        let add = |name: &Value, value: Value| {
            let mut added = lock(&self.0.added);
            added.insert(name.to_string(), value);
        };
        match (method, args) {
            ("update", [more]) => {
                for (name, value) in entries(more) {
                    add(&name, value);
                }
                Ok(Value::from(()))
            }
            ("setdefault", [name, value]) => Ok(match self.get_value(name) {
                Some(known) => known,
                None => {
                    add(name, value.clone());
                    value.clone()
                }
            }),
            _ => Err(Error::from(ErrorKind::UnknownMethod)),
        }
    }
}

/// `builtins`: the context without the macros.
#[derive(Debug)]
pub(super) struct Builtins(Arc<Session>);

impl Builtins {
    pub(super) fn value(session: &Arc<Session>) -> Value {
        Value::from_object(Self(session.clone()))
    }
}

impl Object for Builtins {
    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        match key {
            REPR => Some(names_alone(self)),
            // A view of the context does not hold the context.
            "context" | "builtins" => None,
            _ => self.0.builtin(key),
        }
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get_value_by_str(key.as_str()?)
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        let mut names = self.0.scope.globals.names();
        names.push("return".to_owned());
        names.sort();
        names.dedup();
        Enumerator::Values(names.into_iter().map(Value::from).collect())
    }
}

/// Writes a dict without its values: they lead back to it, and hold the whole project.
fn names_alone<T: Object + 'static>(dict: &Arc<T>) -> Value {
    let names = dict.try_iter().into_iter().flatten();
    let names: Vec<String> = names.map(|it| format!("{}: ...", repr(&it))).collect();
    Value::from(format!("{{{}}}", names.join(", ")))
}

/// `return`: leaves the macro with a value.
#[derive(Debug)]
pub(super) struct Return;

impl Return {
    pub(super) fn value() -> Value {
        Value::from_object(Self)
    }
}

impl Object for Return {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        (key.as_str() == Some(CLASS)).then(|| Value::from("function"))
    }

    fn call(self: &Arc<Self>, _state: &mut State<'_, '_>, args: &[Value]) -> Result<Value, Error> {
        let [data] = bind("BaseContext._return", ["data"], 1, args)?;
        Err(Returned::error(data.unwrap_or_default()))
    }
}

/// Makes the dict of named arguments.
pub(super) fn keywords_dict(keywords: Vec<(Arc<str>, Value)>) -> Value {
    let entries = keywords.into_iter();
    Dict::value(entries.map(|(name, value)| (Value::from(name.as_ref()), value)))
}
