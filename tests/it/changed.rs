//! Whatever was changed since, in the project or in the database, what `build --changed` leaves is
//! what a build in a database without anything leaves.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseResult};

use crate::support::cases::few;
use crate::support::test_project::TestProject;

/// What a file can be; the first is what it is before anything is changed.
type Variants = &'static [Option<&'static str>];

const FILES: &[(&str, Variants)] = &[
    (
        "seeds/raw.csv",
        &[
            Some("id,amount\n1,10\n2,20\n3,-1\n"),
            Some("id,amount\n3,-1\n2,20\n1,10\n"),
            Some("id,amount\n1,10\n2,21\n3,-1\n"),
            Some("id,amount\n1,10.5\n2,20\n3,-0.0\n"),
            Some("id,amount,more\n1,10,x\n2,20,y\n"),
            Some("id,amount\n"),
        ],
    ),
    (
        "models/staged.sql",
        &[
            Some("select * from {{ ref('raw') }}"),
            Some("{{ config(materialized='table') }} select * from {{ ref('raw') }}"),
            Some("{{ config(materialized='ephemeral') }} select * from {{ ref('raw') }}"),
            Some("select * from {{ ref('raw') }} -- the same"),
            Some("select id, {{ doubled('amount') }} as amount from {{ ref('raw') }}"),
            Some("select * from {{ ref('raw') }} where amount > {{ var('least', 0) }}"),
        ],
    ),
    (
        "models/joined.sql",
        &[
            Some(
                "select s.id, l.word from {{ ref('staged') }} s join {{ source('lake', 'words') }} l using (id)",
            ),
            Some(
                "{{ config(materialized='table') }} with words as (select * from {{ source('lake', 'words') }}) select id, word from words",
            ),
        ],
    ),
    (
        "models/total.sql",
        &[
            Some(
                "{{ config(materialized='table') }} select count(*) as n, sum(id) as total from {{ ref('joined') }}",
            ),
            Some(
                "{{ config(materialized='table', pre_hook='select 1') }} select count(*) as n from {{ ref('joined') }}",
            ),
            Some(
                "{{ config(materialized='table', tags=['x']) }} select max(word) as n from {{ ref('joined') }}",
            ),
            None,
        ],
    ),
    (
        "models/hidden.sql",
        &[
            Some("{{ config(materialized='table') }} select * from lake.words"),
            Some(
                "{{ config(materialized='table') }} select (select count(*) from lake.words) as n, {% if execute %}{{ run_query('select count(*) from lake.words').columns[0].values()[0] }}{% endif %} as asked",
            ),
            Some(
                "{{ config(materialized='table') }} select column_name from information_schema.columns where table_name = 'raw' -- after {{ ref('raw') }}",
            ),
        ],
    ),
    (
        "models/behind.sql",
        &[
            Some("select * from {{ source('lake', 'seen') }}"),
            Some(
                "{{ config(materialized='table', contract={'enforced': true}) }} select id from {{ source('lake', 'seen') }}",
            ),
            Some(
                "{{ config(materialized='table') }} select id, id + 1 as next from {{ source('lake', 'seen') }}",
            ),
        ],
    ),
    (
        "models/models.yml",
        &[
            Some(
                "models: [{name: staged, columns: [{name: id, data_tests: [unique]}]}, {name: behind, columns: [{name: id, data_type: integer}]}]",
            ),
            Some(
                "models: [{name: behind, columns: [{name: id, data_type: bigint}]}]\nunit_tests: [{name: one, model: joined, given: [{input: ref('staged'), rows: [{id: 1}]}, {input: \"source('lake', 'words')\", rows: [{id: 1, word: a}]}], expect: {rows: [{id: 1, word: a}]}}]",
            ),
            Some(
                "models: [{name: joined, data_tests: [{unique: {arguments: {column_name: word}, config: {severity: warn}}}]}]",
            ),
        ],
    ),
    (
        "models/sources.yml",
        &[Some(
            "sources: [{name: lake, tables: [{name: words}, {name: seen}]}]",
        )],
    ),
    (
        "macros/doubled.sql",
        &[
            Some("{% macro doubled(x) %}2 * {{ x }}{% endmacro %}"),
            Some("{% macro doubled(x) %}{{ x }} + {{ x }} + 1{% endmacro %}"),
        ],
    ),
    (
        "macros/overridden.sql",
        &[
            None,
            Some(
                "{% macro duckdb__create_view_as(relation, sql) %}create view {{ relation }} as select 0 as zero, * from ({{ sql }}){% endmacro %}",
            ),
            Some(
                "{% macro duckdb__create_view_as(relation, sql) %}create view {{ relation }} as select {{ zero() }} as zero, * from ({{ sql }}){% endmacro %} {% macro zero() %}1{% endmacro %}",
            ),
        ],
    ),
    // A seed's table keeps its types otherwise, whatever the file says.
    (
        "dbt_project.yml",
        &[
            Some("name: shop\nseeds: {+full_refresh: true}\n"),
            Some("name: shop\nseeds: {+full_refresh: true}\nvars: {least: 15}\n"),
            Some(
                "name: shop\nseeds: {+full_refresh: true}\nmodels: {shop: {total: {+materialized: view}}}\n",
            ),
        ],
    ),
];

/// What is outside of the project.
const SOURCES: &[&str] = &[
    "create or replace table lake.words as select * from (values (1, 'a'), (2, 'b')) it(id, word)",
    "create or replace table lake.words as select * from (values (2, 'b'), (1, 'a')) it(id, word)",
    "create or replace table lake.words as select * from (values (1, 'a'), (2, 'c'), (3, 'c')) it(id, word)",
    "create or replace view lake.seen as select id from lake.words",
    "create or replace view lake.seen as select id + 1 as id from lake.words",
];

/// What somebody does to what was built; it may fail.
const MEDDLING: &[&str] = &[
    "update raw set amount = 99",
    "drop table total cascade",
    "drop view staged cascade",
    "insert into total select * from total",
    "create or replace view joined as select 7 as id, 'x' as word",
    "alter table hidden rename to gone",
];

#[derive(Debug, Clone, Copy)]
enum Edit {
    File(usize, prop::sample::Index),
    Source(usize),
    Meddling(usize),
}

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        4 => (0..FILES.len(), any::<prop::sample::Index>()).prop_map(|(at, it)| Edit::File(at, it)),
        1 => (0..SOURCES.len()).prop_map(Edit::Source),
        1 => (0..MEDDLING.len()).prop_map(Edit::Meddling),
    ]
}

fn write(project: &TestProject, path: &str, content: Option<&str>) {
    match content {
        Some(content) => project.write(path, content),
        None if project.exists(path) => project.delete(path),
        None => {}
    }
}

fn project(files: &[Option<&str>], sources: &[&str]) -> TestProject {
    let project = TestProject::empty();
    for ((path, _), content) in FILES.iter().zip(files) {
        write(&project, path, *content);
    }
    for statement in ["create schema lake"].iter().chain(sources) {
        project.execute(statement).expect("a source");
    }
    project
}

fn relations(project: &TestProject) -> Vec<String> {
    let sql = "select table_name from information_schema.tables where table_schema = 'main'";
    let found = project.query(sql).expect("relations");
    found.into_iter().flatten().collect()
}

fn agrees(steps: Vec<Vec<Edit>>) -> TestCaseResult {
    let mut files: Vec<Option<&str>> = FILES.iter().map(|(_, it)| it[0]).collect();
    let mut sources = vec![SOURCES[0], SOURCES[3]];
    let changed = project(&files, &sources);
    changed.dsql(["build", "--changed"]).exits(0);
    for edits in steps {
        for edit in &edits {
            match edit {
                Edit::File(at, variant) => {
                    let (path, variants) = FILES[*at];
                    files[*at] = *variant.get(variants);
                    write(&changed, path, files[*at]);
                }
                Edit::Source(at) => {
                    sources[usize::from(*at > 2)] = SOURCES[*at];
                    changed.execute(SOURCES[*at]).expect("a source");
                }
                Edit::Meddling(at) => {
                    let _ = changed.execute(MEDDLING[*at]);
                }
            }
        }
        let outcome = changed.dsql(["build", "--changed"]);
        let fresh = project(&files, &sources);
        let expected = fresh.dsql(["build"]);
        let said = format!("{edits:?}\n{}\n{}", outcome.stdout, expected.stdout);
        prop_assert_eq!(outcome.exit, expected.exit, "{}", said);
        if outcome.exit != 0 {
            continue;
        }
        for relation in relations(&fresh) {
            let sql = format!("from \"{relation}\" order by all");
            let described = format!("describe \"{relation}\"");
            for sql in [sql, described] {
                let (found, expected) = (changed.query(&sql), fresh.query(&sql));
                let (found, expected) = (format!("{found:?}"), format!("{expected:?}"));
                prop_assert_eq!(found, expected, "{}\n{}", sql, said);
            }
        }
        // Again, without any edit: what can be left out is.
        let again = changed.dsql(["build", "--changed"]).exits(0);
        prop_assert!(!again.stdout.contains("has changed"), "{}", again.stdout);
    }
    Ok(())
}

#[test]
fn what_is_left_out_is_not_stale() {
    let config = Config {
        max_shrink_iters: 20,
        ..few(2)
    };
    let steps = prop::collection::vec(prop::collection::vec(edit(), 1..3), 1..4);
    proptest!(config, |(steps in steps)| agrees(steps)?);
}
