//! A test that puts rows into quarantine, run by itself on what is published: rows that were released
//! as they are do not count.

use std::sync::Arc;

use super::super::node::Built;
use super::Quarantine;
use crate::events::Status;
use crate::execute::{Execution, Failure};
use crate::graph::quarantined;
use crate::jinja::context::Session;
use crate::nodes::{Node, Resource};

impl Execution {
    /// Runs such a test; `called` takes up the macros of its materialization.
    pub(in crate::execute) fn test_published(
        self: &Arc<Self>,
        test: &Arc<Node>,
        session: &Arc<Session>,
        called: &mut Vec<String>,
    ) -> Result<Built, Failure> {
        let mut built = self.data_test(test, session, called)?;
        let node = quarantined(test, &self.resources);
        let node = node.and_then(|it| self.resources.nodes.get(&it.unique_id));
        let (Some(node), Status::Fail | Status::Warn) = (node, built.status) else {
            return Ok(built);
        };
        let run_id = self.project.base.invocation_id.to_string();
        let quarantine = Quarantine::open(self, node, session, run_id)?;
        if !quarantine.is_there {
            return Ok(built);
        }
        session.connection().begin()?;
        let others = quarantine.not_accepted(test);
        session.connection().rollback()?;
        session.take_up(&test.unique_id, Some(Resource::Node(test)))?;
        let others = others?;
        if others == 0 {
            built.status = Status::Pass;
            built.message = Some("All rows that fail were released".to_owned());
        } else {
            built.message = built
                .message
                .map(|it| format!("{it}; {others} of them were not released"));
        }
        built.failures = Some(i64::try_from(others).unwrap_or(i64::MAX));
        Ok(built)
    }
}

impl Quarantine<'_> {
    /// Counts rows that fail a test and were not released.
    fn not_accepted(&self, test: &Arc<Node>) -> Result<u64, Failure> {
        self.call("begin_quarantine", vec![self.relation()])?;
        let arguments = vec![self.relation(), self.table(), self.columns()];
        self.call("note_quarantine_decisions", arguments)?;
        let found = self.find(0, test, false)?;
        self.mark(&found, false)
    }
}
