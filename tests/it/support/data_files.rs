//! Data files below `tests/`: each becomes a test case of its own.

use std::path::{Path, PathBuf};

use libtest_mimic::{Failed, Trial};

/// Returns the folder of the package.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Lists the files with an extension below a folder of the package, in path order.
/// A folder that is missing is empty.
pub fn list(folder: &str, extension: &str) -> Vec<PathBuf> {
    let folder = root().join(folder);
    if !folder.exists() {
        return Vec::new();
    }
    walkdir::WalkDir::new(folder)
        .sort_by_file_name()
        .into_iter()
        .map(|entry| entry.expect("a readable folder").into_path())
        .filter(|path| path.extension().is_some_and(|found| found == extension))
        .filter(|path| path.file_name().is_some_and(|name| name != "README.md"))
        .collect()
}

/// Makes one test case of each file: `run` gets its text.
///
/// A difference fails the case; with `DSQL_UPDATE=1` the file is rewritten instead.
pub fn trials(folder: &str, extension: &str, run: fn(&str) -> Result<(), Failure>) -> Vec<Trial> {
    let make = |path: PathBuf| {
        let name = path.strip_prefix(root().join("tests")).unwrap_or(&path);
        Trial::test(name.display().to_string(), move || check(&path, run))
    };
    list(folder, extension).into_iter().map(make).collect()
}

/// Why a data file does not hold.
#[derive(Debug)]
pub struct Failure {
    /// What differs, with lines.
    pub message: String,
    /// The whole file with right answers, where only answers differ.
    pub corrected: Option<String>,
}

impl Failure {
    /// Makes a failure that no answer can mend.
    pub fn at(line: usize, message: impl std::fmt::Display) -> Self {
        Self {
            message: format!("line {line}: {message}"),
            corrected: None,
        }
    }
}

fn check(path: &Path, run: fn(&str) -> Result<(), Failure>) -> Result<(), Failed> {
    let text = std::fs::read_to_string(path)?;
    let Err(failure) = run(&text) else {
        return Ok(());
    };
    match failure.corrected {
        Some(corrected) if std::env::var_os("DSQL_UPDATE").is_some_and(|value| value == "1") => {
            Ok(std::fs::write(path, corrected)?)
        }
        corrected => {
            let hint = if corrected.is_some() {
                "\nDSQL_UPDATE=1 accepts the answers.\n"
            } else {
                ""
            };
            Err(format!("{}\n{}{hint}", path.display(), failure.message).into())
        }
    }
}
