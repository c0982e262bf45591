//! Transactions, connections side by side, interrupts.

use std::sync::mpsc::channel;
use std::thread;

use dsql::adapters::duckdb::{Credentials, DuckDb};
use dsql::adapters::{Adapter, AdapterError};

use super::{memory, number, run};

/// A transaction is followed through whatever SQL begins or ends it.
#[test]
fn transactions_are_followed() {
    let mut connection = memory().connect("test").unwrap();
    let it = &mut *connection;
    run(it, "create table t (i int primary key)").unwrap();
    it.begin().unwrap();
    it.begin().unwrap();
    assert!(it.in_transaction());
    run(it, "insert into t values (1)").unwrap();
    it.rollback().unwrap();
    it.rollback().unwrap();
    assert!(!it.in_transaction());
    assert_eq!(number(it, "select count(*) from t"), 0);

    run(
        it,
        "begin; insert into t values (2); commit; begin transaction",
    )
    .unwrap();
    assert!(it.in_transaction());
    run(
        it,
        "insert into t values (3); end; start transaction; abort",
    )
    .unwrap();
    assert!(!it.in_transaction());
    it.commit().unwrap();
    assert_eq!(number(it, "select count(*) from t"), 2);

    // What fails in the middle leaves what was begun before it.
    run(it, "begin; insert into t values (2)").unwrap_err();
    assert!(it.in_transaction());
    it.rollback().unwrap();
    run(it, "commit").unwrap_err();
    assert!(!it.in_transaction());
    run(it, "prepare enter as begin; execute enter").unwrap_err();
    assert!(!it.in_transaction());
}

/// DuckDB says yes to `COMMIT` of an aborted transaction, and rolls back.
#[test]
fn an_aborted_transaction_is_not_committed() {
    let mut connection = memory().connect("test").unwrap();
    let it = &mut *connection;
    it.begin().unwrap();
    run(it, "create table t as select 1 as i").unwrap();
    run(it, "select error('boom')").unwrap_err();
    run(it, "begin").unwrap_err();
    assert!(it.in_transaction());
    let error = it.commit().unwrap_err().to_string();
    assert!(error.contains("Current transaction is aborted"), "{error}");
    assert!(!it.in_transaction());
    run(it, "from t").unwrap_err();

    // A mistake found before anything ran does no harm.
    it.begin().unwrap();
    run(it, "create table t as select 1 as i").unwrap();
    run(it, "select nope from t").unwrap_err();
    it.commit().unwrap();
    assert_eq!(number(it, "select count(*) from t"), 1);
}

#[test]
fn two_connections_see_one_database() {
    let adapter = memory();
    let mut one = adapter.connect("one").unwrap();
    let mut other = adapter.connect("other").unwrap();
    one.begin().unwrap();
    run(&mut *one, "create table t as select 42 as i").unwrap();
    run(&mut *other, "from t").unwrap_err();
    one.commit().unwrap();
    assert_eq!(number(&mut *other, "select i from t"), 42);

    // Both change a row: the second to do so fails, and keeps its words.
    one.begin().unwrap();
    other.begin().unwrap();
    run(&mut *one, "update t set i = 1").unwrap();
    let error = run(&mut *other, "update t set i = 2")
        .unwrap_err()
        .to_string();
    assert!(error.contains("Conflict on"), "{error}");
    other.rollback().unwrap();
    one.commit().unwrap();
    assert_eq!(number(&mut *other, "select i from t"), 1);
}

#[test]
fn workers_write_side_by_side() {
    let adapter = memory();
    run(
        &mut *adapter.connect("main").unwrap(),
        "create table all_of_them (i int)",
    )
    .unwrap();
    thread::scope(|scope| {
        for worker in 0..4 {
            let adapter = &adapter;
            scope.spawn(move || {
                let mut connection = adapter.connect("worker").unwrap();
                for round in 0..10 {
                    connection.begin().unwrap();
                    let sql = format!(
                        "create table t_{worker}_{round} as select range i from range(100);
                         insert into all_of_them select i from t_{worker}_{round}"
                    );
                    run(&mut *connection, &sql).unwrap();
                    connection.commit().unwrap();
                }
            });
        }
    });
    let mut connection = adapter.connect("main").unwrap();
    assert_eq!(
        number(&mut *connection, "select count(*) from all_of_them"),
        4000
    );
}

#[test]
fn an_interrupt_stops_the_statement_and_all_later_ones() {
    let adapter = memory();
    let mut connection = adapter.connect("worker").unwrap();
    let handle = connection.interrupt_handle();
    let (begun, has_begun) = channel();
    let worker = thread::spawn(move || {
        connection.begin().unwrap();
        run(&mut *connection, "create table t as select 1 as i").unwrap();
        begun.send(()).unwrap();
        let long =
            "select count(*) from range(1000000) a, range(1000000) b where a.range + b.range = 1";
        let outcome = run(&mut *connection, &format!("{long}; select 1"));
        let next = run(&mut *connection, "select 1");
        let committed = connection.commit();
        let rolled_back = connection.rollback();
        (
            outcome,
            next,
            committed,
            rolled_back,
            connection.in_transaction(),
        )
    });
    has_begun.recv().unwrap();
    handle.interrupt();
    let (outcome, next, committed, rolled_back, in_transaction) = worker.join().unwrap();
    for cancelled in [outcome, next, committed] {
        assert!(
            matches!(cancelled, Err(AdapterError::Cancelled)),
            "{cancelled:?}"
        );
    }
    rolled_back.unwrap();
    assert!(!in_transaction);
    // The connection is gone: nothing happens.
    handle.interrupt();
    let mut other = adapter.connect("other").unwrap();
    run(&mut *other, "from t").unwrap_err();
    assert_eq!(number(&mut *other, "select 1"), 1);
}

/// What is committed gets into the file before it closes, whoever reads and writes meanwhile.
#[test]
fn what_is_committed_is_written_out() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shop.duckdb").display().to_string();
    let logged = || std::fs::metadata(format!("{path}.wal")).map_or(0, |it| it.len());
    let adapter = DuckDb::new(Credentials::of_path(&path));
    adapter.write_out();
    assert!(!folder.path().join("shop.duckdb").exists());
    let mut writer = adapter.connect("writer").unwrap();
    let mut reader = adapter.connect("reader").unwrap();
    run(&mut *writer, "create table t as select 1 as i").unwrap();
    reader.begin().unwrap();
    assert_eq!(number(&mut *reader, "select count(*) from t"), 1);
    writer.begin().unwrap();
    run(&mut *writer, "insert into t values (2)").unwrap();
    assert_ne!(logged(), 0);
    adapter.write_out();
    assert_eq!(logged(), 0);
    writer.commit().unwrap();
    assert_ne!(logged(), 0);
    adapter.write_out();
    assert_eq!(logged(), 0);
    assert_eq!(number(&mut *reader, "select count(*) from t"), 1);
    reader.rollback().unwrap();
    assert_eq!(number(&mut *reader, "select count(*) from t"), 2);
}
