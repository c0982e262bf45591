//! Rows in quarantine, put into their relation for a trial: which of them fail the tests?

use std::sync::Arc;

use super::super::ledger::{table, text};
use super::find::Found;
use super::{Quarantine, in_order};
use crate::execute::Failure;
use crate::graph::quarantined;
use crate::jinja::Value;
use crate::nodes::{Node, Resource};

impl Quarantine<'_> {
    /// Puts rows into the relation, has the tests look, and takes them out again. Returns the rows that
    /// fail, with tests and reasons.
    pub(super) fn try_out(
        &mut self,
        rows: &Value,
    ) -> Result<Vec<(String, String, String)>, Failure> {
        self.call("begin_quarantine", vec![self.relation()])?;
        let arguments = vec![self.relation(), self.table(), self.columns()];
        self.call("note_quarantine_decisions", arguments)?;
        let arguments = vec![self.relation(), self.columns(), ("rows", rows.clone())];
        self.call("begin_quarantine_trial", arguments)?;
        let resources = &self.execution.resources;
        let own = |test: &&Arc<Node>| {
            test.quarantines()
                && test.config.enabled()
                && quarantined(test, resources)
                    .is_some_and(|it| it.unique_id == self.node.unique_id)
        };
        let mut tests: Vec<((), Arc<Node>)> = resources
            .nodes
            .values()
            .filter(own)
            .map(|it| ((), it.clone()))
            .collect();
        in_order(&mut tests);
        let tests = tests.iter().enumerate();
        let found: Vec<Found> = tests
            .map(|(place, (_, test))| self.find(place, test, true))
            .collect::<Result<_, _>>()?;
        self.session
            .take_up(&self.node.unique_id, Some(Resource::Node(self.node)))?;
        let mut failing = Vec::new();
        loop {
            let mut marked = 0;
            for test in &found {
                marked += self.mark(test, true)?;
            }
            if marked == 0 {
                break;
            }
            let taken = table(&self.call("take_out_trial_rows", vec![self.relation()])?);
            let row = |row: &Vec<_>| match row.as_slice() {
                [id, tests, reasons] => Some((text(id), text(tests), text(reasons))),
                _ => None,
            };
            failing.extend(taken.rows.iter().filter_map(row));
        }
        self.call("end_quarantine_trial", vec![self.relation()])?;
        self.call("end_quarantine", vec![])?;
        Ok(failing)
    }
}
