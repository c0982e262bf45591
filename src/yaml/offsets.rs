//! Character index → byte offset.

/// Distance between remembered characters.
const STEP: usize = 64;

/// Byte offsets of every 64th character of a text; nothing for an ASCII one.
pub(super) struct Offsets {
    steps: Option<Vec<usize>>,
}

impl Offsets {
    pub(super) fn new(text: &str) -> Self {
        let offsets = || text.char_indices().step_by(STEP).map(|(offset, _)| offset);
        Self {
            steps: (!text.is_ascii()).then(|| offsets().collect()),
        }
    }

    /// Finds the byte offset of a character, the end of the text for one beyond it.
    pub(super) fn byte(&self, text: &str, character: usize) -> usize {
        let Some(steps) = &self.steps else {
            return character.min(text.len());
        };
        let Some(&start) = steps.get(character / STEP) else {
            return text.len();
        };
        let rest = text.get(start..).unwrap_or_default();
        rest.char_indices()
            .nth(character % STEP)
            .map_or(text.len(), |(offset, _)| start + offset)
    }
}
