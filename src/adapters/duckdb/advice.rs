//! What to do about errors that come from outside of the SQL: files, disks, locks.
//!
//! DuckDB's words tell them apart; it has no codes for them.

use std::path::Path;

use crate::diagnostics::did_you_mean;

/// Says what can be done where a process has a file open for longer than somebody has waited.
pub(super) fn on_waited(seconds: u64) -> String {
    format!(
        "it has not ended within {seconds} seconds: wait longer, with a higher `--wait`, or end it"
    )
}

/// DuckDB's words for a file that another process has open.
const LOCKED: &str = "Could not set lock on file";

/// Finds the process that has a file open.
pub(super) fn holder(message: &str) -> Option<u32> {
    let (_, rest) = message.split_once(LOCKED)?.1.split_once("(PID ")?;
    rest.split_once(')')?.0.parse().ok()
}

/// Says what can be done where a database cannot be opened.
pub(super) fn on_open(path: &str, message: &str) -> Option<String> {
    let says = |words: &str| message.contains(words);
    let folder = Path::new(path).parent().map(|it| it.display().to_string());
    let folder = folder.unwrap_or_default();
    let help = if says(LOCKED) {
        "one process at a time writes to a file of DuckDB: wait until that one has ended, for instance \
         with `--wait 60`, or end it"
            .to_owned()
    } else if says("sqlite_scanner") && !says("Candidate extensions") {
        "the file is a database of SQLite: let `path` in the profile name another file, and read \
         this one under `attach:` with `type: sqlite`"
            .to_owned()
    } else if says("not a valid DuckDB database file") {
        "let `path` in the profile name another file, or move this one away: a new database is \
         made in its place"
            .to_owned()
    } else if says("version number") {
        format!(
            "the file was written by another DuckDB than {}: open it with that one, `EXPORT \
             DATABASE`, and import the result into a new file",
            super::native::library_version()
        )
    } else if says("Is a directory") {
        format!("`path` must name a file: {path}/dev.duckdb, for instance")
    } else if says("in read-only mode: database does not exist") {
        "the profile asks for a database that is only read: make it first, or take `access_mode` \
         or `read_only` out of the profile"
            .to_owned()
    } else if says("No such file or directory") {
        format!("make the folder {folder} first")
    } else if says("Not a directory") {
        format!("{folder} is a file: choose another `path`")
    } else if says("Permission denied") || says("Read-only file system") {
        "let `path` in the profile name a file that you may write".to_owned()
    } else if says("not recognized") || says("Failed to cast value") {
        "check `config_options` in the profile".to_owned()
    } else {
        return on_statement(message);
    };
    Some(help)
}

/// Says what can be done where a statement fails and its SQL is not to blame.
pub(super) fn on_statement(message: &str) -> Option<String> {
    let says = |words: &str| message.contains(words);
    if let Some(folder) = missing_folder(message) {
        return Some(format!("make the folder {folder} first"));
    }
    if let Some(extension) = missing_extension(message) {
        return Some(format!(
            "DuckDB's extension `{extension}` is not installed here: run once with network access, or \
             put its file for DuckDB {} below the folder that `extension_directory` under \
             `config_options` of the profile names",
            super::native::library_version()
        ));
    }
    let help = if says("No space left on device")
        || says("File too large")
        || says("Disk quota exceeded")
    {
        "make room on the disk, or let `path` in the profile name a file on another one; nothing \
         of this node is written"
    } else if says("a single transaction can only write to a single attached database") {
        "a model's hooks and its own writes are one transaction, which DuckDB lets write to one \
         database: give the hook `transaction: false`, or let another model write there"
    } else if says("Binder Error: Catalog \"") && says("does not exist") {
        "attach it under `attach:` of the profile, or take it out of `database`"
    } else if says("attached in read-only mode") {
        "the database is only read: take `access_mode` or `read_only` out of the profile, or \
         write to another database"
    } else if says("Corrupt database file") || says("Could not read enough bytes") {
        "the file is damaged: put a copy in its place, or move it away and run again with \
         --full-refresh"
    } else if says("Out of Memory Error") {
        "give `memory_limit` under `settings:` of the profile more, or `temp_directory` a folder \
         with room"
    } else if says(super::native::NUL_BYTE) {
        "remove the byte; editors show it as `^@` or `NUL`"
    } else {
        return None;
    };
    Some(help.to_owned())
}

/// Says what can be done where a database cannot be attached.
pub(super) fn on_attach(path: &str, message: &str) -> Option<String> {
    // DuckDB says so of extensions that do not exist.
    let unknown = missing_extension(message).filter(|_| message.contains("Candidate extensions"));
    match unknown.and_then(|kind| Some((kind, did_you_mean(kind, KINDS)?))) {
        Some((kind, near)) => Some(format!(
            "write `type: {near}` in place of `type: {kind}` under `attach:`"
        )),
        None => on_open(path, message),
    }
}

/// Kinds of databases that can be attached.
const KINDS: [&str; 5] = ["duckdb", "ducklake", "mysql", "postgres", "sqlite"];

/// Returns the folder of a file that could not be written since the folder is not there.
fn missing_folder(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once("Cannot open file \"")?;
    let (path, rest) = rest.split_once('"')?;
    let (folder, _) = path.rsplit_once('/')?;
    rest.contains("No such file or directory").then_some(folder)
}

/// Returns the extension that could not be downloaded or found.
fn missing_extension(message: &str) -> Option<&str> {
    let between = |start: &str, end: char| {
        let (_, rest) = message.split_once(start)?;
        rest.split_once(end).map(|(name, _)| name)
    };
    let file = between("Extension \"", '"')
        .filter(|_| message.contains("not found"))
        .and_then(|path| path.rsplit('/').next())
        .map(|file| file.strip_suffix(".duckdb_extension").unwrap_or(file));
    between("Failed to download extension \"", '"')
        .or_else(|| between("required extension '", '\''))
        .or(file)
}
