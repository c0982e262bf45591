//! Runs `tests/selection/*.txt`: what `ls` lists is compared with what dbt lists.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use dsql::cli;
use dsql::events::Silent;
use dsql::invocation::Invocation;
use dsql::pipeline::{self, Exit, Product, Ready, Surroundings};
use dsql::system::{OsSystem, System};
use dsql::text::Texts;
use libtest_mimic::{Failed, Trial};

use crate::support::data_files;
use crate::support::slt::split_words;

/// Where there is no project for a topic alone.
const PROJECT: &str = "selection";

/// Options that dsql answers differently; `docs/compatibility.md` says why.
const DIFFERENT: &[&str] = &[];

/// Returns one test case for each topic.
pub fn trials() -> Vec<Trial> {
    let topics = data_files::list("tests/selection", "txt").into_iter();
    let make = |path: PathBuf| {
        let topic = path.file_stem().unwrap_or_default().to_string_lossy();
        Trial::test(format!("selection/{topic}"), move || check(&path))
    };
    topics.map(make).collect()
}

fn check(path: &Path) -> Result<(), Failed> {
    let text = std::fs::read_to_string(path)?;
    let topic = path.file_stem().unwrap_or_default().to_string_lossy();
    let projects = data_files::root().join("tests/projects");
    let own = projects.join(format!("{PROJECT}_{topic}"));
    let project = if own.exists() {
        own
    } else {
        projects.join(PROJECT)
    };
    let ready = ready(&project, &topic)?;
    let mut wrong = Vec::new();
    for case in text.split("===").skip(1) {
        let (options, expected) = case.split_once('\n').unwrap_or((case, ""));
        let found = answer(options.trim(), &project, &ready)?;
        let same = found == expected;
        if same == DIFFERENT.contains(&options.trim()) {
            wrong.push(format!("==={options}\n{}", difference(expected, &found)));
        }
    }
    match wrong.len() {
        0 => Ok(()),
        count => Err(format!("{count} wrong\n{}", wrong.join("\n")).into()),
    }
}

/// Lists; a line for each resource, or `error`.
fn answer(options: &str, project: &Path, ready: &Ready) -> Result<String, Failed> {
    let Ok(invocation) = invocation(options, project) else {
        return Ok("error\n".to_owned());
    };
    let mut findings = Vec::new();
    let (exit, product) = pipeline::list(&invocation, ready, &mut findings);
    Ok(match product {
        Product::Listed(found) if exit == Exit::Done => found
            .iter()
            .map(|it| cli::list_line(it, &invocation) + "\n")
            .collect(),
        _ => "error\n".to_owned(),
    })
}

fn invocation(options: &str, project: &Path) -> Result<Invocation, String> {
    let options = split_words(options)?;
    let line = ["dsql", "ls", "--project-dir"].map(Into::into).into_iter();
    let line = line.chain([project.into()]);
    let line: Vec<_> = line.chain(options.into_iter().map(Into::into)).collect();
    cli::invocation(&line, &OsSystem)
}

/// Names what dbt left of the project as it was before, where the topic has that.
fn state(topic: &str) -> String {
    let folder = data_files::root().join("tests/selection").join(topic);
    match folder.exists() {
        true => format!("--state {}", folder.display()),
        false => String::new(),
    }
}

/// Reads the project.
fn ready(project: &Path, topic: &str) -> Result<Ready, Failed> {
    let system: Arc<dyn System> = Arc::new(OsSystem);
    let around = Surroundings {
        invocation_id: Arc::from("selection"),
        system,
        sink: Arc::new(Silent),
        stop: Arc::default(),
        interrupts: Default::default(),
    };
    // What is kept for the next run does not belong into the sources.
    let target = format!(
        "--target-path {}/selection/{topic} {}",
        env!("CARGO_TARGET_TMPDIR"),
        state(topic)
    );
    let mut invocation = invocation(&target, project)?;
    let (mut texts, mut findings) = (Texts::default(), Vec::new());
    let ready = pipeline::read(&mut invocation, &around, &mut texts, &mut findings);
    ready.ok_or_else(|| "the project cannot be read".into())
}

fn difference(expected: &str, found: &str) -> String {
    let missing = expected
        .lines()
        .filter(|line| !found.lines().any(|it| it == *line))
        .map(|line| format!("  - {line}\n"));
    let extra = found
        .lines()
        .filter(|line| !expected.lines().any(|it| it == *line))
        .map(|line| format!("  + {line}\n"));
    missing.chain(extra).collect()
}
