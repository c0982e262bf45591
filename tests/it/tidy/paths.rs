//! No file of the tree names a folder of the machine it was written on, and versions agree.

use std::sync::LazyLock;

use regex::Regex;

use super::none;
use crate::support::data_files::root;

/// Folders that exist on one machine only. Spelled in parts, since this file is read as well.
static MACHINE_PATH: LazyLock<Regex> = LazyLock::new(|| {
    let folders = ["root", "work", "home/[a-z]", "Users/[A-Za-z]", "tmp/[a-z]"].join("|");
    Regex::new(&format!("(^|[\\s\"'`(=:])/({folders})")).expect("a valid pattern")
});

const FOLDERS: &[&str] = &[
    "src",
    "templates",
    "tests",
    "docs",
    "example_project",
    "benches",
    "scripts",
    ".ci",
    ".cargo",
];

#[test]
fn no_machine_paths() {
    let below = FOLDERS
        .iter()
        .map(|folder| root().join(folder))
        .filter(|path| path.exists());
    let top = walkdir::WalkDir::new(root())
        .max_depth(1)
        .into_iter()
        .filter_entry(|entry| entry.file_name() != ".git");
    let files = below
        .flat_map(|folder| {
            walkdir::WalkDir::new(folder)
                .into_iter()
                .filter_entry(|entry| entry.file_name() != "target" && entry.file_name() != "logs")
        })
        .chain(top)
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_file());
    let mut findings = Vec::new();
    for file in files {
        // Binary files hold no text to look at.
        let Ok(text) = std::fs::read_to_string(file.path()) else {
            continue;
        };
        for (index, line) in text
            .lines()
            .enumerate()
            .filter(|(_, it)| MACHINE_PATH.is_match(it))
        {
            let path = file.path().strip_prefix(root()).unwrap().display();
            findings.push(format!("{path}:{}: {}", index + 1, line.trim()));
        }
    }
    none(findings);
}

#[test]
fn the_library_goes_with_the_crate() {
    let read = |path: &str| std::fs::read_to_string(root().join(path)).unwrap();
    let part = |text: &str, pattern: &str| {
        let found = Regex::new(pattern).unwrap().captures(text).unwrap();
        [1, 2, 3].map(|index| found[index].parse::<u32>().unwrap())
    };
    let library = part(
        &read("scripts/libduckdb.lock"),
        r"(?m)^version +(\d+)\.(\d+)\.(\d+)$",
    );
    let krate = part(
        &read("Cargo.toml"),
        r#"(?m)^libduckdb-sys = .*"=1\.(\d+?)(\d\d)(\d\d)\."#,
    );
    assert_eq!(
        library, krate,
        "scripts/libduckdb.lock and Cargo.toml name different versions"
    );
}
