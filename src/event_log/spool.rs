//! Files of entries that are not delivered yet, one for each run.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value as Json;

use crate::system::{System, SystemError};

const FOLDER: &str = "events";
const ENDING: &str = "jsonl";

/// The line behind what may have been written in part.
const TORN: &str = "torn";

/// The kind of the entry that ends a run.
pub(super) const LAST: &str = "run_finished";

/// The file of the run in progress.
pub(super) struct Spool {
    path: PathBuf,
    system: Arc<dyn System>,
    open: Option<File>,
    /// Lines that could not be written yet.
    unwritten: String,
    /// Whether a line may have been written in part.
    is_torn: bool,
}

impl Spool {
    /// Names the file of a run.
    pub(super) fn new(target: &Path, name: &str, system: Arc<dyn System>) -> Self {
        let path = target.join(FOLDER).join(format!("{name}.{ENDING}"));
        Self {
            path,
            system,
            open: None,
            unwritten: String::new(),
            is_torn: false,
        }
    }

    /// Adds a line; what cannot be written is tried again with the next one.
    pub(super) fn add(&mut self, line: &str) {
        // Ends a line of which only a part was written: no reader takes that. What follows may stand there already.
        let begin = if self.is_torn {
            format!("\n{TORN}\n")
        } else {
            String::new()
        };
        let text = format!("{begin}{}{line}\n", self.unwritten);
        let text = text.as_bytes();
        match self.system.append_open(&self.path, text, &mut self.open) {
            Ok(()) => {
                self.unwritten.clear();
                self.is_torn = false;
            }
            Err(_) => {
                self.unwritten.push_str(line);
                self.unwritten.push('\n');
                self.is_torn = true;
            }
        }
    }

    /// Returns the file, and the lines that could not be written to it.
    pub(super) fn end(self) -> (SpoolFile, String) {
        let file = SpoolFile { path: self.path };
        (file, self.unwritten)
    }
}

/// A file of entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpoolFile {
    /// Where it is.
    pub path: PathBuf,
}

/// What a file says of its run.
#[derive(Debug, Clone)]
pub struct Head {
    /// The run.
    pub run_id: String,
    /// When it began.
    pub started_at: String,
    /// Where its events go, as far as that is known.
    pub target: String,
    /// The machine, and the process on it.
    pub process: (String, u64),
    /// Whether it has ended.
    pub is_ended: bool,
    /// Whether an entry may stand in the file twice.
    pub has_twice: bool,
}

impl Head {
    /// Tells whether the process of the run is there; where that cannot be told, it is.
    pub fn is_running(&self, system: &dyn System) -> bool {
        let (host, process) = &self.process;
        let processes = Path::new("/proc");
        let is_known = *host == system.host_name() && system.is_dir(processes);
        !is_known || system.is_dir(&processes.join(process.to_string()))
    }
}

impl SpoolFile {
    /// Reads the first line, and looks for the last one; none for what is no file of entries.
    pub fn head(&self, system: &dyn System) -> Option<Head> {
        let bytes = system.read(&self.path).ok()?;
        let first = bytes.split(|it| *it == b'\n').next()?;
        let first: Json = serde_json::from_slice(first).ok()?;
        let text = |value: &Json| value.as_str().map(str::to_owned).unwrap_or_default();
        let facts = &first["facts"];
        let last = bytes.trim_ascii_end().rsplit(|it| *it == b'\n').next()?;
        Some(Head {
            run_id: first["run_id"].as_str()?.to_owned(),
            started_at: text(&first["happened_at"]),
            target: text(&facts["target"]),
            process: (text(&facts["host"]), facts["process"].as_u64()?),
            is_ended: ends(last),
            has_twice: bytes
                .split(|it| *it == b'\n')
                .any(|it| it == TORN.as_bytes()),
        })
    }

    /// Reads the lines that are whole, from a place on; returns them and where they end.
    pub fn lines(&self, from: usize, system: &dyn System) -> Result<(String, usize), SystemError> {
        let bytes = system.read(&self.path)?;
        let rest = bytes.get(from..).unwrap_or_default();
        let end = rest
            .iter()
            .rposition(|it| *it == b'\n')
            .map_or(0, |it| it + 1);
        let whole = String::from_utf8_lossy(&rest[..end]);
        let is_entry = |it: &&str| it.starts_with('{') && it.ends_with('}');
        let lines = whole.lines().filter(is_entry);
        let text: String = lines.flat_map(|it| [it, "\n"]).collect();
        Ok((text, from + end))
    }
}

/// Tells whether a line is the entry that ends a run.
pub fn is_last(line: &str) -> bool {
    ends(line.as_bytes())
}

fn ends(line: &[u8]) -> bool {
    let entry: Json = serde_json::from_slice(line).unwrap_or_default();
    entry["kind"] == LAST
}

/// Lists the files of entries in a target folder, the oldest first.
pub fn spools(target: &Path, system: &dyn System) -> Vec<SpoolFile> {
    let found = system.list(&target.join(FOLDER)).unwrap_or_default();
    let files = found
        .into_iter()
        .filter(|it| it.extension().is_some_and(|it| it == ENDING));
    files.map(|path| SpoolFile { path }).collect()
}
