//! Work that waits for others is done at once.

use std::sync::atomic::{AtomicUsize, Ordering};

/// How many wait at the same time.
const WORKERS: usize = 8;

/// Calls a function with every item, and waits for all.
pub(super) fn parallel<T: Sync>(items: &[T], work: impl Fn(&T) + Sync) {
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..items.len().min(WORKERS) {
            scope.spawn(|| {
                while let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed)) {
                    work(item);
                }
            });
        }
    });
}
