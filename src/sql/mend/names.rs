//! `name: value` in a SELECT: `value AS name`.

use sqlparser::tokenizer::Token;

use super::tokens::{Tokens, closes, is_word, made, opens};

/// Words behind the columns of a SELECT.
const BEHIND: [&str; 11] = [
    "from",
    "where",
    "group",
    "having",
    "window",
    "qualify",
    "order",
    "limit",
    "union",
    "except",
    "intersect",
];

pub(super) fn mend(text: &mut Tokens) {
    for at in (0..text.len()).rev() {
        let is_name = matches!(text.token(at), Some(Token::Word(_)));
        if !is_name || !text.is(at + 1, &Token::Colon) || !is_item(text, at) {
            continue;
        }
        let end = text.until(at + 2, |at| {
            text.is(at, &Token::Comma) || text.is_any(at, &BEHIND)
        });
        let mut value = text.copy(at + 2..end);
        value.extend(made("as"));
        value.extend(text.copy(at..at + 1));
        text.replace(at..end, value);
    }
}

/// Tells whether a column of a SELECT begins somewhere.
fn is_item(text: &Tokens, at: usize) -> bool {
    let starts = |it: &Token| {
        *it == Token::Comma
            || ["select", "distinct", "all"]
                .iter()
                .any(|word| is_word(it, word))
    };
    if !text.before(at).is_some_and(starts) {
        return false;
    }
    let mut depth = 0_usize;
    for before in text.all.iter().take(at).rev().map(|it| &it.token) {
        match before {
            it if closes(it) => depth += 1,
            it if opens(it) && depth == 0 => return false,
            it if opens(it) => depth -= 1,
            _ if depth > 0 => {}
            it if is_word(it, "select") => return true,
            it if is_word(it, "lambda") || BEHIND.iter().any(|word| is_word(it, word)) => {
                return false;
            }
            _ => {}
        }
    }
    false
}
