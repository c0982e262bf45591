//! Compiled text → the template bytes that made it.

use super::{Location, Span};

/// One piece of output and the template bytes it came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Segment {
    /// Bytes of the output.
    pub output: Span,
    /// Bytes of the template. A literal piece has the same length as its output.
    pub origin: Location,
    /// Whether the piece was copied as it stands, so that offsets within it correspond.
    pub literal: bool,
}

/// Segments in output order, without overlaps.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SourceMap {
    segments: Vec<Segment>,
}

impl SourceMap {
    /// Makes a map from segments in output order.
    pub fn new(segments: Vec<Segment>) -> Self {
        Self { segments }
    }

    /// Returns the segments.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// Finds the template bytes behind one output offset.
    pub fn origin(&self, offset: usize) -> Option<Location> {
        self.origin_of(offset, 1)
    }

    /// Finds the template bytes behind some output, as far as its first piece reaches.
    pub fn origin_of(&self, offset: usize, length: usize) -> Option<Location> {
        let next = self
            .segments
            .partition_point(|it| it.output.start as usize <= offset);
        let segment = self.segments.get(next.checked_sub(1)?)?;
        if !segment.literal {
            return Some(segment.origin);
        }
        let within = offset - segment.output.start as usize;
        let start =
            (segment.origin.span.start as usize + within).min(segment.origin.span.end as usize);
        let end = (start + length.max(1)).min(segment.origin.span.end as usize);
        Some(Location::new(segment.origin.file, Span::new(start, end)))
    }

    /// Moves every output offset to the right, for text put in front.
    pub fn shifted(mut self, by: usize) -> Self {
        for segment in &mut self.segments {
            segment.output = segment.output.shifted(by);
        }
        self
    }
}
