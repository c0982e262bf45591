//! Columns whose values nobody may see: those with a tag that `dsql.yml` restricts.

use super::Ready;
use crate::nodes::Resource;

/// Tells whether nobody may see the values of a column of a node or a source.
pub(super) fn hides(ready: &Ready, id: &str, column: &str) -> bool {
    let columns = match ready.resources.get(id) {
        Some(Resource::Node(node)) => &node.columns,
        Some(Resource::Source(source)) => &source.columns,
        _ => return false,
    };
    let restricted = &ready.check_settings.restricted_tags;
    let is_restricted = |tag: &String| restricted.iter().any(|it| it.0 == *tag);
    let mut own = columns.values();
    own.any(|it| it.name.eq_ignore_ascii_case(column) && it.tags.iter().any(is_restricted))
}
