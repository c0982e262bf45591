//! Entries of `versions:` under a model. Each makes a whole patch of its own: what it says over what
//! the model says.

use std::collections::HashSet;

use serde_json::Value as Json;

use super::column::{self, ColumnDef};
use super::patch::{Patch, PatchVersion};
use super::reader::{Places, Reader};
use crate::nodes::{Constraint, Dict, compare_versions, same_version, version_text};
use crate::text::Location;
use crate::yaml::{Node, Value};

/// What one version says of itself.
pub(super) struct VersionDef {
    v: Json,
    location: Location,
    defined_in: Option<String>,
    description: Option<String>,
    config: Dict,
    places: Places,
    columns: Vec<ColumnDef>,
    chosen: Chosen,
    data_tests: Option<Vec<Node>>,
    constraints: Vec<Constraint>,
    deprecation_date: Option<(String, Location)>,
}

/// Which of the model's columns a version has.
#[derive(Default)]
struct Chosen {
    /// None: all.
    include: Option<Vec<String>>,
    exclude: Vec<String>,
}

impl Chosen {
    fn has(&self, column: &str) -> bool {
        let within = |list: &[String]| list.iter().any(|it| it == column);
        self.include.as_deref().is_none_or(within) && !within(&self.exclude)
    }
}

/// Reads the `versions` of a model.
pub(super) fn read_all(reader: &mut Reader<'_>) -> Vec<VersionDef> {
    let nodes = reader.take_list("versions");
    let mut versions = Vec::new();
    for node in nodes {
        let mut inner = Reader::new(node, "versions", reader.diagnostics());
        if let Some(version) = read(&mut inner) {
            versions.push(version);
            inner.finish();
        }
    }
    versions
}

fn read(reader: &mut Reader<'_>) -> Option<VersionDef> {
    let (v, location) = read_v(reader)?;
    let tested = [reader.take("data_tests"), reader.take("tests")];
    let tested = tested.iter().any(Option::is_some);
    let data_tests = reader.take_data_tests();
    let mut chosen = None;
    let columns = read_columns(reader, &mut chosen);
    let not_empty = |text: &String| !text.is_empty();
    check_access(reader);
    // dbt reads `docs` of a version and goes by those of the model.
    reader.take("docs");
    Some(VersionDef {
        v,
        location,
        defined_in: reader.take_text("defined_in").filter(not_empty),
        description: reader.take_text("description").filter(not_empty),
        config: reader.take_dict("config"),
        places: reader.places(&[]),
        columns,
        chosen: chosen.unwrap_or_default(),
        data_tests: tested.then_some(data_tests),
        constraints: column::read_model_constraints(reader),
        deprecation_date: reader.take_date("deprecation_date"),
    })
}

fn read_v(reader: &mut Reader<'_>) -> Option<(Json, Location)> {
    let Some(node) = reader.take("v") else {
        let message = "an entry of `versions` has no `v`".to_owned();
        reader.error(reader.location(), message, "add `v: 1`, or another version");
        return None;
    };
    match node.value {
        Value::Int(_) | Value::Float(_) | Value::String(_) => Some((node.to_json(), node.location)),
        _ => {
            reader.wrong(node, "v", "a number or a string");
            None
        }
    }
}

/// Reads `access`, which has no effect in dbt: that of the configuration counts, with its default.
fn check_access(reader: &mut Reader<'_>) {
    const WORDS: [&str; 3] = ["private", "protected", "public"];
    let Some(node) = reader.take("access") else {
        return;
    };
    let Some(text) = reader.text(node, "access") else {
        return;
    };
    if !WORDS.contains(&text.as_str()) {
        let message = format!("`{text}` is not a value of `access`");
        let help = format!("one of {}", WORDS.join(", "));
        reader.error(node.location, message, &help);
    }
}

/// Reads the columns of a version: its own, and at most one entry that chooses from the model's.
fn read_columns(reader: &mut Reader<'_>, chosen: &mut Option<Chosen>) -> Vec<ColumnDef> {
    let mut columns = Vec::new();
    for node in reader.take_list("columns") {
        let chooses = node.get("include").is_some() || node.get("exclude").is_some();
        if chooses && chosen.is_some() {
            let message = "a version has several entries with `include` or `exclude`".to_owned();
            reader.error(node.location, message, "bring them together in one entry");
            continue;
        }
        let mut inner = Reader::new(node, "columns", reader.diagnostics());
        if chooses {
            *chosen = Some(read_chosen(&mut inner));
            inner.finish();
        } else {
            columns.extend(column::read(&mut inner));
        }
    }
    columns
}

fn read_chosen(reader: &mut Reader<'_>) -> Chosen {
    let include = reader.take("include");
    let exclude = reader.take("exclude");
    let names = reader.take_texts("exclude");
    let listed = match include {
        None => {
            let message = "`exclude` stands without `include`".to_owned();
            reader.error(reader.location(), message, "add `include: all`");
            return Chosen::default();
        }
        Some(node) => match node.as_str() {
            Some("all" | "*") => None,
            Some(other) => {
                let message = format!("`include` is `all` or a list of columns, not `{other}`");
                reader.error(
                    node.location,
                    message,
                    &format!("write `include: [{other}]`"),
                );
                return Chosen::default();
            }
            None => Some(reader.take_texts("include")),
        },
    };
    if let (Some(node), true) = (exclude, listed.is_some() && !names.is_empty()) {
        let message = "`exclude` stands beside a list of columns to include".to_owned();
        reader.error(
            node.location,
            message,
            "write `include: all`, or remove `exclude`",
        );
    }
    Chosen {
        include: listed,
        exclude: names,
    }
}

/// Makes a patch for each version, or gives the model's own back if it has none.
pub(super) fn expand(
    model: Patch,
    versions: Vec<VersionDef>,
    latest: Option<&Node>,
    reader: &mut Reader<'_>,
) -> Option<Vec<Patch>> {
    let mut seen = HashSet::new();
    for version in &versions {
        let text = version_text(&version.v);
        if !seen.insert(text.clone()) {
            let message = format!("model `{}` has version {text} twice", model.name);
            reader.error(version.location, message, "give one of them another `v`");
        }
    }
    let newest = versions
        .iter()
        .map(|it| &it.v)
        .reduce(|one, other| match compare_versions(one, other).is_lt() {
            true => other,
            false => one,
        })
        .cloned();
    let latest = match latest.map(|node| (node.to_json(), node.location)) {
        None => newest,
        Some((v, location)) => {
            if !versions.iter().any(|it| same_version(&it.v, &v)) {
                let mut known: Vec<_> = versions.iter().map(|it| version_text(&it.v)).collect();
                known.dedup();
                let message = format!(
                    "`latest_version: {}` is none of the versions of model `{}`",
                    version_text(&v),
                    model.name
                );
                let help = match known.is_empty() {
                    true => "remove it, or list `versions:`".to_owned(),
                    false => format!("one of {}", known.join(", ")),
                };
                reader.error(location, message, &help);
            }
            Some(v)
        }
    };
    let Some(latest) = latest.filter(|_| !versions.is_empty()) else {
        return Some(vec![model]);
    };
    let each = versions.into_iter();
    Some(each.map(|it| patch(&model, it, &latest)).collect())
}

fn patch(model: &Patch, version: VersionDef, latest: &Json) -> Patch {
    let file = version
        .defined_in
        .unwrap_or_else(|| format!("{}_v{}", model.name, version_text(&version.v)));
    let inherited = model.columns.iter();
    let inherited = inherited.filter(|it| version.chosen.has(&it.column.name));
    let mut config = model.config.clone();
    merge(&mut config, version.config);
    let mut places = model.places.clone();
    places.extend(version.places);
    Patch {
        foreign_keys: model.foreign_keys.clone(),
        gaps: Vec::new(),
        location: version.location,
        description: version
            .description
            .unwrap_or_else(|| model.description.clone()),
        config,
        places,
        columns: inherited.cloned().chain(version.columns).collect(),
        data_tests: version
            .data_tests
            .unwrap_or_else(|| model.data_tests.clone()),
        constraints: match version.constraints.is_empty() {
            true => model.constraints.clone(),
            false => version.constraints,
        },
        deprecation_date: version.deprecation_date,
        version: Some(PatchVersion {
            v: version.v,
            latest: latest.clone(),
            file,
        }),
        time_spine: None,
        ..model.clone()
    }
}

/// Puts a configuration over another: dictionaries are joined, lists come before those below.
fn merge(below: &mut Dict, above: Dict) {
    for (key, value) in above {
        let joined = match (below.get_mut(&key), value) {
            (Some(Json::Object(inner)), Json::Object(value)) => {
                merge(inner, value);
                continue;
            }
            (Some(Json::Array(items)), Json::Array(mut value)) => {
                value.append(items);
                Json::Array(value)
            }
            (Some(Json::String(one)), Json::Array(mut value)) => {
                value.push(Json::String(std::mem::take(one)));
                Json::Array(value)
            }
            (_, value) => value,
        };
        below.insert(key, joined);
    }
}
