//! `logs/dbt.log`: everything in detail. A new file begins when one has grown too large.

use std::path::PathBuf;
use std::sync::Arc;

use crate::system::System;

const NAME: &str = "dbt.log";
/// Older files that are kept: `dbt.log.1` is the youngest.
const KEPT: usize = 5;
/// Bytes that are collected before they are written.
const ENOUGH: usize = 64 * 1024;

/// The log file of a run; its folder is known once the project is.
pub(super) struct LogFile {
    system: Arc<dyn System>,
    folder: Option<PathBuf>,
    /// Bytes of a file before another begins; 0 for no limit.
    pub max_bytes: u64,
    size: Option<u64>,
    waiting: String,
}

impl LogFile {
    /// Makes a log file that collects until it is given a folder.
    pub(super) fn new(system: Arc<dyn System>, max_bytes: u64) -> Self {
        Self {
            system,
            folder: None,
            max_bytes,
            size: None,
            waiting: String::new(),
        }
    }

    /// Says where the file is.
    pub(super) fn place(&mut self, folder: PathBuf) {
        self.folder = Some(folder);
    }

    /// Adds a line.
    pub(super) fn add(&mut self, line: &str) {
        self.waiting.push_str(line);
        self.waiting.push('\n');
        if self.waiting.len() >= ENOUGH {
            self.flush();
        }
    }

    /// Writes what waits. A log that cannot be written does not stop a run, as in dbt.
    pub(super) fn flush(&mut self) {
        let Some(folder) = self.folder.clone() else {
            return;
        };
        if self.waiting.is_empty() {
            return;
        }
        let path = folder.join(NAME);
        let added = self.waiting.len() as u64;
        let size = *self
            .size
            .get_or_insert_with(|| self.system.size(&path).unwrap_or_default());
        let mut before = size;
        if self.max_bytes > 0 && size > 0 && size + added > self.max_bytes {
            for number in (0..KEPT).rev() {
                let older = |number| match number {
                    0 => path.clone(),
                    _ => folder.join(format!("{NAME}.{number}")),
                };
                if self.system.is_file(&older(number)) {
                    // A file that stays where it is only grows.
                    let _ = self.system.rename(&older(number), &older(number + 1));
                }
            }
            before = 0;
        }
        if self.system.append(&path, self.waiting.as_bytes()).is_ok() {
            self.size = Some(before + added);
        }
        self.waiting.clear();
    }
}

impl Drop for LogFile {
    fn drop(&mut self) {
        self.flush();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::system::MemorySystem;

    #[test]
    fn files_are_rotated() {
        let system: Arc<dyn System> = Arc::new(MemorySystem::default());
        let mut log = LogFile::new(system.clone(), 10);
        log.add("before");
        log.place("/logs".into());
        for number in 0..8 {
            log.add(&format!("line {number}"));
            log.flush();
        }
        let read = |name: &str| {
            let path = PathBuf::from("/logs").join(name);
            system
                .read(&path)
                .ok()
                .and_then(|it| String::from_utf8(it).ok())
        };
        assert_eq!(read("dbt.log").as_deref(), Some("line 7\n"));
        assert_eq!(read("dbt.log.1").as_deref(), Some("line 6\n"));
        assert_eq!(read("dbt.log.5").as_deref(), Some("line 2\n"));
        assert_eq!(read("dbt.log.6"), None);
    }
}
