//! Names stay where they belong.

use proc_macro2::TokenTree;

use super::{Source, ident, is_path_separator, none, sources};

/// Crates that a single part of the source tree may name.
const HOMES: &[(&str, &[&str])] = &[
    ("libduckdb_sys", &["src/adapters/duckdb/native/"]),
    ("minijinja", &["src/jinja/"]),
    ("ureq", &["src/system/"]),
    ("lettre", &["src/system/"]),
    ("tar", &["src/packages/archive.rs"]),
    ("flate2", &["src/packages/archive.rs"]),
    ("minijinja_contrib", &["src/jinja/"]),
    ("miette", &["src/diagnostics/render/"]),
    ("clap", &["src/cli/"]),
    ("indicatif", &["src/cli/"]),
    ("saphyr_parser", &["src/yaml/"]),
    ("tree_sitter", &["src/python/"]),
    ("tree_sitter_python", &["src/python/"]),
    ("petgraph", &["src/graph/"]),
    ("sqlparser", &["src/sql/"]),
    ("lsp_types", &["src/lsp/"]),
    ("statrs", &["src/quality/"]),
];

/// What engines are called in profiles.
const ADAPTERS: &[&str] = &[
    "athena",
    "bigquery",
    "clickhouse",
    "databricks",
    "duckdb",
    "postgres",
    "redshift",
    "snowflake",
    "spark",
    "sqlite",
    "sqlserver",
    "trino",
];

const DRAWERS: &[&str] = &["utils", "util", "helpers", "helper", "common", "misc"];

#[test]
fn crates_are_named_in_their_homes_only() {
    none(sources().iter().flat_map(foreign_crates).collect());
}

fn foreign_crates(source: &Source) -> Vec<String> {
    let foreign = |name: &str| {
        let (_, homes) = HOMES.iter().find(|(it, _)| *it == name)?;
        let at_home = homes.iter().any(|home| source.path.starts_with(home));
        (!at_home).then(|| homes.join(", "))
    };
    let mut findings = Vec::new();
    each(&source.tokens, &mut |tokens| {
        if let Some(TokenTree::Ident(name)) = tokens.first()
            && is_path_separator(&tokens[1..])
            && let Some(homes) = foreign(&name.to_string())
        {
            let line = name.span().start().line;
            findings.push(format!(
                "{}:{line}: only {homes} names `{name}`",
                source.path
            ));
        }
    });
    findings
}

#[test]
fn engines_are_named_in_adapters_only() {
    let outside = |source: &&Source| !source.path.starts_with("src/adapters/");
    none(
        sources()
            .iter()
            .filter(outside)
            .flat_map(engine_names)
            .collect(),
    );
}

fn engine_names(source: &Source) -> Vec<String> {
    let mut findings = Vec::new();
    each(&source.tokens, &mut |tokens| match tokens {
        [TokenTree::Literal(literal), ..] => {
            let text = literal.to_string();
            if ADAPTERS.iter().any(|name| text == format!("\"{name}\"")) {
                findings.push(format!(
                    "{}:{}: {text} is named outside src/adapters; ask its capabilities",
                    source.path,
                    literal.span().start().line
                ));
            }
        }
        [TokenTree::Ident(name), ..] if ADAPTERS.iter().any(|it| name == it) => {
            findings.push(format!(
                "{}:{}: the module `{name}` is named outside src/adapters",
                source.path,
                name.span().start().line
            ));
        }
        [TokenTree::Ident(word), rest @ ..] if word == "match" => {
            let subject = rest
                .iter()
                .take_while(|token| !matches!(token, TokenTree::Group(_)));
            if subject
                .into_iter()
                .any(|token| ident(Some(token)).as_deref() == Some("adapter_type"))
            {
                findings.push(format!(
                    "{}:{}: `match adapter_type` outside src/adapters",
                    source.path,
                    word.span().start().line
                ));
            }
        }
        _ => {}
    });
    findings
}

#[test]
fn every_file_says_what_it_is_for() {
    let silent = |source: &&Source| !source.text.starts_with("//! ");
    let finding = |source: &Source| format!("{}: does not open with `//!`", source.path);
    none(sources().iter().filter(silent).map(finding).collect());
}

#[test]
fn there_are_no_drawers() {
    let is_drawer = |source: &&Source| {
        source
            .path
            .trim_end_matches(".rs")
            .split('/')
            .any(|part| DRAWERS.contains(&part))
    };
    let finding = |source: &Source| format!("{}: name it by what it holds", source.path);
    none(sources().iter().filter(is_drawer).map(finding).collect());
}

/// Visits every position of a token tree with all that follows it there.
fn each(tokens: &[TokenTree], visit: &mut impl FnMut(&[TokenTree])) {
    for (at, token) in tokens.iter().enumerate() {
        visit(&tokens[at..]);
        if let TokenTree::Group(group) = token {
            each(&group.stream().into_iter().collect::<Vec<_>>(), visit);
        }
    }
}
