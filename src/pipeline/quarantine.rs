//! `quarantine`: rows that data tests have put aside are listed, released, discarded and tried again.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::selection::selected;
use super::versions::has_downstream;
use super::{Exit, Product, Ready, Surroundings, execution, facts, nothing_to_do};
use crate::adapters::RelationCache;
use crate::diagnostics::{Code, Diagnostic};
use crate::execute::{
    Correction, Decided, Decision, Execution, Failure, KeptRows, RowOutcome, RowState, STATES,
};
use crate::graph::quarantined;
use crate::invocation::Invocation;
use crate::jinja::context::Session;
use crate::nodes::{Node, Resource, UniqueId};

/// Rows of quarantines.
#[derive(Debug)]
pub enum Quarantined {
    /// They are listed.
    Listed(Vec<KeptRows>),
    /// They are shown as wholes.
    Shown(Vec<KeptRows>),
    /// Something was decided on them; with the names of nodes that have other rows since, of which
    /// others are built.
    Decided(Vec<RowOutcome>, Vec<String>),
}

/// Carries one of the actions out.
pub(super) fn quarantine(
    invocation: &Invocation,
    ready: &Ready,
    around: &Surroundings,
    findings: &mut Vec<Diagnostic>,
) -> (Exit, Product) {
    let decided = match decided(invocation, ready, around) {
        Ok(decided) => decided,
        Err(finding) => {
            findings.push(*finding);
            return (Exit::CouldNotRun, Product::None);
        }
    };
    let Some((nodes, tests)) = nodes(invocation, ready, findings) else {
        return (Exit::CouldNotRun, Product::None);
    };
    let execution = Arc::new(execution(invocation, ready, around));
    let cache = Arc::new(RelationCache::default());
    let asked = execution
        .session(&cache, "quarantine")
        .and_then(|session| Ok((execution.with_quarantine(nodes, &session)?, session)));
    let (nodes, session) = match asked {
        Ok(found) => found,
        Err(failure) => {
            findings.push(failure.into_finding());
            return (Exit::CouldNotRun, Product::None);
        }
    };
    let desk = Desk {
        invocation,
        ready,
        execution: &execution,
        session: &session,
        tests,
    };
    let Some(decided) = decided else {
        return desk.list(&nodes, findings);
    };
    desk.decide(&nodes, &decided, findings)
}

/// Reads what is decided; none if rows are only listed.
fn decided(
    invocation: &Invocation,
    ready: &Ready,
    around: &Surroundings,
) -> Result<Option<Decided>, Box<Diagnostic>> {
    let wrong = |message: &str, help: String| {
        Err(Box::new(
            Diagnostic::error(Code::InvalidQuarantine, message).help(help),
        ))
    };
    let action = invocation.text("action").unwrap_or_default();
    let named = !(invocation.list("rows").is_empty()
        && invocation.list("select").is_empty()
        && invocation.text("selector").is_none());
    let reason = invocation
        .text("reason")
        .map(str::trim)
        .filter(|it| !it.is_empty());
    for row in invocation.list("rows") {
        let is_name = row.len() <= 32 && row.chars().all(|it| it.is_ascii_hexdigit());
        if !is_name {
            let mut nodes = ready.resources.nodes.values();
            let help = match nodes.any(|it| it.name == row || it.search_name() == row) {
                true => format!("did you mean `--select {row}`?"),
                false => {
                    "`dsql quarantine list` names rows; their first digits are enough".to_owned()
                }
            };
            return wrong(&format!("`{row}` is no name of a row"), help);
        }
    }
    let decision = match action {
        "release" => Decision::Release(corrections(invocation)?),
        "discard" => Decision::Discard,
        "retry" => Decision::Retry,
        _ => return Ok(None),
    };
    if action != "retry" && !named {
        return wrong(
            &format!("no rows are named to {action}"),
            format!(
                "write `dsql quarantine {action} ROW`, as `dsql quarantine list` names it, or \
                 `--select`"
            ),
        );
    }
    if action != "retry" && reason.is_none() {
        return wrong(
            &format!("a reason to {action} rows is missing"),
            "write `--reason 'words'`: it is listed with the decision".to_owned(),
        );
    }
    Ok(Some(Decided {
        decision,
        by: who(invocation, around),
        reason: reason.map(str::to_owned),
    }))
}

/// Says who decides: whom `--by` names, else the user of the system.
pub(super) fn who(invocation: &Invocation, around: &Surroundings) -> String {
    let by = invocation.text("by").map(str::to_owned);
    let by = by.or_else(|| facts::user(around));
    by.unwrap_or_else(|| "unknown".to_owned())
}

/// Reads `column=value`: `null` is null, and what stands in quotes is a text as it is.
fn corrections(invocation: &Invocation) -> Result<Vec<Correction>, Box<Diagnostic>> {
    let pairs = invocation.list("set");
    let pairs = pairs.iter().map(|pair| {
        let Some((name, value)) = pair.split_once('=').filter(|(name, _)| !name.is_empty()) else {
            let message = format!("`{pair}` sets no column");
            let finding = Diagnostic::error(Code::InvalidQuarantine, message);
            return Err(Box::new(finding.help("write `--set column=value`")));
        };
        let unquoted = ['\'', '"'].into_iter().find_map(|quote| {
            value
                .strip_prefix(quote)
                .and_then(|it| it.strip_suffix(quote))
        });
        let value = match (unquoted, value) {
            (Some(text), _) => Some(text),
            (None, "null" | "NULL") => None,
            (None, text) => Some(text),
        };
        Ok((name.to_owned(), value.map(str::to_owned)))
    });
    pairs.collect()
}

/// The tests whose rows are meant, of each node that is selected by its tests alone.
type Tests = BTreeMap<UniqueId, BTreeSet<String>>;

/// Finds the nodes that are selected, or whose tests are.
fn nodes(
    invocation: &Invocation,
    ready: &Ready,
    findings: &mut Vec<Diagnostic>,
) -> Option<(Vec<Arc<Node>>, Tests)> {
    let selected = selected(invocation, ready, findings)?;
    if selected.is_empty() {
        nothing_to_do(ready, findings);
    }
    let mut ids = BTreeSet::new();
    let mut tests = Tests::new();
    for index in selected {
        let Some(Resource::Node(node)) = ready.resources.get(ready.graph.id(index)) else {
            continue;
        };
        if node.quarantines() {
            let Some(owner) = quarantined(node, &ready.resources) else {
                continue;
            };
            let own = tests.entry(owner.unique_id.clone()).or_default();
            own.insert(node.name.clone());
        } else if node.relation_name.is_some() && node.as_generic_test().is_none() {
            ids.insert(node.unique_id.clone());
        }
    }
    tests.retain(|id, _| !ids.contains(id));
    ids.extend(tests.keys().cloned());
    let nodes = ids.iter().filter_map(|id| ready.resources.nodes.get(id));
    Some((nodes.cloned().collect(), tests))
}

fn no_row(name: &str) -> Diagnostic {
    let message = format!("no row's name begins with `{name}`");
    let finding = Diagnostic::error(Code::InvalidQuarantine, message);
    finding.help("`dsql quarantine list --all` names them")
}

struct Desk<'a> {
    invocation: &'a Invocation,
    ready: &'a Ready,
    execution: &'a Arc<Execution>,
    session: &'a Arc<Session>,
    tests: Tests,
}

impl Desk<'_> {
    fn list(&self, nodes: &[Arc<Node>], findings: &mut Vec<Diagnostic>) -> (Exit, Product) {
        let names = self.names();
        let all = self.invocation.on("all") || !names.is_empty();
        let states: &[&str] = if all { &STATES } else { &STATES[..1] };
        let limit = self.invocation.number("limit");
        let limit = limit.and_then(|it| u64::try_from(it).ok());
        if !names.is_empty() && !self.are_known(&names, nodes, findings) {
            return (Exit::CouldNotRun, Product::None);
        }
        let rows = |node: &Arc<Node>| {
            let tests = self.tests(node);
            self.execution
                .quarantined_rows(node, (&names, &tests), states, limit, self.session)
        };
        let kept: Result<Vec<KeptRows>, Failure> = nodes.iter().map(rows).collect();
        let mut kept = match kept {
            Ok(kept) => kept,
            Err(failure) => {
                findings.push(failure.into_finding());
                return (Exit::CouldNotRun, Product::None);
            }
        };
        kept.retain(|it| !it.rows.rows.is_empty());
        let product = match self.invocation.text("action") {
            Some("show") => Quarantined::Shown(kept),
            _ => Quarantined::Listed(kept),
        };
        (Exit::Done, Product::Quarantined(product))
    }

    fn decide(
        &self,
        nodes: &[Arc<Node>],
        decided: &Decided,
        findings: &mut Vec<Diagnostic>,
    ) -> (Exit, Product) {
        let Some(chosen) = self.chosen(nodes, findings) else {
            return (Exit::CouldNotRun, Product::None);
        };
        let mut outcome: Vec<RowOutcome> = Vec::new();
        let mut stale = Vec::new();
        let mut exit = Exit::Done;
        for (node, rows) in chosen {
            match self.execution.decide(&node, &rows, decided, self.session) {
                Ok(done) => {
                    if done.iter().any(|it| it.refused) {
                        exit = Exit::Failed;
                    }
                    let published = |it: &RowOutcome| it.done && it.state != "discarded";
                    if done.iter().any(published) && has_downstream(&node, self.ready) {
                        stale.push(node.search_name());
                    }
                    outcome.extend(done);
                }
                Err(failure) => {
                    findings.push(failure.into_diagnostic(&node));
                    exit = Exit::Failed;
                }
            }
        }
        let product = match outcome.is_empty() && exit == Exit::Failed {
            true => Product::None,
            false => Product::Quarantined(Quarantined::Decided(outcome, stale)),
        };
        (exit, product)
    }

    /// Tells whether each name is that of a row, or of several.
    fn are_known(
        &self,
        names: &[String],
        nodes: &[Arc<Node>],
        findings: &mut Vec<Diagnostic>,
    ) -> bool {
        let mut ids = Vec::new();
        for node in nodes {
            let found = self
                .execution
                .quarantined_states(node, (names, &[]), self.session);
            match found {
                Ok(rows) => ids.extend(rows.into_iter().map(|it| it.row_id)),
                Err(failure) => findings.push(failure.into_finding()),
            }
        }
        let unknown = |name: &&String| !ids.iter().any(|it| it.starts_with(name.as_str()));
        findings.extend(names.iter().filter(unknown).map(|it| no_row(it)));
        !findings.iter().any(Diagnostic::is_error)
    }

    /// Lists the names of rows that are given.
    fn names(&self) -> Vec<String> {
        let names = self.invocation.list("rows");
        names.iter().map(|it| it.to_lowercase()).collect()
    }

    /// Lists the tests whose rows are meant; none means all.
    fn tests(&self, node: &Node) -> Vec<String> {
        let tests = self.tests.get(&node.unique_id);
        tests.into_iter().flatten().cloned().collect()
    }

    /// Finds the rows that are named, or all in quarantine where none is.
    fn chosen(
        &self,
        nodes: &[Arc<Node>],
        findings: &mut Vec<Diagnostic>,
    ) -> Option<Vec<(Arc<Node>, Vec<RowState>)>> {
        let names = self.names();
        let mut chosen = Vec::new();
        for node in nodes {
            let tests = self.tests(node);
            let found = self
                .execution
                .quarantined_states(node, (&names, &tests), self.session);
            match found {
                Ok(mut rows) => {
                    rows.retain(|it| !names.is_empty() || it.state == STATES[0]);
                    chosen.push((node.clone(), rows));
                }
                Err(failure) => {
                    findings.push(failure.into_finding());
                    return None;
                }
            }
        }
        let ids = || {
            chosen
                .iter()
                .flat_map(|(_, rows)| rows.iter().map(|it| &it.row_id))
        };
        for name in &names {
            let count = ids().filter(|id| id.starts_with(name.as_str())).count();
            findings.extend(match count {
                1 => None,
                0 => Some(no_row(name)),
                count => {
                    let message = format!("the names of {count} rows begin with `{name}`");
                    let finding = Diagnostic::error(Code::InvalidQuarantine, message);
                    Some(finding.help("write more of its digits"))
                }
            });
        }
        chosen.retain(|(_, rows)| !rows.is_empty());
        (!findings.iter().any(Diagnostic::is_error)).then_some(chosen)
    }
}
