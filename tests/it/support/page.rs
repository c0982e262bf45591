//! Literate pages: Markdown → projects with the output each gives. `tests/README.md` describes
//! the form.

use std::ops::Range;

use super::data_files::Failure;
use super::test_project::TestProject;

/// A heading's part of a page.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Section {
    /// Files by path, those before the first `##` among them; a later block wins.
    pub files: Vec<(String, Entry)>,
    /// Expected outputs, in order.
    pub outputs: Vec<Output>,
}

/// What stands at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// A file.
    File(Vec<u8>),
    /// A link to this path.
    Link(String),
    /// An empty folder.
    Folder,
}

impl Section {
    /// Makes the project of the section.
    pub fn project(&self) -> TestProject {
        let project = TestProject::empty();
        for (path, entry) in &self.files {
            match entry {
                Entry::File(content) => project.write(path, content),
                Entry::Link(target) => project.link(path, target),
                Entry::Folder => project.folder(path),
            }
        }
        project.complete();
        project
    }
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
            (kind, path) => {
                let content = &lines[answer];
                let entry = match kind {
                    "bytes" => Entry::File(unescaped(&content.join("\n"))),
                    "link" => Entry::Link(content.concat()),
                    "folder" => Entry::Folder,
                    _ => Entry::File(
                        content
                            .iter()
                            .map(|line| format!("{line}\n"))
                            .collect::<String>()
                            .into(),
                    ),
                };
                section.files.push((path.to_owned(), entry));
            }
        }
    }
    Ok(sections)
}

/// Reads `\xff`, `\n`, `\r` and `\\` as the bytes they name.
pub fn unescaped(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        bytes.extend(before.as_bytes());
        let hex = |digits: &str| u8::from_str_radix(digits, 16).ok();
        let number = after
            .get(1..3)
            .filter(|_| after.starts_with('x'))
            .and_then(hex);
        let (byte, length) = match (number, after.chars().next()) {
            (Some(byte), _) => (byte, 3),
            (None, Some('n')) => (b'\n', 1),
            (None, Some('r')) => (b'\r', 1),
            (None, Some('\\')) => (b'\\', 1),
            _ => panic!("no such escape: \\{after}"),
        };
        bytes.push(byte);
        rest = &after[length..];
    }
    bytes.extend(rest.as_bytes());
    bytes
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
    let file = |path: &str, text: &str| (path.to_owned(), Entry::File(text.into()));
    let project = file("dbt_project.yml", "name: a\n");
    let model = file("models/a.sql", "```\n");
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
