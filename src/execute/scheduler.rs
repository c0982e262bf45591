//! Runs steps on worker threads, each when what it needs has ended well.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use crate::diagnostics::guarded;

/// How a step ended, for the scheduler.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ended {
    /// What needs it may run.
    Well,
    /// What needs it is skipped.
    Badly,
}

/// What the scheduler asks its owner to do. Called from worker threads.
pub(super) trait Work: Sync {
    /// What one worker keeps between steps: a connection, above all.
    type Worker;
    /// Starts a worker.
    fn worker(&self, number: usize) -> Self::Worker;
    /// Carries a step out.
    fn run(&self, worker: &mut Self::Worker, step: usize) -> Ended;
    /// Notes that a step is not tried; `cause` is the step whose failure is the reason, or none
    /// when the run is stopping.
    fn skip(&self, step: usize, cause: Option<usize>);
    /// Notes that a step panicked.
    fn panicked(&self, worker: &mut Self::Worker, step: usize, message: String);
}

/// Names a worker as dbt's are.
pub(super) fn worker_name(number: usize) -> String {
    format!("Thread-{number} (worker)")
}

/// Runs all steps on up to `threads` workers. `needs[i]` lists the steps that step `i` waits for,
/// all smaller than `i`. Once `stop` is set, or a step ended badly and `fail_fast` is, no step
/// starts any more.
pub(super) fn schedule<W: Work>(
    work: &W,
    needs: &[Vec<usize>],
    threads: usize,
    fail_fast: bool,
    stop: &AtomicBool,
) {
    let board = Board::new(needs, fail_fast, stop);
    let workers = threads.clamp(1, needs.len().max(1));
    std::thread::scope(|scope| {
        for number in 1..=workers {
            let board = &board;
            let thread = std::thread::Builder::new()
                .name(worker_name(number))
                .stack_size(STACK);
            let body = move || labour(work, board, number);
            // A machine that has no thread left still runs the steps: on this one.
            if thread.spawn_scoped(scope, body).is_err() {
                labour(work, board, number);
            }
        }
    });
    for (step, cause) in board.never_started() {
        work.skip(step, cause);
    }
}

/// Templates of macros that call macros need room.
const STACK: usize = 16 << 20;

fn labour<W: Work>(work: &W, board: &Board<'_>, number: usize) {
    let mut worker = work.worker(number);
    while let Some(next) = board.next() {
        let ended = match next {
            Next::Run(step) => {
                let run = guarded(|| work.run(&mut worker, step));
                let ended = run.unwrap_or_else(|words| {
                    work.panicked(&mut worker, step, words);
                    Ended::Badly
                });
                (step, ended)
            }
            Next::Skip(step, cause) => {
                work.skip(step, Some(cause));
                (step, Ended::Badly)
            }
        };
        board.end(ended.0, ended.1);
    }
}

enum Next {
    Run(usize),
    Skip(usize, usize),
}

/// What all workers look at.
struct Board<'a> {
    state: Mutex<State>,
    changed: Condvar,
    fail_fast: bool,
    stop: &'a AtomicBool,
}

struct State {
    /// Steps whose needs have all ended.
    ready: BTreeSet<usize>,
    /// How many needs of each step have not ended.
    waiting: Vec<usize>,
    /// For each step: the steps that need it.
    needed_by: Vec<Vec<usize>>,
    /// For each step: a failed step among its needs.
    cause: Vec<Option<usize>>,
    started: Vec<bool>,
    running: usize,
    failed: Option<usize>,
}

impl<'a> Board<'a> {
    fn new(needs: &[Vec<usize>], fail_fast: bool, stop: &'a AtomicBool) -> Self {
        let mut needed_by = vec![Vec::new(); needs.len()];
        for (step, needs) in needs.iter().enumerate() {
            for need in needs {
                needed_by[*need].push(step);
            }
        }
        let waiting: Vec<usize> = needs.iter().map(Vec::len).collect();
        let ready = (0..needs.len())
            .filter(|step| waiting[*step] == 0)
            .collect();
        let state = State {
            ready,
            waiting,
            needed_by,
            cause: vec![None; needs.len()],
            started: vec![false; needs.len()],
            running: 0,
            failed: None,
        };
        Self {
            state: Mutex::new(state),
            changed: Condvar::new(),
            fail_fast,
            stop,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn stopping(&self, state: &State) -> bool {
        self.stop.load(Ordering::SeqCst) || self.fail_fast && state.failed.is_some()
    }

    /// Waits for a step that can start; none is left when it returns `None`.
    fn next(&self) -> Option<Next> {
        let mut state = self.state();
        loop {
            if self.stopping(&state) {
                self.changed.notify_all();
                return None;
            }
            if let Some(step) = state.ready.pop_first() {
                state.started[step] = true;
                state.running += 1;
                return Some(match state.cause[step] {
                    Some(cause) => Next::Skip(step, cause),
                    None => Next::Run(step),
                });
            }
            if state.running == 0 {
                self.changed.notify_all();
                return None;
            }
            state = self
                .changed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn end(&self, step: usize, ended: Ended) {
        let mut guard = self.state();
        let state = &mut *guard;
        state.running -= 1;
        let root = state.cause[step].unwrap_or(step);
        if ended == Ended::Badly && state.cause[step].is_none() {
            state.failed = state.failed.or(Some(step));
        }
        for next in &state.needed_by[step] {
            state.waiting[*next] -= 1;
            if ended == Ended::Badly {
                state.cause[*next] = state.cause[*next].or(Some(root));
            }
            if state.waiting[*next] == 0 {
                state.ready.insert(*next);
            }
        }
        drop(guard);
        self.changed.notify_all();
    }

    fn never_started(&self) -> Vec<(usize, Option<usize>)> {
        let state = self.state();
        let left = (0..state.started.len()).filter(|step| !state.started[*step]);
        left.map(|step| (step, state.cause[step])).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Log {
        fails: Vec<usize>,
        panics: Vec<usize>,
        lines: Mutex<Vec<String>>,
    }

    impl Log {
        fn note(&self, line: String) {
            self.lines.lock().unwrap().push(line);
        }
    }

    impl Work for Log {
        type Worker = usize;
        fn worker(&self, number: usize) -> usize {
            number
        }
        fn run(&self, _worker: &mut usize, step: usize) -> Ended {
            assert!(!self.panics.contains(&step), "step {step} breaks");
            self.note(format!("run {step}"));
            if self.fails.contains(&step) {
                Ended::Badly
            } else {
                Ended::Well
            }
        }
        fn skip(&self, step: usize, cause: Option<usize>) {
            self.note(format!("skip {step} {cause:?}"));
        }
        fn panicked(&self, _worker: &mut usize, step: usize, message: String) {
            self.note(format!("panic {step} {message}"));
        }
    }

    fn run(needs: &[&[usize]], fails: &[usize], panics: &[usize], fail_fast: bool) -> Vec<String> {
        let log = Log {
            fails: fails.to_vec(),
            panics: panics.to_vec(),
            lines: Mutex::default(),
        };
        let needs: Vec<Vec<usize>> = needs.iter().map(|it| it.to_vec()).collect();
        schedule(&log, &needs, 1, fail_fast, &AtomicBool::new(false));
        log.lines.into_inner().unwrap()
    }

    #[test]
    fn a_failure_skips_what_is_downstream_and_nothing_else() {
        let lines = run(&[&[], &[0], &[], &[1, 2]], &[0], &[], false);
        assert_eq!(
            lines,
            ["run 0", "skip 1 Some(0)", "run 2", "skip 3 Some(0)"]
        );
    }

    #[test]
    fn a_panic_is_a_failure() {
        let lines = run(&[&[], &[0], &[]], &[], &[0], false);
        assert_eq!(lines, ["panic 0 step 0 breaks", "skip 1 Some(0)", "run 2"]);
    }

    #[test]
    fn fail_fast_starts_nothing_more() {
        let lines = run(&[&[], &[], &[0]], &[0], &[], true);
        assert_eq!(lines, ["run 0", "skip 1 None", "skip 2 Some(0)"]);
    }
}
