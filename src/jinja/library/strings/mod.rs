//! Methods and formats of texts.

/// Folds the case of a text, so that texts that differ only in case are equal.
pub(crate) fn casefold(text: &str) -> String {
    text.to_lowercase().replace('ß', "ss")
}
