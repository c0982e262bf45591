//! What a run keeps for the next one: taken up where nothing has changed, and only there.

use std::sync::LazyLock;

use regex::Regex;

use crate::support::test_project::TestProject;

const FILE: &str = "target/partial_parse.bin";

/// The manifest without what differs between two runs that read the same.
fn manifest(project: &TestProject) -> String {
    manifest_in(project, "target")
}

pub fn manifest_in(project: &TestProject, target: &str) -> String {
    static VOLATILE: LazyLock<Regex> = LazyLock::new(|| {
        let keys = "generated_at|invocation_id|invocation_started_at|run_started_at";
        Regex::new(&format!(r#""({keys})":"[^"]*""#)).unwrap()
    });
    let text = project.read(&format!("{target}/manifest.json"));
    VOLATILE.replace_all(&text, "\"$1\":\"\"").into_owned()
}

/// The manifest without the times at which its nodes were read, too.
fn timeless(project: &TestProject) -> String {
    timeless_in(project, "target")
}

pub fn timeless_in(project: &TestProject, target: &str) -> String {
    let text = manifest_in(project, target);
    CREATED.replace_all(&text, NOT_CREATED).into_owned()
}

static CREATED: LazyLock<Regex> = LazyLock::new(|| Regex::new(r#""created_at":[0-9.]+"#).unwrap());

const NOT_CREATED: &str = r#""created_at":0"#;

/// Whether the second run took up what the first one had read: nodes keep their time of birth.
fn takes_up(project: &TestProject, first: &[&str], second: &[&str]) -> bool {
    project.dsql(first.iter().copied()).exits(0);
    let before = manifest(project);
    project.dsql(second.iter().copied()).exits(0);
    created(&manifest(project)) == created(&before)
}

pub fn created(manifest: &str) -> Option<String> {
    let manifest: serde_json::Value = serde_json::from_str(manifest).unwrap();
    let mut macros = manifest["macros"].as_object()?.values();
    Some(macros.next()?["created_at"].to_string())
}

#[test]
fn a_second_run_gives_the_same_bytes() {
    for fixture in ["example_project", "selection"] {
        let project = TestProject::from_fixture(fixture);
        let first = project.dsql(["parse"]).exits(0);
        let before = manifest(&project);
        let second = project.dsql(["parse"]).exits(0);
        assert!(manifest(&project) == before, "{fixture}");
        let findings = |text: &str| text.lines().skip(1).map(str::to_owned).collect::<Vec<_>>();
        let shown = |text: &str| findings(&project.filtered(text));
        assert_eq!(shown(&second.stderr), shown(&first.stderr), "{fixture}");
        project.dsql(["parse", "--no-partial-parse"]).exits(0);
        assert_ne!(manifest(&project), before, "{fixture}: read anew");
        project.dsql(["parse"]).exits(0);
        let again = timeless(&project);
        project.delete("target");
        project.dsql(["parse"]).exits(0);
        assert!(timeless(&project) == again, "{fixture}");
    }
}

#[test]
fn commands_give_the_same_with_and_without() {
    let project = TestProject::from_fixture("example_project");
    let listed = |project: &TestProject| project.filtered(&project.dsql(["ls"]).exits(0).stdout);
    let first = listed(&project);
    let compiled = project.dsql(["compile"]).exits(0);
    let with = (timeless(&project), compiled.stdout);
    assert_eq!(listed(&project), first);
    let compiled = project.dsql(["compile", "--no-partial-parse"]).exits(0);
    let without = (timeless(&project), compiled.stdout);
    assert!(with.0 == without.0, "the manifests differ");
    assert_eq!(project.filtered(&with.1), project.filtered(&without.1));
    assert!(takes_up(&project, &["build"], &["build"]));
    assert!(takes_up(&project, &["build", "--full-refresh"], &["parse"]));
}

const PROJECT: &[(&str, &str)] = &[
    (
        "dbt_project.yml",
        "name: shop\nprofile: shop\nvars: {depth: 1}\n",
    ),
    (
        "profiles.yml",
        "shop:\n  target: dev\n  outputs:\n    dev: {type: duckdb, schema: dev}\n    ci: {type: \
         duckdb, schema: ci}\n",
    ),
    (
        "models/orders.sql",
        "{{ config(tags=[env_var('LEVEL', 'none'), var('depth') | string, word()]) }} \
         select 1 as id -- {{ ref('raw') }}",
    ),
    (
        "models/models.yml",
        "models:\n  - {name: orders, description: \"{{ doc('orders') }} {{ env_var('OWNER', '-') \
         }}\", columns: [{name: id, data_tests: [unique]}]}\n",
    ),
    (
        "models/docs.md",
        "{% docs orders %}All orders.{% enddocs %}",
    ),
    ("macros/word.sql", "{% macro word() %}word{% endmacro %}"),
    ("seeds/raw.csv", "id\n1\n"),
    ("packages.yml", "packages: [{local: parts}]\n"),
    ("parts/dbt_project.yml", "name: parts\n"),
    ("parts/models/part.sql", "select 1 as id"),
];

/// Makes the project, and checks that a change is taken up: what a run then says is what a run
/// without anything kept says.
fn changed(what: &str, arguments: &[&str], change: impl FnOnce(&mut TestProject)) {
    let mut project = TestProject::with_files(PROJECT.iter().copied());
    assert!(takes_up(&project, &["parse"], &["parse"]), "{what}: before");
    let before = timeless(&project);
    change(&mut project);
    let parse: Vec<&str> = ["parse"].iter().chain(arguments).copied().collect();
    project.dsql(parse.iter().copied()).exits(0);
    let after = timeless(&project);
    assert_ne!(after, before, "{what}");
    project.delete("target");
    project.dsql(parse.iter().copied()).exits(0);
    assert!(
        timeless(&project) == after,
        "{what}: unlike a run of its own"
    );
    assert!(takes_up(&project, &parse, &parse), "{what}: after");
}

#[test]
fn each_kind_of_change_is_taken_up() {
    let write = |path: &'static str, content: &'static str| {
        move |project: &mut TestProject| project.write(path, content)
    };
    changed("model", &[], write("models/orders.sql", "select 2 as id"));
    changed(
        "properties",
        &[],
        write("models/models.yml", "models: [{name: orders}]"),
    );
    changed(
        "docs",
        &[],
        write("models/docs.md", "{% docs orders %}None.{% enddocs %}"),
    );
    changed(
        "macro",
        &[],
        write("macros/word.sql", "{% macro word() %}w{% endmacro %}"),
    );
    changed("seed", &[], write("seeds/raw.csv", "id\n2\n"));
    changed(
        "package",
        &[],
        write("parts/models/part.sql", "select 2 as id"),
    );
    changed(
        "package added",
        &[],
        write("parts/models/other.sql", "select 2 as id"),
    );
    changed(
        "file added",
        &[],
        write("models/more.sql", "select 2 as id"),
    );
    changed(
        "file ignored",
        &[],
        write("parts/.dbtignore", "models/*.sql\n"),
    );
    changed("file removed", &[], |project| {
        project.delete("parts/models/part.sql")
    });
    changed(
        "project",
        &[],
        write(
            "dbt_project.yml",
            "name: shop\nprofile: shop\nvars: {depth: 2}\n",
        ),
    );
    changed("vars", &["--vars", "depth: 3"], |_| ());
    changed("target", &["--target", "ci"], |_| ());
    changed("variable in SQL", &[], |project| {
        project.env("LEVEL", "high");
    });
    changed("variable in YAML", &[], |project| {
        project.env("OWNER", "me");
    });
}

#[test]
fn what_nothing_looks_at_changes_nothing() {
    let mut project = TestProject::with_files(PROJECT.iter().copied());
    project.dsql(["parse"]).exits(0);
    let before = manifest(&project);
    project.env("OTHER", "x");
    project.write("README.md", "Hello.");
    project.write(
        "profiles.yml",
        project.read("profiles.yml") + "# a remark\n",
    );
    project
        .dsql(["parse", "--no-print", "--log-format-file", "text"])
        .exits(0);
    assert!(manifest(&project) == before);
}

#[test]
fn what_the_flag_store_failures_names_is_not_kept_without_it() {
    let project = TestProject::with_files([
        ("models/orders.sql", "select 1 as id"),
        (
            "models/orders.yml",
            "models: [{name: orders, columns: [{name: id, data_tests: [unique]}]}]\n",
        ),
    ]);
    let named = |project: &TestProject| {
        let nodes = &project.json("target/manifest.json")["nodes"];
        let mut nodes = nodes.as_object().unwrap().values();
        let test = nodes.find(|it| it["resource_type"] == "test").unwrap();
        test["relation_name"].is_string()
    };
    assert!(takes_up(&project, &["build"], &["build"]));
    assert!(!named(&project));
    let with = ["build", "--store-failures"];
    assert!(!takes_up(&project, &["build"], &with));
    assert!(named(&project));
    assert!(takes_up(&project, &with, &with));
    assert!(!takes_up(&project, &with, &["build"]));
    assert!(!named(&project));
}

#[test]
fn flags_count_where_templates_look_at_them() {
    let model = "{{ config(tags=[flags.WHICH]) }} select 1 as id";
    let project = TestProject::with_files([("models/a.sql", model)]);
    assert!(takes_up(&project, &["compile"], &["compile"]));
    assert!(!takes_up(&project, &["compile"], &["run"]));
    assert!(
        project
            .read("target/manifest.json")
            .contains(r#""tags":["run"]"#)
    );
    project.write("models/a.sql", "select 1 as id");
    assert!(takes_up(&project, &["compile"], &["run"]));
}

#[test]
fn what_templates_looked_at_counts_beside_a_manifest_made_of_what_was_kept() {
    let model = "{{ config(tags=[env_var('LEVEL', 'none')]) }} select 1 as id";
    let mut project = TestProject::with_files([("models/a.sql", model)]);
    project.dsql(["parse"]).exits(0);
    project.delete("target/partial_parse_manifest.bin");
    project.dsql(["parse"]).exits(0);
    project.env("LEVEL", "high");
    project.dsql(["parse"]).exits(0);
    assert!(timeless(&project).contains(r#""tags":["high"]"#));
}

#[test]
fn warnings_and_messages_are_shown_again() {
    let model = "{% do exceptions.warn('careful') %}{{ log('reading', info=true) }} select 1 as id";
    let properties = "models:\n  - name: ordres\n";
    let files = [("models/a.sql", model), ("models/a.yml", properties)];
    let project = TestProject::with_files(files);
    let shown = || {
        let outcome = project.dsql(["parse"]).exits(0);
        project.filtered(&(outcome.stdout + &outcome.stderr))
    };
    let first = shown();
    for words in ["careful", "reading", "ordres"] {
        assert!(first.contains(words), "{words}: {first}");
    }
    assert_eq!(shown(), first);
    project.dsql(["parse", "--warn-error"]).exits(2);
}

#[test]
fn what_depends_on_the_day_is_found_each_time() {
    let properties = "models:\n  - {name: a, deprecation_date: 2020-01-01}\n";
    let files = [
        ("models/a.sql", "select 1 as id"),
        ("models/a.yml", properties),
    ];
    let mut project = TestProject::with_files(files);
    let midnight = |project: &TestProject| {
        let outcome = project.dsql(["parse"]).exits(0);
        assert!(outcome.stdout.contains("2020-01-01"), "{outcome}");
        project.json("target/manifest.json")["nodes"]["model.shop.a"]["deprecation_date"].clone()
    };
    let here = midnight(&project);
    assert_eq!(midnight(&project), here);
    project.env("TZ", "Asia/Tokyo");
    assert_ne!(midnight(&project), here);
}

#[test]
fn errors_are_not_kept() {
    let project = TestProject::with_files([("models/a.sql", "{{ ref('b') }}")]);
    project.dsql(["parse"]).exits(2);
    assert!(!project.exists(FILE));
    project.write("models/b.sql", "select 1 as id");
    project.dsql(["parse"]).exits(0);
    assert!(project.exists(FILE));
    project.dsql(["clean"]).exits(0);
    assert!(!project.exists(FILE));
}

#[test]
fn a_damaged_file_is_not_used() {
    let project = TestProject::with_files(PROJECT.iter().copied());
    project.dsql(["parse"]).exits(0);
    let whole = std::fs::read(project.path().join(FILE)).unwrap();
    let mut other = whole.clone();
    other[whole.len() / 2] ^= 1;
    for damaged in [
        &other[..],
        &whole[..whole.len() - 9],
        b"",
        b"dsql partial parse\n",
    ] {
        let before = manifest(&project);
        project.write(FILE, damaged);
        project.delete("target/manifest.json");
        project.dsql(["parse"]).exits(0);
        assert_ne!(manifest(&project), before);
    }
    project.write("elsewhere.bin", &whole);
    project
        .dsql(["parse", "--partial-parse-file-path", "elsewhere.bin"])
        .exits(0);
    let before = manifest(&project);
    project.delete("target");
    project
        .dsql(["parse", "--partial-parse-file-path", "elsewhere.bin"])
        .exits(0);
    assert!(manifest(&project) == before);
}

#[test]
fn an_unchanged_manifest_gets_its_metadata_alone() {
    let mut project = TestProject::with_files(PROJECT.iter().copied());
    project.dsql(["parse"]).exits(0);
    let before = manifest(&project);
    // Nothing else is looked at: the nodes keep their time of birth.
    project.delete(FILE);
    project.env("DBT_ENV_CUSTOM_ENV_TEAM", "finance");
    project.dsql(["parse"]).exits(0);
    let after = manifest(&project);
    let team = r#""env":{"TEAM":"finance"}"#;
    assert!(after.contains(team), "{after}");
    assert_eq!(after.replace(team, r#""env":{}"#), before);
    assert!(!project.exists(FILE));
}

#[test]
fn another_manifest_is_written_anew() {
    let project = TestProject::with_files(PROJECT.iter().copied());
    project.dsql(["parse"]).exits(0);
    let before = manifest(&project);
    project.dsql(["compile"]).exits(0);
    assert_ne!(manifest(&project), before);
    project.dsql(["parse"]).exits(0);
    assert!(manifest(&project) == before);
    let file = "target/manifest.json";
    let text = project.read(file);
    for (what, other) in [
        ("a changed one", text.replace("All orders.", "No orders!!")),
        ("a short one", text[..text.len() - 1].to_owned()),
        ("a long one", text.clone() + "\n"),
        ("an empty one", String::new()),
    ] {
        assert_ne!(other, text, "{what}");
        project.write(file, other);
        project.dsql(["parse"]).exits(0);
        assert!(manifest(&project) == before, "{what}");
    }
    let seal = "target/partial_parse_manifest.bin";
    let whole = std::fs::read(project.path().join(seal)).unwrap();
    project.write(seal, &whole[..whole.len() - 1]);
    project.delete(FILE);
    project.dsql(["parse"]).exits(0);
    assert!(manifest(&project) != before, "nothing is known of it");
    assert!(timeless(&project) == CREATED.replace_all(&before, NOT_CREATED));
}
