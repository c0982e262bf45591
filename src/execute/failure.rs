//! Why a node failed: dbt's text for artifacts and logs, and a finding that points at the file.

use std::sync::Arc;

use crate::adapters::AdapterError;
use crate::adapters::agate::SeedError;
use crate::compile::CompileError;
use crate::diagnostics::{Code, Diagnostic};
use crate::jinja::RenderError;
use crate::jinja::context::{DatabaseError, Session};
use crate::nodes::{Node, ResourceType};
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
    /// The node's macros did not do what they must.
    #[error("{0}")]
    Broken(String),
}

impl From<RenderError> for Failure {
    fn from(error: RenderError) -> Self {
        Self::Render(Box::new(error))
    }
}

impl Failure {
    fn database(&self) -> Option<&DatabaseError> {
        match self {
            Self::Compile(error) => error.database(),
            Self::Render(error) => error.payload(),
            Self::UnitTest(_, failure) => failure.database(),
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

    /// Says what kind of error it is, in dbt's words.
    fn kind(&self) -> &'static str {
        match self {
            _ if self.database().is_some() => "Runtime",
            Self::Compile(CompileError::Input(_)) => "Parsing",
            Self::Compile(_) | Self::Render(_) => "Compilation",
            Self::Adapter(_) | Self::Broken(_) | Self::UnitTest(..) => "Runtime",
        }
    }

    /// Says that it happened while a compiled unit test ran.
    pub(super) fn in_unit_test(self, node: &Arc<Node>) -> Self {
        Self::UnitTest(node.clone(), Box::new(self))
    }

    /// Turns a failure that belongs to no node into a finding.
    pub fn into_finding(self) -> Diagnostic {
        match self {
            Self::Compile(CompileError::Render(error)) | Self::Render(error) => {
                error.into_diagnostic()
            }
            Self::Compile(CompileError::Arguments(finding) | CompileError::Input(finding)) => {
                *finding
            }
            Self::Compile(CompileError::Needed(_, error)) => Self::Compile(*error).into_finding(),
            Self::UnitTest(_, failure) => failure.into_finding(),
            other => Diagnostic::error(Code::DatabaseError, other.to_string()),
        }
    }

    /// Turns the failure into findings at the bytes that the user wrote: of a seed at the rows of
    /// its file, where the file is to blame.
    pub(super) fn into_diagnostics(self, node: &Node, session: &Session) -> Vec<Diagnostic> {
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
        vec![self.into_diagnostic(node)]
    }

    /// Turns the failure into a finding at the bytes that the user wrote.
    pub fn into_diagnostic(self, node: &Node) -> Diagnostic {
        match self {
            Self::UnitTest(node, failure) => return failure.into_diagnostic(&node),
            Self::Compile(CompileError::Needed(node, error)) => {
                return Self::Compile(*error).into_diagnostic(&node);
            }
            _ => {}
        }
        if let Some(database) = self.database() {
            let place = place(database, node);
            let (headline, rest) = split(&database.error.to_string());
            let mut finding = Diagnostic::error(Code::DatabaseError, headline)
                .at(place.unwrap_or(node.patch_location.unwrap_or(node.location)));
            for line in rest {
                finding = finding.note(line);
            }
            return finding;
        }
        let fallback = node.patch_location.unwrap_or(node.location);
        let finding = match self {
            Self::Compile(CompileError::System(error)) => {
                Diagnostic::error(Code::SystemError, error.to_string())
            }
            Self::Broken(message) => Diagnostic::error(Code::BrokenMaterialization, message),
            other => other.into_finding(),
        };
        match finding.labels.is_empty() {
            true => finding.at(fallback),
            false => finding,
        }
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

/// Splits the database's words: the first line, and the others but for its drawing of the SQL.
fn split(message: &str) -> (String, Vec<String>) {
    let mut lines = message.lines();
    let headline = lines.next().unwrap_or_default().trim_end().to_owned();
    let rest = lines
        .filter(|line| !line.trim().is_empty())
        .map(str::to_owned);
    (headline, rest.collect())
}

/// Finds the template bytes that the database points at: through the SQL as sent, in which the
/// compiled SQL stands somewhere.
fn place(database: &DatabaseError, node: &Node) -> Option<Location> {
    let AdapterError::Statement {
        offset: Some(offset),
        ..
    } = &database.error
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
    compiled.source_map.origin(within + lead)
}
