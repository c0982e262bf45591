//! Python text → the functions that it defines, and the calls of names that are asked for.
//!
//! In: a file's text. Out: [`Script`], or the place where the text stops being Python. Nothing is
//! run. The reader is tree-sitter, which nothing else names; `visit.rs` walks as `ast.NodeVisitor`
//! does where dbt uses it, `literal.rs` is `ast.literal_eval`.

mod functions;
mod literal;
mod strings;
mod visit;

use serde_json::Value;

use crate::text::Span;

/// What is found in a file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Script {
    /// Whether there is nothing but comments.
    pub is_empty: bool,
    /// Functions, those inside of other functions aside.
    pub functions: Vec<Function>,
    /// Calls of the names asked for, in the order of dbt's visitor.
    pub calls: Vec<Call>,
}

/// One `def`.
#[derive(Debug, Clone, PartialEq)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// Bytes of the name.
    pub location: Span,
    /// Names of the parameters that can be given by place and by name.
    pub parameters: Vec<String>,
    /// Whether its last statement is a `return` of one value, or of none.
    pub returns_one: bool,
    /// Bytes of its last statement.
    pub last: Span,
}

/// One call.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// The dotted name.
    pub name: String,
    /// Bytes of the call.
    pub location: Span,
    /// Values given by place.
    pub positional: Vec<Argument>,
    /// Values given by name; none for `**values`.
    pub keywords: Vec<(Option<String>, Argument)>,
}

/// One value in a call.
#[derive(Debug, Clone, PartialEq)]
pub struct Argument {
    /// The value; none where it is no literal.
    pub value: Option<Value>,
    /// Its bytes.
    pub location: Span,
}

/// The text is no Python.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SyntaxError {
    /// A clause.
    pub message: String,
    /// Where.
    pub location: Span,
}

/// Reads a file; `names` are the dotted names of the calls to look for.
pub fn read(text: &str, names: &[&str]) -> Result<Script, SyntaxError> {
    let unreadable = || SyntaxError {
        message: "the text cannot be read".to_owned(),
        location: Span::default(),
    };
    let mut parser = tree_sitter::Parser::new();
    let language = tree_sitter_python::LANGUAGE.into();
    parser.set_language(&language).map_err(|_| unreadable())?;
    let tree = parser.parse(text, None).ok_or_else(unreadable)?;
    let root = tree.root_node();
    if let Some(mut error) = first_error(root) {
        // What cannot be read can reach to the end of the file.
        let found = text.get(error.location.range()).unwrap_or_default();
        let line = found.lines().next().unwrap_or_default().trim_end().len();
        let start = error.location.start as usize;
        error.location = Span::new(start, start + line);
        return Err(error);
    }
    Ok(Script {
        is_empty: named(root).next().is_none(),
        functions: functions::of(root, text),
        calls: visit::calls(root, text, names),
    })
}

type Node<'t> = tree_sitter::Node<'t>;

fn span(node: Node<'_>) -> Span {
    Span::new(node.start_byte(), node.end_byte())
}

fn text_of<'t>(node: Node<'_>, text: &'t str) -> &'t str {
    text.get(node.byte_range()).unwrap_or_default()
}

/// Lists the children that mean something.
fn named(node: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    let count = u32::try_from(node.named_child_count()).unwrap_or(u32::MAX);
    (0..count)
        .filter_map(move |at| node.named_child(at))
        .filter(|child| child.kind() != "comment" && child.kind() != "line_continuation")
}

/// Takes brackets off that only group.
fn unwrapped(mut node: Node<'_>) -> Node<'_> {
    while node.kind() == "parenthesized_expression" {
        match named(node).next() {
            Some(inner) => node = inner,
            None => break,
        }
    }
    node
}

/// Finds the first place that is no Python, or only that of another age.
fn first_error(root: Node<'_>) -> Option<SyntaxError> {
    let mut cursor = root.walk();
    loop {
        let node = cursor.node();
        let wrong = |message: &str| {
            Some(SyntaxError {
                message: message.to_owned(),
                location: span(node),
            })
        };
        if node.is_missing() {
            return wrong(&format!("`{}` is missing", node.kind()));
        }
        match node.kind() {
            "ERROR" => return wrong("this is no Python as it stands"),
            "print_statement" | "exec_statement" => {
                return wrong("this is a function since Python 3, which needs brackets");
            }
            _ => {}
        }
        if cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return None;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const NAMES: &[&str] = &["dbt.ref", "dbt.config", "dbt.config.get"];

    fn calls(text: &str) -> Vec<String> {
        let script = read(text, NAMES).expect("sound Python");
        let shown = |call: &Call| {
            let given = call.positional.iter().map(|it| it.value.clone());
            let given: Vec<_> = given.map(|it| it.unwrap_or(json!("?"))).collect();
            let named = call.keywords.iter();
            let named = named
                .map(|(key, it)| json!([key, it.value]))
                .collect::<Vec<_>>();
            format!("{}{}{}", call.name, json!(given), json!(named))
        };
        script.calls.iter().map(shown).collect()
    }

    /// What Python 3.11 and dbt's visitor give for the same texts.
    #[test]
    fn calls_are_found_in_the_order_of_dbts_visitor() {
        let cases: &[(&str, &[&str])] = &[
            ("x = dbt.ref('a')", &["dbt.ref[\"a\"][]"]),
            (
                "dbt.ref('a').join(dbt.ref('b'), on=f(dbt.ref('c')))",
                &["dbt.ref[\"b\"][]", "dbt.ref[\"c\"][]", "dbt.ref[\"a\"][]"],
            ),
            ("f(1 + dbt.ref('a'))", &[]),
            (
                "f([dbt.ref('a')], {'k': dbt.ref('b')})",
                &["dbt.ref[\"a\"][]", "dbt.ref[\"b\"][]"],
            ),
            ("f(f\"{dbt.ref('a')}\")", &["dbt.ref[\"a\"][]"]),
            ("f'{dbt.ref(\"a\")}'", &["dbt.ref[\"a\"][]"]),
            ("dbt.ref('a')['x'].f()", &[]),
            (
                "x = dbt.ref('a') if dbt.ref('b') else 1",
                &["dbt.ref[\"b\"][]", "dbt.ref[\"a\"][]"],
            ),
            ("other.ref('a'); dbt.source('a')", &[]),
            (
                "dbt.config(a=1, b=[-1.5, 'x' 'y', None, True], c={'k': ('t', 0x10)}, **{})",
                &[
                    "dbt.config[][[\"a\",1],[\"b\",[-1.5,\"xy\",null,true]],[\"c\",{\"k\":[\"t\",16]}],[null,{}]]",
                ],
            ),
            ("dbt.ref(name)", &["dbt.ref[\"?\"][]"]),
            (
                "dbt.config.get('a', 1_000)",
                &["dbt.config.get[\"a\",1000][]"],
            ),
            (
                r#"dbt.ref('\x41\u00e9\n\'', r'\n', """a"b""")"#,
                &[r#"dbt.ref["Aé\n'","\\n","a\"b"][]"#],
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(calls(text), *expected, "{text}");
        }
    }

    #[test]
    fn functions_know_their_parameters_and_what_they_return() {
        let text = "import x\n# a remark\n@wrap\ndef model(dbt, session: int = 1, *more, key):\n    \
                    def model(a): return a\n    return 1, 2\nclass A:\n    def model(self):\n        \
                    return (1)  # the end\n";
        let found = read(text, &[]).expect("sound Python").functions;
        let shown = |it: &Function| (it.name.clone(), it.parameters.join(" "), it.returns_one);
        let expected = [("model", "dbt session", false), ("model", "self", true)];
        let expected = expected.map(|(a, b, c)| (a.to_owned(), b.to_owned(), c));
        assert_eq!(found.iter().map(shown).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn what_is_no_python_is_shown_where_it_starts() {
        for (text, at) in [
            ("def model(dbt, session)\n    return 1\n", 0..24),
            ("x = (1,", 0..7),
            ("print 'x'", 0..9),
        ] {
            let error = read(text, &[]).expect_err(text);
            assert!(
                at.contains(&(error.location.start as usize)),
                "{text}: {error:?}"
            );
        }
        assert!(read("# only a remark\n", &[]).expect("sound").is_empty);
        let deep = format!("x = {}1{}", "(".repeat(20_000), ")".repeat(20_000));
        let _ = read(&deep, NAMES);
        let deep = format!("x = {}1{}", "f(".repeat(20_000), ")".repeat(20_000));
        let _ = read(&deep, NAMES);
    }
}
