//! Projects, profiles and packages are found and read.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use dsql::diagnostics::Diagnostic;
use dsql::events::Silent;
use dsql::invocation::{Command, Invocation};
use dsql::jinja::context::Base;
use dsql::project::{self, FileKind, Options, Project, YamlKind, parse_mapping};
use dsql::system::{MemorySystem, System};
use dsql::text::Texts;

/// Compares with `tests/snapshots/project/<name of the test>.snap`.
macro_rules! expect {
    ($text:expr $(,)?) => {
        insta::with_settings!({
            snapshot_path => "../snapshots/project",
            prepend_module_to_snapshot => false,
            omit_expression => true,
        }, {
            insta::assert_snapshot!($text);
        })
    };
}

struct Loaded {
    project: Option<Project>,
    texts: Texts,
    findings: Vec<Diagnostic>,
}

/// Loads the project in `/shop`.
fn load(files: &[(&str, &str)]) -> Loaded {
    load_with(&MemorySystem::with_files(files.iter().copied()), &shop())
}

fn shop() -> Options {
    Options {
        project_dir: Some("/shop".into()),
        ..Options::default()
    }
}

fn load_with(system: &dyn System, options: &Options) -> Loaded {
    let mut texts = Texts::default();
    let (mut project, mut findings) = project::load(system, options, &mut texts);
    if let Some(project) = &mut project {
        findings.extend(dsql::packages::load(system, project, &mut texts));
    }
    dsql::diagnostics::sort(&mut findings);
    Loaded {
        project,
        texts,
        findings,
    }
}

impl Loaded {
    fn project(&self) -> &Project {
        self.project
            .as_ref()
            .unwrap_or_else(|| panic!("{}", self.shown()))
    }

    /// One line a finding: place, what is there, message, help.
    fn shown(&self) -> String {
        let line = |finding: &Diagnostic| {
            let at = finding.location().map(|location| {
                let text = self.texts.get(location.file).unwrap();
                let at = text.line_column(location.span.start as usize);
                let there = text.content.get(location.span.range()).unwrap();
                let there = there.lines().next().unwrap_or_default();
                format!("{}:{}:{} `{there}` ", text.path, at.line, at.column)
            });
            let help = finding.help.as_ref().map(|help| format!(" ({help})"));
            format!(
                "{}{} {}: {}{}\n",
                at.unwrap_or_default(),
                finding.severity.as_str(),
                finding.code,
                finding.message,
                help.unwrap_or_default()
            )
        };
        self.findings.iter().map(line).collect()
    }
}

const PROFILES: (&str, &str) = (
    "/shop/profiles.yml",
    "shop:\n  target: dev\n  outputs:\n    dev: {type: duckdb, path: dev.duckdb, threads: 3}\n    prod: {type: duckdb}\n",
);

#[test]
fn defaults_are_dbts() {
    let loaded = load(&[
        ("/shop/dbt_project.yml", "name: shop\nprofile: shop\n"),
        PROFILES,
    ]);
    let project = loaded.project();
    assert_eq!(loaded.shown(), "");
    let file = &project.root().project;
    assert_eq!(
        file.paths.all(),
        [
            "models",
            "seeds",
            "snapshots",
            "analyses",
            "macros",
            "tests",
            "functions"
        ]
    );
    assert_eq!(file.paths.docs, file.paths.all());
    assert_eq!(file.packages_install_path, "dbt_packages");
    assert_eq!(project.target_path, Path::new("/shop/target"));
    assert_eq!(project.log_path, Path::new("/shop/logs"));
    assert_eq!(project.profile.threads, 3);
    assert_eq!(project.profile.target["name"], "dev");
    assert_eq!(project.profile.target["profile_name"], "shop");
}

#[test]
fn every_key_is_read() {
    let loaded = load(&[
        (
            "/shop/dbt_project.yml",
            "name: shop
version: 1.0
config-version: 2
profile: shop
model-paths: [sql/models]
macro-paths: [m]
seed-paths: [s]
test-paths: [t]
analysis-paths: [a]
snapshot-paths: [sn]
function-paths: [f]
docs-paths: [d]
asset-paths: [as]
clean-targets: [target, logs]
packages-install-path: deps
quoting: {schema: false}
on-run-start: select 1
on-run-end:
  - \"{{ log('x') }}\"
  - select 2
require-dbt-version: ['>=1.0.0', '<2.0.0']
dispatch: [{macro_namespace: dbt_utils, search_order: [shop, dbt_utils]}]
query-comment: {comment: hi, append: true}
restrict-access: true
models: {+materialized: table, shop: {+pre-hook: \"{{ x }}\"}}
seeds:
tests: {+severity: warn}
vars: {a: 2020-01-01, b: \"{{ x }}\", shop: {c: 1}}
flags: {fail_fast: true}
dbt-cloud: {project-id: 1}
",
        ),
        PROFILES,
    ]);
    let project = loaded.project();
    assert_eq!(loaded.shown(), "");
    let file = &project.root().project;
    assert_eq!(
        file.paths.all(),
        ["sql/models", "s", "sn", "a", "m", "t", "f"]
    );
    assert_eq!(
        file.clean_targets.as_deref(),
        Some(&["target".to_owned(), "logs".to_owned()][..])
    );
    assert_eq!(file.quoting["schema"], false);
    assert_eq!(file.on_run_start[0].sql, "select 1");
    assert_eq!(file.on_run_end[0].sql, "{{ log('x') }}");
    assert_eq!(
        file.search_order("dbt_utils").unwrap(),
        ["shop", "dbt_utils"]
    );
    assert_eq!(file.query_comment.comment.as_deref(), Some("hi"));
    assert!(file.query_comment.append && file.restrict_access);
    assert_eq!(
        file.trees.section("models").unwrap().rendered["shop"]["+pre-hook"],
        "{{ x }}"
    );
    assert_eq!(
        file.trees.section("data_tests").unwrap().rendered["+severity"],
        "warn"
    );
    assert_eq!(project.vars.get(Some("shop"), "c").unwrap(), 1);
    assert_eq!(project.vars.get(Some("shop"), "a").unwrap(), "2020-01-01");
    assert_eq!(file.flags["fail_fast"], true);
}

#[test]
fn all_that_is_wrong_in_a_project_is_told_at_once() {
    let loaded = load(&[
        (
            "/shop/dbt_project.yml",
            "name: my-shop
version: x
profile: shop
model-paths: models
model_paths: [models]
modles: {}
source-paths: [a]
log-path: elsewhere
require-dbt-version: '>=2.0.0'
quoting: {schma: true, database: 1}
on-run-end: [1]
dispatch: [{macro_namespace: x}]
seeds: []
query-comment: 5
vars: x
",
        ),
        PROFILES,
    ]);
    assert!(loaded.project.is_none());
    expect!(loaded.shown());
}

#[test]
fn names_are_checked() {
    for (name, fits) in [
        ("shop", true),
        ("_shop1", true),
        ("obchod_č", true),
        ("my-shop", false),
        ("1shop", false),
        ("''", false),
        ("ref", false),
        ("5", false),
        ("a b", false),
    ] {
        let project = format!("name: {name}\nprofile: shop\n");
        let loaded = load(&[("/shop/dbt_project.yml", &project), PROFILES]);
        assert_eq!(loaded.project.is_some(), fits, "{name}: {}", loaded.shown());
    }
}

#[test]
fn required_versions_can_be_skipped() {
    let project = (
        "/shop/dbt_project.yml",
        "name: shop\nrequire-dbt-version: '<1.0.0'\n",
    );
    assert!(load(&[project]).shown().contains("requires dbt <1.0.0"));
    let options = Options {
        no_version_check: true,
        ..shop()
    };
    assert_eq!(
        load_with(&MemorySystem::with_files([project]), &options).shown(),
        ""
    );
}

#[test]
fn files_that_are_no_projects_say_so() {
    let bytes = MemorySystem::with_files([("/shop/dbt_project.yml", b"name: caf\xe9\n".to_vec())]);
    let not_utf8 = load_with(&bytes, &shop()).shown();
    let wrong = |text| load(&[("/shop/dbt_project.yml", text)]).shown();
    expect!(
        [
            "",
            "- a\n",
            "profile: x\n",
            "name: [\n",
            "name: shop\nvars: {{ x }}\n"
        ]
        .map(wrong)
        .concat()
            + &not_utf8
    );
}

#[test]
fn projects_are_looked_for() {
    let empty = MemorySystem::default();
    expect!(load_with(&empty, &shop()).shown() + &load_with(&empty, &Options::default()).shown());
}

#[test]
fn without_any_profile_a_database_in_the_project_is_used() {
    let loaded = load(&[("/shop/dbt_project.yml", "name: shop\nprofile: shop\n")]);
    let profile = &loaded.project().profile;
    assert_eq!(profile.credentials["path"], "/shop/shop.duckdb");
    assert_eq!(profile.threads, 1);
    expect!(profile.note(None).unwrap());
}

#[test]
fn profiles_are_looked_for_in_order() {
    let project = ("/shop/dbt_project.yml", "name: shop\nprofile: shop\n");
    let profiles = |folder: &str, path: &str| {
        let text = format!("shop: {{target: t, outputs: {{t: {{type: duckdb, path: {path}}}}}}}");
        (format!("{folder}/profiles.yml"), text)
    };
    let own = (project.0.to_owned(), project.1.to_owned());
    let path_of = |files: Vec<(String, String)>, options: &Options| {
        let loaded = load_with(&MemorySystem::with_files(files), options);
        loaded.project().profile.credentials["path"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let (current, root, home, given) = (
        profiles("", "current"),
        profiles("/shop", "root"),
        profiles("/home/.dbt", "home"),
        profiles("/x", "given"),
    );
    let all = vec![own.clone(), current, root.clone(), home.clone(), given];
    assert_eq!(path_of(all.clone(), &shop()), "current");
    assert_eq!(
        path_of(vec![own.clone(), root, home.clone()], &shop()),
        "/shop/root"
    );
    assert_eq!(path_of(vec![own.clone(), home.clone()], &shop()), "home");
    let options = Options {
        profiles_dir: Some("x".into()),
        ..shop()
    };
    assert_eq!(path_of(all, &options), "given");
    let options = Options {
        profiles_dir: Some("y".into()),
        ..shop()
    };
    let loaded = load_with(&MemorySystem::with_files([own, home]), &options);
    expect!(loaded.shown());
}

#[test]
fn targets_and_threads_are_chosen() {
    let system = MemorySystem::with_files([
        ("/shop/dbt_project.yml", "name: shop\nprofile: shop\n"),
        PROFILES,
    ]);
    let options = |target: Option<&str>, threads| Options {
        target: target.map(str::to_owned),
        threads,
        ..shop()
    };
    let prod = load_with(&system, &options(Some("prod"), None));
    assert_eq!(
        (
            prod.project().profile.target_name.as_str(),
            prod.project().profile.threads
        ),
        ("prod", 1)
    );
    assert_eq!(
        load_with(&system, &options(None, Some(8)))
            .project()
            .profile
            .threads,
        8
    );
    assert_eq!(
        load_with(
            &system,
            &Options {
                profile: Some("shop".into()),
                ..shop()
            }
        )
        .shown(),
        ""
    );
}

#[test]
fn only_the_chosen_target_is_checked() {
    let broken = "shop:\n  target: dev\n  outputs:\n    dev: {type: duckdb}\n    prod: {type: 5, threads: many, x: \"{{ nothing( }}\"}\n";
    let loaded = load(&[
        ("/shop/dbt_project.yml", "name: shop\nprofile: shop\n"),
        ("/shop/profiles.yml", broken),
    ]);
    assert_eq!(loaded.shown(), "");
}

#[test]
fn wrong_profiles_say_what_there_is() {
    let with = |profile: &str, profiles: &str| {
        let project = format!("name: shop\nprofile: {profile}\n");
        load(&[
            ("/shop/dbt_project.yml", &project),
            ("/shop/profiles.yml", profiles),
        ])
        .shown()
    };
    let dev = "shop: {target: dev, outputs: {dev: {type: duckdb}}}";
    expect!(
        [
            with("shp", dev),
            with("other", dev),
            with("shop", ""),
            with("shop", "- a"),
            with("shop", "shop:"),
            with("shop", "shop: {target: prd, outputs: {dev: {}, prod: {}}}"),
            with("shop", "shop: {outputs: {dev: {}}}"),
            with("shop", "shop: {target: dev, outputs: {dev: }}"),
            with("shop", "shop: {target: dev, outputs: {dev: {path: x}}}"),
            with(
                "shop",
                "shop: {target: dev, outputs: {dev: {type: duckdb, threads: many}}}"
            ),
            with("shop", "shop: {target: dev, outputs: {dev: {type: duckdb, pth: x, attach: [{alias: y}], keep_open: 5}}}"),
            with("shop", "shop: {target: dev, outputs: {dev: {type: duckdb, pth: x}}}"),
            with("shop", "shop: {target: dev, outputs: {dev: {type: duckbd}}}"),
            with("[a]", dev),
        ]
        .concat()
    );
}

fn paths(project: &Project, package: &str) -> Vec<(FileKind, String)> {
    let files = project.package(package).unwrap().files.iter();
    files
        .map(|file| (file.kind, file.original_file_path.clone()))
        .collect()
}

#[test]
fn files_are_found_by_folder_and_ending() {
    let names = [
        "models/a.sql",
        "models/x/b.SQL",
        "models/x/c.py",
        "models/.hidden.sql",
        "models/#x.sql",
        "models/~x.sql",
        "models/.ipynb/d.sql",
        "models/schema.yml",
        "models/x/schema.yaml",
        "models/readme.md",
        "models/notes.txt",
        "macros/m.sql",
        "macros/m.yml",
        "seeds/s.csv",
        "seeds/.s.csv",
        "snapshots/sn.sql",
        "analyses/an.sql",
        "tests/t.sql",
        "tests/generic/g.sql",
        "tests/fixtures/f.csv",
        "tests/fixtures/f.sql",
        "tests/sub/generic/h.sql",
        "docs/d.md",
        "models/draft/e.sql",
        "functions/fn.sql",
    ];
    let mut files: Vec<(String, String)> = names
        .iter()
        .map(|it| (format!("/shop/{it}"), format!(" {it}\n")))
        .collect();
    files.push(("/shop/dbt_project.yml".into(), "name: shop\n".into()));
    files.push(("/shop/.dbtignore".into(), "draft/\n".into()));
    let loaded = load_with(&MemorySystem::with_files(files), &shop());
    let found = paths(loaded.project(), "shop");
    expect!(
        found
            .iter()
            .map(|(kind, path)| format!("{kind:?} {path}\n"))
            .collect::<String>()
    );
    let file = &loaded.project().root().files[0];
    assert_eq!(
        &loaded.texts.content(file.file.unwrap())[file.content.range()],
        "macros/m.sql"
    );
}

#[test]
fn fingerprints_are_dbts() {
    let large = "x".repeat((1 << 20) + 1);
    let loaded = load(&[
        ("/shop/dbt_project.yml", "name: shop\n"),
        ("/shop/models/a.sql", "\n select 1\r\n\u{a0}\n"),
        ("/shop/seeds/s.csv", "a,b\n1,2\n"),
        ("/shop/seeds/large.csv", &large),
    ]);
    let files = &loaded.project().root().files;
    let shown: Vec<_> = files
        .iter()
        .map(|it| {
            format!(
                "{} {} {}",
                it.relative_path, it.checksum.name, it.checksum.checksum
            )
        })
        .collect();
    // printf 'select 1' | sha256sum, printf 'a,b\n1,2' | sha256sum
    assert_eq!(
        shown,
        [
            "a.sql sha256 822ae07d4783158bc1912bb623e5107cc9002d519e1143a9c200ed6ee18b6d0f",
            "large.csv path seeds/large.csv",
            "s.csv sha256 aeedab1ee7a1043753c9ab768594bc8420d7b85491d0be9421edc3813c237f4c",
        ]
    );
}

#[test]
fn files_that_are_not_utf8_are_told() {
    let files = [
        ("/shop/dbt_project.yml", b"name: shop\n".to_vec()),
        ("/shop/models/a.sql", b"select 'caf\xe9'".to_vec()),
        ("/shop/models/b.sql", b"select 1".to_vec()),
        ("/shop/seeds/s.csv", b"a\n\xff\n".to_vec()),
    ];
    let loaded = load_with(&MemorySystem::with_files(files), &shop());
    assert_eq!(paths(loaded.project(), "shop").len(), 1);
    expect!(loaded.shown());
}

#[test]
fn packages_are_read_where_they_are() {
    let loaded = load(&[
        (
            "/shop/dbt_project.yml",
            "name: shop\nvars: {lib: {x: root}, y: root}\n",
        ),
        (
            "/shop/packages.yml",
            "packages:\n  - package: a/lib\n    version: 1.0.0\n  - local: ../common\n",
        ),
        (
            "/shop/dbt_packages/lib/dbt_project.yml",
            "name: lib\nvars: {x: 1, z: 1}\nmodel-paths: [m]\nunknown: 1\n",
        ),
        ("/shop/dbt_packages/lib/m/l.sql", "select 1"),
        ("/shop/dbt_packages/__pycache__/x", ""),
        ("/common/dbt_project.yml", "name: common\n"),
        (
            "/common/packages.yml",
            "packages: [{local: ../base}, {local: nested}]",
        ),
        ("/common/models/c.sql", "select 1"),
        ("/common/nested/dbt_project.yml", "name: nested\n"),
        ("/base/dbt_project.yml", "name: base\n"),
    ]);
    assert_eq!(loaded.shown(), "");
    let project = loaded.project();
    let names: Vec<&str> = project.packages.iter().map(|it| &*it.name).collect();
    assert_eq!(names, ["shop", "lib", "common", "base", "nested"]);
    assert_eq!(
        paths(project, "lib"),
        [(FileKind::Model, "m/l.sql".to_owned())]
    );
    let id = project.package("lib").unwrap().files[0].file.unwrap();
    assert_eq!(
        loaded.texts.get(id).unwrap().path,
        "dbt_packages/lib/m/l.sql"
    );
    assert_eq!(
        project.package("common").unwrap().root,
        PathBuf::from("/common")
    );
    let var = |name| project.vars.get(Some("lib"), name).unwrap().to_string();
    assert_eq!(
        (var("x"), var("y"), var("z")),
        ("\"root\"".into(), "\"root\"".into(), "1".into())
    );
}

#[test]
fn an_installed_package_does_without_the_folder_it_came_from() {
    let project = ("/shop/dbt_project.yml", "name: shop\n");
    let packages = ("/shop/packages.yml", "packages: [{local: ../gone}]");
    let installed = ("/shop/dbt_packages/lib/dbt_project.yml", "name: lib\n");
    let loaded = load(&[project, packages, installed]);
    assert_eq!(loaded.shown(), "");
    assert!(loaded.project().package("lib").is_some());
}

#[test]
fn packages_that_are_missing_or_twice_are_told() {
    let project = ("/shop/dbt_project.yml", "name: shop\n");
    let shown = |files: &[(&str, &str)]| load(&[&[project], files].concat()).shown();
    expect!(
        [
            shown(&[(
                "/shop/packages.yml",
                "packages: [{package: dbt-labs/dbt_utils, version: 1.0.0}]"
            )]),
            shown(&[(
                "/shop/dependencies.yml",
                "packages: [{git: 'https://x.org/a/lib.git'}, {local: nowhere}]"
            )]),
            shown(&[("/shop/dbt_packages/a/dbt_project.yml", "name: shop\n")]),
            shown(&[("/shop/dbt_packages/a/dbt_project.yml", "nam: shop\n")]),
            shown(&[("/shop/dbt_packages/a/x.txt", "")]),
            shown(&[(
                "/shop/packages.yml",
                "packages: [{package: dbt_utils, version: 1}, {package: a/b}, {x: 1}, {local: ''}]"
            )]),
            shown(&[
                ("/shop/packages.yml", "packages: {}\nprojects: []\n"),
                ("/shop/dependencies.yml", "packages: []")
            ]),
            shown(&[("/shop/packages.yml", "packages:")]),
            shown(&[("/shop/packages.yml", "- a")]),
        ]
        .concat()
    );
}

/// Loads with an environment of its own.
fn load_in(variables: &[(&str, &str)], vars: Option<&str>, files: &[(&str, &str)]) -> Loaded {
    let system = MemorySystem::with_files(files.iter().copied());
    let system = variables
        .iter()
        .fold(system, |system, (name, value)| system.with_env(name, value));
    let vars = vars.map_or("{}", |it| it);
    let (vars, _) = parse_mapping("--vars", vars, &mut Texts::default());
    load_with(&system, &Options { vars, ..shop() })
}

#[test]
fn jinja_in_a_project_is_rendered() {
    let project = "name: shop
profile: \"{{ env_var('PROFILE') }}\"
models:
  +schema: \"{{ target.name }}_{{ var('suffix', 'x') }}\"
  +enabled: \"{{ env_var('ON', 'True') | as_bool }}\"
  +my_list: \"{{ ['a', target.type] }}\"
  +my_text: \"{{ target.threads }}\"
  +my_number: \"{{ target.threads + 1 }}\"
  +plain: |
    text
  +post-hook: \"{{ nothing }}\"
  +when: 2020-01-01
vars:
  x: \"{{ nothing }}\"
  at: 2020-01-01 10:00:00
on-run-end: \"{{ nothing }}\"
";
    let loaded = load_in(
        &[("PROFILE", "shop"), ("ON", "False")],
        Some("{suffix: 2024-01-01}"),
        &[("/shop/dbt_project.yml", project), PROFILES],
    );
    assert_eq!(loaded.shown(), "");
    let root = &loaded.project().root().project;
    let models = serde_json::Value::Object(root.trees.section("models").unwrap().rendered.clone());
    expect!(serde_json::to_string_pretty(&models).unwrap());
    assert_eq!(root.vars["at"], "2020-01-01 10:00:00");
    assert_eq!(
        root.trees.section("models").unwrap().unrendered["+enabled"],
        "{{ env_var('ON', 'True') | as_bool }}"
    );
}

#[test]
fn jinja_errors_point_into_the_text() {
    let project = "name: shop
profile: shop
models:
  +schema: \"x_{{ var('nope') }}\"
  +alias: 'it''s {{ env_var(\"NOPE\") }}'
  +tags: [\"{{ target.nope }}\", \"{{ nope() }}\", \"{{ 1 + }}\"]
  +database: \"{{ env_var('DBT_ENV_SECRET_X') }}\"
";
    let loaded = load_in(
        &[("DBT_ENV_SECRET_X", "hush")],
        None,
        &[("/shop/dbt_project.yml", project), PROFILES],
    );
    expect!(loaded.shown());
}

#[test]
fn secrets_are_put_in_after_rendering() {
    let profiles = "shop:
  target: \"{{ env_var('TARGET', 'dev') }}\"
  outputs:
    dev:
      type: duckdb
      path: \"{{ env_var('DBT_ENV_SECRET_A') }}/{{ env_var('DBT_ENV_SECRET_B') | upper }}.duckdb\"
      threads: \"{{ env_var('THREADS') | as_number }}\"
      schema: \"{{ var('schema', 'main') }}\"
";
    let files = [
        ("/shop/dbt_project.yml", "name: shop\nprofile: shop\n"),
        ("/shop/profiles.yml", profiles),
    ];
    let variables = [
        ("DBT_ENV_SECRET_A", "a"),
        ("DBT_ENV_SECRET_B", "b"),
        ("THREADS", "7"),
    ];
    let loaded = load_in(&variables, Some("{schema: s}"), &files);
    assert_eq!(loaded.shown(), "");
    let profile = &loaded.project().profile;
    assert_eq!(profile.threads, 7);
    assert_eq!(profile.credentials["schema"], "s");
    assert_eq!(profile.credentials["path"], "/shop/a/b.duckdb");
    expect!(load_in(&[], None, &files).shown());
}

#[test]
fn packages_do_not_see_vars_of_the_command_line() {
    let loaded = load_in(
        &[],
        Some("{x: 1}"),
        &[
            ("/shop/dbt_project.yml", "name: shop\n"),
            (
                "/shop/dbt_packages/lib/dbt_project.yml",
                "name: lib\nmodels: {+a: \"{{ var('x', 'own') }}\", +b: \"{{ target.name }}\"}\n",
            ),
        ],
    );
    let models = loaded
        .project()
        .package("lib")
        .unwrap()
        .project
        .trees
        .section("models")
        .unwrap();
    assert_eq!(
        (&models.rendered["+a"], &models.rendered["+b"]),
        (&"own".into(), &"dev".into())
    );
}

#[test]
fn packages_can_be_named_by_jinja() {
    let list = "packages: [{local: \"{{ env_var('LIB') }}\"}]";
    let files = |name| {
        [
            ("/shop/dbt_project.yml", "name: shop\n"),
            (name, list),
            ("/lib/dbt_project.yml", "name: lib\n"),
        ]
    };
    let variables = [("LIB", "../lib")];
    assert!(
        load_in(&variables, None, &files("/shop/packages.yml"))
            .project()
            .package("lib")
            .is_some()
    );
    assert!(
        load_in(&variables, None, &files("/shop/dependencies.yml"))
            .project()
            .package("lib")
            .is_none()
    );
}

#[test]
fn flags_of_a_project_are_read() {
    let flags = |project: &str, profiles: &str| {
        let project = format!("name: shop\n{project}");
        let system = MemorySystem::with_files([
            ("/shop/dbt_project.yml", project.as_str()),
            ("/shop/profiles.yml", profiles),
        ]);
        let mut texts = Texts::default();
        let (flags, findings) = project::project_flags(&system, &shop(), &mut texts);
        let loaded = Loaded {
            project: None,
            texts,
            findings,
        };
        format!("{}\n{}", serde_json::Value::Object(flags), loaded.shown())
    };
    expect!([
        flags("flags: {fail_fast: yes, indirect_selection: Cautious, printer_width: 80, warn_error_options: {error: all}, require_generic_test_arguments_property: false}\n", ""),
        flags("flags: {fail_fast: maybe, indirect_selection: x, printer_width: x, fail_fst: 1, strict_mode: true, debug: }\n", ""),
        flags("", "config: {use_colors: false}\n"),
        flags("flags: {debug: true}", "config: {use_colors: false}\n"),
        flags("flags: [", ""),
    ]
    .concat());
}

#[test]
fn jinja_in_a_project_sees_the_invocation() {
    let project = "name: shop
models:
  +a: \"{{ flags.WHICH }} {{ flags.FULL_REFRESH }}\"
  +b: \"{{ run_started_at.strftime('%Y-%m-%d') }}\"
  +c: \"{{ modules.datetime.date(2024, 1, 2) }}\"
  +d: \"{{ fromjson('[1]') }}\"
  +e: \"{{ invocation_id }}\"
  +f: \"{{ dbt_version }}\"
";
    let system = Arc::new(MemorySystem::with_files([(
        "/shop/dbt_project.yml",
        project,
    )]));
    let invocation = Invocation::new(Command::Build, "dsql build".to_owned());
    let base = Base::new(
        &invocation,
        "id".into(),
        system.clone(),
        Arc::new(Silent),
        Default::default(),
        Arc::default(),
    );
    let options = Options {
        base: Some(Arc::new(base)),
        ..shop()
    };
    let loaded = load_with(&*system, &options);
    assert_eq!(loaded.shown(), "");
    let models = &loaded
        .project()
        .root()
        .project
        .trees
        .section("models")
        .unwrap()
        .rendered;
    insta::assert_snapshot!(
        serde_json::Value::Object(models.clone()),
        @r#"{"+a":"build False","+b":"2020-01-01","+c":"2024-01-02","+d":[1],"+e":"id","+f":"1.11.16"}"#
    );
}

#[test]
fn properties_files_are_rendered_in_place() {
    let properties = "models:
  - name: \"{{ project_name }}_orders\"
    description: \"{{ nothing }}\"
    meta:
      text: |
        plain
      both: |
        {{ var('x') }}
      kept: \"a\\n\\n\"
      list: [\"{{ target.threads }}\", \"{{ [1, {'a': none}] }}\"]
    data_tests: [{x: {y: \"{{ nothing }}\"}}]
  - name: \"{{ nope.x }}\"
version: \"{{ nothing }}\"
";
    let loaded = load_in(
        &[],
        Some("{x: 5}"),
        &[
            ("/shop/dbt_project.yml", "name: shop\n"),
            ("/shop/models/a.yml", properties),
        ],
    );
    let project = loaded.project();
    let file = project.root().files[0].file.unwrap();
    let (node, _) = dsql::yaml::parse(file, properties);
    let mut node = node.unwrap();
    let context = project.yaml_context(&project.root().name);
    let renderer = context.renderer(
        YamlKind::Plain,
        file,
        loaded.texts.get(file).unwrap().clone(),
    );
    let mut findings = Vec::new();
    project::render_properties(&mut node, &renderer, &mut findings);
    expect!(serde_json::to_string_pretty(&node.to_json()).unwrap());
    assert_eq!(findings.len(), 1);
    assert_eq!(
        &properties[findings[0].location().unwrap().span.range()],
        "nope"
    );
}
