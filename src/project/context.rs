//! What Jinja in project files can name, and its rendering.

use std::fmt;
use std::sync::Arc;

use indexmap::IndexMap;
use serde_json::Value as Json;

use super::render::Render;
use super::vars::Vars;
use crate::artifacts::DBT_VERSION;
use crate::diagnostics::Diagnostic;
use crate::invocation::Consulted;
use crate::jinja::context::{from_json, to_json};
use crate::jinja::library;
use crate::jinja::library::arguments::bind;
use crate::jinja::library::errors::raise;
use crate::jinja::{
    Engine, Error, Globals, MacroSet, MacroSettings, Object, Origin, Scope, State, Template, Value,
};
use crate::nodes::Dict;
use crate::system::System;
use crate::text::{FileId, Text};
use crate::yaml::{self, Node};

/// Names of environment variables that only profiles and package lists may read begin with this.
pub const SECRET_PREFIX: &str = "DBT_ENV_SECRET";

const SECRET_START: &str = "$$$DBT_SECRET_START$$$";
const SECRET_END: &str = "$$$DBT_SECRET_END$$$";

/// A file whose values are rendered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum YamlKind {
    /// `profiles.yml`, `packages.yml`: may read secrets.
    Secret,
    /// `dbt_project.yml` and properties files: may not.
    Plain,
}

/// The environment, by name.
pub(super) type Environment = std::collections::BTreeMap<String, String>;

/// What the context of YAML files is made of. Made once, for all files of a package.
#[derive(Clone)]
pub struct YamlContext {
    /// Environment variables.
    pub(super) environment: Arc<Environment>,
    /// What `var()` finds.
    pub vars: Arc<Vars>,
    /// Package that `var()` is called in; `None` where only the command line counts.
    pub package: Option<Arc<str>>,
    /// `target`, once it is known.
    pub target: Option<Arc<Dict>>,
    /// Whether a var that nobody sets is none, and not a mistake.
    pub lenient_vars: bool,
    /// `project_name`, where dbt has it.
    pub project_name: Option<Arc<str>>,
    /// Further names: flags, modules …
    pub(super) base: Option<Arc<dyn Globals>>,
    /// Notes the environment variables that are read.
    pub(super) consulted: Arc<Consulted>,
    /// An engine without macros.
    pub(super) engine: Engine,
}

/// Renders the values of one file.
pub struct YamlRenderer {
    engine: Engine,
    scope: Scope,
    kind: YamlKind,
    file: FileId,
    text: Arc<Text>,
    environment: Arc<Environment>,
}

impl YamlContext {
    /// Makes a context with `env_var` and the vars of the command line alone.
    pub fn new(system: &dyn System, vars: Arc<Vars>) -> Self {
        Self {
            environment: Arc::new(system.envs().into_iter().collect()),
            vars,
            package: None,
            target: None,
            lenient_vars: false,
            project_name: None,
            base: None,
            consulted: Arc::default(),
            engine: Engine::new(MacroSet::new(&IndexMap::new(), MacroSettings::default())),
        }
    }

    /// Adds a name.
    #[must_use]
    pub fn with(&self, name: &'static str, value: Value) -> Self {
        let base = Added {
            name,
            value,
            base: self.base.clone(),
        };
        Self {
            base: Some(Arc::new(base)),
            ..self.clone()
        }
    }

    /// Makes the renderer of a file.
    pub fn renderer(&self, kind: YamlKind, file: FileId, text: Arc<Text>) -> YamlRenderer {
        let globals = YamlGlobals {
            kind,
            context: self.clone(),
        };
        YamlRenderer {
            engine: self.engine.clone(),
            scope: Scope {
                package: self.package.clone().unwrap_or_else(|| Arc::from("")),
                globals: Arc::new(globals),
                lenient: false,
            },
            kind,
            file,
            text,
            environment: Arc::clone(&self.environment),
        }
    }
}

impl Render for YamlRenderer {
    fn render(&self, node: &Node) -> Result<Json, Diagnostic> {
        let Some(text) = node.as_str() else {
            return Ok(node.to_json());
        };
        let template = Template {
            name: &self.text.path,
            text,
            origin: self.origin(node),
        };
        match self.engine.evaluate(template, &self.scope) {
            Ok(value) => Ok(self.reveal(to_json(&value))),
            Err(error) => {
                let mut finding = error.into_diagnostic();
                if finding.labels.is_empty() {
                    finding = finding.at(node.location);
                }
                Err(finding)
            }
        }
    }
}

impl YamlRenderer {
    /// Tells where the text stands: byte by byte, where it is written as it is.
    fn origin(&self, node: &Node) -> Origin {
        let map = yaml::origin(&self.text.content, node);
        match map.segments() {
            [only] if only.literal && only.origin.file == self.file => Origin::Verbatim {
                file: self.file,
                offset: only.origin.span.start as usize,
            },
            _ => Origin::Within(node.location),
        }
    }

    /// Puts secrets in, after rendering, so that templates cannot take them apart.
    fn reveal(&self, value: Json) -> Json {
        if self.kind != YamlKind::Secret {
            return value;
        }
        match value {
            Json::String(text) if text.contains(SECRET_START) => {
                let mut shown = String::new();
                let mut rest = text.as_str();
                while let Some((before, after)) = rest.split_once(SECRET_START) {
                    let (name, behind) = after.split_once(SECRET_END).unwrap_or((after, ""));
                    shown.push_str(before);
                    shown.push_str(self.environment.get(name).map_or("", String::as_str));
                    rest = behind;
                }
                Json::String(shown + rest)
            }
            Json::Array(items) => items.into_iter().map(|it| self.reveal(it)).collect(),
            Json::Object(entries) => {
                let entries = entries.into_iter();
                Json::Object(entries.map(|(key, it)| (key, self.reveal(it))).collect())
            }
            other => other,
        }
    }
}

struct YamlGlobals {
    kind: YamlKind,
    context: YamlContext,
}

const NAMES: &[&str] = &["dbt_version", "env_var", "project_name", "target", "var"];

impl Globals for YamlGlobals {
    fn get(&self, name: &str) -> Option<Value> {
        let context = &self.context;
        match name {
            "env_var" => Some(Value::from_object(EnvVar {
                kind: self.kind,
                environment: Arc::clone(&context.environment),
                consulted: Arc::clone(&context.consulted),
            })),
            "var" => Some(Value::from_object(Var {
                vars: Arc::clone(&context.vars),
                package: context.package.clone(),
                lenient: context.lenient_vars,
            })),
            "target" => {
                let target = context.target.as_deref()?;
                Some(from_json(&Json::Object(target.clone())))
            }
            "project_name" => context.project_name.as_deref().map(Value::from),
            "dbt_version" => Some(Value::from(DBT_VERSION)),
            _ => {
                let base = context.base.as_ref().and_then(|base| base.get(name));
                base.or_else(|| library::global(name))
            }
        }
    }

    fn names(&self) -> Vec<String> {
        let own = NAMES.iter().map(|name| (*name).to_owned());
        let base = self.context.base.as_ref().map(|base| base.names());
        let base = base.into_iter().flatten();
        own.chain(base).chain(library::global_names()).collect()
    }
}

/// Names with one more.
struct Added {
    name: &'static str,
    value: Value,
    base: Option<Arc<dyn Globals>>,
}

impl Globals for Added {
    fn get(&self, name: &str) -> Option<Value> {
        if name == self.name {
            return Some(self.value.clone());
        }
        self.base.as_ref()?.get(name)
    }

    fn names(&self) -> Vec<String> {
        let base = self.base.iter().flat_map(|it| it.names());
        std::iter::once(self.name.to_owned()).chain(base).collect()
    }
}

/// `env_var(name, default)`
struct EnvVar {
    kind: YamlKind,
    environment: Arc<Environment>,
    consulted: Arc<Consulted>,
}

impl fmt::Debug for EnvVar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("env_var")
    }
}

impl Object for EnvVar {
    fn call(self: &Arc<Self>, _state: &mut State, args: &[Value]) -> Result<Value, Error> {
        let [name, default] = bind("env_var", ["var", "default"], 1, args)?;
        let name = name.unwrap_or_default().to_string();
        if name.starts_with(SECRET_PREFIX) {
            if self.kind == YamlKind::Plain {
                return Err(raise(
                    "SecretEnvVarLocationError",
                    format!("secrets are read in profiles.yml and packages.yml only: {name}"),
                ));
            }
            if self.environment.contains_key(&name) {
                return Ok(Value::from(format!("{SECRET_START}{name}{SECRET_END}")));
            }
        }
        self.consulted.variable(&name);
        if let Some(value) = self.environment.get(&name) {
            return Ok(Value::from(value.as_str()));
        }
        match default.filter(|it| !it.is_none()) {
            Some(default) => Ok(default),
            None => Err(raise(
                "EnvVarMissingError",
                format!("the environment variable {name} is not set, and has no default here"),
            )),
        }
    }
}

/// `var(name, default)`
struct Var {
    vars: Arc<Vars>,
    package: Option<Arc<str>>,
    lenient: bool,
}

impl fmt::Debug for Var {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("var")
    }
}

impl Object for Var {
    fn call(self: &Arc<Self>, _state: &mut State, args: &[Value]) -> Result<Value, Error> {
        let [name, default] = bind("var", ["var_name", "default"], 1, args)?;
        let name = name.unwrap_or_default().to_string();
        if let Some(value) = self.vars.get(self.package.as_deref(), &name) {
            return Ok(from_json(value));
        }
        if self.lenient {
            return Ok(default.unwrap_or(Value::from(())));
        }
        default.ok_or_else(|| {
            raise(
                "RequiredVarNotFoundError",
                format!("the var `{name}` is not set, and has no default here"),
            )
        })
    }
}

/// Lists the values of secrets, to keep them out of everything that is shown or written.
pub fn secrets(system: &dyn System) -> Vec<String> {
    let variables = system.envs().into_iter();
    let secrets = variables
        .filter(|(name, value)| name.starts_with(SECRET_PREFIX) && !value.trim().is_empty());
    secrets.map(|(_, value)| value).collect()
}
