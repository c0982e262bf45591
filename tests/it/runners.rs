//! Tests of the runners themselves.

use crate::scenarios;
use crate::support::slt::{self, Action, Answer, Shown};

const STORY: &str = "\
file seeds/a.csv <<END
id,name
1,b
END
append seeds/a.csv  2,
execute create table t as from read_csv('seeds/a.csv')
query select id, name, name is null as empty
  from t order by id
----
1  b     <ignore>
2  NULL  true
";

#[test]
fn every_directive_is_read() {
    let text = "\
# A story.
project shop
file models/a.sql <<END
select 1

END
append seeds/a.csv  3,x y
run DBT_TARGET=ci dsql build -s 'a b+'
exit 1
stderr contains not found
query select a,
  b from c
----
1  <ignore>

cat target/x.txt
----
text
";
    let actions: Vec<_> = slt::parse(text)
        .unwrap()
        .into_iter()
        .map(|it| it.action)
        .collect();
    let (a, b) = ("models/a.sql".to_owned(), "seeds/a.csv".to_owned());
    let expected = [
        Action::Project("shop".into()),
        Action::Write {
            path: a,
            content: "select 1\n\n".into(),
        },
        Action::Append {
            path: b,
            content: "3,x y\n".into(),
        },
        Action::Run {
            variables: vec![("DBT_TARGET".into(), "ci".into())],
            arguments: vec!["build".into(), "-s".into(), "a b+".into()],
            exit: 1,
        },
        Action::Contains {
            what: Shown::Stderr,
            words: "not found".into(),
            wanted: true,
        },
        Action::Query {
            sql: "select a,\n  b from c".into(),
            answer: Answer(13..14),
        },
        Action::Show {
            what: Shown::File("target/x.txt".into()),
            answer: Answer(17..18),
        },
    ];
    assert_eq!(actions, expected);
}

#[test]
fn mistakes_are_named_with_their_line() {
    let message = |text| slt::parse(text).unwrap_err().message;
    assert_eq!(message("\nexit 1"), "line 2: `exit` follows a `run`");
    assert_eq!(message("frob"), "line 1: unknown directive `frob`");
    assert_eq!(
        message("query select 1\n\n"),
        "line 1: the query has no `----`"
    );
    assert_eq!(
        message("query select 1\n----\n1\nquery select 2\n----\n2\n"),
        "line 1: no empty line ends the answer"
    );
    assert_eq!(message("file a <<END\nx"), "line 1: `<<END` has no `END`");
    assert_eq!(
        message("run dbt build"),
        "line 1: `run` is followed by `dsql …`"
    );
    assert_eq!(message("run dsql 'a"), "line 1: a quote ' is not closed");
}

#[test]
fn a_story_holds() {
    scenarios::run(STORY).unwrap();
    scenarios::run("query select 'a' || chr(10) || 'b', ''\n----\na\\nb  ''\n").unwrap();
    scenarios::run("project empty\nabsent dbt_project.yml\n").unwrap();
    scenarios::run("exists dbt_project.yml\n").unwrap();
    scenarios::run("query from nowhere\n----\nerror: Catalog Error: <ignore>\n").unwrap();
}

#[test]
fn a_wrong_answer_is_corrected() {
    let wrong = STORY.replace("NULL", "x") + "\nquery select 1\n----\n";
    let failure = scenarios::run(&wrong).unwrap_err();
    assert!(
        failure.message.contains("> 2  x  true"),
        "{}",
        failure.message
    );
    let right = STORY.replace("2  NULL  true", "2  NULL  true\n\nquery select 1\n----\n1");
    assert_eq!(failure.corrected.as_deref(), Some(right.as_str()));
    scenarios::run(&right).unwrap();
}

#[test]
fn only_answers_are_corrected() {
    let failure = scenarios::run("query select 1\n----\n2\n\nexists nothing\n").unwrap_err();
    assert!(
        failure.message.contains("line 5: nothing is missing"),
        "{}",
        failure.message
    );
    assert_eq!(failure.corrected, None);
}

#[test]
fn the_fixture_comes_first() {
    let failure = scenarios::run("file a  b\nproject shop\n").unwrap_err();
    assert_eq!(failure.message, "line 2: `project shop` comes first");
}
