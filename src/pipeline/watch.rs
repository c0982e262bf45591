//! Results of what is done outside of a run: `show`, `compile --inline`, `run-operation`.

use std::time::Duration;

use crate::artifacts::{NodeResult, Timing};
use crate::events::Status;
use crate::nodes::UniqueId;
use crate::system::System;

/// dbt's word for where such work is done.
const THREAD: &str = "MainThread";

/// Times the parts of one piece of work.
pub(super) struct Watch<'a> {
    system: &'a dyn System,
    start: Duration,
    parts: Vec<Timing>,
}

impl<'a> Watch<'a> {
    /// Starts with the part `compile`.
    pub(super) fn start(system: &'a dyn System) -> Self {
        let mut watch = Self {
            system,
            start: system.instant(),
            parts: Vec::new(),
        };
        watch.begin("compile");
        watch
    }

    /// Ends a part and starts with the part `execute`.
    pub(super) fn execute(&mut self) {
        self.end();
        self.begin("execute");
    }

    /// Ends the last part and makes the result, of which nothing but the times is known.
    pub(super) fn result(mut self, unique_id: UniqueId, status: Status) -> NodeResult {
        self.end();
        NodeResult {
            timing: self.parts,
            execution_time: self
                .system
                .instant()
                .saturating_sub(self.start)
                .as_secs_f64(),
            ..NodeResult::untouched(unique_id, status, THREAD.to_owned())
        }
    }

    fn begin(&mut self, name: &'static str) {
        self.parts.push(Timing {
            name,
            started_at: Some(self.now()),
            completed_at: None,
        });
    }

    fn end(&mut self) {
        let now = self.now();
        if let Some(part) = self.parts.last_mut() {
            part.completed_at = Some(now);
        }
    }

    fn now(&self) -> String {
        let now = self.system.now();
        now.to_rfc3339_opts(chrono::SecondsFormat::Micros, true)
    }
}
