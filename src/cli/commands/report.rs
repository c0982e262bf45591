//! What `report` prints: where the page is.

use std::path::Path;

/// Names the file.
pub(super) fn text(path: &Path) -> String {
    format!("The report is in {}: open it in a browser.", path.display())
}
