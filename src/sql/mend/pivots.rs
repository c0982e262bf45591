//! PIVOT and UNPIVOT as statements, and PIVOT by several columns or with GROUP BY.
//!
//! The library knows one list of values for PIVOT, and no groups. Both are written as the query from which it takes values:
//! `PIVOT (sum(x) FOR (a, b) IN (SELECT 1, 2 GROUP BY g UNION ALL SELECT *))` has a SELECT for each column, of its values, or of `*`
//! if the rows say which there are. `analysis/pivots.rs` knows it by its SELECT, which stands nowhere in the text.

use std::ops::Range;

use sqlparser::tokenizer::{Token, TokenWithSpan};

use super::tokens::{Tokens, listed, made};

const PIVOT: [&str; 2] = ["pivot", "pivot_wider"];
const UNPIVOT: [&str; 2] = ["unpivot", "pivot_longer"];

pub(super) fn mend(text: &mut Tokens) {
    // Those within others come first.
    for at in (0..text.len()).rev() {
        if text.is_any(at, &PIVOT) {
            match is_behind_table(text, at) {
                true => of_table(text, at),
                false => pivot(text, at),
            };
        } else if text.is_any(at, &UNPIVOT) && !is_behind_table(text, at) {
            unpivot(text, at);
        }
    }
}

/// Tells `table PIVOT (… FOR …)` from `PIVOT table ON …`.
fn is_behind_table(text: &Tokens, at: usize) -> bool {
    let open = at + 1 + 2 * usize::from(text.is_word(at + 2, "nulls"));
    let close = text.close(open).filter(|_| text.is(open, &Token::LParen));
    !text.starts_query(at)
        || close.is_some_and(|it| text.until(open + 1, |at| text.is_word(at, "for")) < it)
}

/// One column by whose values rows are turned.
struct By {
    column: Vec<TokenWithSpan>,
    values: Vec<TokenWithSpan>,
}

impl By {
    /// Reads `expression IN (values)`, of which the part behind the expression may lack.
    fn read(text: &Tokens, range: Range<usize>) -> Self {
        let at = text.until(range.start, |at| text.is_word(at, "in"));
        let column = text.copy(range.start..at.min(range.end));
        let mut values = made("select");
        let is_query = ["select", "from", "with"];
        let close = text.close(at + 1).filter(|it| *it < range.end);
        match close.filter(|_| text.is(at + 1, &Token::LParen)) {
            Some(close) if text.is_any(at + 2, &is_query) => {
                values.extend(made("* where exists"));
                values.extend(text.copy(at + 1..close + 1));
            }
            Some(close) => {
                let mut listed = text.copy(at + 2..close);
                listed.pop_if(|it| it.token == Token::Comma);
                values.extend(listed);
            }
            None => values.extend(made("*")),
        }
        Self { column, values }
    }
}

/// Writes `PIVOT (aggregates FOR (columns) IN (values))`.
fn pivoted(
    aggregates: Vec<TokenWithSpan>,
    by: Vec<By>,
    groups: &[TokenWithSpan],
) -> Vec<TokenWithSpan> {
    let mut all = made("pivot (");
    all.extend(aggregates);
    all.extend(made("for ("));
    let (columns, values): (Vec<_>, Vec<_>) =
        by.into_iter().map(|it| (it.column, it.values)).unzip();
    all.extend(listed(columns));
    all.extend(made(") in ("));
    for (number, values) in values.into_iter().enumerate() {
        if number > 0 {
            all.extend(made("union all"));
        }
        all.extend(values);
        if number == 0 && !groups.is_empty() {
            all.extend(made("group by"));
            all.extend(groups.iter().cloned());
        }
    }
    all.extend(made("))"));
    all
}

/// One value of PIVOT. The library takes calls alone, so others are put into one that changes neither their value nor their type.
fn aggregate(text: &Tokens, range: Range<usize>) -> Vec<TokenWithSpan> {
    let is_call = matches!(text.token(range.start), Some(Token::Word(_)))
        && text.is(range.start + 1, &Token::LParen);
    let close = text.close(range.start + 1).filter(|_| is_call);
    let alias = text.until(range.start, |at| text.is_word(at, "as"));
    let alias = alias.min(range.end);
    let is_named = |close: usize| {
        let is_word = matches!(text.token(close + 1), Some(Token::Word(_)));
        close + 1 >= alias || is_word && close + 2 == range.end
    };
    match close {
        Some(close) if is_named(close) => text.copy(range),
        _ => {
            let mut all = made("any_value(");
            all.extend(text.copy(range.start..alias));
            all.extend(made(")"));
            all.extend(text.copy(alias..range.end));
            all
        }
    }
}

/// `PIVOT table ON columns USING aggregates GROUP BY groups`.
fn pivot(text: &mut Tokens, at: usize) -> Option<()> {
    let on = text.clause(at + 1, &["on", "using", "group", "join", "into"]);
    let using = match text.is_word(on, "on") {
        true => text.clause(on + 1, &["using", "group"]),
        false => on,
    };
    let group = match text.is_word(using, "using") {
        true => text.clause(using + 1, &["group"]),
        false => using,
    };
    let is_grouped = text.are_words(group, &["group", "by"]);
    let end = match is_grouped {
        true => text.clause(group + 2, &[]),
        false => group,
    };
    let list = |range: Range<usize>| listed(text.split(range).into_iter().map(|it| text.copy(it)));
    let groups = match is_grouped {
        true => list(group + 2..end),
        false => Vec::new(),
    };
    let aggregates = match text.is_word(using, "using") {
        true => listed(
            text.split(using + 1..group)
                .into_iter()
                .map(|it| aggregate(text, it)),
        ),
        false => made("count(*)"),
    };
    let source = text.copy(at + 1..on);
    let mut all = made("select");
    match text.is_word(on, "on") {
        true => {
            all.extend(made("* from"));
            all.extend(source);
            let by = text.split(on + 1..using).into_iter();
            let by = by.map(|it| By::read(text, it)).collect();
            all.extend(pivoted(aggregates, by, &groups));
        }
        false if text.is_word(using, "using") => {
            let columns = [groups.clone(), list(using + 1..group)].into_iter();
            all.extend(listed(columns.filter(|it| !it.is_empty())));
            all.extend(made("from"));
            all.extend(source);
            if is_grouped {
                all.extend(made("group by"));
                all.extend(groups);
            }
        }
        false => return None,
    }
    text.replace(at..end, all);
    Some(())
}

/// `table PIVOT (aggregates FOR a IN (values) b IN (values) GROUP BY groups)`.
fn of_table(text: &mut Tokens, at: usize) -> Option<()> {
    let close = text.close(at + 1)?;
    let of = text.until(at + 2, |at| text.is_word(at, "for"));
    let group = text.until(of + 1, |at| text.are_words(at, &["group", "by"]));
    if of >= close || group > close {
        return None;
    }
    let mut by = Vec::new();
    let mut from = of + 1;
    while from < group {
        let within = text.until(from, |at| text.is_word(at, "in"));
        let end = match text.is(within + 1, &Token::LParen) {
            true => text.close(within + 1)? + 1,
            false => within + 2,
        };
        by.push(By::read(text, from..end));
        from = end;
    }
    let groups = text.copy((group + 2).min(close)..close);
    let aggregates = text.split(at + 2..of).into_iter();
    let aggregates = listed(aggregates.map(|it| aggregate(text, it)));
    let all = pivoted(aggregates, by, &groups);
    text.replace(at..close + 1, all);
    Some(())
}

/// `UNPIVOT table ON columns INTO NAME name VALUE values`.
fn unpivot(text: &mut Tokens, at: usize) -> Option<()> {
    let on = text.clause(at + 1, &["on", "using", "join", "into"]);
    if !text.is_word(on, "on") {
        return None;
    }
    let into = text.clause(on + 1, &["into"]);
    let (name, values, end) = match text.are_words(into, &["into", "name"]) {
        true => {
            let value = text.clause(into + 2, &["value", "values"]);
            let end = text.clause(value + 1, &[]);
            let name = text.copy(into + 2..value);
            (name, text.copy(value + 1..end), end)
        }
        false => (made("name"), made("value"), into),
    };
    let is_several = values.iter().any(|it| it.token == Token::Comma);
    let columns = text.split(on + 1..into).into_iter().map(|it| {
        let is_star = text.is(it.start, &Token::Mul);
        let column = text.copy(it);
        match is_star {
            true => [made("columns("), column, made(")")].concat(),
            false => column,
        }
    });
    let columns = listed(columns);
    let mut all = made("select * from");
    all.extend(text.copy(at + 1..on));
    all.extend(made(match is_several {
        true => "unpivot ((",
        false => "unpivot (",
    }));
    all.extend(values);
    all.extend(made(match is_several {
        true => ") for",
        false => "for",
    }));
    all.extend(name);
    all.extend(made("in ("));
    all.extend(columns);
    all.extend(made("))"));
    text.replace(at..end, all);
    Some(())
}
