//! Scores of data in the warehouse: what they are made of is read, and they are written.
//!
//! In: events of runs, relations, and scores. Out: results and histories of tests, numbers of rows, and the table `dsql.dq_score`.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::NaiveDateTime;

use super::ledger::{SCHEMA, call_with, dict, table, text};
use super::measured::{count, number};
use super::quarantine::{failing_rows, quoted};
use super::{EVENTS, Execution, Failure};
use crate::adapters::{Cell, Relation, RelationCache};
use crate::jinja::Value;
use crate::jinja::context::{Session, node_relation};
use crate::jinja::library;
use crate::jinja::python::List;
use crate::nodes::{Node, UniqueId};
use crate::score::{Level, Scores};
use crate::system::naive_sql_time;

/// The table of scores.
pub(super) const SCORES: &str = "dq_score";
/// How many runs say how often a node fails.
const HISTORY: u64 = 50;
/// How many scores of the project make a trend.
const TREND: u64 = 20;
/// How many entities of a node are shown.
const WORST: u64 = 20;

/// The place where results are read and scores are written.
pub struct Scoring<'e> {
    execution: &'e Arc<Execution>,
    session: Arc<Session>,
    database: String,
}

/// How a test ended the last time.
#[derive(Debug, Clone)]
pub struct TestResult {
    /// In dbt's words.
    pub status: String,
    /// What it found.
    pub failures: u64,
}

/// What is scored by entities: a node, the columns that name them, and which of those nobody may see, with its tests and weights.
#[derive(Debug)]
pub struct EntitiesOf {
    /// The node.
    pub node: Arc<Node>,
    /// The columns, and whether their values are hidden.
    pub keys: Vec<(String, bool)>,
    /// The tests with their weights.
    pub tests: Vec<(Arc<Node>, f64)>,
}

/// An entity with its score.
#[derive(Debug, Clone, PartialEq)]
pub struct EntityScore {
    /// The node.
    pub node: String,
    /// The value of its key.
    pub entity: String,
    /// From 0 to 1.
    pub score: f64,
    /// Its rows.
    pub rows: u64,
    /// Those that fail a test.
    pub failed_rows: u64,
}

impl<'e> Scoring<'e> {
    /// Opens the warehouse; none if it has no events.
    pub fn open(execution: &'e Arc<Execution>) -> Result<Option<Self>, Failure> {
        let session = execution.session(&Arc::new(RelationCache::default()), "score")?;
        let database = execution.adapter.default_database().to_owned();
        let opened = Self {
            execution,
            session,
            database,
        };
        let events = vec![("events", opened.relation(EVENTS))];
        let has_events = call_with(&opened.session, "has_events", events)?.is_true();
        Ok(has_events.then_some(opened))
    }

    /// Reads how tests and looks at the age of sources ended the last time.
    pub fn results(&self) -> Result<HashMap<String, TestResult>, Failure> {
        let events = vec![("events", self.relation(EVENTS))];
        let found = table(&call_with(&self.session, "get_test_results", events)?);
        let row = |row: &Vec<Cell>| match row.as_slice() {
            [node, status, failures] => Some((
                text(node),
                TestResult {
                    status: text(status),
                    failures: count(failures),
                },
            )),
            _ => None,
        };
        Ok(found.rows.iter().filter_map(row).collect())
    }

    /// Reads in how many of the last runs nodes were there, and in how many they or one of their tests failed.
    pub fn histories(&self) -> Result<HashMap<String, (u64, u64)>, Failure> {
        let arguments = vec![
            ("events", self.relation(EVENTS)),
            ("runs", Value::from(HISTORY)),
        ];
        let found = table(&call_with(&self.session, "get_failure_history", arguments)?);
        let row = |row: &Vec<Cell>| match row.as_slice() {
            [node, runs, failed] => Some((text(node), (count(runs), count(failed)))),
            _ => None,
        };
        Ok(found.rows.iter().filter_map(row).collect())
    }

    /// Counts rows of relations; those that are not there are not in the result.
    pub fn rows(
        &self,
        relations: Vec<(UniqueId, Relation)>,
    ) -> Result<HashMap<UniqueId, u64>, Failure> {
        let (ids, relations): (Vec<_>, Vec<_>) = relations.into_iter().unzip();
        let relations = relations.into_iter().map(library::relation);
        let arguments = vec![("relations", List::value(relations.collect::<Vec<_>>()))];
        let found = table(&call_with(&self.session, "count_rows", arguments)?);
        let row = |row: &Vec<Cell>| match row.as_slice() {
            [place, rows] => {
                let place = usize::try_from(count(place)).ok()?;
                Some((ids.get(place)?.clone(), count(rows)))
            }
            _ => None,
        };
        Ok(found.rows.iter().filter_map(row).collect())
    }

    /// Writes scores down in one transaction, those of entities with them. Returns the entities with the least scores.
    pub fn record(
        &self,
        scores: &Scores,
        entities: &[EntitiesOf],
        at: NaiveDateTime,
    ) -> Result<Vec<EntityScore>, Failure> {
        let at = naive_sql_time(at);
        let run_id = self.execution.project.base.invocation_id.to_string();
        let scores_table = || ("table", self.relation(SCORES));
        let of_run = || {
            vec![
                scores_table(),
                ("run_id", Value::from(run_id.as_str())),
                ("scored_at", Value::from(at.as_str())),
            ]
        };
        call_with(&self.session, "create_dq_score", vec![scores_table()])?;
        let rows = scores.all.iter().map(row);
        let mut arguments = of_run();
        arguments.push(("scores", List::value(rows.collect::<Vec<_>>())));
        call_with(&self.session, "record_dq_scores", arguments)?;
        for of in entities {
            let mut arguments = of_run();
            let Some(more) = self.entities(of)? else {
                continue;
            };
            arguments.extend(more);
            call_with(&self.session, "record_entity_scores", arguments)?;
        }
        let arguments = vec![
            scores_table(),
            ("run_id", Value::from(run_id.as_str())),
            ("most", Value::from(WORST)),
        ];
        let worst = table(&call_with(&self.session, "get_entity_scores", arguments)?);
        self.session.connection().commit()?;
        Ok(worst.rows.iter().filter_map(|it| entity(it)).collect())
    }

    /// Says how the entities of a node are scored; none if none of its tests tells which rows fail it.
    fn entities(&self, of: &EntitiesOf) -> Result<Option<Vec<(&'static str, Value)>>, Failure> {
        let relation = node_relation(&of.node, self.session.project.quoting);
        let tests: Vec<Arc<Node>> = of.tests.iter().map(|it| it.0.clone()).collect();
        let rows = failing_rows(self.execution, &of.node, &tests, &self.session)?;
        let weighed = rows.into_iter().zip(&of.tests);
        let tests = weighed.filter_map(|(rows, (_, weight))| {
            let rows = Value::from(rows?);
            Some(dict([("rows", rows), ("weight", Value::from(*weight))]))
        });
        let tests: Vec<Value> = tests.collect();
        if tests.is_empty() {
            return Ok(None);
        }
        let keys = of.keys.iter().map(|(name, hides)| {
            let name = Value::from(quoted(name, &self.session));
            dict([("name", name), ("hides", Value::from(*hides))])
        });
        Ok(Some(vec![
            ("node", Value::from(&*of.node.unique_id)),
            ("relation", library::relation(relation)),
            ("keys", List::value(keys.collect::<Vec<_>>())),
            ("tests", List::value(tests)),
            ("formula", Value::from(Level::Entity.formula())),
        ]))
    }

    /// Reads the last scores of the project, the oldest first.
    pub fn trend(&self) -> Result<Vec<f64>, Failure> {
        let arguments = vec![
            ("table", self.relation(SCORES)),
            ("runs", Value::from(TREND)),
        ];
        let found = table(&call_with(&self.session, "get_dq_trend", arguments)?);
        let scores = found.rows.iter().filter_map(|it| number(it.get(1)?));
        Ok(scores.collect())
    }

    fn relation(&self, name: &str) -> Value {
        let relation = Relation::new(Some(&self.database), Some(SCHEMA), Some(name));
        library::relation(relation)
    }
}

/// Returns the values of a score after the run and the time.
fn row(score: &crate::score::Score) -> Value {
    let optional = |text: Option<&str>| text.map_or(Value::from(()), Value::from);
    let counted = |count: usize| Value::from(u64::try_from(count).unwrap_or(u64::MAX));
    let risk = |of: fn(&crate::score::Risk) -> u8| {
        let number = score.risk.as_ref().map(of);
        number.map_or(Value::from(()), |it| Value::from(u64::from(it)))
    };
    List::value(vec![
        Value::from(score.level.as_str()),
        Value::from(score.subject.as_str()),
        Value::from(score.name.as_str()),
        optional(score.dimension.as_deref()),
        Value::from(score.score),
        counted(score.tests),
        counted(score.failed),
        score.rows.map_or(Value::from(()), Value::from),
        Value::from(()),
        optional(score.owner.as_deref()),
        risk(|it| it.likelihood),
        risk(|it| it.impact),
        Value::from(score.level.formula()),
    ])
}

fn entity(row: &[Cell]) -> Option<EntityScore> {
    let [node, entity, score, rows, failed_rows] = row else {
        return None;
    };
    Some(EntityScore {
        node: text(node),
        entity: text(entity),
        score: number(score)?,
        rows: count(rows),
        failed_rows: count(failed_rows),
    })
}
