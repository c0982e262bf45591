//! What all templates of one invocation see.

use crate::jinja::library;
use std::sync::{Arc, PoisonError, RwLock};

use indexmap::IndexMap;
use serde_json::Value as Json;

use super::QueryComment;
use super::base::Base;
use super::environment::env_var;
use super::json::from_json;
use super::variables::variables;
use crate::adapters::{Adapter, Quoting};
use crate::jinja::python::Dict;
use crate::jinja::{Globals, Value};

/// Finds a variable as a node of a package sees it.
pub type FindVariable = dyn Fn(&str, &str) -> Option<Json> + Send + Sync;

/// Facts of one invocation.
pub struct Project {
    /// Name of the root project.
    pub name: String,
    /// Variables, by package and name.
    pub variables: Box<FindVariable>,
    /// What does not depend on the project.
    pub base: Arc<Base>,
    /// What goes with each query.
    pub query_comment: QueryComment,
    /// What the `dbt_project.yml` of each package says, under the names of dbt's `RuntimeConfig`; the
    /// root project first.
    pub settings: IndexMap<String, Json>,
    /// `target`: name, schema, type, threads and what else the profile has, without secrets.
    pub target: Json,
    /// The version of dbt that dsql answers for.
    pub dbt_version: &'static str,
    /// `DBT_ENV_CUSTOM_ENV_*`, without the prefix.
    pub metadata_envs: Json,
    /// Database and schema of the target.
    pub default_database: String,
    /// Schema of the target.
    pub default_schema: String,
    /// `quoting` of `dbt_project.yml` over the adapter's: database, schema, identifier.
    pub quoting: Quoting,
    /// The engine of the target.
    pub adapter: Arc<dyn Adapter>,
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
    const NAMES: &'static [&'static str] = &[
        "dbt_version",
        "dbt_metadata_envs",
        "env_var",
        "project_name",
        "target",
        "env",
        "var",
        "diff_of_two_dicts",
    ];

    /// Lists the names that [`Self::get`] knows, those that Jinja has everywhere aside.
    pub(super) fn names() -> impl Iterator<Item = &'static str> {
        Self::NAMES.iter().chain(Base::NAMES).copied()
    }

    /// Looks up what is the same for every node of a package. `strict`: an unknown variable is an
    /// error and not none.
    pub(super) fn get(
        self: &Arc<Self>,
        name: &str,
        package: &Arc<str>,
        strict: bool,
    ) -> Option<Value> {
        if self.named(name).is_some() {
            self.base.consulted.name(name);
        }
        Some(match name {
            "dbt_version" => Value::from(self.dbt_version),
            "dbt_metadata_envs" => from_json(&self.metadata_envs),
            "env_var" => env_var(self.base.system.clone(), self.base.consulted.clone()),
            "project_name" => Value::from(self.name.as_str()),
            "target" | "env" => from_json(&self.target),
            "var" => variables(self.clone(), package.clone(), strict),
            _ => return self.base.get(name).or_else(|| library::global(name)),
        })
    }

    /// Returns what a name stands for, if invocations of one project differ in it.
    pub fn named(&self, name: &str) -> Option<&Json> {
        match name {
            "dbt_metadata_envs" => Some(&self.metadata_envs),
            "flags" => Some(&self.base.flags),
            "invocation_args_dict" => Some(&self.base.invocation_args),
            _ => None,
        }
    }

    /// Returns the selected resources.
    pub(super) fn selected_resources(&self) -> Value {
        let selected = self.selected.read().unwrap_or_else(PoisonError::into_inner);
        crate::jinja::python::List::value(selected.iter().map(|id| Value::from(id.as_str())))
    }
}

/// Makes an empty dict.
pub(super) fn empty_dict() -> Value {
    Dict::value(std::iter::empty::<(Value, Value)>())
}
