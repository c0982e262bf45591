//! `clone`: relations that point at those of another run.

use std::sync::Arc;

use super::node::{Built, Run};
use super::{Failure, materialization, turn};
use crate::adapters::Response;
use crate::events::Status;
use crate::jinja::context::{Names, Session};
use crate::nodes::{Compiled, Node};

impl Run<'_> {
    /// Points at what another run built of a node, by the materialization `clone`.
    pub(super) fn clone_relation(
        &self,
        node: &Arc<Node>,
        session: &Arc<Session>,
    ) -> Result<Built, Failure> {
        let mut reading = (**node).clone();
        // What a view of the node is made of: `sql` of the materialization.
        reading.compiled = session.operation.deferred(node).map(|relation| {
            let code = format!("select * from {}", relation.render());
            Arc::new(Compiled {
                code,
                ..Compiled::default()
            })
        });
        let turn = turn::wait(node, session)?;
        let called = materialization::call(
            "clone",
            &Arc::new(reading),
            session,
            Names::default(),
            &mut Vec::new(),
        );
        if called.is_err() {
            // Before the next one's turn. The failure is told already.
            let _ = session.connection().rollback();
        }
        drop(turn);
        let (returned, main) = called?;
        materialization::keep_relations("clone", &returned, session)?;
        let response = main.map(|main| main.response);
        Ok(Built {
            status: Status::Success,
            message: Some(match &response {
                Some(response) => response.message.clone(),
                None => "No-op".to_owned(),
            }),
            failures: None,
            response: response.unwrap_or_else(Response::default),
            batches: None,
            problems: Vec::new(),
        })
    }
}
