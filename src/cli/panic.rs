//! A mistake of dsql itself: a short text that asks for a report.

use std::panic;

/// Replaces Rust's own message. A node that panics becomes a failed node and goes on to be told
/// there; what is printed here is for a panic that nothing catches.
pub(super) fn install() {
    panic::set_hook(Box::new(|info| {
        let payload = info.payload();
        let message = payload
            .downcast_ref::<&str>()
            .map(|it| (*it).to_owned())
            .or_else(|| payload.downcast_ref::<String>().cloned())
            .unwrap_or_default();
        // Workers are named; what happens there is caught and reported as a node's failure.
        let caught = std::thread::current().name().is_some_and(|it| it != "main");
        if caught {
            return;
        }
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        super::streams::err(&text(&message, &place));
    }));
}

fn text(message: &str, place: &str) -> String {
    let version = super::version::text();
    format!(
        "error[internal-error]: dsql has made a mistake and cannot go on\n  {message}\n  at {place}, \
         {version}  help: please report this with the command line and, if you can, the project\n"
    )
}
