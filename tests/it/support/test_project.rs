//! A project in a temporary folder, the binary run on it, and the database it leaves.

use std::fmt;
use std::io::{PipeReader, Read, pipe};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use dsql::adapters::duckdb::{Credentials, DuckDb};
use dsql::adapters::{Adapter, AdapterError, Cell, Connection};

use super::data_files::root;
use super::{filters, hub};

/// A run that takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(120);

/// What a project gets that brings no `dbt_project.yml` of its own.
const DEFAULT_PROJECT: &str = "name: shop\nversion: '1.0'\n";

/// A project folder, and a home folder with nothing in it.
pub struct TestProject {
    folder: tempfile::TempDir,
    /// Address of the package index, once it is needed.
    hub: OnceLock<String>,
    variables: Vec<(String, String)>,
}

impl TestProject {
    /// Makes an empty folder: not even a `dbt_project.yml`.
    pub fn empty() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for name in ["project", "home"] {
            std::fs::create_dir(folder.path().join(name)).expect("a new folder");
        }
        Self {
            folder,
            hub: OnceLock::new(),
            variables: Vec::new(),
        }
    }

    /// Makes a project of paths and contents; without a `dbt_project.yml`, one that only names
    /// the project `shop`.
    pub fn with_files<P: AsRef<str>, C: AsRef<[u8]>>(
        files: impl IntoIterator<Item = (P, C)>,
    ) -> Self {
        let project = Self::empty();
        for (path, content) in files {
            project.write(path.as_ref(), content.as_ref());
        }
        project.complete();
        project
    }

    /// Copies `tests/projects/<name>`, or the example project by its name.
    pub fn from_fixture(name: &str) -> Self {
        let project = Self::empty();
        project.copy_fixture(name);
        project
    }

    /// Copies a fixture project's files into the folder, not what runs left in it.
    pub fn copy_fixture(&self, name: &str) {
        let source = match name {
            "example_project" => root().join(name),
            _ => root().join("tests/projects").join(name),
        };
        assert!(source.is_dir(), "there is no project {}", source.display());
        let leftovers = ["target", "logs"];
        let files = walkdir::WalkDir::new(&source)
            .into_iter()
            .filter_entry(|entry| {
                entry.depth() != 1 || !leftovers.iter().any(|name| entry.file_name() == *name)
            });
        for entry in files.map(|entry| entry.expect("a readable fixture")) {
            let path = entry.path();
            if entry.file_type().is_file() && path.extension().is_none_or(|it| it != "duckdb") {
                let to = self
                    .path()
                    .join(path.strip_prefix(&source).expect("a path below it"));
                make_parent(&to);
                std::fs::copy(path, to).expect("a copied file");
            }
        }
    }

    /// Adds a minimal `dbt_project.yml` if there is none.
    pub fn complete(&self) {
        if !self.exists("dbt_project.yml") {
            self.write("dbt_project.yml", DEFAULT_PROJECT);
        }
    }

    /// Returns the project's folder.
    pub fn path(&self) -> PathBuf {
        self.folder.path().join("project")
    }

    /// Returns the home folder that the binary sees.
    pub fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    /// Sets an environment variable for all later runs.
    pub fn env(&mut self, name: &str, value: &str) -> &mut Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Writes a file, whether it exists or not.
    pub fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.path().join(path);
        make_parent(&path);
        std::fs::write(path, content).expect("a written file");
    }

    /// Makes a link to a path, relative to the link's folder.
    #[cfg(unix)]
    pub fn link(&self, path: &str, target: &str) {
        let path = self.path().join(path);
        make_parent(&path);
        std::os::unix::fs::symlink(target, path).expect("a link");
    }

    /// Makes an empty folder.
    pub fn folder(&self, path: &str) {
        std::fs::create_dir_all(self.path().join(path)).expect("a new folder");
    }

    /// Adds lines to the end of a file; its last line is ended first where it is not.
    pub fn append(&self, path: &str, lines: &str) {
        let mut content = self.read(path);
        if !content.is_empty() && !content.ends_with('\n') {
            content.push('\n');
        }
        self.write(path, content + lines);
    }

    /// Deletes a file or a folder.
    pub fn delete(&self, path: &str) {
        let path = self.path().join(path);
        let done = match path.is_dir() {
            true => std::fs::remove_dir_all(&path),
            false => std::fs::remove_file(&path),
        };
        done.unwrap_or_else(|error| panic!("cannot delete {}: {error}", path.display()));
    }

    /// Tells whether a file or folder is there.
    pub fn exists(&self, path: &str) -> bool {
        self.path().join(path).exists()
    }

    /// Reads a file.
    pub fn read(&self, path: &str) -> String {
        let path = self.path().join(path);
        std::fs::read_to_string(&path)
            .unwrap_or_else(|error| panic!("cannot read {}: {error}", path.display()))
    }

    /// Reads a JSON file, such as `target/manifest.json`.
    pub fn json(&self, path: &str) -> serde_json::Value {
        serde_json::from_str(&self.read(path)).expect("valid JSON")
    }

    /// Lists the files below a folder of the project, relative to that folder, sorted.
    pub fn files(&self, folder: &str) -> Vec<String> {
        let folder = self.path().join(folder);
        walkdir::WalkDir::new(&folder)
            .sort_by_file_name()
            .into_iter()
            .filter_map(Result::ok)
            .filter(|entry| entry.file_type().is_file())
            .map(|entry| {
                entry
                    .path()
                    .strip_prefix(&folder)
                    .unwrap()
                    .display()
                    .to_string()
            })
            .collect()
    }

    /// Returns the address of the package index: what is in the folder `hub`, or nobody.
    pub fn hub(&self) -> &str {
        let folder = self.path().join("hub");
        match folder.is_dir() {
            true => self.hub.get_or_init(|| hub::serve(folder)),
            false => hub::NOWHERE,
        }
    }

    /// Makes a command of the binary: in the project's folder, with a clean environment. The index
    /// of packages is [`Self::hub`], and folders in `repositories` are git repositories.
    pub fn command<A: AsRef<str>>(&self, arguments: impl IntoIterator<Item = A>) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dsql"));
        let repositories = self.path().join("repositories");
        if repositories.is_dir() {
            hub::make_repositories(&repositories);
        }
        command
            .args(arguments.into_iter().map(|it| it.as_ref().to_owned()))
            .current_dir(self.path())
            .env_clear()
            .env("HOME", self.home())
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("LC_ALL", "C.UTF-8")
            .env("TZ", "UTC")
            .env("COLUMNS", "100")
            .env("DBT_PACKAGE_HUB_URL", self.hub())
            .env("REPOSITORIES", repositories)
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null());
        command
    }

    /// Runs the binary and waits for its end.
    pub fn dsql<A: AsRef<str>>(&self, arguments: impl IntoIterator<Item = A>) -> Outcome {
        self.finish(self.command(arguments))
    }

    /// Runs a command of [`Self::command`] and waits for its end.
    pub fn finish(&self, mut command: Command) -> Outcome {
        let (stdout, to_stdout) = pipe().expect("a pipe");
        let (stderr, to_stderr) = pipe().expect("a pipe");
        command.stdout(to_stdout).stderr(to_stderr);
        let (exit, texts) = self.wait(command, vec![stdout, stderr]);
        let [stdout, stderr] = texts.try_into().expect("two texts");
        Outcome {
            exit,
            stdout,
            stderr,
        }
    }

    /// Runs the binary and returns what a terminal would show: both streams in one, as written.
    pub fn screen<A: AsRef<str>>(&self, arguments: impl IntoIterator<Item = A>) -> String {
        let (screen, to_screen) = pipe().expect("a pipe");
        let mut command = self.command(arguments);
        command
            .stdout(to_screen.try_clone().expect("a pipe"))
            .stderr(to_screen);
        self.wait(command, vec![screen]).1.remove(0)
    }

    /// Replaces what changes from run to run.
    pub fn filtered(&self, text: &str) -> String {
        filters::apply(text, &self.path())
    }

    fn wait(&self, mut command: Command, readers: Vec<PipeReader>) -> (i32, Vec<String>) {
        let mut child = command.spawn().expect("a started binary");
        drop(command); // and with it the writing ends of the pipes
        let (done, texts) = channel();
        for (index, mut reader) in readers.into_iter().enumerate() {
            let done = done.clone();
            thread::spawn(move || {
                let mut bytes = Vec::new();
                reader.read_to_end(&mut bytes).expect("readable output");
                let _ = done.send((index, String::from_utf8_lossy(&bytes).into_owned()));
            });
        }
        drop(done);
        let mut found = Vec::new();
        loop {
            match texts.recv_timeout(PATIENCE) {
                Ok(text) => found.push(text),
                Err(std::sync::mpsc::RecvTimeoutError::Disconnected) => break,
                Err(std::sync::mpsc::RecvTimeoutError::Timeout) => {
                    let _ = child.kill();
                    panic!("dsql still runs after {PATIENCE:?}");
                }
            }
        }
        let status = child.wait().expect("an exit status");
        found.sort();
        // A signal has no exit code; shells count it from 128.
        let exit = status.code().unwrap_or_else(|| signal(status));
        (exit, found.into_iter().map(|(_, text)| text).collect())
    }

    /// Queries the database that runs left: each value as DuckDB writes it.
    ///
    /// Files are found by their path in the project: `from read_csv('seeds/a.csv')`.
    pub fn query(&self, sql: &str) -> Result<Vec<Vec<String>>, AdapterError> {
        let mut connection = self.connect(self.database(), "read_only")?;
        let sql = sql.trim().trim_end_matches(';');
        let sql = format!("select columns(*)::varchar from (\n{sql}\n)");
        let (_, table) = connection.execute(&sql, true, None)?;
        let cell = |cell| match cell {
            Cell::Text(text) => text,
            Cell::Null => "NULL".to_owned(),
            other => panic!("not a text: {other:?}"),
        };
        let rows = table.rows.into_iter();
        Ok(rows
            .map(|row| row.into_iter().map(cell).collect())
            .collect())
    }

    /// Runs statements on the database, as somebody else might between two runs, or before the
    /// first: then on `<project name>.duckdb`.
    pub fn execute(&self, sql: &str) -> Result<(), AdapterError> {
        let database = self.database().or_else(|| {
            let project = self.read("dbt_project.yml");
            let name = project
                .lines()
                .find_map(|line| line.strip_prefix("name:"))?;
            let name = name.trim().trim_matches(['"', '\'']);
            Some(self.path().join(format!("{name}.duckdb")))
        });
        self.connect(database, "read_write")?
            .execute(sql, false, None)?;
        Ok(())
    }

    fn connect(
        &self,
        database: Option<PathBuf>,
        mode: &str,
    ) -> Result<Box<dyn Connection>, AdapterError> {
        let mut credentials = Credentials::of_path(":memory:");
        if let Some(path) = database {
            credentials = Credentials::of_path(&path.display().to_string());
            credentials.config_options = vec![("access_mode".to_owned(), mode.to_owned())];
        }
        let mut connection = DuckDb::new(credentials).connect("test")?;
        let folder = self.path().display().to_string().replace('\'', "''");
        connection.execute(&format!("set file_search_path = '{folder}'"), false, None)?;
        // Without ICU there are no time zones, and nothing to set.
        let _ = connection.execute("set TimeZone = 'UTC'", false, None);
        Ok(connection)
    }

    fn database(&self) -> Option<PathBuf> {
        let is_database = |file: &&String| file.ends_with(".duckdb");
        let files = self.files("");
        let found: Vec<_> = files.iter().filter(is_database).collect();
        assert!(found.len() < 2, "which database? {found:?}");
        found.first().map(|file| self.path().join(file))
    }
}

/// What a run of the binary gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The exit code.
    pub exit: i32,
    /// The standard output.
    pub stdout: String,
    /// The standard error.
    pub stderr: String,
}

impl Outcome {
    /// Fails the test unless the exit code is `exit`.
    #[track_caller]
    pub fn exits(self, exit: i32) -> Self {
        assert_eq!(self.exit, exit, "{self}");
        self
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "exit code: {}", self.exit)?;
        writeln!(f, "----- stdout -----\n{}", self.stdout.trim_end())?;
        writeln!(f, "----- stderr -----\n{}", self.stderr.trim_end())
    }
}

fn make_parent(path: &Path) {
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent).expect("a new folder");
    }
}

#[cfg(unix)]
fn signal(status: std::process::ExitStatus) -> i32 {
    use std::os::unix::process::ExitStatusExt;
    128 + status.signal().unwrap_or_default()
}

#[cfg(not(unix))]
fn signal(_: std::process::ExitStatus) -> i32 {
    -1
}
