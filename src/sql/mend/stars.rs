//! `* LIKE 'pattern'`: `COLUMNS` with the same condition on the names; `f(*COLUMNS(…))`: `f(UNPACK(COLUMNS(…)))`.

use sqlparser::tokenizer::Token;

use super::tokens::{Tokens, is_word, made};

pub(super) fn mend(text: &mut Tokens) {
    for at in (0..text.len()).rev() {
        unpack(text, at);
        let is_item = text.before(at).is_some_and(|it| {
            *it == Token::Comma || is_word(it, "select") || is_word(it, "distinct")
        });
        if !text.is(at, &Token::Mul) || !is_item {
            continue;
        }
        let from = at + 1;
        let not = usize::from(text.is_word(from, "not"));
        let words = match () {
            () if text.are_words(from + not, &["similar", "to"]) => 2,
            () if text.is_any(from + not, &["like", "ilike", "glob"]) => 1,
            () => continue,
        };
        let end = from + not + words;
        if matches!(text.token(end), Some(Token::SingleQuotedString(_))) {
            let mut columns = made("columns(lambda c: c)");
            if let (Some(first), Some(star)) = (columns.first_mut(), text.all.get(at)) {
                first.span = star.span;
            }
            let close = columns.pop();
            columns.extend(text.copy(from..end + 1));
            columns.extend(close);
            text.replace(at..end + 1, columns);
        }
    }
}

fn unpack(text: &mut Tokens, at: usize) {
    let is_argument = matches!(text.before(at), Some(Token::LParen | Token::Comma));
    let is_call = text.is_word(at + 1, "columns") && text.is(at + 2, &Token::LParen);
    if is_argument
        && text.is(at, &Token::Mul)
        && is_call
        && let Some(close) = text.close(at + 2)
    {
        text.replace(close + 1..close + 1, made(")"));
        text.replace(at..at + 1, made("unpack("));
    }
}
