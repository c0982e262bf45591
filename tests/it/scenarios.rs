//! Runs `tests/scenarios/**/*.slt`: stories of runs, changed inputs and questions to the database.

use dsql::adapters::AdapterError;
use libtest_mimic::Trial;

use crate::support::answer::{self, Form};
use crate::support::data_files::{self, Failure};
use crate::support::slt::{self, Action, Answer, Shown, Step};
use crate::support::test_project::{Outcome, TestProject};

/// Returns one test case for each scenario.
pub fn trials() -> Vec<Trial> {
    data_files::trials("tests/scenarios", "slt", run)
}

/// Plays a scenario to its end, or to a run that ends otherwise than it should.
pub fn run(text: &str) -> Result<(), Failure> {
    let mut story = Story {
        lines: text.lines().collect(),
        project: TestProject::empty(),
        last: None,
        started: false,
        problems: Vec::new(),
        corrections: Vec::new(),
        final_problem: false,
    };
    for step in slt::parse(text)? {
        story.play(step)?;
        if story.final_problem {
            break;
        }
    }
    story.end()
}

struct Story<'a> {
    lines: Vec<&'a str>,
    project: TestProject,
    last: Option<Outcome>,
    started: bool,
    problems: Vec<String>,
    corrections: Vec<(Answer, Vec<String>)>,
    /// Whether a problem is another than a wrong answer.
    final_problem: bool,
}

impl Story<'_> {
    fn play(&mut self, Step { line, action }: Step) -> Result<(), Failure> {
        let project = &self.project;
        if !self.started && !matches!(action, Action::Project(_)) {
            project.complete();
        }
        match action {
            Action::Project(name) if self.started => {
                return Err(Failure::at(line, format!("`project {name}` comes first")));
            }
            Action::Project(name) if name == "empty" => {}
            Action::Project(name) => project.copy_fixture(&name),
            Action::Write { path, content } => project.write(&path, content),
            Action::Append { path, content } => project.append(&path, &content),
            Action::Delete(path) => project.delete(&path),
            Action::Exists { path, wanted } => {
                if project.exists(&path) != wanted {
                    let found = if wanted { "is missing" } else { "is there" };
                    self.fail(line, format!("{path} {found}"));
                }
            }
            Action::Run {
                variables,
                arguments,
                exit,
            } => {
                let mut command = project.command(arguments);
                command.envs(variables);
                let outcome = project.finish(command);
                if outcome.exit != exit {
                    self.fail(
                        line,
                        format!("exit code {} instead of {exit}", outcome.exit),
                    );
                }
                self.last = Some(outcome);
            }
            Action::Execute(sql) => {
                if let Err(error) = project.execute(&sql) {
                    self.fail(line, error.to_string());
                }
            }
            Action::Query { sql, answer } => {
                let rows = rows(project.query(&sql));
                self.compare(line, Form::Row, answer, rows);
            }
            Action::Show { what, answer } => {
                let text = self.project.filtered(&self.shown(line, &what)?);
                let lines = text.trim_end().lines().map(visible).collect();
                self.compare(line, Form::Text, answer, lines);
            }
            Action::Contains {
                what,
                words,
                wanted,
            } => {
                if self.shown(line, &what)?.contains(&words) != wanted {
                    let verb = if wanted { "lacks" } else { "contains" };
                    self.fail(line, format!("the text {verb} `{words}`"));
                }
            }
        }
        self.started = true;
        Ok(())
    }

    fn shown(&self, line: usize, what: &Shown) -> Result<String, Failure> {
        let last = || {
            self.last
                .as_ref()
                .ok_or_else(|| Failure::at(line, "nothing ran yet"))
        };
        Ok(match what {
            Shown::Stdout => last()?.stdout.clone(),
            Shown::Stderr => last()?.stderr.clone(),
            Shown::File(path) if self.project.exists(path) => self.project.read(path),
            Shown::File(path) => return Err(Failure::at(line, format!("{path} is missing"))),
        })
    }

    fn compare(&mut self, line: usize, form: Form, answer: Answer, actual: Vec<String>) {
        let expected = &self.lines[answer.0.clone()];
        if !answer::matches(form, expected, &actual) {
            let difference = answer::difference(form, expected, &actual);
            self.problems
                .push(format!("line {line}: the answer differs\n{difference}"));
            let corrected = answer::corrected(form, expected, &actual);
            self.corrections.push((answer, corrected));
        }
    }

    fn fail(&mut self, line: usize, message: String) {
        self.problems.push(format!("line {line}: {message}\n"));
        self.final_problem = true;
    }

    fn end(self) -> Result<(), Failure> {
        if self.problems.is_empty() {
            return Ok(());
        }
        let mut message = self.problems.join("");
        if let Some(outcome) = &self.last {
            message.push_str(&format!("after the last run\n{outcome}"));
        }
        let corrected = (!self.final_problem).then(|| {
            let mut lines: Vec<String> = self.lines.iter().map(|&line| line.to_owned()).collect();
            for (Answer(range), answer) in self.corrections.into_iter().rev() {
                lines.splice(range, answer);
            }
            lines.join("\n") + "\n"
        });
        Err(Failure { message, corrected })
    }
}

fn rows(result: Result<Vec<Vec<String>>, AdapterError>) -> Vec<String> {
    match result {
        Ok(rows) => rows.iter().map(|cells| row(cells)).collect(),
        Err(error) => {
            let message = error.to_string();
            vec![format!(
                "error: {}",
                message.lines().next().unwrap_or_default()
            )]
        }
    }
}

fn row(cells: &[String]) -> String {
    let cell = |cell: &String| match cell.as_str() {
        "" => "''".to_owned(),
        text => text.replace('\n', "\\n"),
    };
    cells.iter().map(cell).collect::<Vec<_>>().join("  ")
}

/// An empty line would end the answer.
fn visible(line: &str) -> String {
    match line.trim_end() {
        "" => "<blank>".to_owned(),
        line => line.to_owned(),
    }
}
