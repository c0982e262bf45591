//! What an earlier run left in a folder, for comparison, deferral and `retry`.
//!
//! A file that is not there is none; one that cannot be used is reported at its bytes.

use std::path::{Path, PathBuf};

use crate::artifacts::previous::{
    PreviousColumns, PreviousManifest, PreviousResults, PreviousSources, PreviousState, Unusable,
};
use crate::diagnostics::{Code, Diagnostic};
use crate::system::System;
use crate::text::{FileId, Location, Span, Texts};

/// Reads the artifacts in `folder`, given as it was typed, relative to `root`.
pub fn load_state(
    system: &dyn System,
    folder: &str,
    root: &Path,
    target: &Path,
    texts: &mut Texts,
    findings: &mut Vec<Diagnostic>,
) -> PreviousState {
    let path = root.join(folder);
    let mut files = Files {
        system,
        root,
        texts,
        findings,
    };
    PreviousState {
        folder: folder.to_owned(),
        is_there: system.is_dir(&path),
        manifest: files.read(path.join("manifest.json"), PreviousManifest::read),
        results: files.read(path.join("run_results.json"), PreviousResults::read),
        sources: files.read(path.join("sources.json"), PreviousSources::read),
        columns: None,
        current_sources: files.read(target.join("sources.json"), PreviousSources::read),
    }
}

/// Reads the columns that an earlier run left in `folder`; of them there is nothing in dbt's artifacts.
pub fn load_previous_columns(
    system: &dyn System,
    folder: &str,
    root: &Path,
    texts: &mut Texts,
    findings: &mut Vec<Diagnostic>,
) -> Option<PreviousColumns> {
    let path = root.join(folder).join("column_lineage.json");
    let mut files = Files {
        system,
        root,
        texts,
        findings,
    };
    files.read(path, PreviousColumns::read)
}

struct Files<'a> {
    system: &'a dyn System,
    root: &'a Path,
    texts: &'a mut Texts,
    findings: &'a mut Vec<Diagnostic>,
}

impl Files<'_> {
    fn read<T>(&mut self, path: PathBuf, read: fn(&str) -> Result<T, Unusable>) -> Option<T> {
        if !self.system.is_file(&path) {
            return None;
        }
        let bytes = match self.system.read(&path) {
            Ok(bytes) => bytes,
            Err(error) => {
                let finding = Diagnostic::error(Code::SystemError, error.to_string());
                self.findings.push(finding.help(error.help()));
                return None;
            }
        };
        let text = String::from_utf8_lossy(&bytes);
        match read(&text) {
            Ok(artifact) => Some(artifact),
            Err(unusable) => {
                let shown = path.strip_prefix(self.root).unwrap_or(&path);
                let file = self.texts.add(shown.display().to_string(), &*text);
                self.findings.push(finding(unusable, file, shown));
                None
            }
        }
    }
}

/// Says why an artifact cannot be used.
fn finding(unusable: Unusable, file: FileId, path: &Path) -> Diagnostic {
    let path = path.display();
    match unusable {
        Unusable::Broken { message, at } => {
            let message = format!("{path} is no artifact of an earlier run: {message}");
            let place = Location::new(file, Span::new(at, at));
            Diagnostic::error(Code::InvalidState, message)
                .at(place)
                .help("run again what wrote it, or copy it again from where it comes from")
        }
        Unusable::Version { found, read } => {
            let (first, last) = (read.start(), read.end());
            let versions = match first == last {
                true => format!("version {first} is read"),
                false => format!("versions {first} to {last} are read"),
            };
            let help = format!(
                "{versions}: write it again with dsql, or with a release of dbt from 1.0 to 1.11"
            );
            let message = match &found {
                Some((schema, _)) => format!("{path} is of a version that is not read: {schema}"),
                None => format!("{path} does not say of which version it is"),
            };
            let finding = Diagnostic::error(Code::InvalidState, message).help(help);
            match found {
                Some((_, place)) => {
                    finding.at(Location::new(file, Span::new(place.start, place.end)))
                }
                None => finding.in_file(file),
            }
        }
    }
}
