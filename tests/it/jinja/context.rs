//! The project, the database and the context of the corpus: those of a macro that `run-operation`
//! runs.

use std::sync::{Arc, Mutex, OnceLock, RwLock};

use dsql::adapters::agate::{Seed, SeedError};
use dsql::adapters::duckdb::{Credentials, DuckDb};
use dsql::adapters::{Adapter, Relation, RelationCache};
use dsql::diagnostics::Diagnostic;
use dsql::events::Silent;
use dsql::jinja::context::{Base, Exists, Operation, Project, RunContext, Session, Target};
use dsql::jinja::python::{Dict, repr};
use dsql::jinja::{
    BlockKind, Engine, Error, ErrorKind, MacroSet, MacroSettings, Origin, Template, Value, blocks,
};
use dsql::nodes::{Macro, Node, RefArgs};
use dsql::system::{MemorySystem, System};
use dsql::text::{FileId, Location};
use indexmap::IndexMap;
use serde_json::json;

use super::case::Case;
use crate::support::data_files;

type Macros = IndexMap<Arc<str>, Arc<Macro>>;

/// Renders a case; native ones give Python's `repr` of the value.
pub fn render(case: &Case, native: bool) -> Result<String, String> {
    let world = World::get();
    let mut macros = world.macros.clone();
    for (at, (package, text)) in case.macros.iter().enumerate() {
        let package = if package.is_empty() {
            "corpus"
        } else {
            package
        };
        add_macros(&mut macros, package, text, FileId(at as u32 + 1))?;
    }
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let settings = MacroSettings {
        root: "corpus".to_owned(),
        projects: names(&["corpus", "shelf", "dbt", "dbt_duckdb"]),
        internal: names(&["dbt_duckdb", "dbt"]),
        adapter_types: names(&["duckdb"]),
        ..MacroSettings::default()
    };
    let engine = Engine::new(MacroSet::new(&macros, settings));
    let connection = world
        .adapter
        .connect("case")
        .map_err(|error| error.to_string())?;
    let session = Session {
        engine: engine.clone(),
        project: world.project.clone(),
        adapter: world.adapter.clone(),
        cache: Arc::new(RelationCache::default()),
        operation: Arc::new(Nothing),
        connection: Arc::new(Mutex::new(connection)),
        usage: Mutex::default(),
        gate: Mutex::default(),
        asked: Arc::default(),
    };
    let context = RunContext::new(Arc::new(session), None, "corpus".into());
    let template = Template {
        name: &case.name,
        text: &case.template,
        origin: Origin::Verbatim {
            file: FileId(0),
            offset: 0,
        },
    };
    match native {
        true => engine
            .evaluate(template, &context.scope())
            .map(|value| repr(&value)),
        false => engine
            .render(template, &context.scope())
            .map(|rendered| rendered.text),
    }
    .map_err(|error| format!("{error} at {:?} {:?}", error.location(), error.help()))
}

/// What all cases share.
struct World {
    project: Arc<Project>,
    adapter: Arc<dyn Adapter>,
    macros: Macros,
}

impl World {
    fn get() -> &'static Self {
        static WORLD: OnceLock<World> = OnceLock::new();
        WORLD.get_or_init(|| Self {
            project: Arc::new(project()),
            adapter: Arc::new(DuckDb::new(Credentials::of_path(":memory:"))),
            macros: built_in(),
        })
    }
}

fn project() -> Project {
    let variables = json!({
        "number": 3, "text": "plain", "template": "{{ 1 + 1 }}", "list": [1, "two", 3.0],
        "dict": {"a": 1, "b": {"c": "x"}}, "flag": true, "nothing": null, "quoted": "it's",
    });
    let system = MemorySystem::default()
        .with_env("CASE_ENV", "from the environment")
        .with_env("CASE_ENV_EMPTY", "")
        .with_env("CASE_ENV_NUMBER", "42")
        .with_time("2026-01-02T03:04:05.678901Z".parse().expect("a time"));
    let base = Base {
        started_at: system.now(),
        system: Arc::new(system),
        sink: Arc::new(Silent),
        warnings: Default::default(),
        flags: json!({
            "FULL_REFRESH": false, "STORE_FAILURES": false, "USE_COLORS": true, "EMPTY": null,
        }),
        invocation_args: json!({"which": "run-operation"}),
        invocation_id: "00000000-0000-4000-8000-000000000000".into(),
        consulted: Arc::default(),
    };
    Project {
        base: Arc::new(base),
        name: "corpus".to_owned(),
        settings: Default::default(),
        variables: Box::new(move |_, name| variables.get(name).cloned()),
        target: json!({
            "profile_name": "corpus", "name": "dev", "target_name": "dev", "type": "duckdb", "threads": 1,
            "database": "memory", "schema": "main", "path": ":memory:",
        }),
        query_comment: Default::default(),
        dbt_version: "1.11.0",
        metadata_envs: json!({}),
        default_database: "memory".to_owned(),
        default_schema: "main".to_owned(),
        quoting: dsql::adapters::Quoting::default(),
        adapter: Arc::new(DuckDb::new(Credentials::of_path(":memory:"))),
        selected: RwLock::default(),
    }
}

fn built_in() -> Macros {
    let mut macros = Macros::new();
    for path in data_files::list("templates/macros", "sql") {
        let text = std::fs::read_to_string(&path).expect("a readable file");
        let below = path.strip_prefix(data_files::root().join("templates/macros"));
        let is_global = below.is_ok_and(|path| path.starts_with("global"));
        let package = if is_global { "dbt" } else { "dbt_duckdb" };
        add_macros(&mut macros, package, &text, FileId(99)).expect("macros that can be read");
    }
    macros
}

fn add_macros(macros: &mut Macros, package: &str, text: &str, file: FileId) -> Result<(), String> {
    let kinds = [
        BlockKind::Macro,
        BlockKind::Test,
        BlockKind::Materialization,
    ];
    let (found, findings) = blocks(file, text, &kinds);
    if let Some(finding) = findings.first() {
        return Err(finding.message.clone());
    }
    for block in found {
        let unique_id: Arc<str> = format!("macro.{package}.{}", block.name).into();
        let node = Macro {
            unique_id: unique_id.clone(),
            name: block.name,
            package_name: package.to_owned(),
            path: "macros/case.sql".to_owned(),
            original_file_path: "macros/case.sql".to_owned(),
            macro_sql: text[block.span.range()].into(),
            location: Location::new(file, block.span),
            depends_on: Vec::new(),
            description: String::new(),
            meta: Default::default(),
            docs: Default::default(),
            arguments: Vec::new(),
            patch_path: None,
            supported_languages: block.languages,
            config: Default::default(),
            created_at: 0.0,
        };
        macros.insert(unique_id, Arc::new(node));
    }
    Ok(())
}

/// A project without nodes.
struct Nothing;

impl Operation for Nothing {
    fn reference(
        &self,
        _: &str,
        _: Option<&Node>,
        args: &RefArgs,
        _: Exists<'_>,
    ) -> Result<Target, Error> {
        Err(absent(&args.name))
    }

    fn deferred(&self, _: &Node) -> Option<Relation> {
        None
    }

    fn source(&self, _: &str, _: Option<&Node>, _: &str, table: &str) -> Result<Target, Error> {
        Err(absent(table))
    }

    fn function(
        &self,
        _: &str,
        _: Option<&Node>,
        _: Option<&str>,
        name: &str,
    ) -> Result<Relation, Error> {
        Err(absent(name))
    }

    fn graph(&self) -> Value {
        const KEYS: [&str; 8] = [
            "exposures",
            "functions",
            "groups",
            "metrics",
            "nodes",
            "saved_queries",
            "semantic_models",
            "sources",
        ];
        let empty = || Value::from_object(Dict::default());
        Dict::value(KEYS.map(|key| (key, empty())))
    }

    fn write(&self, _: &Node, _: &str) -> Result<(), Error> {
        Ok(())
    }

    fn written(&self, _: &Node) -> Option<String> {
        None
    }

    fn seed(&self, node: &Node) -> Result<Seed, SeedError> {
        Err(SeedError {
            message: absent(&node.name).to_string(),
            findings: Vec::new(),
        })
    }

    fn explain_seed(&self, _: &Node, _: &dyn Adapter, _: &str) -> Vec<Diagnostic> {
        Vec::new()
    }
}

fn absent(name: &str) -> Error {
    Error::new(ErrorKind::InvalidOperation, format!("there is no {name}"))
}
