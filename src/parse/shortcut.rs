//! Templates whose rendering is known beforehand.

use super::Stage;
use crate::jinja::context::Captured;
use crate::nodes::{Dict, Node, RefArgs, RefCall, SourceCall};

/// Returns what a template would ask for, where that can be told without rendering: SQL without
/// Jinja, and the built-in tests `unique` and `not_null`, for which dbt takes the same shortcut.
pub(super) fn capture(
    node: &Node,
    _test_config: Option<&Dict>,
    stage: &Stage<'_>,
) -> Option<Captured> {
    let Some(test) = node.as_generic_test() else {
        return (!node.raw_code.contains('{')).then(Captured::default);
    };
    let macro_name = format!("test_{}", test.name);
    let package = test.namespace.as_deref().unwrap_or(&node.package_name);
    let macros = stage.engine.macros();
    let found = match test.namespace {
        Some(_) => macros.find_in_package(package, &macro_name),
        None => match macros.find(package, &macro_name)? {
            crate::jinja::macros::Found::Macro(entry) => Some(entry),
            crate::jinja::macros::Found::Package(_) => None,
        },
    }?;
    let id = &found.node.unique_id;
    let mut captured = Captured::default();
    captured.macros.insert(id.to_string());
    if !matches!(&**id, "macro.dbt.test_unique" | "macro.dbt.test_not_null") {
        return None;
    }
    let model = test.kwargs.get("model")?.as_str()?;
    let inner = model
        .strip_prefix("{{ get_where_subquery(")?
        .strip_suffix(") }}")?;
    let quoted: Vec<&str> = inner.split('\'').skip(1).step_by(2).collect();
    match (inner.starts_with("ref("), quoted.as_slice()) {
        (true, [name, ..]) => captured.refs.push(RefCall {
            args: RefArgs {
                name: (*name).to_owned(),
                package: None,
                version: test.version.clone(),
            },
            location: None,
            caller: None,
        }),
        (false, [source, table]) => {
            captured.sources.push(SourceCall {
                source: (*source).to_owned(),
                table: (*table).to_owned(),
                location: None,
                caller: None,
            });
        }
        _ => return None,
    }
    Some(captured)
}
