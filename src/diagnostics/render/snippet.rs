//! The lines of one file with labels under them, drawn by miette.

use std::fmt;
use std::ops::Range;

use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, ThemeCharacters};
use miette::{Severity as Level, SourceCode, ThemeStyles};

use super::Look;
use crate::diagnostics::Severity;
use crate::text::Text;

/// Lines longer than this are not drawn: nobody finds a mark below them.
const LONGEST_LINE: usize = 400;
/// Lines that are drawn before and behind what is marked.
const AROUND: usize = 1;
/// A label over more lines than this marks the first of them.
const MOST_LINES: usize = 8;

/// Labels in one file.
pub(super) struct Snippet<'a> {
    /// The file.
    pub text: &'a Text,
    /// Bytes and words, the primary first.
    pub labels: Vec<(Range<usize>, &'a str)>,
    /// Colours the marks.
    pub severity: Severity,
}

impl Snippet<'_> {
    /// Draws the snippet, or names the place where it cannot be drawn.
    pub(super) fn draw(&self, look: Look) -> String {
        let content = &harmless(&self.text.content);
        if content.is_empty() || self.labels.iter().all(|(range, _)| *range == (0..0)) {
            let words = self.labels.iter().filter(|(_, word)| !word.is_empty());
            let words: String = words.map(|(_, word)| format!(": {word}")).collect();
            return format!("  {} {}{words}\n", arrow(look), self.text.path);
        }
        let ranges = self
            .labels
            .iter()
            .map(|(range, word)| (clamp(content, range.clone()), *word));
        let ranges: Vec<_> = ranges.collect();
        let is_long = |lines: &str| lines.lines().any(|line| line.len() > LONGEST_LINE);
        let any_long = |around: usize| {
            let mut marked = ranges.iter();
            marked.any(|(range, _)| is_long(lines_of(content, range, around)))
        };
        if any_long(0) {
            return self.place(look);
        }
        let around = if any_long(AROUND) { 0 } else { AROUND };
        let spans = ranges.into_iter().enumerate().map(|(at, (range, word))| {
            let word = Some(word.to_owned()).filter(|it| !it.is_empty());
            let (start, length) = (range.start, range.len());
            match at {
                0 => LabeledSpan::new_primary_with_span(word, (start, length)),
                _ => LabeledSpan::new_with_span(word, (start, length)),
            }
        });
        let report = Report {
            source: NamedSource::new(&self.text.path, content.clone()),
            spans: spans.collect(),
            severity: self.severity,
        };
        let mut drawn = String::new();
        let handler = GraphicalReportHandler::new_themed(theme(look))
            .with_width(look.width.max(40))
            .with_context_lines(around)
            .tab_width(4)
            .with_links(false);
        match handler.render_report(&mut drawn, &report) {
            // The first line is the headline, which is not drawn here.
            Ok(()) => drawn
                .split_once('\n')
                .map(|(_, rest)| rest.to_owned())
                .unwrap_or_default(),
            Err(_) => self.place(look),
        }
    }

    /// Names the place without a drawing.
    fn place(&self, look: Look) -> String {
        let start = self.labels.first().map_or(0, |(range, _)| range.start);
        let at = self.text.line_column(start);
        let (line, column) = (at.line, at.column);
        format!(
            "  {} {}:{line}:{column}{}\n",
            arrow(look),
            self.text.path,
            self.words()
        )
    }

    fn words(&self) -> String {
        let words = self.labels.iter().filter(|(_, word)| !word.is_empty());
        words.map(|(_, word)| format!("\n      {word}")).collect()
    }
}

fn arrow(look: Look) -> &'static str {
    if look.unicode { "→" } else { "-->" }
}

/// Replaces what a terminal would act on, byte by byte so that offsets stay; a `\r` alone ends a
/// line as `\n` does.
fn harmless(content: &str) -> String {
    let mut letters = content.chars().peekable();
    let mut text = String::with_capacity(content.len());
    while let Some(letter) = letters.next() {
        let line_end = letter == '\r' && letters.peek() == Some(&'\n');
        match letter {
            '\n' | '\t' => text.push(letter),
            _ if line_end => text.push(letter),
            '\r' => text.push('\n'),
            _ if letter.is_control() => text.extend(std::iter::repeat_n('?', letter.len_utf8())),
            _ => text.push(letter),
        }
    }
    text
}

/// Cuts a range to the text, to whole characters and to few lines.
fn clamp(content: &str, range: Range<usize>) -> Range<usize> {
    let start = floor(content, range.start);
    let mut end = floor(content, range.end).max(start);
    let lines = content
        .get(start..end)
        .map_or(0, |it| it.matches('\n').count());
    if lines >= MOST_LINES {
        end = content
            .get(start..end)
            .and_then(|it| it.find('\n'))
            .map_or(end, |at| start + at);
    }
    // A mark at the very end of a file that ends in a newline belongs to the last line.
    if start == content.len() && start > 0 {
        let last = floor(content, content.trim_end_matches(['\n', '\r']).len());
        return last..last;
    }
    start..end
}

fn floor(content: &str, offset: usize) -> usize {
    let mut offset = offset.min(content.len());
    while !content.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

/// Cuts out the lines that a range touches, and so many before and behind it.
fn lines_of<'a>(content: &'a str, range: &Range<usize>, around: usize) -> &'a str {
    let before = content.get(..range.start).unwrap_or_default();
    let behind = content.get(range.end..).unwrap_or_default();
    let start = before.rmatch_indices('\n').nth(around);
    let end = behind.match_indices('\n').nth(around);
    let start = start.map_or(0, |(at, _)| at + 1);
    let end = end.map_or(content.len(), |(at, _)| range.end + at);
    content.get(start..end).unwrap_or_default()
}

fn theme(look: Look) -> GraphicalTheme {
    GraphicalTheme {
        characters: if look.unicode {
            ThemeCharacters::unicode()
        } else {
            ThemeCharacters::ascii()
        },
        styles: if look.color {
            ThemeStyles::ansi()
        } else {
            ThemeStyles::none()
        },
    }
}

/// What miette reads.
#[derive(Debug)]
struct Report {
    source: NamedSource<String>,
    spans: Vec<LabeledSpan>,
    severity: Severity,
}

impl fmt::Display for Report {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl std::error::Error for Report {}

impl miette::Diagnostic for Report {
    fn severity(&self) -> Option<Level> {
        Some(match self.severity {
            Severity::Error => Level::Error,
            Severity::Warning => Level::Warning,
            Severity::Note => Level::Advice,
        })
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.spans.iter().cloned()))
    }
}
