//! Sources and their tables.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Value as Json;

use super::patches::{AllDeclared, Declared};
use super::properties::{SourceDef, TableDef};
use super::raw::fqn;
use super::{Stage, configure};
use crate::adapters::SourceError;
use crate::diagnostics::{Code, Diagnostic};
use crate::jinja::context::source_relation;
use crate::nodes::{Dict, ResourceType, Resources, Source};
use crate::project::config::{self, ConfigInput, ConfigProblem};

/// Takes up the tables of all sources.
pub(super) fn read(
    resources: &mut Resources,
    declared: &AllDeclared<'_>,
    stage: &Stage<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    for (file, source) in declared.each(|it| &it.sources) {
        for table in &source.tables {
            let built = build(file, source, table, stage, diagnostics);
            let sources = match built.config.enabled() {
                true => &mut resources.sources,
                false => &mut resources.disabled_sources,
            };
            let id = built.unique_id.clone();
            if let Some(first) = sources.get(&id) {
                let message = format!(
                    "table `{}` of source `{}` is declared twice, in {} and {}",
                    table.name, source.name, first.original_file_path, built.original_file_path
                );
                diagnostics.push(
                    Diagnostic::error(Code::DuplicateName, message)
                        .label(built.location, "the second declaration")
                        .label(first.location, "the first one")
                        .help("remove one of them"),
                );
                continue;
            }
            sources.insert(id, Arc::new(built));
        }
    }
}

fn build(
    file: &Declared<'_>,
    source: &SourceDef,
    table: &TableDef,
    stage: &Stage<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Source {
    let package = &stage.packages[file.package];
    let names = [source.name.as_str(), &table.name];
    let fqn = fqn(&package.name, &file.file.relative_path, &names);
    let properties = own_config(source, table);
    let input = ConfigInput {
        properties: Some(&properties),
        ..configure::trees(file.package, ResourceType::Source, &fqn, stage)
    };
    let shared = [&table.shared, &source.shared];
    let place = |problem: &ConfigProblem| {
        let mut places = shared.iter().filter_map(|it| it.places.get(&problem.key));
        places.next().copied().unwrap_or(table.location)
    };
    let (config, unrendered_config) = configure::configure(input, place, diagnostics);
    let database = source
        .database
        .clone()
        .unwrap_or(stage.project.default_database.clone());
    let schema = source.schema.clone().unwrap_or_else(|| source.name.clone());
    let identifier = table
        .identifier
        .clone()
        .unwrap_or_else(|| table.name.clone());
    let quoting = quoting(source, table);
    let mut source_meta = source.shared.meta.clone();
    if let Some(Json::Object(more)) = source.shared.config.get("meta") {
        source_meta.extend(more.clone());
    }
    let text = |key: &str| config.str(key).map(str::to_owned);
    let mut built = Source {
        unique_id: format!("source.{}.{}.{}", package.name, source.name, table.name).into(),
        source_name: source.name.clone(),
        name: table.name.clone(),
        package_name: package.name.to_string(),
        path: file.file.original_file_path.clone(),
        original_file_path: file.file.original_file_path.clone(),
        relation_name: String::new(),
        database: Some(database),
        schema,
        identifier,
        quoting,
        source_description: source.shared.description.clone(),
        description: table.shared.description.clone(),
        doc_blocks: Vec::new(),
        loader: source.loader.clone(),
        loaded_at_field: text("loaded_at_field"),
        loaded_at_query: text("loaded_at_query"),
        freshness: config.dict("freshness").cloned(),
        external: table.external.clone(),
        columns: table
            .columns
            .iter()
            .map(|it| (it.column.name.clone(), it.column.clone()))
            .collect(),
        meta: config.dict("meta").cloned().unwrap_or_default(),
        source_meta,
        tags: config
            .strings("tags")
            .into_iter()
            .map(str::to_owned)
            .collect(),
        fqn,
        config,
        unrendered_config,
        unrendered_schema: source.unrendered_schema.clone(),
        unrendered_database: source.unrendered_database.clone(),
        created_at: stage.created_at,
        location: table.location,
    };
    match stage.project.adapter.source_sql(&built) {
        Ok(Some(sql)) => built.relation_name = sql,
        // Nodes that read it fail, and no others.
        Ok(None) | Err(SourceError::Plugin(_)) => {
            built.relation_name = source_relation(&built, stage.project.quoting).render();
        }
        Err(error) => diagnostics.push(
            Diagnostic::error(Code::InvalidProperty, error.to_string())
                .at(table.location)
                .help(error.help()),
        ),
    }
    built
}

fn quoting(source: &SourceDef, table: &TableDef) -> Dict {
    let part = |key: &str| {
        let of = |dict: &Dict| dict.get(key).filter(|it| !it.is_null()).cloned();
        of(&table.shared.quoting)
            .or_else(|| of(&source.shared.quoting))
            .unwrap_or(Json::Null)
    };
    let parts = ["database", "schema", "identifier", "column"];
    parts
        .into_iter()
        .map(|key| (key.to_owned(), part(key)))
        .collect()
}

/// What the declaration sets: the table's word over the source's, tags and facts together.
fn own_config(source: &SourceDef, table: &TableDef) -> Dict {
    let mut config = source.shared.config.clone();
    config.extend(table.shared.config.clone());
    let mut meta = Dict::new();
    let mut tags: BTreeSet<String> = BTreeSet::new();
    for shared in [&source.shared, &table.shared] {
        meta.extend(shared.meta.clone());
        if let Some(Json::Object(more)) = shared.config.get("meta") {
            meta.extend(more.clone());
        }
        tags.extend(shared.tags.iter().cloned());
        match shared.config.get("tags") {
            Some(Json::Array(more)) => {
                tags.extend(more.iter().filter_map(Json::as_str).map(str::to_owned));
            }
            Some(Json::String(tag)) => tags.extend([tag.clone()]),
            _ => {}
        }
    }
    match freshness(source, table) {
        Some(freshness) => {
            // What cannot be read is reported when the configuration is merged.
            let whole = config::source_freshness(freshness.clone()).unwrap_or(freshness);
            config.insert("freshness".to_owned(), whole)
        }
        None => config.shift_remove("freshness"),
    };
    let (field, query) = loaded_at(source, table);
    config.insert("loaded_at_field".to_owned(), field);
    config.insert("loaded_at_query".to_owned(), query);
    config.insert("meta".to_owned(), Json::Object(meta));
    config.insert("tags".to_owned(), tags.into_iter().collect());
    config
}

/// The nearest word on freshness; thresholds of the source hold where the table sets none. `null`
/// at the table switches it off.
fn freshness(source: &SourceDef, table: &TableDef) -> Option<Json> {
    let mut merged: Option<Json> = None;
    for shared in [&source.shared, &table.shared] {
        for own in [shared.freshness.as_ref(), shared.config.get("freshness")]
            .into_iter()
            .flatten()
        {
            merged = Some(match (merged, own) {
                (Some(Json::Object(mut before)), Json::Object(own)) => {
                    before.extend(own.clone());
                    Json::Object(before)
                }
                (_, own) => own.clone(),
            });
        }
    }
    merged
}

/// A table that names one of the two ways clears the source's other way.
fn loaded_at(source: &SourceDef, table: &TableDef) -> (Json, Json) {
    let own = |shared: &super::properties::Shared| {
        let of =
            |direct: &Option<Json>, key: &str| shared.config.get(key).or(direct.as_ref()).cloned();
        (
            of(&shared.loaded_at_field, "loaded_at_field"),
            of(&shared.loaded_at_query, "loaded_at_query"),
        )
    };
    let (field, query) = own(&table.shared);
    let (field, query) = if field.is_some() || query.is_some() {
        (field, query)
    } else {
        own(&source.shared)
    };
    (field.unwrap_or(Json::Null), query.unwrap_or(Json::Null))
}
