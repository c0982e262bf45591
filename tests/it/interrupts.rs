//! Runs that are stopped by Ctrl-C end in order.
#![cfg(unix)]

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};

use crate::support::test_project::TestProject;

/// A query that ends on no day.
const ENDLESS: &str = "select count(*) from range(1000000000) as a, range(1000000000) as b \
                       where hash(a.range, b.range) = 1";

/// A run in progress.
struct Running {
    child: Child,
    lines: BufReader<ChildStdout>,
}

impl Running {
    fn start(project: &TestProject, arguments: &[&str]) -> Self {
        let mut command = project.command(arguments.iter().copied());
        command.stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().expect("a started binary");
        let lines = BufReader::new(child.stdout.take().expect("its output"));
        Self { child, lines }
    }

    /// Reads lines until one has these words.
    fn says(&mut self, words: &str) {
        let mut all = String::new();
        loop {
            let from = all.len();
            let read = self.lines.read_line(&mut all).expect("readable output");
            assert!(read > 0, "{words:?} is not in:\n{all}");
            if all[from..].contains(words) {
                return;
            }
        }
    }

    fn signal(&self, name: &str) {
        let kill = format!("kill -{name} {}", self.child.id());
        let sent = Command::new("sh").args(["-c", &kill]).status();
        assert!(sent.expect("a shell").success(), "{kill}");
    }

    /// Waits for the end; `None` stands for a kill.
    fn exit(mut self) -> Option<i32> {
        let mut rest = String::new();
        std::io::Read::read_to_string(&mut self.lines, &mut rest).expect("readable output");
        self.child.wait().expect("an exit status").code()
    }
}

fn statuses(project: &TestProject) -> Vec<[String; 2]> {
    let json = project.json("target/run_results.json");
    let results = json["results"].as_array().unwrap().iter();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let mut found: Vec<_> = results
        .map(|it| [text(&it["unique_id"]), text(&it["status"])])
        .collect();
    found.sort();
    found
}

fn interrupted(signal: &str) {
    let project = TestProject::with_files([
        (
            "dbt_project.yml",
            "name: shop\nmodels: {+materialized: table}\non-run-end: create table ended as select 1\n",
        ),
        ("models/first.sql", "select 2 as id"),
        (
            "models/long.sql",
            &format!(
                "-- {{{{ ref('first') }}}}\n{{% if execute and var('long', true) %}}{{% do \
                 log('it starts', info=true) %}}{ENDLESS}{{% else %}}select 1 as id{{% endif %}}"
            ),
        ),
        ("models/after.sql", "select * from {{ ref('long') }}"),
    ]);
    project.dsql(["run", "--vars", "long: false"]).exits(0);
    project.execute("drop table ended").unwrap();
    project.delete("target");
    let mut running = Running::start(&project, &["build"]);
    running.says("it starts");
    running.signal(signal);
    assert_eq!(running.exit(), Some(2));
    assert!(project.exists("target/manifest.json"));
    let expected = [
        ["model.shop.after", "skipped"],
        ["model.shop.first", "success"],
        ["model.shop.long", "error"],
    ];
    assert_eq!(statuses(&project), expected);
    assert_eq!(project.query("from first").unwrap(), [["2"]]);
    assert_eq!(project.query("from long").unwrap(), [["1"]], "as before");
    let tables = "select table_name from information_schema.tables order by 1";
    let tables = project.query(tables).unwrap();
    assert_eq!(tables, [["after"], ["first"], ["long"]]);
}

#[test]
fn ctrl_c_stops_the_run_in_order() {
    interrupted("INT");
}

#[test]
fn termination_stops_the_run_in_order() {
    interrupted("TERM");
}
