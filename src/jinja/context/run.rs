//! The context in which a node is compiled and run, and in which operations run.

use crate::jinja::library;
use crate::jinja::library::arguments::bind;
use crate::jinja::library::object::{function, function_with_attributes};
use crate::jinja::python::text;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};

use super::adapter::{exists, run_adapter};
use super::calls;
use super::config::run_config_value;
use super::node;
use super::project::Project;
use super::python_job::python_job;
use super::results::{self, Results, StoredResult};
use super::runtime_config::resolver_attribute;
use crate::adapters::agate::{Seed, SeedError};
use crate::adapters::{Adapter, AdapterError, Connection, Quoting, Relation, RelationCache};
use crate::diagnostics::Diagnostic;
use crate::events::Event;
use crate::jinja::{Engine, Error, Globals, RenderError, Scope, Value};
use crate::nodes::{Node, RefArgs, Resource, Source, UniqueId};
use indexmap::IndexSet;
use serde_json::Value as Json;

/// What `ref()` leads to.
#[derive(Debug, Clone)]
pub enum Target {
    /// A relation.
    Relation(Relation),
    /// An ephemeral model, which goes in front of the query.
    Ephemeral(UniqueId, Relation),
}

impl Target {
    /// Makes the relation that a template sees; what goes in front of the query is noted.
    fn note(self, ctes: &Mutex<IndexSet<UniqueId>>) -> Value {
        let relation = match self {
            Self::Relation(relation) => relation,
            Self::Ephemeral(id, relation) => {
                let mut ctes = ctes.lock().unwrap_or_else(PoisonError::into_inner);
                ctes.insert(id);
                relation
            }
        };
        library::relation(relation)
    }
}

/// Tells whether a relation is there.
pub type Exists<'a> = &'a dyn Fn(&Relation) -> Result<bool, Error>;

/// What running needs of the project beyond the database; implemented where the graph is known.
pub trait Operation: Send + Sync {
    /// Resolves a `ref()`. `node` is none for operations.
    fn reference(
        &self,
        package: &str,
        node: Option<&Node>,
        args: &RefArgs,
        exists: Exists<'_>,
    ) -> Result<Target, Error>;
    /// Resolves a `source()`.
    fn source(
        &self,
        package: &str,
        node: Option<&Node>,
        source: &str,
        table: &str,
    ) -> Result<Target, Error>;
    /// Resolves a `function()`.
    fn function(
        &self,
        own: &str,
        node: Option<&Node>,
        package: Option<&str>,
        name: &str,
    ) -> Result<Relation, Error>;
    /// Returns the relation of a node in another state of the project.
    fn deferred(&self, node: &Node) -> Option<Relation>;
    /// The `graph` variable.
    fn graph(&self) -> Value;
    /// Writes what a node runs to `target/run`.
    fn write(&self, node: &Node, payload: &str) -> Result<(), Error>;
    /// Returns the path that was written for a node.
    fn written(&self, node: &Node) -> Option<String>;
    /// Reads a seed's file.
    fn seed(&self, node: &Node) -> Result<Seed, SeedError>;
    /// Finds the places in a seed's file that made loading it fail with `message`.
    fn explain_seed(&self, node: &Node, adapter: &dyn Adapter, message: &str) -> Vec<Diagnostic>;
}

/// What one worker has: a connection, and everything shared.
pub struct Session {
    /// Templates and macros.
    pub engine: Engine,
    /// Facts of the invocation.
    pub project: Arc<Project>,
    /// The engine behind the connection.
    pub adapter: Arc<dyn Adapter>,
    /// Relations known to exist.
    pub cache: Arc<RelationCache>,
    /// The graph.
    pub operation: Arc<dyn Operation>,
    /// The worker's connection.
    pub connection: Arc<Mutex<Box<dyn Connection>>>,
    /// What the connection is used for.
    pub usage: Mutex<Usage>,
    /// What stands before the commit of a node's transaction.
    pub gate: Mutex<Option<Arc<dyn Gate>>>,
    /// What templates have asked the database: names of relations, none for rows and columns.
    pub asked: Arc<Mutex<Vec<Option<String>>>>,
}

/// Stands before a commit.
pub trait Gate: Send + Sync {
    /// Looks at what the open transaction holds. An error ends the node; otherwise tells whether to
    /// commit, or to go on with the transaction open.
    fn pass(&self, session: &Arc<Session>) -> Result<bool, Error>;
    /// Commits what is only to be renamed before the commit that it stands before, and goes on in another
    /// transaction; or leaves all in one. Tells which.
    fn stage(&self, _session: &Session, _relation: &Relation) -> Result<bool, AdapterError> {
        Ok(false)
    }
}

/// What a connection is used for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Usage {
    /// The node's unique id, or `master`.
    pub name: String,
    /// The comment that goes with queries.
    pub comment: String,
}

impl Session {
    /// Takes the connection.
    pub fn connection(&self) -> MutexGuard<'_, Box<dyn Connection>> {
        self.connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes a session over the same connection in which references mean something else.
    pub fn with_operation(&self, operation: Arc<dyn Operation>) -> Arc<Self> {
        Arc::new(Self {
            engine: self.engine.clone(),
            project: self.project.clone(),
            adapter: self.adapter.clone(),
            cache: self.cache.clone(),
            operation,
            connection: self.connection.clone(),
            usage: Mutex::new(self.usage().clone()),
            gate: Mutex::default(),
            asked: self.asked.clone(),
        })
    }

    /// Notes that a template asks the database for rows and columns, or whether a relation of some name is there.
    pub(super) fn ask(&self, relation: Option<&str>) {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked.push(relation.map(str::to_lowercase));
    }

    /// Does something whose own questions to the database do not count.
    pub(super) fn unasked<T>(&self, act: impl FnOnce() -> T) -> T {
        let count = || {
            self.asked
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .len()
        };
        let before = count();
        let done = act();
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked.truncate(before);
        done
    }

    /// Tells whether templates have asked the database for anything but the relation of a node since the last time, and
    /// whether for that.
    pub fn take_asked(&self, node: &Node) -> (bool, bool) {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let own = node.alias.to_lowercase();
        let is_own = |it: &Option<String>| it.as_ref() == Some(&own);
        let asked = std::mem::take(&mut *asked);
        (!asked.iter().all(is_own), asked.iter().any(is_own))
    }

    /// Puts something before the commits to come, or takes it away.
    pub fn put_before_commit(&self, gate: Option<Arc<dyn Gate>>) {
        *self.gate.lock().unwrap_or_else(PoisonError::into_inner) = gate;
    }

    /// Commits a relation that is to be renamed later, if what stands before the commit wants that.
    pub(super) fn stage(&self, relation: &Relation) -> Result<bool, AdapterError> {
        let gate = self.gate.lock();
        let gate = gate.unwrap_or_else(PoisonError::into_inner).clone();
        match gate {
            Some(gate) if self.connection().in_transaction() => gate.stage(self, relation),
            _ => Ok(false),
        }
    }

    /// Tells whether a transaction that a template wants to commit is to be committed.
    pub(super) fn may_commit(self: &Arc<Self>) -> Result<bool, Error> {
        let gate = self
            .gate
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        match gate {
            Some(gate) if self.connection().in_transaction() => gate.pass(self),
            _ => Ok(true),
        }
    }

    /// Names the connection and what it works on, which queries then tell in their comment.
    pub fn take_up(
        self: &Arc<Self>,
        name: &str,
        node: Option<Resource<'_>>,
    ) -> Result<(), RenderError> {
        let usage = |comment: String| Usage {
            name: name.to_owned(),
            comment,
        };
        // Queries of the comment's own template go without.
        *self.usage() = usage(String::new());
        let comment = self.project.query_comment.render(self, name, node)?;
        *self.usage() = usage(comment);
        Ok(())
    }

    /// Returns what the connection is used for.
    pub(super) fn usage(&self) -> MutexGuard<'_, Usage> {
        self.usage.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds the comment to a query.
    pub fn commented(&self, sql: &str) -> String {
        let comment = self.usage().comment.clone();
        self.project.query_comment.add(&comment, sql)
    }

    /// Makes the scope in which the program calls macros that belong to no node.
    pub fn macro_scope(self: &Arc<Self>) -> Scope {
        let package = Arc::from(self.project.name.as_str());
        RunContext::new(self.clone(), None, package).scope()
    }
}

/// Names of one context over those that every node sees.
#[derive(Debug, Clone, Default)]
pub struct Names {
    /// Values by name.
    pub values: Vec<(String, Value)>,
    /// What stands in for macros: the package, where it is named, the macro and the value.
    pub stand_ins: Vec<(Option<String>, String, Value)>,
    /// Ephemeral models that go in front of the query even if no template names them.
    pub ctes: Vec<UniqueId>,
}

/// Names for a node that is compiled or run, or for an operation.
pub struct RunContext {
    session: Arc<Session>,
    node: Option<Arc<Node>>,
    package: Arc<str>,
    results: Arc<Results>,
    ctes: Arc<Mutex<IndexSet<UniqueId>>>,
    macros: Mutex<IndexSet<(String, usize)>>,
    names: Names,
    model: OnceLock<Value>,
    /// The context itself, for functions that render or call macros in it.
    this: Weak<Self>,
}

impl RunContext {
    /// Makes a context for a node, or for an operation of `package`.
    pub fn new(session: Arc<Session>, node: Option<Arc<Node>>, package: Arc<str>) -> Arc<Self> {
        Self::with_names(session, node, package, Names::default())
    }

    /// Makes a context with further names.
    pub fn with_names(
        session: Arc<Session>,
        node: Option<Arc<Node>>,
        package: Arc<str>,
        names: Names,
    ) -> Arc<Self> {
        let ctes = names.ctes.iter().cloned().collect();
        Arc::new_cyclic(|this| Self {
            session,
            node,
            package,
            results: Arc::default(),
            ctes: Arc::new(Mutex::new(ctes)),
            macros: Mutex::default(),
            names,
            model: OnceLock::new(),
            this: this.clone(),
        })
    }

    /// Returns the scope for rendering in this context.
    pub fn scope(self: &Arc<Self>) -> Scope {
        Scope {
            package: self.package.clone(),
            globals: self.clone(),
            lenient: false,
        }
    }

    /// Returns what the statement `main` found.
    pub fn main_result(&self) -> Option<StoredResult> {
        self.results.main()
    }

    /// Returns the ephemeral models that the template named, in order.
    pub fn ephemeral(&self) -> Vec<UniqueId> {
        self.ctes
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .iter()
            .cloned()
            .collect()
    }

    /// Returns the macros that were called from the template itself, in order.
    pub fn macros(&self) -> Vec<String> {
        self.macros_at(0)
    }

    /// Returns the macros that were called from inside of `depth` others, in order.
    pub fn macros_at(&self, depth: usize) -> Vec<String> {
        let macros = self.macros.lock().unwrap_or_else(PoisonError::into_inner);
        let found = macros.iter().filter(|(_, at)| *at == depth);
        found.map(|(id, _)| id.clone()).collect()
    }

    /// Returns the node.
    pub(super) fn node(&self) -> Option<&Arc<Node>> {
        self.node.as_ref()
    }

    /// Returns the worker's session.
    pub(super) fn session(&self) -> &Arc<Session> {
        &self.session
    }

    fn reference(&self) -> Value {
        let (session, node, package) = (
            self.session.clone(),
            self.node.clone(),
            self.package.clone(),
        );
        let (ctes, this) = (self.ctes.clone(), self.this.clone());
        let project = self.session.project.clone();
        let attribute = move |name: &str| resolver_attribute(&project, name);
        function_with_attributes("ref", attribute, move |_, args| {
            let args = calls::reference(args)?;
            let operation = &session.operation;
            let exists = |relation: &Relation| match this.upgrade() {
                Some(context) => exists(context, relation),
                None => Ok(true),
            };
            let target = operation.reference(&package, node.as_deref(), &args, &exists)?;
            Ok(target.note(&ctes))
        })
    }

    fn source(&self) -> Value {
        let (session, node, package) = (
            self.session.clone(),
            self.node.clone(),
            self.package.clone(),
        );
        let ctes = self.ctes.clone();
        let project = self.session.project.clone();
        let attribute = move |name: &str| resolver_attribute(&project, name);
        function_with_attributes("source", attribute, move |_, args| {
            let (source, table) = calls::source(args)?;
            let operation = &session.operation;
            let target = operation.source(&package, node.as_deref(), &source, &table)?;
            Ok(target.note(&ctes))
        })
    }

    fn function(&self) -> Value {
        let (session, node, own) = (
            self.session.clone(),
            self.node.clone(),
            self.package.clone(),
        );
        function("function", move |_, args| {
            let (package, name) = calls::function(args)?;
            let operation = &session.operation;
            let found = operation.function(&own, node.as_deref(), package.as_deref(), &name)?;
            Ok(library::relation(found))
        })
    }

    fn this_relation(&self) -> Option<Value> {
        let node = self.node.as_ref()?;
        if node.resource_type == crate::nodes::ResourceType::Operation {
            return Some(Value::from(()));
        }
        let relation = node_relation(node, self.session.project.quoting);
        Some(library::relation(relation))
    }

    fn write(&self) -> Value {
        let (session, node) = (self.session.clone(), self.node.clone());
        function("write", move |_, args| {
            let [payload] = bind("write", ["payload"], 1, args)?;
            if let Some(node) = &node {
                session
                    .operation
                    .write(node, &text(&payload.unwrap_or_default()))?;
            }
            Ok(Value::from(""))
        })
    }

    fn load_agate_table(&self) -> Value {
        let (session, node) = (self.session.clone(), self.node.clone());
        function("load_agate_table", move |_, _| {
            let node = node
                .as_ref()
                .ok_or_else(|| calls::compilation_error("can only load_agate_table for seeds"))?;
            let seed = session.operation.seed(node).map_err(|error| {
                Error::new(minijinja::ErrorKind::InvalidOperation, error.to_string())
                    .with_source(error)
            })?;
            for warning in &seed.warnings {
                let finding = Arc::new(warning.clone());
                session.project.base.sink.emit(Event::Finding(finding));
            }
            Ok(library::agate_table(seed.table().clone()))
        })
    }

    fn model(&self) -> Value {
        let make = || node::model(self.node.as_deref());
        self.model.get_or_init(make).clone()
    }

    fn deferred(&self) -> Option<Relation> {
        self.session.operation.deferred(self.node.as_ref()?)
    }

    fn compiled(&self) -> Value {
        let compiled = self.node.as_ref().and_then(|node| node.compiled.as_deref());
        Value::from(compiled.map(|compiled| compiled.code.as_str()))
    }
}

/// Makes the relation of a node.
pub fn node_relation(node: &Node, quoting: Quoting) -> Relation {
    let (schema, alias) = (Some(node.schema.as_str()), Some(node.alias.as_str()));
    // The key `quoting` of a node's configuration changes nothing in dbt.
    Relation::new(node.database.as_deref(), schema, alias).written(quoting)
}

/// Makes the relation of a source's table: the quoting of table or source goes over the project's.
pub fn source_relation(source: &Source, quoting: Quoting) -> Relation {
    let mut relation = Relation::new(
        source.database.as_deref(),
        Some(&source.schema),
        Some(&source.identifier),
    )
    .written(quoting);
    for (at, key) in ["database", "schema", "identifier"].into_iter().enumerate() {
        let own = source.quoting.get(key).and_then(Json::as_bool);
        relation.quote[at] = own.unwrap_or(quoting.quote[at]);
    }
    relation
}

impl Globals for RunContext {
    fn get(&self, name: &str) -> Option<Value> {
        let mut values = self.names.values.iter();
        if let Some((_, value)) = values.find(|(known, _)| known == name) {
            return Some(value.clone());
        }
        let project = &self.session.project;
        Some(match name {
            "adapter" => run_adapter(self.this.upgrade()?),
            "compiled_code" | "sql" => self.compiled(),
            "config" => match &self.node {
                Some(node) => run_config_value(node.clone()),
                None => return None,
            },
            "database" => {
                let own = self.node.as_ref().and_then(|node| node.database.as_deref());
                Value::from(own.unwrap_or(&project.default_database))
            }
            "schema" => {
                let own = self.node.as_ref().map(|node| node.schema.as_str());
                Value::from(own.unwrap_or(&project.default_schema))
            }
            "defer_relation" => match self.deferred() {
                Some(relation) => library::relation(relation),
                None => Value::from(()),
            },
            "execute" => Value::from(true),
            "submit_python_job" => python_job(self.this.upgrade()?),
            "function" => self.function(),
            "graph" => self.session.operation.graph(),
            "load_agate_table" => self.load_agate_table(),
            "load_result" => results::load_result(self.results.clone()),
            "store_result" => results::store_result(self.results.clone()),
            "store_raw_result" => results::store_raw_result(self.results.clone()),
            "model" => self.model(),
            "ref" => self.reference(),
            "source" => self.source(),
            "this" => self.this_relation()?,
            "write" => self.write(),
            _ => {
                let node = self.node.as_deref();
                return node::get(name, node, project, &self.package, true);
            }
        })
    }

    fn names(&self) -> Vec<String> {
        node::names(&self.names.values)
    }

    fn stand_in(&self, package: Option<&str>, name: &str) -> Option<Value> {
        let mut stand_ins = self.names.stand_ins.iter();
        let found = stand_ins.find(|it| it.0.as_deref() == package && it.1 == name);
        found.map(|(.., value)| value.clone())
    }

    fn macro_called(&self, unique_id: &str, depth: usize) {
        if depth <= 1 {
            let mut macros = self.macros.lock().unwrap_or_else(PoisonError::into_inner);
            macros.insert((unique_id.to_owned(), depth));
        }
    }
}
