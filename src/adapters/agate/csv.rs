//! CSV as Python's `csv` module reads it, with the place of every field.

use crate::text::Span;

/// One record, in buffers that are used again for the next.
#[derive(Debug, Default)]
pub(super) struct Record {
    text: String,
    fields: Vec<Field>,
    /// Where a quote opens that nothing closes.
    pub(super) open_quote: Option<usize>,
}

#[derive(Debug)]
struct Field {
    /// End of the value in the record's text.
    end: usize,
    span: Span,
}

impl Record {
    /// Returns the number of fields: none for an empty line.
    pub(super) fn len(&self) -> usize {
        self.fields.len()
    }

    /// Lists the values with their places in the file.
    pub(super) fn fields(&self) -> impl Iterator<Item = (&str, Span)> {
        let starts = std::iter::once(0).chain(self.fields.iter().map(|field| field.end));
        let fields = self.fields.iter().zip(starts);
        fields.map(|(field, start)| (&self.text[start..field.end], field.span))
    }

    /// Returns the place of the whole record.
    pub(super) fn span(&self) -> Span {
        let ends = self.fields.first().zip(self.fields.last());
        ends.map_or(Span::default(), |(first, last)| first.span.to(last.span))
    }

    fn clear(&mut self) {
        self.text.clear();
        self.fields.clear();
        self.open_quote = None;
    }

    fn push(&mut self, start: usize, end: usize) {
        self.fields.push(Field {
            end: self.text.len(),
            span: Span::new(start, end),
        });
    }
}

/// Reads records one after the other.
#[derive(Debug, Clone)]
pub(super) struct Reader<'t> {
    text: &'t str,
    delimiter: [u8; 4],
    delimiter_length: usize,
    at: usize,
}

impl<'t> Reader<'t> {
    /// Starts after a byte order mark.
    pub(super) fn new(text: &'t str, delimiter: char) -> Self {
        let mut bytes = [0; 4];
        let delimiter_length = delimiter.encode_utf8(&mut bytes).len();
        let at = if text.starts_with('\u{feff}') { 3 } else { 0 };
        Self {
            text,
            delimiter: bytes,
            delimiter_length,
            at,
        }
    }

    /// Reads the next record; `false` at the end.
    pub(super) fn read(&mut self, record: &mut Record) -> bool {
        record.clear();
        if self.at >= self.text.len() {
            return false;
        }
        if self.skip_line_end() {
            return true;
        }
        loop {
            self.field(record);
            if self.skip_line_end() || self.at >= self.text.len() {
                return true;
            }
            // Only a delimiter is left: another field follows, even at the end of the text.
            self.at += self.delimiter_length;
        }
    }

    fn field(&mut self, record: &mut Record) {
        let start = self.at;
        if self.byte() == Some(b'"') {
            self.at += 1;
            self.quoted(record, start);
        }
        // A field goes on without quotes after its closing quote; later quotes mean nothing.
        let plain = self.at;
        self.at += self.plain_length();
        record.text.push_str(&self.text[plain..self.at]);
        record.push(start, self.at);
    }

    fn quoted(&mut self, record: &mut Record, start: usize) {
        let bytes = self.text.as_bytes();
        let mut copied = self.at;
        while let Some(byte) = self.byte() {
            match byte {
                b'"' => {
                    record.text.push_str(&self.text[copied..self.at]);
                    self.at += 1;
                    copied = self.at;
                    if self.byte() != Some(b'"') {
                        return;
                    }
                    // Two quotes stand for one.
                    self.at += 1;
                }
                b'\r' => {
                    // Python reads the file with all line ends as `\n`.
                    record.text.push_str(&self.text[copied..self.at]);
                    self.at += 1;
                    copied = self.at;
                    if bytes.get(self.at) != Some(&b'\n') {
                        record.text.push('\n');
                    }
                }
                _ => self.at += 1,
            }
        }
        record.text.push_str(&self.text[copied..self.at]);
        record.open_quote = Some(start);
    }

    /// Counts the bytes up to a delimiter, the end of the line or of the text.
    fn plain_length(&self) -> usize {
        let rest = &self.text.as_bytes()[self.at..];
        let delimiter = &self.delimiter[..self.delimiter_length];
        let [first, ..] = self.delimiter;
        let is_end = |(at, byte): (usize, &u8)| {
            matches!(byte, b'\n' | b'\r') || (*byte == first && rest[at..].starts_with(delimiter))
        };
        rest.iter()
            .enumerate()
            .position(is_end)
            .unwrap_or(rest.len())
    }

    fn skip_line_end(&mut self) -> bool {
        let rest = &self.text.as_bytes()[self.at..];
        let length = match rest {
            [b'\r', b'\n', ..] => 2,
            [b'\r' | b'\n', ..] => 1,
            _ => 0,
        };
        self.at += length;
        length > 0
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(text: &str, delimiter: char) -> Vec<Vec<String>> {
        let mut reader = Reader::new(text, delimiter);
        let mut record = Record::default();
        let mut records = Vec::new();
        while reader.read(&mut record) {
            records.push(record.fields().map(|(it, _)| it.to_owned()).collect());
        }
        records
    }

    #[test]
    fn reads_as_python() {
        let cases: [(&str, &[&[&str]]); 12] = [
            ("a,b\n1,2\n", &[&["a", "b"], &["1", "2"]]),
            ("a,b\r\n1,2\r3,", &[&["a", "b"], &["1", "2"], &["3", ""]]),
            ("\u{feff}a", &[&["a"]]),
            ("a\n\n\nb\n\n", &[&["a"], &[], &[], &["b"], &[]]),
            ("\"a,\"\"b\"\"\",c", &[&["a,\"b\"", "c"]]),
            ("\"a\r\nb\rc\nd\"", &[&["a\nb\nc\nd"]]),
            ("a\"b\",\"c\"d\"e", &[&["a\"b\"", "cd\"e"]]),
            ("\"open,\n1,2\n", &[&["open,\n1,2\n"]]),
            (",\n", &[&["", ""]]),
            ("\"\",\"\"", &[&["", ""]]),
            (" \"a\"", &[&[" \"a\""]]),
            ("\"", &[&[""]]),
        ];
        for (text, expected) in cases {
            assert_eq!(records(text, ','), expected, "{text:?}");
        }
        assert_eq!(records("a\u{a7}\"b\u{a7}\"", '\u{a7}'), [["a", "b\u{a7}"]]);
    }

    #[test]
    fn knows_the_places() {
        let text = "a,\"b\"\n\"c";
        let mut reader = Reader::new(text, ',');
        let mut record = Record::default();
        assert!(reader.read(&mut record));
        let places: Vec<_> = record
            .fields()
            .map(|(_, span)| &text[span.range()])
            .collect();
        assert_eq!(places, ["a", "\"b\""]);
        assert!(reader.read(&mut record));
        assert_eq!(record.open_quote, Some(6));
    }
}
