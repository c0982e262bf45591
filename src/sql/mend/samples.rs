//! What says that only some of the rows count: samples, percents of a LIMIT, and rows that a window leaves out. None of it says
//! which columns there are, so it is left out.

use sqlparser::tokenizer::Token;

use super::tokens::{Tokens, is_word};

pub(super) fn mend(text: &mut Tokens) {
    for at in (0..text.len()).rev() {
        let end = match () {
            () if text.are_words(at, &["using", "sample"]) => sample(text, at + 2),
            () if text.is_word(at, "tablesample") => sample(text, at + 1),
            () if text.is_word(at, "exclude") => excluded(text, at),
            () => None,
        };
        match end {
            Some(end) => text.leave_out(at..end),
            None => percent(text, at),
        }
    }
}

/// Finds the end of a sample: `10%`, `10 ROWS (bernoulli, 3)`, `reservoir(10 ROWS) REPEATABLE (3)`.
fn sample(text: &Tokens, from: usize) -> Option<usize> {
    let is_method = matches!(text.token(from), Some(Token::Word(_)));
    let mut at = from + usize::from(is_method);
    match text.token(at)? {
        Token::LParen => at = text.close(at)? + 1,
        Token::Number(..) => {
            at += 1;
            let is_unit = text.is(at, &Token::Mod) || text.is_any(at, &["percent", "rows"]);
            at += usize::from(is_unit);
            if text.is(at, &Token::LParen) {
                at = text.close(at)? + 1;
            }
        }
        _ => return None,
    }
    if text.is_word(at, "repeatable") && text.is(at + 1, &Token::LParen) {
        at = text.close(at + 1)? + 1;
    }
    Some(at)
}

/// Finds the end of `EXCLUDE CURRENT ROW` and others of a window.
fn excluded(text: &Tokens, at: usize) -> Option<usize> {
    let bounds = ["row", "preceding", "following"];
    let is_window = text
        .before(at)
        .is_some_and(|it| bounds.iter().any(|word| is_word(it, word)));
    let words = match () {
        () if text.are_words(at + 1, &["current", "row"]) => 2,
        () if text.are_words(at + 1, &["no", "others"]) => 2,
        () if text.is_any(at + 1, &["group", "ties"]) => 1,
        () => return None,
    };
    is_window.then_some(at + 1 + words)
}

/// Takes the percent off `LIMIT 10%`.
fn percent(text: &mut Tokens, at: usize) {
    if !text.is_word(at, "limit") || !matches!(text.token(at + 1), Some(Token::Number(..))) {
        return;
    }
    let is_last = match text.token(at + 3) {
        Some(Token::Word(_)) => text.is_word(at + 3, "offset"),
        behind => !matches!(behind, Some(Token::Number(..) | Token::LParen)),
    };
    if text.is_word(at + 2, "percent") || text.is(at + 2, &Token::Mod) && is_last {
        text.leave_out(at + 2..at + 3);
    }
}
