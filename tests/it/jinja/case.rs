//! The form of the corpus: `tests/jinja/README.md` describes it.

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
    let mut cases = Vec::new();
    let mut sections: Vec<(String, Vec<&str>)> = Vec::new();
    for line in text.lines().chain(["=== "]) {
        if let Some(name) = line.strip_prefix("=== ") {
            if let Some(case) = case(std::mem::take(&mut sections))? {
                cases.push(case);
            }
            sections.push((name.to_owned(), Vec::new()));
        } else if let Some(head) = line.strip_prefix("--- ") {
            sections.push((head.to_owned(), Vec::new()));
        } else if let Some((_, lines)) = sections.last_mut() {
            lines.push(line);
        }
    }
    Ok(cases)
}

fn case(sections: Vec<(String, Vec<&str>)>) -> Result<Option<Case>, String> {
    let mut sections = sections.into_iter();
    let Some((name, template)) = sections.next() else {
        return Ok(None);
    };
    let mut macros = Vec::new();
    let mut answer = None;
    for (head, lines) in sections {
        let text = lines.join("\n");
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
    let template = template.join("\n");
    Ok(Some(Case {
        name,
        template,
        macros,
        answer,
    }))
}
