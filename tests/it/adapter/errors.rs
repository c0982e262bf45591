//! Errors of statements.

use dsql::adapters::{Adapter, AdapterError};

use super::{memory, run};

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
            Err(AdapterError::Statement {
                offset, message, ..
            }) => {
                wrong.push(format!("{case}\n  {offset:?}, expected {at}\n{message}"));
            }
            other => panic!("{case}: {other:?}"),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
