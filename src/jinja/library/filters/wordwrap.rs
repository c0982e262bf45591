//! `wordwrap`: Python's `textwrap`.

use minijinja::{Error, State, Value};

use crate::jinja::library::arguments::bind;
use crate::jinja::library::errors::value_error;
use crate::jinja::library::number::int_argument;
use crate::jinja::library::re::split_keeping;
use crate::jinja::library::strings::lines;
use crate::jinja::python::text;

/// Where a line can be broken: at white space, after hyphens in words, around dashes.
const CHUNKS: &str = r#"([\t\n\x0b\x0c\r ]+|(?<=[\w!"'&.,?])-{2,}(?=\w)|[^\t\n\x0b\x0c\r ]+?(?:-(?:(?<=[^\d\W]{2}-)|(?<=[^\d\W]-[^\d\W]-))(?=[^\d\W]-?[^\d\W])|(?=[\t\n\x0b\x0c\r ]|\Z)|(?<=[\w!"'&.,?])(?=-{2,}\w)))"#;
/// The same without hyphens.
const SPACES: &str = r"([\t\n\x0b\x0c\r ]+)";

struct Wrapping {
    width: usize,
    break_long_words: bool,
    break_on_hyphens: bool,
}

/// `wordwrap(s, width=79, break_long_words=True, wrapstring=None, break_on_hyphens=True)`.
pub(super) fn wordwrap(_: &mut State, args: &[Value]) -> Result<Value, Error> {
    let names = [
        "s",
        "width",
        "break_long_words",
        "wrapstring",
        "break_on_hyphens",
    ];
    let [value, width, long, between, hyphens] = bind("do_wordwrap", names, 1, args)?;
    let width = width.map_or(Ok(79), |width| int_argument(&width))?;
    if width <= 0 {
        return Err(value_error(format!("invalid width {width} (must be > 0)")));
    }
    let wrapping = Wrapping {
        width: usize::try_from(width).unwrap_or(usize::MAX),
        break_long_words: long.is_none_or(|it| it.is_true()),
        break_on_hyphens: hyphens.is_none_or(|it| it.is_true()),
    };
    let between = between.filter(|it| !it.is_none());
    let between = between.map_or_else(|| "\n".to_owned(), |it| text(&it));
    let mut wrapped = Vec::new();
    for line in lines(&text(&value.unwrap_or_default()), false) {
        wrapped.push(wrapping.wrap(line)?.join(&between));
    }
    Ok(Value::from(wrapped.join(&between)))
}

fn length(text: &str) -> usize {
    text.chars().count()
}

impl Wrapping {
    fn wrap(&self, line: &str) -> Result<Vec<String>, Error> {
        let pattern = if self.break_on_hyphens {
            CHUNKS
        } else {
            SPACES
        };
        let mut chunks = split_keeping(pattern, line)?;
        chunks.retain(|chunk| !chunk.is_empty());
        chunks.reverse();
        let mut wrapped = Vec::new();
        while let Some(first) = chunks.last() {
            if first.trim().is_empty() && !wrapped.is_empty() {
                chunks.pop();
                if chunks.is_empty() {
                    break;
                }
            }
            let mut line: Vec<String> = Vec::new();
            let mut used = 0;
            while let Some(chunk) = chunks.pop_if(|chunk| used + length(chunk) <= self.width) {
                used += length(&chunk);
                line.push(chunk);
            }
            if chunks
                .last()
                .is_some_and(|chunk| length(chunk) > self.width)
            {
                self.long_word(&mut chunks, &mut line, used);
            }
            if line.last().is_some_and(|chunk| chunk.trim().is_empty()) {
                line.pop();
            }
            if !line.is_empty() {
                wrapped.push(line.concat());
            }
        }
        Ok(wrapped)
    }

    /// Breaks a word that fits on no line, or gives it a line of its own.
    fn long_word(&self, chunks: &mut Vec<String>, line: &mut Vec<String>, used: usize) {
        let Some(chunk) = chunks.pop() else { return };
        if !self.break_long_words {
            match line.is_empty() {
                true => line.push(chunk),
                false => chunks.push(chunk),
            }
            return;
        }
        let letters: Vec<char> = chunk.chars().collect();
        let left = self.width - used;
        let mut end = left;
        if self.break_on_hyphens && letters.len() > left {
            let hyphen = letters[..left].iter().rposition(|c| *c == '-');
            if let Some(at) = hyphen.filter(|at| letters[..*at].iter().any(|c| *c != '-')) {
                end = at + 1;
            }
        }
        line.push(letters[..end].iter().collect());
        chunks.push(letters[end..].iter().collect());
    }
}
