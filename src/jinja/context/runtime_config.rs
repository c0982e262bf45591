//! `ref.config` and `source.config`: what `dbt_project.yml` and the target say, which packages read
//! to learn their own version. dbt's own objects show here too: `RuntimeConfig`, `VarProvider`.

use std::fmt;
use std::sync::Arc;

use minijinja::State;
use serde_json::Value as Json;

use super::json::from_json;
use super::project::Project;
use crate::jinja::library::arguments::bind;
use crate::jinja::library::object::{PythonObject, not_implemented, python_object};
use crate::jinja::python::Dict;
use crate::jinja::{Error, Value};

/// Looks an attribute of the functions `ref` and `source` up.
pub(super) fn resolver_attribute(project: &Arc<Project>, name: &str) -> Option<Value> {
    match name {
        "config" => RuntimeConfig::value(project, &project.name),
        "current_project" => Some(Value::from(project.name.as_str())),
        _ => None,
    }
}

/// The settings of one package, with the target of the invocation.
struct RuntimeConfig {
    project: Arc<Project>,
    package: String,
}

impl RuntimeConfig {
    fn value(project: &Arc<Project>, package: &str) -> Option<Value> {
        project.settings.get(package)?;
        Some(Value::from_object(Self {
            project: project.clone(),
            package: package.to_owned(),
        }))
    }

    fn dependencies(&self) -> Value {
        let packages = self.project.settings.keys();
        Dict::value(packages.filter_map(|name| {
            let config = Self::value(&self.project, name)?;
            Some((Value::from(name.as_str()), config))
        }))
    }

    fn args(&self) -> &Json {
        self.project.base.consulted.name("invocation_args_dict");
        &self.project.base.invocation_args
    }
}

impl fmt::Debug for RuntimeConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RuntimeConfig({})", self.package)
    }
}

impl PythonObject for RuntimeConfig {
    const TYPE: &'static str = "RuntimeConfig";
    const METHODS: &'static [&'static str] = &["to_target_dict"];

    fn str(&self) -> String {
        format!("{self:?}")
    }

    fn attribute(self: &Arc<Self>, name: &str) -> Option<Value> {
        let target = |key: &str| from_json(self.project.target.get(key).unwrap_or(&Json::Null));
        Some(match name {
            "dependencies" => self.dependencies(),
            "args" => from_json(self.args()),
            "cli_vars" => from_json(self.args().get("vars")?),
            "credentials" => from_json(&self.project.target),
            "profile_name" | "target_name" | "threads" => target(name),
            "vars" => Value::from_object(VarProvider(self.setting(name)?.clone())),
            _ => from_json(self.setting(name)?),
        })
    }

    fn method(
        self: &Arc<Self>,
        _state: &mut State,
        name: &str,
        args: &[Value],
    ) -> Result<Value, Error> {
        match name {
            "to_target_dict" => {
                let [] = bind("RuntimeConfig.to_target_dict", [], 0, args)?;
                Ok(from_json(&self.project.target))
            }
            _ => Err(not_implemented()),
        }
    }
}
python_object!(RuntimeConfig);

impl RuntimeConfig {
    fn setting(&self, name: &str) -> Option<&Json> {
        self.project.settings.get(&self.package)?.get(name)
    }
}

/// `vars` of a project, as they stand in its file.
#[derive(Debug)]
struct VarProvider(Json);

impl PythonObject for VarProvider {
    const TYPE: &'static str = "VarProvider";
    const METHODS: &'static [&'static str] = &["to_dict"];

    fn str(&self) -> String {
        "<VarProvider>".to_owned()
    }

    fn attribute(self: &Arc<Self>, name: &str) -> Option<Value> {
        (name == "vars").then(|| from_json(&self.0))
    }

    fn method(
        self: &Arc<Self>,
        _state: &mut State,
        name: &str,
        args: &[Value],
    ) -> Result<Value, Error> {
        match name {
            "to_dict" => {
                let [] = bind("VarProvider.to_dict", [], 0, args)?;
                Ok(from_json(&self.0))
            }
            _ => Err(not_implemented()),
        }
    }
}
python_object!(VarProvider);
