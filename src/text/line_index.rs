//! Byte offset → line and column.

/// A place as a person reads it: both numbers start at 1, columns count characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineColumn {
    /// Line number from 1.
    pub line: usize,
    /// Column number from 1, in characters.
    pub column: usize,
}

/// Offsets at which the lines of a text start.
#[derive(Debug, Clone)]
pub struct LineIndex {
    starts: Vec<usize>,
}

impl LineIndex {
    /// Reads the line starts of `content`: `\n`, `\r\n` and `\r` end lines.
    pub fn new(content: &str) -> Self {
        let bytes = content.as_bytes();
        let ends = bytes.iter().enumerate().filter(|(at, byte)| match byte {
            b'\n' => true,
            b'\r' => bytes.get(at + 1) != Some(&b'\n'),
            _ => false,
        });
        Self {
            starts: std::iter::once(0)
                .chain(ends.map(|(at, _)| at + 1))
                .collect(),
        }
    }

    /// Finds line and column of a byte offset of `content`; an offset past the end means the end.
    pub fn line_column(&self, content: &str, offset: usize) -> LineColumn {
        let mut offset = offset.min(content.len());
        while !content.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.starts.partition_point(|start| *start <= offset);
        let start = self
            .starts
            .get(line.saturating_sub(1))
            .copied()
            .unwrap_or(0);
        let column = content
            .get(start..offset)
            .map_or(0, |before| before.chars().count())
            + 1;
        LineColumn { line, column }
    }

    /// Finds the byte offset of a 1-based line and character column, clamped to the text.
    pub fn offset(&self, content: &str, at: LineColumn) -> usize {
        let line = at.line.clamp(1, self.starts.len()) - 1;
        let start = self.starts.get(line).copied().unwrap_or(0);
        let end = self.starts.get(line + 1).copied().unwrap_or(content.len());
        let text = content.get(start..end).unwrap_or("");
        let within = text.char_indices().nth(at.column.saturating_sub(1));
        start
            + within.map_or(text.trim_end_matches(['\r', '\n']).len(), |(offset, _)| {
                offset
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_and_columns_agree() {
        let content = "a\nčd\n";
        let index = LineIndex::new(content);
        for (offset, line, column) in [(0, 1, 1), (2, 2, 1), (4, 2, 2), (6, 3, 1), (99, 3, 1)] {
            let at = index.line_column(content, offset);
            assert_eq!(at, LineColumn { line, column });
            assert_eq!(index.offset(content, at), offset.min(content.len()));
        }
    }

    #[test]
    fn all_line_ends_count() {
        let content = "a\r\nb\rc\r\rd";
        let index = LineIndex::new(content);
        let places = content.char_indices().filter(|(_, it)| it.is_alphabetic());
        let lines: Vec<_> = places
            .map(|(at, _)| index.line_column(content, at).line)
            .collect();
        assert_eq!(lines, [1, 2, 3, 5]);
    }
}
