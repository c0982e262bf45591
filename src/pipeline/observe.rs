//! What is done when all nodes are built, so that events and metadata of the run are in the warehouse when it ends.

use std::sync::{MutexGuard, PoisonError};
use std::thread::ScopedJoinHandle;

use super::{Exit, Ready, Surroundings, event_log, metadata};
use crate::diagnostics::Diagnostic;
use crate::event_log::Recorder;
use crate::execute::Unmeasured;
use crate::invocation::Invocation;

/// Measures what is not measured yet, delivers events, keeps metadata. Tells whether the warehouse has the events.
///
/// What metadata say is worked out meanwhile: that writes nothing.
pub(super) fn observe(
    recorder: &Recorder,
    invocation: &Invocation,
    ready: &Ready,
    (findings, exit): (&[Diagnostic], Exit),
    around: &Surroundings,
) -> bool {
    let (has_events, prepared) = std::thread::scope(|scope| {
        let prepare = || metadata::prepare(invocation, ready, &recorder.secrets(), around);
        let are_wanted = metadata::are_wanted(invocation, ready, around);
        let prepared = are_wanted.then(|| scope.spawn(prepare));
        for it in std::mem::take(&mut *unmeasured(ready)) {
            it.measure();
        }
        let has_events = event_log::end(recorder, invocation, ready, (findings, exit), around);
        (has_events, prepared.map(ScopedJoinHandle::join))
    });
    match prepared {
        Some(Ok(Some(prepared))) => metadata::keep(&prepared, ready, around),
        Some(Err(panic)) => std::panic::resume_unwind(panic),
        Some(Ok(None)) | None => {}
    }
    has_events
}

/// Takes note of what a build has not measured.
pub(super) fn remember(built: Option<Unmeasured>, ready: &Ready) {
    unmeasured(ready).extend(built);
}

fn unmeasured(ready: &Ready) -> MutexGuard<'_, Vec<Unmeasured>> {
    let unmeasured = ready.unmeasured.lock();
    unmeasured.unwrap_or_else(PoisonError::into_inner)
}
