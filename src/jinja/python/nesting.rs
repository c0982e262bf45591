//! Containers in containers: without end, or deeper than the stack.

use std::cell::RefCell;
use std::collections::BTreeSet;

use minijinja::Value;

use super::dict::Dict;
use super::list::List;

thread_local! {
    /// Containers whose text is being written.
    static OPEN: RefCell<BTreeSet<usize>> = const { RefCell::new(BTreeSet::new()) };
}

/// Writes a container, or `again` if it is inside of itself.
pub(super) fn container(
    out: &mut String,
    value: &Value,
    again: &str,
    write: impl FnOnce(&mut String),
) {
    let Some(address) = address(value) else {
        return write(out);
    };
    if !OPEN.with_borrow_mut(|open| open.insert(address)) {
        return out.push_str(again);
    }
    deep(|| write(out));
    OPEN.with_borrow_mut(|open| open.remove(&address));
}

/// Runs something that goes one level into a value, with enough stack.
pub(super) fn deep<R>(run: impl FnOnce() -> R) -> R {
    stacker::maybe_grow(64 * 1024, 1024 * 1024, run)
}

/// Returns where a mutable container is, which tells it from an equal one.
pub(super) fn address(value: &Value) -> Option<usize> {
    let list = value
        .downcast_object_ref::<List>()
        .map(|it| std::ptr::from_ref(it) as usize);
    list.or_else(|| {
        value
            .downcast_object_ref::<Dict>()
            .map(|it| std::ptr::from_ref(it) as usize)
    })
}

/// Drops values; containers that only these hold are taken apart first, so that dropping deeply
/// nested ones does not recurse.
pub(super) fn dismantle(mut values: Vec<Value>) {
    while let Some(value) = values.pop() {
        if let Some(list) = value.downcast_object::<List>() {
            drop(value);
            if std::sync::Arc::strong_count(&list) == 1 {
                list.with(|items| values.append(items));
            }
        } else if let Some(dict) = value.downcast_object::<Dict>() {
            drop(value);
            if std::sync::Arc::strong_count(&dict) == 1 {
                let entries = dict.with(std::mem::take);
                values.extend(entries.into_values());
            }
        }
    }
}
