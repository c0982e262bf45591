//! Copies of the target's databases, and runs on them.
//!
//! Everything is below one folder: `work/` is what runs work on, other folders are states of it that
//! were put aside. The target itself is read once, to be copied, and never written to.

use std::cell::Cell;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::content::Contents;
use super::{Request, Trouble};
use crate::adapters::{self, Adapter, AdapterError, Relation};
use crate::execute::LEDGER_SCHEMA;
use crate::invocation::{Fault, Rehearsal};
use crate::system::{Program, System, TIME_VARIABLE};

/// Folder of what runs work on.
const WORK: &str = "work";
/// What DuckDB has not yet brought into a file stands beside it.
const LOG: &str = ".wal";
/// The folder of what runs would send.
const SENT: &str = "sent";
/// Folder of external files, beside the databases.
const EXTERNAL: &str = "external";

/// Where runs are disturbed.
pub(super) struct Lab<'a> {
    pub(super) request: &'a Request<'a>,
    /// Files of databases as the profile names them, each with its name in a folder of copies.
    databases: Vec<(String, String)>,
    /// The time that it is in all runs, so that what they write of it is the same.
    time: DateTime<Utc>,
    /// When something was told last.
    told: Cell<Duration>,
}

/// A state of the databases that was put aside.
#[derive(Debug, Clone)]
pub(super) struct State(&'static str);

/// How a run is disturbed.
#[derive(Debug, Clone, Default)]
pub(super) struct Blow {
    /// A fault at a statement.
    pub(super) fault: Option<Fault>,
    /// The process is killed after this time.
    pub(super) killed_after: Option<Duration>,
    /// No file can become larger, in bytes.
    pub(super) quota: Option<u64>,
    /// The clock is moved by so much.
    pub(super) clock: chrono::TimeDelta,
    /// All goes one after the other, so that statements come in one order.
    pub(super) single: bool,
    /// Statements are noted.
    pub(super) noted: bool,
}

/// A run that has ended.
pub(super) struct Ended {
    /// Its exit code; none if it was killed.
    pub(super) exit: Option<i32>,
    /// What it wrote.
    pub(super) output: String,
    pub(super) elapsed: Duration,
    /// The statements that it sent, if they were noted, with the time since its start.
    pub(super) statements: Vec<(Duration, String)>,
}

impl Ended {
    pub(super) fn well(&self) -> bool {
        self.exit == Some(0)
    }
}

impl<'a> Lab<'a> {
    /// Makes an empty laboratory; what an earlier one left is removed.
    pub(super) fn new(request: &'a Request<'a>) -> Result<Self, Trouble> {
        request.system.remove_all(&request.scratch)?;
        let mut databases: Vec<(String, String)> = Vec::new();
        for path in &request.databases {
            let name = Path::new(path).file_name().unwrap_or_default();
            let name = name.to_string_lossy().into_owned();
            let taken = databases
                .iter()
                .filter(|(_, it)| Path::new(it).ends_with(&name));
            // Its name names the database: two of one name stand in folders of their own.
            let name = match taken.count() {
                0 => name,
                count => format!("{count}/{name}"),
            };
            databases.push((path.clone(), name));
        }
        let lab = Self {
            request,
            databases,
            time: request.system.now(),
            told: Cell::new(request.system.instant()),
        };
        let system = request.system;
        for folder in [WORK, EXTERNAL] {
            system.create_dir_all(&request.scratch.join(folder))?;
        }
        for (path, name) in &lab.databases {
            let from = request.folder.join(path);
            lab.copy(&from, &lab.folder(WORK).join(name))?;
        }
        Ok(lab)
    }

    /// Tells whether nothing was told for a while; from then on something was.
    pub(super) fn is_time_to_tell(&self) -> bool {
        const WHILE: Duration = Duration::from_secs(15);
        let now = self.system().instant();
        let is_time = now.saturating_sub(self.told.get()) >= WHILE;
        if is_time {
            self.told.set(now);
        }
        is_time
    }

    pub(super) fn system(&self) -> &dyn System {
        self.request.system
    }

    fn folder(&self, name: &str) -> PathBuf {
        self.request.scratch.join(name)
    }

    fn copy(&self, from: &Path, to: &Path) -> Result<(), Trouble> {
        for ending in ["", LOG] {
            let [from, to] = [from, to].map(|it| {
                let mut path = it.as_os_str().to_owned();
                path.push(ending);
                PathBuf::from(path)
            });
            if self.system().is_file(&from) {
                self.system().copy(&from, &to)?;
            }
        }
        Ok(())
    }

    fn copy_all(&self, from: &str, to: &str) -> Result<(), Trouble> {
        let (from, to) = (self.folder(from), self.folder(to));
        self.system().remove_all(&to)?;
        self.system().create_dir_all(&to)?;
        for path in self.system().walk(&from)? {
            let below = path.strip_prefix(&from).unwrap_or(&path);
            self.system().copy(&path, &to.join(below))?;
        }
        Ok(())
    }

    /// Puts the databases aside as they are.
    pub(super) fn save(&self, name: &'static str) -> Result<State, Trouble> {
        self.copy_all(WORK, name)?;
        Ok(State(name))
    }

    /// Goes back to a state.
    pub(super) fn restore(&self, state: &State) -> Result<(), Trouble> {
        // What was sent before is of other runs, and would be read again with each trial.
        self.system().remove_all(&self.folder(SENT))?;
        self.copy_all(state.0, WORK)
    }

    /// Tells whether the files of the databases are those of a state, byte by byte.
    pub(super) fn is_as(&self, state: &State) -> bool {
        let read = |folder: &str, name: &str, ending: &str| {
            let path = self.folder(folder).join(format!("{name}{ending}"));
            self.system().read(&path).unwrap_or_default()
        };
        let mut files = self
            .databases
            .iter()
            .flat_map(|(_, name)| ["", LOG].map(|end| (name, end)));
        files.all(|(name, end)| read(WORK, name, end) == read(state.0, name, end))
    }

    /// Returns the size of the largest database of a state, in bytes.
    pub(super) fn size(&self, state: &State) -> u64 {
        let sizes = self
            .databases
            .iter()
            .filter_map(|(_, name)| self.system().size(&self.folder(state.0).join(name)));
        sizes.max().unwrap_or_default()
    }

    fn rehearsal(&self, folder: &str) -> Rehearsal {
        let folder = self.folder(folder);
        let copy = |(path, name): &(String, String)| {
            (
                path.clone(),
                folder.join(name).to_string_lossy().into_owned(),
            )
        };
        Rehearsal {
            databases: self.databases.iter().map(copy).collect(),
            external_root: folder.join(EXTERNAL).to_string_lossy().into_owned(),
            sent: self.folder(SENT),
            fault: None,
            statements: None,
        }
    }

    /// Runs dsql on the copies to its end, whatever that is. `words` begin with the command; nodes are
    /// those that were chosen.
    pub(super) fn run(&self, words: &[&str], blow: &Blow) -> Result<Ended, Trouble> {
        let chosen = self.request.selection.iter().map(String::as_str);
        let words: Vec<&str> = words.iter().copied().chain(chosen).collect();
        self.run_chosen(&words, blow)
    }

    /// Runs dsql on the copies, on the nodes that `words` choose.
    pub(super) fn run_chosen(&self, words: &[&str], blow: &Blow) -> Result<Ended, Trouble> {
        let notes = self.folder("statements.txt");
        let rehearsal = Rehearsal {
            fault: blow.fault,
            statements: blow.noted.then(|| notes.clone()),
            ..self.rehearsal(WORK)
        };
        self.system().remove_all(&notes)?;
        self.system()
            .create_dir_all(&self.folder(WORK).join(EXTERNAL))?;
        let target = self.target().to_string_lossy().into_owned();
        let mut arguments: Vec<String> = words.iter().map(|it| (*it).to_owned()).collect();
        arguments.extend(self.request.arguments.iter().cloned());
        arguments.extend(["--target-path".to_owned(), target.clone()]);
        arguments.extend(["--log-path".to_owned(), target]);
        if blow.single {
            arguments.extend(["--threads".to_owned(), "1".to_owned()]);
        }
        let program = self.request.program.clone();
        let (path, arguments) = match blow.quota {
            None => (program, arguments),
            Some(bytes) => limited(&program, arguments, bytes),
        };
        let json = serde_json::to_string(&rehearsal).unwrap_or_default();
        let time = (self.time + blow.clock).to_rfc3339();
        let start = self.system().instant();
        let mut process = self.system().start(&Program {
            path,
            arguments,
            folder: self.request.folder.clone(),
            variables: vec![
                (Rehearsal::VARIABLE.to_owned(), json),
                (TIME_VARIABLE.to_owned(), time),
            ],
        })?;
        drop(process.input.take());
        let readers = [process.output.take(), process.complaints.take()];
        let readers =
            readers.map(|it| std::thread::spawn(move || it.map(text).unwrap_or_default()));
        if let Some(time) = blow.killed_after {
            self.system().pause(time);
            process.kill();
        }
        let exit = process.wait();
        let output = readers.map(|it| it.join().unwrap_or_default()).concat();
        let elapsed = self.system().instant().saturating_sub(start);
        let noted = self.system().read(&notes).unwrap_or_default();
        let noted = String::from_utf8_lossy(&noted);
        Ok(Ended {
            exit,
            output,
            elapsed,
            statements: noted.lines().filter_map(statement).collect(),
        })
    }

    /// Looks at what is in the databases, without touching those that runs work on.
    pub(super) fn look(&self) -> Result<Contents, Trouble> {
        const LOOKED_AT: &str = "looked_at";
        self.copy_all(WORK, LOOKED_AT)?;
        self.open(LOOKED_AT, |adapter| Contents::of(adapter, self.request))
    }

    /// Changes what is in the databases that runs work on.
    pub(super) fn change(&self, statements: &[String]) -> Result<(), Trouble> {
        self.open(WORK, |adapter| {
            let mut connection = adapter.connect("chaos")?;
            connection.begin()?;
            for sql in statements {
                connection.execute(sql, false, None)?;
            }
            connection.commit()
        })
    }

    /// Opens the databases of a folder for as long as something is done with them.
    pub(super) fn open<T, E: Into<Trouble>>(
        &self,
        folder: &str,
        work: impl FnOnce(&dyn Adapter) -> Result<T, E>,
    ) -> Result<T, Trouble> {
        let mut credentials = self.request.credentials.clone();
        let engine = self.request.engine;
        let told = |problems: Vec<adapters::ProfileError>| {
            let told = problems.iter().map(ToString::to_string);
            Trouble::Broken(told.collect::<Vec<_>>().join("; "))
        };
        adapters::rehearse(engine, &mut credentials, &self.rehearsal(folder)).map_err(told)?;
        let adapter = adapters::adapter(engine, &credentials).map_err(told)?;
        let done = work(adapter.as_ref());
        adapter.close();
        done.map_err(Into::into)
    }

    /// Opens the databases that runs work on.
    pub(super) fn ask<T, E: Into<Trouble>>(
        &self,
        work: impl FnOnce(&dyn Adapter) -> Result<T, E>,
    ) -> Result<T, Trouble> {
        self.open(WORK, work)
    }

    /// Tells whether there is a ledger.
    pub(super) fn has_ledger(&self) -> Result<bool, Trouble> {
        self.ask(|adapter| -> Result<_, AdapterError> {
            let sql = format!(
                "select 1 from information_schema.tables where table_schema = '{LEDGER_SCHEMA}'"
            );
            let (_, table) = adapter.connect("chaos")?.execute(&sql, true, Some(1))?;
            Ok(!table.rows.is_empty())
        })
    }

    /// Puts a name into quotes.
    pub(super) fn quoted(&self, name: &str) -> String {
        Relation::new(None, None, None).quoted(name)
    }

    /// The target folder of the runs.
    pub(super) fn target(&self) -> PathBuf {
        self.folder("target")
    }

    /// How runs on the copies are rehearsed.
    pub(super) fn rehearsed(&self) -> Rehearsal {
        self.rehearsal(WORK)
    }

    /// Reads an artifact of the last run. None if there is none, `Err` if it is not whole.
    pub(super) fn artifact(&self, name: &str) -> Result<Option<serde_json::Value>, String> {
        let path = self.target().join(name);
        if !self.system().is_file(&path) {
            return Ok(None);
        }
        let bytes = self
            .system()
            .read(&path)
            .map_err(|error| error.to_string())?;
        let read = serde_json::from_slice(&bytes);
        read.map(Some)
            .map_err(|error| format!("{name} is not whole: {error}"))
    }
}

fn statement(line: &str) -> Option<(Duration, String)> {
    let (time, sql) = line.split_once('\t')?;
    Some((Duration::from_millis(time.parse().ok()?), sql.to_owned()))
}

/// Wraps a program so that files do not become larger: the signal is not heeded, the writing fails.
fn limited(program: &Path, arguments: Vec<String>, bytes: u64) -> (PathBuf, Vec<String>) {
    const BLOCK: u64 = 512;
    let script = format!(
        "trap '' XFSZ; ulimit -f {}; exec \"$0\" \"$@\"",
        bytes.div_ceil(BLOCK)
    );
    let head = [
        "-c".to_owned(),
        script,
        program.to_string_lossy().into_owned(),
    ];
    (
        PathBuf::from("sh"),
        head.into_iter().chain(arguments).collect(),
    )
}

fn text(mut stream: Box<dyn Read + Send>) -> String {
    let mut bytes = Vec::new();
    // A killed process leaves what it has written.
    let _ = stream.read_to_end(&mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}
