//! Opening the database, and making it what the profile says.

use std::sync::Arc;
use std::time::Duration;

use super::advice;
use super::credentials::{Credentials, Extension, Retries};
use super::native::{Database, EngineError, Session};
use crate::adapters::{AdapterError, Others, passwords};

/// Opens the database of a profile, loads extensions, creates secrets, attaches databases.
pub(super) fn open(
    credentials: &Credentials,
    others: Option<&Others>,
) -> Result<Arc<Database>, AdapterError> {
    let not_opened = |error: EngineError| {
        let help = advice::on_open(&credentials.path, &error.0);
        explained(&credentials.path, error, help, others)
    };
    let retries = &credentials.retries;
    let opened = waiting(others, || {
        retrying(retries, retries.connect_attempts, || {
            Database::open(&credentials.path, &credentials.config_options)
        })
    });
    let database = Arc::new(opened.map_err(not_opened)?);
    let session = database.connect().map_err(not_opened)?;
    for extension in &credentials.extensions {
        load(&session, extension).map_err(|error| AdapterError::Connect {
            database: credentials.path.clone(),
            help: advice::on_statement(&error.0).or_else(|| {
                let name = &extension.name;
                Some(format!("check `{name}` of `extensions` in the profile"))
            }),
            message: error.0,
        })?;
    }
    for secret in &credentials.secrets {
        run(&session, &secret.sql()).map_err(|error| AdapterError::Connect {
            database: credentials.path.clone(),
            message: without_excerpt(&error),
            help: advice::on_statement(&error.0)
                .or_else(|| Some(format!("check {} in the profile", secret.place()))),
        })?;
    }
    for attachment in &credentials.attach {
        let attached = waiting(others, || run(&session, &attachment.sql()));
        attached.map_err(|error| {
            let help = advice::on_attach(&attachment.path, &error.0);
            explained(&attachment.path, error, help, others)
        })?;
    }
    Ok(database)
}

/// Tries again while another process has a file open, as long as it is asked to.
fn waiting<T>(
    others: Option<&Others>,
    mut attempt: impl FnMut() -> Result<T, EngineError>,
) -> Result<T, EngineError> {
    match others {
        Some(others) => others.wait_for(attempt, |error| advice::holder(&error.0)),
        None => attempt(),
    }
}

/// Gives a new connection the settings of the profile.
pub(super) fn apply_settings(
    session: &Session,
    credentials: &Credentials,
) -> Result<(), AdapterError> {
    for (name, value) in &credentials.settings {
        let sql = format!("SET {name} = '{}'", super::escape(value));
        run(session, &sql).map_err(|error| AdapterError::Connect {
            database: credentials.path.clone(),
            message: without_excerpt(&error),
            help: advice::on_statement(&error.0)
                .or_else(|| Some(format!("check `{name}` of `settings` in the profile"))),
        })?;
    }
    Ok(())
}

/// Tries again while the error is of a kind that the profile names, waiting 1, 2, 4 … seconds.
pub(super) fn retrying<T>(
    retries: &Retries,
    attempts: u32,
    mut attempt: impl FnMut() -> Result<T, EngineError>,
) -> Result<T, EngineError> {
    for tried in 0..attempts.saturating_sub(1) {
        match attempt() {
            Err(error) if is_retryable(&error, retries) => {
                std::thread::sleep(Duration::from_secs(1 << tried.min(10)));
            }
            result => return result,
        }
    }
    attempt()
}

/// Profiles name errors by their Python classes: `IOException` is what DuckDB calls `IO`.
fn is_retryable(error: &EngineError, retries: &Retries) -> bool {
    let kind: String = error.kind().split([' ', '-']).collect();
    let class = kind.to_lowercase() + "exception";
    retries
        .exceptions
        .iter()
        .any(|it| it.to_lowercase() == class)
}

/// Runs statements for what they do.
pub(super) fn run(session: &Session, sql: &str) -> Result<(), EngineError> {
    let statements = session.extract(sql)?;
    for index in 0..statements.len() {
        statements.prepare(index)?.run(true)?.drain()?;
    }
    Ok(())
}

/// Loads an extension, installing it first if it is not there. Those inside the library load
/// without network, which installing them would need.
fn load(session: &Session, extension: &Extension) -> Result<(), EngineError> {
    let load = format!("LOAD {}", extension.name);
    if run(session, &load).is_ok() {
        return Ok(());
    }
    let from = match &extension.repository {
        Some(repository) => format!(" FROM {repository}"),
        None => String::new(),
    };
    run(session, &format!("INSTALL {}{from}", extension.name))?;
    run(session, &load)
}

/// Leaves out the excerpt of the SQL, which can hold a secret.
fn without_excerpt(error: &EngineError) -> String {
    let message = error.0.split("\n\nLINE ").next();
    message.unwrap_or_default().to_owned()
}

/// Words an error of opening a file, without its password.
fn explained(
    path: &str,
    error: EngineError,
    help: Option<String>,
    others: Option<&Others>,
) -> AdapterError {
    let hidden = |text: &str| {
        passwords(path).fold(text.to_owned(), |text, password| {
            text.replace(password, "*****")
        })
    };
    let waited = others.map_or(0, |it| it.wait.as_secs());
    let help = match advice::holder(&error.0).filter(|_| waited > 0) {
        Some(_) => Some(advice::on_waited(waited)),
        None => help,
    };
    AdapterError::Connect {
        database: hidden(path),
        help: help.map(|it| hidden(&it)),
        message: match advice::holder(&error.0).zip(others) {
            Some((process, others)) => {
                let name = others.name(process);
                format!("{name} has it open\n{}", hidden(&error.0))
            }
            None => hidden(&error.0),
        },
    }
}
