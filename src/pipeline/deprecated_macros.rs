//! Macros that work, but in a way that is to go.

use std::collections::HashSet;

use super::resources::Linked;
use crate::diagnostics::{Code, Diagnostic};
use crate::execute::STRATEGY_MACRO;
use crate::invocation::{Command, Invocation};
use crate::jinja::Engine;
use crate::nodes::{Resources, UniqueId};
use crate::text::{Location, Span, Texts};

/// Commands that carry materializations out.
const BUILDING: [Command; 6] = [
    Command::Build,
    Command::Clone,
    Command::Run,
    Command::Seed,
    Command::Snapshot,
    Command::Test,
];

/// What templates use in place of functions that stay.
const ITERTOOLS: &str = "modules.itertools";

/// Tells of materializations of packages that take the place of built-in ones, as a flag allows.
pub(super) fn overridden(invocation: &Invocation, linked: &Linked) -> Vec<Diagnostic> {
    let flag = "require_explicit_package_overrides_for_builtin_materializations";
    if invocation.on(flag) || !BUILDING.contains(&invocation.command) {
        return Vec::new();
    }
    let macros = linked.engine.macros();
    let nodes = linked.resources.nodes.values();
    let used: HashSet<&str> = nodes.map(|it| it.config.materialized()).collect();
    let findings = used.into_iter().filter_map(|name| {
        let entry = macros.overriding_materialization(name)?;
        let message = format!(
            "package `{}` replaces the built-in materialization `{name}`",
            entry.node.package_name
        );
        let help = format!("remove the flag `{flag}`, or have a materialization `{name}` of your own that calls the package's");
        let finding = Diagnostic::warning(Code::DeprecatedMacro, message);
        Some(finding.at(entry.node.header()).help(help))
    });
    findings.collect()
}

/// Tells of a strategy for microbatch models that is given all of their time at once.
pub(super) fn whole_microbatch(resources: &Resources, engine: &Engine) -> Option<Diagnostic> {
    let mut models = resources
        .nodes
        .values()
        .filter(|it| it.as_model().is_some());
    if !models.any(|it| it.is_microbatch()) {
        return None;
    }
    let strategy = engine.macros().find_by_name(STRATEGY_MACRO, None)?;
    let message =
        format!("`{STRATEGY_MACRO}` is called once for all batches of a microbatch model");
    let help = "set `flags: {require_batched_execution_for_custom_microbatch_strategy: true}`: it \
                is called for each batch then";
    let finding = Diagnostic::warning(Code::DeprecatedMacro, message);
    Some(finding.at(strategy.node.header()).help(help))
}

/// Tells of `modules.itertools` in templates of nodes, and in macros that nodes call.
pub(super) fn itertools(resources: &Resources, texts: &Texts) -> Vec<Diagnostic> {
    let nodes = resources.nodes.values();
    let written = nodes
        .clone()
        .filter(|it| texts.get(it.location.file).is_some())
        .filter(|it| {
            let whole = texts.content(it.location.file);
            whole.get(it.location.span.range()) == Some(&*it.raw_code)
        });
    let mut found: Vec<Diagnostic> = written
        .flat_map(|it| uses(&it.raw_code, it.location))
        .collect();
    let mut macros = resources.macros.values();
    if macros.any(|it| it.macro_sql.contains(ITERTOOLS)) {
        for id in called(resources) {
            let Some(it) = resources.macros.get(&id) else {
                continue;
            };
            found.extend(uses(&it.macro_sql, it.location));
        }
    }
    found
}

/// The macros that nodes call, and those that these call.
fn called(resources: &Resources) -> HashSet<UniqueId> {
    let nodes = resources.nodes.values();
    let mut waiting: Vec<&UniqueId> = nodes.flat_map(|it| &it.depends_on.macros).collect();
    let mut called = HashSet::new();
    while let Some(id) = waiting.pop() {
        if called.insert(id.clone())
            && let Some(it) = resources.macros.get(id)
        {
            waiting.extend(&it.depends_on);
        }
    }
    called
}

/// Finds the word in a template, outside of comments.
fn uses(template: &str, at: Location) -> Vec<Diagnostic> {
    let hidden = |place: usize| {
        let before = &template[..place];
        before.rfind("{#") > before.rfind("#}")
    };
    // What is named without being called says nothing, as in dbt.
    let is_called = |place: usize| {
        let rest = template[place + ITERTOOLS.len()..].strip_prefix('.');
        let word = |c: char| c.is_alphanumeric() || c == '_';
        rest.is_none_or(|rest| rest.trim_start_matches(word).trim_start().starts_with('('))
    };
    let places = template.match_indices(ITERTOOLS).map(|(place, _)| place);
    let places = places.filter(|place| is_called(*place) && !hidden(*place));
    let findings = places.map(|place| {
        let start = at.span.start as usize + place;
        let bytes = Span::new(start, start + ITERTOOLS.len());
        Diagnostic::warning(
            Code::DeprecatedMacro,
            format!("`{ITERTOOLS}` is deprecated"),
        )
        .at(Location::new(at.file, bytes))
        .help("write loops; `zip` and filters such as `batch` stay")
    });
    findings.collect()
}
