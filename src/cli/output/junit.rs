//! What became of nodes, as a JUnit report: one suite for each kind of resource, one case for each
//! node. What is wrong with the project itself is a suite of its own, so that a run that could not
//! begin says why.

use std::time::Duration;

use chrono::{DateTime, Utc};
use indexmap::IndexMap;
use quick_junit::{NonSuccessKind, Property, Report, TestCase, TestCaseStatus, TestSuite};

use super::record::Ended;
use crate::diagnostics::Diagnostic;
use crate::diagnostics::render::{Look, terminal};
use crate::events::Status;
use crate::text::{Location, Texts};

/// What the report tells of.
pub(super) struct Run<'a> {
    /// The command as typed: `build`.
    pub words: &'a str,
    /// Nodes in the order in which they ended.
    pub ended: &'a [Ended],
    /// What is wrong besides nodes.
    pub findings: &'a [Diagnostic],
    /// What locations point into.
    pub texts: &'a Texts,
    /// Time from the start to the end.
    pub elapsed: Duration,
    /// When it ended.
    pub now: DateTime<Utc>,
    /// Leads from the repository to the project.
    pub folder: &'a str,
    /// Masks secrets.
    pub scrub: &'a dyn Fn(&str) -> String,
}

impl Run<'_> {
    /// Writes the report.
    pub(super) fn xml(&self) -> String {
        let mut report = Report::new(format!("dsql {}", self.words));
        report.set_time(self.elapsed).set_timestamp(self.now);
        report.add_test_suites(self.project());
        let mut suites: IndexMap<String, TestSuite> = IndexMap::new();
        for one in self.ended {
            let name = suite(one.node.resource_type);
            let suite = suites
                .entry(name.clone())
                .or_insert_with(|| TestSuite::new(name));
            suite.add_test_case(self.node(one));
        }
        for suite in suites.values_mut() {
            let times = suite.test_cases.iter().filter_map(|it| it.time);
            let sum = times.sum();
            suite.set_time(sum);
        }
        report.add_test_suites(suites.into_values());
        // Everything in it is text.
        report.to_string().unwrap_or_default()
    }

    /// What stops the run, if anything does.
    fn project(&self) -> Option<TestSuite> {
        let errors = self.findings.iter().filter(|it| it.is_error());
        let cases: Vec<TestCase> = errors.map(|finding| self.finding(finding)).collect();
        let mut suite = TestSuite::new("project");
        suite.add_test_cases(cases);
        (suite.tests > 0).then_some(suite)
    }

    fn finding(&self, finding: &Diagnostic) -> TestCase {
        let message = (self.scrub)(&finding.message);
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
        status
            .set_message(message.clone())
            .set_type(finding.code.as_str())
            .set_description((self.scrub)(&self.drawn(finding)));
        let mut case = TestCase::new(message, status);
        case.set_classname(finding.code.as_str());
        self.place(&mut case, finding.location());
        case
    }

    fn node(&self, one: &Ended) -> TestCase {
        let node = &one.node;
        let mut case = TestCase::new(one.name(), self.status(one));
        case.set_classname(classname(&node.file));
        case.set_time(Duration::try_from_secs_f64(one.seconds).unwrap_or_default());
        if let Ok(at) = DateTime::parse_from_rfc3339(&node.started_at) {
            case.set_timestamp(at);
        }
        let problem = one.problems.first().and_then(|it| it.location());
        self.place(&mut case, problem.or(node.place));
        let failures = one.failures.map(|it| it.to_string());
        let properties = [
            ("unique_id", Some(node.unique_id.to_string())),
            ("status", Some(one.status.as_str().to_owned())),
            ("failures", failures),
            ("compiled", one.compiled_path.clone()),
        ];
        let given = properties
            .into_iter()
            .filter_map(|(name, value)| Some(Property::new(name, value?)));
        case.add_properties(given);
        if one.status == Status::Warn {
            case.set_system_out(format!("warning: {}", self.description(one)));
        }
        case
    }

    fn status(&self, one: &Ended) -> TestCaseStatus {
        let message = (self.scrub)(&one.message);
        let mut status = match one.status {
            Status::Success | Status::Pass | Status::Warn | Status::NoOp => {
                return TestCaseStatus::success();
            }
            Status::Skipped => {
                let mut status = TestCaseStatus::skipped();
                status.set_message(match &one.cause {
                    Some(cause) => format!("`{cause}` failed"),
                    None if message.is_empty() => "the run ended before".to_owned(),
                    None => message,
                });
                return status;
            }
            Status::Fail => TestCaseStatus::non_success(NonSuccessKind::Failure),
            Status::Error | Status::RuntimeError | Status::PartialSuccess => {
                TestCaseStatus::non_success(NonSuccessKind::Error)
            }
        };
        let problem = one.problems.first();
        let said = problem.map_or(message, |it| (self.scrub)(&it.message));
        let said = match said.is_empty() {
            true => one.description.clone(),
            false => said,
        };
        status
            .set_type(problem.map_or(one.status.as_str(), |it| it.code.as_str()))
            .set_message(said)
            .set_description(self.description(one));
        status
    }

    /// Tells all: the findings as they are drawn, or the message; where; the compiled SQL.
    fn description(&self, one: &Ended) -> String {
        let mut lines: Vec<String> = match one.problems[..] {
            [] => vec![one.message.clone()],
            _ => one.problems.iter().map(|it| self.drawn(it)).collect(),
        };
        if let (Some((path, line)), []) = (self.at(one.node.place), &one.problems[..]) {
            lines.push(format!("{path}:{line}"));
        }
        if let Some(path) = &one.compiled_path {
            lines.push(format!("compiled SQL: {path}"));
        }
        (self.scrub)(&lines.join("\n"))
    }

    fn drawn(&self, finding: &Diagnostic) -> String {
        let look = Look {
            color: false,
            unicode: true,
            width: 100,
        };
        terminal(finding, self.texts, look)
    }

    /// Notes file and line, which viewers of reports link to.
    fn place(&self, case: &mut TestCase, place: Option<Location>) {
        let Some((path, line)) = self.at(place) else {
            return;
        };
        case.extra.insert("file".into(), path.into());
        case.extra.insert("line".into(), line.to_string().into());
    }

    fn at(&self, place: Option<Location>) -> Option<(String, usize)> {
        let at = place?;
        let text = self.texts.get(at.file)?;
        let offset = (at.span.start as usize).min(text.content.len());
        let path = match self.folder {
            "" => text.path.clone(),
            folder => format!("{folder}/{}", text.path),
        };
        Some((path, text.line_column(offset).line))
    }
}

fn suite(kind: &str) -> String {
    match kind {
        "test" => "data tests".to_owned(),
        "operation" => "hooks".to_owned(),
        "analysis" => "analyses".to_owned(),
        kind => format!("{}s", kind.replace('_', " ")),
    }
}

/// Makes `models.staging.orders` of `models/staging/orders.sql`: viewers group by dots.
fn classname(file: &str) -> String {
    let (folders, name) = file.rsplit_once('/').unwrap_or(("", file));
    let stem = name.split('.').next().unwrap_or(name);
    let parts = folders.split('/').filter(|it| !it.is_empty());
    let parts: Vec<String> = parts.chain([stem]).map(|it| it.replace('.', "_")).collect();
    parts.join(".")
}
