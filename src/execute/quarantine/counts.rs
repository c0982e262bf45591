//! Rows in = published + quarantined + filtered, for each node.

use std::ops::AddAssign;
use std::sync::Arc;

use super::super::ledger::{Ledger, SCHEMA, call_with, dict, is_listed};
use crate::adapters::Relation;
use crate::execute::holds::Holds;
use crate::execute::{Execution, Failure};
use crate::jinja::Value;
use crate::jinja::context::Session;
use crate::jinja::library;
use crate::nodes::{Dict, Node};
use crate::plan::{Plan, Step};

/// Where the rows of a relation are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::execute) struct Counts {
    /// Rows that the relation held when its tests looked at it.
    pub(super) rows_in: u64,
    /// Rows that everybody reads.
    pub(super) published: u64,
    /// Rows that are in quarantine.
    pub(super) quarantined: u64,
    /// Rows that were discarded before, or took the place of others as they were put back.
    pub(super) filtered: u64,
}

/// Adds the counts of a later batch, which has seen what the ones before it have published.
impl AddAssign for Counts {
    fn add_assign(&mut self, later: Self) {
        self.published = later.published;
        self.quarantined += later.quarantined;
        self.filtered += later.filtered;
        self.rows_in = self.published + self.quarantined + self.filtered;
    }
}

impl Counts {
    /// Adds the counts to the answer of the database.
    pub(in crate::execute) fn add_to(&self, response: &mut Dict) {
        for (name, count) in self.named() {
            response.insert(name.to_owned(), count.into());
        }
    }

    /// Says what is not published, for people; none if all is.
    pub(in crate::execute) fn words(&self) -> Option<String> {
        let rows = |count: u64, word: &str| match count {
            0 => None,
            1 => Some(format!("1 row {word}")),
            count => Some(format!("{count} rows {word}")),
        };
        let said = [
            rows(self.quarantined, "quarantined"),
            rows(self.filtered, "filtered"),
        ];
        let said: Vec<String> = said.into_iter().flatten().collect();
        (!said.is_empty()).then(|| said.join(", "))
    }

    /// Returns how many rows went into quarantine, and how many were filtered.
    pub(in crate::execute) fn put_aside(&self) -> [u64; 2] {
        [self.quarantined, self.filtered]
    }

    fn named(&self) -> [(&'static str, u64); 4] {
        [
            ("rows_in", self.rows_in),
            ("rows_published", self.published),
            ("rows_quarantined", self.quarantined),
            ("rows_filtered", self.filtered),
        ]
    }
}

fn counts_table(database: Option<&str>) -> (&'static str, Value) {
    let relation = Relation::new(database, Some(SCHEMA), Some("quarantine_counts"));
    ("table", library::relation(relation))
}

/// Lists nodes that put rows aside: their tests quarantine them, or an incident holds them.
pub(in crate::execute) fn putting_aside<'a>(
    execution: &'a Execution,
    plan: &Plan,
    holds: &Holds,
) -> Vec<&'a Node> {
    let nodes = &execution.resources.nodes;
    let puts_aside = |step: &&Step| {
        let tests = step.audits.iter().filter_map(|at| plan.steps.get(*at));
        let mut tests = tests.filter_map(|test| nodes.get(&test.node));
        tests.any(|it| it.quarantines()) || holds.contains_key(&step.node)
    };
    let steps = plan.steps.iter().filter(puts_aside);
    let nodes = steps.filter_map(|step| nodes.get(&step.node));
    nodes.map(|it| &**it).collect()
}

/// Makes the table of counts in the databases of nodes that have a ledger.
pub(in crate::execute) fn create_counts<'a>(
    nodes: impl IntoIterator<Item = &'a Node>,
    session: &Arc<Session>,
) -> Result<(), Failure> {
    let mut done = Vec::new();
    for node in nodes {
        if !is_listed(node) || done.contains(&&node.database) {
            continue;
        }
        done.push(&node.database);
        let table = counts_table(node.database.as_deref());
        call_with(session, "create_quarantine_counts", vec![table])?;
        session.connection().commit()?;
    }
    Ok(())
}

/// Lists the counts with what the open transaction publishes.
pub(in crate::execute) fn record_counts(
    counts: &Counts,
    ledger: &Ledger,
    node: &Node,
    session: &Arc<Session>,
) -> Result<(), Failure> {
    let batch = node.batch.as_ref();
    let batch = batch.map(|it| it.start.format("%Y-%m-%d %H:%M:%S").to_string());
    let [rows_in, published, quarantined, filtered] = counts
        .named()
        .map(|(name, count)| (name, Value::from(count)));
    let row = dict([
        ("publish_id", Value::from(ledger.publish_id(node))),
        ("run_id", Value::from(ledger.run_id())),
        ("node", Value::from(&*node.unique_id)),
        ("batch", batch.map_or(Value::from(()), Value::from)),
        rows_in,
        published,
        quarantined,
        filtered,
    ]);
    let table = counts_table(node.database.as_deref());
    call_with(
        session,
        "record_quarantine_counts",
        vec![table, ("counts", row)],
    )
    .map(|_| ())
}
