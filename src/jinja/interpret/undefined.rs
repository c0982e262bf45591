//! What is said about values that are undefined.

use minijinja::{Error, Value};

use super::run::Run;
use crate::diagnostics::did_you_mean;
use crate::jinja::error::{Fault, RenderErrorKind};
use crate::jinja::library::number::type_name;
use crate::jinja::names::Package;
use crate::jinja::python::{Class, repr};
use crate::jinja::syntax::{Expression, Kind};

impl Run<'_, '_, '_> {
    /// Fails if a value cannot be used because it is undefined.
    pub(super) fn defined(&self, value: &Value, of: &Expression) -> Result<(), Error> {
        match value.is_undefined() {
            true => Err(self.undefined(of)),
            false => Ok(()),
        }
    }

    /// Makes the error of using the undefined value of an expression.
    pub(super) fn undefined(&self, of: &Expression) -> Error {
        let missed = self.missed.as_ref().filter(|(span, ..)| *span == of.span);
        let (message, help) = match (&of.kind, missed) {
            (Kind::Name(name), _) => return self.undefined_name(*name, of.span),
            (Kind::Attribute(..) | Kind::Item(_), Some((_, object, key))) => {
                missing_item(object, key)
            }
            (Kind::Conditional(_), Some(_)) => (
                "the inline if-expression evaluated to false and no else section was defined."
                    .to_owned(),
                None,
            ),
            (Kind::Conditional(parts), None) => return self.undefined(&parts.0),
            (Kind::Or(pair), _) => return self.undefined(&pair[1]),
            _ => {
                let text = self.unit.tree.text.get(of.span.range()).unwrap_or_default();
                (format!("'{text}' is undefined"), None)
            }
        };
        Fault::raise(
            RenderErrorKind::Undefined,
            message,
            self.locate(of.span),
            help,
        )
    }
}

type Said = (String, Option<String>);

/// Says that an object has no attribute of a name.
pub(super) fn missing_attribute(object: &Value, name: &str) -> Said {
    if let Some(package) = object.downcast_object_ref::<Package>() {
        let message = format!("package '{}' has no macro named '{name}'", package.name);
        return (message, like(object, name));
    }
    let name_text = repr(&Value::from(name));
    let message = format!("'{}' has no attribute {name_text}", object_name(object));
    (message, like(object, name))
}

fn missing_item(object: &Value, key: &Value) -> Said {
    match key.as_str() {
        Some(name) => missing_attribute(object, name),
        None => (
            format!("{} has no element {}", object_name(object), repr(key)),
            None,
        ),
    }
}

fn like(object: &Value, name: &str) -> Option<String> {
    if Class::of(object) != Class::Dict {
        return None;
    }
    let keys: Vec<Value> = object.try_iter().ok()?.collect();
    let known = did_you_mean(name, keys.iter().filter_map(Value::as_str))?;
    Some(format!("did you mean `{known}`?"))
}

/// Names an object as Jinja does.
fn object_name(object: &Value) -> String {
    match Class::of(object) {
        Class::None => "None".to_owned(),
        _ => format!("{} object", type_name(object)),
    }
}
