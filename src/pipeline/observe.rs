//! What is done when all nodes are built, so that events and metadata of the run are in the warehouse when it ends.

use std::sync::{MutexGuard, PoisonError, mpsc};
use std::thread::ScopedJoinHandle;

use super::built::BuiltAtLast;
use super::{Exit, Ready, Surroundings, checkpoints, event_log, execution, metadata};
use crate::diagnostics::Diagnostic;
use crate::event_log::Recorder;
use crate::execute::Unmeasured;
use crate::invocation::Invocation;

/// Runs a command. When its nodes are built, what metadata will say is worked out beside what else it does; then measures what
/// is not measured yet and delivers events, and keeps metadata beside. Tells whether the warehouse has the events.
pub(super) fn observed<T>(
    recorder: &Recorder,
    invocation: &Invocation,
    ready: &Ready,
    findings: &mut Vec<Diagnostic>,
    around: &Surroundings,
    run: impl FnOnce(&mut Vec<Diagnostic>) -> (Exit, T),
) -> (Exit, T, bool) {
    std::thread::scope(|scope| {
        let (opened, store) = mpsc::channel();
        let keep = move || {
            let built = ready.built.wait();
            let store = event_log::open(recorder, invocation, ready, around);
            // Metadata have a view of the views of events.
            let has_runs = store.as_ref().is_some_and(Result::is_ok);
            // Whoever waits for it has not gone.
            let _ = opened.send(store);
            if !metadata::are_wanted(invocation, ready, around) {
                return Ok(());
            }
            let secrets = recorder.secrets();
            let prepared = metadata::prepare(invocation, ready, built, &secrets, around)?;
            let keep = |it| metadata::keep(&it, has_runs, ready, around);
            prepared.map_or(Ok(()), keep)
        };
        let is_wanted = recorder.is_on() || metadata::are_wanted(invocation, ready, around);
        let keeping = is_wanted.then(|| scope.spawn(keep));
        let (exit, done) = {
            let _built = BuiltAtLast(ready);
            run(findings)
        };
        for it in std::mem::take(&mut *unmeasured(ready)) {
            let same = it.has_views().then(|| {
                let execution = execution(invocation, ready, around);
                checkpoints::same_rows(ready.built.wait(), (ready, &execution), around)
            });
            it.measure(&same.unwrap_or_default());
        }
        let end =
            |store| event_log::end(recorder, store, invocation, ready, (findings, exit), around);
        // There is nothing to come where nobody keeps.
        let has_events = store.recv().ok().flatten().is_some_and(end);
        match keeping.map(ScopedJoinHandle::join) {
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
