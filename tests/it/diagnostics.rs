//! Runs `tests/diagnostics/*.md`: each page shows a finding and what the terminal says of it.

use libtest_mimic::Trial;

use crate::support::answer::{self, Form};
use crate::support::data_files::{self, Failure};
use crate::support::page;

/// Returns one test case for each page.
pub fn trials() -> Vec<Trial> {
    data_files::trials("tests/diagnostics", "md", run)
}

/// Compares every output of a page.
pub fn run(text: &str) -> Result<(), Failure> {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let mut message = String::new();
    let mut corrections = Vec::new();
    let mut outputs = 0;
    for section in page::parse(text)? {
        let project = section.project();
        for output in section.outputs {
            outputs += 1;
            let screen = project.filtered(&project.screen(&output.command));
            let actual: Vec<String> = screen
                .trim_end()
                .lines()
                .map(|line| line.trim_end().to_owned())
                .collect();
            let expected: Vec<&str> = lines[output.answer.clone()]
                .iter()
                .map(String::as_str)
                .collect();
            if !answer::matches(Form::Text, &expected, &actual) {
                let difference = answer::difference(Form::Text, &expected, &actual);
                message.push_str(&format!(
                    "line {}: `dsql {}` gives another output\n{difference}",
                    output.line,
                    output.command.join(" ")
                ));
                corrections.push((
                    output.answer,
                    answer::corrected(Form::Text, &expected, &actual),
                ));
            }
        }
    }
    if outputs == 0 {
        return Err(Failure::at(1, "the page has no `output` block"));
    }
    if corrections.is_empty() {
        return Ok(());
    }
    for (range, answer) in corrections.into_iter().rev() {
        lines.splice(range, answer);
    }
    Err(Failure {
        message,
        corrected: Some(lines.join("\n") + "\n"),
    })
}
