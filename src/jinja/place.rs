//! Where the running call stands, for functions that keep it or speak of it.
//!
//! The interpreter says it before each call of a value that is no macro; a function asks before it
//! calls anything itself. One rendering stays on one thread.

use std::cell::Cell;

use crate::text::Location;

/// The place of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Place {
    /// The call's bytes, where they are in a file.
    pub location: Option<Location>,
    /// The bytes of the template that called the macro in which the call stands.
    pub caller: Option<Location>,
}

thread_local! {
    static PLACE: Cell<Place> = const { Cell::new(Place { location: None, caller: None }) };
}

/// Returns the place of the call that runs.
pub fn place() -> Place {
    PLACE.get()
}

/// Says where a call stands that is about to run.
pub(super) fn calls(location: Option<Location>, in_macro: bool) {
    let caller = PLACE.get().caller.filter(|_| in_macro);
    PLACE.set(Place { location, caller });
}

/// Says where the template calls a macro that is about to run.
pub(super) fn enters(location: Option<Location>) {
    PLACE.set(Place {
        location,
        caller: location,
    });
}
