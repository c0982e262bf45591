//! Rows that a test finds, for those who are told of it. What nobody may see is masked.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use super::super::show::rows_of;
use super::super::{Ready, Surroundings, columns, execution};
use crate::adapters::{Cell, Table};
use crate::alerts::Rows;
use crate::artifacts::NodeColumns;
use crate::execute::Execution;
use crate::invocation::Invocation;
use crate::lineage::{Carried, Place, carried};
use crate::nodes::{Node, ResourceType, UniqueId};
use crate::sql::Made;

const MASK: &str = "*****";
/// The longest value that is shown as it is.
const LONGEST: usize = 200;

/// Reads the first rows that tests find, as the database is after the run; none where that cannot be.
pub(super) fn first_rows(
    tests: &[UniqueId],
    most: usize,
    invocation: &Invocation,
    ready: &Ready,
    around: &Surroundings,
) -> HashMap<UniqueId, Rows> {
    let nodes = tests.iter().filter_map(|id| ready.resources.nodes.get(id));
    let nodes = nodes.filter(|it| it.resource_type == ResourceType::Test);
    let execution = execution(invocation, ready, around);
    let found = nodes.filter_map(|it| rows_of(&execution, it.clone(), most, around));
    let found: Vec<(Table, Arc<Node>)> = found.collect();
    let of = (ready, &execution);
    let masked = masked(&found, of, around);
    let shown = found.iter().zip(masked);
    let shown = shown.map(|((table, node), masked)| (node.unique_id.clone(), rows(table, &masked)));
    shown.collect()
}

fn rows(table: &Table, masked: &[bool]) -> Rows {
    let rows = table.rows.iter().map(|row| {
        let cells = row.iter().enumerate();
        let cells = cells.map(|(at, cell)| match cell {
            Cell::Null => None,
            _ if masked.get(at).copied().unwrap_or(true) => Some(MASK.to_owned()),
            cell => Some(cut(&cell.to_string())),
        });
        cells.collect()
    });
    let names: Vec<String> = table.columns.iter().map(|it| it.name.clone()).collect();
    let hidden = names.iter().zip(masked).filter(|(_, it)| **it);
    Rows {
        rows: rows.collect(),
        masked: hidden.map(|(name, _)| name.clone()).collect(),
        columns: names,
    }
}

/// Says of each column of each test whether nobody may see it: it carries a restricted tag, or it is not known of what it
/// comes.
fn masked(
    found: &[(Table, Arc<Node>)],
    (ready, execution): (&Ready, &Execution),
    around: &Surroundings,
) -> Vec<Vec<bool>> {
    let restricted = ready.check_settings.restricted_tags.iter();
    let restricted: HashSet<&str> = restricted.map(|it| it.0.as_str()).collect();
    if restricted.is_empty() || found.is_empty() {
        let open = found
            .iter()
            .map(|(table, _)| vec![false; table.columns.len()]);
        return open.collect();
    }
    let mut compiled = match ready.built.get() {
        Some(built) => built.compiled.clone(),
        None => HashMap::new(),
    };
    let nodes = found
        .iter()
        .map(|(_, it)| (it.unique_id.clone(), it.clone()));
    compiled.extend(nodes);
    let ids: Vec<UniqueId> = found.iter().map(|(_, it)| it.unique_id.clone()).collect();
    let lineage = columns::columns_of_tests(&ids, (ready, execution), &compiled, around);
    let tags = carried(&ready.resources, &ready.graph, &lineage.nodes);
    let all = found.iter().map(|(table, node)| {
        let looking = Looking {
            restricted: &restricted,
            tags: &tags,
            nodes: &lineage.nodes,
            own: lineage.tests.get(&node.unique_id),
        };
        let columns = table.columns.iter();
        columns.map(|it| !looking.is_harmless(&it.name)).collect()
    });
    all.collect()
}

struct Looking<'a> {
    restricted: &'a HashSet<&'a str>,
    tags: &'a Carried,
    nodes: &'a BTreeMap<UniqueId, NodeColumns>,
    own: Option<&'a NodeColumns>,
}

impl Looking<'_> {
    /// Tells whether it is known that a column of the test gives away nothing that is restricted.
    fn is_harmless(&self, name: &str) -> bool {
        let columns = self.own.map(|it| &it.columns);
        let mut columns = columns.into_iter().flatten();
        let origin = columns.find(|(it, _)| it.eq_ignore_ascii_case(name));
        let Some((_, origin)) = origin.filter(|(_, it)| it.is_known) else {
            return false;
        };
        let mut sources = origin.sources.iter();
        sources.all(|it| {
            let is_hidden = it.made == Made::Condition || it.masked;
            is_hidden || self.is_open(it.node.as_ref(), &it.column)
        })
    }

    fn is_open(&self, node: Option<&UniqueId>, column: &str) -> bool {
        let known = node.and_then(|it| self.nodes.get(it));
        let place = Place {
            node: node.cloned(),
            relation: None,
            column: column.to_owned(),
        };
        let tags = self.tags.tags(&place);
        known.is_some() && !tags.iter().any(|it| self.restricted.contains(*it))
    }
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}
