//! Data tests that put rows into quarantine: of which node, and why they cannot.

use std::collections::BTreeSet;

use crate::diagnostics::{Code, Diagnostic, did_you_mean};
use crate::graph::{Graph, Index};
use crate::nodes::{
    Limit, MAX_QUARANTINED, Node, ON_FAILURE, ON_FAILURES, ResourceType, Resources, SURVIVOR,
    UniqueId,
};
use crate::text::Location;

/// The configuration by which a singular test names the model whose rows it returns.
const ROWS_OF: &str = "rows_of";

/// Finds the node whose rows a data test returns: the one that it is declared for, the one that it
/// names, or the only one that it reads.
pub fn quarantined<'r>(test: &Node, resources: &'r Resources) -> Option<&'r Node> {
    let node = |id: &str| resources.nodes.get(id).map(|it| &**it);
    if let Some(generic) = test.as_generic_test() {
        return node(generic.attached_node.as_deref()?);
    }
    let read = test.depends_on.nodes.iter().filter_map(|id| node(id));
    if let Some(name) = test.config.str(ROWS_OF) {
        return read
            .into_iter()
            .find(|it| it.name == name || it.search_name() == name);
    }
    let mut read: Vec<_> = read.collect();
    match read.len() {
        1 => read.pop(),
        _ => None,
    }
}

/// Finds settings that say nothing, and tests that cannot put rows into quarantine. Those that do not say
/// so themselves, but for which a `dbt_project.yml` says it of all, are returned: they are left as they are.
pub fn check_quarantine(resources: &Resources, graph: &Graph) -> (Vec<Diagnostic>, Vec<UniqueId>) {
    let mut findings = Vec::new();
    let mut left = Vec::new();
    let mut read = BTreeSet::new();
    // What is disabled, and tests that are left out since they read that, run nowhere.
    for node in resources.nodes.values().filter(|it| it.config.enabled()) {
        findings.extend(wrong_limit(node));
        if node.resource_type != ResourceType::Test {
            continue;
        }
        findings.extend(wrong_word(node));
        if node.quarantines() {
            let found = impossible(node, resources, graph);
            let found = found.or_else(|| read_each_other(node, &mut read, resources));
            match found {
                Some(_) if !node.says(ON_FAILURE) => left.push(node.unique_id.clone()),
                found => findings.extend(found),
            }
        }
    }
    (findings, left)
}

fn place(node: &Node) -> Location {
    node.patch_location.unwrap_or(node.file_or_entry())
}

fn wrong_limit(node: &Node) -> Option<Diagnostic> {
    let value = node
        .config
        .get(MAX_QUARANTINED)
        .filter(|it| !it.is_null())?;
    if Limit::parse(value).is_some() {
        return None;
    }
    let message = format!("`{MAX_QUARANTINED}` of `{}` cannot be {value}", node.name);
    let finding = Diagnostic::error(Code::InvalidConfig, message).at(place(node));
    Some(finding.help("write a number of rows, such as `10`, or a share of them, such as `1%`"))
}

fn wrong_word(test: &Node) -> Option<Diagnostic> {
    let value = test.config.get(ON_FAILURE).filter(|it| !it.is_null())?;
    let word = value.as_str().unwrap_or_default();
    if ON_FAILURES.contains(&word) {
        return None;
    }
    let message = format!("`{ON_FAILURE}` of `{}` cannot be {value}", test.name);
    let finding = Diagnostic::error(Code::InvalidConfig, message).at(place(test));
    Some(finding.help(match did_you_mean(word, ON_FAILURES) {
        Some(near) => format!("write `{near}`"),
        None if word == "warn" => {
            "write `quarantine` or `fail`; a test that only reports has `severity: warn`".to_owned()
        }
        None => "write `quarantine` or `fail`".to_owned(),
    }))
}

fn impossible(test: &Node, resources: &Resources, graph: &Graph) -> Option<Diagnostic> {
    let refused = |message: String, help: String| {
        Diagnostic::error(Code::InvalidQuarantine, message)
            .at(place(test))
            .help(help)
    };
    let Some(node) = quarantined(test, resources) else {
        let generic = test.as_generic_test();
        let of_source = generic.is_some_and(|_| !test.sources.is_empty());
        return Some(
            match (of_source, generic.is_some(), test.config.str(ROWS_OF)) {
                (true, ..) => refused(
                    "rows of a source cannot be put into quarantine: something else writes it"
                        .to_owned(),
                    "let a model select from the source, and declare the test there".to_owned(),
                ),
                (_, false, Some(name)) => refused(
                    format!("the test reads no `{name}`, whose rows it is to return"),
                    format!("write `{{{{ ref('{name}') }}}}` in the test, or correct `{ROWS_OF}`"),
                ),
                (_, true, _) => refused(
                    "the test is not declared for a node whose rows it returns".to_owned(),
                    "declare it below a model or a seed".to_owned(),
                ),
                _ => refused(
                    format!("which node's rows `{}` returns cannot be told", test.name),
                    format!("name it: `{{{{ config({ROWS_OF}='model') }}}}`"),
                ),
            },
        );
    };
    if let Some(why) = cannot_lose(node) {
        let finding = refused(
            format!(
                "rows of `{}` cannot be put into quarantine: {why}",
                node.name
            ),
            format!(
                "declare the test for what `{}` reads, or leave `{ON_FAILURE}` out",
                node.name
            ),
        );
        return Some(finding.label(place(node), "it is this one"));
    }
    let is_unique = test
        .as_generic_test()
        .is_some_and(|it| it.name == "unique" || it.name == "unique_combination_of_columns");
    if is_unique
        && !test
            .config
            .get(SURVIVOR)
            .is_some_and(|it| it.is_string() || it.is_array())
    {
        return Some(refused(
            format!("which of several rows stays is not said in `{}`", test.name),
            format!(
                "write how they are ordered, the one that stays first: `{SURVIVOR}: updated_at desc`"
            ),
        ));
    }
    let own = graph.index(&node.unique_id)?;
    let later = test.depends_on.nodes.iter().find(|id| {
        graph
            .index(id)
            .is_some_and(|at| at != own && comes_after(at, own, graph))
    })?;
    let later = resources.get(later).map_or("", |it| it.name());
    Some(refused(
        format!(
            "`{later}` is built after `{}`, whose rows the test returns",
            node.name
        ),
        format!("declare the test for `{later}`, or leave `{ON_FAILURE}` out"),
    ))
}

/// Finds a test by which two nodes would have to wait for each other. `read` has, of the tests before it,
/// whose rows each returns, and what else it reads.
fn read_each_other<'r>(
    test: &'r Node,
    read: &mut BTreeSet<(&'r str, &'r str)>,
    resources: &'r Resources,
) -> Option<Diagnostic> {
    let own = &quarantined(test, resources)?.unique_id;
    let others = test.depends_on.nodes.iter().filter(|it| *it != own);
    let others: Vec<&str> = others.map(|it| &**it).collect();
    let other = others.iter().find(|it| read.contains(&(**it, &**own)));
    read.extend(others.iter().map(|it| (&**own, *it)));
    let name = |id: &str| {
        resources
            .get(id)
            .map_or(String::new(), |it| it.name().to_owned())
    };
    let (own, other) = (name(own), name(other?));
    let message = format!(
        "tests of `{own}` and `{other}` read each other, and one of the two has to be built first"
    );
    let finding = Diagnostic::error(Code::InvalidQuarantine, message).at(place(test));
    Some(finding.help(format!("leave `{ON_FAILURE}` out of one of them")))
}

/// Says why no row can be taken out of a node's relation.
fn cannot_lose(node: &Node) -> Option<&'static str> {
    let materialized = node.config.materialized();
    match (node.resource_type, materialized) {
        (ResourceType::Snapshot, _) => Some("a snapshot keeps what was"),
        (_, "ephemeral") => Some("it is in no database"),
        (_, "view" | "materialized_view") => Some("a view has no rows of its own"),
        (_, "table_function") => Some("a function has no rows of its own"),
        (_, "external") => Some("the file is written already"),
        (_, "incremental") if node.config.str("incremental_strategy") == Some("scd2") => {
            Some("`scd2` keeps versions, which hang together")
        }
        (ResourceType::Model | ResourceType::Seed, _) => None,
        _ => Some("it is no table"),
    }
}

fn comes_after(node: Index, other: Index, graph: &Graph) -> bool {
    let mut open = vec![node];
    let mut seen = std::collections::HashSet::new();
    while let Some(at) = open.pop() {
        if at == other {
            return true;
        }
        open.extend(graph.parents(at).filter(|it| seen.insert(*it)));
    }
    false
}
