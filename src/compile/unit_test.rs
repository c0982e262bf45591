//! A unit test as a node: the template of the tested model over rows in place of what it reads.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use serde_json::{Value as Json, json};

use super::resolver::{cte_relation, not_found, unforeseen};
use super::{CompileError, Compiler, EPHEMERAL_PREFIX, NodeFiles};
use crate::adapters::agate::{Seed, SeedError};
use crate::adapters::{Adapter, Relation};
use crate::diagnostics::{Code, Diagnostic, did_you_mean};
use crate::graph::{Found, GraphOptions, Lookup};
use crate::jinja::context::{Exists, Names, Operation, Session, Target, from_json, overrides};
use crate::jinja::{Error, Value, python};
use crate::nodes::{
    Checksum, Config, DependsOn, Details, FixtureRows, InputTarget, Node, RefArgs, ResourceType,
    Resources, UniqueId, UnitTest, UnitTestInput,
};
use crate::project::config::defaults;

/// Makes the node that runs a unit test of a model.
pub fn unit_test_node(test: &UnitTest, model: &Node) -> Node {
    let (rows, query) = match &test.expect.rows {
        FixtureRows::Rows(rows) => (json!(rows), Json::Null),
        FixtureRows::Query(query) => (json!([]), json!(query)),
    };
    let mut config = crate::nodes::Dict::new();
    config.insert("materialized".to_owned(), json!("unit"));
    config.insert("expected_rows".to_owned(), rows);
    config.insert("expected_sql".to_owned(), query);
    let file = &test.original_file_path;
    let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
    let name = test.versioned_name();
    Node {
        resource_type: ResourceType::UnitTest,
        unique_id: test.unique_id.clone(),
        path: format!("{folder}/{name}.sql"),
        original_file_path: file.clone(),
        fqn: test.unique_id.split('.').map(str::to_owned).collect(),
        alias: name.clone(),
        name,
        package_name: test.package_name.clone(),
        config: Config::new(config, defaults(ResourceType::Analysis)),
        patch_location: Some(test.location),
        details: Details::UnitTest,
        ..bare(model)
    }
}

/// What is left of a node when it serves a unit test: where its relation is, and its template.
fn bare(node: &Node) -> Node {
    Node {
        relation_name: None,
        checksum: Checksum {
            name: "none",
            checksum: String::new(),
        },
        unrendered_config: crate::nodes::Dict::new(),
        tags: Vec::new(),
        description: String::new(),
        doc_blocks: Vec::new(),
        columns: indexmap::IndexMap::new(),
        meta: crate::nodes::Dict::new(),
        group: None,
        group_location: None,
        patch_path: None,
        depends_on: DependsOn::default(),
        compiled: None,
        ..node.clone()
    }
}

impl Compiler {
    /// Compiles a unit test: its node, as [`unit_test_node`] makes it, over the given inputs.
    pub fn compile_unit_test(
        &self,
        test: &UnitTest,
        node: &Arc<Node>,
        session: &Arc<Session>,
    ) -> Result<Arc<Node>, CompileError> {
        let inputs = Inputs::new(test, &self.resources, session)?;
        let package: Arc<str> = test.package_name.as_str().into();
        let mut names = match &test.overrides {
            Some(it) => overrides(it, &package, session),
            None => Names::default(),
        };
        names.values.push(("this".to_owned(), inputs.this()));
        names.ctes.extend(inputs.this.clone());
        let compiler = Self {
            inject: true,
            resources: inputs.resources.clone(),
            system: self.system.clone(),
            project_root: self.project_root.clone(),
            target: self.target.clone(),
            write: self.write,
            files: NodeFiles::default(),
            ephemeral: Mutex::default(),
        };
        let session = session.with_operation(Arc::new(inputs));
        compiler.compile(node, &session, names)
    }
}

/// What references mean inside of a unit test: its inputs, each an ephemeral model.
struct Inputs {
    resources: Arc<Resources>,
    lookup: Lookup,
    sources: HashMap<(String, String), UniqueId>,
    /// The input that stands for the tested model.
    this: Option<UniqueId>,
    /// The nodes that inputs stand for.
    deferrable: Vec<Arc<Node>>,
    outside: Arc<dyn Operation>,
}

impl Inputs {
    fn new(test: &UnitTest, all: &Resources, session: &Session) -> Result<Self, CompileError> {
        let mut resources = Resources::default();
        let mut sources = HashMap::new();
        let mut this = None;
        let mut deferrable = Vec::new();
        for input in &test.given {
            let node = input_node(test, input, all)?;
            let original = input.node.as_ref().and_then(|id| all.nodes.get(id));
            deferrable.extend(original.cloned());
            let id = node.unique_id.clone();
            if let InputTarget::Source(source, table) = &input.target {
                sources.insert((source.clone(), table.clone()), id.clone());
            }
            if input.node.as_ref() == test.tested() {
                this = Some(id.clone());
            }
            resources.nodes.insert(id, Arc::new(node));
        }
        let options = GraphOptions {
            root_package: session.project.name.clone(),
            node_package_first: false,
            ..GraphOptions::default()
        };
        Ok(Self {
            lookup: Lookup::new(&resources, &options),
            resources: Arc::new(resources),
            sources,
            this,
            deferrable,
            outside: session.operation.clone(),
        })
    }

    /// dbt gives the name of the input as a text.
    fn this(&self) -> Value {
        let this = self
            .this
            .as_ref()
            .and_then(|id| self.resources.nodes.get(id));
        match this {
            Some(node) => Value::from(format!("{EPHEMERAL_PREFIX}{}", node.cte_name())),
            None => Value::from(()),
        }
    }

    fn target(&self, id: &UniqueId, node: Option<&Node>) -> Option<Target> {
        let input = self.resources.nodes.get(id)?;
        // Rows of one input do not come from another.
        let made = node.is_some_and(|it| it.resource_type != ResourceType::UnitTest);
        (!made).then(|| Target::Ephemeral(id.clone(), cte_relation(input)))
    }
}

impl Operation for Inputs {
    fn reference(
        &self,
        package: &str,
        node: Option<&Node>,
        args: &RefArgs,
        _exists: Exists<'_>,
    ) -> Result<Target, Error> {
        let Found::One(id) = self.lookup.reference(args, package) else {
            let package = args.package.as_deref();
            return Err(not_found(
                node,
                "node",
                &args.name,
                package,
                "was not found",
            ));
        };
        self.target(&id, node).ok_or_else(|| match node {
            Some(node) => unforeseen(node, args),
            None => not_found(None, "node", &args.name, None, "was not found"),
        })
    }

    fn source(
        &self,
        _package: &str,
        node: Option<&Node>,
        source: &str,
        table: &str,
    ) -> Result<Target, Error> {
        let found = self.sources.get(&(source.to_owned(), table.to_owned()));
        let target = found.and_then(|id| self.target(id, node));
        target.ok_or_else(|| {
            let name = format!("{source}.{table}");
            not_found(node, "source", &name, None, "was not found")
        })
    }

    fn function(
        &self,
        own: &str,
        node: Option<&Node>,
        package: Option<&str>,
        name: &str,
    ) -> Result<Relation, Error> {
        self.outside.function(own, node, package, name)
    }

    fn deferred(&self, node: &Node) -> Option<Relation> {
        let name = |it: &Node| (it.database.clone(), it.schema.clone(), it.alias.clone());
        // An input has the place of what it stands for.
        let original = self.deferrable.iter().find(|it| name(it) == name(node))?;
        self.outside.deferred(original)
    }

    fn graph(&self) -> Value {
        self.outside.graph()
    }

    fn write(&self, node: &Node, payload: &str) -> Result<(), Error> {
        self.outside.write(node, payload)
    }

    fn written(&self, node: &Node) -> Option<String> {
        self.outside.written(node)
    }

    fn seed(&self, node: &Node) -> Result<Seed, SeedError> {
        self.outside.seed(node)
    }

    fn explain_seed(&self, node: &Node, adapter: &dyn Adapter, message: &str) -> Vec<Diagnostic> {
        self.outside.explain_seed(node, adapter, message)
    }
}

/// Makes the ephemeral model that holds the rows of an input.
fn input_node(
    test: &UnitTest,
    input: &UnitTestInput,
    all: &Resources,
) -> Result<Node, CompileError> {
    let unknown = || CompileError::Input(Box::new(unknown(test, input, all)));
    let id = input.node.as_ref().ok_or_else(unknown)?;
    let tested = test.tested().and_then(|id| all.nodes.get(id));
    let template = tested.ok_or_else(unknown)?;
    let (raw_code, file) = (raw_code(&input.fixture.rows), &test.original_file_path);
    let (node, source) = (all.nodes.get(id), all.sources.get(id));
    let mut made = Node {
        resource_type: ResourceType::Model,
        original_file_path: file.clone(),
        config: Config::new(
            crate::nodes::Dict::from_iter([("materialized".to_owned(), json!("ephemeral"))]),
            defaults(ResourceType::Model),
        ),
        raw_code: raw_code.into(),
        location: input.fixture.location,
        patch_location: Some(input.fixture.location),
        language: "sql",
        ..bare(node.unwrap_or(template))
    };
    let mut cte = made.alias.clone();
    if let Some(source) = source {
        made.name.clone_from(&source.name);
        made.alias.clone_from(&source.identifier);
        made.database.clone_from(&source.database);
        made.schema.clone_from(&source.schema);
        made.fqn.clone_from(&source.fqn);
        made.package_name.clone_from(&source.package_name);
        cte = format!("{}__{}", source.source_name, source.name);
    }
    let last = if source.is_some() { &cte } else { &made.name };
    made.unique_id = format!("model.{}.{last}", made.package_name).into();
    made.path = format!("{}.sql", made.name);
    made.details = Details::UnitTestInput { cte };
    Ok(made)
}

fn raw_code(rows: &FixtureRows) -> String {
    match rows {
        FixtureRows::Query(query) => query.clone(),
        FixtureRows::Rows(rows) => {
            let rows = python::repr(&from_json(&json!(rows)));
            format!("{{{{ get_fixture_sql({rows}, None) }}}}")
        }
    }
}

fn unknown(test: &UnitTest, input: &UnitTestInput, all: &Resources) -> Diagnostic {
    let written = &input.input;
    let finding =
        |message: String| Diagnostic::error(Code::InvalidUnitTest, message).at(input.location);
    let missing = || {
        let name = &test.name;
        format!("Unit test '{name}' had an input ({written}) which was not found in the manifest.")
    };
    match &input.target {
        InputTarget::Reference(args) => {
            let refable = all
                .nodes
                .values()
                .filter(|it| it.resource_type.is_refable());
            let near = did_you_mean(&args.name, refable.map(|it| it.name.as_str()));
            finding(missing()).help(near.map_or_else(
                || "name a model, seed or snapshot that the tested model reads".to_owned(),
                |near| format!("did you mean `ref('{near}')`?"),
            ))
        }
        InputTarget::Source(..) => {
            finding(missing()).help("name a source that the tested model reads")
        }
        InputTarget::This | InputTarget::Unknown => finding(format!(
            "Unit test given inputs must be either a 'ref', 'source' or 'this' call. Got: \
             '{written}'."
        ))
        .help(format!("write `input: ref('{written}')`")),
    }
}
