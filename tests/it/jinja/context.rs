//! The project and the context of the corpus.

use std::sync::Arc;

use dsql::jinja::python::{Dict, List, repr};
use dsql::jinja::{
    BlockKind, Engine, Error, ErrorKind, Globals, MacroSet, MacroSettings, Object, Origin, Scope,
    Session, State, Template, Value, blocks,
};
use dsql::nodes::Macro;
use dsql::text::{FileId, Location};
use indexmap::IndexMap;

use super::case::Case;

/// Renders a case; native ones give Python's `repr` of the value.
pub fn render(case: &Case, native: bool) -> Result<String, String> {
    let mut macros = IndexMap::new();
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
    let scope = Scope {
        package: "corpus".into(),
        globals: Arc::new(Corpus),
        lenient: false,
    };
    let template = Template {
        name: &case.name,
        text: &case.template,
        origin: Origin::Verbatim {
            file: FileId(0),
            offset: 0,
        },
    };
    match native {
        true => engine.evaluate(template, &scope).map(|value| repr(&value)),
        false => engine
            .render(template, &scope)
            .map(|rendered| rendered.text),
    }
    .map_err(|error| format!("{error} at {:?} {:?}", error.location(), error.help()))
}

fn add_macros(
    macros: &mut IndexMap<Arc<str>, Arc<Macro>>,
    package: &str,
    text: &str,
    file: FileId,
) -> Result<(), String> {
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

struct Corpus;

impl Globals for Corpus {
    fn get(&self, name: &str) -> Option<Value> {
        let text = |text: &str| Value::from(text);
        Some(match name {
            "execute" => Value::from(true),
            "dbt_version" => text("1.11.0"),
            "target" => Dict::value([
                ("name", text("dev")),
                ("schema", text("main")),
                ("type", text("duckdb")),
            ]),
            "adapter" => Value::from_object(Adapter),
            "var" => Value::from_function(var),
            "env_var" => Value::from_function(|name: String| match name.as_str() {
                "CASE_ENV" => Ok("from the environment"),
                "CASE_ENV_EMPTY" => Ok(""),
                "CASE_ENV_NUMBER" => Ok("42"),
                _ => Err(Error::new(ErrorKind::InvalidOperation, "no such variable")),
            }),
            "log" | "print" => Value::from_function(|_: minijinja::value::Rest<Value>| ""),
            "ref" | "source" => Value::from_function(|_: minijinja::value::Rest<Value>| ""),
            _ => return None,
        })
    }

    fn names(&self) -> Vec<String> {
        [
            "execute",
            "dbt_version",
            "target",
            "adapter",
            "var",
            "env_var",
            "log",
            "print",
            "ref",
            "source",
        ]
        .map(str::to_owned)
        .to_vec()
    }
}

fn var(name: String, default: Option<Value>) -> Result<Value, Error> {
    let text = |text: &str| Value::from(text);
    Ok(match name.as_str() {
        "number" => Value::from(3),
        "text" => text("plain"),
        "template" => text("2"),
        "list" => List::value([Value::from(1), text("two"), Value::from(3.0)]),
        "dict" => Dict::value([
            ("a", Value::from(1)),
            ("b", Dict::value([("c", text("x"))])),
        ]),
        "flag" => Value::from(true),
        "nothing" => Value::from(()),
        "quoted" => text("it's"),
        _ => return default.ok_or_else(|| Error::new(ErrorKind::InvalidOperation, "no such var")),
    })
}

#[derive(Debug)]
struct Adapter;

impl Object for Adapter {
    fn repr(self: &Arc<Self>) -> minijinja::value::ObjectRepr {
        minijinja::value::ObjectRepr::Plain
    }

    fn call_method(
        self: &Arc<Self>,
        state: &mut State<'_, '_>,
        method: &str,
        args: &[Value],
    ) -> Result<Value, Error> {
        match method {
            "dispatch" => {
                let (name, namespace, kwargs): (String, Option<String>, minijinja::value::Kwargs) =
                    minijinja::value::from_args(args)?;
                let named: Option<String> = kwargs.get("macro_namespace")?;
                kwargs.assert_all_used()?;
                let session = Session::of(state).expect("a session");
                session.dispatch(&name, namespace.or(named).as_deref())
            }
            _ => Err(Error::from(ErrorKind::UnknownMethod)),
        }
    }
}
