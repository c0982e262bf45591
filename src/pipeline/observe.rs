//! What is done when all nodes are built, so that events and metadata of the run are in the warehouse when it ends.

use std::sync::{MutexGuard, PoisonError, mpsc};
use std::thread::ScopedJoinHandle;

use super::{Exit, Ready, Surroundings, event_log, metadata};
use crate::diagnostics::Diagnostic;
use crate::event_log::Recorder;
use crate::execute::Unmeasured;
use crate::invocation::Invocation;

/// Measures what is not measured yet and delivers events; keeps metadata meanwhile. Tells whether the warehouse has the events.
pub(super) fn observe(
    recorder: &Recorder,
    invocation: &Invocation,
    ready: &Ready,
    (findings, exit): (&[Diagnostic], Exit),
    around: &Surroundings,
) -> bool {
    std::thread::scope(|scope| {
        // Metadata have a view of the views of events.
        let (are_there, views) = mpsc::channel();
        let keep = move || {
            let prepared = metadata::prepare(invocation, ready, &recorder.secrets(), around)?;
            let has_runs = views.recv().unwrap_or_default();
            let keep = |it| metadata::keep(&it, has_runs, ready, around);
            prepared.map_or(Ok(()), keep)
        };
        let are_wanted = metadata::are_wanted(invocation, ready, around);
        let keeping = are_wanted.then(|| scope.spawn(keep));
        let store = event_log::open(recorder, invocation, ready, around);
        // Nobody may wait for it.
        let _ = are_there.send(store.as_ref().is_some_and(Result::is_ok));
        for it in std::mem::take(&mut *unmeasured(ready)) {
            it.measure();
        }
        let end =
            |store| event_log::end(recorder, store, invocation, ready, (findings, exit), around);
        let has_events = store.is_some_and(end);
        match keeping.map(ScopedJoinHandle::join) {
            Some(Ok(Err(failure))) => metadata::tell_failure(failure, around),
            Some(Err(panic)) => std::panic::resume_unwind(panic),
            Some(Ok(Ok(()))) | None => {}
        }
        has_events
    })
}

/// Takes note of what a build has not measured.
pub(super) fn remember(built: Option<Unmeasured>, ready: &Ready) {
    unmeasured(ready).extend(built);
}

fn unmeasured(ready: &Ready) -> MutexGuard<'_, Vec<Unmeasured>> {
    let unmeasured = ready.unmeasured.lock();
    unmeasured.unwrap_or_else(PoisonError::into_inner)
}
