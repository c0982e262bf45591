//! Finds calls by dotted names, where and in the order that dbt's visitor finds them: what stands
//! deeper inside of an argument than in a list, a dictionary or a call is not looked at.

use super::literal::literal;
use super::{Argument, Call, Node, named, span, text_of, unwrapped};

/// Lists the calls of `names` in a file.
pub(super) fn calls(root: Node<'_>, text: &str, names: &[&str]) -> Vec<Call> {
    let mut visitor = Visitor {
        text,
        names,
        found: Vec::new(),
    };
    visitor.visit(root);
    visitor.found
}

struct Visitor<'a> {
    text: &'a str,
    names: &'a [&'a str],
    found: Vec<Call>,
}

impl Visitor<'_> {
    fn visit(&mut self, node: Node<'_>) {
        stacker::maybe_grow(64 * 1024, 1024 * 1024, || match node.kind() {
            "call" => self.call(node),
            // Python's tree has the condition first, and decorators behind the body.
            "conditional_expression" => {
                let parts: Vec<_> = named(node).collect();
                for at in [1, 0, 2] {
                    if let Some(part) = parts.get(at) {
                        self.visit(*part);
                    }
                }
            }
            "decorated_definition" => {
                let (decorators, rest): (Vec<_>, Vec<_>) =
                    named(node).partition(|it| it.kind() == "decorator");
                for part in rest.into_iter().chain(decorators) {
                    self.visit(part);
                }
            }
            _ => {
                for child in named(node) {
                    self.visit(child);
                }
            }
        });
    }

    fn call(&mut self, node: Node<'_>) {
        stacker::maybe_grow(64 * 1024, 1024 * 1024, || {
            let Some(function) = node.child_by_field_name("function").map(unwrapped) else {
                return;
            };
            let (positional, keywords) = arguments(node);
            let name = dotted(function, self.text);
            if let Some(name) = name.filter(|it| self.names.contains(&it.as_str())) {
                let argument = |it: Node<'_>| Argument {
                    value: literal(it, self.text),
                    location: span(it),
                };
                self.found.push(Call {
                    name,
                    location: span(node),
                    positional: positional.iter().map(|it| argument(*it)).collect(),
                    keywords: keywords
                        .iter()
                        .map(|(key, it)| {
                            let key = key.map(|key| text_of(key, self.text).to_owned());
                            (key, argument(*it))
                        })
                        .collect(),
                });
            }
            let values = keywords.into_iter().map(|(_, value)| value);
            for value in positional.into_iter().chain(values) {
                self.argument(unwrapped(value));
            }
            let mut object = function;
            while object.kind() == "attribute" {
                match object.child_by_field_name("object") {
                    Some(inner) => object = unwrapped(inner),
                    None => return,
                }
            }
            if object.kind() == "call" && object != function {
                self.call(object);
            }
        });
    }

    fn argument(&mut self, node: Node<'_>) {
        let inner: Vec<Node<'_>> = match node.kind() {
            "call" => vec![node],
            "list" | "tuple" => named(node).collect(),
            "dictionary" => named(node)
                .filter_map(|pair| pair.child_by_field_name("value"))
                .collect(),
            "string" => interpolated(node).collect(),
            "concatenated_string" => named(node).flat_map(interpolated).collect(),
            _ => return,
        };
        for part in inner.into_iter().map(unwrapped) {
            if part.kind() == "call" {
                self.call(part);
            }
        }
    }
}

fn interpolated(string: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    named(string)
        .filter(|it| it.kind() == "interpolation")
        .filter_map(|it| it.child_by_field_name("expression"))
}

type Keyword<'t> = (Option<Node<'t>>, Node<'t>);

/// Splits what a call is given into values by place and values by name.
fn arguments(call: Node<'_>) -> (Vec<Node<'_>>, Vec<Keyword<'_>>) {
    let (mut positional, mut keywords) = (Vec::new(), Vec::new());
    let Some(given) = call.child_by_field_name("arguments") else {
        return (positional, keywords);
    };
    if given.kind() != "argument_list" {
        return (vec![given], keywords);
    }
    for it in named(given) {
        match it.kind() {
            "keyword_argument" => keywords.extend(
                it.child_by_field_name("value")
                    .map(|value| (it.child_by_field_name("name"), value)),
            ),
            "dictionary_splat" => keywords.extend(named(it).next().map(|value| (None, value))),
            _ => positional.push(it),
        }
    }
    (positional, keywords)
}

fn dotted(node: Node<'_>, text: &str) -> Option<String> {
    match node.kind() {
        "identifier" => Some(text_of(node, text).to_owned()),
        "attribute" => {
            let object = unwrapped(node.child_by_field_name("object")?);
            let name = node.child_by_field_name("attribute")?;
            Some(format!("{}.{}", dotted(object, text)?, text_of(name, text)))
        }
        _ => None,
    }
}
