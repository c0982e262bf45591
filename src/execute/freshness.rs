//! How old a source is: its newest row against the database's clock, asked by the project's macros.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::Failure;
use super::info::{answer, finished, source_info};
use super::node::{Run, thread};
use super::prepare::call;
use super::response::adapter_response;
use super::scheduler::Ended;
use crate::adapters::{AdapterError, Cell, Relation, Response, Table};
use crate::artifacts::{Freshness, NodeResult, Timing};
use crate::diagnostics::{Code, Diagnostic};
use crate::events::{COLLECT_FRESHNESS_RETURN_SIGNATURE, Event, Fate, NodeInfo, Status};
use crate::jinja::context::{Names, RunContext, Session, Target, from_json, response_of};
use crate::jinja::python::{Dict as PythonDict, repr};
use crate::jinja::{Origin, Template, Value, library};
use crate::nodes::{Resource, Source};
use crate::plan::Step;

/// dbt takes a source without rows for infinitely old: midnight of the first of January of year 1.
const LONG_AGO: i64 = -62_135_596_800;

impl Run<'_> {
    /// Looks at a source and tells of it.
    pub(super) fn look_at_source(
        &self,
        place: usize,
        step: &Step,
        source: &Source,
        worker: &Result<Arc<Session>, AdapterError>,
    ) -> Ended {
        let base = &self.execution.project.base;
        let start = base.system.instant();
        let info = source_info(source, self.now());
        base.sink.emit(Event::NodeStarted {
            node: Arc::new(info.clone()),
            index: place,
            total: self.total,
            description: step.description.clone(),
        });
        let mut timing = Vec::new();
        let found = match worker {
            Ok(session) => {
                let found = self.age(source, session, &info, &mut timing);
                let released = session.connection().rollback();
                found.and_then(|found| released.map(|()| found).map_err(Failure::from))
            }
            Err(error) => Err(Failure::Adapter(error.clone())),
        };
        self.complete(&mut timing);
        let untouched = |status| NodeResult::untouched(source.unique_id.clone(), status, thread());
        let (result, problems) = match found {
            Ok((freshness, response)) => {
                let result = NodeResult {
                    adapter_response: adapter_response(&response),
                    freshness: Some(freshness),
                    ..untouched(judge(source, freshness))
                };
                (result, Vec::new())
            }
            Err(failure) => {
                let result = NodeResult {
                    message: Some(failure.text_of_source(source)),
                    ..untouched(Status::RuntimeError)
                };
                let problems = match failure.is_cancelled() {
                    true => Vec::new(),
                    false => vec![Arc::new(failure.into_source_diagnostic(source))],
                };
                (result, problems)
            }
        };
        let elapsed = base.system.instant().saturating_sub(start).as_secs_f64();
        let result = NodeResult {
            timing,
            execution_time: elapsed,
            ..result
        };
        base.sink.emit(Event::NodeFinished {
            node: finished(&info, self.now()),
            index: place,
            total: self.total,
            description: step.description.clone(),
            status: result.status,
            message: result.message.clone().unwrap_or_default(),
            execution_time: elapsed,
            failures: None,
            problems,
            compiled_path: None,
            cause: None,
            answer: answer(&result),
        });
        let failed = result.status.is_failure();
        self.keep(result);
        if failed { Ended::Badly } else { Ended::Well }
    }

    /// Asks for the newest row and the time.
    fn age(
        &self,
        source: &Source,
        session: &Arc<Session>,
        info: &NodeInfo,
        timing: &mut Vec<Timing>,
    ) -> Result<(Freshness, Response), Failure> {
        let sink = &self.execution.project.base.sink;
        session.take_up(&source.unique_id, Some(Resource::Source(source)))?;
        // There is nothing to compile in a source; dbt tells of it all the same.
        for name in ["compile", "execute"] {
            self.complete(timing);
            self.begin(name, timing);
            sink.emit(match name {
                "compile" => Event::NodeCompiling(Arc::new(info.clone())),
                _ => Event::NodeExecuting(Arc::new(info.clone())),
            });
        }
        let relation = library::relation(relation(source, session)?);
        let text = |value: &str| Value::from(value);
        let (name, keywords) = match (&source.loaded_at_query, &source.loaded_at_field) {
            (Some(query), _) => {
                let query = rendered(query, source, &relation, session)?;
                let arguments = [("source", relation), ("loaded_at_query", text(&query))];
                ("collect_freshness_custom_sql", Vec::from(arguments))
            }
            (None, Some(field)) => {
                let filter = source.freshness.as_ref().and_then(|it| it.get("filter"));
                let filter = filter.and_then(|it| it.as_str());
                let arguments = [
                    ("source", relation),
                    ("loaded_at_field", text(field)),
                    ("filter", filter.map_or(Value::from(()), text)),
                ];
                ("collect_freshness", Vec::from(arguments))
            }
            (None, None) => return Err(no_field(source, session)),
        };
        let keywords = keywords
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value));
        let found = call(session, name, keywords.collect())?;
        let (table, response) = match found.downcast_object_ref::<PythonDict>() {
            Some(found) => (
                found.get("table").unwrap_or_default(),
                response_of(&found.get("response").unwrap_or_default()),
            ),
            // Macros of older projects return the table alone.
            None => {
                tell_of_older_form(name, source, session)?;
                (found, Response::default())
            }
        };
        let table = library::table_of(&table).unwrap_or_default();
        Ok((freshness(&table, name)?, response))
    }
}

/// Tells that a macro gives a table, as those of older projects do.
fn tell_of_older_form(name: &str, source: &Source, session: &Session) -> Result<(), Failure> {
    let base = &session.project.base;
    let message = format!("`{name}` returns a table alone, as for older versions of dbt");
    let help = "end it with `{{ return(load_result('collect_freshness')) }}`";
    match base.warnings.fate(COLLECT_FRESHNESS_RETURN_SIGNATURE) {
        Fate::Error => Err(unknown("Compilation", message, help)),
        Fate::Silence => Ok(()),
        Fate::Warning => {
            let mut finding = Diagnostic::warning(Code::DeprecatedMacro, message)
                .help(help)
                .note(format!("in {}", source.unique_id));
            let macros = session.engine.macros();
            let named = macros.find_by_name(name, None);
            let dispatched = || {
                macros
                    .dispatch(&macros.settings().root, name, Some("dbt"))
                    .ok()
            };
            let own = named
                .filter(|it| !macros.is_built_in(it))
                .or_else(dispatched);
            if let Some(entry) = own {
                finding = finding.at(entry.node.header());
            }
            base.sink.emit(Event::Finding(Arc::new(finding)));
            Ok(())
        }
    }
}

/// Says how a source fares under its rules: an age that is just reached is not beyond it.
fn judge(source: &Source, freshness: Freshness) -> Status {
    let beyond = |rule| {
        let limit = source.freshness_limit(rule);
        limit.is_some_and(|limit| freshness.age() > limit)
    };
    if beyond("error_after") {
        Status::Error
    } else if beyond("warn_after") {
        Status::Warn
    } else {
        Status::Pass
    }
}

/// Finds the relation that `source()` gives, which may be a file.
fn relation(source: &Source, session: &Session) -> Result<Relation, Failure> {
    let (package, name) = (&source.package_name, &source.source_name);
    let target = session.operation.source(package, None, name, &source.name);
    match target {
        Ok(Target::Relation(relation) | Target::Ephemeral(_, relation)) => Ok(relation),
        Err(error) => Err(unknown(
            "Compilation",
            error.to_string(),
            "name the source anew",
        )),
    }
}

/// Renders `loaded_at_query`.
fn rendered(
    query: &str,
    source: &Source,
    relation: &Value,
    session: &Arc<Session>,
) -> Result<String, Failure> {
    let subject = from_json(&Resource::Source(source).to_json());
    let names = Names {
        values: vec![
            ("this".to_owned(), relation.clone()),
            ("model".to_owned(), subject.clone()),
            ("source_node".to_owned(), subject),
        ],
        ..Names::default()
    };
    let package = Arc::from(source.package_name.as_str());
    let context = RunContext::with_names(session.clone(), None, package, names);
    let template = Template {
        name: &source.unique_id,
        text: query,
        origin: Origin::Within(source.location),
    };
    Ok(session.engine.render(template, &context.scope())?.text)
}

/// Reads the two points in time that the macro found.
fn freshness(table: &Table, name: &str) -> Result<Freshness, Failure> {
    let ([row], 2) = (table.rows.as_slice(), table.columns.len()) else {
        let rows = table.rows.iter().map(|row| {
            let cells = row.iter().map(|cell| match cell {
                Cell::Text(text) => repr(&Value::from(text.as_str())),
                cell => cell.to_string(),
            });
            // Python's tuple of one has a comma behind it.
            let comma = if row.len() == 1 { "," } else { "" };
            format!("({}{comma})", cells.collect::<Vec<_>>().join(", "))
        });
        let rows = rows.collect::<Vec<_>>().join(", ");
        let message = format!("Got an invalid result from \"{name}\" macro: [{rows}]");
        let help = "the query must give one row: when the newest row was loaded, and the time";
        return Err(unknown("Compilation", message, help));
    };
    let max_loaded_at = utc(&row[0], "last_modified")?;
    let Some(snapshotted_at) = utc(&row[1], "snapshotted_at")? else {
        let message = "Expected a non-null value when querying field 'snapshotted_at' of table \
                       null relation but received value 'null' instead";
        let help = "the second column must be the time: `{{ current_timestamp() }}`";
        return Err(unknown("Database", message.to_owned(), help));
    };
    Ok(Freshness {
        max_loaded_at: max_loaded_at
            .unwrap_or_else(|| DateTime::from_timestamp(LONG_AGO, 0).unwrap_or_default()),
        snapshotted_at,
    })
}

/// Reads a point in time; one without zone counts as UTC.
fn utc(cell: &Cell, field: &str) -> Result<Option<DateTime<Utc>>, Failure> {
    let kind = match cell {
        Cell::Null => return Ok(None),
        Cell::DateTime(at) => return Ok(Some(at.and_utc())),
        Cell::DateTimeTz(at) => return Ok(Some(at.with_timezone(&Utc))),
        Cell::Boolean(_) => "bool",
        Cell::Integer(_) => "int",
        Cell::Decimal(_) => "Decimal",
        Cell::Date(_) => "date",
        Cell::Text(_) => "str",
    };
    let message = format!(
        "Expected a timestamp value when querying field '{field}' of table None but received value \
         of type '{kind}' instead"
    );
    let help = "cast it: `loaded_at_field: \"loaded_on::timestamp\"`";
    Err(unknown("Database", message, help))
}

fn no_field(source: &Source, session: &Session) -> Failure {
    let message = format!(
        "Could not compute freshness for source {}: no 'loaded_at_field' provided and {} adapter \
         does not support metadata-based freshness checks.",
        source.name,
        session.adapter.name()
    );
    let help = "name the column with `loaded_at_field: loaded_at`, or switch the check off with \
                `freshness: null`";
    unknown("Runtime", message, help)
}

fn unknown(kind: &'static str, message: String, help: &str) -> Failure {
    Failure::Freshness {
        kind,
        message,
        help: help.to_owned(),
    }
}
