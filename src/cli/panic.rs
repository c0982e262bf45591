//! A mistake of dsql itself: a short text that asks for a report.

use std::panic;

use crate::diagnostics::{is_guarded, words};
use crate::invocation::Program;

/// Replaces Rust's own message. A panic over a file or a node becomes its failure and is told
/// there; what is printed here is for one that nothing catches.
pub(super) fn install() {
    panic::set_hook(Box::new(|info| {
        if is_guarded() {
            return;
        }
        let message = words(info.payload());
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        super::streams::err(&text(message, &place));
    }));
}

fn text(message: &str, place: &str) -> String {
    let version = super::version::text(Program::Dsql);
    format!(
        "error[internal-error]: dsql has made a mistake and cannot go on\n  {message}\n  at {place}, \
         {version}\n  help: please report this with the command line and, if you can, the project\n"
    )
}
