//! Configurations are merged as by dbt: `tests/config/generate.py` wrote what is expected.

use std::path::Path;

use dsql::nodes::{Dict, ResourceType};
use dsql::project::config::{self, ConfigInput, ConfigTree, ConfigTrees, Layer};
use serde_json::Value;

fn resource_type(name: &str) -> (ResourceType, &'static str) {
    match name {
        "model" => (ResourceType::Model, "models"),
        "seed" => (ResourceType::Seed, "seeds"),
        "snapshot" => (ResourceType::Snapshot, "snapshots"),
        "test" => (ResourceType::Test, "data_tests"),
        "source" => (ResourceType::Source, "sources"),
        "exposure" => (ResourceType::Exposure, "exposures"),
        "analysis" => (ResourceType::Analysis, "models"),
        "operation" => (ResourceType::Operation, "models"),
        _ => panic!("{name}"),
    }
}

fn trees(section: &'static str, tree: Option<&Value>) -> ConfigTrees {
    let tree = tree.and_then(Value::as_object).cloned().unwrap_or_default();
    let mut trees = ConfigTrees::default();
    let (rendered, unrendered) = (tree.clone(), tree);
    trees.insert(
        section,
        ConfigTree {
            rendered,
            unrendered,
            node: None,
        },
    );
    trees
}

#[test]
fn configurations_merge_as_in_dbt() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/config/cases.json");
    let cases: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let wrong: Vec<String> = cases.iter().filter_map(|case| check(case).err()).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn check(case: &Value) -> Result<(), String> {
    let (resource_type, section) = resource_type(case["resource_type"].as_str().unwrap());
    let fqn: Vec<String> = serde_json::from_value(case["fqn"].clone()).unwrap();
    let (root, other) = (
        trees(section, case.get("root")),
        trees(section, case.get("package")),
    );
    let in_package = case.get("package").is_some();
    let input = ConfigInput {
        resource_type,
        fqn: &fqn,
        package: if in_package { &other } else { &root },
        root: in_package.then_some(&root),
        properties: case.get("properties").and_then(Value::as_object),
        call: case.get("call").and_then(Value::as_object),
    };
    let shown = || {
        let mut shown = case.clone();
        shown.as_object_mut().unwrap().remove("merged");
        shown.to_string()
    };
    let merged = config::merge(input);
    if let Some(error) = case.get("error") {
        let found = !merged.problems.is_empty();
        return if found {
            Ok(())
        } else {
            Err(format!("{}: no problem, dbt: {error}", shown()))
        };
    }
    if !merged.problems.is_empty() {
        return Err(format!("{}: {:?}", shown(), merged.problems));
    }
    let config = merged.into_config(resource_type);
    let found: Dict = config
        .iter()
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    let found = Value::Object(found).to_string();
    let expected = case["merged"].to_string();
    if found != expected {
        return Err(format!("{}:\n  {found}\n  {}", shown(), case["merged"]));
    }
    let unrendered = Value::Object(config::merge_unrendered(input)).to_string();
    let expected = case["unrendered"].to_string();
    if unrendered != expected {
        return Err(format!("{}: unrendered {unrendered}", shown()));
    }
    Ok(())
}

#[test]
fn calls_in_one_file_join() {
    let mut all = Dict::new();
    for call in [
        r#"{"tags": "a", "meta": {"x": 1}, "grants": {"select": "u"}, "materialized": "view"}"#,
        r#"{"tags": ["b"], "meta": {"y": 2}, "grants": {"+select": "v"}, "pre_hook": "h"}"#,
        r#"{"pre_hook": ["i"], "materialized": "table", "post-hook": []}"#,
    ] {
        config::merge_call(&mut all, &serde_json::from_str(call).unwrap());
    }
    insta::assert_snapshot!(Value::Object(all), @r#"{"tags":["a","b"],"meta":{"x":1,"y":2},"grants":{"select":"u","+select":["v"]},"materialized":"table","pre_hook":["h","i"],"post-hook":[]}"#);
}

#[test]
fn problems_know_their_places() {
    let text = "models:\n  +enabled: x\n  shop:\n    stage: {+tags: 5}\n";
    let (node, _) = dsql::yaml::parse(dsql::text::FileId(3), text);
    let node = node.unwrap().get("models").unwrap().clone();
    let dict = node.as_map().unwrap().to_json();
    let mut trees = ConfigTrees::default();
    trees.insert(
        "models",
        ConfigTree {
            rendered: dict.clone(),
            unrendered: dict,
            node: Some(node),
        },
    );
    let fqn: Vec<String> = ["shop", "stage", "orders"].map(str::to_owned).into();
    let merged = config::merge(ConfigInput {
        resource_type: ResourceType::Model,
        fqn: &fqn,
        package: &trees,
        root: None,
        properties: None,
        call: Some(&serde_json::from_str(r#"{"access": "open"}"#).unwrap()),
    });
    let found: Vec<_> = merged
        .problems
        .iter()
        .map(|it| {
            (
                it.message.as_str(),
                it.layer.unwrap(),
                it.location.map(|it| &text[it.span.range()]),
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            (
                "`enabled` must be true or false, not the text `x`",
                Layer::Package(0),
                Some("x")
            ),
            (
                "`tags` must be a list of texts, not a list with `5`",
                Layer::Package(2),
                Some("5")
            ),
            (
                "`access` must be one of `private`, `protected`, `public`, not the text `open`",
                Layer::Call,
                None
            ),
        ]
    );
}

#[test]
fn configuration_of_nothing_is_told() {
    let text = "models:\n  +enabled: true\n  shop:\n    +tags: a\n    stage: {+tags: b}\n    stge: {+tags: c}\n    meta: {x: 1}\n    deep: {er: {+tags: d}}\n  lib: {marts: {+tags: e}}\n";
    let (node, _) = dsql::yaml::parse(dsql::text::FileId(0), text);
    let node = node.unwrap().get("models").unwrap().clone();
    let mut trees = ConfigTrees::default();
    trees.insert(
        "models",
        ConfigTree {
            node: Some(node),
            ..ConfigTree::default()
        },
    );
    let used = [
        ["shop", "stage", "orders"].map(str::to_owned),
        ["lib", "x", "y"].map(str::to_owned),
    ];
    let used: Vec<&[String]> = used.iter().map(|it| it.as_slice()).collect();
    let found = config::unused_config(&trees, "models", &used);
    let found: Vec<_> = found
        .iter()
        .map(|it| {
            let there = &text[it.location().unwrap().span.range()];
            format!("{there}: {} ({})", it.message, it.help.as_deref().unwrap())
        })
        .collect();
    insta::assert_snapshot!(found.join("\n"), @r"
    stge: nothing is configured by `models.shop.stge` (did you mean `stage`?)
    meta: nothing is configured by `models.shop.meta` (write `+meta`: without the plus it is the name of a folder)
    er: nothing is configured by `models.shop.deep.er` (name the package, then its folders, or remove it)
    marts: nothing is configured by `models.lib.marts` (name the package, then its folders, or remove it)
    ");
}
