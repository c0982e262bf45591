//! The real system, with faults where a test wants them.

use std::path::{Path, PathBuf};
use std::time::Duration;

use dsql::system::{OsSystem, Parts, ReadParts, System, SystemError};

/// Panics where it is told to.
#[derive(Debug, Default)]
pub struct FaultySystem {
    /// End of the paths that cannot be written without a panic.
    pub breaks_at: Option<&'static str>,
    /// The environment variable that cannot be read without a panic.
    pub breaks_for: Option<&'static str>,
}

impl System for FaultySystem {
    fn read(&self, path: &Path) -> Result<Vec<u8>, SystemError> {
        OsSystem.read(path)
    }

    fn read_parts(&self, path: &Path) -> Result<ReadParts, SystemError> {
        OsSystem.read_parts(path)
    }

    fn write(&self, path: &Path, content: &[u8]) -> Result<(), SystemError> {
        let breaks = self.breaks_at.is_some_and(|end| path.ends_with(end));
        assert!(!breaks, "no way to write");
        OsSystem.write(path, content)
    }

    fn write_parts(&self, path: &Path, parts: Parts<'_>) -> Result<(), SystemError> {
        OsSystem.write_parts(path, parts)
    }

    fn append(&self, path: &Path, content: &[u8]) -> Result<(), SystemError> {
        OsSystem.append(path, content)
    }

    fn rename(&self, from: &Path, to: &Path) -> Result<(), SystemError> {
        OsSystem.rename(from, to)
    }

    fn walk(&self, folder: &Path) -> Result<Vec<PathBuf>, SystemError> {
        OsSystem.walk(folder)
    }

    fn list(&self, folder: &Path) -> Result<Vec<PathBuf>, SystemError> {
        OsSystem.list(folder)
    }

    fn size(&self, path: &Path) -> Option<u64> {
        OsSystem.size(path)
    }

    fn is_file(&self, path: &Path) -> bool {
        OsSystem.is_file(path)
    }

    fn is_dir(&self, path: &Path) -> bool {
        OsSystem.is_dir(path)
    }

    fn create_dir_all(&self, path: &Path) -> Result<(), SystemError> {
        OsSystem.create_dir_all(path)
    }

    fn remove_all(&self, path: &Path) -> Result<(), SystemError> {
        OsSystem.remove_all(path)
    }

    fn canonicalize(&self, path: &Path) -> Result<PathBuf, SystemError> {
        OsSystem.canonicalize(path)
    }

    fn current_dir(&self) -> PathBuf {
        OsSystem.current_dir()
    }

    fn home_dir(&self) -> Option<PathBuf> {
        None
    }

    fn env(&self, name: &str) -> Option<String> {
        assert!(self.breaks_for != Some(name), "no way to look");
        None
    }

    fn envs(&self) -> Vec<(String, String)> {
        Vec::new()
    }

    fn now(&self) -> chrono::DateTime<chrono::Utc> {
        OsSystem.now()
    }

    fn time_zone(&self) -> String {
        OsSystem.time_zone()
    }

    fn instant(&self) -> Duration {
        OsSystem.instant()
    }

    fn uuid(&self) -> String {
        OsSystem.uuid()
    }

    fn cores(&self) -> usize {
        OsSystem.cores()
    }
}
