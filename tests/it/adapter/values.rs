//! Rows of every type, and values given to parameters.

use dsql::adapters::{Adapter, Cell, Table};
use serde_json::{Value, json};

use super::{memory, number, query, run};
use crate::support::data_files::root;

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
