//! Semantic models, metrics and saved queries.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value as Json, json};

use super::call::capture;
use super::names::name as name_relation;
use super::node::draft;
use super::patches::{AllDeclared, Declared};
use super::properties::SemanticDef;
use super::raw::{RawNode, fqn, no_checksum};
use super::{Stage, configure};
use crate::diagnostics::{Code, Diagnostic};
use crate::nodes::{Config, DependsOn, Details, Dict, Node, ResourceType, Resources, Semantic};
use crate::project::config::ConfigInput;

/// Takes up the semantic layer of all files.
pub(super) fn read(
    resources: &mut Resources,
    declared: &AllDeclared<'_>,
    stage: &Stage<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    // Metrics that are made of measures come behind the others of their file.
    let mut made: Vec<Semantic> = Vec::new();
    let mut last = None;
    for (file, def) in declared.each(|it| &it.semantic) {
        if last.replace(std::ptr::from_ref(file)) != Some(std::ptr::from_ref(file)) {
            made.drain(..)
                .for_each(|it| add(resources, it, diagnostics));
        }
        let resource = semantic(file, def, stage, diagnostics);
        let metrics = def
            .metrics_of_measures
            .iter()
            .filter_map(|name| metric_of_measure(&resource, name));
        made.extend(metrics.map(|def| semantic(file, &def, stage, diagnostics)));
        add(resources, resource, diagnostics);
    }
    made.into_iter()
        .for_each(|it| add(resources, it, diagnostics));
}

fn add(resources: &mut Resources, it: Semantic, diagnostics: &mut Vec<Diagnostic>) {
    let (id, location) = (it.unique_id.clone(), it.location);
    let all = match it.config.enabled() {
        true => &mut resources.semantic,
        false => &mut resources.disabled_semantic,
    };
    if let Some(first) = all.insert(id.clone(), Arc::new(it)) {
        let message = format!("two resources have the unique id `{id}`");
        diagnostics.push(
            Diagnostic::error(Code::DuplicateName, message)
                .label(location, "the second one")
                .label(first.location, "the first one")
                .help("rename one of them"),
        );
    }
}

fn semantic(
    file: &Declared<'_>,
    def: &SemanticDef,
    stage: &Stage<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Semantic {
    let kind = def.resource_type;
    let package = &stage.packages[file.package].name;
    let fqn = fqn(package, &file.file.relative_path, &[&def.name]);
    let input = ConfigInput {
        properties: Some(&def.config),
        ..configure::trees(file.package, kind, &fqn, stage)
    };
    let (config, mut unrendered_config) =
        configure::configure(input, |_| def.location, diagnostics);
    if kind != ResourceType::Metric {
        // dbt looks for what was written in `dbt_project.yml` under a key that it does not allow.
        unrendered_config = def.config.clone();
    }
    let mut it = Semantic {
        resource_type: kind,
        unique_id: format!("{kind}.{package}.{}", def.name).into(),
        name: def.name.clone(),
        package_name: package.to_string(),
        path: file.file.relative_path.clone(),
        original_file_path: file.file.original_file_path.clone(),
        fqn,
        fields: def.fields.clone(),
        tags: def.tags.clone(),
        config,
        unrendered_config,
        refs: Vec::new(),
        depends_on: DependsOn::default(),
        created_at: stage.created_at,
        location: def.location,
        places: def.places.clone(),
    };
    match kind {
        ResourceType::SemanticModel => semantic_model(&mut it, def, stage, diagnostics),
        ResourceType::Metric => metric(&mut it, def),
        _ => saved_query(&mut it, stage, diagnostics),
    }
    it
}

/// Notes the `ref()`, and adds the model's `meta` to those of its elements.
fn semantic_model(
    it: &mut Semantic,
    def: &SemanticDef,
    stage: &Stage<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let text = it.fields.get("model").and_then(Json::as_str);
    let text = text.unwrap_or_default();
    match capture(
        text,
        def.model_location,
        &it.package_name,
        &it.unique_id,
        stage,
    ) {
        Ok(captured) => it.refs = captured.refs,
        Err(finding) => diagnostics.push(finding),
    }
    let meta = it.config.dict("meta").cloned().unwrap_or_default();
    for list in ["entities", "measures", "dimensions"] {
        let elements = it.fields.get_mut(list).and_then(Json::as_array_mut);
        for element in elements.into_iter().flatten() {
            let own = element["config"]["meta"].as_object().cloned();
            let mut both = meta.clone();
            both.extend(own.unwrap_or_default());
            element["config"]["meta"] = both.into();
        }
    }
}

/// Gives a cumulative metric its parameters, of which some may stand in their old place.
fn metric(it: &mut Semantic, def: &SemanticDef) {
    let meta = it.config.dict("meta").filter(|meta| !meta.is_empty());
    let meta = meta.unwrap_or(&def.meta).clone();
    it.fields.insert("meta".to_owned(), meta.into());
    let cumulative = it.fields.get("type").is_some_and(|it| it == "cumulative");
    let Some(params) = it.fields.get_mut("type_params") else {
        return;
    };
    if !cumulative {
        params["cumulative_type_params"] = Json::Null;
        return;
    }
    let (window, grain) = (params["window"].clone(), params["grain_to_date"].clone());
    let nested = &mut params["cumulative_type_params"];
    if nested.is_null() {
        *nested = json!({
            "window": null, "grain_to_date": null, "period_agg": "first", "metric": null,
        });
    }
    for (key, old) in [("window", window), ("grain_to_date", grain)] {
        if nested[key].is_null() {
            nested[key] = old;
        }
    }
}

/// Names the relations of the exports.
fn saved_query(it: &mut Semantic, stage: &Stage<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let config_tags = it.config.strings("tags");
    it.tags.extend(config_tags.into_iter().map(str::to_owned));
    it.tags.sort();
    it.tags.dedup();
    let mut exports = it.fields.remove("exports").unwrap_or_else(|| json!([]));
    for export in exports.as_array_mut().into_iter().flatten() {
        let written = export["config"].take();
        let name = export["name"].as_str().unwrap_or_default().to_owned();
        match export_config(&name, &written, it, stage) {
            Ok(config) => export["config"] = config,
            Err(finding) => diagnostics.push(*finding),
        }
        export["unrendered_config"] = written;
    }
    it.fields.insert("exports".to_owned(), exports);
}

fn export_config(
    name: &str,
    written: &Json,
    query: &Semantic,
    stage: &Stage<'_>,
) -> Result<Json, Box<Diagnostic>> {
    let set = |key: &str, config: Option<&Config>| {
        let own = written.get(key).filter(|it| !it.is_null());
        let value = own.or_else(|| config?.get(key).filter(|it| !it.is_null()));
        value.and_then(Json::as_str).map(str::to_owned)
    };
    let export_as = set("export_as", Some(&query.config));
    let export_as = export_as.filter(|it| ["table", "view"].contains(&it.as_str()));
    let Some(export_as) = export_as else {
        let message = format!("the export `{name}` does not say what it becomes");
        let finding = Diagnostic::error(Code::InvalidProperty, message)
            .at(query.location)
            .help("add `config: {export_as: table}` or `view` to it");
        return Err(Box::new(finding));
    };
    let schema = set("schema_name", None).or_else(|| set("schema", Some(&query.config)));
    let (database, alias) = (set("database", None), set("alias", None));
    let named = relation(
        name,
        [("database", &database), ("alias", &alias)],
        query,
        stage,
    )?;
    Ok(json!({
        "export_as": export_as,
        "schema_name": schema.unwrap_or_else(|| named.schema.clone()),
        "alias": alias.unwrap_or_else(|| named.alias.clone()),
        "database": named.database,
    }))
}

/// Names the relation of an export as that of a node beside the saved query.
fn relation(
    name: &str,
    wanted: [(&str, &Option<String>); 2],
    query: &Semantic,
    stage: &Stage<'_>,
) -> Result<Arc<Node>, Box<Diagnostic>> {
    let package = stage.packages.iter();
    let raw = RawNode {
        package: package
            .map(|it| &*it.name)
            .position(|it| it == query.package_name)
            .unwrap_or(0),
        resource_type: ResourceType::Analysis,
        name: name.to_owned(),
        hash: None,
        path: query.path.clone(),
        original_file_path: query.original_file_path.clone(),
        fqn: query.fqn.clone(),
        checksum: no_checksum(),
        raw_code: "".into(),
        location: query.location,
        language: "sql",
        details: Details::Analysis,
        tags: Vec::new(),
        row: None,
    };
    let mut node = draft(raw, stage);
    for (key, value) in wanted {
        if let Some(value) = value {
            let set = node.config.set_values_mut();
            set.insert(key.to_owned(), value.as_str().into());
        }
    }
    let mut node = Arc::new(node);
    name_relation(&mut node, stage)?;
    Ok(node)
}

/// The metric of a measure with `create_metric: true`.
fn metric_of_measure(model: &Semantic, name: &str) -> Option<SemanticDef> {
    let mut measures = model.objects("measures");
    let (pointer, measure) = measures.find(|(_, it)| it["name"] == name)?;
    let location = model.place(&format!("{pointer}/name"));
    let text = |key: &str| measure[key].as_str().filter(|it| !it.is_empty());
    let description = text("description").map(str::to_owned);
    let meta = model.config.dict("meta").cloned().unwrap_or_default();
    let input = json!({
        "name": name, "filter": null, "alias": null,
        "join_to_timespine": false, "fill_nulls_with": null,
    });
    let fields = json!({
        "description": description.unwrap_or_else(|| format!("Metric created from measure {name}")),
        "label": text("label").unwrap_or(name),
        "type": "simple",
        "type_params": {
            "measure": input, "input_measures": [], "numerator": null, "denominator": null,
            "expr": text("expr").unwrap_or(name), "window": null, "grain_to_date": null,
            "metrics": [], "conversion_type_params": null, "cumulative_type_params": null,
            "metric_aggregation_params": null,
        },
        "filter": null, "metadata": null, "time_granularity": null,
    });
    let config = json!({ "enabled": model.config.enabled(), "meta": meta });
    Some(SemanticDef {
        resource_type: ResourceType::Metric,
        name: name.to_owned(),
        location,
        fields: fields.as_object()?.clone(),
        model_location: location,
        meta: Dict::new(),
        tags: Vec::new(),
        config: config.as_object()?.clone(),
        metrics_of_measures: Vec::new(),
        places: BTreeMap::new(),
    })
}
