//! Operators and words that the library does not know.

use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::{Token, Word};

use super::tokens::{Tokens, made, opens};

pub(super) fn mend(text: &mut Tokens) {
    let has_keys = (0..text.len()).any(|at| is_using_key(text, at));
    let mut at = 0;
    while at < text.len() {
        power(text, at);
        glob(text, at);
        within(text, at);
        filter(text, at);
        place(text, at);
        if has_keys {
            recurring(text, at);
        }
        at += 1;
    }
}

/// `a ** b` is `a ^ b`.
fn power(text: &mut Tokens, at: usize) {
    if !text.is(at, &Token::Mul) || !text.is(at + 1, &Token::Mul) {
        return;
    }
    if let Some(second) = text.all.get(at + 1).map(|it| it.span)
        && let Some(first) = text.all.get_mut(at)
        && first.span.end == second.start
    {
        first.token = Token::Caret;
        first.span = first.span.union(&second);
        text.all.remove(at + 1);
    }
}

/// `a GLOB b`, an operator of its own.
fn glob(text: &mut Tokens, at: usize) {
    if text.is_word(at, "glob")
        && !text.is(at + 1, &Token::LParen)
        && text.before(at).is_some_and(ends_value)
        && let Some(it) = text.all.get_mut(at)
    {
        it.token = Token::CustomBinaryOperator("GLOB".to_owned());
    }
}

/// `a IN [1, 2]`: `a IN UNNEST([1, 2])`.
fn within(text: &mut Tokens, at: usize) {
    if !text.is_word(at, "in") || !text.is(at + 1, &Token::LBracket) {
        return;
    }
    if let Some(close) = text.close(at + 1) {
        text.replace(close + 1..close + 1, made(")"));
        text.replace(at + 1..at + 1, made("unnest("));
    }
}

/// `FILTER (condition)`: `FILTER (WHERE condition)`.
fn filter(text: &mut Tokens, at: usize) {
    let is_call = text.before(at) == Some(&Token::RParen);
    if is_call
        && text.is_word(at, "filter")
        && text.is(at + 1, &Token::LParen)
        && !text.is_word(at + 2, "where")
    {
        text.replace(at + 2..at + 2, made("where"));
    }
}

/// `#1` is a name.
fn place(text: &mut Tokens, at: usize) {
    let Some(Token::Number(number, false)) = text.token(at + 1) else {
        return;
    };
    let word = Token::Word(Word {
        value: format!("#{number}"),
        quote_style: None,
        keyword: Keyword::NoKeyword,
    });
    if text.is(at, &Token::Sharp)
        && let Some(end) = text.all.get(at + 1).map(|it| it.span)
        && let Some(it) = text.all.get_mut(at)
    {
        it.token = word;
        it.span = it.span.union(&end);
        text.all.remove(at + 1);
    }
}

/// `USING KEY (a)` of a recursive table, which has all its rows as `recurring.name`.
fn recurring(text: &mut Tokens, at: usize) {
    if is_using_key(text, at)
        && let Some(close) = text.close(at + 2)
    {
        text.leave_out(at..close + 1);
    }
    let is_name = matches!(text.token(at + 2), Some(Token::Word(_)));
    if text.is_word(at, "recurring") && text.is(at + 1, &Token::Period) && is_name {
        text.leave_out(at..at + 2);
    }
}

fn is_using_key(text: &Tokens, at: usize) -> bool {
    text.are_words(at, &["using", "key"]) && text.is(at + 2, &Token::LParen)
}

/// Tells whether a value can end with a token.
fn ends_value(token: &Token) -> bool {
    let is_sign = matches!(
        token,
        Token::Comma | Token::Period | Token::Eq | Token::SemiColon
    );
    !opens(token) && !is_sign
}
