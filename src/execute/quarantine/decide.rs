//! What people decide on rows in quarantine: they are released, discarded or tried again.
//!
//! In: a node, names of rows, and a decision with who made it and why. Out: what became of each row; all
//! of a node's rows in one transaction. A row that is where it is to be already stays untouched.

use std::sync::Arc;

use super::super::ledger::{self, Ledger, Opened, dict, is_listed, table, text};
use super::Quarantine;
use super::rows::{RowState, decisions, texts};
use crate::adapters::Cell;
use crate::execute::audit::Audit;
use crate::execute::checkpoint::Checks;
use crate::execute::{Execution, Failure, Scope, turn};
use crate::jinja::Value;
use crate::jinja::context::Session;
use crate::jinja::library;
use crate::jinja::python::List;
use crate::nodes::{Node, Resource, UniqueId};
use crate::plan::{Action, Plan, Step, Unchanged};

/// A column, and its value for a row that is corrected; none is null.
pub type Correction = (String, Option<String>);

/// What is decided on rows.
#[derive(Debug, Clone)]
pub enum Decision {
    /// They are published, with other values in some columns if there are any.
    Release(Vec<Correction>),
    /// They are never published.
    Discard,
    /// They are published if they pass the tests as they are.
    Retry,
}

/// A decision, with who made it and why.
#[derive(Debug, Clone)]
pub struct Decided {
    /// What.
    pub decision: Decision,
    /// Who.
    pub by: String,
    /// Why.
    pub reason: Option<String>,
}

/// What became of a row.
#[derive(Debug, Clone)]
pub struct RowOutcome {
    /// Its node.
    pub node: UniqueId,
    /// The node's name.
    pub name: String,
    /// The row's name.
    pub row_id: String,
    /// Its state.
    pub state: String,
    /// Whether that was decided right then.
    pub done: bool,
    /// What there is to say of it.
    pub note: Option<String>,
    /// Whether something else was decided than what it is.
    pub refused: bool,
}

impl Execution {
    /// Carries a decision out, in one transaction.
    pub fn decide(
        self: &Arc<Self>,
        node: &Arc<Node>,
        rows: &[RowState],
        decided: &Decided,
        session: &Arc<Session>,
    ) -> Result<Vec<RowOutcome>, Failure> {
        session.take_up(&node.unique_id, Some(Resource::Node(node)))?;
        let ledger = match decided.decision {
            Decision::Discard => None,
            _ => self.ledger_for(node, session)?,
        };
        let turn = turn::wait(node, session)?;
        session.connection().begin()?;
        let outcome = self.decide_within(node, rows, decided, ledger.as_ref(), session);
        let outcome = match outcome {
            Ok(outcome) => session
                .connection()
                .commit()
                .map(|()| outcome)
                .map_err(Failure::from),
            Err(failure) => {
                // The failure is told already.
                let _ = session.connection().rollback();
                Err(failure)
            }
        };
        drop(turn);
        if let Some(ledger) = &ledger {
            ledger.close(&[], outcome.is_err(), session)?;
        }
        outcome
    }

    /// Opens the ledger where a node is listed in it.
    fn ledger_for(
        &self,
        node: &Node,
        session: &Arc<Session>,
    ) -> Result<Option<Arc<Ledger>>, Failure> {
        if !is_listed(node) {
            return Ok(None);
        }
        let step = Step {
            node: node.unique_id.clone(),
            action: Action::Materialize(node.config.materialized().to_owned()),
            needs: Vec::new(),
            audits: Vec::new(),
            unchanged: Unchanged::Runs,
            description: String::new(),
            visible: true,
        };
        let plan = Plan {
            steps: vec![step],
            ..Plan::default()
        };
        Ok(match ledger::open(self, &plan, session)? {
            Opened::Run(ledger) => Some(ledger),
            Opened::Nothing | Opened::Ended(_) => None,
        })
    }

    fn decide_within(
        self: &Arc<Self>,
        node: &Arc<Node>,
        rows: &[RowState],
        decided: &Decided,
        ledger: Option<&Arc<Ledger>>,
        session: &Arc<Session>,
    ) -> Result<Vec<RowOutcome>, Failure> {
        let run_id = match ledger {
            Some(ledger) => ledger.run_id().to_owned(),
            None => self.project.base.invocation_id.to_string(),
        };
        let mut quarantine = Quarantine::open(self, node, session, run_id)?;
        if quarantine.columns.is_empty() {
            return Err(Failure::Quarantine {
                message: format!("there is no table {}", quarantine.relation.render()),
                help: format!("build it first: `dsql build --select {}`", node.name),
            });
        }
        quarantine.create()?;
        quarantine.settle_what_is_published()?;
        let names: Vec<String> = rows.iter().map(|it| it.row_id.clone()).collect();
        let rows = self.quarantined_states(node, (&names, &[]), session)?;
        let open: &[&str] = match decided.decision {
            Decision::Release(_) => &["quarantined", "discarded"],
            _ => &["quarantined"],
        };
        let (due, rest): (Vec<&RowState>, Vec<&RowState>) =
            rows.iter().partition(|it| open.contains(&&*it.state));
        let mut outcome: Vec<RowOutcome> = rest
            .into_iter()
            .map(|row| {
                let refused = quarantine.refused(row, &decided.decision)?;
                let note = refused.clone().unwrap_or_else(|| already(row));
                Ok(RowOutcome {
                    refused: refused.is_some(),
                    ..quarantine.outcome(&row.row_id, &row.state, false, Some(note))
                })
            })
            .collect::<Result<_, Failure>>()?;
        if due.is_empty() {
            return Ok(outcome);
        }
        let ids: Vec<&str> = due.iter().map(|it| it.row_id.as_str()).collect();
        let done = match &decided.decision {
            Decision::Discard => {
                quarantine.settle(&ids, "discarded", "discarded", None, decided)?;
                ids.iter()
                    .map(|id| quarantine.outcome(id, "discarded", true, None))
                    .collect()
            }
            Decision::Release(corrections) => quarantine.release(&ids, corrections, decided)?,
            Decision::Retry => quarantine.retry(&ids, decided)?,
        };
        let put_back = done
            .iter()
            .any(|it| it.done && matches!(&*it.state, "released" | "resolved"));
        outcome.extend(done);
        if put_back {
            self.publish_again(node, ledger, session)?;
        }
        Ok(outcome)
    }

    /// Has the other tests of an audited node look at it, and lists the publish.
    fn publish_again(
        self: &Arc<Self>,
        node: &Arc<Node>,
        ledger: Option<&Arc<Ledger>>,
        session: &Arc<Session>,
    ) -> Result<(), Failure> {
        let mut tests = Vec::new();
        if node.config.str("publish") == Some("audited") {
            let reads = |it: &&Arc<Node>| it.depends_on.nodes.contains(&node.unique_id);
            let others = self.resources.nodes.values().filter(|it| {
                it.resource_type == crate::nodes::ResourceType::Test
                    && it.config.enabled()
                    && !it.quarantines()
            });
            tests.extend(others.filter(reads).cloned().enumerate());
        }
        let is_tested = !tests.is_empty();
        let ledger = ledger.cloned();
        let checks = Arc::new(Checks::new(self));
        let audit = Audit::new(self, node, tests, Scope::Some, ledger, checks, is_tested);
        if let Some(refusal) = audit.look(session).refusal {
            return Err(refusal);
        }
        session.take_up(&node.unique_id, Some(Resource::Node(node)))?;
        audit.publish(None, session)
    }
}

/// Says why nothing is done.
fn already(row: &RowState) -> String {
    let since = row.since.split('.').next().unwrap_or_default();
    match &*row.state {
        "resolved" => format!(
            "it is resolved since {since}: it passes, or comes no longer; nothing is to be done"
        ),
        state => format!("it is {state} since {since}; nothing is done"),
    }
}

/// Writes a correction as the list of decisions has it.
fn json(corrections: &[Correction]) -> serde_json::Value {
    let values = corrections.iter().map(|(name, value)| {
        let value = value.as_deref().map_or(serde_json::Value::Null, Into::into);
        (name.clone(), value)
    });
    serde_json::Value::Object(values.collect())
}

impl Quarantine<'_> {
    fn outcome(&self, row_id: &str, state: &str, done: bool, note: Option<String>) -> RowOutcome {
        RowOutcome {
            node: self.node.unique_id.clone(),
            name: self.node.search_name(),
            row_id: row_id.to_owned(),
            state: state.to_owned(),
            done,
            note,
            refused: false,
        }
    }

    /// Says why a row that is published by a decision stays, if somebody decides otherwise.
    fn refused(&self, row: &RowState, decision: &Decision) -> Result<Option<String>, Failure> {
        let otherwise = row.state == "released"
            && match decision {
                Decision::Release(corrections) => {
                    !corrections.is_empty() && self.last_correction(row)? != json(corrections)
                }
                Decision::Discard => true,
                Decision::Retry => false,
            };
        let (table, id) = (self.table.render(), &row.row_id);
        Ok(otherwise.then(|| {
            format!(
                "it is released, and published by now. To decide again, forget it: `delete from {table} \
                 where '{id}' in (dsql_row_id, dsql_corrects)`, and build `{}` with --full-refresh",
                self.node.name
            )
        }))
    }

    /// Reads with which values a row was released last.
    fn last_correction(&self, row: &RowState) -> Result<serde_json::Value, Failure> {
        let arguments = vec![
            ("table", library::relation(decisions(self.node))),
            ("node", Value::from(&*self.node.unique_id)),
        ];
        let listed = table(&self.call("get_quarantine_decisions", arguments)?);
        let own = |it: &&Vec<Cell>| it.first().is_some_and(|id| text(id) == row.row_id);
        let last = listed.rows.iter().rev().find(own).and_then(|it| it.get(2));
        let read = last.and_then(|it| serde_json::from_str(&text(it)).ok());
        Ok(read.unwrap_or_default())
    }

    /// Rows that are published by now are in quarantine no longer.
    fn settle_what_is_published(&self) -> Result<(), Failure> {
        self.call("begin_quarantine", vec![self.relation()])?;
        let arguments = vec![
            self.relation(),
            self.table(),
            self.columns(),
            ("scope", Value::from(Scope::Some.word())),
            self.entry(),
        ];
        self.call("resolve_quarantine", arguments)?;
        self.call("end_quarantine", vec![]).map(|_| ())
    }

    /// Gives rows a state, and lists the decision.
    fn settle(
        &self,
        ids: &[&str],
        state: &str,
        decision: &str,
        correction: Option<String>,
        decided: &Decided,
    ) -> Result<(), Failure> {
        let arguments = vec![
            self.table(),
            ("ids", texts(ids.iter().copied())),
            ("state", Value::from(state)),
        ];
        self.call("set_quarantine_state", arguments)?;
        let none = || Value::from(());
        let reason = decided.reason.as_deref();
        let row = dict([
            ("node", Value::from(&*self.node.unique_id)),
            ("decision", Value::from(decision)),
            ("correction", correction.map_or_else(none, Value::from)),
            ("decided_by", Value::from(decided.by.as_str())),
            ("reason", reason.map_or_else(none, Value::from)),
            ("run_id", Value::from(self.run_id.as_str())),
        ]);
        let arguments = vec![
            ("table", library::relation(decisions(self.node))),
            ("ids", texts(ids.iter().copied())),
            ("decision", row),
        ];
        self.call("record_quarantine_decisions", arguments)
            .map(|_| ())
    }

    /// Makes the query of rows in quarantine, or of those that take their place.
    fn selection(&self, ids: &[&str], copies: bool, corrected: bool) -> Result<Value, Failure> {
        let arguments = vec![
            self.table(),
            self.columns(),
            ("ids", texts(ids.iter().copied())),
            ("copies", Value::from(copies)),
            ("corrected", Value::from(corrected)),
        ];
        self.call("quarantined_selection", arguments)
    }

    fn release(
        &mut self,
        ids: &[&str],
        corrections: &[Correction],
        decided: &Decided,
    ) -> Result<Vec<RowOutcome>, Failure> {
        let corrected = !corrections.is_empty();
        let mut said = None;
        if corrected {
            self.correct(ids, corrections)?;
            let rows = self.selection(ids, false, true)?;
            if let Some((_, tests, reasons)) = self.try_out(&rows)?.first() {
                return Err(Failure::Quarantine {
                    message: format!("a corrected row fails {tests}: {reasons}"),
                    help: "correct it otherwise, or release it as it is, without `--set`"
                        .to_owned(),
                });
            }
            said = Some(json(corrections).to_string());
        }
        self.put_into_place(ids, corrected)?;
        self.settle(ids, "released", "released", said, decided)?;
        Ok(ids
            .iter()
            .map(|id| self.outcome(id, "released", true, None))
            .collect())
    }

    /// Lists the rows that come in place of others.
    fn correct(&self, ids: &[&str], corrections: &[Correction]) -> Result<(), Failure> {
        let find = |name: &str| {
            let columns = self.columns.iter();
            columns
                .map(|it| it.name.as_str())
                .find(|it| it.eq_ignore_ascii_case(name))
        };
        for (name, _) in corrections {
            if find(name).is_none() {
                let names: Vec<_> = self.columns.iter().map(|it| it.name.as_str()).collect();
                return Err(Failure::Quarantine {
                    message: format!("`{}` has no column `{name}`", self.node.name),
                    help: format!("set one of {}", names.join(", ")),
                });
            }
        }
        let columns = self.columns.iter().map(|column| {
            let set = corrections
                .iter()
                .rev()
                .find(|(name, _)| name.eq_ignore_ascii_case(&column.name));
            let value = set.and_then(|(_, value)| value.as_deref());
            dict([
                (
                    "name",
                    Value::from(super::quoted(&column.name, self.session)),
                ),
                ("type", Value::from(column.sql_type.as_str())),
                ("is_set", Value::from(set.is_some())),
                ("value", value.map_or(Value::from(()), Value::from)),
            ])
        });
        let arguments = vec![
            self.table(),
            ("columns", List::value(columns.collect::<Vec<_>>())),
            ("ids", texts(ids.iter().copied())),
            ("node", Value::from(&*self.node.unique_id)),
        ];
        self.call("correct_quarantined_rows", arguments).map(|_| ())
    }

    fn retry(&mut self, ids: &[&str], decided: &Decided) -> Result<Vec<RowOutcome>, Failure> {
        let rows = self.selection(ids, false, false)?;
        let failing = self.try_out(&rows)?;
        let mut outcome = Vec::new();
        for (id, tests, reasons) in &failing {
            let arguments = vec![
                self.table(),
                ("id", Value::from(id.as_str())),
                ("tests", Value::from(tests.as_str())),
                ("reasons", Value::from(reasons.as_str())),
            ];
            self.call("set_quarantine_reasons", arguments)?;
            outcome.push(self.outcome(id, "quarantined", false, Some(reasons.clone())));
        }
        let fails = |id: &&str| failing.iter().any(|(it, ..)| it == id);
        let passing: Vec<&str> = ids.iter().copied().filter(|it| !fails(it)).collect();
        if !passing.is_empty() {
            self.put_into_place(&passing, false)?;
            self.settle(&passing, "resolved", "retried", None, decided)?;
        }
        let passed = passing
            .iter()
            .map(|id| self.outcome(id, "resolved", true, Some("it passes".to_owned())));
        outcome.extend(passed);
        Ok(outcome)
    }

    /// Puts rows back through the node's own way of writing.
    fn put_into_place(&self, ids: &[&str], corrected: bool) -> Result<(), Failure> {
        let copies = self.key().is_empty();
        let rows = self.selection(ids, copies, corrected)?;
        self.put_back(rows, true, false)?;
        if self.node.config.get("updated_at").is_none() {
            return Ok(());
        }
        let rows = self.selection(ids, false, corrected)?;
        let arguments = vec![self.relation(), self.columns(), ("rows", rows)];
        let missing = table(&self.call("find_missing_rows", arguments)?);
        match missing.rows.first().and_then(|it| it.first()) {
            Some(id) => Err(Failure::Quarantine {
                message: format!(
                    "row {} was not put back: `{}` has a newer one with its key",
                    text(id),
                    self.node.name
                ),
                help: "discard it, or set its `updated_at`, too".to_owned(),
            }),
            None => Ok(()),
        }
    }
}
