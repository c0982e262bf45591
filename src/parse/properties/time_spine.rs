//! `time_spine:` of a model: which of its columns hold points in time, and their units.

use serde_json::Value as Json;

use super::column::ColumnDef;
use super::reader::Reader;
use super::shape::{Absent, Field, GRAINS, Shape, record};
use crate::diagnostics::did_you_mean;
use crate::nodes::Dict;
use crate::yaml::Node;

const GRANULARITY: &[Field] = &[
    Field("name", Shape::Text, Absent::Wrong),
    Field("column_name", Shape::Text, Absent::Null),
];

const TIME_SPINE: &[Field] = &[
    Field("standard_granularity_column", Shape::Text, Absent::Wrong),
    Field(
        "custom_granularities",
        Shape::Records(GRANULARITY),
        Absent::Is("[]"),
    ),
];

/// Reads the block; its columns must be among those of the model, unless versions bring theirs.
pub(super) fn read(
    reader: &mut Reader<'_>,
    columns: &[ColumnDef],
    versioned: bool,
) -> Option<Dict> {
    let node = reader.take("time_spine")?;
    let spine = record(reader, node, "time_spine", TIME_SPINE)?;
    if !versioned {
        check(reader, node, &spine, columns);
    }
    spine.as_object().cloned()
}

fn check(reader: &mut Reader<'_>, node: &Node, spine: &Json, columns: &[ColumnDef]) {
    let find = |name: &str| columns.iter().find(|it| it.column.name == name);
    let standard = "standard_granularity_column";
    let name = spine[standard].as_str().unwrap_or_default();
    let place = node.get(standard).unwrap_or(node).location;
    match find(name).map(|it| it.column.granularity.as_deref()) {
        Some(Some(_)) => {}
        Some(None) => {
            let message = format!("the column `{name}` of the time spine has no granularity");
            let help = format!(
                "add `granularity: day`, or what fits, to the column: one of {}",
                GRAINS.join(", ")
            );
            reader.error(place, message, &help);
        }
        None => missing(reader, place, name, columns),
    }
    let custom = spine["custom_granularities"].as_array();
    for (at, granularity) in custom.into_iter().flatten().enumerate() {
        let entry = node
            .get("custom_granularities")
            .and_then(|it| it.as_seq()?.get(at));
        let column = granularity["column_name"]
            .as_str()
            .filter(|it| !it.is_empty());
        let key = if column.is_some() {
            "column_name"
        } else {
            "name"
        };
        let name = column.or(granularity["name"].as_str()).unwrap_or_default();
        if find(name).is_none() {
            let place = entry.and_then(|it| it.get(key)).or(entry).unwrap_or(node);
            missing(reader, place.location, name, columns);
        }
    }
}

fn missing(
    reader: &mut Reader<'_>,
    place: crate::text::Location,
    name: &str,
    columns: &[ColumnDef],
) {
    let message = format!("the time spine uses the column `{name}`, which the model does not have");
    let names = columns.iter().map(|it| it.column.name.as_str());
    let help = match did_you_mean(name, names) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("add `- name: {name}` to the `columns:` of the model"),
    };
    reader.error(place, message, &help);
}
