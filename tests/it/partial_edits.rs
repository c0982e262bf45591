//! Whatever was changed since, a run that takes something up from the last one says and writes what
//! a run without anything kept says and writes.

use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;

use crate::partial_parse::timeless_in;
use crate::support::cases::few;
use crate::support::test_project::TestProject;

/// What a place of the project can be; the first is what it is before anything is changed.
type Variants = &'static [Option<&'static str>];

const FILES: &[(&str, Variants)] = &[
    (
        "models/a.sql",
        &[
            Some("select * from {{ ref('b') }}"),
            Some("\n\n select * from {{ ref('b') }}\n"),
            Some("{{ config(tags=['x', var('depth') | string]) }} select * from {{ ref('b') }}"),
            Some("{{ config(tags=[env_var('LEVEL', 'none'), word()]) }} select 1 as id"),
            Some("{{ config(materialized='table', alias='z') }} {{ looked_up() }}"),
            Some("select * from {{ source('crm', 'people') }} -- {{ target.name }}"),
            Some("{{ config(enabled=false) }} select 1 as id"),
            Some("{% do exceptions.warn('careful') %} select 1 as id"),
            Some("select {{ broken"),
            None,
        ],
    ),
    (
        "models/b.sql",
        &[
            Some("select 1 as id"),
            Some("select 2 as id -- {{ this }}"),
            Some("{{ config(group='core', access='private') }} select 1 as id"),
            Some("{{ config(tags=model.fqn, schema='other') }} select 1 as id"),
            None,
        ],
    ),
    (
        "models/sub/c.sql",
        &[
            None,
            Some("{{ looked_up() }} -- {{ ref('a') }}"),
            Some("{{ log('reading', info=true) }} select 1 as id"),
        ],
    ),
    (
        "models/0_first.sql",
        &[None, Some("{{ looked_up() }} -- {{ ref('a') }}")],
    ),
    (
        "models/sub/made.sql",
        &[
            Some("select {{ row.number }} as id"),
            Some("select 1 as id, '{{ row.name }}' as name from {{ ref('b') }}"),
        ],
    ),
    (
        "models/sub/made.yml",
        &[
            Some(
                "models: [{name: made, generate: {from: rows.csv, name: \"made_{{ row.name }}\"}}]",
            ),
            Some(
                "models: [{name: made, generate: {from: rows.csv, name: \"made_{{ row.name }}\"}, description: \"{{ row.name }}\", columns: [{name: id, data_tests: [unique]}]}]",
            ),
            Some("models: [{name: made_x, description: X.}]"),
            None,
        ],
    ),
    (
        "rows.csv",
        &[
            Some("name,number\nx,1\n"),
            Some("name,number\nx,2\ny,1\n"),
            Some("name,number\n"),
            None,
        ],
    ),
    (
        "models/models.yml",
        &[
            Some(
                "models: [{name: a, description: \"{{ doc('a') }}\", columns: [{name: id, \
                 data_tests: [unique, {accepted_values: {arguments: {values: [1]}}}]}]}]",
            ),
            Some(
                "models:\n  - name: a\n    config: {tags: [y]}\n    data_tests: [{positive: \
                 {arguments: {column: \"ref('b')\"}}}]\n  - {name: b, config: {meta: {of: \"{{ \
                 env_var('LEVEL', 'none') }}\"}}}",
            ),
            Some("groups: [{name: core, owner: {name: me}}]\nmodels: [{name: none_such}]"),
            None,
        ],
    ),
    (
        "models/more.yml",
        &[
            Some(
                "models: [{name: b, description: B., data_tests: [{positive: {arguments: {column: \
                 id}}}]}]\nseeds: [{name: s, data_tests: [{unique: {arguments: {column_name: id}}}]}]",
            ),
            Some("seeds: [{name: s, columns: [{name: id, data_tests: [not_null, unique]}]}]"),
            Some(
                "models: [{name: c, config: {tags: [z]}}]\nsnapshots: [{name: kept, description: Kept.}]",
            ),
            Some(
                "sources: [{name: web, tables: [{name: visits, columns: [{name: id, data_tests: \
                 [unique]}]}]}]\nmodels: [{name: b, columns: [{name: id, data_tests: [unique]}]}]",
            ),
            None,
        ],
    ),
    (
        "seeds/s.csv",
        &[Some("id\n1\n"), Some("id\n2\n"), Some("id,name\n1,a\n")],
    ),
    (
        "snapshots/kept.sql",
        &[
            Some(
                "{% snapshot kept %}{{ config(unique_key='id', strategy='check', check_cols='all') \
                 }} select * from {{ ref('s') }}{% endsnapshot %}",
            ),
            Some(
                "{% snapshot kept %}{{ config(unique_key='id', strategy='check', check_cols='all', \
                 tags=['k']) }} select * from {{ ref('b') }}{% endsnapshot %}",
            ),
        ],
    ),
    (
        "tests/one.sql",
        &[
            Some("select * from {{ ref('b') }} where id < 0"),
            Some("{{ config(severity='warn') }} select * from {{ ref('s') }} where false"),
        ],
    ),
    (
        "models/sources.yml",
        &[
            Some(
                "sources: [{name: crm, tables: [{name: people, columns: [{name: id, data_tests: [not_null]}]}]}]",
            ),
            Some(
                "sources: [{name: crm, schema: \"{{ var('depth') }}_x\", tables: [{name: people}]}]",
            ),
            Some(
                "exposures: [{name: board, type: dashboard, owner: {name: me}, depends_on: [ref('a')]}]",
            ),
        ],
    ),
    (
        "models/docs.md",
        &[
            Some("{% docs a %}All of a.{% enddocs %}"),
            Some("{% docs a %}Some.{% enddocs %} {% docs b %}B{% enddocs %}"),
        ],
    ),
    (
        "macros/word.sql",
        &[
            Some("{% macro word() %}word{% endmacro %}"),
            Some("\n{% macro word() %}{{ var('depth') }}{% endmacro %}"),
            Some(
                "{% macro word() %}w{% endmacro %}{% macro generate_schema_name(name, node) %}{{ \
                 node.name }}{% endmacro %}",
            ),
        ],
    ),
    (
        "macros/looked_up.sql",
        &[
            Some("{% macro looked_up() %}select * from {{ ref('b') }}{% endmacro %}"),
            Some(
                "{% macro looked_up() %}{{ config(tags=['m']) }} select {{ word() }}{% endmacro %}",
            ),
        ],
    ),
    (
        "tests/generic/positive.sql",
        &[
            Some("{% test positive(model, column) %}select * from {{ model }}{% endtest %}"),
            Some(
                "{% test positive(model, column) %}{{ config(severity='warn') }} {{ ref('a') }}{% endtest %}",
            ),
        ],
    ),
    (
        "dbt_project.yml",
        &[
            Some("name: shop\nvars: {depth: 1}\n"),
            Some(
                "name: shop\nvars: {depth: 2}\nmodels: {shop: {+tags: [p], sub: {+enabled: false}}}\n",
            ),
            Some("name: shop\nvars: {depth: 1}\nmodels: {none_such: {+tags: [p]}}\n"),
        ],
    ),
    (
        "parts/models/part.sql",
        &[
            Some("{{ config(tags=[word()]) }} select 1 as id"),
            Some("select * from {{ ref('a') }}"),
            None,
        ],
    ),
    (
        "parts/macros/word.sql",
        &[None, Some("{% macro word() %}part{% endmacro %}")],
    ),
];

const VARS: &[&str] = &["{}", "depth: 3"];
const LEVELS: &[&str] = &["none", "high"];

/// One change: a place by its number, and what it becomes. The places after the files are vars and
/// an environment variable.
#[derive(Debug, Clone, Copy)]
struct Edit {
    place: usize,
    variant: prop::sample::Index,
}

fn step() -> impl Strategy<Value = (Vec<Edit>, bool)> {
    let edit = (0..FILES.len() + 2, any::<prop::sample::Index>());
    let edit = edit.prop_map(|(place, variant)| Edit { place, variant });
    // Mostly one: whoever renames a file makes two.
    let edits = prop_oneof![
        4 => prop::collection::vec(edit.clone(), 1),
        1 => prop::collection::vec(edit, 0..4),
    ];
    (edits, any::<bool>())
}

fn write(project: &TestProject, path: &str, content: Option<&str>) {
    match content {
        Some(content) => project.write(path, content),
        None if project.exists(path) => project.delete(path),
        None => {}
    }
}

fn agrees(steps: Vec<(Vec<Edit>, bool)>) -> TestCaseResult {
    let files = [
        ("packages.yml", "packages: [{local: parts}]\n"),
        ("parts/dbt_project.yml", "name: parts\n"),
    ];
    let mut project = TestProject::with_files(files);
    for (path, variants) in FILES {
        write(&project, path, variants[0]);
    }
    let mut vars = VARS[0];
    for (edits, lists) in steps {
        for Edit { place, variant } in edits {
            match FILES.get(place) {
                Some((path, variants)) => write(&project, path, *variant.get(variants)),
                None if place == FILES.len() => vars = VARS[variant.index(VARS.len())],
                None => {
                    project.env("LEVEL", LEVELS[variant.index(LEVELS.len())]);
                }
            }
        }
        let run = |arguments: &[&str]| {
            let all = arguments.iter().copied().chain(["--vars", vars]);
            let outcome = project.dsql(all);
            let said = outcome.stdout + &outcome.stderr;
            let said = project.filtered(&said).replace("fresh/", "target/");
            (outcome.exit, said)
        };
        if lists {
            run(&["ls"]);
        }
        let taken_up = run(&["parse"]);
        let with = (taken_up.0 == 0).then(|| timeless_in(&project, "target"));
        let anew = run(&["parse", "--target-path", "fresh"]);
        let without = (anew.0 == 0).then(|| timeless_in(&project, "fresh"));
        prop_assert_eq!(taken_up, anew);
        prop_assert!(with == without, "the manifests differ");
        if project.exists("fresh") {
            project.delete("fresh");
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(few(1))]

    #[test]
    fn nothing_is_stale_after_edits(steps in prop::collection::vec(step(), 5)) {
        agrees(steps)?;
    }
}
