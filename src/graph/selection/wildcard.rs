//! Shell wildcards as Python's `fnmatch` reads them: `*`, `?`, `[seq]`, `[!seq]`.

/// Tells whether `text` matches `pattern` as a whole.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    if !pattern.contains(['*', '?', '[']) {
        return pattern == text;
    }
    if pattern == "*" {
        return true;
    }
    regex::Regex::new(&translate(pattern)).is_ok_and(|regex| regex.is_match(text))
}

fn translate(pattern: &str) -> String {
    let mut regex = String::from(r"(?s)\A");
    let mut rest = pattern;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        match c {
            '*' => regex.push_str(".*"),
            '?' => regex.push('.'),
            '[' => match class(rest) {
                Some((class, length)) => {
                    regex.push_str(&class);
                    rest = &rest[length..];
                }
                None => regex.push_str(r"\["),
            },
            other => regex.push_str(&regex::escape(other.encode_utf8(&mut [0; 4]))),
        }
    }
    regex + r"\z"
}

/// Reads what follows `[`: the class as a regular expression and its length with `]`.
fn class(rest: &str) -> Option<(String, usize)> {
    let (negated, skip) = if rest.starts_with('!') {
        ("^", 1)
    } else {
        ("", 0)
    };
    let body = &rest[skip..];
    let first = body.chars().next()?.len_utf8();
    let end = first + body.get(first..)?.find(']')?;
    let members = body[..end]
        .replace('\\', r"\\")
        .replace('[', r"\[")
        .replace('^', r"\^");
    let members = members.replace('&', r"\&").replace('~', r"\~");
    Some((format!("[{negated}{members}]"), skip + end + 1))
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn reads_wildcards_as_fnmatch_does() {
        for (pattern, text, expected) in [
            ("stg_*", "stg_orders", true),
            ("stg_*", "int_orders", false),
            ("*", "a.b", true),
            ("o?ders", "orders", true),
            ("[a-c]x", "bx", true),
            ("[!a-c]x", "bx", false),
            ("a.b", "axb", false),
            ("[", "[", true),
            ("*.*", "a.b", true),
            ("[]]", "]", true),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }
}
