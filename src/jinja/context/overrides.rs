//! What templates of a unit test see otherwise: `overrides`.

use super::environment::env_var_under;
use super::json::from_json;
use super::run::{Names, Session};
use super::variables::variables_under;
use crate::jinja::Value;
use crate::jinja::library::object::function;
use crate::jinja::macros::Found;
use crate::nodes::Overrides;
use std::sync::Arc;

/// The package that stands for all built-in macros.
const GENERAL: &str = "dbt";

/// Makes the names that a unit test of `package` puts over those of its model.
pub fn overrides(overrides: &Overrides, package: &Arc<str>, session: &Session) -> Names {
    let mut names = Names::default();
    let project = &session.project;
    if !overrides.vars.is_empty() {
        let vars = overrides.vars.clone();
        let var = variables_under(vars, project.clone(), package.clone(), true);
        names.values.push(("var".to_owned(), var));
    }
    if !overrides.env_vars.is_empty() {
        let env_var = env_var_under(
            overrides.env_vars.clone(),
            project.base.system.clone(),
            project.base.consulted.clone(),
        );
        names.values.push(("env_var".to_owned(), env_var));
    }
    let macros = session.engine.macros();
    let known = |package: &str, name: &str| macros.find_in_package(package, name).is_some();
    // A bare name counts before the same macro named with its package.
    for (name, value) in &overrides.macros {
        if name.contains('.') {
            continue;
        }
        let value = from_json(value);
        let stand_in = match macros.find(package, name) {
            Some(Found::Macro(_)) => returning(value.clone()),
            _ => value.clone(),
        };
        names.stand_ins.push((None, name.clone(), stand_in));
        if known(GENERAL, name) {
            let general = Some(GENERAL.to_owned());
            names
                .stand_ins
                .push((general, name.clone(), returning(value)));
        }
    }
    for (name, value) in &overrides.macros {
        let Some((owner, name)) = name.split_once('.') else {
            continue;
        };
        if !known(owner, name) {
            continue;
        }
        let value = returning(from_json(value));
        if owner == GENERAL {
            names.stand_ins.push((None, name.to_owned(), value.clone()));
        }
        let owner = Some(owner.to_owned());
        names.stand_ins.push((owner, name.to_owned(), value));
    }
    names
}

/// Makes a function that gives a value whatever it is called with.
fn returning(value: Value) -> Value {
    function("macro", move |_, _| Ok(value.clone()))
}
