//! Tags of a file, found without reading what is in them.
//!
//! dbt searches a file for block tags before Jinja sees it: only comments, strings in tags and raw
//! blocks can hide a tag. White space that a tag with a minus eats belongs to the tag.

use crate::jinja::syntax::{is_space, string_length};
use crate::text::Span;

/// A `{% … %}` tag; a raw block is one tag with its content.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tag<'a> {
    /// First word.
    pub(super) word: &'a str,
    /// Second word, if it is a plain name.
    pub(super) name: Option<&'a str>,
    /// The tag with the white space it eats.
    pub(super) span: Span,
    /// The tag itself.
    pub(super) marks: Span,
}

/// A file that ends where something is still open.
#[derive(Debug, Clone, Copy)]
pub(super) struct Unclosed {
    /// What would close it.
    pub(super) wanted: &'static str,
    /// What opens it.
    pub(super) opening: Span,
}

/// Goes from tag to tag.
pub(super) struct Tags<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Tags<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// Finds the next tag.
    pub(super) fn next(&mut self) -> Result<Option<Tag<'a>>, Unclosed> {
        while let Some(open) = self.find_open() {
            let inside = open + 2;
            match self.text.as_bytes()[open + 1] {
                b'#' => self.at = self.after(inside, "#}", open)?,
                b'{' => self.at = self.closed(inside, "}}", "}}", open)?,
                _ => match self.words(inside) {
                    Some(words) => return self.tag(open, words).map(Some),
                    None => self.at = inside,
                },
            }
        }
        Ok(None)
    }

    fn find_open(&self) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let mut from = self.at;
        loop {
            let open = from + self.text.get(from..)?.find('{')?;
            match bytes.get(open + 1) {
                Some(b'{' | b'%' | b'#') => return Some(open),
                _ => from = open + 1,
            }
        }
    }

    fn after(&self, from: usize, mark: &'static str, open: usize) -> Result<usize, Unclosed> {
        let opening = Span::new(open, open + 2);
        let found = self.text[from..].find(mark);
        let unclosed = Unclosed {
            wanted: mark,
            opening,
        };
        found
            .map(|length| from + length + mark.len())
            .ok_or(unclosed)
    }

    /// Finds the end of `mark` outside of strings.
    fn closed(
        &self,
        mut from: usize,
        mark: &str,
        wanted: &'static str,
        open: usize,
    ) -> Result<usize, Unclosed> {
        let opening = Span::new(open, open + 2);
        loop {
            let rest = &self.text[from..];
            let end = rest.find(mark).ok_or(Unclosed { wanted, opening })?;
            match rest[..end].find(['\'', '"']) {
                None => return Ok(from + end + mark.len()),
                Some(quote) => {
                    let start = from + quote;
                    let string = Span::new(start, start + 1);
                    let length = string_length(&self.text[start..]);
                    let unclosed = Unclosed {
                        wanted: "string",
                        opening: string,
                    };
                    from = start + length.ok_or(unclosed)?;
                }
            }
        }
    }

    /// Reads the first word after `{%` or `{%-` and the name after it.
    fn words(&self, inside: usize) -> Option<(&'a str, Option<&'a str>, usize)> {
        let rest = &self.text[inside..];
        let rest = rest
            .strip_prefix('-')
            .unwrap_or(rest)
            .trim_start_matches(is_space);
        let word = &rest[..name_length(rest)?];
        let after = &rest[word.len()..];
        let trimmed = after.trim_start_matches(is_space);
        let name = match trimmed.len() < after.len() {
            true => name_length(trimmed).map(|length| &trimmed[..length]),
            false => None,
        };
        let end = self.text.len() - name.map_or(after.len(), |it| trimmed.len() - it.len());
        Some((word, name, end))
    }

    fn tag(
        &mut self,
        open: usize,
        (word, name, after_words): (&'a str, Option<&'a str>, usize),
    ) -> Result<Tag<'a>, Unclosed> {
        let start = match self.text[open + 2..].starts_with('-') {
            true => {
                let before = &self.text[self.at..open];
                self.at + before.trim_end_matches(is_space).len()
            }
            false => open,
        };
        let close = match word {
            "raw" => self.end_of_raw(open)?,
            _ => self.closed(after_words, "%}", "tag close (\"%}\")", open)?,
        };
        self.at = match self.text[..close].ends_with("-%}") {
            true => self.text.len() - self.text[close..].trim_start_matches(is_space).len(),
            false => close,
        };
        Ok(Tag {
            word,
            name,
            span: Span::new(start, self.at),
            marks: Span::new(open, close),
        })
    }

    fn end_of_raw(&self, open: usize) -> Result<usize, Unclosed> {
        let mut from = open + 2;
        loop {
            let inside = self.after(from, "{%", open).map_err(|it| Unclosed {
                wanted: "{% raw %}...{% endraw %}",
                ..it
            })?;
            if let Some(("endraw", _, after)) = self.words(inside) {
                let rest = self.text[after..].trim_start_matches(is_space);
                let end = self.text.len() - rest.len();
                if rest.starts_with("-%}") {
                    return Ok(end + 3);
                }
                if rest.starts_with("%}") {
                    return Ok(end + 2);
                }
            }
            from = inside;
        }
    }
}

fn name_length(text: &str) -> Option<usize> {
    let starts = text.starts_with(|it: char| it.is_ascii_alphabetic() || it == '_');
    let inside = |it: char| !(it.is_ascii_alphanumeric() || it == '_');
    starts.then(|| text.find(inside).unwrap_or(text.len()))
}
