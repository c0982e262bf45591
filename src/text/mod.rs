//! Bytes of the files a person wrote: file ids, spans, lines, and the way back from compiled SQL.
//!
//! In: file contents. Out: [`Texts`], addressed by [`Location`]. A span is a half-open range of
//! byte offsets and never leaves its file. Read `source_map.rs` for the way from output to input.

mod line_index;
mod source_map;
mod texts;

use borsh::{BorshDeserialize, BorshSerialize};

pub use line_index::{LineColumn, LineIndex};
pub use source_map::{Segment, SourceMap};
pub use texts::{Text, Texts};

/// Identifies one file of a [`Texts`] store.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Default,
    BorshSerialize,
    BorshDeserialize,
)]
pub struct FileId(pub u32);

/// A half-open range of byte offsets in one text.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Default,
    BorshSerialize,
    BorshDeserialize,
)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// Makes a span from two byte offsets; files beyond 4 GiB are clamped.
    pub fn new(start: usize, end: usize) -> Self {
        let clamp = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Self {
            start: clamp(start),
            end: clamp(end.max(start)),
        }
    }

    /// Returns the range for slicing a text.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Moves the span by `offset` bytes to the right.
    pub fn shifted(self, offset: usize) -> Self {
        Self::new(self.start as usize + offset, self.end as usize + offset)
    }

    /// Returns the part of this span that lies within another.
    pub fn within(self, other: Self) -> Self {
        let start = self.start.clamp(other.start, other.end);
        Self {
            start,
            end: self.end.clamp(start, other.end),
        }
    }

    /// Returns the smallest span that holds both.
    pub fn to(self, other: Self) -> Self {
        Self {
            start: self.start.min(other.start),
            end: self.end.max(other.end),
        }
    }
}

/// A place in a file.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Default,
    BorshSerialize,
    BorshDeserialize,
)]
pub struct Location {
    /// The file.
    pub file: FileId,
    /// The bytes in it.
    pub span: Span,
}

impl Location {
    /// Makes a location.
    pub fn new(file: FileId, span: Span) -> Self {
        Self { file, span }
    }
}
