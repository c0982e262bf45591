//! Whatever a user writes, it is read or refused: nothing panics, and marks lie within the text.

use std::sync::Arc;

use dsql::adapters::agate;
use dsql::diagnostics::Diagnostic;
use dsql::graph::selection::{IndirectSelection, Spec};
use dsql::jinja::{
    BlockKind, Engine, MacroSet, NoGlobals, Origin, RenderError, Scope, Template, blocks,
};
use dsql::project::parse_mapping;
use dsql::text::{FileId, Texts};
use proptest::prelude::*;

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
    fn rows_of_seeds_are_read(text in "[a-c,;\"' \t\r\n0-9é\u{0}\u{feff}]{0,80}") {
        agate::records(&text);
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
