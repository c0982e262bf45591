//! `logs`: events of runs, from the warehouse and from files that wait, and those of a run in progress as they come.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};

use super::event_log::target;
use super::{Exit, Product, Surroundings};
use crate::adapters::{Adapter, Cell, Connection};
use crate::diagnostics::{Code, Diagnostic};
use crate::event_log::{COLUMNS, Head, SpoolFile, is_last, spools, values};
use crate::events::Event;
use crate::execute::{EVENTS, Failure, LEDGER_SCHEMA};
use crate::invocation::Invocation;
use crate::project::Project;
use crate::system::{System, sql_time};

/// The temporary table of entries that are not delivered yet.
const UNDELIVERED: &str = "dsql_undelivered";
/// Entries in one statement.
const AT_ONCE: usize = 500;
/// How often a run in progress is looked at.
const PAUSE: Duration = Duration::from_millis(20);
/// How often the warehouse is asked for the last events of a run that has ended: it may have it open still.
const TRIES: usize = 500;
/// Levels, the least severe first.
const LEVELS: [&str; 3] = ["info", "warn", "error"];

/// Shows events.
pub(super) fn logs(
    invocation: &Invocation,
    (project, adapter): (&Project, &dyn Adapter),
    around: &Surroundings,
    findings: &mut Vec<Diagnostic>,
) -> (Exit, Product) {
    let filter = match filter(invocation, around.system.now()) {
        Ok(filter) => filter,
        Err(finding) => {
            findings.push(*finding);
            return (Exit::CouldNotRun, Product::None);
        }
    };
    let logs = Logs {
        adapter,
        around,
        target: target(project),
        folder: &project.target_path,
        filter,
    };
    let done = match invocation.on("follow") {
        true => logs.follow(findings),
        false => logs.show(findings),
    };
    match done {
        Ok(()) => (Exit::Done, Product::None),
        Err(failure) => {
            findings.push(failure.into_finding());
            (Exit::CouldNotRun, Product::None)
        }
    }
}

/// Says that there are no events, and what brings them where the project wants them or does not.
pub(super) fn no_events(are_wanted: bool) -> Diagnostic {
    let finding = Diagnostic::warning(Code::NothingToDo, "there are no events");
    finding.help(match are_wanted {
        true => "the first run leaves some: `dsql build`",
        false => "runs leave them with `events: true` in dsql.yml",
    })
}

/// What is wanted, as conditions of SQL.
struct Filter {
    conditions: Vec<String>,
    /// The run; none means the last one.
    run: Option<String>,
}

fn filter(invocation: &Invocation, now: DateTime<Utc>) -> Result<Filter, Box<Diagnostic>> {
    let text = |name: &str| invocation.text(name).filter(|it| !it.is_empty());
    let mut conditions = Vec::new();
    if let Some(node) = text("node") {
        let node = quoted(node);
        conditions.push(format!("(node = {node} or name = {node})"));
    }
    if let Some(level) = text("level") {
        let at = LEVELS
            .iter()
            .position(|it| *it == level)
            .unwrap_or_default();
        let levels: Vec<String> = LEVELS[at..].iter().map(|it| quoted(it)).collect();
        conditions.push(format!("level in ({})", levels.join(", ")));
    }
    if let Some(since) = text("since") {
        let moment = moment(since, now).ok_or_else(|| {
            let message = format!("`--since` is a time or a span, not `{since}`");
            let help = "write `30m`, `2h`, `7d`, `2026-11-29` or `2026-11-29 18:30`";
            Box::new(Diagnostic::error(Code::InvalidFlag, message).help(help))
        })?;
        let moment = sql_time(moment);
        conditions.push(format!("happened_at >= timestamp '{moment}'"));
    }
    if let Some(sql) = text("where") {
        conditions.push(format!("(\n{sql}\n)"));
    }
    // Whoever says when, or which, means all runs.
    let is_wide = text("since").is_some() || text("where").is_some();
    let run = match text("run") {
        Some("all") => Some(String::new()),
        Some("last") => None,
        Some(run) => Some(run.to_owned()),
        None => is_wide.then(String::new),
    };
    Ok(Filter { conditions, run })
}

/// Reads a moment: a time, a day, or how long ago it is.
pub(super) fn moment(text: &str, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let (number, unit) = text.split_at(
        text.find(|it: char| !it.is_ascii_digit())
            .unwrap_or(text.len()),
    );
    let span = number.parse().ok().and_then(|number: i64| match unit {
        "s" => TimeDelta::try_seconds(number),
        "m" => TimeDelta::try_minutes(number),
        "h" => TimeDelta::try_hours(number),
        "d" => TimeDelta::try_days(number),
        "w" => TimeDelta::try_weeks(number),
        _ => None,
    });
    if let Some(span) = span {
        return now.checked_sub_signed(span);
    }
    let text = text.replacen('T', " ", 1);
    let forms = ["%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%d %H:%M"];
    let mut times = forms
        .iter()
        .filter_map(|it| NaiveDateTime::parse_from_str(&text, it).ok());
    let day = || {
        NaiveDate::parse_from_str(&text, "%Y-%m-%d")
            .ok()?
            .and_hms_opt(0, 0, 0)
    };
    times.next().or_else(day).map(|it| it.and_utc())
}

struct Logs<'a> {
    adapter: &'a dyn Adapter,
    around: &'a Surroundings,
    /// The database, as files of entries name it.
    target: String,
    folder: &'a std::path::Path,
    filter: Filter,
}

impl Logs<'_> {
    /// Shows what there is.
    fn show(&self, findings: &mut Vec<Diagnostic>) -> Result<(), Failure> {
        let (mut connection, has_table) = self.connect(findings)?;
        let mut lines = String::new();
        for (file, _) in self.files(&[]) {
            lines.push_str(&read(&file, 0, self.system()).0);
        }
        if !has_table && lines.is_empty() && findings.is_empty() {
            findings.push(no_events(false));
            return Ok(());
        }
        fill(&lines, &mut *connection)?;
        let from = self.from(has_table);
        let run = match &self.filter.run {
            Some(run) if run.is_empty() => None,
            Some(run) => Some(format!("starts_with(run_id, {})", quoted(run))),
            None => Some(format!(
                "run_id = (select run_id from {from} as runs order by happened_at desc, sequence desc limit 1)"
            )),
        };
        if self.print(&from, run, &mut *connection)? == 0 {
            let finding = Diagnostic::warning(Code::NothingToDo, "no events are like that");
            findings.push(finding.help("`dsql logs --run all` shows all"));
        }
        Ok(())
    }

    /// Shows a run in progress until it ends; waits for one if there is none.
    fn follow(&self, findings: &mut Vec<Diagnostic>) -> Result<(), Failure> {
        let mut ended: Vec<PathBuf> = Vec::new();
        let (file, head) = loop {
            let files = self.files(&ended);
            let is_live =
                |(_, head): &&(SpoolFile, Head)| !head.is_ended && head.is_running(self.system());
            if let Some(live) = files.iter().find(is_live) {
                break live.clone();
            }
            ended.extend(files.into_iter().map(|it| it.0.path));
            if self.rests() {
                return Ok(());
            }
        };
        let (adapter, mut connection);
        adapter = self.elsewhere()?;
        connection = adapter
            .connect("logs")
            .map_err(|it| Failure::refused(it, ""))?;
        let run = format!("run_id = {}", quoted(&head.run_id));
        let (mut at, mut last, mut is_ended) = (0, 0, false);
        loop {
            let is_there = self.system().is_file(&file.path);
            let (lines, end) = read(&file, at, self.system());
            at = end;
            if !lines.is_empty() {
                is_ended |= lines.lines().any(is_last);
                last = lines.lines().filter_map(sequence).max().unwrap_or(last);
                fill(&lines, &mut *connection)?;
                let _ = self.print(UNDELIVERED, Some(run.clone()), &mut *connection)?;
            }
            if is_there && is_ended && lines.is_empty() {
                return Ok(());
            }
            if is_there && lines.is_empty() && !head.is_running(self.system()) {
                let message = format!("the run {} has ended without a word", head.run_id);
                let finding = Diagnostic::warning(Code::NothingToDo, message);
                findings.push(finding.help("it was killed; the next run delivers its events"));
                return Ok(());
            }
            if !is_there {
                // The run has delivered the rest itself.
                return self.rest(&run, last);
            }
            if self.rests() {
                return Ok(());
            }
        }
    }

    /// Shows the events of a run behind one of them, once the warehouse has them.
    fn rest(&self, run: &str, last: u64) -> Result<(), Failure> {
        for _ in 0..TRIES {
            if let Ok(mut connection) = self.adapter.connect("logs")
                && has_table(&mut *connection)
            {
                let run = format!("{run} and sequence > {last}");
                return self
                    .print(&table(), Some(run), &mut *connection)
                    .map(|_| ());
            }
            if self.rests() {
                break;
            }
        }
        Ok(())
    }

    /// Waits a moment. Tells whether the command is to end.
    fn rests(&self) -> bool {
        std::thread::sleep(PAUSE);
        self.around.stop.load(Ordering::SeqCst)
    }

    fn system(&self) -> &dyn System {
        &*self.around.system
    }

    /// Lists the files of runs on this database, with what they say of them; some are passed over.
    fn files(&self, passed_over: &[PathBuf]) -> Vec<(SpoolFile, Head)> {
        let files = spools(self.folder, self.system()).into_iter();
        let files = files.filter(|it| !passed_over.contains(&it.path));
        let files = files.filter_map(|it| {
            let head = it.head(self.system())?;
            Some((it, head))
        });
        files.filter(|it| it.1.target == self.target).collect()
    }

    /// Opens the warehouse, and tells whether it has events; where a run holds it, a database in memory.
    fn connect(
        &self,
        findings: &mut Vec<Diagnostic>,
    ) -> Result<(Box<dyn Connection>, bool), Failure> {
        match self.adapter.connect("logs") {
            Ok(mut connection) => {
                let has_table = has_table(&mut *connection);
                Ok((connection, has_table))
            }
            Err(error) => {
                let elsewhere = self.elsewhere()?;
                let message = "events that the warehouse has are left out, as it cannot be opened";
                let finding = Diagnostic::warning(Code::DatabaseError, message);
                findings.push(finding.note(error.to_string()));
                let connection = elsewhere.connect("logs");
                Ok((connection.map_err(|it| Failure::refused(it, ""))?, false))
            }
        }
    }

    /// Makes the engine with a database in memory.
    fn elsewhere(&self) -> Result<Box<dyn Adapter>, Failure> {
        let missing = || Failure::Broken {
            message: "there is no engine at hand to read events with".to_owned(),
            help: "use a target of DuckDB".to_owned(),
        };
        let made = self.adapter.empty(&[]).ok_or_else(missing)?;
        made.map_err(|it| Failure::refused(it, ""))
    }

    /// Names what is read: the table, and what it does not have yet.
    fn from(&self, has_table: bool) -> String {
        if !has_table {
            return UNDELIVERED.to_owned();
        }
        let table = table();
        format!(
            "(select * from {table} union all select * from {UNDELIVERED} as waiting where not exists \
             (select 1 from {table} as there where there.event_id = waiting.event_id))"
        )
    }

    fn print(
        &self,
        from: &str,
        run: Option<String>,
        connection: &mut dyn Connection,
    ) -> Result<usize, Failure> {
        let columns: Vec<&str> = COLUMNS.iter().map(|it| it.0).collect();
        let conditions = self.filter.conditions.iter().cloned().chain(run);
        let conditions: Vec<String> = conditions.collect();
        let condition = match conditions.is_empty() {
            true => String::new(),
            false => format!(" where {}", conditions.join(" and ")),
        };
        let columns = columns.join(", ");
        let sql = format!(
            "select {columns} from {from} as events{condition} order by happened_at, run_id, sequence"
        );
        let asked = connection.execute(&sql, true, None);
        let (_, found) = asked.map_err(|it| Failure::refused(it, &sql))?;
        let count = found.rows.len();
        for row in found.rows {
            let values = row.iter().map(|it| match it {
                Cell::Null => None,
                cell => Some(cell.to_string()),
            });
            self.around.sink.emit(Event::Logged(values.collect()));
        }
        Ok(count)
    }
}

/// Names the table of events.
fn table() -> String {
    format!("{LEDGER_SCHEMA}.{EVENTS}")
}

fn has_table(connection: &mut dyn Connection) -> bool {
    let sql = format!("select * from {}", table());
    connection.describe_query(&sql).is_ok()
}

/// Reads the lines of a file from a place on; a file that is gone has none.
fn read(file: &SpoolFile, from: usize, system: &dyn System) -> (String, usize) {
    file.lines(from, system)
        .unwrap_or_else(|_| (String::new(), from))
}

/// Puts entries into the temporary table, in place of what is there.
fn fill(lines: &str, connection: &mut dyn Connection) -> Result<(), Failure> {
    let columns = COLUMNS
        .map(|(name, kind)| format!("{name} {kind}"))
        .join(", ");
    let sql = format!("create or replace temp table {UNDELIVERED} ({columns})");
    let mut send = |sql: String| {
        let sent = connection.execute(&sql, false, None);
        sent.map_err(|it| Failure::refused(it, &sql)).map(|_| ())
    };
    send(sql)?;
    let mut seen: HashMap<String, ()> = HashMap::new();
    let rows = lines.lines().filter_map(values);
    let rows = rows.filter(|it| {
        let id = it.first().cloned().flatten().unwrap_or_default();
        seen.insert(id, ()).is_none()
    });
    let rows: Vec<String> = rows
        .map(|row| {
            let row = row
                .iter()
                .map(|it| it.as_deref().map_or("null".to_owned(), quoted));
            format!("({})", row.collect::<Vec<_>>().join(", "))
        })
        .collect();
    for rows in rows.chunks(AT_ONCE) {
        send(format!(
            "insert into {UNDELIVERED} values {}",
            rows.join(", ")
        ))?;
    }
    Ok(())
}

fn sequence(line: &str) -> Option<u64> {
    let at = COLUMNS.iter().position(|it| it.0 == "sequence")?;
    values(line)?.get(at)?.as_ref()?.parse().ok()
}

/// Writes a text as SQL.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
