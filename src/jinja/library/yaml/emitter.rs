//! The writing end of PyYAML's emitter: columns, indents, folding of long lines.

use super::scalar::analyze;

/// Column from which on lines are folded.
const WIDTH: usize = 80;

/// Text that is being written.
#[derive(Debug)]
pub(super) struct Emitter {
    pub(super) out: String,
    column: usize,
    /// Whether white space or the start of a line comes before.
    whitespace: bool,
    /// Whether only white space and indicators are on the line.
    pub(super) indention: bool,
    pub(super) indent: usize,
    /// Whether a plain text at the top needs an end mark.
    pub(super) open_ended: bool,
}

impl Emitter {
    pub(super) fn new() -> Self {
        Self {
            out: String::new(),
            column: 0,
            whitespace: true,
            indention: true,
            indent: 0,
            open_ended: false,
        }
    }

    fn put(&mut self, text: &str) {
        self.out.push_str(text);
        self.column += text.chars().count();
    }

    pub(super) fn indicator(
        &mut self,
        text: &str,
        space_before: bool,
        whitespace: bool,
        indention: bool,
    ) {
        if space_before && !self.whitespace {
            self.put(" ");
        }
        self.put(text);
        self.whitespace = whitespace;
        self.indention = self.indention && indention;
        self.open_ended = false;
    }

    fn line_break(&mut self) {
        self.out.push('\n');
        (self.column, self.whitespace, self.indention) = (0, true, true);
    }

    pub(super) fn write_indent(&mut self) {
        let indent = self.indent;
        if !self.indention || self.column > indent || (self.column == indent && !self.whitespace) {
            self.line_break();
        }
        if self.column < indent {
            self.whitespace = true;
            self.put(&" ".repeat(indent - self.column));
        }
    }

    /// Writes a text, quoted if it must be; `key` texts are kept on one line.
    pub(super) fn text(&mut self, text: &str, key: bool) {
        let analysis = analyze(text);
        if analysis.plain && !(key && analysis.multiline) {
            self.plain(text, !key);
        } else if analysis.single && !(key && analysis.multiline) {
            self.single(text, !key);
        } else {
            self.double(text, !key);
        }
    }

    /// Writes a text without quotes.
    pub(super) fn plain(&mut self, text: &str, split: bool) {
        self.open_ended = true;
        if !self.whitespace {
            self.put(" ");
        }
        (self.whitespace, self.indention) = (false, false);
        let mut rest = text;
        while !rest.is_empty() {
            let word = rest.find(' ').unwrap_or(rest.len());
            self.put(&rest[..word]);
            rest = &rest[word..];
            let spaces = rest.len() - rest.trim_start_matches(' ').len();
            if spaces == 1 && self.column > WIDTH && split {
                self.write_indent();
                (self.whitespace, self.indention) = (false, false);
            } else {
                self.put(&rest[..spaces]);
            }
            rest = &rest[spaces..];
        }
    }

    fn single(&mut self, text: &str, split: bool) {
        self.indicator("'", true, false, false);
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let run = |wanted: fn(char) -> bool| rest.find(|c| !wanted(c)).unwrap_or(rest.len());
            let at_start = rest.len() == text.len();
            let length = match first {
                ' ' => {
                    let length = run(|c| c == ' ');
                    let at_end = length == rest.len();
                    if length == 1 && self.column > WIDTH && split && !at_start && !at_end {
                        self.write_indent();
                    } else {
                        self.put(&rest[..length]);
                    }
                    length
                }
                '\n' => {
                    let length = run(|c| c == '\n');
                    for _ in 0..=length {
                        self.line_break();
                    }
                    self.write_indent();
                    length
                }
                '\'' => {
                    self.put("''");
                    1
                }
                _ => {
                    let length = run(|c| !matches!(c, ' ' | '\n' | '\''));
                    self.put(&rest[..length]);
                    length
                }
            };
            rest = &rest[length..];
        }
        self.indicator("'", false, false, false);
    }

    fn double(&mut self, text: &str, split: bool) {
        self.indicator("\"", true, false, false);
        let chars: Vec<char> = text.chars().collect();
        let piece = |from: usize, to: usize| chars[from..to].iter().collect::<String>();
        let mut start = 0;
        for end in 0..=chars.len() {
            let c = chars.get(end).copied();
            if c.is_none_or(|c| matches!(c, '"' | '\\') || !(' '..='~').contains(&c)) {
                if start < end {
                    self.put(&piece(start, end));
                    start = end;
                }
                if let Some(c) = c {
                    self.put(&escape(c));
                    start = end + 1;
                }
            }
            let inside = 0 < end && end + 1 < chars.len();
            let breakable = c == Some(' ') || start >= end;
            let column = self.column + end.saturating_sub(start);
            if inside && breakable && column > WIDTH && split {
                let data = if start < end {
                    piece(start, end)
                } else {
                    String::new()
                };
                start = start.max(end.min(chars.len()).max(start));
                self.put(&(data + "\\"));
                self.write_indent();
                (self.whitespace, self.indention) = (false, false);
                if chars.get(start) == Some(&' ') {
                    self.put("\\");
                }
            }
        }
        self.indicator("\"", false, false, false);
    }
}

fn escape(c: char) -> String {
    let short = match c {
        '\0' => '0',
        '\x07' => 'a',
        '\x08' => 'b',
        '\t' => 't',
        '\n' => 'n',
        '\x0b' => 'v',
        '\x0c' => 'f',
        '\r' => 'r',
        '\x1b' => 'e',
        '"' => '"',
        '\\' => '\\',
        '\u{85}' => 'N',
        '\u{a0}' => '_',
        '\u{2028}' => 'L',
        '\u{2029}' => 'P',
        _ => {
            let code = u32::from(c);
            return match code {
                0..=0xff => format!("\\x{code:02X}"),
                0x100..=0xffff => format!("\\u{code:04X}"),
                _ => format!("\\U{code:08X}"),
            };
        }
    };
    format!("\\{short}")
}
