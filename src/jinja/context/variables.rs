//! `var()`.

use crate::jinja::library::arguments::bind;
use crate::jinja::library::errors::raise;
use crate::jinja::library::object::{PythonObject, not_implemented, python_object};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::json::from_json;
use super::project::Project;
use crate::jinja::{Error, Session, State, Value};
use crate::nodes::Dict;

/// Makes `var` for templates of one package.
pub(super) fn variables(project: Arc<Project>, package: Arc<str>, strict: bool) -> Value {
    variables_under(Dict::new(), project, package, strict)
}

/// Makes `var` for templates of one package, with variables over all others.
pub(super) fn variables_under(
    first: Dict,
    project: Arc<Project>,
    package: Arc<str>,
    strict: bool,
) -> Value {
    Value::from_object(Var {
        first,
        project,
        package,
        strict,
        found: Mutex::default(),
    })
}

#[derive(Debug)]
struct Var {
    first: Dict,
    project: Arc<Project>,
    package: Arc<str>,
    strict: bool,
    /// Lists and dicts that templates got, and may change.
    found: Mutex<HashMap<String, Value>>,
}

impl Var {
    fn find(&self, name: &str) -> Option<Value> {
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(value) = found.get(name) {
            return Some(value.clone());
        }
        let value = self.first.get(name).cloned();
        let value = value.or_else(|| (self.project.variables)(&self.package, name))?;
        let value = from_json(&value);
        found.insert(name.to_owned(), value.clone());
        Some(value)
    }
}

impl PythonObject for Var {
    const TYPE: &'static str = "Var";
    const METHODS: &'static [&'static str] = &["has_var"];

    fn str(&self) -> String {
        "<function var>".to_owned()
    }

    fn invoke(self: &Arc<Self>, state: &mut State, args: &[Value]) -> Result<Value, Error> {
        let [name, default] = bind("var", ["var_name", "default"], 1, args)?;
        let name = name.unwrap_or_default();
        let name = name.as_str().unwrap_or_default();
        match (self.find(name), default) {
            // Texts are templates themselves.
            (Some(value), _) => match (value.as_str(), Session::of(state)) {
                (Some(text), Some(session)) => session.render(state, text).map(Value::from),
                _ => Ok(value),
            },
            (None, Some(default)) => Ok(default),
            (None, None) if !self.strict => Ok(Value::from(())),
            (None, None) => Err(raise(
                "CompilationError",
                format!(
                    "Required var '{name}' not found in config: set it under `vars:` in \
                     dbt_project.yml or give `var('{name}', default)` a default"
                ),
            )),
        }
    }

    fn method(self: &Arc<Self>, _: &mut State, name: &str, args: &[Value]) -> Result<Value, Error> {
        match name {
            "has_var" => {
                let [name] = bind("has_var", ["var_name"], 1, args)?;
                let name = name.unwrap_or_default();
                Ok(Value::from(
                    self.find(name.as_str().unwrap_or_default()).is_some(),
                ))
            }
            _ => Err(not_implemented()),
        }
    }
}
python_object!(Var);
