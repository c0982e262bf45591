//! `env_var()`.

use crate::invocation::Consulted;
use crate::jinja::library::arguments::bind;
use crate::jinja::library::errors::raise;
use crate::jinja::library::number::type_name;
use crate::jinja::library::object::function;
use std::sync::Arc;

use super::json::from_json;
use crate::jinja::Value;
use crate::nodes::Dict;
use crate::system::System;

/// Variables whose values never reach a template, a log or an artifact.
const SECRET_PREFIX: &str = "DBT_ENV_SECRET";

/// Makes `env_var`.
pub(super) fn env_var(system: Arc<dyn System>, consulted: Arc<Consulted>) -> Value {
    env_var_under(Dict::new(), system, consulted)
}

/// Makes `env_var`, with variables over those of the environment.
pub(super) fn env_var_under(
    first: Dict,
    system: Arc<dyn System>,
    consulted: Arc<Consulted>,
) -> Value {
    function("env_var", move |_, args| {
        let [name, default] = bind("env_var", ["var", "default"], 1, args)?;
        let name = name.unwrap_or_default();
        let Some(name) = name.as_str() else {
            let message = format!("env_var() needs a text, not {}", type_name(&name));
            return Err(raise("CompilationError", message));
        };
        if let Some(value) = first.get(name) {
            return Ok(from_json(value));
        }
        if name.starts_with(SECRET_PREFIX) {
            let message = format!(
                "Secret env vars are allowed only in profiles.yml or packages.yml. Found '{name}' \
                 referenced elsewhere."
            );
            return Err(raise("SecretEnvVarLocationError", message));
        }
        consulted.variable(name);
        let default = default.filter(|value| !value.is_none());
        system
            .env(name)
            .map(Value::from)
            .or(default)
            .ok_or_else(|| {
                raise(
                    "EnvVarMissingError",
                    format!(
                        "Env var required but not provided: '{name}': set it, or give \
                     `env_var('{name}', default)` a default"
                    ),
                )
            })
    })
}
