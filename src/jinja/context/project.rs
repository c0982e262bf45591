//! What all templates of one invocation see.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use serde_json::Value as Json;

use super::environment::env_var;
use super::json::from_json;
use super::variables::variables;
use crate::events::{Event, Sink};
use crate::jinja::python::Dict;
use crate::jinja::{Value, library};
use crate::system::System;

/// Variables by package: those of the project files under those of the command line.
#[derive(Debug, Clone, Default)]
pub struct Variables {
    /// `vars` of the root project, with its per-package dictionaries.
    pub root: crate::nodes::Dict,
    /// `vars` of each installed package.
    pub packages: HashMap<String, crate::nodes::Dict>,
    /// `--vars`.
    pub command_line: crate::nodes::Dict,
}

impl Variables {
    /// Finds a variable as a node of `package` sees it: the command line over the root project
    /// over the package, and in each the package's own scope over the global one.
    pub fn get(&self, package: &str, name: &str) -> Option<&Json> {
        self.command_line
            .get(name)
            .or_else(|| scope(&self.root, package, name))
            .or_else(|| scope(self.packages.get(package)?, package, name))
    }
}

fn scope<'a>(vars: &'a crate::nodes::Dict, package: &str, name: &str) -> Option<&'a Json> {
    vars.get(package).and_then(|own| own.get(name)).or_else(|| vars.get(name))
}

/// Facts of one invocation.
pub struct Project {
    /// Name of the root project.
    pub name: String,
    /// Variables.
    pub variables: Variables,
    /// Environment and clock.
    pub system: Arc<dyn System>,
    /// Where `log` and `print` go.
    pub sink: Arc<dyn Sink>,
    /// `target`: name, schema, type, threads and what else the profile has, without secrets.
    pub target: Json,
    /// `flags`: names in capitals.
    pub flags: Json,
    /// `invocation_args_dict`.
    pub invocation_args: Json,
    /// `invocation_id`.
    pub invocation_id: String,
    /// `run_started_at`.
    pub started_at: chrono::DateTime<chrono::Utc>,
    /// The version of dbt that dsql answers for.
    pub dbt_version: &'static str,
    /// `DBT_ENV_CUSTOM_ENV_*`, without the prefix.
    pub metadata_envs: Json,
    /// Database and schema of the target.
    pub default_database: String,
    /// Schema of the target.
    pub default_schema: String,
    /// `quoting` of `dbt_project.yml` over the adapter's: database, schema, identifier.
    pub quoting: [bool; 3],
    /// Type of the adapter: `duckdb`.
    pub adapter_type: &'static str,
    /// Folder for external files (`external_root` of the profile).
    pub external_root: String,
    /// Unique ids of what the command works on; filled when it is known.
    pub selected: RwLock<Vec<String>>,
}

impl std::fmt::Debug for Project {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Project").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Project {
    /// Names that [`Self::get`] knows.
    pub(super) const NAMES: &'static [&'static str] = &[
        "dbt_version", "dbt_metadata_envs", "env_var", "flags", "invocation_args_dict",
        "invocation_id", "log", "modules", "print", "project_name", "run_started_at", "target",
        "env", "thread_id", "var",
    ];

    /// Looks up what is the same for every node of a package. `strict`: an unknown variable is an
    /// error and not none.
    pub(super) fn get(
        self: &Arc<Self>,
        name: &str,
        package: &Arc<str>,
        strict: bool,
    ) -> Option<Value> {
        Some(match name {
            "dbt_version" => Value::from(self.dbt_version),
            "dbt_metadata_envs" => from_json(&self.metadata_envs),
            "env_var" => env_var(self.system.clone()),
            "flags" => from_json(&self.flags),
            "invocation_args_dict" => from_json(&self.invocation_args),
            "invocation_id" => Value::from(self.invocation_id.as_str()),
            "log" => self.log(),
            "print" => self.print(),
            "modules" => self.modules(),
            "project_name" => Value::from(self.name.as_str()),
            "run_started_at" => library::datetime_utc(self.started_at),
            "target" | "env" => from_json(&self.target),
            "thread_id" => {
                let thread = std::thread::current();
                Value::from(thread.name().unwrap_or("MainThread"))
            }
            "var" => variables(self.clone(), package.clone(), strict),
            _ => return library::global(name),
        })
    }

    /// Returns the selected resources.
    pub(super) fn selected_resources(&self) -> Value {
        let selected = self.selected.read().unwrap_or_else(PoisonError::into_inner);
        crate::jinja::python::List::value(selected.iter().map(|id| Value::from(id.as_str())))
    }

    fn modules(&self) -> Value {
        let system = self.system.clone();
        library::modules(Arc::new(move || system.now()))
    }

    fn log(&self) -> Value {
        let sink = self.sink.clone();
        library::function("log", move |_, args| {
            let [message, info] = library::bind("log", ["msg", "info"], 1, args)?;
            let message = library::to_text(&message.unwrap_or_default());
            let info = info.is_some_and(|it| it.is_true());
            sink.emit(Event::UserMessage { message, info, print: false });
            Ok(Value::from(""))
        })
    }

    fn print(&self) -> Value {
        let sink = self.sink.clone();
        library::function("print", move |_, args| {
            let [message] = library::bind("print", ["msg"], 1, args)?;
            let message = library::to_text(&message.unwrap_or_default());
            sink.emit(Event::UserMessage { message, info: true, print: true });
            Ok(Value::from(""))
        })
    }
}

/// Makes an empty dict.
pub(super) fn empty_dict() -> Value {
    Dict::value(std::iter::empty::<(Value, Value)>())
}
