//! Opening databases, and what is wrong with those that do not open.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use dsql::adapters::duckdb::{Credentials, DuckDb};
use dsql::adapters::{Adapter, AdapterError, Cell};

use super::{number, query, run};

/// Whoever wants to hold a lock from another process runs this test with the file in a variable.
#[test]
fn a_second_process() {
    let Some(path) = std::env::var_os(HOLDS) else {
        return;
    };
    let adapter = DuckDb::new(Credentials::of_path(path.to_str().unwrap()));
    let _connection = adapter.connect("holder").unwrap();
    println!("\nheld");
    let _ = std::io::stdin().read_line(&mut String::new());
}

const HOLDS: &str = "DSQL_TEST_HOLDS";

#[test]
fn a_locked_file_says_who_has_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shop.duckdb").display().to_string();
    let mut holder = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "adapter::opening::a_second_process",
            "--nocapture",
        ])
        .env(HOLDS, &path)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(holder.stdout.take().unwrap()).lines();
    assert!(lines.map_while(Result::ok).any(|line| line == "held"));
    let error = open_error(&path, &[]);
    assert!(error.0.contains("Conflicting lock is held in"), "{error:?}");
    assert!(error.1.contains("`--wait 60`"), "{error:?}");
    drop(holder.stdin.take());
    holder.wait().unwrap();
    let mut connection = DuckDb::new(Credentials::of_path(&path))
        .connect("test")
        .unwrap();
    assert_eq!(number(&mut *connection, "select 1"), 1);
}

/// What went wrong at opening a file, and what to do.
fn open_error(path: &str, options: &[(&str, &str)]) -> (String, String) {
    let mut credentials = Credentials::of_path(path);
    let option = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    credentials.config_options = options.iter().map(option).collect();
    match DuckDb::new(credentials).connect("test") {
        Err(AdapterError::Connect { message, help, .. }) => (message, help.unwrap_or_default()),
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("{path} opens"),
    }
}

#[test]
fn files_that_do_not_open_say_why() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    let sound = at("sound.duckdb");
    run(
        &mut *DuckDb::new(Credentials::of_path(&sound))
            .connect("test")
            .unwrap(),
        "create table t as select range as i from range(100000)",
    )
    .unwrap();
    let bytes = std::fs::read(&sound).unwrap();
    std::fs::write(at("text.duckdb"), "id,name\n".repeat(2000)).unwrap();
    std::fs::write(at("cut.duckdb"), &bytes[..9000]).unwrap();
    let mut damaged = bytes.clone();
    damaged[5000] ^= 0xff;
    std::fs::write(at("damaged.duckdb"), damaged).unwrap();
    let mut newer = bytes.clone();
    newer[12] = 200;
    rehash(&mut newer);
    std::fs::write(at("newer.duckdb"), newer).unwrap();
    std::fs::create_dir(at("folder")).unwrap();

    let cases = [
        (
            at("text.duckdb"),
            "not a valid DuckDB database file",
            "move this one away",
        ),
        (
            at("cut.duckdb"),
            "Could not read enough bytes",
            "the file is damaged",
        ),
        (
            at("damaged.duckdb"),
            "Corrupt database file",
            "the file is damaged",
        ),
        (
            at("newer.duckdb"),
            "version number",
            "written by another DuckDB",
        ),
        (at("folder"), "Is a directory", "folder/dev.duckdb"),
        (
            at("missing/shop.duckdb"),
            "No such file or directory",
            "missing first",
        ),
        (
            at("sound.duckdb/shop.duckdb"),
            "Not a directory",
            "sound.duckdb is a file",
        ),
    ];
    for (path, message, help) in cases {
        let error = open_error(&path, &[]);
        assert!(error.0.contains(message), "{path}: {error:?}");
        assert!(error.1.contains(help), "{path}: {error:?}");
    }
    let error = open_error(":memory:", &[("threadz", "4")]);
    assert!(error.1.contains("config_options"), "{error:?}");
}

/// Mends the checksum of the first header of a database file.
fn rehash(bytes: &mut [u8]) {
    let number = |bytes: &[u8]| u64::from_le_bytes(bytes.try_into().unwrap());
    let words = bytes[8..4096].chunks_exact(8).map(number);
    let sum = words.fold(5381, |sum, word| {
        sum ^ word.wrapping_mul(0xbf58_476d_1ce4_e5b9)
    });
    bytes[..8].copy_from_slice(&sum.to_le_bytes());
}

#[test]
fn the_database_is_what_the_profile_says() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    let target = serde_json::json!({
        "path": at("dev.duckdb"), "database": "lake",
        "attach": [{"path": at("lake.duckdb"), "alias": "lake"}],
        "settings": {"TimeZone": "Asia/Tokyo"}, "extensions": ["json", "icu"],
        "config_options": {"threads": 2}, "keep_open": false,
    });
    let adapter = dsql::adapters::adapter("duckdb", target.as_object().unwrap()).unwrap();
    assert_eq!(adapter.default_database(), "lake");
    {
        let mut connection = adapter.connect("test").unwrap();
        let it = &mut *connection;
        run(it, "create table lake.main.t as select 42 as i").unwrap();
        let sql = "select current_setting('TimeZone'), current_setting('threads'), \
                   current_database()";
        let shown: Vec<_> = query(it, sql).rows[0].iter().map(Cell::to_string).collect();
        assert_eq!(shown, ["Asia/Tokyo", "2", "dev"]);
    }
    // Closed with its last connection, so somebody else may have it.
    let mut other = DuckDb::new(Credentials::of_path(&at("lake.duckdb")))
        .connect("other")
        .unwrap();
    assert_eq!(number(&mut *other, "select i from t"), 42);
    drop(other);
    let mut again = adapter.connect("again").unwrap();
    assert_eq!(number(&mut *again, "select i from lake.t"), 42);

    let target = serde_json::json!({"settings": {"threadz": 4}});
    let adapter = dsql::adapters::adapter("duckdb", target.as_object().unwrap()).unwrap();
    match adapter.connect("test").err() {
        Some(AdapterError::Connect { message, help, .. }) => {
            assert!(
                message.contains("unrecognized configuration parameter"),
                "{message}"
            );
            assert!(help.unwrap().contains("`threadz` of `settings`"));
        }
        other => panic!("{other:?}"),
    }
}
