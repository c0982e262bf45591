//! A file becomes the version of a model for which a properties file says that it stands.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeZone};

use super::Stage;
use super::patches::AllDeclared;
use super::properties::{Patch, PatchVersion};
use crate::nodes::{Details, Node, Resources, UniqueId, version_text};

/// Gives a node the name, place and version that its patch says.
pub(super) fn become_version(node: &mut Node, patch: &Patch, version: &PatchVersion) {
    node.name.clone_from(&patch.name);
    node.unique_id = unique_id(&node.package_name, patch, version);
    node.fqn.pop();
    let text = format!("v{}", version_text(&version.v));
    node.fqn.extend([node.name.clone(), text]);
    if let Details::Model(model) = &mut node.details {
        model.version = Some(version.v.clone());
        model.latest_version = Some(version.latest.clone());
    }
}

fn unique_id(package: &str, patch: &Patch, version: &PatchVersion) -> UniqueId {
    let version = version_text(&version.v);
    format!("model.{package}.{}.v{version}", patch.name).into()
}

/// Puts versions behind all other nodes, in the order of their properties: dbt's order.
pub(super) fn put_last(resources: &mut Resources, declared: &AllDeclared<'_>, stage: &Stage<'_>) {
    let mut order = declared
        .each(|it| &it.patches)
        .filter_map(|(file, patch)| {
            let package = &stage.packages[file.package].name;
            Some(unique_id(package, patch, patch.version.as_ref()?))
        })
        .peekable();
    if order.peek().is_none() {
        return;
    }
    let nodes = std::mem::take(&mut resources.nodes);
    let (mut versions, rest): (indexmap::IndexMap<_, _>, _) = nodes
        .into_iter()
        .partition(|(_, node)| node.version().is_some());
    resources.nodes = rest;
    for id in order {
        if let Some(node) = versions.swap_remove(&id) {
            resources.nodes.insert(id, node);
        }
    }
}

/// Writes a day or a point in time in full; what names no offset is of the local zone. None if it
/// is neither.
pub(super) fn point_in_time(text: &str, zone: &str) -> Option<String> {
    let moment = match DateTime::parse_from_rfc3339(text) {
        Ok(moment) => moment,
        Err(_) => local(naive(text)?, zone),
    };
    Some(
        moment
            .format("%Y-%m-%dT%H:%M:%S%.6f%:z")
            .to_string()
            .replace(".000000", ""),
    )
}

fn naive(text: &str) -> Option<NaiveDateTime> {
    let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
    let day = day.map(|day| day.and_time(NaiveTime::MIN));
    let formats = [
        "%Y-%m-%dT%H:%M:%S%.f",
        "%Y-%m-%d %H:%M:%S%.f",
        "%Y-%m-%dT%H:%M",
        "%Y-%m-%d %H:%M",
    ];
    let mut timed = formats
        .iter()
        .map(|format| NaiveDateTime::parse_from_str(text, format).ok());
    day.or_else(|| timed.find_map(|it| it))
}

fn local(naive: NaiveDateTime, zone: &str) -> DateTime<FixedOffset> {
    let zone = zone.parse().unwrap_or(chrono_tz::Tz::UTC);
    let offset = zone.offset_from_local_datetime(&naive).earliest();
    let offset = offset.map_or_else(
        || zone.offset_from_utc_datetime(&naive).fix(),
        |it| it.fix(),
    );
    naive
        .and_local_timezone(offset)
        .earliest()
        .unwrap_or_else(|| naive.and_utc().fixed_offset())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_in_time_are_written_in_full() {
        let berlin = |text| point_in_time(text, "Europe/Berlin");
        for (text, full) in [
            ("2024-01-01", "2024-01-01T00:00:00+01:00"),
            ("2024-07-01", "2024-07-01T00:00:00+02:00"),
            ("2024-07-01 12:30:00", "2024-07-01T12:30:00+02:00"),
            (
                "2024-07-01T12:30:00.5+00:00",
                "2024-07-01T12:30:00.500000+00:00",
            ),
            ("2024-07-01T12:30:00Z", "2024-07-01T12:30:00+00:00"),
        ] {
            assert_eq!(berlin(text).as_deref(), Some(full), "{text}");
        }
        assert_eq!(berlin("soon"), None);
    }
}
