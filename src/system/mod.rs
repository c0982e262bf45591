//! The world outside: files, environment, clock, randomness, network, other programs. Nothing else
//! in dsql touches these.
//!
//! In: paths and names. Out: bytes, values or a [`SystemError`]. [`OsSystem`] is the real one,
//! [`MemorySystem`] its twin for tests and editors; it has no network and no programs.

mod call;
mod http;
mod mail;
mod memory;
mod moment;
mod network;
mod os;
mod process;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

pub use call::{Call, Finished};
pub use memory::MemorySystem;
pub use moment::{naive_sql_time, sql_time};
pub use network::{Handed, Mail, MailSecurity, NetworkError, NetworkFailure, Request, Response};
pub use os::OsSystem;
pub use process::{Process, Program};

/// What can go wrong outside, with the path it went wrong at.
#[derive(Debug, thiserror::Error)]
#[error("cannot {action} {}: {source}", path.display())]
pub struct SystemError {
    /// What was tried, as a verb: `read`, `write`, `list` …
    pub action: &'static str,
    /// Where.
    pub path: PathBuf,
    /// What the operating system said.
    pub source: std::io::Error,
}

impl SystemError {
    /// Says what to do about it.
    pub fn help(&self) -> &'static str {
        use std::io::ErrorKind;
        match (self.action, self.source.kind()) {
            (_, ErrorKind::AlreadyExists | ErrorKind::NotADirectory) => {
                "a file stands where a folder must be: move it away, or name another folder with \
                 `--target-path`"
            }
            (_, ErrorKind::IsADirectory) => "a folder stands where a file must be: move it away",
            ("read", ErrorKind::NotFound) => {
                "if it is a link, let it lead to a file that is there, or remove it"
            }
            (_, ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge) => {
                "make room on the disk, or name another folder with `--target-path`"
            }
            ("read" | "list", _) => "make it readable, or remove it",
            _ => "make the folder writable, or name another with `--target-path`",
        }
    }
}

/// Tells whether mail can go to a text: `ann@example.com`, `Ann <ann@example.com>`.
pub fn is_mail_address(text: &str) -> bool {
    mail::is_address(text)
}

/// The environment variable that says what time it is, so that a run can be done again as of then.
pub const TIME_VARIABLE: &str = "DSQL_NOW";

/// Reads a time such as `2026-11-29T10:00:00Z`. `Err` says what is wrong.
pub fn set_time(text: &str) -> Result<chrono::DateTime<chrono::Utc>, String> {
    let read = chrono::DateTime::parse_from_rfc3339(text.trim());
    read.map(|it| it.to_utc())
        .map_err(|_| format!("'{text}' in {TIME_VARIABLE} is no time such as 2026-11-29T10:00:00Z"))
}

/// The parts of a file as they are read.
pub type ReadParts = Box<dyn Iterator<Item = std::io::Result<Vec<u8>>>>;

/// The parts of a file as they are made.
pub type Parts<'a> = &'a mut dyn Iterator<Item = std::io::Result<Vec<u8>>>;

/// What stands at a path; a link is not followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// A file.
    File {
        /// Whether it is a program.
        executable: bool,
    },
    /// A folder.
    Folder,
    /// A link to this path.
    Link(PathBuf),
}

/// Says that a system has no such thing.
fn unsupported(action: &'static str, path: &Path) -> SystemError {
    SystemError {
        action,
        path: path.to_path_buf(),
        source: std::io::Error::from(std::io::ErrorKind::Unsupported),
    }
}

/// File system, environment, clock, randomness, network and other programs.
pub trait System: Send + Sync {
    /// Reads a whole file.
    fn read(&self, path: &Path) -> Result<Vec<u8>, SystemError>;
    /// Opens a file that is read part by part, each when it is asked for.
    fn read_parts(&self, path: &Path) -> Result<ReadParts, SystemError>;
    /// Writes a whole file in one step: readers see the old or the new content, never a part.
    /// Missing folders are made.
    fn write(&self, path: &Path, content: &[u8]) -> Result<(), SystemError>;
    /// Writes a whole file as [`Self::write`] does, from parts in their order; a part that could not
    /// be made leaves the old content.
    fn write_parts(&self, path: &Path, parts: Parts<'_>) -> Result<(), SystemError>;
    /// Adds to the end of a file; a missing one is made, and missing folders too.
    fn append(&self, path: &Path, content: &[u8]) -> Result<(), SystemError>;
    /// Adds as [`Self::append`] does for who adds again and again: the file may stay open until the next time. One that
    /// is removed meanwhile is made anew.
    fn append_open(
        &self,
        path: &Path,
        content: &[u8],
        _open: &mut Option<File>,
    ) -> Result<(), SystemError> {
        self.append(path, content)
    }
    /// Gives a file another name; one that has the name is replaced.
    fn rename(&self, from: &Path, to: &Path) -> Result<(), SystemError>;
    /// Copies a file; missing folders are made.
    fn copy(&self, from: &Path, to: &Path) -> Result<(), SystemError> {
        self.write(to, &self.read(from)?)
    }
    /// Returns the file of this program.
    fn own_program(&self) -> Option<PathBuf> {
        None
    }
    /// Lists all files below a folder in path order, each path beginning with the folder's; a
    /// missing folder is empty. Links to files count as files, links to folders are not followed.
    fn walk(&self, folder: &Path) -> Result<Vec<PathBuf>, SystemError>;
    /// Lists the names directly in a folder, sorted; a missing folder is empty.
    fn list(&self, folder: &Path) -> Result<Vec<PathBuf>, SystemError>;
    /// Returns the size of a file in bytes; none where there is no file.
    fn size(&self, path: &Path) -> Option<u64>;
    /// Tells whether a file is there.
    fn is_file(&self, path: &Path) -> bool;
    /// Tells whether a folder is there.
    fn is_dir(&self, path: &Path) -> bool;
    /// Makes a folder and those above it.
    fn create_dir_all(&self, path: &Path) -> Result<(), SystemError>;
    /// Removes a file or a folder with all in it; a link is removed, not followed.
    fn remove_all(&self, path: &Path) -> Result<(), SystemError>;
    /// Returns the absolute path with links resolved.
    fn canonicalize(&self, path: &Path) -> Result<PathBuf, SystemError>;
    /// Returns the current folder.
    fn current_dir(&self) -> PathBuf;
    /// Returns the user's home folder.
    fn home_dir(&self) -> Option<PathBuf>;
    /// Reads an environment variable; `None` when unset or not UTF-8.
    fn env(&self, name: &str) -> Option<String>;
    /// Lists the environment, sorted by name.
    fn envs(&self) -> Vec<(String, String)>;
    /// Returns the time, UTC.
    fn now(&self) -> chrono::DateTime<chrono::Utc>;
    /// Names the local time zone as the tz database does; `UTC` where it is not known.
    fn time_zone(&self) -> String;
    /// Returns a monotonic time for measuring durations.
    fn instant(&self) -> std::time::Duration;
    /// Names this machine.
    fn host_name(&self) -> String {
        "localhost".to_owned()
    }
    /// Makes a random UUID, version 4.
    fn uuid(&self) -> String;
    /// Returns a folder for files that nobody needs later.
    fn temporary_dir(&self) -> PathBuf {
        PathBuf::from("/tmp")
    }
    /// Starts another program, whose input and output are pipes.
    fn start(&self, program: &Program) -> Result<Process, SystemError> {
        Err(SystemError {
            action: "start",
            path: program.path.clone(),
            source: std::io::ErrorKind::Unsupported.into(),
        })
    }
    /// Returns the number of usable cores.
    fn cores(&self) -> usize;
    /// Tells what stands at a path, without following a link.
    fn entry(&self, path: &Path) -> Option<Entry> {
        if self.is_dir(path) {
            return Some(Entry::Folder);
        }
        self.is_file(path)
            .then_some(Entry::File { executable: false })
    }
    /// Makes a link to `target`; missing folders are made.
    fn link(&self, _target: &Path, path: &Path) -> Result<(), SystemError> {
        Err(unsupported("link", path))
    }
    /// Makes a program of a file, where files know such a thing.
    fn make_executable(&self, _path: &Path) -> Result<(), SystemError> {
        Ok(())
    }
    /// Ends this process at once, as the operating system does with SIGKILL: nothing is wound up.
    fn kill_own_process(&self) {}
    /// Waits.
    fn pause(&self, _time: Duration) {}
    /// Gets a file over HTTP.
    fn get(&self, _request: &Request<'_>) -> Result<Response, NetworkError> {
        Err(NetworkError {
            kind: NetworkFailure::Unreachable,
            reason: "there is no network".to_owned(),
        })
    }
    /// Hands something in over HTTP.
    fn post(&self, _handed: &Handed<'_>) -> Result<Response, NetworkError> {
        Err(NetworkError {
            kind: NetworkFailure::Unreachable,
            reason: "there is no network".to_owned(),
        })
    }
    /// Sends a mail.
    fn mail(&self, _mail: &Mail<'_>) -> Result<(), NetworkError> {
        Err(NetworkError {
            kind: NetworkFailure::Unreachable,
            reason: "there is no network".to_owned(),
        })
    }
    /// Runs a program to its end.
    fn run(&self, call: &Call<'_>) -> Result<Finished, SystemError> {
        Err(unsupported("run", Path::new(call.program)))
    }
}
