//! Why a node failed: dbt's text for artifacts and logs, and a finding that points at the file.

use std::sync::Arc;

use super::advice::advise;
use crate::adapters::AdapterError;
use crate::adapters::agate::SeedError;
use crate::compile::CompileError;
use crate::diagnostics::{Code, Diagnostic};
use crate::jinja::RenderError;
use crate::jinja::context::{DatabaseError, Session};
use crate::jinja::library::errors::Raised;
use crate::nodes::{Node, ResourceType, Resources, Source};
use crate::system::SystemError;
use crate::text::Location;

/// A failure of one node, or of the preparation of all.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Its template does not compile.
    #[error(transparent)]
    Compile(#[from] CompileError),
    /// A macro that it runs failed.
    #[error("{}", .0.message())]
    Render(Box<RenderError>),
    /// The database refused outside of a template.
    #[error(transparent)]
    Adapter(#[from] AdapterError),
    /// A unit test could be compiled, with this node as result, but not run.
    #[error("{1}")]
    UnitTest(Arc<Node>, Box<Failure>),
    /// The database refused this SQL outside of a template.
    #[error(transparent)]
    Database(DatabaseError),
    /// How old a source is cannot be told.
    #[error("{message}")]
    Freshness {
        /// dbt's word for the kind of error.
        kind: &'static str,
        /// Why, in dbt's words.
        message: String,
        /// What to do about it.
        help: String,
    },
    /// No materialization has the name that is asked for.
    #[error("{message}")]
    Unknown {
        /// Which, in dbt's words.
        message: String,
        /// What to do about it.
        help: String,
        /// Where the template asks for it.
        at: Option<Location>,
    },
    /// Data tests of a node that is published audited failed.
    #[error("{message}")]
    Refused {
        /// Which, and of how many.
        message: String,
        /// Where the rows are that were refused.
        help: String,
        /// Where the tests are declared.
        tests: Vec<Location>,
    },
    /// The run was stopped while data tests looked at a node that is published audited.
    #[error("{0}")]
    Stopped(String),
    /// What is wrong, and where, is known.
    #[error("{}", .0.message)]
    Told(Box<Diagnostic>),
    /// A data test cannot put rows into quarantine.
    #[error("{message}")]
    Quarantine {
        /// Why.
        message: String,
        /// What to do about it.
        help: String,
    },
    /// The node's macros did not do what they must.
    #[error("{message}")]
    Broken {
        /// What they did, in dbt's words.
        message: String,
        /// What to do about it.
        help: String,
    },
}

impl From<RenderError> for Failure {
    fn from(error: RenderError) -> Self {
        Self::Render(Box::new(error))
    }
}

impl Failure {
    /// Makes the failure of a statement that no template sent.
    pub fn refused(error: AdapterError, sql: &str) -> Self {
        let sql = sql.to_owned();
        Self::Database(DatabaseError { error, sql })
    }

    fn database(&self) -> Option<&DatabaseError> {
        match self {
            Self::Compile(error) => error.database(),
            Self::Render(error) => error.payload(),
            Self::UnitTest(_, failure) => failure.database(),
            Self::Database(error) => Some(error),
            _ => None,
        }
    }

    fn seed(&self) -> Option<&SeedError> {
        match self {
            Self::Render(error) => error.payload(),
            _ => None,
        }
    }

    /// Tells whether the statement was stopped on request.
    pub(super) fn is_cancelled(&self) -> bool {
        match self {
            Self::Adapter(error) => matches!(error, AdapterError::Cancelled),
            Self::Stopped(_) => true,
            _ => self
                .database()
                .is_some_and(|it| matches!(it.error, AdapterError::Cancelled)),
        }
    }

    /// Writes the failure as dbt does: `Runtime Error in model x (models/x.sql)` and the message.
    pub(super) fn text(&self, node: &Node) -> String {
        let node = match self {
            Self::Compile(CompileError::Needed(inner, _)) => inner,
            _ => node,
        };
        let kind = self.kind();
        let message = match self {
            Self::UnitTest(_, failure) => in_unit_test(node, failure),
            _ => self.to_string(),
        };
        let indented = indented(&message);
        format!(
            "{kind} Error in {} {} ({})\n  {indented}",
            node.resource_type, node.name, node.original_file_path
        )
    }

    /// The same of a source.
    pub(super) fn text_of_source(&self, source: &Source) -> String {
        format!(
            "{} Error in source {} ({})\n  {}",
            self.kind(),
            source.name,
            source.original_file_path,
            indented(&self.to_string())
        )
    }

    /// The same where it belongs to nothing.
    pub fn alone(&self) -> String {
        format!("{} Error\n  {}", self.kind(), indented(&self.to_string()))
    }

    /// Says what kind of error it is, in dbt's words.
    fn kind(&self) -> &'static str {
        match self {
            _ if self.database().is_some() => "Runtime",
            Self::Compile(CompileError::Input(_)) => "Parsing",
            Self::Compile(CompileError::Render(error)) | Self::Render(error) => raised_kind(error),
            Self::Compile(_) => "Compilation",
            Self::Freshness { kind, .. } => kind,
            _ => "Runtime",
        }
    }

    /// Says that it happened while a compiled unit test ran.
    pub(super) fn in_unit_test(self, node: &Arc<Node>) -> Self {
        Self::UnitTest(node.clone(), Box::new(self))
    }

    /// Turns a failure that belongs to no node into a finding.
    pub fn into_finding(self) -> Diagnostic {
        self.finding(None)
    }

    /// Turns the failure into findings at the bytes that the user wrote: of a seed at the rows of
    /// its file, where the file is to blame.
    pub(super) fn into_diagnostics(
        self,
        node: &Node,
        resources: &Resources,
        session: &Session,
    ) -> Vec<Diagnostic> {
        if let Some(error) = self.seed() {
            return error.findings.clone();
        }
        let refused = self
            .database()
            .filter(|_| node.resource_type == ResourceType::Seed);
        if let Some(refused) = refused {
            let (operation, adapter) = (&session.operation, session.adapter.as_ref());
            let message = refused.error.to_string();
            let findings = operation.explain_seed(node, adapter, &message);
            if !findings.is_empty() {
                return findings;
            }
        }
        let finding = self.into_diagnostic(node);
        vec![advise(finding, node, resources, session)]
    }

    /// Turns the failure into a finding at the bytes that the user wrote.
    pub fn into_diagnostic(self, node: &Node) -> Diagnostic {
        let mut finding = self.located(node);
        if node.as_generic_test().is_some() {
            // Users name the test, not its macro.
            let named = |help: String| help.replace("did you mean `test_", "did you mean `");
            finding.help = finding.help.map(named);
        }
        let test = node.patch_location;
        let test = test.filter(|_| node.resource_type == ResourceType::UnitTest);
        match test {
            // The model's text can be right for other rows.
            Some(at) if finding.labels.iter().all(|label| label.location != at) => {
                finding.label(at, "in this unit test")
            }
            _ => finding,
        }
    }

    /// Turns the failure into a finding that points at a source, too.
    pub(super) fn into_source_diagnostic(self, source: &Source) -> Diagnostic {
        let finding = self.finding(None);
        let at = source.location;
        match finding.labels.iter().any(|label| label.location != at) {
            true => finding.label(at, "freshness of this source"),
            false if finding.labels.is_empty() => finding.at(at),
            false => finding,
        }
    }

    fn located(self, node: &Node) -> Diagnostic {
        match self {
            Self::UnitTest(node, failure) => return failure.located(&node),
            Self::Compile(CompileError::Needed(node, error)) => {
                return Self::Compile(*error).located(&node);
            }
            _ => {}
        }
        // A database that cannot be opened is nobody's fault.
        let is_about_a_node = !matches!(self, Self::Adapter(AdapterError::Connect { .. }));
        let mut finding = self.finding(Some(node));
        if finding.labels.is_empty() && is_about_a_node {
            finding = finding.at(node.patch_location.unwrap_or(node.file_or_entry()));
        }
        match node.row.as_ref().filter(|_| is_about_a_node) {
            Some(row) => row.named_in(finding),
            None => finding,
        }
    }

    fn finding(self, node: Option<&Node>) -> Diagnostic {
        let database = self.database().cloned();
        let finding = match self {
            Self::Compile(CompileError::Render(error)) | Self::Render(error) => {
                error.into_diagnostic()
            }
            Self::Compile(CompileError::Arguments(finding) | CompileError::Input(finding)) => {
                return *finding;
            }
            Self::Compile(CompileError::Needed(node, error)) => {
                return Self::Compile(*error).into_diagnostic(&node);
            }
            Self::Compile(CompileError::System(error)) => return unwritten(&error),
            Self::UnitTest(node, failure) => return failure.into_diagnostic(&node),
            Self::Adapter(error) => return refused(&error),
            Self::Database(_) => Diagnostic::error(Code::DatabaseError, ""),
            Self::Freshness { message, help, .. } => {
                return Diagnostic::error(Code::UnknownFreshness, message).help(help);
            }
            Self::Unknown { message, help, at } => {
                let finding = Diagnostic::error(Code::BrokenMaterialization, message).help(help);
                return match at {
                    Some(at) => finding.at(at),
                    None => finding,
                };
            }
            Self::Refused {
                message,
                help,
                tests,
            } => {
                let mut finding = Diagnostic::error(Code::NotPublished, message).help(help);
                for test in tests {
                    finding = finding.label(test, "this test failed");
                }
                return finding;
            }
            Self::Stopped(message) => return Diagnostic::error(Code::NotPublished, message),
            Self::Told(finding) => return *finding,
            Self::Quarantine { message, help } => {
                return Diagnostic::error(Code::InvalidQuarantine, message).help(help);
            }
            Self::Broken { message, help } => {
                return Diagnostic::error(Code::BrokenMaterialization, message).help(help);
            }
        };
        match database {
            Some(database) => at_statement(&database, node, finding),
            None => finding,
        }
    }
}

/// Names the kind of an error as the class of dbt's exception does.
fn raised_kind(error: &RenderError) -> &'static str {
    match error.payload::<Raised>().map(|raised| raised.class) {
        Some("DbtRuntimeError" | "RuntimeError" | "DbtValidationError" | "DependencyError") => {
            "Runtime"
        }
        Some("DbtDatabaseError") => "Database",
        Some("FailFastError") => "FailFast",
        _ => "Compilation",
    }
}

/// Words a failure of a unit test's query as dbt does: who is at fault depends on where it was.
fn in_unit_test(node: &Node, failure: &Failure) -> String {
    let inner = match failure.database() {
        Some(_) => format!("Runtime Error\n  {}", indented(&failure.to_string())),
        None => failure.text(node),
    };
    format!(
        "An error occurred during execution of unit test '{}'. There may be an error in the unit \
         test definition: check the data types.\n {}",
        node.name, inner
    )
}

fn indented(text: &str) -> String {
    text.lines().collect::<Vec<_>>().join("\n  ")
}

/// Says what could not be written.
pub(super) fn unwritten(error: &SystemError) -> Diagnostic {
    Diagnostic::error(Code::SystemError, error.to_string()).help(error.help())
}

/// Says what the database refused where no SQL is known.
fn refused(error: &AdapterError) -> Diagnostic {
    if let AdapterError::Python { message, help, .. } = error {
        return python_error(message, help.as_deref());
    }
    let (headline, rest) = split(&error.to_string());
    let mut finding = Diagnostic::error(Code::DatabaseError, headline);
    finding
        .notes
        .extend(rest.into_iter().filter(|it| !names_internals(it)));
    finding.help = error.help().map(str::to_owned);
    finding
}

/// Words a failure of Python: its last line says what happened, the trace where.
fn python_error(message: &str, help: Option<&str>) -> Diagnostic {
    let (first, trace) = message.split_once('\n').unwrap_or((message, ""));
    // The words of an exception stand behind the last call, and can have many lines.
    let behind = trace
        .rfind("\n  File \"")
        .map_or(trace, |at| &trace[at + 1..]);
    let mut words = behind.lines().filter(|line| !line.starts_with("  "));
    let headline = words.next().unwrap_or(first).trim();
    let mut finding = Diagnostic::error(Code::PythonError, headline);
    let tells_more = trace.lines().count() > 1;
    finding.notes.extend(tells_more.then(|| trace.to_owned()));
    finding.help = help.map(str::to_owned);
    finding
}

/// Tells whether a note of the database names tables that no user knows as what may be meant.
fn names_internals(note: &str) -> bool {
    const INTERNAL: [&str; 3] = ["pg_", "information_schema", "sqlite_"];
    let Some((_, meant)) = note.split_once("Did you mean ") else {
        return false;
    };
    let meant = meant.trim_matches(|it| matches!(it, '"' | '?' | ' '));
    let is_internal = |name: &str| {
        let parts = || name.split('.').map(|it| it.trim_matches('"'));
        parts().any(|it| INTERNAL.iter().any(|internal| it.starts_with(internal)))
            || name.contains("__dbt_")
    };
    meant.split(" or ").any(is_internal)
}

/// Says what the database refused: at the template's bytes if it points into the compiled SQL, else
/// where the template that sent the SQL says it did (`rendering`).
fn at_statement(
    database: &DatabaseError,
    node: Option<&Node>,
    rendering: Diagnostic,
) -> Diagnostic {
    let mut finding = refused(&database.error);
    match node.and_then(|node| place(database, node)) {
        Some(place) => {
            let drawing = |note: &String| note.starts_with("LINE ");
            finding.notes.retain(|note| !drawing(note));
            finding.at(place)
        }
        None => {
            let body = node.and_then(|it| it.compiled.as_ref());
            let body = body.map_or("", |it| it.code.trim());
            let statement = shortened(uncommented(&database.sql));
            let is_other = body.is_empty() || !database.sql.contains(body);
            // A commit has no text.
            if is_other && !statement.is_empty() {
                finding.notes.push(format!("in the statement {statement}"));
            }
            finding.labels = rendering.labels;
            finding.notes.extend(
                rendering
                    .notes
                    .into_iter()
                    .filter(|it| it.starts_with("in macro.")),
            );
            finding
        }
    }
}

/// Leaves out the comment that goes in front of each query.
fn uncommented(sql: &str) -> &str {
    let split = sql.split_once("*/\n");
    split
        .filter(|(comment, _)| comment.starts_with("/* "))
        .map_or(sql, |(_, query)| query)
}

/// Leaves the first lines of a statement, without the comment that dbt puts in front.
fn shortened(sql: &str) -> String {
    const LINES: usize = 4;
    let lines: Vec<&str> = sql.lines().filter(|line| !line.trim().is_empty()).collect();
    let mut text = lines
        .iter()
        .take(LINES)
        .copied()
        .collect::<Vec<_>>()
        .join("\n");
    if lines.len() > LINES {
        text.push_str("\n…");
    }
    text.trim().to_owned()
}

/// Splits the database's words: the first line, and the others, its drawing of the SQL as one.
fn split(message: &str) -> (String, Vec<String>) {
    let mut lines = message.lines();
    let headline = lines.next().unwrap_or_default().trim_end().to_owned();
    let mut rest: Vec<String> = Vec::new();
    for line in lines.filter(|line| !line.trim().is_empty()) {
        match rest.last_mut() {
            Some(last) if last.starts_with("LINE ") => last.extend(["\n", line]),
            _ => rest.push(line.to_owned()),
        }
    }
    (headline, rest)
}

/// Finds the template bytes that the database points at: through the SQL as sent, in which the
/// compiled SQL stands somewhere.
fn place(database: &DatabaseError, node: &Node) -> Option<Location> {
    let (AdapterError::Statement {
        offset: Some(offset),
        ..
    }
    | AdapterError::Python {
        offset: Some(offset),
        ..
    }) = &database.error
    else {
        return None;
    };
    let compiled = node.compiled.as_deref()?;
    let body = compiled.code.trim();
    let lead = compiled.code.len() - compiled.code.trim_start().len();
    let start = database.sql.find(body)?;
    let within = offset
        .checked_sub(start)
        .filter(|within| *within <= body.len())?;
    let start = within + lead;
    let rest = compiled.code.get(start..).unwrap_or_default();
    let length = match &database.error {
        AdapterError::Python { .. } => rest.lines().next().map_or(1, |line| line.trim_end().len()),
        _ => word_length(rest),
    };
    compiled.source_map.origin_of(start, length)
}

/// Returns the length of the name, number or sign at the start of some SQL.
fn word_length(sql: &str) -> usize {
    let is_word = |it: char| it.is_alphanumeric() || matches!(it, '_' | '.' | '$');
    let word = sql.find(|it| !is_word(it)).unwrap_or(sql.len());
    match sql.chars().next() {
        Some(quote @ ('"' | '\'')) => sql[1..].find(quote).map_or(1, |at| at + 2),
        Some(first) if word == 0 => first.len_utf8(),
        _ => word,
    }
}
