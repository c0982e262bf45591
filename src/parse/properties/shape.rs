//! Nested entries of the semantic layer, read by tables: what each key has to be and what it
//! becomes in the manifest.

use serde_json::{Value as Json, json};

use super::reader::Reader;
use crate::nodes::Dict;
use crate::yaml::Node;

/// What a value has to be.
#[derive(Debug, Clone, Copy)]
pub(super) enum Shape {
    Text,
    /// What stands in SQL: a text, a number or a truth value.
    Expression,
    Bool,
    Integer,
    Number,
    /// One of these words, in any case.
    Word(&'static [&'static str]),
    Texts,
    Dict,
    /// A `config` block, of which `meta` counts.
    Meta,
    /// SQL conditions, one or a list.
    Filter,
    /// `7 days`.
    Window,
    Record(&'static [Field]),
    Records(&'static [Field]),
    /// A record, or its `name` alone.
    Named(&'static [Field]),
    /// A list of such.
    NamedList(&'static [Field]),
    /// Nothing that is written; the manifest has the default.
    Computed,
}

/// What stands for a value that is not there.
#[derive(Debug, Clone, Copy)]
pub(super) enum Absent {
    Null,
    /// This JSON.
    Is(&'static str),
    /// It has to be there.
    Wrong,
}

/// One key.
#[derive(Debug, Clone, Copy)]
pub(super) struct Field(pub(super) &'static str, pub(super) Shape, pub(super) Absent);

/// Takes the fields out of a mapping, in their order; none if one of them is wrong.
pub(super) fn take(reader: &mut Reader<'_>, fields: &'static [Field]) -> Option<Dict> {
    let mut taken = Dict::new();
    let mut whole = true;
    for Field(name, shape, absent) in fields {
        let node = match shape {
            Shape::Computed => None,
            _ => reader.take(name),
        };
        let value = match (node, absent) {
            (Some(node), _) => value(reader, node, name, *shape),
            (None, Absent::Null) => Some(Json::Null),
            (None, Absent::Is(json)) => serde_json::from_str(json).ok(),
            (None, Absent::Wrong) => {
                let message = format!("an entry of `{}` has no `{name}`", reader.what());
                reader.error(reader.location(), message, &format!("add `{name}: …`"));
                None
            }
        };
        whole &= value.is_some();
        taken.insert((*name).to_owned(), value.unwrap_or_default());
    }
    whole.then_some(taken)
}

fn value(reader: &mut Reader<'_>, node: &Node, name: &'static str, shape: Shape) -> Option<Json> {
    match shape {
        Shape::Text => reader.text(node, name).map(Json::from),
        Shape::Expression => reader.expression(node, name).map(Json::from),
        Shape::Bool => expect(reader, node, name, node.as_bool(), "`true` or `false`"),
        Shape::Integer => expect(reader, node, name, node.to_json().as_i64(), "an integer"),
        Shape::Number => expect(reader, node, name, node.to_json().as_f64(), "a number"),
        Shape::Word(words) => word(reader, node, name, words),
        Shape::Texts => each(reader, node, name, |reader, it| {
            reader.text(it, name).map(Json::from)
        }),
        Shape::Dict => {
            let dict = node.to_json().as_object().cloned();
            expect(reader, node, name, dict, "a mapping")
        }
        Shape::Meta => {
            let meta = node.to_json().get("meta").cloned();
            Some(json!({ "meta": meta.unwrap_or_else(|| json!({})) }))
        }
        Shape::Filter => {
            let conditions = match node.as_seq() {
                Some(_) => value(reader, node, name, Shape::Texts)?,
                None => json!([reader.text(node, name)?]),
            };
            let conditions = conditions.as_array().into_iter().flatten();
            let filters: Vec<Json> = conditions
                .map(|it| json!({ "where_sql_template": it }))
                .collect();
            Some(json!({ "where_filters": filters }))
        }
        Shape::Window => window(reader, node, name),
        Shape::Record(fields) => record(reader, node, name, fields),
        Shape::Records(fields) => each(reader, node, name, |reader, it| {
            record(reader, it, name, fields)
        }),
        Shape::Named(fields) => named(reader, node, name, fields),
        Shape::NamedList(fields) => each(reader, node, name, |reader, it| {
            named(reader, it, name, fields)
        }),
        Shape::Computed => None,
    }
}

fn expect<T: Into<Json>>(
    reader: &mut Reader<'_>,
    node: &Node,
    name: &str,
    value: Option<T>,
    expected: &str,
) -> Option<Json> {
    if value.is_none() {
        reader.wrong(node, name, expected);
    }
    value.map(Into::into)
}

fn each(
    reader: &mut Reader<'_>,
    node: &Node,
    name: &str,
    mut item: impl FnMut(&mut Reader<'_>, &Node) -> Option<Json>,
) -> Option<Json> {
    let Some(items) = node.as_seq() else {
        reader.wrong(node, name, "a list");
        return None;
    };
    let items: Vec<Option<Json>> = items.iter().map(|it| item(reader, it)).collect();
    items
        .into_iter()
        .collect::<Option<Vec<Json>>>()
        .map(Json::from)
}

/// Reads a mapping by its table.
pub(super) fn record(
    reader: &mut Reader<'_>,
    node: &Node,
    name: &'static str,
    fields: &'static [Field],
) -> Option<Json> {
    node.as_map().or_else(|| {
        reader.wrong(node, name, "a mapping");
        None
    })?;
    let mut inner = Reader::new(node, name, reader.diagnostics());
    let taken = take(&mut inner, fields);
    inner.finish();
    taken.map(Json::from)
}

fn named(
    reader: &mut Reader<'_>,
    node: &Node,
    name: &'static str,
    fields: &'static [Field],
) -> Option<Json> {
    let Some(text) = node.as_str() else {
        return record(reader, node, name, fields);
    };
    let absent = |absent: &Absent| match absent {
        Absent::Is(json) => serde_json::from_str(json).unwrap_or_default(),
        Absent::Null | Absent::Wrong => Json::Null,
    };
    let values = fields.iter().map(|Field(key, _, otherwise)| {
        let value = if *key == "name" {
            json!(text)
        } else {
            absent(otherwise)
        };
        ((*key).to_owned(), value)
    });
    Some(Json::Object(values.collect()))
}

fn word(
    reader: &mut Reader<'_>,
    node: &Node,
    name: &'static str,
    words: &'static [&'static str],
) -> Option<Json> {
    let text = reader.text(node, name)?;
    let known = words.iter().find(|it| it.eq_ignore_ascii_case(&text));
    if known.is_none() {
        let message = format!("`{text}` is not a value of `{name}`");
        let help = format!("one of {}", words.join(", "));
        reader.error(node.location, message, &help);
    }
    known.map(|it| json!(it))
}

/// Units of time that lose their `s`.
pub(super) const GRAINS: &[&str] = &[
    "nanosecond",
    "microsecond",
    "millisecond",
    "second",
    "minute",
    "hour",
    "day",
    "week",
    "month",
    "quarter",
    "year",
];

fn window(reader: &mut Reader<'_>, node: &Node, name: &str) -> Option<Json> {
    let text = reader.text(node, name)?.to_lowercase();
    let parts = text.split_once(' ');
    let parts = parts.and_then(|(count, grain)| Some((count.parse::<u64>().ok()?, grain)));
    let Some((count, grain)) = parts.filter(|(_, grain)| !grain.contains(' ')) else {
        let message = format!("`{text}` is not a window of time");
        reader.error(node.location, message, "write a count and a unit: `7 days`");
        return None;
    };
    let singular = grain.strip_suffix('s').filter(|it| GRAINS.contains(it));
    Some(json!({ "count": count, "granularity": singular.unwrap_or(grain) }))
}
