//! A system that lives in memory, for tests and editors.

use std::collections::BTreeMap;
use std::io::{Error, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::TimeZone;

use super::{Parts, ReadParts, System, SystemError};

/// Files and variables in memory; the clock stands at 2020-01-01 and ids count up.
#[derive(Debug, Default)]
pub struct MemorySystem {
    files: Mutex<BTreeMap<PathBuf, Vec<u8>>>,
    variables: BTreeMap<String, String>,
    ids: Mutex<u64>,
    now: Option<chrono::DateTime<chrono::Utc>>,
}

impl MemorySystem {
    /// Makes a system with these files, by path and content.
    pub fn with_files<P: Into<PathBuf>, C: Into<Vec<u8>>>(
        files: impl IntoIterator<Item = (P, C)>,
    ) -> Self {
        let files = files
            .into_iter()
            .map(|(path, content)| (path.into(), content.into()));
        Self {
            files: Mutex::new(files.collect()),
            ..Self::default()
        }
    }

    /// Sets an environment variable.
    pub fn with_env(mut self, name: &str, value: &str) -> Self {
        self.variables.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Sets the time, which stands still.
    pub fn with_time(mut self, now: chrono::DateTime<chrono::Utc>) -> Self {
        self.now = Some(now);
        self
    }

    fn files(&self) -> MutexGuard<'_, BTreeMap<PathBuf, Vec<u8>>> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl System for MemorySystem {
    fn read(&self, path: &Path) -> Result<Vec<u8>, SystemError> {
        self.files().get(path).cloned().ok_or_else(|| SystemError {
            action: "read",
            path: path.to_path_buf(),
            source: Error::from(ErrorKind::NotFound),
        })
    }

    fn read_parts(&self, path: &Path) -> Result<ReadParts, SystemError> {
        let whole = self.read(path)?;
        Ok(Box::new(std::iter::once(Ok(whole))))
    }

    fn write(&self, path: &Path, content: &[u8]) -> Result<(), SystemError> {
        self.files().insert(path.to_path_buf(), content.to_vec());
        Ok(())
    }

    fn write_parts(&self, path: &Path, parts: Parts<'_>) -> Result<(), SystemError> {
        let content: Result<Vec<_>, Error> = parts.collect();
        let content = content.map_err(|source| SystemError {
            action: "write",
            path: path.to_path_buf(),
            source,
        })?;
        self.write(path, &content.concat())
    }

    fn append(&self, path: &Path, content: &[u8]) -> Result<(), SystemError> {
        let mut files = self.files();
        files
            .entry(path.to_path_buf())
            .or_default()
            .extend_from_slice(content);
        Ok(())
    }

    fn rename(&self, from: &Path, to: &Path) -> Result<(), SystemError> {
        let mut files = self.files();
        let content = files.remove(from).ok_or_else(|| SystemError {
            action: "rename",
            path: from.to_path_buf(),
            source: Error::from(ErrorKind::NotFound),
        })?;
        files.insert(to.to_path_buf(), content);
        Ok(())
    }

    fn walk(&self, folder: &Path) -> Result<Vec<PathBuf>, SystemError> {
        let files = self.files();
        let below = files.keys().filter(|path| path.starts_with(folder));
        Ok(below.cloned().collect())
    }

    fn list(&self, folder: &Path) -> Result<Vec<PathBuf>, SystemError> {
        let files = self.files();
        let below = files
            .keys()
            .filter_map(|path| path.strip_prefix(folder).ok());
        let mut names: Vec<_> = below
            .filter_map(|rest| rest.components().next())
            .map(|name| folder.join(name))
            .collect();
        names.dedup();
        Ok(names)
    }

    fn size(&self, path: &Path) -> Option<u64> {
        self.files().get(path).map(|content| content.len() as u64)
    }

    fn is_file(&self, path: &Path) -> bool {
        self.files().contains_key(path)
    }

    fn is_dir(&self, path: &Path) -> bool {
        self.files()
            .keys()
            .any(|it| it != path && it.starts_with(path))
    }

    fn create_dir_all(&self, _path: &Path) -> Result<(), SystemError> {
        Ok(())
    }

    fn remove_all(&self, path: &Path) -> Result<(), SystemError> {
        self.files().retain(|it, _| !it.starts_with(path));
        Ok(())
    }

    fn canonicalize(&self, path: &Path) -> Result<PathBuf, SystemError> {
        Ok(path.to_path_buf())
    }

    fn current_dir(&self) -> PathBuf {
        PathBuf::from("/")
    }

    fn home_dir(&self) -> Option<PathBuf> {
        Some(PathBuf::from("/home"))
    }

    fn env(&self, name: &str) -> Option<String> {
        self.variables.get(name).cloned()
    }

    fn envs(&self) -> Vec<(String, String)> {
        self.variables
            .iter()
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    }

    fn now(&self) -> chrono::DateTime<chrono::Utc> {
        let start = || chrono::Utc.with_ymd_and_hms(2020, 1, 1, 0, 0, 0).single();
        self.now.or_else(start).unwrap_or_default()
    }

    fn time_zone(&self) -> String {
        self.env("TZ").unwrap_or_else(|| "UTC".to_owned())
    }

    fn instant(&self) -> Duration {
        Duration::ZERO
    }

    fn uuid(&self) -> String {
        let mut ids = self.ids.lock().unwrap_or_else(PoisonError::into_inner);
        *ids += 1;
        format!("00000000-0000-4000-8000-{:012}", *ids)
    }

    fn cores(&self) -> usize {
        1
    }
}
