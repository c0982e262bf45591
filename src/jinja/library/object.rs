//! The shape of every object here: a Python type name, attributes, methods, `str` and `repr`.
//!
//! minijinja knows one text form of an object, Python two. `render` is `str`; `repr` is the hidden
//! attribute [`REPR`], the type's name the hidden attribute [`CLASS`]. Binary operators that
//! minijinja does not know on objects are methods with Python's names (`__add__`, `__radd__`, …),
//! which answer [`ErrorKind::UnknownMethod`] where Python returns `NotImplemented`.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use minijinja::value::Object;
use minijinja::{Error, ErrorKind, State, Value};

/// Attribute that holds an object's `repr` as a text.
pub(crate) const REPR: &str = "__repr__";
/// Attribute that holds the name of an object's type.
pub(crate) const CLASS: &str = "__class__";

/// An object that is neither a list nor a dict.
pub(crate) trait PythonObject: fmt::Debug + Send + Sync + Sized + 'static {
    /// Name of the type, as in messages.
    const TYPE: &'static str;
    /// Names of the methods, so that `x.method` without a call is defined.
    const METHODS: &'static [&'static str] = &[];

    /// Returns `str(self)`.
    fn str(&self) -> String;

    /// Returns `repr(self)`.
    fn repr(&self) -> String {
        self.str()
    }

    /// Looks an attribute up.
    fn attribute(self: &Arc<Self>, name: &str) -> Option<Value> {
        let _ = name;
        None
    }

    /// Calls a method.
    fn method(
        self: &Arc<Self>,
        state: &mut State,
        name: &str,
        args: &[Value],
    ) -> Result<Value, Error> {
        let (_, _, _) = (state, name, args);
        Err(not_implemented())
    }

    /// Calls the object itself.
    fn invoke(self: &Arc<Self>, state: &mut State, args: &[Value]) -> Result<Value, Error> {
        let (_, _) = (state, args);
        Err(super::errors::type_error(format!(
            "'{}' object is not callable",
            Self::TYPE
        )))
    }

    /// Compares with an object of the same type.
    fn order(&self, other: &Self) -> Option<Ordering> {
        let _ = other;
        None
    }

    /// Tells whether the object counts as true.
    fn truth(&self) -> bool {
        true
    }
}

/// Says that a method or operator does not exist for these operands.
pub(crate) fn not_implemented() -> Error {
    Error::from(ErrorKind::UnknownMethod)
}

/// Looks up an attribute of a [`PythonObject`]: its own, a bound method or one that all have.
pub(crate) fn lookup<T: PythonObject + Object>(object: &Arc<T>, name: &str) -> Option<Value> {
    match name {
        REPR => Some(Value::from(PythonObject::repr(object.as_ref()))),
        CLASS => Some(Value::from(T::TYPE)),
        _ => object.attribute(name).or_else(|| {
            let name = T::METHODS.iter().find(|method| **method == name)?;
            Some(bound_method(Value::from_dyn_object(object.clone()), name))
        }),
    }
}

/// Implements minijinja's `Object` for a [`PythonObject`].
macro_rules! python_object {
    ($type:ty) => {
        impl minijinja::value::Object for $type {
            fn repr(self: &std::sync::Arc<Self>) -> minijinja::value::ObjectRepr {
                minijinja::value::ObjectRepr::Plain
            }

            fn get_value(
                self: &std::sync::Arc<Self>,
                key: &minijinja::Value,
            ) -> Option<minijinja::Value> {
                $crate::jinja::library::object::lookup(self, key.as_str()?)
            }

            fn get_value_by_str(
                self: &std::sync::Arc<Self>,
                key: &str,
            ) -> Option<minijinja::Value> {
                $crate::jinja::library::object::lookup(self, key)
            }

            fn call(
                self: &std::sync::Arc<Self>,
                state: &mut minijinja::State<'_, '_>,
                args: &[minijinja::Value],
            ) -> Result<minijinja::Value, minijinja::Error> {
                $crate::jinja::library::object::PythonObject::invoke(self, state, args)
            }

            fn call_method(
                self: &std::sync::Arc<Self>,
                state: &mut minijinja::State<'_, '_>,
                method: &str,
                args: &[minijinja::Value],
            ) -> Result<minijinja::Value, minijinja::Error> {
                $crate::jinja::library::object::PythonObject::method(self, state, method, args)
            }

            fn custom_cmp(
                self: &std::sync::Arc<Self>,
                other: &minijinja::value::DynObject,
            ) -> Option<std::cmp::Ordering> {
                let other = other.downcast_ref::<Self>()?;
                $crate::jinja::library::object::PythonObject::order(self.as_ref(), other)
            }

            fn is_true(self: &std::sync::Arc<Self>) -> bool {
                $crate::jinja::library::object::PythonObject::truth(self.as_ref())
            }

            fn render(
                self: &std::sync::Arc<Self>,
                f: &mut std::fmt::Formatter<'_>,
            ) -> std::fmt::Result {
                f.write_str(&$crate::jinja::library::object::PythonObject::str(
                    self.as_ref(),
                ))
            }
        }
    };
}
pub(crate) use python_object;

/// A method taken off its object, to be called later.
#[derive(Debug)]
struct BoundMethod {
    receiver: Value,
    name: &'static str,
}

/// Takes a method off its object.
pub(crate) fn bound_method(receiver: Value, name: &'static str) -> Value {
    Value::from_object(BoundMethod { receiver, name })
}

impl PythonObject for BoundMethod {
    const TYPE: &'static str = "method";

    fn str(&self) -> String {
        format!("<bound method {} of {}>", self.name, self.receiver)
    }

    fn invoke(self: &Arc<Self>, state: &mut State, args: &[Value]) -> Result<Value, Error> {
        // By the object itself: a value would look for an attribute, and find this again.
        match self.receiver.as_object() {
            Some(object) => object.call_method(state, self.name, args),
            None => self.receiver.call_method(state, self.name, args),
        }
    }
}
python_object!(BoundMethod);

type Body = dyn Fn(&mut State, &[Value]) -> Result<Value, Error> + Send + Sync;
type Attribute = dyn Fn(&str) -> Option<Value> + Send + Sync;

/// A function that templates can call and pass on.
pub(crate) struct Function {
    name: &'static str,
    body: Box<Body>,
    attribute: Option<Box<Attribute>>,
}

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<function {}>", self.name)
    }
}

/// Makes a function that templates can call.
pub(crate) fn function<F>(name: &'static str, body: F) -> Value
where
    F: Fn(&mut State, &[Value]) -> Result<Value, Error> + Send + Sync + 'static,
{
    Value::from_object(Function {
        name,
        body: Box::new(body),
        attribute: None,
    })
}

/// Makes a function that templates can call, and whose attributes they can read.
pub(crate) fn function_with_attributes<F, A>(name: &'static str, attribute: A, body: F) -> Value
where
    F: Fn(&mut State, &[Value]) -> Result<Value, Error> + Send + Sync + 'static,
    A: Fn(&str) -> Option<Value> + Send + Sync + 'static,
{
    Value::from_object(Function {
        name,
        body: Box::new(body),
        attribute: Some(Box::new(attribute)),
    })
}

impl PythonObject for Function {
    const TYPE: &'static str = "function";

    fn str(&self) -> String {
        format!("<function {}>", self.name)
    }

    fn attribute(self: &Arc<Self>, name: &str) -> Option<Value> {
        self.attribute.as_ref()?(name)
    }

    fn invoke(self: &Arc<Self>, state: &mut State, args: &[Value]) -> Result<Value, Error> {
        (self.body)(state, args)
    }
}
python_object!(Function);

/// A class that nothing can be made of in a template.
#[derive(Debug)]
struct NamedClass {
    module: &'static str,
    name: &'static str,
}

/// Makes a class that is there by name only.
pub(crate) fn named_class(module: &'static str, name: &'static str) -> Value {
    Value::from_object(NamedClass { module, name })
}

impl PythonObject for NamedClass {
    const TYPE: &'static str = "type";

    fn str(&self) -> String {
        format!("<class '{}.{}'>", self.module, self.name)
    }
}
python_object!(NamedClass);

/// Writes a text the way Python's `repr` does.
pub(crate) fn quoted(text: &str) -> String {
    crate::jinja::python::repr(&Value::from(text))
}

/// Makes a function that always answers the same.
pub(crate) fn constant(name: &'static str, answer: Value) -> Value {
    function(name, move |_, _| Ok(answer.clone()))
}
