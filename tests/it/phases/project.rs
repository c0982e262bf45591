//! The project of the corpus with all cases, read and compiled by the library.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use dsql::diagnostics::Diagnostic;
use dsql::events::{Event, Sink};
use dsql::invocation::{Command, Invocation};
use dsql::pipeline::{self, Exit, Product, Surroundings};
use dsql::system::{MemorySystem, System};
use dsql::text::Texts;
use serde_json::{Value as Json, json};

use crate::support::data_files;
use crate::support::sections::Sections;

/// What became of the cases.
#[derive(Debug, Default)]
pub struct Outcome {
    /// `manifest.json` after parsing, without the cases that cannot be read.
    pub manifest: Json,
    /// Compiled SQL by name of the model.
    pub compiled: HashMap<String, String>,
    /// Why models cannot be read, by name.
    pub unparsed: HashMap<String, Vec<String>>,
    /// Why models cannot be compiled, by name.
    pub uncompiled: HashMap<String, String>,
}

/// Names the model of a case.
pub fn model_name(case: &str) -> String {
    let word = |c: char| c.is_alphanumeric() || c == '_';
    let mut name = String::new();
    for c in case.chars() {
        match word(c) {
            true => name.push(c),
            false if name.ends_with('_') => {}
            false => name.push('_'),
        }
    }
    name
}

/// Reads and compiles all cases, as far as each comes.
pub fn compile(cases: &[Sections]) -> Result<Outcome, String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let database = folder.path().join("corpus.duckdb").display().to_string();
    let mut outcome = Outcome::default();
    loop {
        let kept = cases
            .iter()
            .filter(|case| !outcome.unparsed.contains_key(&model_name(&case.name)));
        let system = Arc::new(system(kept, &database));
        let (parsed, _) = run(Command::Parse, &system);
        if parsed.exit == Exit::Done {
            outcome.manifest = manifest(&*system)?;
            compile_models(&system, &mut outcome)?;
            return Ok(outcome);
        }
        let errors = parsed.diagnostics.iter().filter(|it| it.is_error());
        for error in errors {
            let model = blamed(error, &parsed.texts)
                .ok_or_else(|| format!("no case is at fault: {error:?}"))?;
            let reasons = outcome.unparsed.entry(model).or_default();
            reasons.push(error.message.clone());
        }
    }
}

fn compile_models(system: &Arc<MemorySystem>, outcome: &mut Outcome) -> Result<(), String> {
    let (compiled, failed) = run(Command::Compile, system);
    let Product::Compiled(models) = compiled.product else {
        return Err(format!("nothing is compiled: {:?}", compiled.diagnostics));
    };
    let models = models.into_iter();
    outcome.compiled = models.map(|(name, _, sql)| (name, sql)).collect();
    for (name, problem) in failed {
        if problem.labels.is_empty() {
            return Err(format!("{name} fails nowhere: {}", problem.message));
        }
        outcome.uncompiled.insert(name, problem.message.clone());
    }
    Ok(())
}

fn manifest(system: &dyn System) -> Result<Json, String> {
    let bytes = system.read(Path::new("/target/manifest.json"));
    let bytes = bytes.map_err(|error| error.to_string())?;
    serde_json::from_slice(&bytes).map_err(|error| error.to_string())
}

/// Names the model at whose bytes an error points.
fn blamed(error: &Diagnostic, texts: &Texts) -> Option<String> {
    error.labels.iter().find_map(|label| {
        let path = &texts.get(label.location.file)?.path;
        let file = path.strip_prefix("models/cases/")?;
        Some(file.strip_suffix(".sql")?.to_owned())
    })
}

fn system<'a>(cases: impl Iterator<Item = &'a Sections>, database: &str) -> MemorySystem {
    let root = data_files::root().join("tests/phases/project");
    let entries = walkdir::WalkDir::new(&root).into_iter().flatten();
    let files = entries.filter(|entry| entry.file_type().is_file());
    let files = files.map(|entry| {
        let below = entry.path().strip_prefix(&root).expect("a file below it");
        let content = std::fs::read(entry.path()).expect("a readable file");
        (Path::new("/").join(below), content)
    });
    let cases = cases.map(|case| {
        let path = format!("/models/cases/{}.sql", model_name(&case.name));
        (path.into(), case.text.clone().into_bytes())
    });
    MemorySystem::with_files(files.chain(cases))
        .with_env("TZ", "UTC")
        .with_env("CASE_ENV", "from the environment")
        .with_env("CASE_DATABASE", database)
}

/// Runs a command; gives its outcome and the nodes that failed.
fn run(
    command: Command,
    system: &Arc<MemorySystem>,
) -> (pipeline::Outcome, Vec<(String, Arc<Diagnostic>)>) {
    let failures = Arc::new(Failures::default());
    let around = Surroundings {
        system: system.clone(),
        sink: failures.clone(),
        invocation_id: "00000000-0000-4000-8000-000000000000".into(),
        stop: Arc::default(),
        interrupts: Default::default(),
    };
    let mut invocation = Invocation::new(command, command.as_str().to_owned());
    if command == Command::Compile {
        invocation.give("select", json!(["path:models/cases"]));
    }
    let outcome = pipeline::run(&mut invocation, &around);
    let failures = failures.0.lock().expect("no panic").clone();
    (outcome, failures)
}

/// Keeps the nodes that failed, with the reasons.
#[derive(Default)]
struct Failures(Mutex<Vec<(String, Arc<Diagnostic>)>>);

impl Sink for Failures {
    fn emit(&self, event: Event) {
        if let Event::NodeFinished { node, problems, .. } = event {
            let mut failures = self.0.lock().expect("no panic");
            failures.extend(problems.into_iter().map(|it| (node.name.clone(), it)));
        }
    }
}
