//! Runs `tests/phases/*.txt`: all cases are models of one project, read and compiled together; what
//! comes of each is compared with what dbt makes of it.

mod answer;
mod project;

use libtest_mimic::{Failed, Trial};

use crate::support::data_files;
use crate::support::sections::{Sections, sections};
use answer::Answer;
use project::Outcome;

/// Cases that dsql answers differently; `docs/compatibility.md` says why. A case that starts to
/// agree has to leave the list.
const DIFFERENT: &[&str] = &[
    "config of a tuple",
    "ephemeral after a semicolon",
    "ref of itself",
];

/// Returns the test case.
pub fn trials() -> Vec<Trial> {
    vec![Trial::test("phases", check)]
}

fn check() -> Result<(), Failed> {
    let mut cases = Vec::new();
    for path in data_files::list("tests/phases", "txt") {
        cases.extend(sections(&std::fs::read_to_string(path)?));
    }
    let outcome = project::compile(&cases)?;
    let only = std::env::var("DSQL_CASE").ok();
    let shown = |case: &&Sections| only.as_ref().is_none_or(|only| *only == case.name);
    let wrong: Vec<String> = cases
        .iter()
        .filter(shown)
        .filter_map(|case| difference(case, &outcome))
        .collect();
    match wrong.as_slice() {
        [] => Ok(()),
        wrong => Err(format!(
            "{} of {} wrong\n{}",
            wrong.len(),
            cases.len(),
            wrong.join("\n")
        )
        .into()),
    }
}

fn difference(case: &Sections, outcome: &Outcome) -> Option<String> {
    let compared = Answer::read(case).and_then(|answer| answer.compare(case, outcome));
    let name = &case.name;
    match (compared, DIFFERENT.contains(&name.as_str())) {
        (Ok(()), false) | (Err(_), true) => None,
        (Ok(()), true) => Some(format!("=== {name}\nagrees: take it off the list")),
        (Err(difference), false) => Some(format!("=== {name}\n{}\n{difference}", case.text)),
    }
}
