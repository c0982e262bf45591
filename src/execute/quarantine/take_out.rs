//! The order in which rows are taken out of a relation.
//!
//! First what was decided before holds. Then each test notes its rows: those that look at one row first,
//! those that compare rows on what the others leave. What is noted is moved, and the tests look again
//! until they find nothing, since a row may fail because of another one that has gone.

use super::find::{Found, looks_last};
use super::{Counts, Quarantine, numbers};
use crate::execute::{Failure, Hold};
use crate::jinja::Value;
use std::sync::Arc;

use crate::nodes::{Limit, Node};

/// What of a relation a run has built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::execute) enum Scope {
    /// All of it.
    All,
    /// One span of time.
    Batch,
    /// Some rows, nobody knows which.
    Some,
}

impl Scope {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Batch => "batch",
            Self::Some => "some",
        }
    }
}

/// How many rows a test took out.
pub(in crate::execute) struct Taken {
    /// Its place among those of the node.
    pub(in crate::execute) place: usize,
    pub(in crate::execute) rows: u64,
    /// The limit that this passes, and the number of all rows.
    pub(in crate::execute) passed: Option<(Limit, u64)>,
}

/// Taking rows out, begun.
pub(in crate::execute) struct TakingOut {
    rows_in: u64,
    rows_in_place: u64,
    counts: Counts,
    tests: Vec<(Found, u64)>,
}

impl Quarantine<'_> {
    /// Counts rows, and does what was decided on those that come again.
    pub(in crate::execute) fn begin(&mut self, scope: Scope) -> Result<TakingOut, Failure> {
        self.check_names()?;
        let [rows_in] = numbers(&self.call("begin_quarantine", vec![self.relation()])?);
        let mut counts = Counts {
            rows_in,
            ..Counts::default()
        };
        if self.is_there {
            self.create()?;
            let arguments = vec![self.relation(), self.table(), self.columns()];
            self.call("note_quarantine_decisions", arguments)?;
            let done = self.call("apply_quarantine_decisions", vec![self.relation()])?;
            let [discarded, corrected] = numbers(&done);
            counts.filtered = discarded;
            if corrected > 0 {
                let before = self.count()?;
                let arguments = vec![self.table(), self.columns()];
                let rows = self.call("corrected_rows", arguments)?;
                self.put_back(rows, scope != Scope::All, scope != Scope::All)?;
                let put_back = self.count()?.saturating_sub(before);
                counts.filtered += corrected.saturating_sub(put_back);
            }
        }
        Ok(TakingOut {
            rows_in,
            rows_in_place: 0,
            counts,
            tests: Vec::new(),
        })
    }

    /// Lets a test note its rows for the first time.
    pub(in crate::execute) fn look(
        &self,
        place: usize,
        test: &Arc<Node>,
        taking: &mut TakingOut,
    ) -> Result<(), Failure> {
        let found = self.find(place, test, false)?;
        let rows = self.mark(&found, false)?;
        taking.rows_in_place += rows;
        taking.tests.push((found, rows));
        Ok(())
    }

    /// Notes the rows that an incident holds.
    pub(in crate::execute) fn look_at_held(
        &self,
        hold: &Hold,
        taking: &mut TakingOut,
    ) -> Result<(), Failure> {
        let found = self.held(hold)?;
        let rows = self.mark(&found, false)?;
        taking.rows_in_place += rows;
        taking.tests.push((found, rows));
        Ok(())
    }

    /// Moves what is noted, and has the tests look again until they find nothing. If a limit is passed,
    /// what was noted last stays where it is, and nothing is to be published.
    pub(in crate::execute) fn take_out(
        &mut self,
        mut taking: TakingOut,
    ) -> Result<(Vec<Taken>, TakingOut), Failure> {
        loop {
            let taken = self.taken(&taking);
            if taking.rows_in_place == 0 || taken.iter().any(|it| it.passed.is_some()) {
                return Ok((taken, taking));
            }
            self.create()?;
            let arguments = vec![self.relation(), self.table(), self.columns(), self.entry()];
            let [quarantined, gone, stay] = numbers(&self.call("quarantine_rows", arguments)?);
            taking.counts.quarantined += quarantined;
            taking.counts.filtered += gone;
            if quarantined + gone + stay == 0 {
                return Ok((self.taken(&taking), taking));
            }
            taking.rows_in_place = 0;
            for at in 0..taking.tests.len() {
                let rows = self.mark(&taking.tests[at].0, false)?;
                taking.tests[at].1 += rows;
                taking.rows_in_place += rows;
            }
        }
    }

    /// Notes what is in quarantine no longer, and counts what is left.
    pub(in crate::execute) fn end(
        &self,
        taking: TakingOut,
        scope: Scope,
    ) -> Result<Counts, Failure> {
        let mut counts = taking.counts;
        if self.is_there {
            let scope = ("scope", Value::from(scope.word()));
            let arguments = vec![
                self.relation(),
                self.table(),
                self.columns(),
                scope,
                self.entry(),
            ];
            self.call("resolve_quarantine", arguments)?;
        }
        counts.published = self.count()?;
        self.call("end_quarantine", vec![])?;
        Ok(counts)
    }

    fn taken(&self, taking: &TakingOut) -> Vec<Taken> {
        let taken = taking.tests.iter().map(|(found, rows)| {
            let limit = match found.is_held {
                true => None,
                false => found.test.max_quarantined().or(self.node.max_quarantined()),
            };
            let passed = limit.filter(|it| !it.allows(*rows, taking.rows_in));
            Taken {
                place: found.place,
                rows: *rows,
                passed: passed.map(|it| (it, taking.rows_in)),
            }
        });
        taken.collect()
    }

    pub(super) fn count(&self) -> Result<u64, Failure> {
        let [count] = numbers(&self.call("count_quarantine_rows", vec![self.relation()])?);
        Ok(count)
    }

    /// Puts rows into the relation as a run of the node would.
    pub(super) fn put_back(&self, rows: Value, merges: bool, once: bool) -> Result<(), Failure> {
        let arguments = vec![
            self.relation(),
            self.columns(),
            ("rows", rows),
            ("merges", Value::from(merges)),
            ("once", Value::from(once)),
        ];
        self.call_for_node("put_back_rows", arguments).map(|_| ())
    }
}

/// Orders tests: those that look at one row come first.
pub(in crate::execute) fn in_order<T>(tests: &mut [(T, Arc<Node>)]) {
    tests.sort_by_key(|(_, test)| looks_last(test));
}
