//! `[f(x) FOR x IN list IF condition]`: `list_transform(list_filter(list, lambda x: condition), lambda x: f(x))`.

use sqlparser::tokenizer::Token;

use super::tokens::{Tokens, made};

pub(super) fn mend(text: &mut Tokens) {
    // Those within others come first.
    for at in (0..text.len()).rev() {
        if text.is(at, &Token::LBracket) {
            comprehension(text, at);
        }
    }
}

fn comprehension(text: &mut Tokens, open: usize) -> Option<()> {
    let close = text.close(open)?;
    let find = |from: usize, word: &str| {
        let at = text.until(from, |at| text.is_word(at, word));
        (at < close && text.is_word(at, word)).then_some(at)
    };
    let of = find(open + 1, "for")?;
    let list = find(of + 1, "in")? + 1;
    let condition = find(list, "if").filter(|it| *it > list);
    let names = of + 1..list - 1;
    let function = |body: std::ops::Range<usize>| {
        let mut all = made(", lambda");
        all.extend(text.copy(names.clone()));
        all.extend(made(":"));
        all.extend(text.copy(body));
        all.extend(made(")"));
        all
    };
    let mut all = made("list_transform(");
    if let (Some(first), Some(bracket)) = (all.first_mut(), text.all.get(open)) {
        first.span = bracket.span;
    }
    match condition {
        Some(condition) => {
            all.extend(made("list_filter("));
            all.extend(text.copy(list..condition));
            all.extend(function(condition + 1..close));
        }
        None => all.extend(text.copy(list..close)),
    }
    all.extend(function(open + 1..of));
    if let (Some(last), Some(bracket)) = (all.last_mut(), text.all.get(close)) {
        last.span = bracket.span;
    }
    text.replace(open..close + 1, all);
    Some(())
}
