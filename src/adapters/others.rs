//! Other processes that have the database open.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::system::System;

/// What to do while another process has the database open.
#[derive(Clone)]
pub struct Others {
    /// How long to wait for it.
    pub wait: Duration,
    /// Names processes, and pauses.
    pub system: Arc<dyn System>,
    /// Ends the waiting.
    pub stop: Arc<AtomicBool>,
    /// Takes what there is to say of it.
    pub tell: Arc<dyn Fn(String) + Send + Sync>,
}

impl std::fmt::Debug for Others {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Others")
            .field("wait", &self.wait)
            .finish_non_exhaustive()
    }
}

/// Time between two attempts.
const PAUSE: Duration = Duration::from_millis(200);

impl Others {
    /// Tries until it works, or fails otherwise than since another process is there, or the time is over.
    /// `holder` finds the process in an error.
    pub fn wait_for<T, E>(
        &self,
        mut attempt: impl FnMut() -> Result<T, E>,
        holder: impl Fn(&E) -> Option<u32>,
    ) -> Result<T, E> {
        let mut waited = Duration::ZERO;
        loop {
            let result = attempt();
            let Some(process) = result.as_ref().err().and_then(&holder) else {
                return result;
            };
            if waited >= self.wait || self.stop.load(Ordering::SeqCst) {
                return result;
            }
            if waited.is_zero() {
                let (name, seconds) = (self.name(process), self.wait.as_secs());
                (self.tell)(format!("Waiting up to {seconds} seconds for {name}"));
            }
            self.system.pause(PAUSE);
            waited += PAUSE;
        }
    }

    /// Names a process by its number and, where the system tells that, the words it was started with: not
    /// all of them, as options may hold what is secret.
    pub fn name(&self, process: u32) -> String {
        let path = format!("/proc/{process}/cmdline");
        let words = self.system.read(Path::new(&path)).unwrap_or_default();
        let words = String::from_utf8_lossy(&words).into_owned();
        let mut words = words.split('\0').filter(|it| !it.is_empty());
        let Some(program) = words.next() else {
            return format!("process {process}");
        };
        let program = program.rsplit('/').next().unwrap_or(program);
        let first = words.next().filter(|it| !it.starts_with('-'));
        let first = first.map(|it| format!(" {it}")).unwrap_or_default();
        format!("process {process} (`{program}{first}`)")
    }
}
