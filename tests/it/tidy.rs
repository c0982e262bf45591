//! Reads the tree itself: what reviewers would otherwise have to remember.

mod codes;
mod compatibility;
mod guides;
mod module_order;
mod names;
mod paths;

use proc_macro2::{TokenStream, TokenTree};

use crate::support::data_files::{list, root};

/// A file of `src/`.
struct Source {
    /// The path below the package, with `/`.
    path: String,
    text: String,
    tokens: Vec<TokenTree>,
}

impl Source {
    /// Returns the first part of its module path; `main` and `lib` for the roots.
    fn module(&self) -> &str {
        let below = self.path.trim_start_matches("src/").trim_end_matches(".rs");
        below.split('/').next().unwrap_or(below)
    }
}

fn sources() -> Vec<Source> {
    let read = |path: std::path::PathBuf| {
        let text = std::fs::read_to_string(&path).unwrap();
        let path = path
            .strip_prefix(root())
            .unwrap()
            .display()
            .to_string()
            .replace('\\', "/");
        let tokens: TokenStream = text
            .parse()
            .unwrap_or_else(|error| panic!("{path}: {error}"));
        Source {
            path,
            text,
            tokens: tokens.into_iter().collect(),
        }
    };
    list("src", "rs").into_iter().map(read).collect()
}

fn ident(token: Option<&TokenTree>) -> Option<String> {
    match token {
        Some(TokenTree::Ident(ident)) => Some(ident.to_string()),
        _ => None,
    }
}

fn is_path_separator(tokens: &[TokenTree]) -> bool {
    let colon = |token: Option<&TokenTree>| matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == ':');
    colon(tokens.first()) && colon(tokens.get(1))
}

/// Fails with every finding at once.
#[track_caller]
fn none(mut findings: Vec<String>) {
    findings.sort();
    assert!(findings.is_empty(), "\n{}\n", findings.join("\n"));
}
