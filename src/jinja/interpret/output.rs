//! Where output goes: text with its segments, or the pieces of a native rendering.

use minijinja::Value;

use crate::jinja::python::{text, write_text};
use crate::text::{Location, Segment, SourceMap, Span};

/// What a run has put out so far.
#[derive(Debug, Default)]
pub(crate) struct Output {
    text: String,
    /// Texts put aside while an inner block captures its own.
    outer: Vec<String>,
    segments: Option<Vec<Segment>>,
    pieces: Option<Vec<Value>>,
}

impl Output {
    /// Collects text alone.
    pub(crate) fn text() -> Self {
        Self::default()
    }

    /// Collects text and where it comes from.
    pub(crate) fn mapped() -> Self {
        Self {
            segments: Some(Vec::new()),
            ..Self::default()
        }
    }

    /// Collects values as they are.
    pub(crate) fn native() -> Self {
        Self {
            pieces: Some(Vec::new()),
            ..Self::default()
        }
    }

    /// Returns the text.
    pub(crate) fn into_text(self) -> String {
        self.text
    }

    /// Returns the text and the way back to its template.
    pub(crate) fn into_mapped(self) -> (String, SourceMap) {
        (self.text, SourceMap::new(self.segments.unwrap_or_default()))
    }

    /// Returns the values.
    pub(crate) fn into_pieces(self) -> Vec<Value> {
        self.pieces.unwrap_or_default()
    }

    /// Tells whether values are collected as they are.
    pub(super) fn is_native(&self) -> bool {
        self.pieces.is_some() && self.outer.is_empty()
    }

    /// Adds text of the template; `literal` says that it is the bytes of `origin` as they stand.
    pub(super) fn data(&mut self, data: &str, origin: Option<Location>, literal: bool) {
        if self.is_native() {
            return self.piece(Value::from(data));
        }
        let start = self.text.len();
        self.text.push_str(data);
        self.record(start, origin, literal);
    }

    /// Adds a value.
    pub(super) fn value(&mut self, value: &Value, origin: Option<Location>) {
        if self.is_native() {
            return self.piece(value.clone());
        }
        let start = self.text.len();
        write_text(&mut self.text, value);
        self.record(start, origin, false);
    }

    /// Adds the text of a value, in a native rendering too.
    pub(super) fn value_as_text(&mut self, value: &Value, origin: Option<Location>) {
        match self.is_native() {
            true => self.piece(Value::from(text(value))),
            false => self.value(value, origin),
        }
    }

    /// Starts to collect text for itself.
    pub(super) fn begin_capture(&mut self) {
        self.outer.push(std::mem::take(&mut self.text));
    }

    /// Returns the text since the last [`Self::begin_capture`].
    pub(super) fn end_capture(&mut self) -> String {
        let outer = self.outer.pop().unwrap_or_default();
        std::mem::replace(&mut self.text, outer)
    }

    fn piece(&mut self, value: Value) {
        if let Some(pieces) = &mut self.pieces {
            pieces.push(value);
        }
    }

    fn record(&mut self, start: usize, origin: Option<Location>, literal: bool) {
        let end = self.text.len();
        if let (Some(segments), Some(origin), true) =
            (&mut self.segments, origin, self.outer.is_empty())
            && end > start
        {
            let output = Span::new(start, end);
            segments.push(Segment {
                output,
                origin,
                literal,
            });
        }
    }
}
