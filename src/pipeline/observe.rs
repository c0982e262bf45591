//! What is done when all nodes are built, so that events and metadata of the run are in the warehouse when it ends.

use std::sync::{MutexGuard, PoisonError, mpsc};
use std::thread::ScopedJoinHandle;

use super::built::BuiltAtLast;
use super::{Exit, Ready, Surroundings, checkpoints, event_log, execution, metadata};
use crate::diagnostics::Diagnostic;
use crate::event_log::Recorder;
use crate::execute::Unmeasured;
use crate::invocation::Invocation;

/// Runs a command. When its nodes are built, measures what is not measured yet, works out what metadata say and delivers
/// events, and beside has the database write out what was built, and keeps metadata. Tells whether the warehouse has the
/// events.
pub(super) fn observed<T>(
    recorder: &Recorder,
    invocation: &Invocation,
    ready: &Ready,
    findings: &mut Vec<Diagnostic>,
    around: &Surroundings,
    run: impl FnOnce(&mut Vec<Diagnostic>) -> (Exit, T),
) -> (Exit, T, bool) {
    let has_metadata = || metadata::are_wanted(invocation, ready, around);
    std::thread::scope(|scope| {
        let (opened, store) = mpsc::channel();
        let (worked_out, prepared) = mpsc::channel();
        let write = move || {
            ready.built.wait();
            let store = event_log::open(recorder, invocation, ready, around);
            // Metadata have a view of the views of events.
            let has_runs = store.as_ref().is_some_and(Result::is_ok);
            // Whoever waits for it has not gone.
            let _ = opened.send(store);
            // Closing takes longer than all the rest, and most of what it writes is there by now.
            ready.adapter.write_out();
            let prepared = prepared.recv().ok().flatten();
            prepared.map_or(Ok(()), |it| metadata::keep(&it, has_runs, ready, around))
        };
        let is_wanted = recorder.is_on() || has_metadata();
        let writing = is_wanted.then(|| scope.spawn(write));
        let (exit, done) = {
            let _built = BuiltAtLast(ready);
            run(findings)
        };
        let built = ready.built.wait();
        for it in std::mem::take(&mut *unmeasured(ready)) {
            let same = it.has_views().then(|| {
                let execution = execution(invocation, ready, around);
                checkpoints::same_rows(built, (ready, &execution), around)
            });
            it.measure(&same.unwrap_or_default());
        }
        let prepared = match has_metadata() {
            true => metadata::prepare(invocation, ready, built, &recorder.secrets(), around),
            false => Ok(None),
        };
        let prepared = prepared.unwrap_or_else(|failure| {
            metadata::tell_failure(failure, around);
            None
        });
        // Where nobody writes, nothing is to come.
        let _ = worked_out.send(prepared);
        let end =
            |store| event_log::end(recorder, store, invocation, ready, (findings, exit), around);
        let has_events = store.recv().ok().flatten().is_some_and(end);
        match writing.map(ScopedJoinHandle::join) {
            Some(Ok(Err(failure))) => metadata::tell_failure(failure, around),
            Some(Err(panic)) => std::panic::resume_unwind(panic),
            Some(Ok(Ok(()))) | None => {}
        }
        (exit, done, has_events)
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
