//! What a node comes of besides its text and its inputs.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Value as Json, json};

use super::fact::{Digest, digest};
use crate::execute::Failure;
use crate::execute::node::Run;
use crate::jinja::context::Session;
use crate::nodes::{Macro, Node, Resources, UniqueId};

/// Configurations that change nothing in the database.
const IDLE: &[&str] = &["access", "docs", "enabled", "group", "tags"];
/// Macros whose answers stand in the node.
const ANSWERED: &[&str] = &[
    "generate_alias_name",
    "generate_database_name",
    "generate_schema_name",
];

/// Lists configuration, contract, described columns and the relation.
fn own_settings(node: &Node) -> String {
    let node = serde_json::to_value(node).unwrap_or_default();
    let mut config = node["config"].clone();
    if let Some(fields) = config.as_object_mut() {
        fields.retain(|name, _| !IDLE.contains(&name.as_str()));
    }
    let described = |on: bool, part: &str| match on {
        true => node[part].clone(),
        false => Json::Null,
    };
    let docs = &config["persist_docs"];
    let documented = docs["relation"] == true || docs["columns"] == true;
    let promised = node["contract"]["enforced"] == true;
    let parts = json!([
        config,
        node["contract"],
        node["relation_name"],
        node["language"],
        node["constraints"],
        described(documented || promised, "columns"),
        described(documented, "description"),
        // What a unit test or a data test asks for.
        node["test_metadata"],
    ]);
    parts.to_string()
}

impl Run<'_> {
    /// Digests what is configured for a node. A hook is only rendered when it runs: its text, the
    /// macros that it calls and the vars stand for what it does.
    pub(super) fn settings(&self, node: &Node) -> Digest {
        let mut parts = vec![own_settings(node)];
        if node.config.has_hooks() {
            let project = &self.execution.project;
            parts.push(project.base.invocation_args["vars"].to_string());
            parts.extend(project.settings.values().map(|it| it["vars"].to_string()));
            let called = node.depends_on.macros.iter().collect();
            parts.extend(texts(&self.execution.resources, called));
        }
        digest(parts.iter().map(String::as_str))
    }

    /// Digests macros, target and versions, once for all nodes.
    pub(super) fn around(&self, session: &Arc<Session>) -> Result<&Digest, Failure> {
        if let Some(around) = self.around.get() {
            return Ok(around);
        }
        let identity = session.adapter.identity(session.connection().as_mut())?;
        let project = &self.execution.project;
        let mut target = project.target.clone();
        if let Some(fields) = target.as_object_mut() {
            fields.remove("threads");
        }
        let mut parts = vec![
            env!("CARGO_PKG_VERSION").to_owned(),
            project.dbt_version.to_owned(),
            identity,
            target.to_string(),
        ];
        let prefixes = &session.engine.macros().settings().adapter_types;
        parts.extend(overrides(&self.execution.resources, prefixes));
        let around = digest(parts.iter().map(String::as_str));
        Ok(self.around.get_or_init(|| around))
    }
}

/// Lists the texts of the macros that run while nodes are built: those that take the place of
/// built-in ones, and all that these call. What templates call shows in their SQL.
fn overrides(resources: &Resources, prefixes: &[String]) -> Vec<String> {
    let all: Vec<&Arc<Macro>> = resources.macros.values().collect();
    let built_in: BTreeSet<&str> = all
        .iter()
        .filter(|it| it.is_built_in())
        .map(|it| it.name.as_str())
        .collect();
    let stands_for = |it: &Macro| {
        let name = it.name.as_str();
        let bare = name
            .split_once("__")
            .filter(|(prefix, _)| *prefix == "default" || prefixes.iter().any(|it| it == prefix));
        let bare = bare.map_or(name, |(_, bare)| bare);
        let answered = ANSWERED.contains(&bare);
        let built_in = built_in.contains(name) || built_in.contains(bare);
        name.starts_with("materialization_") || built_in && !answered
    };
    let overrides = all
        .iter()
        .filter(|it| !it.is_built_in() && stands_for(it))
        .map(|it| &it.unique_id);
    texts(resources, overrides.collect())
}

/// Lists the texts of macros and of all that these call, built-in ones aside.
fn texts<'a>(resources: &'a Resources, mut waiting: Vec<&'a UniqueId>) -> Vec<String> {
    let mut seen = BTreeMap::new();
    while let Some(id) = waiting.pop() {
        let Some(called) = resources.macros.get(id).filter(|it| !it.is_built_in()) else {
            continue;
        };
        if seen.insert(id, &called.macro_sql).is_none() {
            waiting.extend(&called.depends_on);
        }
    }
    let text = |(id, sql)| format!("{id} {sql}");
    seen.into_iter().map(text).collect()
}
