//! Templates, where the earlier state has no compiled SQL.

use super::changes::{Fact, Verdict};

/// Says how two templates differ, as far as their text tells it.
pub(super) fn difference(old: &str, new: &str) -> Option<Fact> {
    if old.trim() == new.trim() {
        return None;
    }
    Some(match bare(old) == bare(new) {
        true => Fact::new(
            Verdict::Cosmetic,
            "blanks or comments of its template differ".to_owned(),
        ),
        false => Fact::new(
            Verdict::Unknown,
            "its template has changed, and the earlier manifest has no compiled SQL to compare"
                .to_owned(),
        )
        .of_rows(),
    })
}

/// Takes blanks and comments out of a template.
fn bare(text: &str) -> String {
    let (mut out, mut rest) = (String::new(), text);
    while let Some(first) = rest.chars().next() {
        let end = if rest.starts_with("--") {
            rest.find('\n')
        } else if rest.starts_with("/*") {
            rest.find("*/").map(|it| it + 2)
        } else if rest.starts_with("{#") {
            rest.find("#}").map(|it| it + 2)
        } else if first == '\'' || first == '"' {
            let end = rest[1..].find(first).map_or(rest.len(), |it| it + 2);
            out.push_str(&rest[..end]);
            rest = &rest[end..];
            continue;
        } else {
            match first.is_whitespace() {
                false => out.push(first),
                true if out.ends_with(' ') => {}
                true => out.push(' '),
            }
            rest = &rest[first.len_utf8()..];
            continue;
        };
        rest = end.map_or("", |it| &rest[it..]);
        if !out.ends_with(' ') {
            out.push(' ');
        }
    }
    out.trim().to_owned()
}
