//! How a change goes on: by value from column to column, by rows from node to node.
//!
//! A column that is calculated of a changed one changes. A node that is filtered, joined or grouped by a changed
//! column has other rows, and so has all that reads it. Where not everything is known of a node that reads what
//! changes, it may be reached.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::owners::owners;
use super::semantic::semantic;
use super::users::{data_tests, exposures, unit_tests};
use super::{ImpactInput, Reach, ReachedColumn, ReachedRelation, Start, Way};
use crate::artifacts::NodeColumns;
use crate::nodes::{Resource, UniqueId};

/// What is reached of one node.
#[derive(Debug, Default)]
pub(super) struct Touched {
    /// Columns as the node writes them, by their names in lower case.
    pub(super) columns: BTreeMap<String, (String, Vec<Way>)>,
    /// How its rows are.
    pub(super) rows: Vec<Way>,
    /// Whether its rows are among what changes.
    pub(super) is_start_of_rows: bool,
    /// Why all of it may be.
    pub(super) perhaps: Option<String>,
}

impl Touched {
    /// Tells whether all columns are reached, since the rows are.
    pub(super) fn is_whole(&self) -> bool {
        self.is_start_of_rows || !self.rows.is_empty()
    }

    /// Tells whether a column is reached.
    pub(super) fn has(&self, column: &str) -> bool {
        self.is_whole()
            || self.perhaps.is_some()
            || self.columns.contains_key(&column.to_lowercase())
    }

    /// Tells whether nothing of it is reached; its relation may be elsewhere all the same.
    pub(super) fn is_empty(&self) -> bool {
        self.columns.is_empty() && !self.is_whole() && self.perhaps.is_none()
    }
}

/// What is reached, by node.
pub(super) type AllTouched = HashMap<UniqueId, Touched>;

/// Finds what changes reach.
pub fn reach(input: ImpactInput<'_>, starts: &BTreeMap<UniqueId, Start>) -> Reach {
    let mut all: AllTouched = HashMap::new();
    for (id, start) in starts {
        let columns = start.columns.iter();
        let columns = columns.map(|it| (it.to_lowercase(), (it.clone(), Vec::new())));
        let touched = Touched {
            columns: columns.collect(),
            is_start_of_rows: start.rows,
            ..Touched::default()
        };
        all.insert(id.clone(), touched);
    }
    let names = Names(input);
    let mut order = Vec::new();
    let below = downstream_of(input, starts);
    for index in &below {
        let id = input.graph.id(*index);
        let Some(Resource::Node(node)) = input.resources.get(id) else {
            continue;
        };
        let mut read = node.depends_on.nodes.iter().filter_map(|it| all.get(it));
        let is_read = read.any(|it| !it.is_empty());
        if !node.resource_type.is_refable() || !is_read {
            continue;
        }
        let empty = NodeColumns::default();
        let own = input.columns.get(id).unwrap_or(&empty);
        let mut found = touched(own, &all, &names);
        if found.perhaps.is_none() && node.language != "sql" {
            found.perhaps = Some(format!("it is written in {}", language(node.language)));
        }
        for parent in &node.depends_on.nodes {
            if all.get(parent).is_some_and(Touched::is_whole) {
                let of = names.of(parent);
                found.rows.push(Way { how: "rows", of });
            }
            if found.perhaps.is_none()
                && let Some(touched) = all.get(parent)
                && touched.perhaps.is_some()
            {
                found.perhaps = Some(format!("{} may be reached", names.of(parent)));
            }
        }
        found.rows.sort();
        found.rows.dedup();
        if found.is_whole() {
            found.perhaps = None;
        }
        if found.is_empty() {
            continue;
        }
        let before = all.entry(id.clone()).or_default();
        before.columns.extend(found.columns);
        before.rows = found.rows;
        before.perhaps = found.perhaps;
        if !starts.contains_key(id) {
            order.push(id.clone());
        }
    }
    let relations = order
        .iter()
        .filter_map(|id| relation(input, id, &all, &names));
    let semantic = semantic(input, &below, &all, &names);
    let mut reached = Reach {
        relations: relations.collect(),
        data_tests: data_tests(input, &below, &all, &names),
        unit_tests: unit_tests(input, starts, &names),
        exposures: exposures(input, &all, &semantic, &names),
        semantic,
        owners: Vec::new(),
    };
    reached.owners = owners(input, &all, &reached);
    reached
}

/// Lists what comes after what changes, in the order of the DAG.
fn downstream_of(
    input: ImpactInput<'_>,
    starts: &BTreeMap<UniqueId, Start>,
) -> Vec<crate::graph::Index> {
    let starts: BTreeSet<_> = starts
        .keys()
        .filter_map(|it| input.graph.index(it))
        .collect();
    input.order.sort(input.graph.below(&starts))
}

/// Finds what is reached of a node by those that it reads.
fn touched(own: &NodeColumns, all: &AllTouched, names: &Names<'_>) -> Touched {
    let mut found = Touched::default();
    for (name, origin) in &own.columns {
        let mut ways = Vec::new();
        for source in &origin.sources {
            let Some(id) = &source.node else { continue };
            let by_value = |it: &Touched| it.columns.contains_key(&source.column.to_lowercase());
            if all.get(id).is_some_and(by_value) {
                ways.push(Way {
                    how: source.made.as_str(),
                    of: names.column(id, &source.column),
                });
            }
        }
        if !ways.is_empty() {
            ways.sort();
            ways.dedup();
            found
                .columns
                .insert(name.to_lowercase(), (name.clone(), ways));
        }
    }
    for influence in &own.influences {
        let Some(id) = &influence.node else { continue };
        let by_value = |it: &Touched| it.columns.contains_key(&influence.column.to_lowercase());
        if all.get(id).is_some_and(by_value) {
            let of = names.column(id, &influence.column);
            let ways = influence.by.iter();
            found.rows.extend(ways.map(|by| Way {
                how: by.as_str(),
                of: of.clone(),
            }));
        }
    }
    // What is not known may come of what changes.
    let is_open = !own.is_complete || own.columns.values().any(|it| !it.is_known);
    if is_open && let Some(unknown) = own.unknown.first() {
        found.perhaps = Some(unknown.reason.clone());
    }
    found
}

fn relation(
    input: ImpactInput<'_>,
    id: &UniqueId,
    all: &AllTouched,
    names: &Names<'_>,
) -> Option<ReachedRelation> {
    let resource = input.resources.get(id)?;
    let touched = all.get(id)?;
    // In the order of the columns.
    let own = input.columns.get(id)?;
    let columns = own.columns.keys().filter_map(|name| {
        let (column, ways) = touched.columns.get(&name.to_lowercase())?;
        let (column, ways) = (column.clone(), ways.clone());
        Some(ReachedColumn { column, ways })
    });
    Some(ReachedRelation {
        unique_id: id.clone(),
        name: names.of(id),
        resource_type: resource.resource_type(),
        file: resource.file().to_owned(),
        columns: columns.collect(),
        rows: touched.rows.clone(),
        perhaps: touched.perhaps.clone(),
    })
}

fn language(word: &str) -> &str {
    match word {
        "python" => "Python",
        word => word,
    }
}

/// Names nodes as people do.
pub(super) struct Names<'a>(pub(super) ImpactInput<'a>);

impl Names<'_> {
    pub(super) fn of(&self, id: &str) -> String {
        match self.0.resources.get(id) {
            Some(known) => known.search_name(),
            None => id.rsplit('.').next().unwrap_or(id).to_owned(),
        }
    }

    pub(super) fn column(&self, id: &str, column: &str) -> String {
        format!("{}.{column}", self.of(id))
    }
}
