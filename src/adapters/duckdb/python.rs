//! Models in Python: their code runs in another process, which cannot open the database while this
//! one has it. What the code reads is copied into a file when it is asked for; the tables that it
//! makes come back in files, and are written in the node's own transaction. DuckDB's own files keep
//! every type.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use serde_json::{Value, json};

use super::type_name::quoted;
use super::{DuckDb, escape};
use crate::adapters::python::{PYTHON_VARIABLE, PythonJob, python};
use crate::adapters::{Adapter, AdapterError, Connection, Response};
use crate::system::{Process, Program, System};

const WORKER: &str = include_str!("../../../templates/python/duckdb_model.py");

/// How often a run that waits for Python looks whether it is to stop.
const PATIENCE: Duration = Duration::from_millis(100);

impl DuckDb {
    /// Runs the code of a model, and writes the tables that it makes.
    pub(super) fn python(
        &self,
        connection: &mut dyn Connection,
        job: &PythonJob<'_>,
    ) -> Result<Response, AdapterError> {
        let path = python(job.system).ok_or_else(|| AdapterError::Python {
            message: "there is no `python3` to run this model with".to_owned(),
            offset: None,
            help: Some(format!(
                "install Python and its packages duckdb and pandas, and let PATH or {PYTHON_VARIABLE} \
                 lead to it"
            )),
        })?;
        let scratch = Scratch::new(job.system)?;
        let worker = scratch.path.join("duckdb_model.py");
        let written = job.system.write(&worker, WORKER.as_bytes());
        written.map_err(|error| outside(&error.to_string()))?;
        let program = Program {
            path,
            arguments: vec![worker.to_string_lossy().into_owned()],
            folder: job.folder.to_path_buf(),
            variables: Vec::new(),
        };
        let process = job
            .system
            .start(&program)
            .map_err(|error| AdapterError::Python {
                message: error.to_string(),
                offset: None,
                help: Some(format!(
                    "let {PYTHON_VARIABLE} or PATH lead to a Python that runs"
                )),
            })?;
        let mut talk = Talk::new(process, job)?;
        talk.say(&self.first_line(job, &scratch.path))?;
        let reading = &mut None;
        loop {
            let message = talk.hear(connection)?;
            if let Some(relation) = message["load"].as_str() {
                let answer = self.copy(reading, relation, &scratch.path);
                talk.say(&match answer {
                    Ok(path) => json!({"path": path}),
                    Err(AdapterError::Cancelled) => return Err(AdapterError::Cancelled),
                    Err(error) => json!({"error": error.to_string()}),
                })?;
            } else if let Some(tables) = message["made"].as_array() {
                // Python has closed its files when it has ended.
                drop(talk);
                self.take_over(connection, reading, tables)?;
                return Ok(Response {
                    message: "OK".to_owned(),
                    ..Response::default()
                });
            } else {
                return Err(failure(&message, job));
            }
        }
    }

    fn first_line(&self, job: &PythonJob<'_>, scratch: &Path) -> Value {
        let settings = self.credentials.settings.iter();
        let settings = settings.map(|(key, value)| format!("SET {key} = '{}'", escape(value)));
        let extensions = self.credentials.extensions.iter();
        let extensions = extensions.map(|it| format!("LOAD {}", it.name));
        let secrets = self.credentials.secrets.iter().map(super::Secret::sql);
        let setup: Vec<_> = extensions.chain(secrets).chain(settings).collect();
        json!({
            "name": job.name,
            "code": job.code,
            "path": job.path,
            "this": job.this,
            "database": job.database,
            "schema": job.schema,
            "default_database": super::credentials::name_of_path(&self.credentials.path),
            "folder": scratch,
            "setup": setup,
            "module_paths": self.credentials.module_paths,
        })
    }

    /// Copies what Python asks for into a file of its own, by a connection that can write there: the
    /// node's own transaction writes to one database.
    fn copy(
        &self,
        reading: &mut Option<Box<dyn Connection>>,
        relation: &str,
        scratch: &Path,
    ) -> Result<String, AdapterError> {
        let connection = self.second(reading)?;
        let number = SERIAL.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let alias = format!("__dsql_read_{number}");
        let path = scratch.join(format!("{alias}.duckdb"));
        let path = path.to_string_lossy().into_owned();
        send(
            connection,
            &format!("ATTACH '{}' AS {alias}", escape(&path)),
        )?;
        let sql = format!("CREATE TABLE {alias}.main.read AS SELECT * FROM {relation}");
        let copied = send(connection, &sql);
        send(connection, &format!("DETACH {alias}"))?;
        copied.map(|()| path)
    }

    fn second<'c>(
        &self,
        reading: &'c mut Option<Box<dyn Connection>>,
    ) -> Result<&'c mut Box<dyn Connection>, AdapterError> {
        match reading {
            Some(connection) => Ok(connection),
            none => Ok(none.insert(self.connect("python")?)),
        }
    }

    /// Writes the tables that Python has made: database, schema, name and file of each; those
    /// without a database are temporary.
    fn take_over(
        &self,
        connection: &mut dyn Connection,
        reading: &mut Option<Box<dyn Connection>>,
        tables: &[Value],
    ) -> Result<(), AdapterError> {
        for table in tables {
            let part = |at: usize| table.get(at).and_then(Value::as_str);
            let (Some(schema), Some(name), Some(path)) = (part(1), part(2), part(3)) else {
                continue;
            };
            let number = SERIAL.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            let alias = format!("__dsql_made_{number}");
            let target = match part(0) {
                Some(database) => format!(
                    "TABLE {}.{}.{}",
                    quoted(database),
                    quoted(schema),
                    quoted(name)
                ),
                None => format!("TEMPORARY TABLE {}", quoted(name)),
            };
            let from = format!("{alias}.{}.{}", quoted(schema), quoted(name));
            let own = self.second(reading)?;
            send(
                own,
                &format!("ATTACH '{}' AS {alias} (READ_ONLY)", escape(path)),
            )?;
            let written = connection
                .execute(&format!("CREATE {target} AS FROM {from}"), false, None)
                .map(|_| ());
            let own = self.second(reading)?;
            // The transaction that reads from it can still hold it: it is let go with that.
            let _ = send(own, &format!("DETACH {alias}"));
            written?;
        }
        Ok(())
    }
}

/// Tells files of nodes that run side by side apart.
static SERIAL: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);

fn send(connection: &mut Box<dyn Connection>, sql: &str) -> Result<(), AdapterError> {
    connection.execute(sql, false, None).map(|_| ())
}

fn outside(message: &str) -> AdapterError {
    AdapterError::Python {
        message: message.to_owned(),
        offset: None,
        help: None,
    }
}

/// A folder that is removed in the end.
struct Scratch<'a> {
    path: PathBuf,
    system: &'a dyn System,
}

impl<'a> Scratch<'a> {
    fn new(system: &'a dyn System) -> Result<Self, AdapterError> {
        let path = system
            .temporary_dir()
            .join(format!("dsql-python-{}", system.uuid()));
        let made = system.create_dir_all(&path);
        made.map_err(|error| outside(&error.to_string()))?;
        Ok(Self { path, system })
    }
}

impl Drop for Scratch<'_> {
    fn drop(&mut self) {
        // What is left over stays where temporary files are cleared away.
        let _ = self.system.remove_all(&self.path);
    }
}

/// The two ends of a talk in lines of JSON.
struct Talk<'a> {
    job: &'a PythonJob<'a>,
    input: Box<dyn Write + Send>,
    heard: Receiver<String>,
    complaints: Receiver<String>,
    /// Ends with the talk.
    _process: Process,
}

impl<'a> Talk<'a> {
    fn new(mut process: Process, job: &'a PythonJob<'a>) -> Result<Self, AdapterError> {
        let parts = (
            process.input.take(),
            process.output.take(),
            process.complaints.take(),
        );
        let (Some(input), Some(output), Some(complaints)) = parts else {
            return Err(outside("Python has no input and output"));
        };
        Ok(Self {
            job,
            input,
            heard: lines(output),
            complaints: lines(complaints),
            _process: process,
        })
    }

    fn say(&mut self, message: &Value) -> Result<(), AdapterError> {
        let said = writeln!(self.input, "{message}").and_then(|()| self.input.flush());
        said.map_err(|_| self.ended())
    }

    /// Waits for the next message that is no output of the code.
    fn hear(&mut self, connection: &mut dyn Connection) -> Result<Value, AdapterError> {
        loop {
            match self.heard.recv_timeout(PATIENCE) {
                Ok(line) => {
                    let message: Value = serde_json::from_str(&line).unwrap_or_default();
                    match message["said"].as_str() {
                        Some(said) => (self.job.said)(said.to_owned()),
                        None => {
                            self.complain();
                            return Ok(message);
                        }
                    }
                }
                Err(RecvTimeoutError::Timeout) => {
                    self.complain();
                    if connection.is_interrupted() {
                        return Err(AdapterError::Cancelled);
                    }
                }
                Err(RecvTimeoutError::Disconnected) => {
                    if connection.is_interrupted() {
                        return Err(AdapterError::Cancelled);
                    }
                    return Err(self.ended());
                }
            }
        }
    }

    /// Hands on what was written to the error output.
    fn complain(&self) {
        self.complaints
            .try_iter()
            .for_each(|line| (self.job.said)(line));
    }

    /// Says that Python has ended without a word, with its last ones.
    fn ended(&self) -> AdapterError {
        let last: Vec<_> = self.complaints.iter().collect();
        let last = last[last.len().saturating_sub(20)..].join("\n");
        let message =
            format!("Python model failed:\nPython has ended before the model has\n{last}");
        outside(message.trim_end())
    }
}

/// Reads lines in a thread of their own, which ends with what is read.
fn lines(from: Box<dyn Read + Send>) -> Receiver<String> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(from).split(b'\n').map_while(Result::ok) {
            let line = String::from_utf8_lossy(&line).trim_end().to_owned();
            if sender.send(line).is_err() {
                break;
            }
        }
    });
    receiver
}

/// Words what Python says of a failure.
fn failure(message: &Value, job: &PythonJob<'_>) -> AdapterError {
    let python = message["python"].as_str().unwrap_or("python3");
    let install = |package: &str| format!("run `{python} -m pip install {package}`");
    if let Some(package) = message["missing"].as_str() {
        let packages = match package {
            "duckdb" => "duckdb pandas",
            other => other,
        };
        return AdapterError::Python {
            message: format!("{python} has no package `{package}`, which models in Python need"),
            offset: None,
            help: Some(install(packages)),
        };
    }
    let failed = &message["failed"];
    let trace = failed["trace"].as_str().unwrap_or_default().trim_end();
    let line = failed["line"]
        .as_u64()
        .and_then(|it| usize::try_from(it).ok());
    AdapterError::Python {
        message: format!("Python model failed:\n{trace}"),
        offset: line.and_then(|line| start_of_line(job.code, line)),
        help: message["module"].as_str().map(|it| {
            let module = it.split('.').next().unwrap_or(it);
            format!("{}, if that is the package's name", install(module))
        }),
    }
}

/// Returns the byte of the first sign in a line, counted from 1.
fn start_of_line(code: &str, line: usize) -> Option<usize> {
    let before = code.split_inclusive('\n').take(line.checked_sub(1)?);
    let start: usize = before.map(str::len).sum();
    let rest = code.get(start..)?;
    let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
    Some(start + blanks)
}
