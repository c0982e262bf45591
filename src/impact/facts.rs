//! How two states of the SQL of one node differ.

use std::collections::BTreeMap;

use super::changes::{Fact, Verdict};
use crate::artifacts::NodeColumns;
use crate::lineage::NodeMeaning;
use crate::sql::{Meaning, RowPart, SqlType, Written};

/// One state of a node.
#[derive(Clone, Copy)]
pub(super) struct Side<'a> {
    pub(super) columns: &'a NodeColumns,
    pub(super) meaning: &'a NodeMeaning,
}

/// Lists how the columns and rows of two states differ.
pub(super) fn differences(before: Side<'_>, after: Side<'_>) -> Vec<Fact> {
    for (side, when) in [(before, "before"), (after, "today")] {
        if let Some(reason) = &side.meaning.unread {
            let what = format!("the SQL of {when} is not understood: {reason}");
            return vec![Fact::new(Verdict::Unknown, what).of_rows()];
        }
    }
    let mut facts = of_lists(
        before.columns,
        after.columns,
        Some((before.meaning, after.meaning)),
    );
    for (name, was) in &before.columns.columns {
        let (key, shown) = (name.to_lowercase(), plain(name));
        let find = |it: &NodeColumns| {
            let mut columns = it.columns.iter();
            columns
                .find(|(it, _)| it.to_lowercase() == key)
                .map(|it| it.1.clone())
        };
        let Some(is) = find(after.columns) else {
            continue;
        };
        let meanings = (
            before.meaning.columns.get(&key),
            after.meaning.columns.get(&key),
        );
        let (Some(old), Some(new)) = meanings else {
            continue;
        };
        if old == new {
            continue;
        }
        let has_other_rows = before.meaning.rows != after.meaning.rows;
        if has_other_rows && old.is_calculated_as(*new) {
            // That is told with the rows.
            continue;
        }
        let types = (was.data_type.as_deref(), is.data_type.as_deref());
        if is_cast_alone(*old, *new, before.meaning, after.meaning) && types.0 != types.1 {
            // What it is cast to is told with the types.
            continue;
        }
        let written = |of: &NodeMeaning, meaning: &Meaning| {
            of.written
                .get(&meaning.core())
                .map(|it: &Written| it.text.clone())
        };
        let (mut was_text, mut is_text) =
            (written(before.meaning, old), written(after.meaning, new));
        if was_text == is_text {
            // It is made of something that differs.
            was_text = only(&before.meaning.parts, &after.meaning.parts);
            is_text = only(&after.meaning.parts, &before.meaning.parts);
            if was_text == is_text {
                (was_text, is_text) = (None, None);
            }
        }
        let is_known = was.is_known && is.is_known;
        let fact = match is_known {
            true => Fact::new(
                Verdict::Breaking,
                format!("`{shown}` is calculated otherwise"),
            ),
            false => Fact::new(
                Verdict::Unknown,
                format!("`{shown}` is written otherwise, and not all that it comes of is known"),
            ),
        };
        facts.push(fact.of(name).between(was_text, is_text));
    }
    if before.meaning.rows != after.meaning.rows {
        facts.push(of_rows(&before.meaning.parts, &after.meaning.parts));
    }
    facts
}

/// Lists which columns come, go, and have other types.
pub(super) fn of_lists(
    before: &NodeColumns,
    after: &NodeColumns,
    meanings: Option<(&NodeMeaning, &NodeMeaning)>,
) -> Vec<Fact> {
    let lower = |of: &NodeColumns| -> BTreeMap<String, String> {
        let names = of.columns.keys().map(|it| (it.to_lowercase(), it.clone()));
        names.collect()
    };
    let (old, new) = (lower(before), lower(after));
    let mut facts = Vec::new();
    let mut added: Vec<&String> = after
        .columns
        .keys()
        .filter(|it| !old.contains_key(&it.to_lowercase()))
        .collect();
    for name in before.columns.keys() {
        let (key, shown) = (name.to_lowercase(), plain(name));
        if new.contains_key(&key) {
            continue;
        }
        let meaning = meanings.and_then(|it| it.0.columns.get(&key));
        let renamed = added.iter().position(|it| {
            let other = meanings.and_then(|all| all.1.columns.get(&it.to_lowercase()));
            meaning.is_some() && meaning == other
        });
        if let Some(at) = renamed {
            let other = added.remove(at);
            let what = format!("column `{shown}` is called `{}`", plain(other));
            let fact = Fact::new(Verdict::Breaking, what);
            facts.push(fact.of(name).called(other));
            continue;
        }
        facts.push(match after.is_complete {
            true => Fact::new(Verdict::Breaking, format!("column `{shown}` is gone")).of(name),
            false => {
                let reason = after.unknown.first().map(|it| it.reason.as_str());
                let reason = reason.unwrap_or("not all columns are known");
                let what = format!("whether there is a column `{shown}` is not known: {reason}");
                Fact::new(Verdict::Unknown, what).of(name)
            }
        });
    }
    for name in added {
        let shown = plain(name);
        let fact = match before.is_complete {
            true => Fact::new(Verdict::Additive, format!("column `{shown}` is added")),
            false => Fact::new(
                Verdict::Unknown,
                format!("whether column `{shown}` was there is not known"),
            ),
        };
        facts.push(fact.of(name));
    }
    for (name, was) in &before.columns {
        let is = new
            .get(&name.to_lowercase())
            .and_then(|it| after.columns.get(it));
        let types = (
            was.data_type.as_deref(),
            is.and_then(|it| it.data_type.as_deref()),
        );
        let (Some(was), Some(is)) = types else {
            continue;
        };
        if was == is {
            continue;
        }
        let (from, to) = (SqlType::read(was), SqlType::read(is));
        let (verdict, how) = match (from.widens_to(&to), to.widens_to(&from)) {
            (true, _) => (Verdict::Additive, "has a wider type"),
            (_, true) => (Verdict::Breaking, "has a narrower type"),
            _ => (Verdict::Breaking, "has another type"),
        };
        let fact = Fact::new(verdict, format!("`{}` {how}", plain(name))).of(name);
        facts.push(fact.between(Some(was.to_owned()), Some(is.to_owned())));
    }
    let order = |of: &NodeColumns, other: &BTreeMap<String, String>| -> Vec<String> {
        let names = of.columns.keys().map(|it| it.to_lowercase());
        names.filter(|it| other.contains_key(it)).collect()
    };
    if order(before, &new) != order(after, &old) {
        let what = "columns come in another order";
        facts.push(Fact::new(Verdict::Cosmetic, what.to_owned()));
    }
    facts
}

/// Tells whether two values differ in what they are cast to and in nothing else.
fn is_cast_alone(old: Meaning, new: Meaning, before: &NodeMeaning, after: &NodeMeaning) -> bool {
    let inner = |of: &NodeMeaning, it: Meaning| {
        let cast_of = of.written.get(&it.core())?.cast_of?;
        Some(cast_of.core())
    };
    let (inner_old, inner_new) = (inner(before, old), inner(after, new));
    inner_old == Some(new.core())
        || inner_new == Some(old.core())
        || (inner_old.is_some() && inner_old == inner_new)
}

/// Says what else decides on the rows.
fn of_rows(before: &[RowPart], after: &[RowPart]) -> Fact {
    let mut fact = Fact::new(Verdict::Breaking, "other rows come".to_owned()).of_rows();
    let (was, is) = (only(before, after), only(after, before));
    if was.is_some() && was == is {
        let lines = was.unwrap_or_default().replace('\n', ", ");
        fact.what = format!("other rows come: {} is of other values", plain(&lines));
        return fact;
    }
    let (was, is) = unlike(was.unwrap_or_default(), is.unwrap_or_default());
    fact.between(was, is)
}

/// Leaves out the lines that stand on both sides: they are of rows that differ by what the other lines say.
fn unlike(was: String, is: String) -> (Option<String>, Option<String>) {
    let left = |own: &str, other: &str| {
        let lines = own
            .lines()
            .filter(|it| !other.lines().any(|line| line == *it));
        let lines: Vec<&str> = lines.collect();
        (!lines.is_empty()).then(|| lines.join("\n"))
    };
    (left(&was, &is), left(&is, &was))
}

/// Lists what says which rows there are, and is not said on the other side.
fn only(own: &[RowPart], other: &[RowPart]) -> Option<String> {
    let mut left: Vec<&RowPart> = other.iter().collect();
    let mut lines: Vec<String> = Vec::new();
    for part in own {
        let same = left
            .iter()
            .position(|it| it.clause == part.clause && it.meaning == part.meaning);
        match same {
            Some(at) => {
                left.remove(at);
            }
            None => lines.push(format!("{} {}", part.clause, part.text)),
        }
    }
    lines.dedup();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// Makes a text fit to stand between backticks.
fn plain(text: &str) -> String {
    text.replace('`', "'")
}
