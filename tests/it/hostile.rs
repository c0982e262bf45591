//! Whatever a user writes, it is read or refused: nothing panics, and marks lie within the text.

use std::sync::{Arc, LazyLock};

use dsql::adapters::agate::{self, SeedConfig};
use dsql::diagnostics::{Code, Diagnostic};
use dsql::graph::selection::{IndirectSelection, Spec};
use dsql::invocation::{Command, Invocation};
use dsql::jinja::{
    BlockKind, Engine, MacroSet, NoGlobals, Origin, RenderError, Scope, Template, blocks,
};
use dsql::pipeline::{self, Surroundings};
use dsql::project::{self, Options, parse_mapping};
use dsql::system::MemorySystem;
use dsql::text::{FileId, Texts};
use proptest::prelude::*;
use serde_json::json;
use walkdir::WalkDir;

use crate::support::data_files;

const FILE: FileId = FileId(0);

/// Pieces of templates: any row of them is almost Jinja.
const PIECES: &[&str] = &[
    "{{",
    "}}",
    "{%",
    "%}",
    "{#",
    "#}",
    "{{-",
    "-}}",
    "{%-",
    "-%}",
    " ",
    "\n",
    "if ",
    "else",
    "elif ",
    "endif",
    "for ",
    "endfor",
    " in ",
    "set ",
    "endset",
    "macro ",
    "endmacro",
    "call ",
    "endcall",
    "do ",
    "raw",
    "endraw",
    "test ",
    "endtest",
    "snapshot ",
    "docs ",
    "a",
    "b",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    ":",
    ".",
    "|",
    "=",
    "==",
    "<",
    "+",
    "-",
    "*",
    "/",
    "//",
    "%",
    "~",
    "1",
    "0",
    "2.5",
    "1e9",
    "'x'",
    "\"y",
    "'%s'",
    "none",
    "true",
    "not ",
    " is ",
    "defined",
    "odd",
    "join",
    "map",
    "list",
    "range(3)",
    "namespace(",
    "loop.index",
    "caller()",
    "return(",
    "\\",
    "é",
    "\u{0}",
    "\r",
    "$",
    "`",
];

fn template_text() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(PIECES), 0..40).prop_map(|it| it.concat())
}

/// Expressions that run: operators and filters between values of all kinds.
fn expression() -> impl Strategy<Value = String> {
    let values = prop::sample::select(vec![
        "1",
        "0",
        "-3",
        "2.5",
        "'x'",
        "''",
        "'%d'",
        "'é'",
        "none",
        "true",
        "[1, 'a']",
        "[]",
        "{}",
        "{'k': 1}",
        "(1,)",
        "range(4)",
        "a",
        "[[1], [2]]",
        "9999999999999999999999",
    ]);
    let operators = prop::sample::select(vec![
        " + ", " - ", " * ", " / ", " // ", " % ", " ~ ", " == ", " < ", " in ", " and ", " or ",
        " is ",
    ]);
    let tails = prop::sample::select(vec![
        "",
        "[0]",
        "[1:]",
        "[::-1]",
        "[::0]",
        ".k",
        ".upper()",
        ".format(1)",
        "|length",
        "|first",
        "|sort",
        "|join(',')",
        "|int",
        "|float",
        "|string",
        "|replace('x', 'y')",
        "|batch(2)|list",
        "|round(2)",
        "|tojson",
        "|map('upper')|list",
        "|center(9)",
        "|truncate(2)",
        "|wordwrap(1)",
        "|dictsort",
        "|sum",
        "|default(1)",
        ".split()",
        ".strip()[0]",
        "|slice(3)|list",
        "|groupby('k')",
        "|unique|list",
    ]);
    let term = (values, tails).prop_map(|(value, tail)| format!("{value}{tail}"));
    let more = prop::collection::vec((operators, term.clone()), 0..4);
    (term, more).prop_map(|(first, more)| {
        let rest: String = more.iter().map(|(by, it)| format!("{by}{it}")).collect();
        format!("{{{{ {first}{rest} }}}}")
    })
}

fn render(text: &str) -> Result<String, RenderError> {
    let engine = Engine::new(MacroSet::default());
    let scope = Scope {
        package: "shop".into(),
        globals: Arc::new(NoGlobals),
        lenient: false,
    };
    let origin = Origin::Verbatim {
        file: FILE,
        offset: 0,
    };
    let template = Template {
        name: "model",
        text,
        origin,
    };
    engine.render(template, &scope).map(|it| it.text)
}

/// Changes to a text: each takes a part of it, given in thousandths, and does one thing to it.
type Changes = Vec<(u16, u16, u8)>;

fn changes() -> impl Strategy<Value = Changes> {
    prop::collection::vec((0..1000u16, 0..60u16, 0..9u8), 1..5)
}

/// Carries changes out on bytes: what comes of it may be no text at all.
fn changed(text: &[u8], changes: &Changes) -> Vec<u8> {
    let mut bytes = text.to_vec();
    for (at, length, change) in changes {
        let start = bytes.len() * usize::from(*at) / 1000;
        let end = (start + usize::from(*length)).min(bytes.len());
        let part = bytes[start..end].to_vec();
        let new = match change {
            0 => Vec::new(),
            1 => [&part[..], &part[..]].concat(),
            2 => part.iter().rev().copied().collect(),
            3 => [&part[..], b"\0"].concat(),
            4 => [b"\xff", &part[..]].concat(),
            5 => [b"\r", &part[..]].concat(),
            6 => [b"{{ ", &part[..]].concat(),
            7 => [b"\"", &part[..]].concat(),
            _ => [&part[..], b"\n  - a: ["].concat(),
        };
        bytes.splice(start..end, new);
    }
    bytes
}

/// The files of a folder of the repository that end like this, by their paths in it.
fn real_files(folder: &str, ends: &[&str]) -> Vec<(String, Vec<u8>)> {
    let root = data_files::root().join(folder);
    let entries = WalkDir::new(&root)
        .sort_by_file_name()
        .into_iter()
        .flatten();
    let files = entries.filter(|it| it.file_type().is_file());
    let files = files.filter_map(|it| {
        let path = it.path().strip_prefix(&root).ok()?.display().to_string();
        let wanted = !path.starts_with("target") && ends.iter().any(|end| path.ends_with(end));
        Some((path, std::fs::read(it.path()).ok()?)).filter(|_| wanted)
    });
    files.collect()
}

/// The settings of a project, with all that the example leaves out.
fn settings() -> Vec<(String, Vec<u8>)> {
    let mut files = real_files("example_project", &["packages.yml", "profiles.yml"]);
    let project = "name: shop
version: '1.0'
profile: \"{{ env_var('NAME', 'shop') }}\"
require-dbt-version: ['>=1.0.0', '<2.0.0']
model-paths: [models]
vars: {a: 1, shop: {b: [x, 2020-01-01]}}
dispatch: [{macro_namespace: dbt, search_order: [shop, dbt]}]
on-run-start: [\"{{ log('a') }}\", 'select 1']
query-comment: {comment: \"{{ query_comment }}\", append: true}
quoting: {identifier: true}
flags: {send_anonymous_usage_stats: false}
models:
  +materialized: view
  shop: {stage: {+tags: [a, b], +meta: {owner: me}}}
seeds: {shop: {+column_types: {id: bigint}}}
";
    files.push(("dbt_project.yml".to_owned(), project.as_bytes().to_vec()));
    files
}

/// Labels of findings over several files.
fn marks_lie_in(texts: &Texts, findings: &[Diagnostic]) -> Result<(), TestCaseError> {
    for label in findings.iter().flat_map(|it| &it.labels) {
        let text = texts.content(label.location.file);
        prop_assert!(text.get(label.location.span.range()).is_some(), "{label:?}");
    }
    Ok(())
}

fn marks_lie_within(text: &str, findings: &[Diagnostic]) -> Result<(), TestCaseError> {
    for label in findings.iter().flat_map(|it| &it.labels) {
        prop_assert!(text.get(label.location.span.range()).is_some(), "{label:?}");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn templates_are_rendered_or_refused(text in template_text()) {
        if let Err(error) = render(&text) {
            marks_lie_within(&text, &[error.into_diagnostic()])?;
        }
    }

    #[test]
    fn expressions_are_evaluated_or_refused(text in expression()) {
        if let Err(error) = render(&text) {
            marks_lie_within(&text, &[error.into_diagnostic()])?;
        }
    }

    #[test]
    fn files_of_macros_are_cut_or_refused(text in template_text()) {
        let kinds = [BlockKind::Macro, BlockKind::Test, BlockKind::Snapshot, BlockKind::Docs];
        let (found, findings) = blocks(FILE, &text, &kinds);
        for block in &found {
            prop_assert!(text.get(block.body.range()).is_some(), "{block:?}");
        }
        marks_lie_within(&text, &findings)?;
    }

    #[test]
    fn selections_are_read_or_refused(words in prop::collection::vec("[-a-c+@:.,*?\\[\\]0-9 é]{0,12}", 0..4)) {
        Spec::parse(&words, &words, IndirectSelection::default());
    }

    #[test]
    fn vars_are_read_or_refused(text in "[-a-c:,{}\\[\\]\"' \n0-9é]{0,40}") {
        let mut texts = Texts::default();
        let (_, findings) = parse_mapping("--vars", &text, &mut texts);
        marks_lie_within(&text, &findings)?;
    }

    #[test]
    fn real_templates_are_read_or_refused(file in 0..usize::MAX, changes in changes()) {
        static FILES: LazyLock<Vec<(String, Vec<u8>)>> = LazyLock::new(|| {
            let example = real_files("example_project", &[".sql", ".md"]);
            [real_files("templates/macros", &[".sql"]), example].concat()
        });
        let (_, text) = &FILES[file % FILES.len()];
        if let Ok(text) = String::from_utf8(changed(text, &changes)) {
            let kinds = [BlockKind::Macro, BlockKind::Test, BlockKind::Snapshot, BlockKind::Docs];
            let (_, findings) = blocks(FILE, &text, &kinds);
            marks_lie_within(&text, &findings)?;
            if let Err(error) = render(&text) {
                marks_lie_within(&text, &[error.into_diagnostic()])?;
            }
        }
    }

    #[test]
    fn settings_are_read_or_refused(file in 0..usize::MAX, changes in changes()) {
        let mut files = settings();
        let at = file % files.len();
        files[at].1 = changed(&files[at].1, &changes);
        let files = files.into_iter().map(|(path, content)| (format!("/shop/{path}"), content));
        let system = MemorySystem::with_files(files);
        let options = Options { project_dir: Some("/shop".into()), ..Options::default() };
        let mut texts = Texts::default();
        let (project, mut findings) = project::load(&system, &options, &mut texts);
        if let Some(mut project) = project {
            findings.extend(dsql::packages::load(&system, &mut project, &mut texts));
        }
        marks_lie_in(&texts, &findings)?;
    }

    #[test]
    fn seeds_are_read_or_refused(text in "[a-c,;\"' \t\r\n0-9.:-é\u{0}\u{feff}]{0,120}", changes in changes()) {
        let config = SeedConfig { delimiter: ',', typed_columns: &[] };
        let bytes = changed(text.as_bytes(), &changes);
        let shown = String::from_utf8_lossy(&bytes).into_owned();
        match agate::read_seed(FILE, &bytes, config) {
            Ok(seed) => marks_lie_within(&shown, &seed.short_rows(FILE))?,
            Err(findings) => marks_lie_within(&shown, &findings)?,
        }
    }

    #[test]
    fn rows_of_seeds_are_read(text in "[a-c,;\"' \t\r\n0-9é\u{0}\u{feff}]{0,80}") {
        agate::records(&text);
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        // Each reads a whole project.
        cases: ProptestConfig::default().cases.div_ceil(64),
        ..ProptestConfig::default()
    })]

    #[test]
    fn projects_are_read_or_refused(file in 0..usize::MAX, changes in changes()) {
        let ends = [".sql", ".yml", ".csv", ".md"];
        let mut files = real_files("example_project", &ends);
        let at = file % files.len();
        files[at].1 = changed(&files[at].1, &changes);
        let files = files.into_iter().map(|(path, content)| (format!("/shop/{path}"), content));
        let around = Surroundings {
            system: Arc::new(MemorySystem::with_files(files)),
            sink: Arc::new(dsql::events::Silent),
            invocation_id: "00000000-0000-4000-8000-000000000000".into(),
            stop: Arc::default(),
            interrupts: Default::default(),
        };
        let mut invocation = Invocation::new(Command::Parse, "parse".to_owned());
        invocation.give("project_dir", json!("/shop"));
        let outcome = pipeline::run(&mut invocation, &around);
        let broken = outcome.diagnostics.iter().find(|it| it.code == Code::InternalError);
        prop_assert!(broken.is_none(), "{broken:?}");
        marks_lie_in(&outcome.texts, &outcome.diagnostics)?;
    }
}

#[test]
fn a_list_that_doubles_is_refused_before_the_memory_ends() {
    let text = "{% set l = [1] %}{% for i in range(60) %}{% do l.extend(l) %}{% endfor %}";
    let error = render(text).unwrap_err();
    assert!(
        error.message().starts_with("the list is too long"),
        "{error}"
    );
}
