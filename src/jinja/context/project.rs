//! What all templates of one invocation see.

use crate::jinja::library;
use std::sync::{Arc, PoisonError, RwLock};

use serde_json::Value as Json;

use super::environment::env_var;
use super::json::from_json;
use super::messages::{log, print};
use super::variables::variables;
use crate::adapters::Adapter;
use crate::events::Sink;
use crate::invocation::Consulted;
use crate::jinja::Value;
use crate::jinja::python::Dict;
use crate::system::System;

/// Finds a variable as a node of a package sees it.
pub type FindVariable = dyn Fn(&str, &str) -> Option<Json> + Send + Sync;

/// Facts of one invocation.
pub struct Project {
    /// Name of the root project.
    pub name: String,
    /// Variables, by package and name.
    pub variables: Box<FindVariable>,
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
    /// The engine of the target.
    pub adapter: Arc<dyn Adapter>,
    /// Notes what templates look at that the next invocation can see differently.
    pub consulted: Arc<Consulted>,
    /// Unique ids of what the command works on; filled when it is known.
    pub selected: RwLock<Vec<String>>,
}

impl std::fmt::Debug for Project {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Project")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl Project {
    /// Names that [`Self::get`] knows.
    pub(super) const NAMES: &'static [&'static str] = &[
        "dbt_version",
        "dbt_metadata_envs",
        "env_var",
        "flags",
        "invocation_args_dict",
        "invocation_id",
        "log",
        "modules",
        "print",
        "project_name",
        "run_started_at",
        "target",
        "env",
        "thread_id",
        "var",
        "diff_of_two_dicts",
    ];

    /// Looks up what is the same for every node of a package. `strict`: an unknown variable is an
    /// error and not none.
    pub(super) fn get(
        self: &Arc<Self>,
        name: &str,
        package: &Arc<str>,
        strict: bool,
    ) -> Option<Value> {
        if self.named(name).is_some() {
            self.consulted.name(name);
        }
        Some(match name {
            "dbt_version" => Value::from(self.dbt_version),
            "dbt_metadata_envs" => from_json(&self.metadata_envs),
            "env_var" => env_var(self.system.clone(), self.consulted.clone()),
            "flags" => from_json(&self.flags),
            "invocation_args_dict" => from_json(&self.invocation_args),
            "invocation_id" => Value::from(self.invocation_id.as_str()),
            "log" => log(self.sink.clone()),
            "print" => print(self.sink.clone()),
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

    /// Returns what a name stands for, if invocations of one project differ in it.
    pub fn named(&self, name: &str) -> Option<&Json> {
        match name {
            "dbt_metadata_envs" => Some(&self.metadata_envs),
            "flags" => Some(&self.flags),
            "invocation_args_dict" => Some(&self.invocation_args),
            _ => None,
        }
    }

    /// Returns the selected resources.
    pub(super) fn selected_resources(&self) -> Value {
        let selected = self.selected.read().unwrap_or_else(PoisonError::into_inner);
        crate::jinja::python::List::value(selected.iter().map(|id| Value::from(id.as_str())))
    }

    fn modules(&self) -> Value {
        library::modules(self.system.clone())
    }
}

/// Makes an empty dict.
pub(super) fn empty_dict() -> Value {
    Dict::value(std::iter::empty::<(Value, Value)>())
}
