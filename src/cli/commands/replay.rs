//! What `replay` prints: what was built again, and whether it is the same.

use serde_json::{Value, json};

use super::grid::grid;
use super::python_json;
use crate::pipeline::{ReplayVerdict, Replayed};

/// How many digits of a checksum, or letters of a run, are shown.
const DIGITS: usize = 12;

/// Writes what came of replays.
pub(super) fn text(replayed: &[Replayed], as_json: bool) -> String {
    if as_json {
        let all: Vec<Value> = replayed.iter().map(object).collect();
        return python_json::pretty(&Value::Array(all));
    }
    let head = ["", "version", "run", "checksum", "again", ""].map(str::to_owned);
    let rows = replayed.iter().map(|it| {
        vec![
            it.name.clone(),
            it.version.number.to_string(),
            cut(&it.version.run),
            cut(it.version.checksum.as_deref().unwrap_or("-")),
            cut(it.checksum.as_deref().unwrap_or("-")),
            word(&it.verdict),
        ]
    });
    let rows: Vec<Vec<String>> = [head.to_vec()].into_iter().chain(rows).collect();
    let same = replayed
        .iter()
        .filter(|it| it.verdict == ReplayVerdict::Same)
        .count();
    format!(
        "{same} of {} come out the same\n{}",
        replayed.len(),
        grid(&rows)
    )
}

fn cut(text: &str) -> String {
    text.chars().take(DIGITS).collect()
}

fn word(verdict: &ReplayVerdict) -> String {
    match verdict {
        ReplayVerdict::Same => "same".to_owned(),
        ReplayVerdict::Differs => "DIFFERS, though inputs and code are the same".to_owned(),
        ReplayVerdict::Expected(why) => format!("differs: {why}"),
        ReplayVerdict::Impossible(why) => format!("not done: {why}"),
    }
}

fn object(it: &Replayed) -> Value {
    let (verdict, why) = match &it.verdict {
        ReplayVerdict::Same => ("same", None),
        ReplayVerdict::Differs => ("differs", None),
        ReplayVerdict::Expected(why) => ("expected", Some(why)),
        ReplayVerdict::Impossible(why) => ("impossible", Some(why)),
    };
    json!({
        "node": it.id,
        "name": it.name,
        "version": it.version.number,
        "run": it.version.run,
        "published_at": it.version.published_at,
        "checksum": it.version.checksum,
        "again": it.checksum,
        "verdict": verdict,
        "why": why,
    })
}
