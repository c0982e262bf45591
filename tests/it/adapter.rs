//! The DuckDB adapter: values, transactions, interrupts, errors.

use std::sync::mpsc::channel;
use std::thread;

use dsql::adapters::duckdb::{Credentials, DuckDb};
use dsql::adapters::{Adapter, AdapterError, Cell, Connection, Table};
use serde_json::{Value, json};

use crate::support::data_files::root;

fn memory() -> DuckDb {
    DuckDb::new(Credentials::of_path(":memory:"))
}

fn query(connection: &mut dyn Connection, sql: &str) -> Table {
    match connection.execute(sql, true, None) {
        Ok((_, table)) => table,
        Err(error) => panic!("{sql}: {error}"),
    }
}

fn run(connection: &mut dyn Connection, sql: &str) -> Result<(), AdapterError> {
    connection.execute(sql, false, None).map(|_| ())
}

fn number(connection: &mut dyn Connection, sql: &str) -> i128 {
    match query(connection, sql).rows[0][0] {
        Cell::Integer(number) => number,
        ref other => panic!("{other:?}"),
    }
}

/// Each query's table is dbt's: names, types of cells, SQL types, values.
#[test]
fn every_type_reads_as_in_dbt() {
    let text = std::fs::read_to_string(root().join("tests/values/expected.json")).unwrap();
    let cases: Vec<Value> = serde_json::from_str(&text).unwrap();
    let mut wrong = Vec::new();
    let adapter = memory();
    for case in &cases {
        let mut connection = adapter.connect("test").unwrap();
        run(&mut *connection, "set TimeZone='America/New_York'").unwrap();
        let sql = case["query"].as_str().unwrap();
        let table = query(&mut *connection, sql);
        let described = connection.describe_query(sql).unwrap();
        let found = [
            ("columns", json!(columns(&table))),
            ("rows", json!(rows(&table))),
            (
                "flattened",
                described
                    .iter()
                    .map(|it| json!([it.name, it.dtype]))
                    .collect(),
            ),
        ];
        for (key, found) in found {
            let pairs = found
                .as_array()
                .unwrap()
                .iter()
                .zip(case[key].as_array().unwrap());
            let differs = |(found, expected): &(&Value, &Value)| found != expected;
            if let Some((found, expected)) = pairs.clone().find(differs) {
                wrong.push(format!("{sql}\n  {key}: {found}\n  dbt:  {expected}"));
            }
            assert_eq!(
                pairs.len(),
                case[key].as_array().unwrap().len(),
                "{sql}: {key}"
            );
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn columns(table: &Table) -> Vec<Value> {
    let columns = table.columns.iter();
    columns
        .map(|it| json!([it.name, format!("{:?}", it.cells), it.sql_type]))
        .collect()
}

fn rows(table: &Table) -> Vec<Vec<Value>> {
    let cell = |cell: &Cell| match cell {
        Cell::Null => Value::Null,
        other => other.to_string().into(),
    };
    table
        .rows
        .iter()
        .map(|row| row.iter().map(cell).collect())
        .collect()
}

#[test]
fn the_last_statement_gives_the_rows() {
    let mut connection = memory().connect("test").unwrap();
    let sql = "create table t (i int);\n insert into t values (1), (2); select i from t order by i; -- end";
    let table = query(&mut *connection, sql);
    assert_eq!(table.rows, [[Cell::Integer(1)], [Cell::Integer(2)]]);
    for nothing in ["", "-- nothing", ";;"] {
        let (response, table) = connection.execute(nothing, true, None).unwrap();
        assert_eq!((response.message.as_str(), table), ("OK", Table::default()));
    }
    let (_, table) = connection
        .execute("from range(1e6::bigint)", true, Some(3))
        .unwrap();
    assert_eq!(table.rows.len(), 3);
    assert_eq!(number(&mut *connection, "select 1"), 1);
}

#[test]
fn parameters_take_any_value() {
    let mut connection = memory().connect("test").unwrap();
    run(
        &mut *connection,
        "create table t (a int, b double, c varchar, d date, e timestamptz, f boolean, g hugeint)",
    )
    .unwrap();
    let bindings = [
        Cell::Integer(-5),
        Cell::Decimal("1.25".parse().unwrap()),
        Cell::Text("it's".into()),
        Cell::Date(chrono::NaiveDate::from_ymd_opt(1960, 2, 29).unwrap()),
        Cell::DateTimeTz("2020-01-01T02:00:00+02:00".parse().unwrap()),
        Cell::Boolean(true),
        Cell::Integer(i128::MIN + 1),
    ];
    let sql = "insert into t values (?, ?, ?, ?, ?, ?, ?)";
    connection.execute_with(sql, &bindings).unwrap();
    connection
        .execute_with(sql, &[const { Cell::Null }; 7])
        .unwrap();
    let table = query(&mut *connection, "select columns(*)::varchar from t");
    let shown: Vec<_> = table.rows[0].iter().map(Cell::to_string).collect();
    let expected = [
        "-5",
        "1.25",
        "it's",
        "1960-02-29",
        "2020-01-01 00:00:00+00",
        "true",
        "-170141183460469231731687303715884105727",
    ];
    assert_eq!(shown[..4], expected[..4]);
    assert_eq!(shown[5..], expected[5..]);
    assert_eq!(table.rows[1], [const { Cell::Null }; 7]);
}

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

/// `|` marks the byte that the error points at.
#[test]
fn errors_point_into_the_sql() {
    let cases = [
        "select |nope",
        "select 1 from\n  |nosuch",
        "|selec t",
        "select 'é', '日本語', |nope from range(1)",
        "select 'a long one xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx', |nope, 'yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy' from range(1)",
        "select 1;\r\n\r\n select ';', |nope from range(1); select 3",
        "select 1;; -- a;b\n select 2; select\n |nope from range(1)",
        "create temp table t(i int); insert into t values (1);\nselect\ni, |nope\nfrom t",
        "select\u{a0}1,\u{2003}|nope",
        "-- first\nselect\n 'a long one xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx', |nope, 'yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy' from range(1)",
        "select |cast('abc' as int)",
        "select 1; select 2 +\n |error_(1)",
        "select 1; select |cast('abc' as int)",
        "-- a;b\n /* ; */ select $$;$$, |nope",
    ];
    let mut wrong = Vec::new();
    let adapter = memory();
    for case in cases {
        let at = case.find('|').unwrap();
        let sql = case.replace('|', "");
        let mut connection = adapter.connect("test").unwrap();
        match run(&mut *connection, &sql) {
            Err(AdapterError::Statement { offset, .. }) if offset == Some(at) => {}
            Err(AdapterError::Statement { offset, message }) => {
                wrong.push(format!("{case}\n  {offset:?}, expected {at}\n{message}"));
            }
            other => panic!("{case}: {other:?}"),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
