//! `FROM t WHERE …` without SELECT: `SELECT * FROM t WHERE …`.

use sqlparser::tokenizer::Token;

use super::tokens::{Tokens, is_word, made};

pub(super) fn mend(text: &mut Tokens) {
    for at in (0..text.len()).rev() {
        if text.is_word(at, "from") && text.starts_query(at) && stands_alone(text, at) {
            text.replace(at..at, made("select *"));
        }
        if text.is_word(at, "table") && at == 0 && text.len() > 1 {
            text.replace(0..1, made("select * from"));
        }
    }
}

/// Tells whether no SELECT belongs to a FROM, before or behind it.
fn stands_alone(text: &Tokens, at: usize) -> bool {
    let sets = ["union", "except", "intersect"];
    let end = text.until(at + 1, |at| {
        text.is_any(at, &sets) || text.is_word(at, "select")
    });
    if text.is_word(end, "select") {
        return false;
    }
    // Behind `)` only if that closes the last table expression of a WITH.
    text.before(at) != Some(&Token::RParen) || follows_with(text, at)
}

/// Tells whether what stands before, back to where the query begins, starts with WITH and has no SELECT of its own.
fn follows_with(text: &Tokens, at: usize) -> bool {
    let (mut at, mut depth) = (at, 0_usize);
    let mut first = None;
    while let Some(token) = text.before(at) {
        match token {
            Token::RParen | Token::RBracket | Token::RBrace => depth += 1,
            Token::LParen | Token::LBracket | Token::LBrace if depth == 0 => break,
            Token::LParen | Token::LBracket | Token::LBrace => depth -= 1,
            Token::SemiColon => break,
            token if depth == 0 => {
                let is_own = ["select", "from", "union", "except", "intersect"];
                if is_own.iter().any(|it| is_word(token, it)) {
                    return false;
                }
                first = Some(token);
            }
            _ => {}
        }
        at -= 1;
    }
    first.is_some_and(|it| is_word(it, "with"))
}
