//! Puts ephemeral models in front of a query as common table expressions.

use crate::nodes::InjectedCte;

/// Prefix of the names of ephemeral models in SQL.
pub const EPHEMERAL_PREFIX: &str = "__dbt__cte__";

/// Puts `ctes` in front of `sql`: into its own `with`, if it starts with one. Returns the new SQL
/// and how many bytes stand before the part of `sql` that is unchanged, with the length of the
/// unchanged head.
pub(super) fn inject(sql: &str, ctes: &[InjectedCte]) -> Injected {
    if ctes.is_empty() {
        return Injected {
            sql: sql.to_owned(),
            head: 0,
            shift: 0,
        };
    }
    let list = ctes
        .iter()
        .map(|cte| cte.sql.as_str())
        .collect::<Vec<_>>()
        .join(", ");
    let (head, inserted) = match own_with(sql) {
        Some(end) => (end, format!("{list}, ")),
        None => (sql.len() - sql.trim_start().len(), format!("with{list} ")),
    };
    let sql = format!("{}{inserted}{}", &sql[..head], &sql[head..]);
    Injected {
        sql,
        head,
        shift: inserted.len(),
    }
}

/// SQL with something put in: the first `head` bytes stand where they stood, the rest is moved
/// by `shift`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Injected {
    pub(super) sql: String,
    pub(super) head: usize,
    pub(super) shift: usize,
}

/// Finds what follows the leading `with` or `with recursive`, past spaces and comments.
fn own_with(sql: &str) -> Option<usize> {
    let with = keyword(sql, skip_blank(sql, 0), "with")?;
    let next = skip_blank(sql, with);
    let end = keyword(sql, next, "recursive").unwrap_or(with);
    let space = sql[end..].len() - sql[end..].trim_start().len();
    Some(end + space)
}

/// Returns the end of a keyword that stands at `at` as a whole word.
fn keyword(sql: &str, at: usize, word: &str) -> Option<usize> {
    let found = sql.get(at..at + word.len())?;
    let follows = sql.get(at + word.len()..)?.chars().next();
    let ends = follows.is_none_or(|c| !c.is_alphanumeric() && c != '_');
    (found.eq_ignore_ascii_case(word) && ends).then_some(at + word.len())
}

/// Skips white space and comments.
fn skip_blank(sql: &str, mut at: usize) -> usize {
    loop {
        let rest = &sql[at..];
        let blank = rest.len() - rest.trim_start().len();
        let rest = &rest[blank..];
        at += blank;
        if rest.starts_with("--") {
            at += rest.find('\n').map_or(rest.len(), |end| end + 1);
        } else if rest.starts_with("/*") {
            at += rest.find("*/").map_or(rest.len(), |end| end + 2);
        } else {
            return at;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn goes_into_the_querys_own_with() {
        let cte = InjectedCte {
            id: "model.p.a".into(),
            sql: " __dbt__cte__a as (\nselect 1\n)".into(),
        };
        for (sql, expected) in [
            (
                "\nselect 2",
                "\nwith __dbt__cte__a as (\nselect 1\n) select 2",
            ),
            (
                "with b as (x) y",
                "with  __dbt__cte__a as (\nselect 1\n), b as (x) y",
            ),
            (
                "-- c\nWITH\nRECURSIVE\n b",
                "-- c\nWITH\nRECURSIVE\n  __dbt__cte__a as (\nselect 1\n), b",
            ),
            ("without", "with __dbt__cte__a as (\nselect 1\n) without"),
        ] {
            assert_eq!(inject(sql, std::slice::from_ref(&cte)).sql, expected);
        }
    }
}
