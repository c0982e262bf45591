//! For code scanning: the Static Analysis Results Interchange Format, version 2.1.0, of OASIS.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::diagnostics::{Code, Diagnostic, Label, Severity};
use crate::text::Texts;

/// What a log of findings says of the program, and where the project is.
pub struct Sarif<'a> {
    /// The program's version.
    pub version: &'a str,
    /// Leads from the repository to the project.
    pub folder: &'a str,
    /// Returns the page of a code.
    pub page: &'a dyn Fn(Code) -> Option<&'static str>,
}

impl Sarif<'_> {
    /// Writes findings as one log of one run.
    pub fn log(&self, findings: &[Diagnostic], texts: &Texts) -> Value {
        let codes: BTreeSet<Code> = findings.iter().map(|it| it.code).collect();
        let codes: Vec<Code> = codes.into_iter().collect();
        let results = findings.iter().map(|it| self.result(it, &codes, texts));
        json!({
            "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
            "version": "2.1.0",
            "runs": [{
                "tool": {"driver": {
                    "name": "dsql",
                    "semanticVersion": self.version,
                    "rules": codes.iter().map(|it| self.rule(*it)).collect::<Vec<_>>(),
                }},
                "columnKind": "unicodeCodePoints",
                "results": results.collect::<Vec<_>>(),
            }],
        })
    }

    fn rule(&self, code: Code) -> Value {
        let page = unlinked((self.page)(code).unwrap_or_default());
        let (_, text) = page.split_once('\n').unwrap_or_default();
        let mut paragraphs = text
            .split("\n\n")
            .map(str::trim)
            .filter(|it| !it.is_empty());
        let first = paragraphs.next().unwrap_or_default().replace('\n', " ");
        json!({
            "id": code.as_str(),
            "shortDescription": {"text": first},
            "help": {"text": text.trim(), "markdown": text.trim()},
        })
    }

    fn result(&self, finding: &Diagnostic, codes: &[Code], texts: &Texts) -> Value {
        let level = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        };
        let facts = finding.notes.iter().chain(&finding.help);
        let lines = std::iter::once(&finding.message).chain(facts);
        let text = lines.map(String::as_str).collect::<Vec<_>>().join("\n");
        let mut places = finding.labels.iter().filter_map(|it| self.place(it, texts));
        let first: Vec<Value> = places.next().into_iter().collect();
        let mut result = json!({
            "ruleId": finding.code.as_str(),
            "ruleIndex": codes.binary_search(&finding.code).unwrap_or_default(),
            "level": level,
            "message": {"text": text},
            "locations": first,
            "relatedLocations": places.collect::<Vec<_>>(),
        });
        if let Some(subject) = &finding.subject {
            let mut properties = subject.facts();
            properties.insert("node".to_owned(), json!(subject.node));
            result["properties"] = json!(properties);
        }
        result
    }

    fn place(&self, label: &Label, texts: &Texts) -> Option<Value> {
        let text = texts.get(label.location.file)?;
        let path = match self.folder.trim_end_matches('/') {
            "" | "." => text.path.clone(),
            folder => format!("{folder}/{}", text.path),
        };
        let path = path
            .replace('%', "%25")
            .replace(' ', "%20")
            .replace('#', "%23");
        let place = |offset: u32| text.line_column((offset as usize).min(text.content.len()));
        let span = label.location.span;
        let (start, end) = (place(span.start), place(span.end));
        let mut place = json!({"physicalLocation": {
            "artifactLocation": {"uri": path, "uriBaseId": "%SRCROOT%"},
            "region": {
                "startLine": start.line,
                "startColumn": start.column,
                "endLine": end.line,
                "endColumn": end.column,
            },
        }});
        if !label.message.is_empty() {
            place["message"] = json!({"text": label.message});
        }
        Some(place)
    }
}

/// Takes links to files beside a page out of it, which lead nowhere elsewhere; what they say stays.
fn unlinked(page: &str) -> String {
    let (mut out, mut rest) = (String::new(), page);
    while let Some((before, link)) = rest.split_once('[') {
        out.push_str(before);
        let link = link.split_once("](").and_then(|(said, behind)| {
            let (target, after) = behind.split_once(')')?;
            let is_link = !said.contains(['[', ']', '\n']) && !target.contains(char::is_whitespace);
            (is_link && !target.contains("://")).then_some((said, after))
        });
        match link {
            Some((said, after)) => {
                out.push_str(said);
                rest = after;
            }
            None => {
                out.push('[');
                rest = rest.get(before.len() + 1..).unwrap_or_default();
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::unlinked;

    #[test]
    fn links_to_other_pages_are_taken_out() {
        for (page, expected) in [
            (
                "see [check.md](../check.md), [x] and [y](z",
                "see check.md, [x] and [y](z",
            ),
            ("`[1](a)` [`b`](b.md)", "`1` `b`"),
            (
                "[dbt](https://docs.getdbt.com) [1]",
                "[dbt](https://docs.getdbt.com) [1]",
            ),
        ] {
            assert_eq!(unlinked(page), expected);
        }
    }
}
