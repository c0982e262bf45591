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

/// Lists the settings that differ from an earlier state.
pub(super) fn settings(node: &Node, old: &Json) -> Vec<Fact> {
    let mut facts = Vec::new();
    let mut add = |verdict, what: String, was: &Json, is: &Json| {
        let shown = |it: &Json| match it {
            Json::String(text) => text.clone(),
            other => other.to_string(),
        };
        facts.push(Fact::new(verdict, what).between(Some(shown(was)), Some(shown(is))));
    };
    let config = |key: &str| node.config.get(key).cloned().unwrap_or_default();
    let (was, is) = (&old["config"]["materialized"], config("materialized"));
    if *was != is {
        let (verdict, what) = match (was == "ephemeral", is == "ephemeral") {
            (false, true) => (Verdict::Breaking, "there is no relation any more"),
            (true, false) => (Verdict::Additive, "there is a relation of its own"),
            _ => (Verdict::Cosmetic, "it is materialized otherwise"),
        };
        add(verdict, what.to_owned(), was, &is);
    }
    if !node.is_ephemeral() {
        let (was, is) = (&old["alias"], json!(node.alias));
        if !was.is_null() && *was != is {
            add(
                Verdict::Breaking,
                "its relation has another name".to_owned(),
                was,
                &is,
            );
        }
    }
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
            add(
                verdict,
                "others may refer to it otherwise".to_owned(),
                &json!(was),
                &json!(model.access),
            );
        }
        if old["contract"]["enforced"] == true && !node.contract.enforced {
            let what = "its contract is not enforced any more".to_owned();
            add(Verdict::Breaking, what, &json!("enforced"), &json!("none"));
        }
    }
    for key in OF_ROWS {
        let (was, is) = (&old["config"][*key], config(key));
        if *was != is {
            let what = format!("`{key}` is another one, so other rows may come");
            add(Verdict::Breaking, what, was, &is);
        }
    }
    facts
}
