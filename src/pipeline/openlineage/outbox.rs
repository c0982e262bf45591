//! Files of events that are not sent yet, one for each run. An empty file says that all of a run is sent whose entries still
//! wait: they are made no events a second time.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::super::{Ready, Surroundings};
use crate::artifacts::openlineage::{OUTBOX, REFUSED};
use crate::event_log::spools;
use crate::execute::Undelivered;
use crate::system::{System, SystemError};

const ENDING: &str = "jsonl";

/// The folder of such files.
pub(super) struct Outbox {
    pub(super) folder: PathBuf,
    target: PathBuf,
    system: Arc<dyn System>,
    /// The run in progress, whose events nobody has tried to send.
    own: Arc<str>,
}

/// The events of a run that wait.
pub(super) struct Waiting {
    pub(super) path: PathBuf,
    /// One event a line.
    pub(super) lines: Vec<String>,
    /// Whether a part of them may be sent already.
    pub(super) may_be_sent: bool,
}

impl Outbox {
    pub(super) fn of(ready: &Ready, around: &Surroundings) -> Self {
        let target = ready.project.target_path.clone();
        Self {
            folder: target.join(OUTBOX),
            target,
            system: around.system.clone(),
            own: around.invocation_id.clone(),
        }
    }

    /// Tells whether the events of a run are written down already.
    pub(super) fn knows(&self, run: &Undelivered) -> bool {
        self.system.is_file(&self.path(run))
    }

    /// Writes the events of a run down.
    pub(super) fn add(&self, run: &Undelivered, lines: &str) -> Result<(), SystemError> {
        self.system.write(&self.path(run), lines.as_bytes())
    }

    /// Lists what waits, the oldest first, and removes what is of no use any more.
    pub(super) fn waiting(&self) -> Vec<Waiting> {
        let names = |paths: Vec<PathBuf>| paths.into_iter().filter_map(|it| stem(&it));
        let entries = spools(&self.target, &*self.system);
        let entries = entries.into_iter().map(|it| it.path).collect();
        let entries: BTreeSet<String> = names(entries).collect();
        let mut all = Vec::new();
        for path in self.system.list(&self.folder).unwrap_or_default() {
            let Ok(bytes) = self.system.read(&path) else {
                continue;
            };
            let Some(name) = stem(&path).filter(|_| !path.ends_with(REFUSED)) else {
                continue;
            };
            let text = String::from_utf8_lossy(&bytes);
            let lines: Vec<String> = text.lines().map(str::to_owned).collect();
            if !lines.is_empty() {
                let may_be_sent = !name.ends_with(&*self.own);
                all.push(Waiting {
                    path,
                    lines,
                    may_be_sent,
                });
            } else if !entries.contains(&name) {
                // What is left is found to be of no use by the next run.
                let _ = self.system.remove_all(&path);
            }
        }
        all
    }

    /// Keeps what is not sent of a run; nothing, if all is.
    pub(super) fn keep(&self, of: &Waiting, rest: &[String]) -> Result<(), SystemError> {
        let text: String = rest.iter().flat_map(|it| [it, "\n"]).collect();
        self.system.write(&of.path, text.as_bytes())
    }

    /// Puts what is refused aside.
    pub(super) fn refuse(&self, line: &str) -> Result<(), SystemError> {
        let path = self.folder.join(REFUSED);
        self.system.append(&path, format!("{line}\n").as_bytes())
    }

    fn path(&self, run: &Undelivered) -> PathBuf {
        let name = run.file.as_deref().and_then(stem);
        let name = name.unwrap_or_else(|| run.run_id.clone());
        self.folder.join(format!("{name}.{ENDING}"))
    }
}

fn stem(path: &Path) -> Option<String> {
    let is_file = path.extension().is_some_and(|it| it == ENDING);
    let stem = path.file_stem().filter(|_| is_file)?;
    Some(stem.to_string_lossy().into_owned())
}
