//! Runs `tests/jinja/*.txt`: each case is rendered and compared with what dbt makes of it.

mod case;
mod context;

use std::path::Path;

use libtest_mimic::{Failed, Trial};

use crate::support::data_files;
use case::{Answer, Case};

/// Cases that dsql answers differently, by topic and name; `docs/compatibility.md` says why.
/// A case that starts to agree has to leave the list.
const DIFFERENT: &[(&str, &str)] = &[];

/// Returns one test case for each topic.
pub fn trials() -> Vec<Trial> {
    let topics = data_files::list("tests/jinja", "txt").into_iter();
    let make = |path: std::path::PathBuf| {
        let name = format!("jinja/{}", topic(&path));
        Trial::test(name, move || check(&path))
    };
    topics.map(make).collect()
}

fn topic(path: &Path) -> String {
    path.file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

fn check(path: &Path) -> Result<(), Failed> {
    let topic = topic(path);
    let text = std::fs::read_to_string(path)?;
    let cases = case::parse(&text)?;
    let only = std::env::var("DSQL_CASE").ok();
    let mut wrong = Vec::new();
    let mut right = 0;
    for case in cases
        .iter()
        .filter(|case| only.as_ref().is_none_or(|only| *only == case.name))
    {
        let different = DIFFERENT.contains(&(topic.as_str(), case.name.as_str()));
        match (compare(case, &topic), different) {
            (Ok(()), false) | (Err(_), true) => right += 1,
            (Ok(()), true) => {
                wrong.push(format!("=== {}\nagrees: take it off the list", case.name))
            }
            (Err(difference), false) => wrong.push(format!("=== {}\n{difference}", case.name)),
        }
    }
    if wrong.is_empty() {
        return Ok(());
    }
    let count = wrong.len();
    Err(format!(
        "{topic}: {right} right, {count} wrong\n{}",
        wrong.join("\n")
    )
    .into())
}

fn compare(case: &Case, topic: &str) -> Result<(), String> {
    let actual = context::render(case, topic == "native");
    let fold = |text: &str| match topic {
        "cross_db" => text.split_whitespace().collect::<Vec<_>>().join(" "),
        _ => text.to_owned(),
    };
    match (&case.answer, actual) {
        (Answer::Output(expected), Ok(actual)) if fold(expected) == fold(&actual) => Ok(()),
        (Answer::Output(expected), Ok(actual)) => Err(format!(
            "{}\n--- expected\n{expected}\n--- actual\n{actual}",
            case.template
        )),
        (Answer::Output(expected), Err(error)) => Err(format!(
            "{}\n--- expected\n{expected}\n--- error\n{error}",
            case.template
        )),
        (Answer::Error(_), Err(_)) => Ok(()),
        (Answer::Error(expected), Ok(actual)) => Err(format!(
            "{}\n--- expected error\n{expected}\n--- actual\n{actual}",
            case.template
        )),
    }
}
