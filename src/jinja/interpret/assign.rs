//! Assignments.

use minijinja::{Error, Value};

use super::run::Run;
use crate::jinja::library::errors::{type_error, value_error};
use crate::jinja::library::number::type_name;
use crate::jinja::python::{Namespace, items};
use crate::jinja::syntax::Target;

impl Run<'_, '_, '_> {
    /// Gives a target its value.
    pub(super) fn assign(&mut self, target: &Target, value: Value) -> Result<(), Error> {
        match target {
            Target::Name(name) => {
                self.set(*name, value);
                Ok(())
            }
            Target::Attribute(name, attribute, span) => {
                let object = self.name(*name);
                match object.and_then(|object| object.downcast_object::<Namespace>()) {
                    Some(namespace) => {
                        namespace.set(attribute, value);
                        Ok(())
                    }
                    None => {
                        let message = "cannot assign attribute on non-namespace object";
                        self.at(*span, Err(type_error(message)))
                    }
                }
            }
            Target::Several(targets, span) => {
                let values = self.unpack(&value, targets.len());
                let values = self.at(*span, values)?;
                for (target, value) in targets.iter().zip(values) {
                    self.assign(target, value)?;
                }
                Ok(())
            }
        }
    }

    fn unpack(&self, value: &Value, wanted: usize) -> Result<Vec<Value>, Error> {
        let Ok(items) = items(value) else {
            let name = type_name(value);
            return Err(type_error(format!(
                "cannot unpack non-iterable {name} object"
            )));
        };
        // One more tells that there are too many.
        let values: Vec<Value> = items.take(wanted + 1).collect::<Result<_, _>>()?;
        match values.len() {
            count if count == wanted => Ok(values),
            count if count < wanted => Err(value_error(format!(
                "not enough values to unpack (expected {wanted}, got {count})"
            ))),
            _ => Err(value_error(format!(
                "too many values to unpack (expected {wanted})"
            ))),
        }
    }
}
