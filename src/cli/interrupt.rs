//! Ctrl-C: the first stops the run in order, the second ends the program.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::output::Output;
use crate::events::{Event, Sink};
use crate::pipeline::Surroundings;

/// dbt's exit code for a run that was interrupted twice: the shell's for a signal.
const KILLED: i32 = 130;

/// Listens for Ctrl-C from here on.
pub(super) fn install(around: &Surroundings, output: Arc<Output>) {
    let (stop, interrupts) = (around.stop.clone(), around.interrupts.clone());
    let asked = AtomicBool::new(false);
    let handler = move || {
        if asked.swap(true, Ordering::SeqCst) {
            leave();
        }
        stop.store(true, Ordering::SeqCst);
        interrupts.interrupt_all();
        output.emit(Event::Cancelling);
    };
    // Without a handler Ctrl-C ends the program at once, which is what happens anyway.
    let _ = ctrlc::set_handler(handler);
}

#[allow(clippy::exit, reason = "the second Ctrl-C waits for nothing")]
fn leave() -> ! {
    std::process::exit(KILLED)
}
