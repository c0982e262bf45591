//! What stages need, taken from the invocation and the project.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, RwLock};

use indexmap::IndexMap;
use serde_json::Value as Json;

use super::{Ready, Surroundings};
use crate::adapters::{Adapter, ProfileError};
use crate::artifacts::DBT_VERSION;
use crate::compile::{Compiler, Deferral, NodeFiles, Resolver};
use crate::diagnostics::{Code, Diagnostic};
use crate::events::Warnings;
use crate::graph::{GraphOptions, Lookup};
use crate::invocation::{Command, Invocation, Window};
use crate::jinja::context::{Base, Operation, Project as Facts, QueryComment};
use crate::nodes::{Dict, ResourceType, Resources};
use crate::project::{self, Project, config};
use crate::text::Texts;
use crate::yaml;

/// Refuses a run without threads; dbt does so when it starts them.
pub(super) fn check_threads(invocation: &Invocation, findings: &mut Vec<Diagnostic>) {
    let idle = [Command::Parse, Command::List].contains(&invocation.command);
    if let Some(threads) = invocation.number("threads").filter(|it| *it < 1 && !idle) {
        let message = format!("`--threads` must be a number from 1, not {threads}");
        findings.push(
            Diagnostic::error(Code::InvalidFlag, message)
                .help("write `--threads 4`, or leave it out"),
        );
    }
}

/// Reads which warnings are errors, and writes it back in full.
pub(super) fn warnings(
    invocation: &mut Invocation,
    texts: &mut Texts,
    findings: &mut Vec<Diagnostic>,
) -> Warnings {
    let options = match invocation.value("warn_error_options").clone() {
        Json::String(text) => {
            let file = texts.add("--warn-error-options", text.as_str());
            let (node, found) = yaml::parse(file, &text);
            findings.extend(found);
            findings.extend(node.iter().flat_map(project::older_warning_keys));
            node.map(|node| node.to_json()).unwrap_or_default()
        }
        options => options,
    };
    let warn_error = invocation.on("warn_error");
    let warnings = Warnings::new(warn_error, &options).unwrap_or_else(|problem| {
        let message = format!("`warn_error_options` cannot be read: {problem}");
        findings.push(
            Diagnostic::error(Code::InvalidFlag, message)
                .help("write `{error: all, warn: [NothingToDo], silence: [Deprecations]}`"),
        );
        Warnings::default()
    });
    let warnings = warnings.telling_all_deprecations(invocation.on("show_all_deprecations"));
    let written = warnings.to_json(warn_error);
    match invocation.is_given("warn_error_options") {
        true => invocation.give("warn_error_options", written),
        false => invocation.suggest("warn_error_options", written),
    }
    warnings
}

/// Reads an option that is the text of a mapping, and writes it back as one.
pub(super) fn mapping(
    invocation: &mut Invocation,
    name: &str,
    texts: &mut Texts,
) -> Vec<Diagnostic> {
    let Some(text) = invocation.text(name).map(str::to_owned) else {
        invocation.suggest(name, Json::Object(Dict::new()));
        return Vec::new();
    };
    let (mapping, found) = project::parse_mapping(&format!("--{name}"), &text, texts);
    invocation.give(name, Json::Object(mapping));
    found
}

/// Brings the facts together that templates see.
pub(super) fn facts(base: Arc<Base>, project: &Project, adapter: &Arc<dyn Adapter>) -> Facts {
    let vars = project.vars.clone();
    let comment = &project.root().project.query_comment;
    let envs = base.system.envs().into_iter();
    let metadata: Dict = envs
        .filter_map(|(name, value)| {
            let name = name.strip_prefix("DBT_ENV_CUSTOM_ENV_")?.to_owned();
            Some((name, Json::from(value)))
        })
        .collect();
    let credentials = &project.profile.credentials;
    let schema = credentials
        .get("schema")
        .and_then(Json::as_str)
        .unwrap_or("main");
    Facts {
        name: project.root().name.to_string(),
        variables: Box::new(move |package, name| vars.get(Some(package), name).cloned()),
        base,
        query_comment: QueryComment {
            template: comment.comment.clone(),
            append: comment.append,
        },
        settings: settings(project),
        target: Json::Object(project.profile.target.clone()),
        dbt_version: DBT_VERSION,
        metadata_envs: Json::Object(metadata),
        default_database: adapter.default_database().to_owned(),
        default_schema: schema.to_owned(),
        quoting: project.quoting(),
        adapter: adapter.clone(),
        selected: RwLock::default(),
    }
}

fn settings(project: &Project) -> IndexMap<String, Json> {
    let packages = project.packages.iter();
    let named = packages.map(|it| {
        (
            it.name.to_string(),
            project::settings(it, project.quoting().quote),
        )
    });
    named.collect()
}

/// Finds what the root project configures although nothing is there.
pub(super) fn unused_config(project: &Project, resources: &Resources) -> Vec<Diagnostic> {
    let mut used: HashMap<ResourceType, Vec<&[String]>> = HashMap::new();
    let disabled = resources.disabled.values().flatten();
    for node in resources.nodes.values().chain(disabled) {
        used.entry(node.resource_type).or_default().push(&node.fqn);
    }
    let sources = resources
        .sources
        .values()
        .chain(resources.disabled_sources.values());
    let sources = sources.map(|it| (ResourceType::Source, it.fqn.as_slice()));
    let exposures = resources
        .exposures
        .values()
        .chain(resources.disabled_exposures.values());
    let exposures = exposures.map(|it| (ResourceType::Exposure, it.fqn.as_slice()));
    let unit_tests = resources
        .unit_tests
        .values()
        .chain(resources.disabled_unit_tests.values());
    let unit_tests = unit_tests.map(|it| (ResourceType::UnitTest, it.fqn.as_slice()));
    let semantic = resources
        .semantic
        .values()
        .chain(resources.disabled_semantic.values());
    let semantic = semantic.map(|it| (it.resource_type, it.fqn.as_slice()));
    let users = exposures.chain(unit_tests).chain(semantic);
    for (kind, fqn) in sources.chain(users) {
        used.entry(kind).or_default().push(fqn);
    }
    let sections = [
        (ResourceType::Model, "models"),
        (ResourceType::Seed, "seeds"),
        (ResourceType::Snapshot, "snapshots"),
        (ResourceType::Source, "sources"),
        (ResourceType::Test, "data_tests"),
        (ResourceType::Exposure, "exposures"),
        (ResourceType::UnitTest, "unit_tests"),
        (ResourceType::SemanticModel, "semantic-models"),
        (ResourceType::Metric, "metrics"),
        (ResourceType::SavedQuery, "saved-queries"),
        (ResourceType::Function, "functions"),
    ];
    let trees = &project.root().project.trees;
    let unused = |(kind, section): (ResourceType, &str)| {
        config::unused_config(trees, section, used.get(&kind).map_or(&[], Vec::as_slice))
    };
    sections.into_iter().flat_map(unused).collect()
}

/// Points a wrong setting of a profile out.
pub(super) fn profile_finding(project: &Project, problem: &ProfileError) -> Diagnostic {
    let finding = Diagnostic::error(Code::InvalidProfile, problem.to_string());
    let place = project.profile.location;
    match place {
        Some(place) => finding.at(place),
        None => finding,
    }
}

/// Lists the kinds of resources that the command works on.
pub(super) fn resource_types(invocation: &Invocation) -> Vec<ResourceType> {
    use ResourceType::{
        Analysis, Exposure, Function, Metric, Model, Operation, SavedQuery, Seed, SemanticModel,
        Snapshot, Source, Test, UnitTest,
    };
    let default = match invocation.command {
        Command::Run => vec![Model],
        Command::Clone => vec![Model, Seed, Snapshot],
        Command::Test => vec![Test, UnitTest],
        Command::Seed => vec![Seed],
        Command::Snapshot => vec![Snapshot],
        Command::SourceFreshness => return vec![Source],
        Command::Compile | Command::DocsGenerate => {
            vec![Model, Test, Snapshot, Analysis, Seed, Operation, Function]
        }
        Command::Show => vec![Model, Test, Snapshot, Analysis, Seed],
        Command::List if !invocation.list("models").is_empty() => return vec![Model],
        Command::List => vec![
            Model,
            Snapshot,
            Seed,
            Test,
            UnitTest,
            Source,
            Exposure,
            SemanticModel,
            Metric,
            SavedQuery,
            Function,
        ],
        _ => vec![
            Model, Snapshot, Seed, Test, UnitTest, Exposure, SavedQuery, Function,
        ],
    };
    let named = |name: &str, kind: ResourceType| {
        let words = invocation.list(name);
        words.iter().any(|word| word == kind.as_str())
    };
    let types = invocation.list("resource_types");
    let typed = |word: &str| types.iter().any(|it| it == word);
    let by_default = typed("all") || typed("default") || types.is_empty();
    let mut kinds = if by_default { default } else { Vec::new() };
    // dbt lists analyses only when asked.
    if typed("all") && invocation.command == Command::List {
        kinds.push(Analysis);
    }
    for kind in ResourceType::ALL {
        if named("resource_types", kind) && !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    if invocation.command == Command::Test {
        kinds.retain(|kind| matches!(kind, Test | UnitTest));
    }
    if invocation.command == Command::Clone {
        kinds.retain(|kind| kind.is_refable());
    }
    kinds.retain(|kind| !named("exclude_resource_types", *kind));
    kinds
}

/// Returns the target folder as it stands in paths of nodes: relative to the project if inside.
pub(super) fn target_text(ready: &Ready) -> String {
    let root = &ready.project.root().root;
    let target = &ready.project.target_path;
    target
        .strip_prefix(root)
        .unwrap_or(target)
        .to_string_lossy()
        .into_owned()
}

/// Names the user of the system, where that is known.
pub(super) fn user(around: &Surroundings) -> Option<String> {
    let names = ["USER", "LOGNAME", "USERNAME"];
    names.into_iter().find_map(|it| around.system.env(it))
}

/// Makes the compiler.
pub(super) fn compiler(invocation: &Invocation, ready: &Ready, around: &Surroundings) -> Compiler {
    Compiler {
        resources: ready.resources.clone(),
        system: around.system.clone(),
        project_root: ready.project.root().root.clone(),
        target: target_text(ready),
        inject: invocation.on("inject_ephemeral_ctes"),
        // Those that only look at SQL leave no files of it.
        write: !matches!(
            invocation.command,
            Command::Check
                | Command::Incident
                | Command::Lineage
                | Command::Replay
                | Command::Score
        ),
        files: NodeFiles::default(),
        ephemeral: Mutex::default(),
    }
}

/// Takes what the graph depends on.
pub(super) fn graph_options(invocation: &Invocation, project: &Project) -> GraphOptions {
    let restricted = project
        .packages
        .iter()
        .filter(|it| it.project.restrict_access);
    GraphOptions {
        root_package: project.root().name.to_string(),
        node_package_first: invocation.on("require_ref_searches_node_package_before_root"),
        restricted: restricted.map(|it| it.name.to_string()).collect(),
        nested_cumulative_params: invocation.on("require_nested_cumulative_type_params"),
        no_spaces_in_names: invocation.on("require_resource_names_without_spaces"),
        unique_names: invocation.on("require_unique_project_resource_names"),
        time_spines_in_yaml: invocation.on("require_yaml_configuration_for_mf_time_spines"),
    }
}

/// Makes what resolves references at run time.
pub(super) fn resolver(
    invocation: &Invocation,
    ready: &Ready,
    around: &Surroundings,
) -> Arc<dyn Operation> {
    let deferral = super::state::deferral(invocation, ready);
    resolver_with(invocation, ready, around, deferral)
}

/// The same with references that lead elsewhere.
pub(super) fn resolver_with(
    invocation: &Invocation,
    ready: &Ready,
    around: &Surroundings,
    deferral: Option<Deferral>,
) -> Arc<dyn Operation> {
    let options = graph_options(invocation, &ready.project);
    let (system, texts) = (around.system.clone(), ready.texts.clone());
    Arc::new(Resolver {
        lookup: Lookup::new(&ready.resources, &options),
        resources: ready.resources.clone(),
        adapter: ready.adapter.clone(),
        quoting: ready.facts.quoting,
        sink: around.sink.clone(),
        deferral,
        limit: invocation.on("empty").then_some(0),
        sample: sample(invocation, ready),
        system: around.system.clone(),
        project_root: ready.project.root().root.clone(),
        target: target_text(ready),
        graph: OnceLock::new(),
        files: NodeFiles::default(),
        written: Mutex::default(),
        texts: ready.texts.clone(),
        read_seed: Box::new(move |node| super::seed_file::read_seed(node, &*system, &texts)),
    })
}

/// Returns the span of time of `--sample`, which the command line has checked.
pub(super) fn sample(invocation: &Invocation, ready: &Ready) -> Option<Window> {
    let now = ready.facts.base.started_at;
    Window::sample(invocation, now).ok().flatten()
}
