//! `dsql clean`: removes the folders of `clean-targets`, and never what the project is made of.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use serde_json::json;

use crate::cli::output::Output;
use crate::invocation::Invocation;
use crate::nodes::Dict;
use crate::project::{PROJECT_FILE, Vars, YamlContext, read_package};
use crate::system::System;
use crate::text::Texts;

/// Removes the folders, or says why none is removed.
pub(super) fn clean(invocation: &Invocation, system: &dyn System, output: &Output) -> u8 {
    let root = root(invocation, system);
    let mut texts = Texts::default();
    let mut findings = Vec::new();
    let context = YamlContext::new(system, Arc::new(Vars::new(Dict::new())));
    let package = read_package(
        system,
        &root,
        &root,
        &context,
        false,
        &mut texts,
        &mut findings,
    );
    let Some(package) = package.filter(|_| !findings.iter().any(|it| it.is_error())) else {
        output.finish(&texts, &findings);
        return 2;
    };
    let project = &package.project;
    let target = invocation
        .text("target_path")
        .or(project.target_path.as_deref());
    let default = || vec![target.unwrap_or("target").to_owned()];
    let real = |path: &str| resolved(&root.join(path), system);
    let wanted: Vec<_> = project.clean_targets.clone().unwrap_or_else(default);
    let mut wanted: Vec<PathBuf> = wanted.iter().map(|path| real(path)).collect();
    wanted.sort();
    wanted.dedup();
    let sources: Vec<PathBuf> = project.paths.all().iter().map(|path| real(path)).collect();
    let shown = |paths: &[&PathBuf]| {
        paths
            .iter()
            .map(|path| format!("\n  {}", path.display()))
            .collect::<String>()
    };
    let holds_sources = |path: &&PathBuf| {
        sources
            .iter()
            .any(|source| source.starts_with(path.as_path()))
    };
    let kept: Vec<_> = wanted.iter().filter(holds_sources).collect();
    if !kept.is_empty() {
        output.fail(&format!(
            "dsql does not remove what the project is made of:{}",
            shown(&kept)
        ));
        output.finish(&texts, &findings);
        return 2;
    }
    let project_root = resolved(&root, system);
    let outside =
        |path: &&PathBuf| !path.starts_with(&project_root) || path.as_path() == project_root;
    let outside: Vec<_> = wanted.iter().filter(outside).collect();
    if !outside.is_empty() && invocation.on("clean_project_files_only") {
        output.fail(&format!(
            "dsql does not remove what lies outside of the project:{}\n\
             `--no-clean-project-files-only` removes it all the same",
            shown(&outside)
        ));
        output.finish(&texts, &findings);
        return 2;
    }
    let mut exit = 0;
    for path in &wanted {
        let shown = path.display().to_string();
        let say = |id, words: &str| {
            let text = format!("{words} {shown}/*");
            output.say(id, &text, json!({"path": shown}));
        };
        say(("CheckCleanPath", "Z012"), "Checking");
        match system.remove_all(path) {
            Ok(()) => say(("ConfirmCleanPath", "Z013"), "Cleaned"),
            Err(error) => {
                output.fail(&error.to_string());
                exit = 2;
            }
        }
    }
    if exit == 0 {
        let id = ("FinishedCleanPaths", "Z015");
        output.say(id, "Finished cleaning all paths.", json!({}));
    }
    output.finish(&texts, &findings);
    exit
}

/// Finds the project: the given folder, else the nearest with a project file.
fn root(invocation: &Invocation, system: &dyn System) -> PathBuf {
    let here = system.current_dir();
    if let Some(folder) = invocation.text("project_dir") {
        return here.join(folder);
    }
    let mut above = here.ancestors();
    let found = above.find(|folder| system.is_file(&folder.join(PROJECT_FILE)));
    found.map_or_else(|| here.clone(), Path::to_path_buf)
}

/// Returns the path without links and `..`; what is not there yet is taken as written.
fn resolved(path: &Path, system: &dyn System) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                plain.pop();
            }
            Component::CurDir => {}
            part => {
                plain.push(part);
                plain = system.canonicalize(&plain).unwrap_or(plain);
            }
        }
    }
    plain
}
