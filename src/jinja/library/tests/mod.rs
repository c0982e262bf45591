//! The tests of Jinja2 3.1: what stands after `is`.

use minijinja::value::{Rest, ValueKind, ValueOrKwargs};
use minijinja::{Environment, Error, ErrorKind, State, Value};

use super::arguments::bind;
use super::decimal::Decimal;
use super::errors::type_error;
use super::filters;
use super::number::{Number, type_name};
use super::relation::{RelationObject, is_part};
use super::strings;
use crate::jinja::python::{Class, contains, equal, modulo, ordered, text};

type Test = fn(&mut State, &Value, &[Value]) -> Result<bool, Error>;

/// Name, number of arguments after the value, and what decides.
const TESTS: &[(&str, usize, Test)] = &[
    ("boolean", 0, |_, value, _| {
        Ok(Class::of(value) == Class::Bool)
    }),
    ("callable", 0, |_, value, _| Ok(is_callable(value))),
    ("defined", 0, |_, value, _| Ok(!value.is_undefined())),
    ("divisibleby", 1, |state, value, args| {
        rest_is(state, value, &args[0], 0)
    }),
    ("escaped", 0, |_, value, _| Ok(value.is_safe())),
    ("even", 0, |state, value, _| {
        rest_is(state, value, &Value::from(2), 0)
    }),
    ("false", 0, |_, value, _| {
        Ok(Class::of(value) == Class::Bool && !value.is_true())
    }),
    ("filter", 0, |_, value, _| {
        Ok(value.as_str().is_some_and(filters::exists))
    }),
    ("float", 0, |_, value, _| {
        Ok(Class::of(value) == Class::Float)
    }),
    ("in", 1, |_, value, args| contains(&args[0], value)),
    ("integer", 0, |_, value, _| {
        Ok(Class::of(value) == Class::Int)
    }),
    ("iterable", 0, |_, value, _| is_iterable(value)),
    ("lower", 0, |_, value, _| has_case(value, "islower")),
    ("mapping", 0, |_, value, _| Ok(is_mapping(value))),
    ("none", 0, |_, value, _| Ok(value.is_none())),
    ("number", 0, |_, value, _| Ok(is_number(value))),
    ("odd", 0, |state, value, _| {
        rest_is(state, value, &Value::from(2), 1)
    }),
    ("sameas", 1, |_, value, args| Ok(is_same(value, &args[0]))),
    ("sequence", 0, |_, value, _| Ok(is_sequence(value))),
    ("string", 0, |_, value, _| {
        Ok(Class::of(value) == Class::Text)
    }),
    ("test", 0, |_, value, _| {
        Ok(value.as_str().is_some_and(exists))
    }),
    ("true", 0, |_, value, _| {
        Ok(Class::of(value) == Class::Bool && value.is_true())
    }),
    ("undefined", 0, |_, value, _| Ok(value.is_undefined())),
    ("upper", 0, |_, value, _| has_case(value, "isupper")),
    ("==", 1, |_, value, args| Ok(equal(value, &args[0]))),
    ("eq", 1, |_, value, args| Ok(equal(value, &args[0]))),
    ("equalto", 1, |_, value, args| Ok(equal(value, &args[0]))),
    ("!=", 1, |_, value, args| Ok(!equal(value, &args[0]))),
    ("ne", 1, |_, value, args| Ok(!equal(value, &args[0]))),
    ("<", 1, |_, value, args| compare("<", value, &args[0])),
    ("lt", 1, |_, value, args| compare("<", value, &args[0])),
    ("lessthan", 1, |_, value, args| {
        compare("<", value, &args[0])
    }),
    ("<=", 1, |_, value, args| compare("<=", value, &args[0])),
    ("le", 1, |_, value, args| compare("<=", value, &args[0])),
    (">", 1, |_, value, args| compare(">", value, &args[0])),
    ("gt", 1, |_, value, args| compare(">", value, &args[0])),
    ("greaterthan", 1, |_, value, args| {
        compare(">", value, &args[0])
    }),
    (">=", 1, |_, value, args| compare(">=", value, &args[0])),
    ("ge", 1, |_, value, args| compare(">=", value, &args[0])),
];

/// Tests that minijinja has and Jinja2 has not.
const FOREIGN: &[&str] = &["endingwith", "int", "safe", "startingwith"];

/// Adds the tests to an environment.
pub(super) fn install(environment: &mut Environment<'_>) {
    for name in FOREIGN {
        environment.remove_test(name);
    }
    for (name, count, test) in TESTS {
        let run = move |state: &mut State<'_, '_>, args: Rest<ValueOrKwargs>| {
            let args = args.into_values();
            let given = match (args.split_first(), count) {
                (Some((value, [])), 0) => return test(state, value, &[]),
                (Some((value, rest)), 1) => {
                    bind(name, ["other"], 1, rest).map(|bound| (value, bound))
                }
                _ => Err(type_error(format!(
                    "test_{name}() takes {} positional arguments but {} were given",
                    count + 1,
                    args.len()
                ))),
            };
            let (value, [other]) = given?;
            test(state, value, &[other.unwrap_or_default()])
        };
        environment.add_test(*name, run);
    }
}

fn exists(name: &str) -> bool {
    TESTS.iter().any(|(known, ..)| *known == name)
}

fn undefined() -> Error {
    Error::new(ErrorKind::UndefinedError, "the value is undefined")
}

fn rest_is(state: &mut State, value: &Value, by: &Value, wanted: i64) -> Result<bool, Error> {
    if value.is_undefined() || by.is_undefined() {
        return Err(undefined());
    }
    Ok(equal(&modulo(state, value, by)?, &Value::from(wanted)))
}

fn compare(operator: &str, a: &Value, b: &Value) -> Result<bool, Error> {
    match a.is_undefined() || b.is_undefined() {
        true => Err(undefined()),
        false => ordered(operator, a, b),
    }
}

fn has_case(value: &Value, method: &str) -> Result<bool, Error> {
    Ok(strings::call_text_method(&text(value), method, &[])?.is_true())
}

fn is_number(value: &Value) -> bool {
    Number::of(value).is_some() || value.downcast_object_ref::<Decimal>().is_some()
}

/// Tells whether a value is a dict, or an object that Python takes for one.
pub(super) fn is_mapping(value: &Value) -> bool {
    Class::of(value) == Class::Dict
        || value.downcast_object_ref::<RelationObject>().is_some()
        || is_part(value)
}

fn is_iterable(value: &Value) -> Result<bool, Error> {
    if value.downcast_object_ref::<RelationObject>().is_some() || is_part(value) {
        return Err(super::errors::raise(
            "CompilationError",
            format!(
                "The object (\"{}\") was used as a dictionary. This capability has been removed \
                 from objects of this type.",
                text(value)
            ),
        ));
    }
    Ok(match Class::of(value) {
        Class::None | Class::Bool | Class::Int | Class::Float => false,
        Class::Undefined => true,
        _ => value.try_iter().is_ok() || Class::of(value) == Class::Bytes,
    })
}

fn is_sequence(value: &Value) -> bool {
    match Class::of(value) {
        Class::Text | Class::Bytes | Class::Tuple | Class::List | Class::Dict | Class::Range => {
            true
        }
        // An undefined value has a length and items, which are undefined.
        Class::Undefined => true,
        Class::Other => value.kind() == ValueKind::Plain && value.len().is_some(),
        _ => false,
    }
}

fn is_callable(value: &Value) -> bool {
    match Class::of(value) {
        // Calling an undefined value fails, but that is a call.
        Class::Undefined => true,
        Class::Other => match type_name(value).as_str() {
            "MacroGenerator"
            | "function"
            | "method"
            | "builtin_function_or_method"
            | "type"
            | "object"
            | "Macro"
            | "Joiner"
            | "Var"
            | "EnumMeta" => true,
            name => name.ends_with("ConfigObject") || name.ends_with("Resolver"),
        },
        _ => false,
    }
}

/// Tells whether two values are one and the same.
fn is_same(a: &Value, b: &Value) -> bool {
    match (a.as_object(), b.as_object()) {
        (Some(x), Some(y)) => {
            // Two handles of one object print the same address.
            std::ptr::eq(object_address(x), object_address(y))
        }
        (None, None) => Class::of(a) == Class::of(b) && equal(a, b),
        _ => false,
    }
}

/// Returns where an object is.
fn object_address(object: &minijinja::value::DynObject) -> *const () {
    use crate::jinja::python::{Dict, List, Set};
    fn place<T: 'static>(object: &minijinja::value::DynObject) -> Option<*const ()> {
        object
            .downcast_ref::<T>()
            .map(|it| std::ptr::from_ref(it).cast())
    }
    place::<List>(object)
        .or_else(|| place::<Dict>(object))
        .or_else(|| place::<Set>(object))
        .unwrap_or(std::ptr::from_ref(object).cast())
}
