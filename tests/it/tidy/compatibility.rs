//! Every difference from dbt names the test that holds it, and the test is there.

use super::none;
use crate::support::data_files::{list, root};
use crate::support::sections::sections;

/// What stands in place of a test where none can run.
const BY_HAND: &str = "by hand: ";

#[test]
fn differences_name_tests_that_exist() {
    let path = root().join("docs/compatibility.md");
    let page = std::fs::read_to_string(path).unwrap();
    let rows = page.lines().filter(|line| line.starts_with("| "));
    let mut findings = Vec::new();
    let heads = ["| where |", "| --- |"];
    for row in rows.filter(|row| !heads.iter().any(|it| row.starts_with(it))) {
        let cells: Vec<&str> = row.trim_end_matches([' ', '|']).rsplitn(2, " | ").collect();
        let cell = cells.first().copied().unwrap_or_default();
        let named: Vec<&str> = cell.split('`').skip(1).step_by(2).collect();
        let count = row.matches(" | ").count();
        if (named.is_empty() || count < 4) && !cell.starts_with(BY_HAND) {
            findings.push(format!("no test: {row}"));
        }
        let lost = named.iter().filter(|name| !exists(name));
        findings.extend(lost.map(|name| format!("no such test: {name}")));
    }
    none(findings);
}

/// Tells whether there is a function `file::name`, a case `topic: name`, or a data file or folder.
fn exists(name: &str) -> bool {
    if let Some((file, function)) = name.rsplit_once("::") {
        let head = format!("fn {function}(");
        let file = file.rsplit("::").next().unwrap_or(file);
        let mut files = ["tests/it", "src"]
            .into_iter()
            .flat_map(|it| list(it, "rs"));
        return files.any(|path| {
            path.file_stem().is_some_and(|stem| stem == file)
                && std::fs::read_to_string(path).is_ok_and(|text| text.contains(&head))
        });
    }
    if let Some((topic, case)) = name.split_once(": ") {
        let mut files = list(&format!("tests/{topic}"), "txt").into_iter();
        return files.any(|path| {
            let text = std::fs::read_to_string(path).unwrap();
            sections(&text).iter().any(|it| it.name == case)
        });
    }
    let path = root().join("tests").join(name);
    let endings = ["slt", "md", "txt", "csv"];
    path.is_dir() || endings.iter().any(|it| path.with_extension(it).is_file())
}
