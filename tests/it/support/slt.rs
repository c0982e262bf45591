//! Scenario files: text → steps with their lines. `tests/README.md` describes the form.

use std::ops::Range;

use super::data_files::Failure;

/// One directive, at its line (from 1).
#[derive(Debug, PartialEq, Eq)]
pub struct Step {
    /// Where it stands.
    pub line: usize,
    /// What to do.
    pub action: Action,
}

/// What a step does.
#[derive(Debug, PartialEq, Eq)]
pub enum Action {
    /// Starts from a fixture project.
    Project(String),
    /// Writes a file.
    Write { path: String, content: String },
    /// Adds lines to a file.
    Append { path: String, content: String },
    /// Deletes a file or folder.
    Delete(String),
    /// Runs the binary.
    Run {
        variables: Vec<(String, String)>,
        arguments: Vec<String>,
        exit: i32,
    },
    /// Runs statements on the database.
    Execute(String),
    /// Compares rows of the database.
    Query { sql: String, answer: Answer },
    /// Compares the whole of a text.
    Show { what: Shown, answer: Answer },
    /// Looks for words in a text.
    Contains {
        what: Shown,
        words: String,
        wanted: bool,
    },
    /// Looks for a file.
    Exists { path: String, wanted: bool },
}

/// A text that a run left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    /// The standard output of the last run.
    Stdout,
    /// The standard error of the last run.
    Stderr,
    /// A file of the project.
    File(String),
}

/// The lines after `----`, as indexes into the lines of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer(pub Range<usize>);

/// Marks the start of an answer.
const RULE: &str = "----";

/// Reads a scenario.
pub fn parse(text: &str) -> Result<Vec<Step>, Failure> {
    let mut parser = Parser {
        lines: text.lines().collect(),
        next: 0,
    };
    let mut steps: Vec<Step> = Vec::new();
    while let Some(line) = parser.take() {
        let number = parser.next;
        let line = line.trim_end();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (word, rest) = split_word(line);
        if word == "exit" {
            let Some(Step {
                action: Action::Run { exit, .. },
                ..
            }) = steps.last_mut()
            else {
                return Err(Failure::at(number, "`exit` follows a `run`"));
            };
            *exit = rest
                .parse()
                .map_err(|_| Failure::at(number, "`exit` needs a number"))?;
            continue;
        }
        let action = parser
            .action(word, rest)
            .map_err(|message| Failure::at(number, message))?;
        steps.push(Step {
            line: number,
            action,
        });
    }
    Ok(steps)
}

struct Parser<'a> {
    lines: Vec<&'a str>,
    next: usize,
}

impl<'a> Parser<'a> {
    fn take(&mut self) -> Option<&'a str> {
        let line = self.lines.get(self.next).copied();
        self.next += usize::from(line.is_some());
        line
    }

    fn action(&mut self, word: &str, rest: &'a str) -> Result<Action, String> {
        Ok(match word {
            "project" => Action::Project(rest.to_owned()),
            "file" | "write" => {
                let (path, content) = self.path_and_content(rest)?;
                Action::Write { path, content }
            }
            "append" => {
                let (path, content) = self.path_and_content(rest)?;
                Action::Append { path, content }
            }
            "delete" => Action::Delete(rest.to_owned()),
            "exists" => Action::Exists {
                path: rest.to_owned(),
                wanted: true,
            },
            "absent" => Action::Exists {
                path: rest.to_owned(),
                wanted: false,
            },
            "run" => run(rest)?,
            "execute" => Action::Execute(rest.to_owned()),
            "query" => Action::Query {
                sql: self.sql(rest)?,
                answer: self.answer()?,
            },
            "stdout" => self.shown(Shown::Stdout, rest)?,
            "stderr" => self.shown(Shown::Stderr, rest)?,
            "cat" => {
                let (path, rest) = split_word(rest);
                self.shown(Shown::File(path.to_owned()), rest)?
            }
            _ => return Err(format!("unknown directive `{word}`")),
        })
    }

    /// `path  one line`, or `path <<END` and lines up to `END`.
    fn path_and_content(&mut self, rest: &str) -> Result<(String, String), String> {
        let (path, rest) = split_word(rest);
        let content = match rest.strip_prefix("<<") {
            None => format!("{rest}\n"),
            Some(end) => {
                let start = self.next;
                loop {
                    match self.take() {
                        None => return Err(format!("`<<{end}` has no `{end}`")),
                        Some(line) if line == end => break,
                        Some(_) => {}
                    }
                }
                let lines = &self.lines[start..self.next - 1];
                lines.iter().map(|line| format!("{line}\n")).collect()
            }
        };
        match path {
            "" => Err("a path is missing".into()),
            _ => Ok((path.to_owned(), content)),
        }
    }

    fn sql(&mut self, first: &str) -> Result<String, String> {
        let mut sql = first.to_owned();
        loop {
            match self.take() {
                Some(RULE) => return Ok(sql),
                Some(line) if !line.trim().is_empty() => sql.extend(["\n", line]),
                _ => return Err(format!("the query has no `{RULE}`")),
            }
        }
    }

    /// Takes the lines up to an empty one.
    fn answer(&mut self) -> Result<Answer, String> {
        let start = self.next;
        while let Some(line) = self
            .lines
            .get(self.next)
            .filter(|line| !line.trim().is_empty())
        {
            if *line == RULE {
                return Err("no empty line ends the answer".into());
            }
            self.next += 1;
        }
        Ok(Answer(start..self.next))
    }

    fn shown(&mut self, what: Shown, rest: &str) -> Result<Action, String> {
        let (verb, words) = split_word(rest);
        let words = words.to_owned();
        match verb {
            "contains" if !words.is_empty() => Ok(Action::Contains {
                what,
                words,
                wanted: true,
            }),
            "lacks" if !words.is_empty() => Ok(Action::Contains {
                what,
                words,
                wanted: false,
            }),
            "" if self.take() == Some(RULE) => Ok(Action::Show {
                what,
                answer: self.answer()?,
            }),
            _ => Err(format!(
                "`contains`, `lacks` or `{RULE}` on the next line is missing"
            )),
        }
    }
}

/// `[NAME=value …] dsql argument…`
fn run(rest: &str) -> Result<Action, String> {
    let mut words = split_words(rest)?.into_iter().peekable();
    let mut variables = Vec::new();
    while let Some((name, value)) = words.peek().and_then(|word| word.split_once('=')) {
        variables.push((name.to_owned(), value.to_owned()));
        words.next();
    }
    match words.next() {
        Some(word) if word == "dsql" => Ok(Action::Run {
            variables,
            arguments: words.collect(),
            exit: 0,
        }),
        _ => Err("`run` is followed by `dsql …`".into()),
    }
}

/// Splits a command line at blanks outside quotes; quotes of either kind are removed.
pub fn split_words(line: &str) -> Result<Vec<String>, String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for letter in line.chars() {
        match (quote, letter) {
            (Some(open), _) if letter == open => quote = None,
            (None, '"' | '\'') => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            (None, ' ') => words.extend(word.take()),
            _ => word.get_or_insert_default().push(letter),
        }
    }
    match quote {
        Some(open) => Err(format!("a quote {open} is not closed")),
        None => Ok(words.into_iter().chain(word).collect()),
    }
}

fn split_word(line: &str) -> (&str, &str) {
    let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
    (word, rest.trim())
}
