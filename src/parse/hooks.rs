//! `on-run-start` and `on-run-end` → operations.

use super::Stage;
use super::raw::{RawNode, sha256};
use crate::nodes::{Details, ResourceType};
use crate::text::Location;

/// Lists the hooks of all packages.
pub(super) fn read(stage: &Stage<'_>) -> Vec<RawNode> {
    let mut nodes = Vec::new();
    for (at, package) in stage.packages.iter().enumerate() {
        for (kind, hooks) in [
            ("on-run-start", &package.project.on_run_start),
            ("on-run-end", &package.project.on_run_end),
        ] {
            let each = hooks.iter().enumerate();
            nodes
                .extend(each.map(|(index, it)| hook(at, stage, kind, index, &it.sql, it.location)));
        }
    }
    nodes
}

fn hook(
    at: usize,
    stage: &Stage<'_>,
    kind: &str,
    index: usize,
    sql: &str,
    location: Location,
) -> RawNode {
    let package = &stage.packages[at];
    let name = format!("{}-{kind}-{index}", package.name);
    let project_file = stage.texts.content(location.file);
    RawNode {
        package: at,
        resource_type: ResourceType::Operation,
        path: format!("hooks/{name}.sql"),
        original_file_path: "./dbt_project.yml".to_owned(),
        fqn: vec![package.name.to_string(), "hooks".to_owned(), name.clone()],
        name,
        hash: None,
        checksum: sha256(project_file.trim()),
        raw_code: sql.into(),
        location,
        language: "sql",
        details: Details::Operation { index },
        tags: vec![kind.to_owned()],
        row: None,
    }
}
