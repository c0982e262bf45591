//! The pages of `docs/errors`, as they are in the program.

use crate::diagnostics::Code;

include!(concat!(env!("OUT_DIR"), "/error_pages.rs"));

/// Finds the page of a code by its name.
pub(super) fn page(name: &str) -> Option<&'static str> {
    let found = ERROR_PAGES
        .iter()
        .find(|(file, _)| file.strip_suffix(".md") == Some(name));
    std::str::from_utf8(found?.1).ok()
}

/// Returns the page of a code.
pub(super) fn page_of(code: Code) -> Option<&'static str> {
    page(code.as_str())
}
