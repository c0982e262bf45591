//! `ASOF JOIN … ON`, for which the library wants Snowflake's `MATCH_CONDITION`, and `POSITIONAL JOIN` behind an alias.

use super::tokens::{Tokens, made};

pub(super) fn mend(text: &mut Tokens) {
    for at in (0..text.len()).rev() {
        if text.is_word(at, "asof") {
            asof(text, at);
        }
        if text.are_words(at, &["positional", "join"]) {
            text.leave_out(at..at + 1);
            text.replace(at..at, made("cross"));
        }
    }
}

fn asof(text: &mut Tokens, at: usize) -> Option<()> {
    let join = (at + 1..at + 4).find(|it| text.is_word(*it, "join"))?;
    if text.is_any(at + 1, &["right", "full", "semi", "anti"]) {
        // What is left says which columns there are; which rows are meant, it does not.
        text.leave_out(at..at + 1);
        return None;
    }
    let on = text.until(join + 1, |at| text.is_any(at, &["on", "using"]));
    if text.is_any(on, &["on", "using"]) {
        text.replace(on..on, made("match_condition (true)"));
        match text.is_word(at + 1, "inner") {
            true => text.replace(at + 1..join, Vec::new()),
            false if join > at + 1 => text.leave_out(at + 1..join),
            false => {}
        }
    }
    Some(())
}
