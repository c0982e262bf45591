//! `def`s, with what dbt asks of the one called `model`.

use super::{Function, Node, named, span, text_of, unwrapped};

/// Lists the functions of a file, those inside of other functions aside.
pub(super) fn of(root: Node<'_>, text: &str) -> Vec<Function> {
    let mut found = Vec::new();
    collect(root, text, &mut found);
    found
}

fn collect(node: Node<'_>, text: &str, found: &mut Vec<Function>) {
    stacker::maybe_grow(64 * 1024, 1024 * 1024, || {
        // Python's tree knows `async def` under another name.
        let is_plain = node.kind() == "function_definition"
            && node.child(0).is_none_or(|it| it.kind() != "async");
        if is_plain {
            found.extend(function(node, text));
            return;
        }
        for child in named(node) {
            collect(child, text, found);
        }
    });
}

fn function(node: Node<'_>, text: &str) -> Option<Function> {
    let name = node.child_by_field_name("name")?;
    let body = node.child_by_field_name("body")?;
    let last = named(body).last()?;
    let value = named(last).next();
    let is_tuple = |it: Node<'_>| matches!(unwrapped(it).kind(), "tuple" | "expression_list");
    Some(Function {
        name: text_of(name, text).to_owned(),
        location: span(name),
        parameters: node
            .child_by_field_name("parameters")
            .map(|it| parameters(it, text))
            .unwrap_or_default(),
        returns_one: last.kind() == "return_statement" && !value.is_some_and(is_tuple),
        last: span(last),
    })
}

/// Lists what `ast` calls `args`: behind a `/`, before a `*`.
fn parameters(node: Node<'_>, text: &str) -> Vec<String> {
    let mut names = Vec::new();
    for child in named(node) {
        let name = match child.kind() {
            "identifier" => Some(child),
            "default_parameter" | "typed_default_parameter" => child.child_by_field_name("name"),
            "typed_parameter" => named(child).next(),
            "positional_separator" => {
                names.clear();
                continue;
            }
            _ => None,
        };
        match name.filter(|it| it.kind() == "identifier") {
            Some(name) => names.push(text_of(name, text).to_owned()),
            None => break,
        }
    }
    names
}
