//! `.dbtignore`: patterns as in `.gitignore`.

use regex::Regex;

/// The patterns of a `.dbtignore`, in order; the last one that matches decides.
#[derive(Debug, Clone, Default)]
pub struct Ignore {
    patterns: Vec<Pattern>,
}

#[derive(Debug, Clone)]
struct Pattern {
    path: Regex,
    ignores: bool,
}

impl Ignore {
    /// Reads the patterns, one a line.
    pub fn parse(text: &str) -> Self {
        Self {
            patterns: text.lines().filter_map(pattern).collect(),
        }
    }

    /// Tells whether a file is ignored; the path is relative to the project, with `/`.
    pub fn ignores(&self, path: &str) -> bool {
        let mut matching = self.patterns.iter().rev();
        matching
            .find(|it| it.path.is_match(path))
            .is_some_and(|it| it.ignores)
    }
}

fn pattern(line: &str) -> Option<Pattern> {
    // A blank at the end counts only behind a backslash.
    let line = match line.trim_end() {
        trimmed if trimmed.ends_with('\\') && trimmed.len() < line.len() => {
            line.get(..=trimmed.len())?
        }
        trimmed => trimmed,
    };
    if line.is_empty() || line.starts_with('#') {
        return None;
    }
    let (ignores, line) = match line.strip_prefix('!') {
        Some(rest) => (false, rest),
        None => (true, line),
    };
    let path = Regex::new(&expression(line)?).ok()?;
    Some(Pattern { path, ignores })
}

/// Translates a pattern to a regular expression over a file's whole path.
fn expression(pattern: &str) -> Option<String> {
    let folder = pattern.ends_with('/');
    let body = pattern.trim_end_matches('/');
    if body.is_empty() {
        return None;
    }
    // A slash that is not the last character ties the pattern to the project's folder.
    let tied = body.contains('/');
    let segments: Vec<&str> = body.trim_start_matches('/').split('/').collect();
    let mut expression = String::from("^");
    if !tied {
        expression.push_str("(?:.+/)?");
    }
    for (at, segment) in segments.iter().enumerate() {
        let last = at + 1 == segments.len();
        match *segment {
            "**" if last => expression.push_str(".+"),
            "**" => expression.push_str("(?:.+/)?"),
            segment => {
                expression.push_str(&glob(segment)?);
                if !last {
                    expression.push('/');
                }
            }
        }
    }
    let below = if folder { "/.*$" } else { "(?:/.*)?$" };
    if segments.last() != Some(&"**") {
        expression.push_str(below);
    } else {
        expression.push('$');
    }
    Some(expression)
}

/// Translates one segment: `*`, `?`, `[a-z]`, `\` before a character that means itself.
fn glob(segment: &str) -> Option<String> {
    let mut expression = String::new();
    let mut letters = segment.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => expression.push_str(&regex::escape(&letters.next()?.to_string())),
            '*' => expression.push_str("[^/]*"),
            '?' => expression.push_str("[^/]"),
            '[' => {
                let rest: String = letters.clone().collect();
                // `]` right behind the opening is one of the characters.
                let negated = rest.starts_with(['!', '^']);
                let skip = usize::from(negated);
                let inner = rest.get(skip..)?;
                let first = inner.chars().next().map_or(0, char::len_utf8);
                match inner.get(first..).and_then(|it| it.find(']')) {
                    Some(end) => {
                        let class = inner.get(..first + end)?;
                        expression.push_str(if negated { "[^" } else { "[" });
                        expression.push_str(&class.replace('\\', "\\\\").replace('[', "\\["));
                        expression.push(']');
                        let used = rest.get(..skip + first + end)?.chars().count() + 1;
                        letters.by_ref().take(used).for_each(drop);
                    }
                    None => expression.push_str("\\["),
                }
            }
            other => expression.push_str(&regex::escape(&other.to_string())),
        }
    }
    Some(expression)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_as_in_gitignore() {
        for (patterns, path, ignored) in [
            ("*.sql", "models/a.sql", true),
            ("*.sql", "models/a.yml", false),
            ("a.sql", "models/x/a.sql", true),
            ("models/a.sql", "models/a.sql", true),
            ("models/a.sql", "x/models/a.sql", false),
            ("/a.sql", "models/a.sql", false),
            ("drafts/", "models/drafts/a.sql", true),
            ("drafts/", "models/drafts", false),
            ("drafts", "models/drafts/b/a.sql", true),
            ("models/**/a.sql", "models/a.sql", true),
            ("models/**/a.sql", "models/x/y/a.sql", true),
            ("models/**", "models/x/a.sql", true),
            ("**/tmp/*", "a/tmp/x", true),
            ("*.sql\n!keep.sql", "models/keep.sql", false),
            ("!keep.sql\n*.sql", "models/keep.sql", true),
            ("# a.sql", "# a.sql", false),
            ("\\#a", "#a", true),
            ("a?.[sy]*", "ab.yml", true),
            ("a[!b].sql", "ac.sql", true),
            ("a[!b].sql", "ab.sql", false),
            ("a[.sql", "a[.sql", true),
            ("  ", "a", false),
            ("models/*.sql", "models/x/a.sql", false),
            ("models/x*", "models/xy/a.sql", true),
        ] {
            assert_eq!(
                Ignore::parse(patterns).ignores(path),
                ignored,
                "{patterns:?} {path}"
            );
        }
    }
}
