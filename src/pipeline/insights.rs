//! `insights`: what the history of runs says, by queries on models of their events.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDateTime;

use super::logs::no_events;
use super::watch::Watch;
use super::{Exit, Product, Ready, Surroundings, execution, show};
use crate::adapters::{Cell, Table};
use crate::diagnostics::{Code, Diagnostic, did_you_mean};
use crate::execute::{EventStore, Execution, Failure, Measurements};
use crate::insights::{Forecast, QUESTIONS, SERIES, forecasts};
use crate::invocation::{Command, Invocation};
use crate::nodes::{Node, Resources};
use crate::packages::EVENT_MODELS;
use crate::quality::trend::FEWEST;
use crate::text::Texts;

/// How many days ahead forecasts are, unless said.
const DAYS: i64 = 30;

/// What there is to see.
#[derive(Debug)]
pub struct Insights {
    /// Answers to questions.
    pub answers: Vec<Answer>,
    /// What is to be expected.
    pub forecasts: Vec<Forecast>,
    /// How many days ahead.
    pub days: i64,
    /// The SQL of what forecasts are made of, by what is measured.
    pub series_sql: Vec<(&'static str, String)>,
    /// Whether SQL is shown.
    pub with_sql: bool,
}

/// The answer of a query.
#[derive(Debug)]
pub struct Answer {
    /// Its name.
    pub name: &'static str,
    /// What it answers.
    pub title: &'static str,
    /// The SQL, as it can be sent to the warehouse.
    pub sql: String,
    /// The rows.
    pub table: Table,
}

/// Makes common table expressions of the models of events, if the command only reads them: they need not be there.
pub(super) fn inline_models(command: Command, resources: &mut Arc<Resources>) {
    if command != Command::Insights {
        return;
    }
    for node in Arc::make_mut(resources).nodes.values_mut() {
        if node.package_name == EVENT_MODELS && node.as_model().is_some() {
            let node = Arc::make_mut(node);
            let set = node.config.set_values_mut();
            set.insert("materialized".to_owned(), "ephemeral".into());
            node.relation_name = None;
        }
    }
}

/// Answers all questions, and says what is to be expected.
pub(super) fn insights(
    invocation: &Invocation,
    ready: &Ready,
    around: &Surroundings,
    texts: &mut Texts,
    findings: &mut Vec<Diagnostic>,
) -> (Exit, Product) {
    let execution = execution(invocation, ready, around);
    let mut desk = Desk {
        ready,
        around,
        texts,
        execution: &execution,
    };
    let days = invocation.number("days").unwrap_or(DAYS);
    match desk.insights(days, invocation.on("sql"), findings) {
        Ok(Some(found)) => (Exit::Done, Product::Insights(Box::new(found))),
        Ok(None) => (Exit::Done, Product::None),
        Err(failure) => {
            findings.push(failure.into_finding());
            (Exit::CouldNotRun, Product::None)
        }
    }
}

struct Desk<'a> {
    ready: &'a Ready,
    around: &'a Surroundings,
    texts: &'a mut Texts,
    execution: &'a Execution,
}

impl Desk<'_> {
    fn insights(
        &mut self,
        days: i64,
        with_sql: bool,
        findings: &mut Vec<Diagnostic>,
    ) -> Result<Option<Insights>, Failure> {
        if Measurements::open(self.execution)?.is_none() {
            findings.push(no_events(self.ready.check_settings.events));
            return Ok(None);
        }
        // Views may be those of an earlier dsql.
        EventStore::open(self.execution, true)?;
        let mut answers = Vec::new();
        for (name, title) in QUESTIONS {
            let (sql, table) = self.ask(name)?;
            answers.push(Answer {
                name,
                title,
                sql,
                table,
            });
        }
        let (mut all, mut series_sql) = (Vec::new(), Vec::new());
        let capacity = &self.ready.insights.capacity;
        for (name, measure) in SERIES {
            let (sql, table) = self.ask(name)?;
            let when = (self.around.system.now(), days as f64);
            all.extend(forecasts(measure, &series(&table), capacity, when));
            series_sql.push((measure, sql));
        }
        findings.extend(self.unknown(&all));
        Ok(Some(Insights {
            answers,
            forecasts: all,
            days,
            series_sql,
            with_sql,
        }))
    }

    /// Says of which capacities nothing is forecast.
    fn unknown(&self, all: &[Forecast]) -> Vec<Diagnostic> {
        let capacity = self.ready.insights.capacity.iter();
        let unknown = capacity.filter(|it| !all.iter().any(|known| known.name == it.name));
        let told = unknown.map(|it| {
            let message = format!("nothing is to be expected of `{}`", it.name);
            let finding = Diagnostic::warning(Code::InvalidSettings, message).at(it.location);
            let names = all.iter().map(|it| it.name.as_str());
            finding.help(match did_you_mean(&it.name, names) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!(
                    "name a node with checkpoints, or a command as it was typed, of which {FEWEST} runs \
                     are known"
                ),
            })
        });
        told.collect()
    }

    /// Sends the query of a macro; returns its SQL, and the rows.
    fn ask(&mut self, name: &str) -> Result<(String, Table), Failure> {
        let mut node = self.query(name)?;
        let mut watch = Watch::start(&*self.around.system);
        let (sent, _, table) = show::rows(self.execution, &mut node, None, &mut watch)?;
        Ok((sent.code.trim().to_owned(), table))
    }

    fn query(&mut self, name: &str) -> Result<Arc<Node>, Failure> {
        let ready = self.ready;
        let sql = format!("{{{{ {EVENT_MODELS}.insight_{name}() }}}}");
        let file = self.texts.add(format!("insights/{name}.sql"), sql.as_str());
        let read = crate::parse::inline(file, &sql, &ready.project, &ready.facts, &ready.engine);
        let told = |it: Diagnostic| Failure::Told(Box::new(it));
        let (node, mut found) = read;
        let Some(node) = node else {
            let unread = Diagnostic::error(Code::InternalError, name);
            return Err(told(found.pop().unwrap_or(unread)));
        };
        let (node, found) = crate::graph::resolve_one(node, &ready.resources, &ready.facts.name);
        match found.into_iter().find(Diagnostic::is_error) {
            Some(finding) => Err(told(finding)),
            None => Ok(node),
        }
    }
}

/// Reads series: a name, a time, a value in each row.
fn series(table: &Table) -> BTreeMap<String, Vec<(NaiveDateTime, f64)>> {
    let mut all: BTreeMap<String, Vec<(NaiveDateTime, f64)>> = BTreeMap::new();
    for row in &table.rows {
        let [Cell::Text(name), Cell::DateTime(at), value] = row.as_slice() else {
            continue;
        };
        let value = match value {
            Cell::Integer(number) => *number as f64,
            Cell::Decimal(number) => number.to_f64(),
            _ => continue,
        };
        all.entry(name.clone()).or_default().push((*at, value));
    }
    all
}
