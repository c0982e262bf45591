//! Where in the SQL an error is, from the excerpt that DuckDB prints below its message.
//!
//! The excerpt is one line of the SQL, at most 80 columns around the place, with `...` where it
//! is cut; a caret below it marks the place. Columns count the width of characters.

use unicode_width::UnicodeWidthChar;

/// Finds the byte that the caret of `message` points at in `sql`.
pub(super) fn marked_offset(sql: &str, message: &str) -> Option<usize> {
    let excerpt = Excerpt::parse(message)?;
    let (start, line) = nth_line(sql, excerpt.line)?;
    let line = Line::new(line);
    excerpt.find_in(&line).map(|at| start + at)
}

struct Excerpt<'m> {
    line: usize,
    text: &'m str,
    /// Columns between the start of the text and the caret.
    caret: usize,
}

impl<'m> Excerpt<'m> {
    fn parse(message: &'m str) -> Option<Self> {
        let (above, caret) = message.rsplit_once('\n')?;
        let caret = caret.strip_suffix('^')?;
        if !caret.bytes().all(|at| at == b' ') {
            return None;
        }
        let printed = above.rsplit('\n').next()?.strip_prefix("LINE ")?;
        let (number, text) = printed.split_once(": ")?;
        let prefix = "LINE : ".len() + number.len();
        Some(Self {
            line: number.parse().ok()?,
            text,
            caret: caret.len().checked_sub(prefix)?,
        })
    }

    /// Returns the caret's byte in the line. `...` may be in the SQL itself, so each end is
    /// tried both as it stands and as a cut.
    fn find_in(&self, line: &Line) -> Option<usize> {
        const CUT: &str = "...";
        let starts = [Some((self.text, false)), cut(self.text.strip_prefix(CUT))];
        for (text, cut_start) in starts.into_iter().flatten() {
            let ends = [Some((text, false)), cut(text.strip_suffix(CUT))];
            for (text, cut_end) in ends.into_iter().flatten() {
                let columns = self
                    .caret
                    .checked_sub(if cut_start { CUT.len() } else { 0 });
                let place = columns.and_then(|columns| {
                    let mut found = line.plain.match_indices(text).map(|(at, _)| at);
                    let at = found.find(|at| {
                        (cut_start || *at == 0) && (cut_end || at + text.len() == line.plain.len())
                    })?;
                    line.after_columns(at, columns)
                });
                if place.is_some() {
                    return place;
                }
            }
        }
        None
    }
}

fn cut(text: Option<&str>) -> Option<(&str, bool)> {
    text.map(|text| (text, true))
}

/// A line as DuckDB's parser sees it: any space of Unicode is a plain one.
struct Line {
    plain: String,
    /// For each byte of `plain`, its place in the line as written.
    written: Vec<usize>,
}

impl Line {
    fn new(line: &str) -> Self {
        let mut this = Self {
            plain: String::with_capacity(line.len()),
            written: Vec::with_capacity(line.len() + 1),
        };
        for (at, mut char) in line.char_indices() {
            if char.is_whitespace() && !char.is_ascii() {
                char = ' ';
            }
            this.plain.push(char);
            this.written
                .extend((0..char.len_utf8()).map(|byte| at + byte));
        }
        this.written.push(line.len());
        this
    }

    fn after_columns(&self, start: usize, columns: usize) -> Option<usize> {
        let mut passed = 0;
        for (at, char) in self.plain.get(start..)?.char_indices() {
            // Characters without a width belong to the one before.
            let width = char.width().unwrap_or(0);
            if passed >= columns && (width > 0 || columns == 0) {
                return self.written.get(start + at).copied();
            }
            passed += width;
        }
        (passed == columns).then(|| self.written.last().copied())?
    }
}

/// Returns a line, counted from one, and where it starts. Lines end in `\n`, `\r` or `\r\n`.
fn nth_line(sql: &str, line: usize) -> Option<(usize, &str)> {
    let mut start = 0;
    for _ in 1..line {
        let rest = &sql[start..];
        let end = rest.find(['\n', '\r'])?;
        let length = if rest[end..].starts_with("\r\n") {
            2
        } else {
            1
        };
        start += end + length;
    }
    let line = sql[start..].split(['\n', '\r']).next()?;
    Some((start, line))
}

#[cfg(test)]
mod tests {
    use super::marked_offset;

    #[test]
    fn follows_the_caret() {
        let sql = "select 1 from\r\n  nosuch";
        let message = "Catalog Error: x\n\nLINE 2:   nosuch\n          ^";
        assert_eq!(marked_offset(sql, message), Some(17));
    }

    #[test]
    fn counts_wide_characters() {
        let sql = "select '日本', 'é', nope";
        let message = format!("E\n\nLINE 1: {sql}\n{}^", " ".repeat(8 + 20));
        assert_eq!(marked_offset(sql, &message), sql.find("nope"));
    }

    #[test]
    fn finds_the_cut_excerpt() {
        let sql = format!("select {}nope, {}", "x, ".repeat(40), "y".repeat(100));
        let message = format!(
            "E\n\nLINE 1: ...x, nope, {}...\n{}^",
            "y".repeat(50),
            " ".repeat(8 + 3 + 3)
        );
        assert_eq!(marked_offset(&sql, &message), sql.find("nope"));
    }

    #[test]
    fn takes_other_spaces_for_plain_ones() {
        let sql = "select\u{a0}nope";
        let message = "E\n\nLINE 1: select nope\n               ^";
        assert_eq!(marked_offset(sql, message), Some(8));
    }

    #[test]
    fn knows_nothing_without_a_caret() {
        assert_eq!(marked_offset("select 1", "Constraint Error: x"), None);
        assert_eq!(
            marked_offset("select 1", "E\n\nLINE 9: select 1\n        ^"),
            None
        );
    }
}
