//! One entry of `unit_tests:`.

use super::reader::Reader;
use crate::nodes::{Dict, FixtureFormat, Overrides};
use crate::text::Location;
use crate::yaml::Node;

/// A unit test as declared.
#[derive(Debug, Clone)]
pub(in crate::parse) struct UnitTestDef {
    pub(in crate::parse) name: String,
    pub(in crate::parse) location: Location,
    /// The tested model and where it is named.
    pub(in crate::parse) model: (String, Location),
    pub(in crate::parse) given: Vec<GivenDef>,
    pub(in crate::parse) expect: FixtureDef,
    pub(in crate::parse) description: String,
    pub(in crate::parse) overrides: Option<Overrides>,
    pub(in crate::parse) config: Dict,
    pub(in crate::parse) versions: Option<Dict>,
}

/// One entry of `given`.
#[derive(Debug, Clone)]
pub(in crate::parse) struct GivenDef {
    /// `ref('…')`, `source('…', '…')` or `this`, and its place.
    pub(in crate::parse) input: (String, Location),
    pub(in crate::parse) rows: FixtureDef,
}

/// Rows, not looked at yet.
#[derive(Debug, Clone)]
pub(in crate::parse) struct FixtureDef {
    pub(in crate::parse) rows: Option<Node>,
    pub(in crate::parse) format: FixtureFormat,
    /// Name of a file below `fixtures`, and its place.
    pub(in crate::parse) file: Option<(String, Location)>,
    pub(in crate::parse) location: Location,
}

/// Reads one unit test.
pub(super) fn read(reader: &mut Reader<'_>) -> Option<UnitTestDef> {
    let (name, location) = reader.take_name()?;
    let model = take_located(reader, "model");
    let given = reader.take("given");
    let expect = reader.take("expect");
    let description = reader.take_text("description").unwrap_or_default();
    let config = reader.take_dict("config");
    let overrides = reader.take("overrides").map(|it| overrides(it, reader));
    let versions = reader.take("versions").map(|it| versions(it, reader));
    for (there, key, help) in [
        (
            model.is_some(),
            "model",
            "add `model:` with the name of the tested model",
        ),
        (
            given.is_some(),
            "given",
            "add `given:` with the inputs of the model, or `given: []`",
        ),
        (
            expect.is_some(),
            "expect",
            "add `expect:` with the rows that the model makes of them",
        ),
    ] {
        if !there {
            reader.error(
                location,
                format!("the unit test `{name}` has no `{key}`"),
                help,
            );
        }
    }
    let given = match given?.as_seq() {
        Some(items) => items
            .iter()
            .map(|item| read_given(item, reader))
            .collect::<Vec<_>>(),
        None => {
            reader.wrong(given?, "given", "a list");
            return None;
        }
    };
    let mut expected = Reader::new(expect?, "expect", reader.diagnostics());
    let expect = fixture(&mut expected);
    expected.finish();
    Some(UnitTestDef {
        name,
        location,
        model: model?,
        given: given.into_iter().collect::<Option<_>>()?,
        expect: expect?,
        description,
        overrides,
        config,
        versions: match versions {
            Some(versions) => Some(versions?),
            None => None,
        },
    })
}

fn take_located(reader: &mut Reader<'_>, key: &'static str) -> Option<(String, Location)> {
    let location = reader.take(key)?.location;
    Some((reader.take_text(key)?, location))
}

pub(super) fn read_given(item: &Node, outer: &mut Reader<'_>) -> Option<GivenDef> {
    let mut reader = Reader::new(item, "given", outer.diagnostics());
    item.as_map()?;
    let input = take_located(&mut reader, "input");
    if input.is_none() {
        let message = "an entry of `given` has no `input`".to_owned();
        let help = "add `input:` with `ref('…')`, `source('…', '…')` or `this`";
        reader.error(item.location, message, help);
    }
    let rows = fixture(&mut reader);
    reader.finish();
    Some(GivenDef {
        input: input?,
        rows: rows?,
    })
}

pub(super) fn fixture(reader: &mut Reader<'_>) -> Option<FixtureDef> {
    let rows = reader.take("rows").cloned();
    let file = take_located(reader, "fixture");
    let format = match reader.take("format") {
        None => FixtureFormat::Dict,
        Some(node) => match node.as_str() {
            Some("dict") => FixtureFormat::Dict,
            Some("csv") => FixtureFormat::Csv,
            Some("sql") => FixtureFormat::Sql,
            _ => {
                let format = node.value.to_text();
                let message = format!("`{format}` is no format of rows");
                reader.error(node.location, message, "write `dict`, `csv` or `sql`");
                return None;
            }
        },
    };
    let location = rows
        .as_ref()
        .map_or(reader.location(), |rows| rows.location);
    Some(FixtureDef {
        rows,
        format,
        file,
        location,
    })
}

pub(super) fn overrides(node: &Node, outer: &mut Reader<'_>) -> Overrides {
    let mut reader = Reader::new(node, "overrides", outer.diagnostics());
    let overrides = Overrides {
        macros: reader.take_dict("macros"),
        vars: reader.take_dict("vars"),
        env_vars: reader.take_dict("env_vars"),
    };
    reader.finish();
    overrides
}

/// `include` or `exclude`, each with its versions; both at once make no sense.
fn versions(node: &Node, outer: &mut Reader<'_>) -> Option<Dict> {
    let mut reader = Reader::new(node, "versions", outer.diagnostics());
    let mut versions = Dict::new();
    for key in ["include", "exclude"] {
        let value = reader.take(key);
        if let Some(value) = value.filter(|it| it.as_seq().is_none()) {
            reader.wrong(value, key, "a list");
            return None;
        }
        let value = value.map_or(serde_json::Value::Null, Node::to_json);
        versions.insert(key.to_owned(), value);
    }
    reader.finish();
    let named = |key| {
        versions
            .get(key)
            .is_some_and(|it| it.as_array().is_some_and(|it| !it.is_empty()))
    };
    if named("include") && named("exclude") {
        let message = "a unit test can not both include and exclude versions".to_owned();
        outer.error(node.location, message, "keep one of the two");
        return None;
    }
    Some(versions)
}
