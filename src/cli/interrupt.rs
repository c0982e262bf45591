//! Signals. The first Ctrl-C stops the run in order, the second ends the program; a file that
//! grows beyond the limit of its process is an error of the write, not the end of the program.

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
    // Without a handler the signal ends the program, and leaves what a kill leaves.
    #[cfg(unix)]
    let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, Arc::default());
}

#[allow(clippy::exit, reason = "the second Ctrl-C waits for nothing")]
fn leave() -> ! {
    std::process::exit(KILLED)
}
