//! Faults between a run and its database, where a rehearsal asks for them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::invocation::{Fault, Rehearsal};
use crate::system::System;

/// Counts the statements of all connections, and disturbs them.
pub struct Faults {
    rehearsal: Rehearsal,
    sent: AtomicU64,
    system: Arc<dyn System>,
}

impl std::fmt::Debug for Faults {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Faults").field(&self.rehearsal).finish()
    }
}

impl Faults {
    /// Begins to count.
    pub fn new(rehearsal: Rehearsal, system: Arc<dyn System>) -> Self {
        Self {
            rehearsal,
            sent: AtomicU64::new(0),
            system,
        }
    }

    /// Comes before a statement. `Err` is what the database says in its place.
    pub(super) fn before(&self, sql: &str) -> Result<(), String> {
        let number = self.sent.fetch_add(1, Ordering::SeqCst) + 1;
        if let Some(path) = &self.rehearsal.statements {
            let words: Vec<&str> = sql.split_whitespace().collect();
            let time = self.system.instant().as_millis();
            let line = format!("{time}\t{}\n", words.join(" "));
            // A list that cannot be kept is a list that ends here: who reads it sees that.
            let _ = self.system.append(path, line.as_bytes());
        }
        match self.rehearsal.fault {
            Some(Fault::KilledBefore(it)) if it == number => self.system.kill_own_process(),
            Some(Fault::Fails(it)) if it == number => {
                return Err(format!(
                    "Chaos Error: statement {number} fails, as it was told to"
                ));
            }
            Some(Fault::Slow(time)) => self.system.pause(Duration::from_millis(time)),
            _ => {}
        }
        Ok(())
    }
}
