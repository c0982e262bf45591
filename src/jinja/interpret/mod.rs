//! Runs trees: statement by statement into a text, expression by expression into values.
//!
//! In: a [`Unit`] and the session it is rendered in. Out: text with its segments, or the pieces of
//! a native rendering. A [`Run`] is one activation of a template, a macro or the body of a call; its
//! variables are nobody else's. Read `run.rs` first.

mod arguments;
mod assign;
mod calls;
mod closure;
mod expressions;
mod filters;
mod loops;
mod names;
mod native;
mod output;
mod run;
mod statements;
mod undefined;

pub(super) use arguments::CallValues;
pub(super) use calls::call_macro;
pub(super) use filters::check;
pub(super) use native::native_value;
pub(super) use output::Output;
pub(super) use run::{Run, Unit};

/// Tells whether a text has any mark of Jinja; dbt leaves others as they are.
pub(super) fn has_tags(text: &str) -> bool {
    text.as_bytes().windows(2).any(|pair| {
        matches!(
            pair,
            [b'{', b'{' | b'%' | b'#'] | [b'#' | b'}' | b'%', b'}']
        )
    })
}
