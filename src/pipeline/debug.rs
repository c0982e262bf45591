//! `debug`: facts about set-up and connection.

use serde_json::Value as Json;

use super::{Exit, Product};
use crate::adapters::{self, Adapter};
use crate::artifacts::DBT_VERSION;
use crate::project::Project;

/// Gathers facts, and tries the connection.
pub(super) fn debug(project: &Project, adapter: &dyn Adapter) -> (Exit, Product) {
    let mut facts = Vec::new();
    let mut fact = |name: &str, text: String, well: bool| facts.push((name.to_owned(), text, well));
    let shown = |path: &std::path::Path| path.display().to_string();
    fact("dsql", env!("CARGO_PKG_VERSION").to_owned(), true);
    fact("dbt", DBT_VERSION.to_owned(), true);
    let (engine, version) = adapters::embedded();
    fact(engine, version, true);
    fact("project", shown(&project.root().root), true);
    let profile = project
        .profile
        .path
        .as_deref()
        .map_or("built in".to_owned(), shown);
    fact("profiles.yml", profile, true);
    fact("profile", project.profile.name.clone(), true);
    fact("target", project.profile.target_name.clone(), true);
    for key in ["path", "database", "schema"] {
        if let Some(text) = project.profile.credentials.get(key).and_then(Json::as_str) {
            fact(key, text.to_owned(), true);
        }
    }
    let connected = adapter
        .connect("debug")
        .and_then(|mut connection| connection.execute("select 1 as id", true, None));
    let well = connected.is_ok();
    match connected {
        Ok(_) => fact("connection", "OK".to_owned(), true),
        Err(error) => {
            fact("connection", error.to_string(), false);
            if let Some(help) = error.help() {
                fact("help", help.to_owned(), true);
            }
        }
    }
    (
        if well { Exit::Done } else { Exit::Failed },
        Product::Debugged(facts),
    )
}
