//! What a profile says about a DuckDB database.

use serde_json::Value;

use super::attachment::Attachment;
use super::filesystem;
use super::secret::Secret;
use crate::adapters::profile::{ProfileError, Reader};
use crate::nodes::Dict;

/// A DuckDB target of `profiles.yml`, checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Credentials {
    /// Database file, or `:memory:`.
    pub path: String,
    /// Name of the database that relations are in.
    pub database: String,
    /// Schema that relations are in.
    pub schema: String,
    /// Options given when the database is opened.
    pub config_options: Vec<(String, String)>,
    /// Extensions to load.
    pub extensions: Vec<Extension>,
    /// Settings of each connection.
    pub settings: Vec<(String, String)>,
    /// Secrets to create: those of `secrets`, and those that `filesystems` need.
    pub secrets: Vec<Secret>,
    /// Databases to attach.
    pub attach: Vec<Attachment>,
    /// Folder of external files.
    pub external_root: String,
    /// Whether no transaction is begun.
    pub disable_transactions: bool,
    /// Whether the database stays open while no connection needs it.
    pub keep_open: bool,
    /// What is tried again, and how often.
    pub retries: Retries,
    /// Folders of modules for models in Python.
    pub module_paths: Vec<String>,
    /// Names of databases that DuckLake keeps.
    pub ducklakes: Vec<String>,
}

/// One extension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extension {
    /// Name.
    pub name: String,
    /// Repository to install it from, DuckDB's own if none.
    pub repository: Option<String>,
}

/// What is tried again, and how often.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retries {
    /// How often opening is tried.
    pub connect_attempts: u32,
    /// How often a statement is tried.
    pub query_attempts: u32,
    /// Kinds of errors that are worth another try, such as `IOException`.
    pub exceptions: Vec<String>,
}

impl Default for Retries {
    fn default() -> Self {
        Self {
            connect_attempts: 1,
            query_attempts: 1,
            exceptions: vec!["IOException".to_owned()],
        }
    }
}

impl Credentials {
    /// The keys of a target that mean something.
    pub const KEYS: &[&str] = &[
        "attach",
        "config_options",
        "database",
        "disable_transactions",
        "extensions",
        "external_root",
        "filesystems",
        "flights",
        "is_ducklake",
        "keep_open",
        "module_paths",
        "motherduck_token",
        "path",
        "plugins",
        "remote",
        "retries",
        "schema",
        "secrets",
        "settings",
        "threads",
        "type",
        "use_credential_provider",
    ];

    /// Checks a target; all that is wrong is told at once.
    pub fn parse(target: &Dict) -> Result<Self, Vec<ProfileError>> {
        Reader::read(target, |at| {
            refuse_what_needs_python(at);
            let path = at.text("path").unwrap_or_else(|| ":memory:".to_owned());
            let attach = at.list("attach", Attachment::read);
            refuse_motherduck(at, &path, &attach);
            Self {
                database: database(at, &path, &attach),
                schema: at.text("schema").unwrap_or_else(|| "main".to_owned()),
                config_options: at.options("config_options"),
                extensions: at.list("extensions", extension),
                settings: at.options("settings"),
                secrets: secrets(at),
                external_root: at.text("external_root").unwrap_or_else(|| ".".to_owned()),
                disable_transactions: at.truth("disable_transactions").unwrap_or(false),
                keep_open: at.truth("keep_open").unwrap_or(true),
                retries: retries(at),
                module_paths: at.list("module_paths", |it| it.value().as_str().map(str::to_owned)),
                ducklakes: ducklakes(at, &path, &attach),
                attach,
                path,
            }
        })
    }

    /// Makes the credentials of a database file without a profile.
    pub fn of_path(path: &str) -> Self {
        Self {
            path: path.to_owned(),
            database: name_of_path(path),
            schema: "main".to_owned(),
            config_options: Vec::new(),
            extensions: Vec::new(),
            settings: Vec::new(),
            secrets: Vec::new(),
            attach: Vec::new(),
            external_root: ".".to_owned(),
            disable_transactions: false,
            keep_open: true,
            retries: Retries::default(),
            module_paths: Vec::new(),
            ducklakes: Vec::new(),
        }
    }

    /// Tells whether the database lives only as long as the process.
    pub fn is_in_memory(&self) -> bool {
        self.path == ":memory:"
    }

    /// Tells whether the database is a file of DuckDB's own.
    pub(super) fn is_in_file(&self) -> bool {
        !self.path.contains(':') && !self.ducklakes.contains(&self.database)
    }
}

/// Returns the name that DuckDB gives to the database in a file.
pub(super) fn name_of_path(path: &str) -> String {
    if path == ":memory:" {
        return "memory".to_owned();
    }
    let path = path.split(['?', '#']).next().unwrap_or(path);
    let file = path.rsplit('/').next().unwrap_or(path);
    if scheme(path).eq_ignore_ascii_case("ducklake") {
        let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
        return stem.rsplit(':').next().unwrap_or(stem).to_owned();
    }
    let name = file.trim_start_matches('.');
    name.split('.').next().unwrap_or(name).to_owned()
}

fn scheme(path: &str) -> &str {
    path.split_once(':').map_or("", |(scheme, _)| scheme)
}

fn refuse_what_needs_python(at: &Reader<'_>) {
    let keys = [
        (
            "plugins",
            "needs Python, which dsql does not load; remove it, and read files by \
             `external_location` of sources, databases under `attach`",
        ),
        (
            "remote",
            "names a Buena Vista server, which dsql does not speak to; remove it",
        ),
    ];
    for (key, why) in keys {
        let is_set = at.get(key).is_some_and(|value| match value {
            Value::Array(items) => !items.is_empty(),
            _ => true,
        });
        if is_set {
            at.wrong(key, why);
        }
    }
}

fn refuse_motherduck(at: &Reader<'_>, path: &str, attach: &[Attachment]) {
    let is_motherduck = |path: &str| matches!(scheme(path), "md" | "motherduck");
    if is_motherduck(path) {
        at.wrong(
            "path",
            "names a MotherDuck database, which dsql does not open",
        );
    }
    if attach.iter().any(|it| is_motherduck(&it.path)) {
        at.wrong(
            "attach",
            "names a MotherDuck database, which dsql does not open",
        );
    }
}

fn database(at: &Reader<'_>, path: &str, attach: &[Attachment]) -> String {
    let of_path = name_of_path(path);
    if of_path.is_empty() {
        at.wrong("path", "names no file, so the database has no name");
    }
    let Some(named) = at.text("database") else {
        return of_path;
    };
    let attached = attach.iter().any(|it| it.alias.as_deref() == Some(&*named));
    if named != of_path && !attached {
        let message = format!(
            "must be `{of_path}`, which is the database in `path`, or the alias of an attached one"
        );
        at.wrong("database", message);
    }
    named
}

fn ducklakes(at: &Reader<'_>, path: &str, attach: &[Attachment]) -> Vec<String> {
    let is_lake = |path: &str| path.to_lowercase().contains("ducklake:");
    let marked = at.truth("is_ducklake").unwrap_or(false);
    let own = (marked || is_lake(path)).then(|| name_of_path(path));
    let lakes = attach
        .iter()
        .filter(|it| it.is_ducklake || is_lake(&it.path));
    let name = |it: &Attachment| it.alias.clone().unwrap_or_else(|| name_of_path(&it.path));
    own.into_iter().chain(lakes.map(name)).collect()
}

fn extension(at: &Reader<'_>) -> Option<Extension> {
    match at.value() {
        Value::String(name) => Some(Extension {
            name: name.clone(),
            repository: None,
        }),
        Value::Object(_) => Some(Extension {
            name: at.required_text("name")?,
            repository: Some(at.required_text("repo")?),
        }),
        _ => {
            at.wrong("", "must be a name, or have `name` and `repo`");
            None
        }
    }
}

fn secrets(at: &Reader<'_>) -> Vec<Secret> {
    let mut secrets = at.list("secrets", Secret::read);
    match at.text("use_credential_provider").as_deref() {
        None => {}
        Some("aws") => secrets.push(Secret::aws_credential_chain()),
        Some(_) => at.wrong("use_credential_provider", "must be `aws`"),
    }
    let named = |(number, mut secret): (i32, Secret), prefix: &str| {
        let name = || format!("{prefix}_{number}");
        secret.name.get_or_insert_with(name);
        secret
    };
    let own = (1..).zip(secrets).map(|it| named(it, "_dbt_secret"));
    let entries = at.list("filesystems", |it| Some(filesystem::read(it)));
    let of_filesystems = (1..).zip(entries);
    let of_filesystems = of_filesystems.filter_map(|(number, it)| Some((number, it?)));
    own.chain(of_filesystems.map(|it| named(it, "_dbt_filesystem")))
        .collect()
}

fn retries(at: &Reader<'_>) -> Retries {
    let read = |at: &Reader<'_>| {
        let exception = |at: &Reader<'_>| at.value().as_str().map(str::to_owned);
        Some(Retries {
            connect_attempts: at.count("connect_attempts").unwrap_or(1),
            query_attempts: at.count("query_attempts").unwrap_or(1),
            exceptions: match at.get("retryable_exceptions") {
                Some(_) => at.list("retryable_exceptions", exception),
                None => Retries::default().exceptions,
            },
        })
    };
    at.section("retries", read).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parse(target: Value) -> Result<Credentials, Vec<String>> {
        let Value::Object(target) = target else {
            unreachable!()
        };
        let shown = |it: Vec<ProfileError>| it.iter().map(ProfileError::to_string).collect();
        Credentials::parse(&target).map_err(shown)
    }

    #[test]
    fn databases_are_named_by_their_files() {
        let names = [
            (":memory:", "memory"),
            ("a/b.duckdb", "b"),
            ("my.db.duckdb", "my"),
            (".hidden.duckdb", "hidden"),
            ("/x/y", "y"),
            ("s3://bucket/x.duckdb", "x"),
            ("ducklake:meta.ducklake", "meta"),
            ("ducklake:postgres:dbname=x", "dbname=x"),
            ("ducklake:sqlite:dir/meta.sqlite", "meta"),
            ("x.duckdb?foo=1", "x"),
            ("./a.b/c", "c"),
        ];
        for (path, name) in names {
            assert_eq!(name_of_path(path), name, "{path}");
        }
    }

    #[test]
    fn files_of_duckdb_are_told_from_all_else() {
        let parsed = |target| parse(target).unwrap().is_in_file();
        assert!(parsed(json!({"type": "duckdb", "path": "a/b.duckdb"})));
        for path in [":memory:", "ducklake:meta.ducklake", "s3://bucket/x.duckdb"] {
            assert!(!parsed(json!({"type": "duckdb", "path": path})), "{path}");
        }
        let marked = json!({"type": "duckdb", "path": "b.duckdb", "is_ducklake": true});
        assert!(!parsed(marked));
    }

    #[test]
    fn a_full_target_is_read() {
        let target = json!({
            "type": "duckdb", "path": "dev.duckdb", "schema": "shop", "threads": 4,
            "database": "lake", "extensions": ["json", {"name": "h3", "repo": "community"}],
            "settings": {"memory_limit": "1GB", "threads": 2, "enable_progress_bar": false},
            "secrets": [{"type": "s3", "key_id": "a", "secret": "b'c", "scope": ["s3://a"]}],
            "attach": [
                {"path": "it's.db", "alias": "lake", "type": "sqlite", "read_only": true},
                {"path": "x", "options": {"type": "postgres", "foo": "bar", "n": 3, "b": true,
                    "c": false, "q": "'z'", "read_only": true, "secret": "s"}},
            ],
            "retries": {"connect_attempts": 3},
        });
        let read = parse(target).expect("a sound target");
        let sql: Vec<_> = read.attach.iter().map(Attachment::sql).collect();
        let expected = [
            "ATTACH IF NOT EXISTS 'it''s.db' AS lake (TYPE sqlite, READ_ONLY)",
            "ATTACH IF NOT EXISTS 'x' (TYPE postgres, SECRET s, READ_ONLY, FOO 'bar', N 3, B, Q 'z')",
        ];
        assert_eq!(sql, expected);
        let expected = "CREATE OR REPLACE SECRET _dbt_secret_1 (type s3, key_id 'a', \
                        secret 'b''c', scope 's3://a')";
        assert_eq!(read.secrets[0].sql(), expected);
        assert!(!format!("{read:?}").contains("b'c"));
        assert_eq!(read.settings[2].1, "False");
        assert_eq!(
            (read.database.as_str(), read.retries.connect_attempts),
            ("lake", 3)
        );
    }

    #[test]
    fn all_that_is_wrong_is_told() {
        let wrong = parse(json!({
            "path": "dev.duckdb", "database": "prod", "schema": 7, "plugins": [{"module": "x"}],
            "attach": [{"alias": "a"}], "secrets": ["x"], "retries": {"connect_attempts": 0},
            "keep_open": "yes",
        }));
        let expected = [
            "`plugins` needs Python, which dsql does not load; remove it, and read files by \
             `external_location` of sources, databases under `attach`",
            "`attach.0` needs `path`",
            "`database` must be `dev`, which is the database in `path`, or the alias of an \
             attached one",
            "`schema` must be a text (put quotes around it)",
            "`secrets.0` must be a mapping with `type`",
            "`keep_open` must be `true` or `false`",
            "`retries.connect_attempts` must be a whole number above zero",
        ];
        assert_eq!(wrong, Err(expected.map(str::to_owned).into()));
    }
}
