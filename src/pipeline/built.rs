//! What a run has built, and what is worked out of it afterwards: once, whoever asks first.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, OnceLock};

use super::{Ready, Surroundings, columns};
use crate::events::Status;
use crate::execute::{Execution, RunOutcome};
use crate::lineage::{Columns, Lineage};
use crate::nodes::{Node, UniqueId};

/// What a run has built.
#[derive(Debug, Default)]
pub(super) struct Built {
    /// Nodes as compiled.
    pub(super) compiled: HashMap<UniqueId, Arc<Node>>,
    /// Those of them that ended well.
    pub(super) well: HashSet<UniqueId>,
    /// Data tests that found no row.
    pub(super) passed: HashSet<UniqueId>,
    told: OnceLock<HashMap<UniqueId, Columns>>,
    lineage: OnceLock<Lineage>,
}

impl Built {
    fn of(outcome: &RunOutcome) -> Self {
        let ids = |is_meant: fn(Status, Option<i64>) -> bool| {
            let results = outcome.results.iter();
            let results = results.filter(move |it| is_meant(it.status, it.failures));
            results.map(|it| it.unique_id.clone())
        };
        let ephemeral = outcome.compiled.values().filter(|it| it.is_ephemeral());
        let ephemeral = ephemeral.map(|it| it.unique_id.clone());
        let well = ids(|status, _| status == Status::Success);
        let passed = ids(|status, found| status == Status::Pass && found == Some(0));
        Self {
            compiled: outcome.compiled.clone(),
            well: well.chain(ephemeral).collect(),
            passed: passed.collect(),
            told: OnceLock::new(),
            lineage: OnceLock::new(),
        }
    }

    /// Lists the columns that the database, and files, say of what was not compiled.
    pub(super) fn told(
        &self,
        (ready, execution): (&Ready, &Execution),
        around: &Surroundings,
    ) -> &HashMap<UniqueId, Columns> {
        self.told.get_or_init(|| {
            let asked = columns::asked_of(ready, &self.compiled);
            columns::told(ready, execution, &asked, around)
        })
    }

    /// Works out the columns of compiled nodes, and of what they come; those of all others, too, if metadata are kept.
    pub(super) fn lineage(
        &self,
        (ready, execution): (&Ready, &Execution),
        around: &Surroundings,
    ) -> &Lineage {
        self.lineage.get_or_init(|| {
            let read;
            let told = match ready.check_settings.metadata {
                true => self.told((ready, execution), around),
                false => {
                    read = columns::told(ready, execution, &self.read(ready), around);
                    &read
                }
            };
            columns::columns_of(ready, &self.compiled, told, &HashMap::new(), false)
        })
    }

    /// Names what compiled nodes read and was not compiled.
    fn read(&self, ready: &Ready) -> Vec<UniqueId> {
        let compiled = self.compiled.values();
        let read: HashSet<&UniqueId> = compiled.flat_map(|it| &it.depends_on.nodes).collect();
        let asked = columns::asked_of(ready, &self.compiled).into_iter();
        asked.filter(|it| read.contains(it)).collect()
    }
}

/// Takes note of what a run has built, for those who ask afterwards.
pub(super) fn remember(outcome: &RunOutcome, ready: &Ready) {
    let settings = &ready.check_settings;
    let is_kept = settings.events || settings.metadata;
    if is_kept || ready.openlineage.is_some() || ready.alerts.is_some() {
        // Each run builds once.
        let _ = ready.built.set(Built::of(outcome));
    }
}

/// Sees to it that a command has built something when it ends, and be it nothing: somebody waits for that.
pub(super) struct BuiltAtLast<'r>(pub(super) &'r Ready);

impl Drop for BuiltAtLast<'_> {
    fn drop(&mut self) {
        self.0.built.get_or_init(Built::default);
    }
}
