//! Texts that are cut into cases and sections: `=== name` begins a case, `--- head` a section.

/// One case: its name, the text below it, and its sections by head.
#[derive(Debug, Default)]
pub struct Sections {
    /// What stands behind `===`.
    pub name: String,
    /// The first section, which has no head.
    pub text: String,
    /// Head and text of the others.
    pub rest: Vec<(String, String)>,
}

/// Reads a file of cases; what stands before the first one is a remark.
pub fn sections(text: &str) -> Vec<Sections> {
    let mut cases: Vec<Sections> = Vec::new();
    let mut lines: Vec<&str> = Vec::new();
    for line in text.lines() {
        let (name, head) = (line.strip_prefix("=== "), line.strip_prefix("--- "));
        if name.is_none() && head.is_none() {
            lines.push(line);
            continue;
        }
        close(&mut cases, &mut lines);
        if let Some(name) = name {
            cases.push(Sections {
                name: name.to_owned(),
                ..Sections::default()
            });
        }
        if let (Some(head), Some(case)) = (head, cases.last_mut()) {
            case.rest.push((head.to_owned(), String::new()));
        }
    }
    close(&mut cases, &mut lines);
    cases
}

fn close(cases: &mut [Sections], lines: &mut Vec<&str>) {
    let text = std::mem::take(lines).join("\n");
    let Some(case) = cases.last_mut() else {
        return;
    };
    match case.rest.last_mut() {
        Some((_, last)) => *last = text,
        None => case.text = text,
    }
}
