//! Differences are drawn as by daff: `tests/table_diffs/generate.py` wrote what is expected.

use std::path::Path;

use dsql::execute::table_diff::{Row, table_diff};

#[derive(serde::Deserialize)]
struct Case {
    header: Vec<String>,
    expected: Vec<Row>,
    actual: Vec<Row>,
    drawn: Option<String>,
}

#[test]
fn differences_are_drawn_as_by_daff() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/table_diffs/cases.json");
    let cases: Vec<Case> = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let wrong = cases.iter().enumerate().filter_map(|(at, case)| {
        let drawn = table_diff(&case.header, &case.expected, &case.actual);
        let show = |drawn: &Option<String>| drawn.clone().unwrap_or_else(|| "nothing\n".to_owned());
        (drawn != case.drawn).then(|| {
            let (dbt, dsql) = (show(&case.drawn), show(&drawn));
            format!("case {}\ndbt:\n{dbt}dsql:\n{dsql}", at + 1)
        })
    });
    let wrong: Vec<String> = wrong.collect();
    assert!(wrong.is_empty(), "{}\n{}", wrong.len(), wrong.join("\n"));
}
