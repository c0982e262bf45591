//! What libyaml reads and a YAML 1.2 scanner refuses.
//!
//! libyaml does not look at indentation inside brackets and quotes, and allows `key:<tab>value` and
//! `"value"#comment`. When the scanner stumbles over one of these, the text is mended by spaces that
//! mean nothing in that place, and scanned again. Offsets lead back to the text as written.

use std::collections::{BTreeMap, BTreeSet};

use saphyr_parser::ScanError;

use super::offsets::Offsets;
use super::origin::quoted_end;

/// Most attempts for one file, so that bad input costs a bounded time.
const MOST_MENDS: usize = 1_000;
/// Most bytes scanned again for one file.
const MOST_BYTES: usize = 32 << 20;
/// Deepest indentation that is tried.
const WIDEST: usize = 4_096;

/// A text with meaningless spaces added.
pub(super) struct Lenient<'a> {
    written: &'a str,
    mended: Option<String>,
    offsets: Offsets,
    /// Spaces to put in, by byte offset of the written text.
    padding: BTreeMap<usize, usize>,
    /// Tabs that become spaces.
    tabs: BTreeSet<usize>,
    /// For each padding: its end in the mended text, and what to subtract from there on.
    shifts: Vec<(usize, usize)>,
    attempts: usize,
}

impl<'a> Lenient<'a> {
    pub(super) fn new(written: &'a str) -> Self {
        Self {
            written,
            mended: None,
            offsets: Offsets::new(written),
            padding: BTreeMap::new(),
            tabs: BTreeSet::new(),
            shifts: Vec::new(),
            attempts: 0,
        }
    }

    /// Returns the text to scan.
    pub(super) fn text(&self) -> &str {
        self.mended.as_deref().unwrap_or(self.written)
    }

    /// Finds the byte of the written text behind a character of the text to scan.
    pub(super) fn origin(&self, character: usize) -> usize {
        let byte = self.offsets.byte(self.text(), character);
        let next = self.shifts.partition_point(|(end, _)| *end <= byte);
        let before = next.checked_sub(1).and_then(|at| self.shifts.get(at));
        let mut origin = byte - before.map_or(0, |(_, shift)| *shift);
        if let Some((end, shift)) = self.shifts.get(next) {
            // Within a padding: its place in the written text.
            origin = origin.min(end - shift);
        }
        origin
    }

    /// Mends the place of an error, if libyaml would not mind it.
    pub(super) fn mend(&mut self, error: &ScanError) -> bool {
        self.attempts += 1;
        if self.attempts > MOST_MENDS || self.attempts * self.written.len() > MOST_BYTES {
            return false;
        }
        let at = self.origin(error.marker().index());
        let changed = match error.info() {
            "':' must be followed by a valid YAML whitespace" => self.replace_tabs_before(at),
            "comments must be separated from other tokens by whitespace" => {
                self.padding.insert(at, 1).is_none()
            }
            "invalid indentation"
            | "invalid indentation in flow construct"
            | "tabs disallowed within this context (block indentation)"
            | "tab cannot be used as indentation" => self.widen(self.line_start(at), 8),
            "invalid indentation in quoted scalar" => self.widen_quoted(at),
            _ => false,
        };
        if changed {
            self.rebuild();
        }
        changed
    }

    fn line_start(&self, at: usize) -> usize {
        let before = self.written.get(..at).unwrap_or_default();
        before.rfind('\n').map_or(0, |newline| newline + 1)
    }

    /// Doubles the padding at a place, until it is enough.
    fn widen(&mut self, place: usize, least: usize) -> bool {
        let width = self.padding.entry(place).or_insert(0);
        *width = (*width * 2).max(least);
        *width <= WIDEST
    }

    fn widen_quoted(&mut self, start: usize) -> bool {
        let column = start - self.line_start(start);
        let quoted = self.written.get(start..).unwrap_or_default();
        let quoted = quoted.get(..quoted_end(quoted)).unwrap_or_default();
        let lines = quoted.match_indices('\n').map(|(at, _)| start + at + 1);
        let mut changed = false;
        for line in lines.collect::<Vec<_>>() {
            changed |= self.widen(line, column + 1);
        }
        changed
    }

    fn replace_tabs_before(&mut self, at: usize) -> bool {
        let before = self.written.get(..at).unwrap_or_default();
        let blanks = before.len() - before.trim_end_matches([' ', '\t']).len();
        let mut changed = false;
        for place in at - blanks..at {
            changed |= self.tabs.insert(place);
        }
        changed
    }

    fn rebuild(&mut self) {
        let mut mended = String::with_capacity(self.written.len() + 64);
        let mut shift = 0;
        self.shifts.clear();
        for (place, letter) in self.written.char_indices() {
            if let Some(width) = self.padding.get(&place) {
                mended.extend(std::iter::repeat_n(' ', *width));
                shift += width;
                self.shifts.push((mended.len(), shift));
            }
            let blank = letter == '\t' && self.tabs.contains(&place);
            mended.push(if blank { ' ' } else { letter });
        }
        self.offsets = Offsets::new(&mended);
        self.mended = Some(mended);
    }
}
