//! What to type where the words of the database, or of dbt, leave it open.
//!
//! In: a finding, the node that failed, the graph. Out: the same finding with a help, at the bytes
//! to change.

use crate::diagnostics::{Code, Diagnostic, did_you_mean};
use crate::jinja::context::Session;
use crate::nodes::{Node, ResourceType, Resources};
use crate::text::{Location, Span};

/// Adds a help to a finding that has none.
pub(super) fn advise(
    finding: Diagnostic,
    node: &Node,
    resources: &Resources,
    session: &Session,
) -> Diagnostic {
    if finding.notes.iter().any(|it| it.contains(GUARDS)) {
        return unwritable(finding, node);
    }
    if finding.help.is_some() {
        return finding;
    }
    if finding.message.starts_with(NO_STRATEGY) {
        return wrong_strategy(finding, node, session);
    }
    let help = without_column(node)
        .or_else(|| missing_table(&finding, node, resources))
        .or_else(|| semicolon(&finding, node));
    match help {
        Some(help) => finding.help(help),
        None => finding,
    }
}

/// Finds where the template of a node sets a key of its configuration to the value that counts:
/// `key='value'`.
pub(super) fn set_in_template(node: &Node, key: &str) -> Option<Location> {
    if node.as_generic_test().is_some() {
        return None;
    }
    let (code, value) = (&*node.raw_code, node.config.str(key)?);
    let is_word = |it: char| it.is_alphanumeric() || it == '_';
    let start = node.location.span.start as usize;
    code.match_indices(key).find_map(|(at, _)| {
        let (before, after) = (code.get(..at)?, code.get(at + key.len()..)?);
        let rest = after.trim_start().strip_prefix('=')?.trim_start();
        let quote = rest.chars().next().filter(|it| matches!(it, '\'' | '"'))?;
        let rest = rest[1..].strip_prefix(value)?.strip_prefix(quote)?;
        if before.ends_with(is_word) || !before.contains("config(") {
            return None;
        }
        let span = Span::new(start + at, start + code.len() - rest.len());
        Some(Location::new(node.location.file, span))
    })
}

/// The macros that refuse rows, as a failure names them.
const GUARDS: &str = "macro.dbt.check_guarded_";

/// Puts what the guards of a write refuse at the setting that the message begins with.
fn unwritable(finding: Diagnostic, node: &Node) -> Diagnostic {
    let mut words = finding.message.split('`').skip(1);
    let key = words.next().unwrap_or_default().to_owned();
    let place = key_in_template(node, &key).or(node.patch_location);
    let found = Diagnostic::error(Code::UnwritableRows, finding.message)
        .at(place.unwrap_or(node.location))
        .note("nothing was written");
    match finding.help {
        Some(help) => found.help(help),
        None => found,
    }
}

/// Finds where the template of a node sets a key of its configuration: `key=`.
fn key_in_template(node: &Node, key: &str) -> Option<Location> {
    let code = &*node.raw_code;
    let is_word = |it: char| it.is_alphanumeric() || it == '_';
    let start = node.location.span.start as usize;
    code.match_indices(key).find_map(|(at, _)| {
        let (before, after) = (code.get(..at)?, code.get(at + key.len()..)?);
        let sets = after.trim_start().starts_with('=') && before.contains("config(");
        let span = Span::new(start + at, start + at + key.len());
        (sets && !before.ends_with(is_word)).then(|| Location::new(node.location.file, span))
    })
}

/// Words a setting as it is written at its place: in a template, or in YAML.
pub(super) fn setting(key: &str, value: &str, in_template: bool) -> String {
    match in_template {
        true => format!("{key}='{value}'"),
        false => format!("{key}: {value}"),
    }
}

/// Starts dbt's words for an `incremental_strategy` without a macro.
const NO_STRATEGY: &str = "dbt could not find an incremental strategy macro";

fn wrong_strategy(mut finding: Diagnostic, node: &Node, session: &Session) -> Diagnostic {
    const KEY: &str = "incremental_strategy";
    let place = set_in_template(node, KEY);
    if let Some(place) = place {
        finding.labels.clear();
        finding = finding.at(place);
    }
    let Some(strategy) = node.config.str(KEY) else {
        return finding;
    };
    let macros = session.engine.macros().names(&node.package_name);
    let known: Vec<String> = macros
        .into_iter()
        .filter_map(|it| it.strip_prefix("get_incremental_")?.strip_suffix("_sql"))
        .filter(|it| *it != "insert_overwrite")
        .map(|it| it.replace("delete_insert", "delete+insert"))
        .collect();
    let near = did_you_mean(strategy, known.iter().map(String::as_str));
    finding.help(match near {
        Some(near) => format!("did you mean `{}`?", setting(KEY, near, place.is_some())),
        None => format!("there is: {}", known.join(", ")),
    })
}

/// The tests that dbt brings along look at one column.
fn without_column(node: &Node) -> Option<String> {
    const TESTS: [&str; 4] = ["not_null", "unique", "accepted_values", "relationships"];
    let test = node.as_generic_test()?;
    let name = test.name.as_str();
    let lacks = TESTS.contains(&name) && !test.kwargs.contains_key("column_name");
    lacks.then(|| format!("{name} needs a column: put it below one, or give `column_name:`"))
}

/// Names what the database does not have among what the node reads.
fn missing_table(finding: &Diagnostic, node: &Node, resources: &Resources) -> Option<String> {
    let (_, rest) = finding.message.split_once("Table with name ")?;
    let (name, _) = rest.split_once(" does not exist")?;
    let name = name.trim_matches('"');
    let name = name.rsplit('.').next().unwrap_or(name).trim_matches('"');
    let is_it = |it: &str| it.eq_ignore_ascii_case(name);
    node.depends_on.nodes.iter().find_map(|id| {
        if let Some(source) = resources.sources.get(id) {
            let (of, table) = (&source.source_name, &source.name);
            return is_it(&source.identifier)
                .then(|| format!("the source table {of}.{table} is not in the database"));
        }
        let needed = resources.nodes.get(id)?;
        let stored = matches!(
            needed.resource_type,
            ResourceType::Model | ResourceType::Seed | ResourceType::Snapshot
        );
        let (kind, needed_name) = (needed.resource_type, &needed.name);
        (stored && is_it(&needed.alias)).then(|| {
            format!(
                "the {kind} {needed_name} is not in the database: `dsql build --select +{}` \
                 builds it first",
                node.name
            )
        })
    })
}

/// A model is a part of a statement, which ends after it.
fn semicolon(finding: &Diagnostic, node: &Node) -> Option<String> {
    let code = node.compiled.as_ref()?.code.trim_end();
    let lead = finding.code == Code::DatabaseError && finding.message.contains("near \";\"");
    (lead && code.ends_with(';')).then(|| "remove the `;` at the end".to_owned())
}
