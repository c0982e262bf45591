//! What a `dbt_project.yml` says, under the names of dbt's `RuntimeConfig`: templates read it as
//! `ref.config`.

use serde_json::{Value as Json, json};

use super::package::Package;
use super::project_keys::TREES;
use crate::nodes::Dict;

/// Writes the settings of a package down. `quoting`: database, schema and identifier, with the
/// adapter's defaults.
pub fn settings(package: &Package, quoting: [bool; 3]) -> Json {
    let file = &package.project;
    let texts =
        |hooks: &[super::RunHook]| hooks.iter().map(|it| it.sql.clone()).collect::<Vec<_>>();
    let dispatch = file
        .dispatch
        .iter()
        .map(|it| json!({"macro_namespace": it.macro_namespace, "search_order": it.search_order}));
    let target_path = file.target_path.as_deref().unwrap_or("target");
    let clean = vec![target_path.to_owned()];
    let mut settings = Dict::new();
    for (name, value) in [
        ("project_name", json!(file.name)),
        ("version", json!(file.version)),
        ("project_root", json!(package.root.display().to_string())),
        ("model_paths", json!(file.paths.models)),
        ("macro_paths", json!(file.paths.macros)),
        ("seed_paths", json!(file.paths.seeds)),
        ("test_paths", json!(file.paths.tests)),
        ("analysis_paths", json!(file.paths.analyses)),
        ("docs_paths", json!(file.paths.docs)),
        ("asset_paths", json!(file.paths.assets)),
        ("snapshot_paths", json!(file.paths.snapshots)),
        ("function_paths", json!(file.paths.functions)),
        ("target_path", json!(target_path)),
        (
            "log_path",
            json!(file.log_path.as_deref().unwrap_or("logs")),
        ),
        (
            "clean_targets",
            json!(file.clean_targets.as_ref().unwrap_or(&clean)),
        ),
        ("packages_install_path", json!(file.packages_install_path)),
        (
            "quoting",
            json!({"database": quoting[0], "schema": quoting[1], "identifier": quoting[2]}),
        ),
        ("on_run_start", json!(texts(&file.on_run_start))),
        ("on_run_end", json!(texts(&file.on_run_end))),
        ("dispatch", dispatch.collect()),
        ("vars", Json::Object(file.vars.clone())),
        ("config_version", json!(2)),
        ("restrict_access", json!(file.restrict_access)),
        ("dbt_cloud", Json::Object(file.dbt_cloud.clone())),
        ("flags", Json::Object(file.flags.clone())),
    ] {
        settings.insert(name.to_owned(), value);
    }
    for section in TREES {
        let tree = file.trees.section(section);
        let tree = tree.map(|it| it.rendered.clone()).unwrap_or_default();
        settings.insert(section.replace('-', "_"), Json::Object(tree));
    }
    Json::Object(settings)
}
