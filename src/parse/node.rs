//! A raw node → a node: its template rendered once to see what it asks for, its configuration
//! merged, its relation named.

use std::collections::HashSet;
use std::sync::Arc;

use indexmap::IndexMap;
use serde_json::Value as Json;

use super::properties::Patch;
use super::raw::RawNode;
use super::{Stage, configure, contract, names, versions};
use crate::diagnostics::{Code, Diagnostic, guarded_at};
use crate::jinja::context::{Captured, ParseContext, Project, from_json};
use crate::jinja::python::Dict as PythonDict;
use crate::jinja::{Engine, Origin, Scope, Template, Value};
use crate::nodes::{Contract, DependsOn, Details, Dict, Docs, Node, ResourceType, SourceCall};
use crate::project::config::{
    ConfigInput, ConfigProblem, Layer, defaults, merge, merge_call, set_in_project,
};
use crate::text::Location;

/// A properties file's word on a node, with the package and path of the file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Described<'a> {
    pub(super) patch: &'a Patch,
    pub(super) package: &'a str,
    pub(super) path: &'a str,
}

/// Reads a node. Returns none when it cannot be used at all; the findings say why.
pub(super) fn read(
    raw: RawNode,
    described: Option<Described<'_>>,
    test_config: Option<&Dict>,
    stage: &Stage<'_>,
) -> (Option<Node>, Vec<Diagnostic>) {
    let at = raw.location;
    guarded_at(at, || understood(raw, described, test_config, stage))
        .unwrap_or_else(|finding| (None, vec![finding]))
}

fn understood(
    raw: RawNode,
    described: Option<Described<'_>>,
    test_config: Option<&Dict>,
    stage: &Stage<'_>,
) -> (Option<Node>, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let (package, resource_type, fqn) = (raw.package, raw.resource_type, raw.fqn.clone());
    let input = configure::trees(package, resource_type, &fqn, stage);
    let location = described.map_or(raw.location, |it| it.patch.location);
    let mut node = draft(raw, stage);
    let first = merge(ConfigInput {
        call: test_config,
        ..input
    });
    node.config = first.into_config(node.resource_type);
    let captured = match capture(&node, test_config, stage) {
        Ok(mut captured) => {
            if is_plain(&node) {
                once(&mut captured.sources);
            }
            captured
        }
        Err(diagnostic) => {
            diagnostics.push(diagnostic);
            Captured::default()
        }
    };
    let mut call = test_config.cloned().unwrap_or_default();
    for it in &captured.configs {
        merge_call(&mut call, &it.values);
    }
    let version = described.and_then(|it| Some((it.patch, it.patch.version.as_ref()?)));
    let tagged = |config: &Dict| config.contains_key("tags");
    let tagged_twice = tagged(&call) && described.is_some_and(|it| tagged(&it.patch.config));
    if tagged_twice || version.is_some() {
        // dbt reads the file before its properties: the tags that this gives come first and stay.
        let call = Some(&call);
        node.config = merge(ConfigInput { call, ..input }).into_config(resource_type);
        add_tags(&mut node);
    }
    if let Some((patch, version)) = version {
        versions::become_version(&mut node, patch, version);
    }
    let fqn = node.fqn.clone();
    let own = described.map(|it| &it.patch.config);
    let tables = is_python_model(&node).then(|| as_table(own));
    let input = ConfigInput {
        properties: tables.as_ref().or(own),
        call: Some(&call),
        ..configure::trees(package, resource_type, &fqn, stage)
    };
    let set_at = |key: &str| {
        let called = captured.config(key).and_then(|it| it.location);
        called.or_else(|| described.and_then(|it| it.patch.places.get(key).copied()))
    };
    let place = |problem: &ConfigProblem| match problem.layer {
        Some(Layer::Properties) => {
            let place = described.and_then(|it| it.patch.places.get(&problem.key));
            place.copied().unwrap_or(location)
        }
        Some(Layer::Call) => captured
            .config(&problem.key)
            .and_then(|it| it.location)
            .unwrap_or(node.location),
        _ => location,
    };
    (node.config, node.unrendered_config) = configure::configure(input, place, &mut diagnostics);
    if !diagnostics.iter().any(Diagnostic::is_error) {
        diagnostics.extend(configure::incomplete(&node, set_at, stage.engine));
    }
    configure::write_out_begin(&mut node, stage.engine);
    diagnostics.extend(configure::open_but_nowhere(&node, set_at));
    diagnostics.extend(configure::wrongly_published(&node, set_at));
    diagnostics.extend(configure::wrongly_kept(&node, set_at, |key| {
        set_in_project(input, key)
    }));
    diagnostics.extend(configure::wrongly_measured(&node, set_at, |key| {
        set_in_project(input, key)
    }));
    diagnostics.extend(configure::without_query(&node, set_at));
    if configure::is_kept_as_written(stage) {
        let written = described.and_then(|it| it.patch.config_as_written.as_ref());
        node.unrendered_config = configure::with_jinja(input, &node.raw_code, written);
    }
    apply_config(&mut node);
    if node.group.is_some() {
        node.group_location = set_at("group").or_else(|| set_in_project(input, "group"));
    }
    if let Some(described) = described {
        diagnostics.extend(describe(&mut node, described, stage));
    }
    note(&mut node, captured);
    let mut node = Arc::new(node);
    if let Err(diagnostic) = names::name(&mut node, stage) {
        diagnostics.push(diagnostic);
    }
    let mut node = Arc::unwrap_or_clone(node);
    diagnostics.extend(hooks(&mut node, stage));
    if let Some(described) = described {
        contract::complete(&mut node, described.patch, stage, &mut diagnostics);
    }
    (Some(node), diagnostics)
}

/// Adds what dbt adds to the properties of a Python model: unless they or its code say otherwise,
/// it is a table, whatever the project says.
fn as_table(properties: Option<&Dict>) -> Dict {
    let mut properties = properties.cloned().unwrap_or_default();
    properties
        .entry("materialized")
        .or_insert_with(|| "table".into());
    properties
}

/// Tells whether a node is switched on before a properties file says anything of it.
pub(super) fn is_enabled(raw: &RawNode, stage: &Stage<'_>) -> bool {
    let input = configure::trees(raw.package, raw.resource_type, &raw.fqn, stage);
    let mut node = draft(raw.clone(), stage);
    node.config = merge(input).into_config(raw.resource_type);
    let mut call = Dict::new();
    for it in capture(&node, None, stage).unwrap_or_default().configs {
        merge_call(&mut call, &it.values);
    }
    let input = ConfigInput {
        call: Some(&call),
        ..input
    };
    merge(input).into_config(raw.resource_type).enabled()
}

/// Makes a node of which only the file is known.
pub(super) fn draft(raw: RawNode, stage: &Stage<'_>) -> Node {
    let package = &stage.packages[raw.package].name;
    Node {
        unique_id: raw.unique_id(package).into(),
        resource_type: raw.resource_type,
        package_name: package.to_string(),
        alias: raw.name.clone(),
        name: raw.name,
        path: raw.path,
        original_file_path: raw.original_file_path,
        fqn: raw.fqn,
        database: Some(stage.project.default_database.clone()),
        schema: stage.project.default_schema.clone(),
        relation_name: None,
        checksum: raw.checksum,
        config: crate::nodes::Config::new(Dict::new(), defaults(raw.resource_type)),
        unrendered_config: Dict::new(),
        tags: raw.tags,
        description: String::new(),
        doc_blocks: Vec::new(),
        columns: IndexMap::new(),
        meta: Dict::new(),
        group: None,
        group_location: None,
        docs: Docs::default(),
        patch_path: None,
        patch_location: None,
        created_at: stage.created_at,
        raw_code: raw.raw_code,
        location: raw.location,
        language: raw.language,
        refs: Vec::new(),
        sources: Vec::new(),
        functions: Vec::new(),
        metrics: Vec::new(),
        depends_on: DependsOn::default(),
        contract: Contract {
            enforced: false,
            alias_types: true,
            checksum: None,
        },
        details: raw.details,
        row: raw.row,
        compiled: None,
        build_path: None,
        batch: None,
    }
}

fn is_python_model(node: &Node) -> bool {
    node.language == "python" && node.resource_type == ResourceType::Model
}

/// Returns what the template asks for.
fn capture(
    node: &Node,
    test_config: Option<&Dict>,
    stage: &Stage<'_>,
) -> Result<Captured, Diagnostic> {
    if node.resource_type == ResourceType::Seed {
        return Ok(Captured::default());
    }
    if is_python_model(node) {
        return super::python_model::capture(node);
    }
    if node.language == "python" {
        return Ok(Captured::default());
    }
    if let Some(captured) = super::shortcut::capture(node, test_config, stage) {
        return Ok(captured);
    }
    let render = |node| render(node, stage.project, stage.engine);
    stage.renderings.answer(node.clone(), render)
}

/// Renders the template and returns what it asked for.
fn render(
    node: Arc<Node>,
    project: &Arc<Project>,
    engine: &Engine,
) -> Result<Captured, Diagnostic> {
    let relation = names::default_relation(&node, project);
    let mut context = ParseContext::new(project.clone(), node.clone(), relation);
    let scope = |context: ParseContext| -> (Arc<ParseContext>, Scope) {
        let context = Arc::new(context);
        let package = Arc::from(node.package_name.as_str());
        let globals: Arc<dyn crate::jinja::Globals> = context.clone();
        (
            context,
            Scope {
                package,
                globals,
                lenient: true,
            },
        )
    };
    let mut first = None;
    if let Some(test) = node.as_generic_test() {
        let (rendering, plain) = scope(context);
        let kwargs = arguments(&test.kwargs, node.location, &node.unique_id, &plain, engine)?;
        first = Some(rendering.captured());
        let relation = names::default_relation(&node, project);
        context =
            ParseContext::new(project.clone(), node.clone(), relation).with(TEST_ARGUMENTS, kwargs);
    }
    let (context, scope) = scope(context);
    // A hook's text stands in its file as it is.
    let is_made = node.is_made() && node.resource_type != ResourceType::Operation;
    let origin = match is_made {
        true => Origin::Within(node.location),
        false => Origin::Verbatim {
            file: node.location.file,
            offset: node.location.span.start as usize,
        },
    };
    let template = Template {
        name: &node.unique_id,
        text: &node.raw_code,
        origin,
    };
    engine.render(template, &scope).map_err(|error| {
        let mut diagnostic = error.into_diagnostic();
        if diagnostic.labels.is_empty() {
            diagnostic = diagnostic.at(node.location);
        }
        match &node.row {
            Some(row) => row.named_in(diagnostic),
            None => diagnostic,
        }
    })?;
    let mut captured = context.captured();
    if let Some(first) = first {
        captured.refs = [first.refs, captured.refs].concat();
        captured.sources = [first.sources, captured.sources].concat();
        captured.functions = [first.functions, captured.functions].concat();
        captured.macros = first.macros.into_iter().chain(captured.macros).collect();
    }
    Ok(captured)
}

/// The name under which a generic test's template sees its arguments.
pub(crate) const TEST_ARGUMENTS: &str = "_dbt_generic_test_kwargs";

/// Renders the arguments of a generic test: texts that are templates, or calls of a few functions.
pub(crate) fn arguments(
    kwargs: &Dict,
    location: Location,
    name: &str,
    scope: &Scope,
    engine: &crate::jinja::Engine,
) -> Result<Value, Diagnostic> {
    let mut rendered = Vec::new();
    for (key, value) in kwargs {
        let value = match (key.as_str(), value) {
            ("column_name", Json::String(text)) => Value::from(text.as_str()),
            _ => argument(value, location, name, scope, engine)?,
        };
        rendered.push((Value::from(key.as_str()), value));
    }
    Ok(PythonDict::value(rendered))
}

fn argument(
    value: &Json,
    location: Location,
    name: &str,
    scope: &Scope,
    engine: &crate::jinja::Engine,
) -> Result<Value, Diagnostic> {
    match value {
        Json::String(text) => {
            let text = match looks_like_call(text) {
                true => format!("{{{{ {text} }}}}"),
                false if !text.contains('{') => return Ok(Value::from(text.as_str())),
                false => text.clone(),
            };
            let template = Template {
                name,
                text: &text,
                origin: Origin::Within(location),
            };
            engine
                .evaluate(template, scope)
                .map_err(|error| error.into_diagnostic())
        }
        Json::Array(items) => {
            let items = items
                .iter()
                .map(|it| argument(it, location, name, scope, engine));
            Ok(crate::jinja::python::List::value(
                items.collect::<Result<Vec<_>, _>>()?,
            ))
        }
        Json::Object(entries) => {
            let entries = entries.iter().map(|(key, it)| {
                Ok((
                    Value::from(key.as_str()),
                    argument(it, location, name, scope, engine)?,
                ))
            });
            Ok(PythonDict::value(
                entries.collect::<Result<Vec<_>, Diagnostic>>()?,
            ))
        }
        other => Ok(from_json(other)),
    }
}

/// dbt puts braces around a text that is one call of `env_var`, `ref`, `var`, `source` or `doc`.
fn looks_like_call(text: &str) -> bool {
    let text = text.trim();
    let functions = ["env_var", "ref", "var", "source", "doc"];
    text.ends_with(')')
        && functions.iter().any(|function| {
            text.strip_prefix(function).is_some_and(|rest| {
                rest.trim_start()
                    .strip_prefix('(')
                    .is_some_and(|it| it.len() > 1)
            })
        })
}

fn add_tags(node: &mut Node) {
    for tag in node.config.strings("tags") {
        if !node.tags.iter().any(|it| it == tag) {
            node.tags.push(tag.to_owned());
        }
    }
}

/// Copies to the node what dbt copies from its configuration.
fn apply_config(node: &mut Node) {
    add_tags(node);
    let config = &node.config;
    if let Some(meta) = config.dict("meta").filter(|meta| !meta.is_empty()) {
        node.meta = meta.clone();
    }
    if let Some(group) = config.str("group") {
        node.group = Some(group.to_owned());
    }
    if let Some(docs) = config.dict("docs") {
        node.docs = Docs {
            show: docs.get("show").and_then(Json::as_bool).unwrap_or(true),
            node_color: docs
                .get("node_color")
                .and_then(Json::as_str)
                .map(str::to_owned),
        };
    }
    if let Some(contract) = config.dict("contract") {
        let flag = |key: &str| contract.get(key).and_then(Json::as_bool);
        node.contract = Contract {
            enforced: flag("enforced").unwrap_or(false),
            alias_types: flag("alias_types").unwrap_or(true),
            checksum: None,
        };
    }
    let access = config.str("access").map(str::to_owned);
    if let (Details::Model(model), Some(access)) = (&mut node.details, access) {
        model.access = access;
    }
}

/// Adds what a properties file says; descriptions are rendered later.
fn describe(node: &mut Node, described: Described<'_>, stage: &Stage<'_>) -> Option<Diagnostic> {
    let patch = described.patch;
    node.patch_path = Some(format!("{}://{}", described.package, described.path));
    node.patch_location = Some(patch.location);
    node.description = patch.description.clone();
    let columns = patch
        .columns
        .iter()
        .map(|it| (it.column.name.clone(), it.column.clone()));
    node.columns = columns.collect();
    if let (Details::Function(function), Some(described)) = (&mut node.details, &patch.function) {
        (**function).clone_from(described);
    }
    let Details::Model(model) = &mut node.details else {
        return None;
    };
    model.constraints = patch.constraints.clone();
    model.time_spine = patch.time_spine.clone();
    let (text, location) = patch.deprecation_date.as_ref()?;
    let zone = stage.project.base.system.time_zone();
    model.deprecation_date = versions::point_in_time(text, &zone);
    model.deprecation_date.is_none().then(|| {
        let message = format!("`deprecation_date` must be a date, not `{text}`");
        let help = "write a day, such as `2030-12-31`";
        Diagnostic::error(Code::InvalidProperty, message)
            .at(*location)
            .help(help)
    })
}

/// Tells whether a model only asks for things: dbt reads such a template without rendering it, and
/// then knows each source once. Where it renders, it keeps each call.
fn is_plain(node: &Node) -> bool {
    let text = &node.raw_code;
    let is_one_call = |it: &str| {
        let it = it.trim();
        let names = ["ref", "source", "config"];
        names.iter().any(|name| it.starts_with(name)) && it.find(')') == it.len().checked_sub(1)
    };
    let mut calls = text
        .split("{{")
        .skip(1)
        .map(|it| it.split("}}").next().unwrap_or(it));
    node.resource_type == ResourceType::Model && !text.contains("{%") && calls.all(is_one_call)
}

fn once(sources: &mut Vec<SourceCall>) {
    let mut seen = HashSet::new();
    sources.retain(|it| seen.insert((it.source.clone(), it.table.clone())));
}

/// Keeps what the template asked for, each macro once.
fn note(node: &mut Node, captured: Captured) {
    // dbt keeps repeated refs; the graph counts them once.
    node.refs.extend(captured.refs);
    node.sources.extend(captured.sources);
    if node.as_generic_test().is_some() {
        // Nobody wrote the template of a generic test: its entry in the YAML file is shown.
        let refs = node.refs.iter_mut();
        let sources = node.sources.iter_mut();
        refs.map(|call| (&mut call.location, &mut call.caller))
            .chain(sources.map(|call| (&mut call.location, &mut call.caller)))
            .for_each(|(location, caller)| {
                (*location, *caller) = (Some(node.location), None);
            });
    }
    node.functions.extend(captured.functions);
    node.metrics.extend(captured.metrics);
    for id in captured.macros {
        let id = crate::nodes::UniqueId::from(id);
        if !node.depends_on.macros.contains(&id) {
            node.depends_on.macros.push(id);
        }
    }
}

/// Renders the hooks of a node, whose refs count as the node's.
fn hooks(node: &mut Node, stage: &Stage<'_>) -> Vec<Diagnostic> {
    if matches!(
        node.resource_type,
        ResourceType::Test | ResourceType::Operation
    ) {
        return Vec::new();
    }
    let hooks: Vec<_> = ["pre-hook", "post-hook"]
        .iter()
        .flat_map(|key| node.config.hooks(key))
        .collect();
    let mut diagnostics = Vec::new();
    for hook in hooks {
        let shared = Arc::new(node.clone());
        let relation = names::default_relation(node, stage.project);
        let context = Arc::new(ParseContext::new(stage.project.clone(), shared, relation));
        let scope = Scope {
            package: Arc::from(node.package_name.as_str()),
            globals: context.clone(),
            lenient: true,
        };
        let template = Template {
            name: &node.unique_id,
            text: &hook.sql,
            origin: Origin::Within(node.patch_location.unwrap_or(node.location)),
        };
        match stage.engine.render(template, &scope) {
            Ok(_) => note(
                node,
                Captured {
                    configs: Vec::new(),
                    ..context.captured()
                },
            ),
            Err(error) => diagnostics.push(error.into_diagnostic().note("in a hook of the node")),
        }
    }
    diagnostics
}

/// Says that a properties file describes a node twice or one that is not there.
pub(super) fn patch_finding(patch: &Patch, message: String, help: &str) -> Diagnostic {
    Diagnostic::warning(Code::UnusedProperties, message)
        .at(patch.location)
        .help(help)
}
