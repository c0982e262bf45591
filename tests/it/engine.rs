//! What the engine does besides rendering: places of errors, source maps, macros as a program calls
//! them, phases, limits.

use std::sync::{Arc, Mutex};

use dsql::diagnostics::Severity;
use dsql::jinja::macros::StaticCall;
use dsql::jinja::python::{Dict, repr};
use dsql::jinja::{
    Arguments, BlockKind, Engine, Error, ErrorKind, Globals, MacroSet, MacroSettings, NoGlobals,
    Origin, RenderError, RenderErrorKind, Scope, Template, Value, blocks,
};
use dsql::nodes::Macro;
use dsql::text::{FileId, Location, Span};
use indexmap::IndexMap;

const TEMPLATE: FileId = FileId(0);

fn engine(packages: &[(&str, &str)]) -> Engine {
    let mut macros = IndexMap::new();
    for (at, (package, text)) in packages.iter().enumerate() {
        let file = FileId(at as u32 + 1);
        let kinds = [
            BlockKind::Macro,
            BlockKind::Test,
            BlockKind::Materialization,
        ];
        let (found, findings) = blocks(file, text, &kinds);
        assert_eq!(findings, []);
        for block in found {
            let unique_id: Arc<str> = format!("macro.{package}.{}", block.name).into();
            let node = Macro {
                unique_id: unique_id.clone(),
                name: block.name,
                package_name: (*package).to_owned(),
                path: String::new(),
                original_file_path: String::new(),
                macro_sql: text[block.span.range()].into(),
                location: Location::new(file, block.span),
                depends_on: Vec::new(),
                description: String::new(),
                meta: Default::default(),
                docs: Default::default(),
                arguments: Vec::new(),
                patch_path: None,
                supported_languages: None,
                config: Default::default(),
                created_at: 0.0,
            };
            macros.insert(unique_id, Arc::new(node));
        }
    }
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let settings = MacroSettings {
        root: "root".to_owned(),
        projects: names(&["root", "pkg", "dbt", "dbt_duckdb"]),
        internal: names(&["dbt_duckdb", "dbt"]),
        adapter_types: names(&["duckdb"]),
        ..MacroSettings::default()
    };
    Engine::new(MacroSet::new(&macros, settings))
}

fn scope() -> Scope {
    scope_with(Arc::new(NoGlobals))
}

fn scope_with(globals: Arc<dyn Globals>) -> Scope {
    Scope {
        package: "root".into(),
        globals,
        lenient: false,
    }
}

fn template(text: &str) -> Template<'_> {
    Template {
        name: "model",
        text,
        origin: Origin::Verbatim {
            file: TEMPLATE,
            offset: 0,
        },
    }
}

fn render(engine: &Engine, text: &str) -> Result<String, RenderError> {
    engine
        .render(template(text), &scope())
        .map(|rendered| rendered.text)
}

fn failure(text: &str) -> RenderError {
    render(&engine(&[]), text).unwrap_err()
}

/// The failing bytes are marked with `«»` in the template.
#[track_caller]
fn fails_at(marked: &str, message: &str) {
    let start = marked.find('«').expect("a mark");
    let end = marked.find('»').expect("a mark") - '«'.len_utf8();
    let text = marked.replace(['«', '»'], "");
    let error = failure(&text);
    assert_eq!(error.message(), message, "{text}");
    let location = Location::new(TEMPLATE, Span::new(start, end));
    assert_eq!(error.location(), Some(location), "{text}: {error}");
}

#[test]
fn errors_point_at_the_bytes_at_fault() {
    fails_at("a {{ «foo».bar }}", "'foo' is undefined");
    fails_at(
        "{% set d = {'a': 1} %}{{ «d.b».c }}",
        "'dict object' has no attribute 'b'",
    );
    fails_at(
        "{{ [1] + «(1 + 'a')» }}",
        "unsupported operand type(s) for +: 'int' and 'str'",
    );
    fails_at("{{ «'x'()» }}", "'str' object is not callable");
    fails_at("{{ «[].nope»() }}", "'list object' has no attribute 'nope'");
    fails_at(
        "{% for a, b in [1] %}{% endfor %}"
            .replace("a, b", "«a, b»")
            .as_str(),
        "cannot unpack non-iterable int object",
    );
    fails_at(
        "{% for a in «5» %}{% endfor %}",
        "'int' object is not iterable",
    );
    fails_at("{{ 1|«nope(2)» }}", "No filter named 'nope'.");
    fails_at("{{ 1 is «nope» }}", "No test named 'nope'.");
    fails_at("{{ {«[]»: 1} }}", "unhashable type: 'list'");
}

#[test]
fn syntax_errors_point_at_what_is_open() {
    fails_at(
        "x «{% if» a %} y",
        "Unexpected end of template. Jinja was looking for the following tags: 'elif' or 'else' or 'endif'. The innermost block that needs to be closed is 'if'.",
    );
    fails_at(
        "x «{{» 1 + 2",
        "expected token 'end of print statement', got 'end of template'",
    );
    fails_at("x «{#» abc", "Missing end of comment tag");
    fails_at("x «{% raw %}» abc", "Missing end of raw directive");
    fails_at("{{ «'»abc }}", "unexpected char '''");
    fails_at("{{ (1 «]» }}", "unexpected ']', expected ')'");
    fails_at("{% «fro» x in y %}", "Encountered unknown tag 'fro'.");
    fails_at(
        "{{ 1 «2» }}",
        "expected token 'end of print statement', got 'integer'",
    );
    fails_at(
        "{% if true %}{% «endfor» %}{% endif %}",
        "Encountered unknown tag 'endfor'. Jinja was looking for the following tags: 'elif' or 'else' or 'endif'. The innermost block that needs to be closed is 'if'.",
    );
}

#[test]
fn names_that_are_close_are_suggested() {
    let help = |text: &str| failure(text).help().map(str::to_owned);
    let meant = |name: &str| Some(format!("did you mean `{name}`?"));
    assert_eq!(help("{% set orders = 1 %}{{ order.x }}"), meant("orders"));
    assert_eq!(help("{{ rnage(3)() }}"), meant("range"));
    assert_eq!(
        help("{% set d = {'alpha': 1} %}{{ d.alpa.x }}"),
        meant("alpha")
    );
    assert_eq!(help("{% fi x %}"), meant("if"));
}

#[test]
fn a_failure_in_a_macro_shows_the_calls() {
    let macros = "{% macro outer(x) %}\n  {{ inner(x) }}{% endmacro %}{% macro inner(x) %}{{ x.y.z }}{% endmacro %}";
    let engine = engine(&[("root", macros)]);
    let error = render(&engine, "{{ outer({}) }}").unwrap_err();
    assert_eq!(error.message(), "'dict object' has no attribute 'y'");
    let at = macros.find("x.y").unwrap();
    let expected = Location::new(FileId(1), Span::new(at, at + 3));
    assert_eq!(error.location(), Some(expected));
    let calls: Vec<_> = error
        .calls()
        .iter()
        .map(|it| it.unique_id.as_str())
        .collect();
    assert_eq!(calls, ["macro.root.inner", "macro.root.outer"]);
    assert_eq!(
        error.calls()[1].location,
        Some(Location::new(TEMPLATE, Span::new(3, 12)))
    );
    let finding = error.into_diagnostic();
    assert_eq!(finding.severity, Severity::Error);
    assert_eq!(finding.location(), Some(expected));
    assert_eq!(
        finding.notes,
        ["in macro.root.inner", "in macro.root.outer"]
    );
}

#[test]
fn a_broken_macro_is_located_in_its_file() {
    let engine = engine(&[("root", "{% macro f() %}{% endmacro %}")]);
    let error = render(&engine, "{{ f(1, 2) }}").unwrap_err();
    assert_eq!(
        error.message(),
        "macro 'f' takes not more than 0 argument(s)"
    );
    assert_eq!(
        error.location(),
        Some(Location::new(TEMPLATE, Span::new(3, 10)))
    );
}

#[test]
fn endless_recursion_is_an_error() {
    let engine = engine(&[("root", "{% macro f(n) %}{{ f(n + 1) }}{% endmacro %}")]);
    let error = render(&engine, "{{ f(0) }}").unwrap_err();
    assert_eq!(error.kind(), RenderErrorKind::Recursion);
    let notes = error.into_diagnostic().notes;
    assert_eq!(notes, ["in macro.root.f, 251 times"]);
    let error =
        failure("{% set d = {} %}{% for x in [[1]] recursive %}{{ loop([[1]]) }}{% endfor %}");
    assert_eq!(error.kind(), RenderErrorKind::Recursion);
}

#[test]
fn depth_does_not_end_the_process() {
    let engine = engine(&[]);
    let deep = |open: &str, close: &str| {
        format!("{{{{ {}1{} }}}}", open.repeat(10_000), close.repeat(10_000))
    };
    for text in [
        deep("(", ")"),
        deep("[", "]"),
        deep("-", ""),
        deep("not ", ""),
        deep("", "|abs"),
        deep("", " + 1"),
        deep("", "[0]"),
        "{% if 1 %}".repeat(10_000),
        "{% for x in [1] %}".repeat(10_000),
    ] {
        assert_eq!(
            render(&engine, &text).unwrap_err().kind(),
            RenderErrorKind::Syntax
        );
    }
    assert_eq!(render(&engine, &deep("", " ~ 1")).unwrap().len(), 10_001);
    let nested = "{% set ns = namespace(l=[]) %}{% for i in range(20000) %}{% set ns.l = [ns.l] %}\
                  {% endfor %}{{ (ns.l ~ '')|length }}{{ ns.l == ns.l }}";
    assert_eq!(render(&engine, nested).unwrap(), "40002True");
}

#[test]
fn the_source_map_leads_back() {
    let text = "select {{ 'a' }},\n{% if true %}b{% endif %} {{ f() }}";
    let engine = engine(&[("root", "{% macro f() %}from t{% endmacro %}")]);
    let rendered = engine.render(template(text), &scope()).unwrap();
    assert_eq!(rendered.text, "select a,\nb from t");
    let origin = |needle: &str| {
        let at = rendered.text.find(needle).unwrap();
        let span = rendered.source_map.origin(at).unwrap().span;
        &text[span.range()]
    };
    assert_eq!(origin("select"), "s");
    assert_eq!(origin("elect"), "e");
    assert_eq!(origin("a,"), "'a'");
    assert_eq!(origin("b"), "b");
    assert_eq!(origin("from"), "f()");
    assert_eq!(origin("t"), "t", "the t of select");
    assert_eq!(rendered.source_map.segments().len(), 6);
}

#[test]
fn texts_without_jinja_stay_as_they_are() {
    let engine = engine(&[]);
    let text = "select 1 { } \r\n";
    let rendered = engine.render(template(text), &scope()).unwrap();
    assert_eq!(rendered.text, text);
    assert_eq!(
        rendered.source_map.origin(3).map(|it| it.span),
        Some(Span::new(3, 4))
    );
    assert_eq!(render(&engine, "a\r\n{{ 1 }}\r\n").unwrap(), "a\n1");
    assert_eq!(render(&engine, "a #}\n").unwrap(), "a #}");
}

#[test]
fn macros_shadow_the_context_and_each_other() {
    struct Names;
    impl Globals for Names {
        fn get(&self, name: &str) -> Option<Value> {
            (name == "ref").then(|| Value::from_function(|name: String| format!("ref {name}")))
        }
        fn names(&self) -> Vec<String> {
            vec!["ref".to_owned()]
        }
    }
    let macros = [
        (
            "dbt",
            "{% macro a() %}dbt{% endmacro %}{% macro b() %}dbt{% endmacro %}{% macro c() %}dbt{% endmacro %}",
        ),
        ("dbt_duckdb", "{% macro b() %}duckdb{% endmacro %}"),
        (
            "pkg",
            "{% macro a() %}pkg{% endmacro %}{% macro own() %}{{ a() }}{% endmacro %}",
        ),
        (
            "root",
            "{% macro c() %}root{% endmacro %}{% macro ref(x) %}my {{ builtins.ref(x) }}{% endmacro %}",
        ),
    ];
    let engine = engine(&macros);
    let scope = scope_with(Arc::new(Names));
    let of = |text: &str, scope: &Scope| engine.render(template(text), scope).unwrap().text;
    assert_eq!(
        of("{{ a() }} {{ b() }} {{ c() }} {{ ref('x') }}", &scope),
        "dbt duckdb root my ref x"
    );
    assert_eq!(
        of(
            "{{ dbt.b() }} {{ dbt.c() }} {{ pkg.a() }} {{ pkg.own() }}",
            &scope
        ),
        "duckdb dbt pkg dbt"
    );
    let inside = Scope {
        package: "pkg".into(),
        ..scope
    };
    assert_eq!(
        of(
            "{{ a() }} {{ c() }} {{ own() }} {{ context['pkg']['a']() }}",
            &inside
        ),
        "pkg root pkg pkg"
    );
}

#[test]
fn the_context_hears_of_macro_calls() {
    #[derive(Default)]
    struct Heard(Mutex<Vec<(String, usize)>>);
    impl Globals for Heard {
        fn get(&self, _name: &str) -> Option<Value> {
            None
        }
        fn names(&self) -> Vec<String> {
            Vec::new()
        }
        fn macro_called(&self, unique_id: &str, depth: usize) {
            self.0.lock().unwrap().push((unique_id.to_owned(), depth));
        }
    }
    let engine = engine(&[(
        "root",
        "{% macro f() %}{{ g() }}{% endmacro %}{% macro g() %}{% endmacro %}",
    )]);
    let heard = Arc::new(Heard::default());
    let scope = scope_with(heard.clone());
    engine
        .render(template("{{ f() }}{{ g() }}"), &scope)
        .unwrap();
    let calls = heard.0.lock().unwrap().clone();
    let expected = [
        ("macro.root.f", 0),
        ("macro.root.g", 1),
        ("macro.root.g", 0),
    ];
    assert_eq!(calls, expected.map(|(id, depth)| (id.to_owned(), depth)));
}

#[test]
fn errors_of_the_context_keep_their_value() {
    #[derive(Debug, thiserror::Error, PartialEq)]
    #[error("the database says no")]
    struct Refused(u32);
    struct Raising;
    impl Globals for Raising {
        fn get(&self, name: &str) -> Option<Value> {
            (name == "run_query").then(|| {
                Value::from_function(|| -> Result<Value, Error> {
                    let error = Error::new(ErrorKind::InvalidOperation, "the database says no");
                    Err(error.with_source(Refused(7)))
                })
            })
        }
        fn names(&self) -> Vec<String> {
            Vec::new()
        }
    }
    let engine = engine(&[("root", "{% macro f() %}{{ run_query() }}{% endmacro %}")]);
    let error = engine
        .render(template("{{ f() }}"), &scope_with(Arc::new(Raising)))
        .unwrap_err();
    assert_eq!(error.payload::<Refused>(), Some(&Refused(7)));
    assert_eq!(error.message(), "the database says no");
    assert_eq!(error.calls().len(), 1);
}

#[test]
fn programs_call_macros() {
    let macros = "{% macro text(a, b='x') %}{{ a }}{{ b }}{% endmacro %}{% macro value(a) %}{{ return([a]) }}{% endmacro %}";
    let engine = engine(&[("root", macros)]);
    let call = |id: &str, arguments: &Arguments| engine.call_macro(id, arguments, &scope());
    let arguments = Arguments {
        positional: vec![Value::from(1)],
        keywords: vec![("b".to_owned(), Value::from("y"))],
    };
    assert_eq!(
        call("macro.root.text", &arguments).unwrap().as_str(),
        Some("1y")
    );
    let arguments = Arguments {
        keywords: Vec::new(),
        ..arguments
    };
    assert_eq!(repr(&call("macro.root.value", &arguments).unwrap()), "[1]");
    assert!(call("macro.root.none", &arguments).is_err());
}

#[test]
fn while_parsing_undefined_values_are_callable() {
    let engine = engine(&[]);
    let lenient = Scope {
        lenient: true,
        ..scope()
    };
    let text = "a{{ nope(1).x['y'](2) }}{% for r in nope() %}{% endfor %}{{ {}.a.b() }}b";
    assert_eq!(engine.render(template(text), &lenient).unwrap().text, "ab");
    assert!(
        engine
            .render(template("{{ nope() + 1 }}"), &lenient)
            .is_err()
    );
}

#[test]
fn native_values_keep_their_type() {
    struct One;
    impl Globals for One {
        fn get(&self, name: &str) -> Option<Value> {
            (name == "one").then(|| Dict::value([("n", Value::from(1))]))
        }
        fn names(&self) -> Vec<String> {
            Vec::new()
        }
    }
    let engine = engine(&[]);
    let scope = scope_with(Arc::new(One));
    let value = |text: &str| repr(&engine.evaluate(template(text), &scope).unwrap());
    assert_eq!(value("{{ one.n }}"), "1");
    assert_eq!(value("{{ one }}"), "{'n': 1}");
    assert_eq!(value("a{{ one.n }}"), "'a1'");
    assert_eq!(value("plain"), "'plain'");
    assert_eq!(value("{{ '[1, 2]'|as_native }}"), "[1, 2]");
}

#[test]
fn generated_names_and_materializations_are_found_as_by_dbt() {
    let materialization = |name: &str, adapter: &str| {
        format!("{{% materialization {name}, {adapter} %}}{{% endmaterialization %}}")
    };
    let dbt = materialization("view", "default")
        + &materialization("table", "default")
        + "{% macro generate_schema_name() %}{% endmacro %}";
    let duckdb = materialization("table", "adapter='duckdb'");
    let pkg = materialization("view", "default")
        + &materialization("other", "default")
        + "{% macro generate_schema_name() %}{% endmacro %}";
    let root = materialization("table", "default");
    let engine = engine(&[
        ("dbt", &dbt),
        ("dbt_duckdb", &duckdb),
        ("pkg", &pkg),
        ("root", &root),
    ]);
    let found = |name: &str| {
        let entry = engine.macros().find_materialization(name);
        entry.map(|it| it.node.unique_id.to_string())
    };
    let id = |id: &str| Some(format!("macro.{id}"));
    assert_eq!(
        found("table"),
        id("dbt_duckdb.materialization_table_duckdb")
    );
    assert_eq!(found("view"), id("dbt.materialization_view_default"));
    assert_eq!(found("other"), id("pkg.materialization_other_default"));
    assert_eq!(found("none"), None);
    let generate = |package| {
        let entry = engine.macros().find_generate_name("schema", package);
        entry.map(|it| it.node.package_name.clone())
    };
    assert_eq!(generate(None).as_deref(), Some("dbt"));
    assert_eq!(generate(Some("pkg")).as_deref(), Some("pkg"));
    assert_eq!(generate(Some("other")), None);
}

#[test]
fn calls_by_name_are_read_off() {
    let text = "{% macro f(x=h()) %}{{ g(1) }}{{ pkg.k(g(2)) }}{{ adapter.dispatch('m', 'pkg')() }}\
                {{ adapter.get_columns() }}{{ log(1) }}{{ nope() }}{% endmacro %}";
    let (found, _) = blocks(FileId(0), text, &[BlockKind::Macro]);
    let named = |package: Option<&str>, name: &str| StaticCall::Macro {
        package: package.map(str::to_owned),
        name: name.to_owned(),
    };
    let expected = [
        named(None, "h"),
        named(None, "g"),
        named(Some("pkg"), "k"),
        StaticCall::Dispatch {
            name: "m".to_owned(),
            namespace: Some("pkg".to_owned()),
        },
        named(None, "log"),
        named(None, "nope"),
    ];
    assert_eq!(found[0].calls, expected);
    let macros = [
        ("root", text),
        (
            "pkg",
            "{% macro k() %}{% endmacro %}{% macro default__m() %}{% endmacro %}{% macro m() %}{% endmacro %}",
        ),
        (
            "dbt",
            "{% macro g() %}{% endmacro %}{% macro h() %}{% endmacro %}{% macro log() %}{% endmacro %}",
        ),
    ];
    let engine = engine(&macros);
    let caller = engine.macros().get("macro.root.f").unwrap();
    let ids = engine
        .macros()
        .dependencies(caller, &found[0].calls, &|name| name == "log");
    let ids: Vec<_> = ids
        .iter()
        .map(|id| id.trim_start_matches("macro."))
        .collect();
    assert_eq!(ids, ["dbt.h", "dbt.g", "pkg.k", "pkg.m", "pkg.default__m"]);
}
