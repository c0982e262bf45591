//! `dsql.yml` of the root project: what dsql alone reads, beside a `dbt_project.yml` that stays dbt's. Rendered here; what
//! it means is read by `check`.

use std::path::Path;

use super::{Project, YamlKind, read_text, render_in_place};
use crate::diagnostics::Diagnostic;
use crate::system::System;
use crate::text::Texts;
use crate::yaml::{self, Node};

/// Name of the file.
pub const DSQL_FILE: &str = "dsql.yml";

/// Reads the file, if there is one.
pub fn read_dsql_file(
    system: &dyn System,
    project: &Project,
    texts: &mut Texts,
    findings: &mut Vec<Diagnostic>,
) -> Option<Node> {
    let path = project.root().root.join(DSQL_FILE);
    if !system.is_file(&path) {
        return None;
    }
    let file = read_text(system, &path, Path::new(DSQL_FILE), texts, findings)?;
    let (node, found) = yaml::parse(file, texts.content(file));
    findings.extend(found);
    let mut node = node?;
    let text = texts.get(file)?.clone();
    let renderer = project.context.renderer(YamlKind::Plain, file, text);
    render_in_place(&mut node, &renderer, &|_| true, findings);
    Some(node)
}
