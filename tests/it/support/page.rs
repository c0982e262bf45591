//! Literate pages: Markdown → projects with the output each gives. `tests/README.md` describes
//! the form.

use std::ops::Range;

use super::data_files::Failure;

/// A heading's part of a page.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Section {
    /// Files by path, those before the first `##` among them; a later block wins.
    pub files: Vec<(String, String)>,
    /// Expected outputs, in order.
    pub outputs: Vec<Output>,
}

/// An `output` block.
#[derive(Debug, PartialEq, Eq)]
pub struct Output {
    /// The line of its opening fence (from 1).
    pub line: usize,
    /// The arguments of the command that gives it.
    pub command: Vec<String>,
    /// The lines between the fences, as indexes into the lines of the page.
    pub answer: Range<usize>,
}

/// Reads a page. Each `##` starts a section; what stands before the first is shared by all.
pub fn parse(text: &str) -> Result<Vec<Section>, Failure> {
    let lines: Vec<&str> = text.lines().collect();
    let mut sections = vec![Section::default()];
    let mut next = 0;
    while let Some(line) = lines.get(next) {
        next += 1;
        if line.starts_with("## ") {
            let files = sections[0].files.clone();
            sections.push(Section {
                files,
                outputs: Vec::new(),
            });
        }
        let fence = &line[..line.len() - line.trim_start_matches('`').len()];
        if fence.len() < 3 {
            continue;
        }
        let start = next;
        let length = lines[start..]
            .iter()
            .position(|line| line.trim_end() == fence);
        let answer = start..start + length.ok_or_else(|| Failure::at(start, "an open block"))?;
        next = answer.end + 1;

        let section = sections.last_mut().expect("one from the start");
        let (kind, rest) = line[fence.len()..]
            .split_once(' ')
            .unwrap_or((&line[fence.len()..], ""));
        match (kind, rest.trim()) {
            ("output", command) => {
                let command = if command.is_empty() {
                    "dsql parse"
                } else {
                    command
                };
                let words = super::slt::split_words(command);
                let mut words = words.map_err(|message| Failure::at(start, message))?;
                if words.is_empty() || words.remove(0) != "dsql" {
                    return Err(Failure::at(
                        start,
                        "`output` is followed by `dsql …` or nothing",
                    ));
                }
                section.outputs.push(Output {
                    line: start,
                    command: words,
                    answer,
                });
            }
            (_, "") => {}
            (_, path) => {
                let content = lines[answer]
                    .iter()
                    .map(|line| format!("{line}\n"))
                    .collect();
                section.files.push((path.to_owned(), content));
            }
        }
    }
    Ok(sections)
}

#[test]
fn a_page_is_read() {
    let text = "\
# `some-code`

```yaml dbt_project.yml
name: a
```

## First

```sql
only prose
```

````sql models/a.sql
```
````

```output
error
```

## Second

```output dsql ls --output json
```
";
    let sections = parse(text).unwrap();
    let project = ("dbt_project.yml".to_owned(), "name: a\n".to_owned());
    let model = ("models/a.sql".to_owned(), "```\n".to_owned());
    assert_eq!(sections.len(), 3);
    assert_eq!(sections[1].files, [project.clone(), model]);
    let output = Output {
        line: 17,
        command: vec!["parse".into()],
        answer: 17..18,
    };
    assert_eq!(sections[1].outputs, [output]);
    assert_eq!(sections[2].files, [project]);
    assert_eq!(sections[2].outputs[0].command, ["ls", "--output", "json"]);
    assert_eq!(
        parse("```sql\nx").unwrap_err().message,
        "line 1: an open block"
    );
}
