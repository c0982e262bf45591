//! Settings of a node that its readers feel.

use serde_json::{Value as Json, json};

use super::changes::{Fact, Verdict};
use crate::nodes::Node;

/// What decides on the rows of a table that grows, or of a snapshot.
const OF_ROWS: &[&str] = &[
    "unique_key",
    "incremental_strategy",
    "incremental_predicates",
    "strategy",
    "updated_at",
    "check_cols",
    "hard_deletes",
    "invalidate_hard_deletes",
    "merge_exclude_columns",
    "merge_update_columns",
    "event_time",
    "batch_size",
    "begin",
    "lookback",
    "sql_where",
];

/// What says where the relation is: the setting, what it decides on, and what is said where both differ. A database or a schema alone
/// is not compared: a state may have been built elsewhere.
const OF_RELATION: &[(&str, &str, &str)] = &[
    ("database", "database", ANOTHER_DATABASE),
    ("schema", "schema", ANOTHER_SCHEMA),
    ("target_database", "database", ANOTHER_DATABASE),
    ("target_schema", "schema", ANOTHER_SCHEMA),
];
const ANOTHER_DATABASE: &str =
    "its relation is in another database: what reads it by name finds it no more";
const ANOTHER_SCHEMA: &str =
    "its relation is in another schema: what reads it by name finds it no more";

/// Lists the settings that differ from an earlier state.
pub(super) fn settings(node: &Node, old: &Json) -> Vec<Fact> {
    let config = |key: &str| node.config.get(key).cloned().unwrap_or_default();
    let mut facts = of_relation(node, old);
    if let Some(model) = node.as_model() {
        let rank = |it: &str| match it {
            "private" => 0,
            "public" => 2,
            _ => 1,
        };
        let was = old["access"].as_str().unwrap_or("protected");
        if was != model.access {
            let verdict = match rank(&model.access) < rank(was) {
                true => Verdict::Breaking,
                false => Verdict::Additive,
            };
            let what = "others may refer to it otherwise";
            facts.push(differs(verdict, what, &json!(was), &json!(model.access)));
        }
        if old["contract"]["enforced"] == true && !node.contract.enforced {
            let what = "its contract is not enforced any more";
            let (was, is) = (json!("enforced"), json!("none"));
            facts.push(differs(Verdict::Breaking, what, &was, &is));
        }
    }
    for key in OF_ROWS {
        let (was, is) = (&old["config"][*key], config(key));
        if *was != is {
            let what = format!("`{key}` is another one, so other rows may come");
            facts.push(differs(Verdict::Breaking, &what, was, &is).of_rows());
        }
    }
    facts
}

/// Lists what has others find the relation elsewhere, or not at all.
fn of_relation(node: &Node, old: &Json) -> Vec<Fact> {
    let config = |key: &str| node.config.get(key).cloned().unwrap_or_default();
    let mut facts = Vec::new();
    let (was, is) = (&old["config"]["materialized"], config("materialized"));
    if *was != is {
        let fact = match (was == "ephemeral", is == "ephemeral") {
            (false, true) => {
                differs(Verdict::Breaking, "there is no relation any more", was, &is).of_relation()
            }
            (true, false) => differs(
                Verdict::Additive,
                "there is a relation of its own",
                was,
                &is,
            ),
            _ => differs(Verdict::Cosmetic, "it is materialized otherwise", was, &is),
        };
        facts.push(fact);
    }
    if node.is_ephemeral() || was == "ephemeral" {
        return facts;
    }
    let (was, is) = (&old["alias"], json!(node.alias));
    if !was.is_null() && *was != is {
        let fact = differs(
            Verdict::Breaking,
            "its relation has another name: what reads it by the old one finds it no more",
            was,
            &is,
        );
        facts.push(fact.of_relation());
    }
    for (key, part, what) in OF_RELATION {
        let (was, is) = (&old["config"][*key], config(key));
        let own = match *part {
            "database" => json!(node.database),
            _ => json!(node.schema),
        };
        if *was != is && old[*part] != own {
            facts.push(differs(Verdict::Breaking, what, was, &is).of_relation());
        }
    }
    facts
}

fn differs(verdict: Verdict, what: &str, was: &Json, is: &Json) -> Fact {
    let shown = |it: &Json| match it {
        Json::String(text) => text.clone(),
        Json::Null => "not set".to_owned(),
        other => other.to_string(),
    };
    Fact::new(verdict, what.to_owned()).between(Some(shown(was)), Some(shown(is)))
}
