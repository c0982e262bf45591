//! The real system.

#![allow(clippy::disallowed_methods)]

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use super::{
    Call, Entry, Finished, Handed, Mail, NetworkError, Parts, Process, Program, ReadParts, Request,
    Response, System, SystemError,
};

/// The operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct OsSystem;

fn failed<'a>(
    action: &'static str,
    path: &'a Path,
) -> impl FnOnce(std::io::Error) -> SystemError + 'a {
    move |source| SystemError {
        action,
        path: path.to_path_buf(),
        source,
    }
}

/// The time that `DSQL_NOW` says it is, for as long as the process runs.
fn set_time() -> Option<chrono::DateTime<chrono::Utc>> {
    static SET: OnceLock<Option<chrono::DateTime<chrono::Utc>>> = OnceLock::new();
    let read = || super::set_time(&std::env::var(super::TIME_VARIABLE).ok()?).ok();
    *SET.get_or_init(read)
}

impl System for OsSystem {
    fn read(&self, path: &Path) -> Result<Vec<u8>, SystemError> {
        std::fs::read(path).map_err(failed("read", path))
    }

    fn read_parts(&self, path: &Path) -> Result<ReadParts, SystemError> {
        const BYTES: u64 = 256 * 1024;
        let mut file = std::fs::File::open(path).map_err(failed("read", path))?;
        let parts = std::iter::from_fn(move || {
            let mut part = Vec::with_capacity(BYTES as usize);
            match Read::by_ref(&mut file).take(BYTES).read_to_end(&mut part) {
                Ok(0) => None,
                read => Some(read.map(|_| part)),
            }
        });
        Ok(Box::new(parts))
    }

    fn write(&self, path: &Path, content: &[u8]) -> Result<(), SystemError> {
        replace(path, |file| file.write_all(content))
    }

    fn write_parts(&self, path: &Path, parts: Parts<'_>) -> Result<(), SystemError> {
        replace(path, |file| {
            for part in parts {
                file.write_all(&part?)?;
            }
            Ok(())
        })
    }

    fn append(&self, path: &Path, content: &[u8]) -> Result<(), SystemError> {
        let mut file = opened_to_append(path)?;
        file.write_all(content).map_err(failed("write", path))
    }

    fn append_open(
        &self,
        path: &Path,
        content: &[u8],
        open: &mut Option<File>,
    ) -> Result<(), SystemError> {
        let file = match open.take().filter(is_there) {
            Some(file) => file,
            None => opened_to_append(path)?,
        };
        let file = open.insert(file);
        file.write_all(content).map_err(failed("write", path))
    }

    fn rename(&self, from: &Path, to: &Path) -> Result<(), SystemError> {
        std::fs::rename(from, to).map_err(failed("rename", from))
    }

    fn copy(&self, from: &Path, to: &Path) -> Result<(), SystemError> {
        let folder = to.parent().unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder).map_err(failed("create", folder))?;
        std::fs::copy(from, to).map_err(failed("copy", from))?;
        Ok(())
    }

    fn own_program(&self) -> Option<PathBuf> {
        std::env::current_exe().ok()
    }

    fn walk(&self, folder: &Path) -> Result<Vec<PathBuf>, SystemError> {
        if !folder.exists() {
            return Ok(Vec::new());
        }
        let mut files = Vec::new();
        for entry in walkdir::WalkDir::new(folder).sort_by_file_name() {
            let entry = match entry {
                Ok(entry) => entry,
                // It was there a moment ago.
                Err(error) if error.depth() > 0 && error.io_error().is_some_and(is_missing) => {
                    continue;
                }
                Err(error) => {
                    let path = error.path().unwrap_or(folder).to_path_buf();
                    let source = error.into();
                    return Err(SystemError {
                        action: "list",
                        path,
                        source,
                    });
                }
            };
            if is_file(&entry) {
                files.push(entry.into_path());
            }
        }
        Ok(files)
    }

    fn list(&self, folder: &Path) -> Result<Vec<PathBuf>, SystemError> {
        match std::fs::read_dir(folder) {
            Ok(entries) => {
                let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
                paths.sort();
                Ok(paths)
            }
            Err(error) if is_missing(&error) => Ok(Vec::new()),
            Err(error) => Err(failed("list", folder)(error)),
        }
    }

    fn size(&self, path: &Path) -> Option<u64> {
        let metadata = std::fs::metadata(path).ok()?;
        metadata.is_file().then_some(metadata.len())
    }

    fn is_file(&self, path: &Path) -> bool {
        path.is_file()
    }

    fn is_dir(&self, path: &Path) -> bool {
        path.is_dir()
    }

    fn create_dir_all(&self, path: &Path) -> Result<(), SystemError> {
        std::fs::create_dir_all(path).map_err(failed("create", path))
    }

    fn remove_all(&self, path: &Path) -> Result<(), SystemError> {
        let kind = match std::fs::symlink_metadata(path) {
            Ok(metadata) => metadata.file_type(),
            Err(error) if is_missing(&error) => return Ok(()),
            Err(error) => return Err(failed("remove", path)(error)),
        };
        let removed = if kind.is_dir() {
            std::fs::remove_dir_all(path)
        } else {
            std::fs::remove_file(path)
        };
        removed.map_err(failed("remove", path))
    }

    fn canonicalize(&self, path: &Path) -> Result<PathBuf, SystemError> {
        std::fs::canonicalize(path).map_err(failed("find", path))
    }

    fn current_dir(&self) -> PathBuf {
        std::env::current_dir().unwrap_or_else(|_| PathBuf::from("."))
    }

    fn home_dir(&self) -> Option<PathBuf> {
        std::env::home_dir().filter(|path| !path.as_os_str().is_empty())
    }

    fn env(&self, name: &str) -> Option<String> {
        std::env::var(name).ok()
    }

    fn envs(&self) -> Vec<(String, String)> {
        let mut all: Vec<_> = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        all.sort();
        all
    }

    fn now(&self) -> chrono::DateTime<chrono::Utc> {
        set_time().unwrap_or_else(chrono::Utc::now)
    }

    fn host_name(&self) -> String {
        gethostname::gethostname().to_string_lossy().into_owned()
    }

    fn time_zone(&self) -> String {
        let set = std::env::var("TZ").ok().filter(|zone| !zone.is_empty());
        let linked = || std::fs::read_link("/etc/localtime").ok();
        let named = |path: PathBuf| {
            let path = path.to_string_lossy().into_owned();
            Some(path.split_once("zoneinfo/")?.1.to_owned())
        };
        match set {
            Some(zone) => zone.trim_start_matches(':').to_owned(),
            None => linked().and_then(named).unwrap_or_else(|| "UTC".to_owned()),
        }
    }

    fn instant(&self) -> Duration {
        static START: OnceLock<Instant> = OnceLock::new();
        START.get_or_init(Instant::now).elapsed()
    }

    fn uuid(&self) -> String {
        uuid::Uuid::new_v4().to_string()
    }

    fn temporary_dir(&self) -> PathBuf {
        std::env::temp_dir()
    }

    fn start(&self, program: &Program) -> Result<Process, SystemError> {
        super::process::start(program).map_err(failed("start", &program.path))
    }

    fn cores(&self) -> usize {
        std::thread::available_parallelism().map_or(1, usize::from)
    }

    fn entry(&self, path: &Path) -> Option<Entry> {
        let metadata = std::fs::symlink_metadata(path).ok()?;
        let kind = metadata.file_type();
        if kind.is_symlink() {
            return std::fs::read_link(path).ok().map(Entry::Link);
        }
        if kind.is_dir() {
            return Some(Entry::Folder);
        }
        #[cfg(unix)]
        let executable =
            std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o100 != 0;
        #[cfg(not(unix))]
        let executable = false;
        kind.is_file().then_some(Entry::File { executable })
    }

    fn link(&self, target: &Path, path: &Path) -> Result<(), SystemError> {
        let folder = path.parent().unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder).map_err(failed("create", folder))?;
        #[cfg(unix)]
        let made = std::os::unix::fs::symlink(target, path);
        #[cfg(windows)]
        let made = std::os::windows::fs::symlink_dir(target, path);
        made.map_err(failed("link", path))
    }

    #[cfg(unix)]
    fn make_executable(&self, path: &Path) -> Result<(), SystemError> {
        let permissions = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(path, permissions).map_err(failed("change", path))
    }

    #[cfg(unix)]
    fn kill_own_process(&self) {
        const SIGKILL: i32 = 9;
        // It fails for signals that there are not.
        let _ = signal_hook::low_level::raise(SIGKILL);
    }

    #[cfg(not(unix))]
    fn kill_own_process(&self) {
        std::process::abort();
    }

    fn pause(&self, time: Duration) {
        std::thread::sleep(time);
    }

    fn get(&self, request: &Request<'_>) -> Result<Response, NetworkError> {
        super::http::get(request)
    }

    fn post(&self, handed: &Handed<'_>) -> Result<Response, NetworkError> {
        super::http::post(handed)
    }

    fn mail(&self, mail: &Mail<'_>) -> Result<(), NetworkError> {
        super::mail::send(mail)
    }

    fn run(&self, call: &Call<'_>) -> Result<Finished, SystemError> {
        let mut command = std::process::Command::new(call.program);
        command
            .args(call.arguments)
            .current_dir(call.folder)
            .stdin(std::process::Stdio::null());
        for (name, value) in call.variables {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        let output = command
            .output()
            .map_err(failed("run", Path::new(call.program)))?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Ok(Finished {
            success: output.status.success(),
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
        })
    }
}

/// Writes beside a file and puts the result in its place.
fn replace(
    path: &Path,
    write: impl FnOnce(&mut std::fs::File) -> std::io::Result<()>,
) -> Result<(), SystemError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(failed("create", folder))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let unfinished = folder.join(format!(".{name}.{}.tmp", uuid::Uuid::new_v4().simple()));
    let written = std::fs::File::create(&unfinished)
        .and_then(|mut file| write(&mut file))
        .and_then(|()| std::fs::rename(&unfinished, path));
    if written.is_err() {
        // The write has failed already; a left-over temporary file is the lesser trouble.
        let _ = std::fs::remove_file(&unfinished);
    }
    written.map_err(failed("write", path))
}

/// Opens a file to add to its end; a missing one is made, and its folder too.
fn opened_to_append(path: &Path) -> Result<File, SystemError> {
    let open = || OpenOptions::new().create(true).append(true).open(path);
    let file = match open() {
        Err(error) if is_missing(&error) => {
            let folder = path.parent().unwrap_or(Path::new("."));
            std::fs::create_dir_all(folder).map_err(failed("create", folder))?;
            open()
        }
        opened => opened,
    };
    file.map_err(failed("write", path))
}

/// Tells whether an open file still has a name.
fn is_there(file: &File) -> bool {
    #[cfg(unix)]
    return file
        .metadata()
        .is_ok_and(|it| std::os::unix::fs::MetadataExt::nlink(&it) > 0);
    // What is open elsewhere keeps its name.
    #[cfg(not(unix))]
    return file.metadata().is_ok();
}

fn is_missing(error: &std::io::Error) -> bool {
    error.kind() == std::io::ErrorKind::NotFound
}

/// Tells whether an entry is a file, or a link to one; a link that leads nowhere counts, so that
/// reading it says so.
fn is_file(entry: &walkdir::DirEntry) -> bool {
    match entry.path_is_symlink() {
        true => {
            std::fs::metadata(entry.path()).is_ok_and(|it| it.is_file()) || !entry.path().exists()
        }
        false => entry.file_type().is_file(),
    }
}
