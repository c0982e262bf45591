//! Files of the packages → texts.
//!
//! In: packages with their folders. Out: [`SourceFile`] lists in path order, their contents in
//! [`Texts`]. Files are read in parallel; seeds are fingerprinted and not kept.

mod ignore;
mod kind;

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use indexmap::IndexMap;
use rayon::prelude::*;
use sha2::{Digest, Sha256};

pub use ignore::Ignore;
pub use kind::FileKind;

use super::Package;
use crate::diagnostics::{Code, Diagnostic};
use crate::nodes::Checksum;
use crate::system::{System, SystemError};
use crate::text::{FileId, Location, Span, Texts};

/// Seeds beyond this size are known by their path alone, as in dbt.
const LARGEST_SEED: u64 = 1 << 20;

/// One file that something is read from.
#[derive(Debug, Clone, PartialEq, Hash)]
pub struct SourceFile {
    /// What it is for.
    pub kind: FileKind,
    /// Its text; `None` for seeds, which are not kept.
    pub file: Option<FileId>,
    /// Where it is.
    pub path: PathBuf,
    /// Folder of the package that it was found below: `models`.
    pub search_path: String,
    /// Path below that folder.
    pub relative_path: String,
    /// Path below the package's root.
    pub original_file_path: String,
    /// The text without blanks around it, which is all that dbt sees.
    pub content: Span,
    /// Fingerprint of that.
    pub checksum: Checksum,
}

/// Finds and reads the files of all packages. Paths are shown relative to `shown_from`.
pub fn read_files(
    system: &dyn System,
    packages: &mut [Package],
    shown_from: &Path,
    texts: &mut Texts,
) -> Vec<Diagnostic> {
    let found: Vec<_> = packages
        .par_iter()
        .map(|package| find(system, package))
        .collect();
    let mut findings = Vec::new();
    for (package, found) in packages.iter_mut().zip(found) {
        let files = match found {
            Ok(files) => files,
            Err(error) => {
                findings.push(unreadable(&error));
                continue;
            }
        };
        let shown = |path: &Path| {
            let shown = path.strip_prefix(shown_from).unwrap_or(path);
            shown.to_string_lossy().into_owned()
        };
        let read: Vec<_> = files
            .into_par_iter()
            .map(|file| (shown(&file.path), read(system, file)))
            .collect();
        let mut ids: IndexMap<PathBuf, FileId> = IndexMap::new();
        for (shown, (mut file, content)) in read {
            match content {
                Content::Text(text) => {
                    let id = ids
                        .entry(file.path.clone())
                        .or_insert_with(|| texts.add(shown, text));
                    file.file = Some(*id);
                }
                Content::Dropped => file.file = Some(texts.name(shown)),
                Content::Unreadable(finding) => findings.push(finding),
                Content::NotUtf8(text, at) => {
                    let id = texts.add(shown, text);
                    findings.push(not_utf8(id, at));
                    continue;
                }
            }
            package.files.push(file);
        }
    }
    findings
}

/// Lists the files of a package, each kind in path order.
fn find(system: &dyn System, package: &Package) -> Result<Vec<SourceFile>, SystemError> {
    let ignore = ignored(system, &package.root)?;
    // The files of each folder, with their paths below it.
    let mut walks: IndexMap<String, Vec<(PathBuf, String)>> = IndexMap::new();
    let mut files = Vec::new();
    for rule in kind::rules(&package.project.paths) {
        let mut seen = HashSet::new();
        for folder in &rule.folders {
            let root = normal(&package.root.join(folder));
            if !walks.contains_key(folder) {
                let below = |path: PathBuf| {
                    let relative = path.strip_prefix(&root).ok()?.to_string_lossy();
                    let relative = relative.into_owned();
                    Some((path, relative))
                };
                let files = system.walk(&root)?.into_par_iter().filter_map(below);
                walks.insert(folder.clone(), files.collect());
            }
            let walked = walks.get(folder).into_iter().flatten();
            for (path, relative) in walked.filter(|(_, relative)| rule.takes(relative)) {
                let original = Path::new(folder).join(relative);
                let original = original.to_string_lossy().into_owned();
                if !ignore.ignores(&original) && seen.insert(original.clone()) {
                    files.push(source_file(rule.kind, folder, relative, original, path));
                }
            }
        }
    }
    Ok(files)
}

fn source_file(
    kind: FileKind,
    folder: &str,
    relative: &str,
    original: String,
    path: &Path,
) -> SourceFile {
    SourceFile {
        kind,
        file: None,
        path: path.to_path_buf(),
        search_path: folder.to_owned(),
        relative_path: relative.to_owned(),
        original_file_path: original,
        content: Span::default(),
        checksum: Checksum {
            name: "none",
            checksum: String::new(),
        },
    }
}

fn ignored(system: &dyn System, root: &Path) -> Result<Ignore, SystemError> {
    let path = root.join(".dbtignore");
    if !system.is_file(&path) {
        return Ok(Ignore::default());
    }
    let bytes = system.read(&path)?;
    Ok(Ignore::parse(&String::from_utf8_lossy(&bytes)))
}

/// Takes `.` and `..` out of a path.
pub(crate) fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::CurDir => {}
            std::path::Component::ParentDir => {
                if !normal.pop() {
                    normal.push("..");
                }
            }
            part => normal.push(part),
        }
    }
    normal
}

enum Content {
    Text(Arc<str>),
    /// It is not needed further.
    Dropped,
    Unreadable(Diagnostic),
    /// What can be shown of it, and the first wrong byte.
    NotUtf8(String, usize),
}

fn read(system: &dyn System, mut file: SourceFile) -> (SourceFile, Content) {
    let large = || {
        system
            .size(&file.path)
            .is_some_and(|size| size > LARGEST_SEED)
    };
    if file.kind == FileKind::Seed && large() {
        file.checksum = Checksum {
            name: "path",
            checksum: file.original_file_path.clone(),
        };
        return (file, Content::Dropped);
    }
    let text = match system.read(&file.path).map(String::from_utf8) {
        Ok(Ok(text)) => text,
        Ok(Err(error)) => {
            let at = error.utf8_error().valid_up_to();
            let shown = String::from_utf8_lossy(error.as_bytes()).into_owned();
            return (file, Content::NotUtf8(shown, at));
        }
        Err(error) => {
            let finding = unreadable(&error);
            return (file, Content::Unreadable(finding));
        }
    };
    let content = stripped(&text);
    let digest = Sha256::digest(text.get(content.range()).unwrap_or_default());
    file.checksum = Checksum {
        name: "sha256",
        checksum: format!("{digest:x}"),
    };
    file.content = content;
    let content = match file.kind {
        FileKind::Seed => Content::Dropped,
        _ => Content::Text(text.into()),
    };
    (file, content)
}

/// Finds a text without the blanks around it, as Python's `strip` does.
pub fn stripped(text: &str) -> Span {
    let blank = |it: char| it.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&it);
    let start = text.len() - text.trim_start_matches(blank).len();
    Span::new(start, text.trim_end_matches(blank).len().max(start))
}

/// Reads one text file; `shown` is its path for people.
pub(crate) fn read_text(
    system: &dyn System,
    path: &Path,
    shown: &Path,
    texts: &mut Texts,
    findings: &mut Vec<Diagnostic>,
) -> Option<FileId> {
    let shown = shown.to_string_lossy();
    match system.read(path).map(String::from_utf8) {
        Ok(Ok(text)) => Some(texts.add(shown, text)),
        Ok(Err(error)) => {
            let at = error.utf8_error().valid_up_to();
            let id = texts.add(shown, String::from_utf8_lossy(error.as_bytes()));
            findings.push(not_utf8(id, at));
            None
        }
        Err(error) => {
            findings.push(unreadable(&error));
            None
        }
    }
}

fn unreadable(error: &SystemError) -> Diagnostic {
    Diagnostic::error(Code::UnreadableFile, error.to_string()).help(error.help())
}

fn not_utf8(file: FileId, at: usize) -> Diagnostic {
    let location = Location::new(file, Span::new(at, at + '\u{fffd}'.len_utf8()));
    Diagnostic::error(
        Code::NotUtf8,
        format!("this file is not UTF-8, from byte {at} on"),
    )
    .at(location)
    .help("save it as UTF-8")
}
