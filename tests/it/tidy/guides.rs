//! Each guide has a story that does what it shows, with the same commands in the same order, and looks for what it shows.

use super::none;
use crate::support::data_files::{list, root};

/// Names what a command of a story is without the variables before it.
fn command(line: &str) -> Option<&str> {
    let line = line.strip_prefix("run ")?;
    line.find("dsql ").and_then(|at| line.get(at..))
}

#[test]
fn what_guides_show_is_what_stories_do() {
    let mut findings = Vec::new();
    for path in list("docs/guide", "md") {
        let name = path.file_stem().unwrap().display().to_string();
        let guide = std::fs::read_to_string(&path).unwrap();
        let story = root().join(format!("tests/scenarios/guide/{name}.slt"));
        let story = std::fs::read_to_string(story).unwrap_or_default();
        let mut told = story.lines().filter_map(command);
        let shown = guide.lines().filter_map(|it| it.strip_prefix("$ "));
        for shown in shown.filter(|it| it.starts_with("dsql ")) {
            if !told.any(|it| it == shown) {
                findings.push(format!("{name}: the story does not run `{shown}` here"));
            }
        }
        let looked_for = story
            .lines()
            .filter_map(|it| it.strip_prefix("stdout contains "));
        let unknown = looked_for.filter(|it| !guide.contains(it));
        findings.extend(unknown.map(|it| format!("{name}: `{it}` is not shown")));
    }
    none(findings);
}
