//! The form of the corpus: `tests/jinja/README.md` describes it.

use crate::support::sections::{Sections, sections};

/// What dbt makes of a template.
#[derive(Debug)]
pub enum Answer {
    /// The text.
    Output(String),
    /// The first line of its message.
    Error(String),
}

/// One case.
#[derive(Debug)]
pub struct Case {
    /// Unique in its file.
    pub name: String,
    /// The text to render.
    pub template: String,
    /// Package, empty for the root project, and text of macro files.
    pub macros: Vec<(String, String)>,
    /// What is expected.
    pub answer: Answer,
}

/// Reads a topic.
pub fn parse(text: &str) -> Result<Vec<Case>, String> {
    sections(text).into_iter().map(case).collect()
}

fn case(sections: Sections) -> Result<Case, String> {
    let name = sections.name;
    let mut macros = Vec::new();
    let mut answer = None;
    for (head, text) in sections.rest {
        match head.as_str() {
            "output" => answer = Some(Answer::Output(text)),
            "error" => answer = Some(Answer::Error(text)),
            _ => match head.strip_prefix("macros") {
                Some(package) => macros.push((package.trim().to_owned(), text)),
                None => return Err(format!("{name}: unknown section `{head}`")),
            },
        }
    }
    let answer = answer.ok_or_else(|| format!("{name}: no answer"))?;
    Ok(Case {
        name,
        template: sections.text,
        macros,
        answer,
    })
}
