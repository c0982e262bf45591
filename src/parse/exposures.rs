//! Exposures and groups.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Value as Json;

use super::call::capture;
use super::patches::AllDeclared;
use super::properties::ExposureDef;
use super::raw::fqn;
use super::{Stage, configure};
use crate::diagnostics::{Code, Diagnostic};
use crate::nodes::{Config, DependsOn, Dict, Exposure, Group, ResourceType, Resources};
use crate::project::config::{ConfigInput, ConfigProblem, ConfigTrees};

/// Takes up the exposures of all files.
pub(super) fn read(
    resources: &mut Resources,
    declared: &AllDeclared<'_>,
    stage: &Stage<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    for (file, it) in declared.each(|it| &it.exposures) {
        let package = &stage.packages[file.package];
        let fqn = fqn(&package.name, &file.file.relative_path, &[&it.name]);
        let input = ConfigInput {
            properties: Some(&it.config),
            ..configure::trees(file.package, ResourceType::Exposure, &fqn, stage)
        };
        let place = |problem: &ConfigProblem| {
            let place = it.places.get(&problem.key);
            place.copied().unwrap_or(it.location)
        };
        let (mut config, unrendered_config) = configure::configure(input, place, diagnostics);
        gather(&mut config, it, &package.project.trees);
        let unique_id: Arc<str> = format!("exposure.{}.{}", package.name, it.name).into();
        let mut exposure = Exposure {
            unique_id: unique_id.clone(),
            name: it.name.clone(),
            package_name: package.name.to_string(),
            path: file.file.relative_path.clone(),
            original_file_path: file.file.original_file_path.clone(),
            fqn,
            r#type: it.r#type.clone(),
            owner: it.owner.clone(),
            description: it.description.clone(),
            label: it.label.clone(),
            maturity: it.maturity.clone(),
            url: it.url.clone(),
            meta: config.dict("meta").cloned().unwrap_or_default(),
            tags: config
                .strings("tags")
                .into_iter()
                .map(str::to_owned)
                .collect(),
            config,
            unrendered_config,
            refs: Vec::new(),
            sources: Vec::new(),
            metrics: Vec::new(),
            depends_on: DependsOn::default(),
            created_at: stage.created_at,
            location: it.location,
        };
        diagnostics.extend(depends_on(&mut exposure, it, stage));
        let enabled = exposure.config.enabled();
        let exposures = match enabled {
            true => &mut resources.exposures,
            false => &mut resources.disabled_exposures,
        };
        if let Some(first) = exposures.insert(unique_id.clone(), Arc::new(exposure)) {
            let message = format!("two exposures have the unique id `{unique_id}`");
            diagnostics.push(
                Diagnostic::error(Code::DuplicateName, message)
                    .label(it.location, "the second one")
                    .label(first.location, "the first one")
                    .help("rename one of them"),
            );
        }
    }
}

/// Puts together what dbt does: tags and facts beside `config` count as those in it, and so do those
/// that stand in `exposures:` of the `dbt_project.yml` without a plus.
fn gather(config: &mut Config, it: &ExposureDef, trees: &ConfigTrees) {
    let project = trees.section("exposures").map(|tree| &tree.rendered);
    let everywhere = |key: &str| project.and_then(|tree| tree.get(key));
    let common = everywhere("tags").and_then(Json::as_array);
    let common = common.into_iter().flatten().filter_map(Json::as_str);
    let tags = common.chain(it.tags.iter().map(String::as_str));
    let tags: BTreeSet<String> = tags
        .chain(config.strings("tags"))
        .map(str::to_owned)
        .collect();
    let mut meta = Dict::new();
    let facts = [
        everywhere("meta").and_then(Json::as_object),
        Some(&it.meta),
        config.dict("meta"),
    ];
    for more in facts.into_iter().flatten() {
        meta.extend(more.clone());
    }
    let values = config.set_values_mut();
    values.insert("tags".to_owned(), tags.into_iter().collect());
    values.insert("meta".to_owned(), meta.into());
}

/// Renders each entry of `depends_on` and notes what it asks for.
fn depends_on(exposure: &mut Exposure, it: &ExposureDef, stage: &Stage<'_>) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for (text, location) in &it.depends_on {
        let name = &exposure.unique_id;
        let captured = match capture(text, *location, &exposure.package_name, name, stage) {
            Ok(captured) => captured,
            Err(finding) => {
                diagnostics.push(finding);
                continue;
            }
        };
        if captured.refs.is_empty() && captured.sources.is_empty() && captured.metrics.is_empty() {
            let message =
                format!("`{text}` is no `ref`, `source` or `metric`, so it counts for nothing");
            let finding = Diagnostic::warning(Code::InvalidProperty, message).at(*location);
            let is_name = text.chars().all(|it| it.is_alphanumeric() || it == '_');
            diagnostics.push(
                finding.help(match is_name {
                    true => format!("write `ref('{text}')`"),
                    false => {
                        "write `ref('model')`, `source('source', 'table')` or `metric('name')`"
                            .to_owned()
                    }
                }),
            );
        }
        exposure.refs.extend(captured.refs);
        exposure.sources.extend(captured.sources);
        exposure.metrics.extend(captured.metrics);
    }
    diagnostics
}

/// Takes up the groups of all files.
pub(super) fn read_groups(
    resources: &mut Resources,
    declared: &AllDeclared<'_>,
    stage: &Stage<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    for (file, it) in declared.each(|it| &it.groups) {
        let package = &stage.packages[file.package].name;
        let fqn = fqn(package, &file.file.relative_path, &[&it.name]);
        // dbt configures groups by the tree of models.
        let input = ConfigInput {
            properties: Some(&it.config),
            ..configure::trees(file.package, ResourceType::Group, &fqn, stage)
        };
        let (config, _) = configure::configure(input, |_| it.location, diagnostics);
        let unique_id: Arc<str> = format!("group.{package}.{}", it.name).into();
        let group = Group {
            unique_id: unique_id.clone(),
            name: it.name.clone(),
            package_name: package.to_string(),
            path: file.file.relative_path.clone(),
            original_file_path: file.file.original_file_path.clone(),
            owner: it.owner.clone(),
            description: it.description.clone(),
            config: config.iter().map(|(k, v)| (k.clone(), v.clone())).collect(),
            location: it.location,
        };
        if let Some(first) = resources.groups.insert(unique_id, Arc::new(group)) {
            let message = format!("two groups are named `{}`", it.name);
            diagnostics.push(
                Diagnostic::error(Code::DuplicateName, message)
                    .label(it.location, "the second one")
                    .label(first.location, "the first one")
                    .help("rename one of them, or remove it"),
            );
        }
    }
}
