//! Files of the root project that stand beside `dbt_project.yml`, rendered. What `selectors.yml` means is read by `graph`, and
//! what `dsql.yml` means, which dbt does not read, by `check`.

use std::path::Path;

use super::{Project, YamlKind, read_text, render_in_place};
use crate::diagnostics::{Code, Diagnostic};
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

/// Tells of a `dsql.yaml`, which is not read.
pub fn misnamed_file(
    system: &dyn System,
    project: &Project,
    texts: &mut Texts,
) -> Option<Diagnostic> {
    const OTHER: &str = "dsql.yaml";
    let root = &project.root().root;
    if !system.is_file(&root.join(OTHER)) {
        return None;
    }
    let place = texts.name(OTHER);
    let finding = match system.is_file(&root.join(DSQL_FILE)) {
        true => {
            let message = format!("there are both `{DSQL_FILE}` and `{OTHER}`");
            let help = format!("put what `{OTHER}` says into `{DSQL_FILE}`, and delete it");
            Diagnostic::error(Code::InvalidSettings, message).help(help)
        }
        false => {
            let message = format!("`{OTHER}` is not read");
            Diagnostic::warning(Code::InvalidSettings, message)
                .help(format!("call it `{DSQL_FILE}`"))
        }
    };
    Some(finding.in_file(place))
}
