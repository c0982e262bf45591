//! A check after a few changes looks at what they touch, and says and writes what a check of everything says and writes.

use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;

use crate::support::cases::few;
use crate::support::test_project::TestProject;

/// What a file can be; the first is what it is before anything is changed. After a change to what ends with `-- whole`
/// everything is checked.
type Variants = &'static [&'static str];

const FIXED: &[(&str, &str)] = &[
    (
        "dbt_project.yml",
        "name: shop\nmodels: {shop: {staging: {+tags: [s]}}}\n",
    ),
    ("seeds/raw.csv", "id,amount,state\n1,10,new\n2,20,paid\n"),
    (
        "models/models.yml",
        "models:\n\
         - {name: stg_raw, columns: [{name: id, data_tests: [unique, not_null]}, {name: state, data_tests: [{accepted_values: {arguments: {values: [new, paid]}}}]}]}\n\
         - {name: totals, columns: [{name: id, data_tests: [{relationships: {arguments: {to: \"ref('stg_raw')\", field: id}}}]}]}\n\
         - {name: agreed, config: {contract: {enforced: true}}, columns: [{name: id, data_type: integer}, {name: amount, data_type: integer}]}\n\
         exposures: [{name: board, type: dashboard, owner: {name: me}, depends_on: [ref('totals')]}]\n",
    ),
    (
        "snapshots/kept.sql",
        "{% snapshot kept %}{{ config(unique_key='id', strategy='check', check_cols='all') }} select * from {{ ref('stg_raw') }}{% endsnapshot %}",
    ),
    (
        "macros/amount.sql",
        "{% macro amount(name) %}{{ name }} * 2{% endmacro %}",
    ),
];

const FILES: &[(&str, Variants)] = &[
    (
        "models/staging/stg_raw.sql",
        &[
            "select id, amount, state from {{ ref('raw') }}",
            "select id, amount, state, 1 as one from {{ ref('raw') }} -- dsql: allow(stage-filter) so",
            "select id, cast(amount as varchar) as amount, state from {{ ref('raw') }}",
            "select id as key, amount, state from {{ ref('raw') }}",
            "select * from {{ ref('raw') }} where state = 'paid'",
            "select id, amuont from {{ ref('raw') }}",
            "select id, {{ exceptions.raise_compiler_error('no') }} -- whole",
            "{{ config(tags=['x']) }} select id, amount, state from {{ ref('raw') }} where 1 = null",
        ],
    ),
    (
        "models/staging/between.sql",
        &[
            "{{ config(materialized='ephemeral') }} select id, amount, state from {{ ref('stg_raw') }}",
            "{{ config(materialized='ephemeral') }} select id, {{ amount('amount') }} as amount, state from {{ ref('stg_raw') }}",
            "{{ config(materialized='ephemeral') }} select *, row_number() over (partition by id order by amount) as place from {{ ref('stg_raw') }}",
        ],
    ),
    (
        "models/int_all.sql",
        &[
            "select * from {{ ref('between') }}",
            "select b.*, r.state as other from {{ ref('between') }} b join {{ ref('stg_raw') }} r on b.id = r.id",
            "select b.id, sum(b.amount) as amount, 'x' as state from {{ ref('between') }} b join {{ ref('raw') }} r on true group by b.id",
            "select id, amount, case when state = 'new' then 'open' when state = 'paid' then 'closed' else 'odd' end as state from {{ ref('between') }}",
            "select * from {{ ref('none_such') }} -- whole",
            "select * from {{ ref('totals') }} -- whole",
        ],
    ),
    (
        "models/marts/totals.sql",
        &[
            "select id, sum(amount) as amount, max(state) as state from {{ ref('int_all') }} group by id",
            "select id, amount, state, case when state = 'new' then 'open' when state = 'paid' then 'closed' else 'odd' end as kind from {{ ref('int_all') }}",
            "select id, amount from {{ ref('int_all') }} where place = 1",
            "select id, amount from {{ ref('int_all') }} union all select id, amount, state from {{ ref('int_all') }}",
            "{{ config(materialized='incremental') }} select * from {{ ref('int_all') }} {% if is_incremental() %} where id > 1 {% endif %} -- whole",
            "{% set found = run_query('select 1 as a') %} select {{ found.columns[0].values()[0] if execute else 0 }} as id, 2 as amount from {{ ref('int_all') }} -- whole",
            "{{ log('reading', info=true) }} select id, amount, state from {{ ref('int_all') }} -- whole",
        ],
    ),
    (
        "models/marts/agreed.sql",
        &[
            "select id, amount from {{ ref('totals') }}",
            "select id, amount, state from {{ ref('totals') }}",
            "select t.id, t.amount from {{ ref('totals') }} t join {{ ref('kept') }} k on k.id = t.id",
            "select id, amount from main.totals -- whole",
            "with unread as (select 1) select * from {{ ref('totals') }}",
        ],
    ),
    (
        "tests/one.sql",
        &[
            "select * from {{ ref('totals') }} where amount < 0",
            "select * from {{ ref('agreed') }} where amuont < 0",
        ],
    ),
    (
        "dsql.yml",
        &[
            "",
            "rules: {preset: recommended}\n",
            "layers: {stage: {paths: [models/staging]}, consume: {paths: [models/marts]}}\nrules: {fan-out: error}\n",
            "metadata: {required: {all: [description, source], consume: [owner]}}\n",
        ],
    ),
];

fn step() -> impl Strategy<Value = Vec<(usize, prop::sample::Index)>> {
    let edit = (0..FILES.len(), any::<prop::sample::Index>());
    // Mostly one.
    prop_oneof![
        4 => prop::collection::vec(edit.clone(), 1),
        1 => prop::collection::vec(edit, 0..4),
    ]
}

fn project() -> TestProject {
    let project = TestProject::with_files(FIXED.iter().copied());
    for (path, variants) in FILES {
        project.write(path, variants[0]);
    }
    project
}

/// The nodes of `column_lineage.json`.
fn columns(project: &TestProject, target: &str) -> serde_json::Value {
    let text = project.read(&format!("{target}/column_lineage.json"));
    let mut file: serde_json::Value = serde_json::from_str(&text).unwrap();
    file["nodes"].take()
}

fn agrees(steps: Vec<Vec<(usize, prop::sample::Index)>>, binds: bool) -> TestCaseResult {
    let project = project();
    for edits in steps {
        for (place, variant) in edits {
            let (path, variants) = FILES[place];
            project.write(path, variant.get(variants));
        }
        let run = |arguments: &[&str]| {
            let bind = if binds { "--bind" } else { "--no-bind" };
            let all = arguments.iter().copied().chain([bind]);
            let outcome = project.dsql(all);
            let said = project.filtered(&(outcome.stdout + &outcome.stderr));
            (outcome.exit, said.replace("fresh/", "target/"))
        };
        let again = run(&["check"]);
        let with = (again.0 < 2).then(|| columns(&project, "target"));
        let anew = run(&["check", "--target-path", "fresh"]);
        let without = (anew.0 < 2).then(|| columns(&project, "fresh"));
        prop_assert_eq!(again, anew);
        prop_assert!(with == without, "the columns differ");
        if project.exists("fresh") {
            project.delete("fresh");
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(few(1))]

    #[test]
    fn a_check_after_edits_says_what_a_whole_one_says(
        steps in prop::collection::vec(step(), 8),
        binds: bool,
    ) {
        agrees(steps, binds)?;
    }
}

/// Whether a check looks at what has changed alone: what is kept of the last one stays as it is.
fn looks_at_little(project: &TestProject) -> bool {
    let kept = || std::fs::read(project.path().join("target/last_check.bin")).unwrap();
    let before = kept();
    project.dsql(["check", "--no-bind"]);
    kept() == before
}

/// What the database has besides is asked each time.
#[test]
fn what_hangs_on_the_database_is_not_kept() {
    let project = TestProject::with_files([
        ("dbt_project.yml", "name: shop\n"),
        ("models/hand.sql", "select id from main.handmade"),
        ("models/call.sql", "select own(1) as x"),
    ]);
    project
        .execute("create table main.handmade (id int); create macro main.own(x) as x")
        .unwrap();
    for _ in 0..2 {
        project.dsql(["check"]).exits(0);
    }
    project
        .execute("drop table main.handmade; drop macro main.own")
        .unwrap();
    for _ in 0..2 {
        project.dsql(["check"]).exits(1);
    }
    project
        .execute("create table main.handmade (id int); create macro main.own(x) as x")
        .unwrap();
    project.dsql(["check"]).exits(0);
}

#[test]
fn what_others_do_not_see_is_checked_alone() {
    let project = project();
    project.dsql(["check", "--no-bind"]);
    assert!(looks_at_little(&project), "nothing has changed");
    for (path, variants) in &FILES[..6] {
        for variant in *variants {
            project.write(path, variant);
            if !variant.ends_with("-- whole") {
                assert!(looks_at_little(&project), "{path}: {variant}");
            }
        }
        project.write(path, variants[0]);
    }
    for (path, content) in [
        (
            "macros/amount.sql",
            "{% macro amount(name) %}{{ name }}{% endmacro %}",
        ),
        ("seeds/raw.csv", "id,amount,state\n1,10.5,new\n"),
        ("dsql.yml", "rules: {fan-out: off}\n"),
    ] {
        project.write(path, content);
        assert!(!looks_at_little(&project), "{path}");
    }
}
