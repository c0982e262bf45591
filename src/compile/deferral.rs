//! Relations of an earlier run in place of those that this one does not build.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError};

use crate::adapters::Relation;
use crate::artifacts::previous::PreviousRelation;
use crate::jinja::Error;
use crate::jinja::context::{Exists, Project};
use crate::nodes::{Node, UniqueId};

/// What references defer to.
pub struct Deferral {
    /// Where an earlier run built nodes.
    pub relations: HashMap<UniqueId, PreviousRelation>,
    /// Whether `ref()` defers (`--defer`).
    pub references: bool,
    /// Whether it does so even if a relation is there (`--favor-state`).
    pub favored: bool,
    /// Knows what is selected.
    pub project: Arc<Project>,
}

impl Deferral {
    /// Returns the relation of an earlier run.
    pub(super) fn relation(&self, node: &Node) -> Option<Relation> {
        let it = self.relations.get(&node.unique_id)?;
        let database = it.database.as_deref();
        let relation = Relation::new(database, Some(&it.schema), Some(&it.alias));
        Some(relation.written(self.project.quoting))
    }

    /// Returns what a reference to a node means, if not its own relation `own`: that is used where
    /// it exists, unless the earlier one is favored and the node is not selected.
    pub(super) fn reference(
        &self,
        node: &Node,
        own: &Relation,
        exists: Exists<'_>,
    ) -> Result<Option<Relation>, Error> {
        let Some(relation) = self.relation(node).filter(|_| self.references) else {
            return Ok(None);
        };
        let favored = self.favored && !self.is_selected(&node.unique_id);
        Ok((favored || !exists(own)?).then_some(relation))
    }

    fn is_selected(&self, id: &str) -> bool {
        let selected = self.project.selected.read();
        let selected = selected.unwrap_or_else(PoisonError::into_inner);
        selected.iter().any(|it| it == id)
    }
}
