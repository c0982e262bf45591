//! Comments that allow findings at their line: `-- dsql: allow(rule, other) reason`.

use std::collections::{BTreeSet, HashMap};
use std::ops::RangeInclusive;

use super::rules;
use crate::diagnostics::{Code, Diagnostic, did_you_mean};
use crate::text::{FileId, Location, Span, Text, Texts};

/// What begins a comment, in SQL, YAML, Python and Jinja.
const OPENERS: [&str; 6] = ["--", "#", "{#", "{#-", "/*", "//"];
/// What ends one that does not end with its line.
const CLOSERS: [&str; 3] = ["-#}", "#}", "*/"];
const WORD: &str = "dsql:";

/// The comments of files that were looked at.
pub(super) struct Allows<'t> {
    texts: &'t Texts,
    by_file: HashMap<FileId, Vec<Comment>>,
}

/// One comment.
struct Comment {
    place: Location,
    /// What it allows: a rule, or a name that is none, and where it stands.
    rules: Vec<Allowed>,
    has_reason: bool,
    /// The lines at which it allows, from 1; none if it cannot be read.
    lines: Option<RangeInclusive<usize>>,
}

struct Allowed {
    name: String,
    place: Location,
    is_used: bool,
}

impl<'t> Allows<'t> {
    pub(super) fn new(texts: &'t Texts) -> Self {
        Self {
            texts,
            by_file: HashMap::new(),
        }
    }

    /// Tells whether a comment allows the finding, and notes that it does.
    pub(super) fn allow(&mut self, finding: &Diagnostic) -> bool {
        let mut is_allowed = false;
        for label in &finding.labels {
            let Location { file, span } = label.location;
            let Some(text) = self.texts.get(file) else {
                continue;
            };
            let comments = self.by_file.entry(file).or_insert_with(|| read(file, text));
            if comments.is_empty() {
                continue;
            }
            let line = |at: u32| text.line_column(at as usize).line;
            let last = span.end.saturating_sub(1).max(span.start);
            let (first, last) = (line(span.start), line(last));
            for comment in comments {
                let Some(lines) = &comment.lines else {
                    continue;
                };
                if *lines.start() > last || *lines.end() < first {
                    continue;
                }
                let code = finding.code.as_str();
                for rule in comment.rules.iter_mut().filter(|it| it.name == code) {
                    rule.is_used = true;
                    is_allowed = true;
                }
            }
        }
        is_allowed
    }

    /// Finds comments of these files that say no reason, or allow nothing. Of rules that are not looked for nothing is
    /// told.
    pub(super) fn left(
        mut self,
        files: &BTreeSet<FileId>,
        is_on: impl Fn(Code) -> bool,
    ) -> Vec<Diagnostic> {
        let mut findings = Vec::new();
        for file in files {
            let Some(text) = self.texts.get(*file) else {
                continue;
            };
            let comments = self.by_file.entry(*file);
            for comment in comments.or_insert_with(|| read(*file, text)) {
                findings.extend(comment.findings(&is_on));
            }
        }
        findings
    }
}

impl Comment {
    fn findings(&self, is_on: &impl Fn(Code) -> bool) -> Vec<Diagnostic> {
        if self.lines.is_none() {
            let message = "what this comment says to dsql is not understood";
            let finding = Diagnostic::warning(Code::UnusedAllow, message).at(self.place);
            return vec![finding.help("write `dsql: allow(rule) reason`")];
        }
        let mut findings = Vec::new();
        for allowed in &self.rules {
            let name = &allowed.name;
            let unused =
                |message: String| Diagnostic::warning(Code::UnusedAllow, message).at(allowed.place);
            match rules::rule(name) {
                None => {
                    let finding = unused(format!("no rule is called `{name}`"));
                    findings.push(match did_you_mean(name, rules::names()) {
                        Some(near) => finding.help(format!("did you mean `{near}`?")),
                        None => finding.help("docs/check.md lists them"),
                    });
                }
                Some(code) if !allowed.is_used && is_on(code) => {
                    let finding = unused(format!("there is no `{name}` here to allow"));
                    findings.push(finding.help("take it out"));
                }
                Some(_) => {}
            }
        }
        if !self.has_reason {
            let message = "it is not said why this is allowed";
            let finding = Diagnostic::warning(Code::AllowWithoutReason, message).at(self.place);
            findings.push(finding.help("write the reason behind the bracket"));
        }
        findings
    }
}

/// Finds the comments of a file.
fn read(file: FileId, text: &Text) -> Vec<Comment> {
    let content = &*text.content;
    if !content.contains(WORD) {
        return Vec::new();
    }
    let mut comments: Vec<Comment> = Vec::new();
    let mut start = 0;
    // Comments that have their lines to themselves, and wait for the line that they are about.
    let mut waiting = 0;
    for (number, line) in (1..).zip(content.split_inclusive('\n')) {
        let found = comment(file, start, line);
        start += line.len();
        let Some((mut comment, is_alone)) = found else {
            for earlier in comments.iter_mut().rev().take(waiting) {
                let first = earlier.lines.as_ref().map(|it| *it.start());
                earlier.lines = first.map(|it| it..=number);
            }
            waiting = 0;
            continue;
        };
        comment.lines = comment.lines.map(|_| number..=number);
        comments.push(comment);
        match is_alone {
            true => waiting += 1,
            false => {
                for earlier in comments.iter_mut().rev().skip(1).take(waiting) {
                    let first = earlier.lines.as_ref().map(|it| *it.start());
                    earlier.lines = first.map(|it| it..=number);
                }
                waiting = 0;
            }
        }
    }
    comments
}

/// Reads the comment of a line, and whether nothing stands in front of it.
fn comment(file: FileId, start: usize, line: &str) -> Option<(Comment, bool)> {
    let at = line.find(WORD)?;
    let before = line[..at].trim_end();
    let opener = OPENERS.iter().rev().find(|it| before.ends_with(**it))?;
    let code = &before[..before.len() - opener.len()];
    let begin = code.len();
    let mut said = line[at + WORD.len()..].trim_end();
    for closer in CLOSERS {
        said = said.strip_suffix(closer).unwrap_or(said).trim_end();
    }
    let end = at + WORD.len() + said.len();
    let place = |from: usize, to: usize| Location::new(file, Span::new(start + from, start + to));
    let mut comment = Comment {
        place: place(begin, end),
        rules: Vec::new(),
        has_reason: true,
        lines: None,
    };
    let listed = said.trim_start().strip_prefix("allow");
    let listed = listed.and_then(|it| it.trim_start().strip_prefix('('));
    if let Some((names, reason)) = listed.and_then(|it| it.split_once(')')) {
        let mut from = end - reason.len() - 1 - names.len();
        for name in names.split(',') {
            let blank = name.len() - name.trim_start().len();
            let first = from + blank;
            from += name.len() + 1;
            let name = name.trim();
            comment.rules.push(Allowed {
                name: name.to_owned(),
                place: place(first, first + name.len()),
                is_used: false,
            });
        }
        comment.has_reason = reason.chars().any(char::is_alphanumeric);
        comment.lines = Some(0..=0);
    }
    Some((comment, code.trim().is_empty()))
}
