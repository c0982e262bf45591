//! What to type where Jinja's own words leave it open.

use super::error::SyntaxError;

/// Adds what to type to the mistakes that are made most.
pub(super) fn advise(text: &str, error: SyntaxError) -> SyntaxError {
    if error.help.is_some() {
        return error;
    }
    match advice(text, &error) {
        Some(help) => error.with_help(help),
        None => error,
    }
}

fn advice(text: &str, error: &SyntaxError) -> Option<String> {
    let (start, message) = (error.span.start as usize, error.message.as_str());
    let before = text.get(..start)?;
    let rest = text.get(start..)?;
    let expected = message.strip_prefix("expected token '");
    let expected = expected.and_then(|it| it.split('\'').next());
    if within_braces(before) && (rest.starts_with(['{', '}']) || before.ends_with("{{")) {
        return Some("inside of a tag names stand without braces".to_owned());
    }
    if message == "unexpected '}'" {
        let is_open = |open, close| before.rfind(open) > before.rfind(close);
        if is_open("{{", "}}") && is_open("{{", "{%") {
            return Some("end the expression with `}}`".to_owned());
        }
        if is_open("{%", "%}") {
            return Some("end the tag with `%}`".to_owned());
        }
    }
    if let Some(closer) = message.strip_prefix("unexpected '}', expected '") {
        let closer = closer.trim_end_matches('\'');
        let end = match before.ends_with('%') {
            true => "%}",
            false => "}}",
        };
        return Some(format!("close the bracket with `{closer}` before `{end}`"));
    }
    if let Some(closer) = message.split_once(", expected '").map(|(_, it)| it) {
        return Some(format!("write `{}` here", closer.trim_end_matches('\'')));
    }
    Some(match (message, expected) {
        (_, Some("end of print statement")) => {
            "end the expression with `}}`, or join its parts with an operator such as `~`".into()
        }
        (_, Some("end of statement block")) => "end the tag with `%}`".into(),
        (_, Some(wanted @ ("," | ":" | "=" | "in" | ")" | "]"))) => {
            format!("write `{wanted}` before this")
        }
        ("Expected an expression, got 'end of print statement'", _) => {
            "write an expression between the braces".into()
        }
        ("unexpected 'end of print statement'" | "unexpected 'end of statement block'", _) => {
            "a value is missing before this".into()
        }
        ("can't assign to 'const'", _) => "a name starts with a letter or `_`".into(),
        _ if message == "Encountered unknown tag 'else'." || is_lone_end(message) => {
            "remove it: no tag is open that it could belong to".into()
        }
        _ => nested_blocks(message)?,
    })
}

/// Tells whether the text ends inside of an expression that has another `{{` in it.
fn within_braces(before: &str) -> bool {
    let Some(inner) = before.rfind("{{") else {
        return false;
    };
    let outer = before.get(..inner).unwrap_or_default();
    let opening = outer.rfind("{{").max(outer.rfind("{%"));
    opening.is_some_and(|at| !outer[at..].contains("}}") && !outer[at..].contains("%}"))
}

fn is_lone_end(message: &str) -> bool {
    message.starts_with("Encountered unknown tag 'end")
        && message.ends_with("'.")
        && !message.contains("looking for")
}

/// A tag that ends while another, inside of it, is open.
fn nested_blocks(message: &str) -> Option<String> {
    let (_, open) = message
        .strip_prefix("Encountered unknown tag 'end")?
        .split_once("The innermost block that needs to be closed is '")?;
    let open = open.trim_end_matches("'.");
    Some(format!("write `{{% end{open} %}}` before this"))
}
