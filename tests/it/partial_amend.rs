//! After a change in a few files only they are read again, where nothing else depends on what they
//! say; what comes of it is what comes of reading everything.

use crate::partial_parse::{created, manifest_in, timeless_in};
use crate::support::test_project::TestProject;

const PROJECT: &[(&str, &str)] = &[
    (
        "dbt_project.yml",
        "name: shop\nvars: {depth: 1}\nmodels: {shop: {sub: {+tags: [below]}}}\nseeds: {none_such: {+tags: [x]}}\n",
    ),
    ("packages.yml", "packages: [{local: parts}]\n"),
    ("parts/dbt_project.yml", "name: parts\n"),
    ("parts/models/part.sql", "select 1 as id"),
    (
        "models/orders.sql",
        "{{ config(tags=[word()]) }} select * from {{ ref('raw') }} -- {{ ref('part') }}",
    ),
    ("models/bare.sql", "select 1 as id"),
    ("models/sub/late.sql", "select * from {{ ref('orders') }}"),
    ("models/sub/people_v1.sql", "select 1 as id"),
    ("models/sub/people_v2.sql", "select 2 as id"),
    (
        "models/a_orders.yml",
        "models:\n  - {name: orders, description: \"{{ doc('orders') }}\", columns: [{name: id, data_tests: [unique, not_null]}]}\n",
    ),
    (
        "models/b_rest.yml",
        "models:\n  - {name: late, columns: [{name: id, data_tests: [unique]}]}\nsources:\n  - {name: crm, tables: [{name: people, columns: [{name: id, data_tests: [not_null]}]}]}\nsnapshots:\n  - {name: kept, description: Kept.}\n",
    ),
    (
        "models/c_more.yml",
        "sources:\n  - {name: web, tables: [{name: visits, columns: [{name: id, data_tests: [unique]}]}]}\nmodels:\n  - {name: people, latest_version: 2, versions: [{v: 1}, {v: 2}]}\n",
    ),
    (
        "models/docs.md",
        "{% docs orders %}All orders.{% enddocs %}",
    ),
    ("macros/word.sql", "{% macro word() %}word{% endmacro %}"),
    ("seeds/raw.csv", "id\n1\n"),
    (
        "tests/one.sql",
        "select * from {{ ref('orders') }} where id < 0",
    ),
    ("analyses/look.sql", "select * from {{ ref('late') }}"),
    (
        "snapshots/kept.sql",
        "{% snapshot kept %}{{ config(unique_key='id', strategy='check', check_cols='all') }} select * from {{ ref('raw') }}{% endsnapshot %}\n{% snapshot also %}{{ config(unique_key='id', strategy='check', check_cols='all') }} select 1 as id{% endsnapshot %}",
    ),
];

type Edit = (&'static str, &'static str, &'static str);

/// What is changed, where, and what it becomes; one upon another.
const ALONE: &[Edit] = &[
    (
        "SQL",
        "models/orders.sql",
        "{{ config(tags=[word()]) }}\n\nselect * from {{ ref('part') }}",
    ),
    (
        "tags, and how it is built",
        "models/orders.sql",
        "{{ config(tags=['x', var('depth') | string], materialized='table') }} select 1 as id",
    ),
    (
        "another reference",
        "models/sub/late.sql",
        "select * from {{ ref('bare') }} {{ source('crm', 'people') }}",
    ),
    (
        "a model that nothing describes",
        "models/bare.sql",
        "select 2 as id",
    ),
    (
        "a version",
        "models/sub/people_v2.sql",
        "select * from {{ ref('people', v=1) }}",
    ),
    (
        "a model of a package",
        "parts/models/part.sql",
        "{{ config(tags=['p']) }} select 2 as id",
    ),
    ("a seed", "seeds/raw.csv", "id\n2\n"),
    (
        "a singular test",
        "tests/one.sql",
        "{{ config(severity='warn') }} select * from {{ ref('late') }} where false",
    ),
    (
        "an analysis",
        "analyses/look.sql",
        "select * from {{ ref('raw') }}",
    ),
    (
        "a snapshot of two",
        "snapshots/kept.sql",
        "{% snapshot kept %}{{ config(unique_key='id', strategy='check', check_cols='all') }} select * from {{ ref('bare') }}{% endsnapshot %}\n\n{% snapshot also %}{{ config(unique_key='id', strategy='check', check_cols='all') }} select 1 as id{% endsnapshot %}",
    ),
    (
        "a description, and a test more",
        "models/a_orders.yml",
        "models:\n  - {name: orders, description: \"Of {{ doc('orders') }}\", columns: [{name: id, data_tests: [not_null, unique, {accepted_values: {arguments: {values: [1]}}}]}]}\n",
    ),
    (
        "settings in YAML",
        "models/a_orders.yml",
        "models:\n  - {name: orders, config: {meta: {owner: me}, tags: [y]}, columns: [{name: id, data_tests: [unique]}, {name: more, description: More.}]}\n",
    ),
    (
        "a model that is described in another file, too",
        "models/a_orders.yml",
        "models:\n  - {name: orders}\n  - {name: bare, columns: [{name: id, data_tests: [not_null]}]}\nseeds:\n  - {name: raw, description: Raw., data_tests: [{unique: {arguments: {column_name: id}}}]}\n",
    ),
    (
        "all descriptions gone",
        "models/a_orders.yml",
        "models: []\n",
    ),
    (
        "a table of a source, and its tests",
        "models/b_rest.yml",
        "sources:\n  - {name: crm, description: Ours., tables: [{name: people, identifier: folk, columns: [{name: id, data_tests: [unique, not_null]}]}]}\nmodels:\n  - {name: late, description: Late., columns: [{name: id, data_tests: [unique, not_null]}]}\n",
    ),
    (
        "tests where there were none",
        "models/a_orders.yml",
        "models:\n  - {name: orders, data_tests: [{unique: {arguments: {column_name: id}}}]}\n",
    ),
];

/// Where more depends on a change than its file.
const MORE: &[Edit] = &[
    (
        "an alias",
        "models/orders.sql",
        "{{ config(alias='o') }} select 1 as id",
    ),
    (
        "a model switched off",
        "tests/one.sql",
        "{{ config(enabled=false) }} select 1",
    ),
    (
        "a model switched on",
        "tests/one.sql",
        "select 1 as id where false",
    ),
    (
        "a macro",
        "macros/word.sql",
        "{% macro word() %}w{% endmacro %}",
    ),
    (
        "a doc block",
        "models/docs.md",
        "{% docs orders %}None.{% enddocs %}",
    ),
    (
        "a source more",
        "models/b_rest.yml",
        "sources: [{name: crm, tables: [{name: people}, {name: firms}]}]\n",
    ),
    (
        "something to report",
        "models/a_orders.yml",
        "models: [{name: ordres}]\n",
    ),
    (
        "nothing to report any more",
        "models/a_orders.yml",
        "models: [{name: orders}]\n",
    ),
    (
        "a unit test",
        "models/a_orders.yml",
        "models: [{name: orders}]\nunit_tests: [{name: t, model: bare, given: [], expect: {rows: [{id: 2}]}}]\n",
    ),
    (
        "a unit test gone",
        "models/a_orders.yml",
        "models: [{name: orders}]\n",
    ),
    (
        "a group",
        "models/a_orders.yml",
        "groups: [{name: core, owner: {name: me}}]\nmodels: [{name: orders}]\n",
    ),
    (
        "access to it",
        "models/bare.sql",
        "{{ config(group='core', access='private') }} select 1 as id",
    ),
    (
        "versions",
        "models/c_more.yml",
        "sources: [{name: web, tables: [{name: visits}]}]\nmodels: [{name: people, latest_version: 1, versions: [{v: 1}, {v: 2}]}]\n",
    ),
    (
        "a message",
        "models/bare.sql",
        "{{ log('reading', info=true) }} select 2 as id",
    ),
];

fn run(project: &TestProject, target: &str) -> String {
    let outcome = project.dsql(["parse", "--target-path", target]).exits(0);
    let said = outcome.stdout + &outcome.stderr;
    project.filtered(&said).replace("fresh/", "target/")
}

/// Makes a change and tells whether only its file was read again; the outcome is that of reading all.
fn only_that(project: &TestProject, (what, path, content): &Edit) -> bool {
    let before = created(&manifest_in(project, "target"));
    project.write(path, content);
    let said = run(project, "target");
    let anew = run(project, "fresh");
    assert_eq!(said, anew, "{what}");
    let (with, without) = (
        timeless_in(project, "target"),
        timeless_in(project, "fresh"),
    );
    assert!(with == without, "{what}: the manifests differ");
    project.delete("fresh");
    created(&manifest_in(project, "target")) == before
}

#[test]
fn one_file_is_read_again_alone() {
    let project = TestProject::with_files(PROJECT.iter().copied());
    run(&project, "target");
    for edit in ALONE {
        assert!(only_that(&project, edit), "{}: all was parsed", edit.0);
    }
}

#[test]
fn what_others_depend_on_is_parsed() {
    let project = TestProject::with_files(PROJECT.iter().copied());
    run(&project, "target");
    for edit in MORE {
        assert!(
            !only_that(&project, edit),
            "{}: only its file was read",
            edit.0
        );
    }
}

#[test]
fn what_is_wrong_is_told_as_always() {
    let project = TestProject::with_files(PROJECT.iter().copied());
    for (what, path, content) in [
        (
            "a reference to nothing",
            "models/orders.sql",
            "select * from {{ ref('none') }}",
        ),
        (
            "a cycle",
            "models/orders.sql",
            "select * from {{ ref('late') }}",
        ),
        (
            "a template that ends too soon",
            "models/orders.sql",
            "select {{ broken",
        ),
        ("YAML that is none", "models/a_orders.yml", "models: [\n"),
        (
            "a test twice",
            "models/a_orders.yml",
            "models: [{name: orders, columns: [{name: id, data_tests: [unique, unique]}]}]\n",
        ),
    ] {
        run(&project, "target");
        let before = project.read(path);
        project.write(path, content);
        let with = project.dsql(["parse"]).exits(2);
        let without = project.dsql(["parse", "--no-partial-parse"]).exits(2);
        assert_eq!(
            project.filtered(&with.stderr),
            project.filtered(&without.stderr),
            "{what}"
        );
        project.write(path, before);
    }
}
