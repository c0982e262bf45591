//! The phases of a node's work, `compile` and `execute`, with the time of the clock.

use crate::artifacts::Timing;
use crate::system::System;

/// Begins a phase.
pub(super) fn begin(name: &'static str, timing: &mut Vec<Timing>, system: &dyn System) {
    timing.push(Timing {
        name,
        started_at: Some(timestamp(system)),
        completed_at: None,
    });
}

/// Ends the phase that began last.
pub(super) fn end(timing: &mut [Timing], system: &dyn System) {
    if let Some(last) = timing.last_mut() {
        last.completed_at = Some(timestamp(system));
    }
}

/// Writes the time of the clock as artifacts do.
pub(super) fn timestamp(system: &dyn System) -> String {
    let now = system.now();
    now.to_rfc3339_opts(chrono::SecondsFormat::Micros, true)
}
