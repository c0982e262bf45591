//! The context in which a node is read: nothing is executed, everything asked for is noted.

use crate::jinja::library;
use crate::jinja::library::object::{constant, function, function_with_attributes};
use std::sync::{Arc, Mutex, PoisonError};

use borsh::{BorshDeserialize, BorshSerialize};
use indexmap::IndexSet;

use super::adapter::parse_adapter;
use super::calls;
use super::config::{ConfigCall, ParseConfig, run_config_value};
use super::node;
use super::project::{Project, empty_dict};
use super::runtime_config::resolver_attribute;
use crate::adapters::{Relation, RelationKind};
use crate::jinja::{Globals, Place, Value, place};
use crate::nodes::{FunctionCall, Node, RefCall, SourceCall};

/// What a template asked for while it was read.
#[derive(Debug, Clone, Default, PartialEq, BorshSerialize, BorshDeserialize)]
pub struct Captured {
    /// `ref()` calls in order.
    pub refs: Vec<RefCall>,
    /// `source()` calls in order.
    pub sources: Vec<SourceCall>,
    /// `function()` calls in order.
    pub functions: Vec<FunctionCall>,
    /// `metric()` calls in order.
    pub metrics: Vec<Vec<String>>,
    /// `config()` calls in order.
    pub configs: Vec<ConfigCall>,
    /// Unique ids of macros called from the template itself, each once.
    pub macros: IndexSet<String>,
}

impl Captured {
    /// Returns the call that set a key last.
    pub fn config(&self, key: &str) -> Option<&ConfigCall> {
        let mut calls = self.configs.iter().rev();
        calls.find(|call| call.values.contains_key(key))
    }
}

/// Names for a node that is read. One context serves one rendering.
pub struct ParseContext {
    project: Arc<Project>,
    package: Arc<str>,
    node: Option<Arc<Node>>,
    relation: Relation,
    noted: Arc<Noted>,
    /// Answers `config` from the node instead of noting calls, as when names are generated.
    settled: bool,
    extra: Vec<(String, Value)>,
}

#[derive(Debug, Default)]
struct Noted {
    refs: Mutex<Vec<RefCall>>,
    sources: Mutex<Vec<SourceCall>>,
    functions: Mutex<Vec<FunctionCall>>,
    metrics: Mutex<Vec<Vec<String>>>,
    configs: Arc<Mutex<Vec<ConfigCall>>>,
    macros: Mutex<IndexSet<String>>,
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl ParseContext {
    /// Makes a context for reading `node`; `relation` is what `this` and every `ref` answer with.
    pub fn new(project: Arc<Project>, node: Arc<Node>, relation: Relation) -> Self {
        let package = Arc::from(node.package_name.as_str());
        let noted = Arc::default();
        Self {
            project,
            package,
            node: Some(node),
            relation,
            noted,
            settled: false,
            extra: Vec::new(),
        }
    }

    /// Makes a context for a template that belongs to no node.
    pub fn detached(project: Arc<Project>, package: &str) -> Self {
        Self {
            package: Arc::from(package),
            node: None,
            relation: Relation::new(None, None, None),
            noted: Arc::default(),
            settled: false,
            extra: Vec::new(),
            project,
        }
    }

    /// Lists the names that are no macros.
    pub fn known_names() -> std::collections::HashSet<&'static str> {
        let names = node::NAMES.iter().copied();
        let names = names.chain(Project::names());
        names.chain(["context", "builtins", "return"]).collect()
    }

    /// Makes a context for the macros that generate a node's names: its configuration is settled.
    pub fn settled(project: Arc<Project>, node: Arc<Node>, relation: Relation) -> Self {
        Self {
            settled: true,
            ..Self::new(project, node, relation)
        }
    }

    /// Adds a name.
    #[must_use]
    pub fn with(mut self, name: &str, value: Value) -> Self {
        self.extra.push((name.to_owned(), value));
        self
    }

    /// Returns what was asked for.
    pub fn captured(&self) -> Captured {
        Captured {
            refs: lock(&self.noted.refs).clone(),
            sources: lock(&self.noted.sources).clone(),
            functions: lock(&self.noted.functions).clone(),
            metrics: lock(&self.noted.metrics).clone(),
            configs: lock(&self.noted.configs).clone(),
            macros: lock(&self.noted.macros).clone(),
        }
    }

    fn reference(&self) -> Value {
        let (noted, relation) = (self.noted.clone(), self.relation.clone());
        let project = self.project.clone();
        let attribute = move |name: &str| resolver_attribute(&project, name);
        function_with_attributes("ref", attribute, move |_, args| {
            let Place { location, caller } = place();
            let args = calls::reference(args)?;
            lock(&noted.refs).push(RefCall {
                args,
                location,
                caller,
            });
            Ok(library::relation(relation.clone()))
        })
    }

    fn source(&self) -> Value {
        let (noted, relation) = (self.noted.clone(), self.relation.clone());
        let project = self.project.clone();
        let attribute = move |name: &str| resolver_attribute(&project, name);
        function_with_attributes("source", attribute, move |_, args| {
            let Place { location, caller } = place();
            let (source, table) = calls::source(args)?;
            lock(&noted.sources).push(SourceCall {
                source,
                table,
                location,
                caller,
            });
            Ok(library::relation(relation.clone()))
        })
    }

    fn function(&self) -> Value {
        let (noted, mut relation) = (self.noted.clone(), self.relation.clone());
        relation.kind = Some(RelationKind::Function);
        function("function", move |_, args| {
            let Place { location, caller } = place();
            let (package, name) = calls::function(args)?;
            lock(&noted.functions).push(FunctionCall {
                name,
                package,
                location,
                caller,
            });
            Ok(library::relation(relation.clone()))
        })
    }

    fn metric(&self) -> Value {
        let noted = self.noted.clone();
        function("metric", move |_, args| {
            let args = calls::metric(args)?;
            let name = args.last().cloned().unwrap_or_default();
            lock(&noted.metrics).push(args);
            Ok(Value::from(name))
        })
    }

    fn config(&self) -> Value {
        match &self.node {
            Some(node) if self.settled => run_config_value(node.clone()),
            _ => ParseConfig::value(self.noted.configs.clone()),
        }
    }
}

impl Globals for ParseContext {
    fn get(&self, name: &str) -> Option<Value> {
        if let Some((_, value)) = self.extra.iter().find(|(known, _)| known == name) {
            return Some(value.clone());
        }
        Some(match name {
            "adapter" => parse_adapter(self.project.clone()),
            "config" => self.config(),
            "database" => Value::from(self.relation.database.clone()),
            "schema" => Value::from(self.relation.schema.clone()),
            "execute" => Value::from(false),
            "function" => self.function(),
            "graph" => empty_dict(),
            "metric" if self.node.is_none() => self.metric(),
            "model" => node::model(self.node.as_deref()),
            "ref" => self.reference(),
            "source" => self.source(),
            "this" => library::relation(self.relation.clone()),
            "compiled_code" | "sql" => Value::from(()),
            "load_result" => constant("load_result", Value::from(())),
            "load_agate_table" => constant("load_agate_table", Value::from(())),
            "write" | "store_result" | "store_raw_result" | "submit_python_job" => {
                constant("nothing", Value::from(""))
            }
            _ => {
                let node = self.node.as_deref();
                return node::get(name, node, &self.project, &self.package, false);
            }
        })
    }

    fn names(&self) -> Vec<String> {
        node::names(&self.extra)
    }

    fn macro_called(&self, unique_id: &str, depth: usize) {
        if depth == 0 {
            lock(&self.noted.macros).insert(unique_id.to_owned());
        }
    }
}
