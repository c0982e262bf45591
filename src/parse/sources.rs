//! Sources and their tables.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Value as Json, json};

use super::patches::{AllDeclared, Declared};
use super::properties::{Shared, SourceDef, TableDef};
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
            let twice = named_twice(source, table);
            diagnostics.extend(twice.filter(|finding| !diagnostics.contains(finding)));
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

/// The nearest word on freshness; thresholds of the source hold where the table sets none, or a
/// part of one. `null` at the table switches it off.
fn freshness(source: &SourceDef, table: &TableDef) -> Option<Json> {
    let mut merged: Option<Json> = None;
    for shared in [&source.shared, &table.shared] {
        for own in [shared.freshness.as_ref(), shared.config.get("freshness")]
            .into_iter()
            .flatten()
        {
            merged = Some(match (merged.unwrap_or_else(|| json!({})), own) {
                (Json::Object(mut before), Json::Object(own)) => {
                    let whole = own.iter().filter(|(key, value)| !is_partial(key, value));
                    before.extend(whole.map(|(key, value)| (key.clone(), value.clone())));
                    Json::Object(before)
                }
                (_, own) => own.clone(),
            });
        }
    }
    merged
}

/// Tells whether a threshold lacks its count or its period. One that is wrong is none of them, so
/// that it is reported.
fn is_partial(key: &str, value: &Json) -> bool {
    let lacks = |part: &str| value.get(part).is_none_or(Json::is_null);
    value.is_object()
        && key != "filter"
        && (lacks("count") || lacks("period"))
        && config::source_freshness(json!({ key: value })).is_ok()
}

/// How the newest row is found, by a column and by a query: the table's word over the source's. A
/// column that the table names, were it `null`, clears the source's query, and not the other way round.
fn loaded_at(source: &SourceDef, table: &TableDef) -> (Json, Json) {
    let own = |shared: &Shared, key: &str| {
        let direct = direct(shared, key).filter(|value| is_set(value));
        let configured = shared.config.get(key).filter(|value| !value.is_null());
        direct.or(configured).cloned().unwrap_or(Json::Null)
    };
    let [field, query] = LOADED_AT.map(|key| (own(&table.shared, key), own(&source.shared, key)));
    let named = names_column(&table.shared);
    let nearest = |(own, inherited): (Json, Json), is_named: bool| match own.is_null() && !is_named
    {
        true => inherited,
        false => own,
    };
    (nearest(field, named), nearest(query, named))
}

/// The keys of the two ways in which the newest row is found.
const LOADED_AT: [&str; 2] = ["loaded_at_field", "loaded_at_query"];

fn direct<'a>(shared: &'a Shared, key: &str) -> Option<&'a Json> {
    match key {
        "loaded_at_field" => shared.loaded_at_field.as_ref(),
        _ => shared.loaded_at_query.as_ref(),
    }
}

fn is_set(value: &Json) -> bool {
    !value.is_null() && value != ""
}

/// Tells whether a column is named, were it by `null`.
fn names_column(shared: &Shared) -> bool {
    shared.loaded_at_field.is_some() || shared.config.get(LOADED_AT[0]).is_some_and(is_set)
}

/// Says where both ways are named in one place.
fn named_twice(source: &SourceDef, table: &TableDef) -> Option<Diagnostic> {
    let queries = |shared: &Shared| {
        let configured = shared.config.get(LOADED_AT[1]);
        let direct = shared.loaded_at_query.as_ref();
        direct.or(configured).is_some_and(is_set)
    };
    let is_set_column = |shared: &Shared| {
        let places = [
            shared.loaded_at_field.as_ref(),
            shared.config.get(LOADED_AT[0]),
        ];
        places.into_iter().flatten().any(is_set)
    };
    let (what, name, shared) = if names_column(&table.shared) && queries(&table.shared) {
        ("table", &table.name, &table.shared)
    } else if is_set_column(&source.shared) && queries(&source.shared) {
        ("source", &source.name, &source.shared)
    } else {
        return None;
    };
    let message = format!("{what} `{name}` has both `loaded_at_field` and `loaded_at_query`");
    let place = |key: &str| shared.places.get(key).copied();
    let at = LOADED_AT.into_iter().rev().find_map(place);
    let finding = Diagnostic::error(Code::InvalidProperty, message);
    Some(
        finding
            .at(at.unwrap_or(table.location))
            .help("keep one of them"),
    )
}
