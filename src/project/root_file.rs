//! Files of the root project that stand beside `dbt_project.yml`, rendered. What `selectors.yml` means is read by `graph`, and
//! what `dsql.yml` means, which dbt does not read, by `check`.

use std::path::Path;

use super::{Project, YamlKind, read_text, render_in_place};
use crate::diagnostics::Diagnostic;
use crate::system::System;
use crate::text::Texts;
use crate::yaml::{self, Node};

/// Selections by name.
pub const SELECTORS_FILE: &str = "selectors.yml";
/// What dsql alone reads.
pub const DSQL_FILE: &str = "dsql.yml";

/// Reads a file of the root project, if there is one.
pub fn read_root_file(
    name: &str,
    system: &dyn System,
    project: &Project,
    texts: &mut Texts,
    findings: &mut Vec<Diagnostic>,
) -> Option<Node> {
    let path = project.root().root.join(name);
    if !system.is_file(&path) {
        return None;
    }
    let file = read_text(system, &path, Path::new(name), texts, findings)?;
    let (node, found) = yaml::parse(file, texts.content(file));
    findings.extend(found);
    let mut node = node?;
    let text = texts.get(file)?.clone();
    let renderer = project.context.renderer(YamlKind::Plain, file, text);
    render_in_place(&mut node, &renderer, &|_| true, findings);
    Some(node)
}
