//! A module imports only from modules above it in `src/lib.rs`.

use proc_macro2::{Delimiter, TokenTree};

use super::{Source, ident, is_path_separator, none, sources};
use crate::support::data_files::root;

#[test]
fn modules_import_only_from_above() {
    let sources = sources();
    let lib = sources
        .iter()
        .find(|source| source.path == "src/lib.rs")
        .unwrap();
    let order = order(&lib.text);
    assert!(
        order.len() > 5,
        "src/lib.rs lists the modules as `pub mod name;`: {order:?}"
    );
    none(
        sources
            .iter()
            .flat_map(|source| violations(source, &order))
            .collect(),
    );
}

#[test]
fn the_architecture_lists_the_modules_in_order() {
    let read = |path: &str| std::fs::read_to_string(root().join(path)).unwrap();
    let order = order(&read("src/lib.rs"));
    let text = read("docs/architecture.md");
    let row = |line: &str| Some(line.strip_prefix("| `")?.split_once('`')?.0.to_owned());
    let listed = text
        .lines()
        .filter_map(row)
        .filter(|name| order.contains(name));
    assert_eq!(
        listed.collect::<Vec<_>>(),
        order,
        "docs/architecture.md, src/lib.rs"
    );
}

fn order(lib: &str) -> Vec<String> {
    let name = |line: &str| Some(line.strip_prefix("pub mod ")?.strip_suffix(';')?.to_owned());
    lib.lines().filter_map(name).collect()
}

fn violations(source: &Source, order: &[String]) -> Vec<String> {
    let module = source.module();
    if module == "lib" || module == "main" {
        return Vec::new();
    }
    let Some(own) = order.iter().position(|name| name == module) else {
        return vec![format!(
            "{}: src/lib.rs has no `pub mod {module};`",
            source.path
        )];
    };
    let depth = source.path.trim_end_matches("/mod.rs").matches('/').count();
    let mut used = Vec::new();
    root_names(&source.tokens, depth, &mut used);
    let above = |name: &str| {
        order
            .iter()
            .position(|it| it == name)
            .is_none_or(|at| at <= own)
    };
    used.into_iter()
        .filter(|(name, _)| !above(name))
        .map(|(name, line)| {
            format!(
                "{}:{line}: `{module}` stands above `{name}` in src/lib.rs",
                source.path
            )
        })
        .collect()
}

/// Collects the names right below the crate's root, with their lines: `crate::name`,
/// `crate::{name, …}`, and `super::name` where `depth` modules lie between here and the root.
fn root_names(tokens: &[TokenTree], depth: usize, found: &mut Vec<(String, usize)>) {
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        if let Some(after) = after_root(&tokens[at..], depth) {
            match tokens.get(at + after) {
                Some(TokenTree::Ident(name)) => {
                    found.push((name.to_string(), name.span().start().line));
                }
                Some(TokenTree::Group(group)) => {
                    let items: Vec<_> = group.stream().into_iter().collect();
                    for item in items.split(|token| token.to_string() == ",") {
                        if let Some(TokenTree::Ident(name)) = item.first() {
                            found.push((name.to_string(), name.span().start().line));
                        }
                    }
                }
                _ => {}
            }
            at += after;
            continue;
        }
        if let TokenTree::Group(group) = token {
            let is_module = group.delimiter() == Delimiter::Brace
                && at >= 2
                && ident(tokens.get(at - 2)).is_some_and(|word| word == "mod");
            let inner: Vec<_> = group.stream().into_iter().collect();
            root_names(&inner, depth + usize::from(is_module), found);
        }
        at += 1;
    }
}

/// Returns how many tokens spell the crate's root with the `::` after it.
fn after_root(tokens: &[TokenTree], depth: usize) -> Option<usize> {
    let mut at = 0;
    let mut climbed = 0;
    loop {
        let word = ident(tokens.get(at))?;
        if !is_path_separator(&tokens[at + 1..]) {
            return None;
        }
        at += 3;
        match word.as_str() {
            "crate" => return Some(at),
            "self" if climbed == 0 => {}
            "super" => climbed += 1,
            _ => return None,
        }
        if climbed == depth {
            return Some(at);
        }
    }
}

#[test]
fn all_spellings_are_found() {
    let names = |depth, text: &str| {
        let tokens: Vec<_> = text
            .parse::<proc_macro2::TokenStream>()
            .unwrap()
            .into_iter()
            .collect();
        let mut found = Vec::new();
        root_names(&tokens, depth, &mut found);
        found
    };
    let found = names(
        2,
        "use crate::{text::Span, cli};\n// crate::no\nfn f() { let s = \"crate::no\";\n\
         println!(\"{}\", crate::plan::x); super::near(); super::super::graph::y() }\n\
         mod tests { use super::super::near; use super::super::super::lsp::z; }",
    );
    let expected = [
        ("text", 1),
        ("cli", 1),
        ("plan", 4),
        ("graph", 4),
        ("lsp", 5),
    ];
    assert_eq!(found, expected.map(|(name, line)| (name.to_owned(), line)));
    assert_eq!(
        names(1, "use super::{a, b::c};\npub(crate) fn d() {}").len(),
        2
    );
}

#[test]
fn an_import_from_below_is_named() {
    let text = "use crate::b::x;\nuse crate::c;";
    let source = Source {
        path: "src/b/deep/mod.rs".into(),
        text: text.into(),
        tokens: text
            .parse::<proc_macro2::TokenStream>()
            .unwrap()
            .into_iter()
            .collect(),
    };
    let order = order("pub mod a;\npub mod b;\n// further\npub mod c;\n");
    let expected = ["src/b/deep/mod.rs:2: `b` stands above `c` in src/lib.rs"];
    assert_eq!(violations(&source, &order), expected);
}
