//! `impact`: what a change reaches, and which changes there are since an earlier state.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::columns::{self, Worked, compiled_columns};
use super::lineage::{meant, near, no_column};
use super::product::{Asked, Impact};
use super::{Exit, Product, Ready, Surroundings, execution, state};
use crate::artifacts::NodeColumns;
use crate::artifacts::previous::PreviousState;
use crate::diagnostics::{Code, Diagnostic};
use crate::graph::state::Comparison;
use crate::impact::{CompareInput, ImpactInput, Order, Start, Verdict, compare, earlier, reach};
use crate::invocation::Invocation;
use crate::lineage::{Columns, Lineage, LineageInput, lineage};
use crate::nodes::{Node, Resource, ResourceType, UniqueId};

/// Tells what a change of a node, or of a column, reaches; with `--state` what has changed.
pub(super) fn impact(
    invocation: &Invocation,
    ready: &Ready,
    around: &Surroundings,
    findings: &mut Vec<Diagnostic>,
) -> (Exit, Product) {
    let could_not = (Exit::CouldNotRun, Product::None);
    let word = invocation.text("model");
    let asked = match word {
        None => None,
        Some(word) => match meant(word, ready, findings) {
            Some(asked) => Some(asked),
            None => return could_not,
        },
    };
    if let Some(earlier) = &ready.states.state {
        if let Some(finding) = no_manifest(earlier) {
            findings.push(finding);
            return could_not;
        }
        return changes(invocation, ready, around, (earlier, asked), findings);
    }
    let Some((id, column)) = asked else {
        let message = "`impact` is asked of nothing";
        let finding = Diagnostic::error(Code::MissingState, message);
        findings.push(finding.help(
            "name a model or one of its columns: `dsql impact orders.amount`; or compare with an earlier \
             manifest.json: `dsql impact --state FOLDER`",
        ));
        return could_not;
    };
    let Some(Worked { lineage, .. }) = compiled_columns(invocation, ready, around, findings) else {
        return could_not;
    };
    let own = lineage.nodes.get(&id).cloned().unwrap_or_default();
    let Some(column) = column_of(&id, column, &own, ready, findings) else {
        return could_not;
    };
    let start = match &column {
        Some(column) => Start {
            columns: vec![column.clone()],
            ..Start::default()
        },
        None => Start {
            columns: own.columns.keys().cloned().collect(),
            rows: true,
            relation: true,
        },
    };
    let input = ImpactInput {
        resources: &ready.resources,
        graph: &ready.graph,
        columns: &lineage.nodes,
        order: &Order::of(&ready.graph),
        grammar: ready.adapter.grammar(),
    };
    let reached = reach(input, &BTreeMap::from([(id.clone(), start)]));
    let answer = Impact {
        asked: Some(asked_of(id, column, &own, ready)),
        reach: Some(reached),
        changes: None,
    };
    let failed = findings.iter().any(Diagnostic::is_error);
    let exit = if failed { Exit::Failed } else { Exit::Done };
    (exit, Product::Impact(Box::new(answer)))
}

/// Finds the column that is asked about; the outer none if it is not there.
pub(super) fn column_of(
    id: &UniqueId,
    column: Option<&str>,
    own: &NodeColumns,
    ready: &Ready,
    findings: &mut Vec<Diagnostic>,
) -> Option<Option<String>> {
    let Some(column) = column else {
        return Some(None);
    };
    let mut names = own.columns.keys();
    match names.find(|it| it.eq_ignore_ascii_case(column)) {
        Some(name) => Some(Some(name.clone())),
        // It may be one of those that are not known.
        None if !own.is_complete && near(column, own).is_none() => Some(Some(column.to_owned())),
        None => {
            findings.push(no_column(column, id, own, ready));
            None
        }
    }
}

fn asked_of(id: UniqueId, column: Option<String>, own: &NodeColumns, ready: &Ready) -> Asked {
    let data_type = column
        .as_ref()
        .and_then(|it| own.columns.get(it)?.data_type.clone());
    Asked {
        name: ready.resources.search_name(&id),
        unique_id: id,
        column,
        data_type,
    }
}

fn no_manifest(state: &PreviousState) -> Option<Diagnostic> {
    if state.manifest.is_some() {
        return None;
    }
    let message = format!("`{}` has no manifest.json to compare with", state.folder);
    let help = match state.is_there {
        true => {
            "copy the target folder of the earlier `dsql compile` there, or name another folder"
        }
        false => "there is no such folder: name another",
    };
    Some(Diagnostic::error(Code::MissingState, message).help(help))
}

/// Compares with an earlier state.
fn changes(
    invocation: &Invocation,
    ready: &Ready,
    around: &Surroundings,
    (state, asked): (&PreviousState, Option<(UniqueId, Option<&str>)>),
    findings: &mut Vec<Diagnostic>,
) -> (Exit, Product) {
    let could_not = (Exit::CouldNotRun, Product::None);
    let Some(previous) = &state.manifest else {
        return could_not;
    };
    let execution = Arc::new(execution(invocation, ready, around));
    let compiled = match columns::compiled(ready, &execution, None, findings) {
        Ok(compiled) => compiled,
        Err(failure) => {
            findings.push(failure.into_finding());
            return could_not;
        }
    };
    let comparison = Comparison::new(&ready.resources, previous, state::rules(invocation, ready));
    let is_modified = |node: &Node| {
        let node = Resource::Node(node);
        comparison.body_modified(node)
            || comparison.configs_modified(node)
            || comparison.macros_modified(node)
    };
    let earlier = earlier(&ready.resources, previous, &compiled, |it| !is_modified(it));
    let told = columns::told(
        ready,
        &execution,
        &columns::asked_of(ready, &compiled),
        around,
    );
    let columns_before = columns_before(ready, state, &compiled);
    let mut told_before = told.clone();
    told_before.extend(columns_before.clone());
    let also: BTreeSet<UniqueId> = columns_before
        .iter()
        .filter(|(id, columns)| told.get(*id).is_none_or(|it| it != *columns))
        .map(|(id, _)| id.clone())
        .collect();
    let compared = earlier.compared(&ready.graph, &also);
    let looked_at = |compiled: &HashMap<UniqueId, Arc<Node>>, told: &HashMap<UniqueId, Columns>| {
        lineage(&LineageInput {
            tests: &[],
            resources: &ready.resources,
            graph: &ready.graph,
            compiled,
            grammar: ready.adapter.grammar(),
            told,
            masking: &ready.check_settings.masking,
            compared: &compared,
            elsewhere: &earlier.elsewhere,
            checks: false,
            before: &HashMap::new(),
        })
    };
    let after = looked_at(&compiled, &told);
    let before = match compared.is_empty() {
        // There is no other SQL.
        true => Lineage::default(),
        false => looked_at(&earlier.nodes(&compiled), &told_before),
    };
    let asked = match asked {
        None => None,
        Some((id, column)) => {
            let mut own = after.nodes.get(&id).cloned().unwrap_or_default();
            if let Some(before) = before.nodes.get(&id) {
                for (name, origin) in &before.columns {
                    own.columns
                        .entry(name.clone())
                        .or_insert_with(|| origin.clone());
                }
            }
            let Some(column) = column_of(&id, column, &own, ready, findings) else {
                return could_not;
            };
            Some(asked_of(id, column, &own, ready))
        }
    };
    let found = compare(&CompareInput {
        resources: &ready.resources,
        graph: &ready.graph,
        compiled: &compiled,
        grammar: ready.adapter.grammar(),
        previous,
        earlier: &earlier,
        columns_before: &columns_before,
        before: &before,
        after: &after,
        moved: &|it| comparison.relation_modified(it),
        is_modified: &is_modified,
        only: asked
            .as_ref()
            .map(|it| (&it.unique_id, it.column.as_deref())),
    });
    if found.uncompiled > 0 {
        findings.push(nothing_compiled(state, found.uncompiled));
    }
    ready.facts.base.warnings.judge(findings);
    let worst = found
        .changes
        .iter()
        .chain(&found.taken_on)
        .map(|it| it.verdict)
        .max();
    let is_bad = match invocation.text("fail_on") {
        Some("breaking") => worst == Some(Verdict::Breaking),
        Some("unknown") => worst >= Some(Verdict::Unknown),
        Some("additive") => worst >= Some(Verdict::Additive),
        _ => false,
    };
    let failed = is_bad || findings.iter().any(Diagnostic::is_error);
    let exit = if failed { Exit::Failed } else { Exit::Done };
    let answer = Impact {
        asked,
        reach: None,
        changes: Some(found),
    };
    (exit, Product::Impact(Box::new(answer)))
}

/// Lists the columns of before of what has no SQL to tell them, and of what is gone.
fn columns_before(
    ready: &Ready,
    state: &PreviousState,
    compiled: &HashMap<UniqueId, Arc<Node>>,
) -> HashMap<UniqueId, Columns> {
    let Some(columns) = &state.columns else {
        return HashMap::new();
    };
    let known: HashSet<&str> = compiled.keys().map(|it| &**it).collect();
    let nodes = columns
        .nodes
        .iter()
        .filter(|(id, it)| it.is_complete && !known.contains(id.as_str()));
    let nodes = nodes.filter(|(id, _)| match ready.resources.get(id) {
        Some(Resource::Node(node)) => {
            node.resource_type == ResourceType::Seed || node.language != "sql"
        }
        _ => true,
    });
    let lists = nodes.map(|(id, it)| {
        let columns = it.columns.iter();
        let columns = columns.map(|(name, it)| (name.clone(), it.data_type.clone()));
        (UniqueId::from(id.as_str()), columns.collect())
    });
    lists.collect()
}

fn nothing_compiled(state: &PreviousState, count: usize) -> Diagnostic {
    let (noun, verb) = if count == 1 {
        ("model", "has")
    } else {
        ("models", "have")
    };
    let message = format!(
        "{count} {noun} {verb} no compiled SQL in `{}/manifest.json`, so their templates are compared",
        state.folder
    );
    let help = "write the earlier manifest by `dsql compile`, `dsql build` or `dbt compile` of the whole \
                project: `parse` compiles nothing";
    Diagnostic::warning(Code::MissingState, message).help(help)
}
