//! DuckDB's forms of SQL that the library does not read, written in forms that it does.
//!
//! In: the tokens of a text. Out: [`Mended`]: tokens that the library reads, and what is left out of them. Tokens keep the places at
//! which they stand in the text, so that what is found in the tree is found there; tokens that are put in have none.
//! One file for each kind of form. Only what the library refuses comes here, so a form need not be told from one that it reads.

mod from_first;
mod joins;
mod lists;
mod names;
mod operators;
mod pivots;
mod samples;
mod stars;
mod tokens;

use sqlparser::tokenizer::{Span, TokenWithSpan};

use tokens::Tokens;

/// A text that is mended.
pub(super) struct Mended {
    /// What the library reads.
    pub(super) tokens: Vec<TokenWithSpan>,
    /// Where something stands that says which rows or values there are, and is no part of the tokens.
    pub(super) left_out: Vec<Span>,
}

/// Mends a text.
pub(super) fn mended(tokens: Vec<TokenWithSpan>) -> Mended {
    let mut text = Tokens::new(tokens);
    stars::mend(&mut text);
    names::mend(&mut text);
    lists::mend(&mut text);
    operators::mend(&mut text);
    samples::mend(&mut text);
    joins::mend(&mut text);
    pivots::mend(&mut text);
    from_first::mend(&mut text);
    Mended {
        tokens: text.all,
        left_out: text.left_out,
    }
}
