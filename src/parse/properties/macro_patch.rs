//! One entry of `macros:`.

use serde_json::{Value as Json, json};

use super::macro_test::{self, MacroTestDef};
use super::reader::Reader;
use crate::nodes::{Dict, Docs, MacroArgument};
use crate::text::Location;

/// What a properties file says of a macro.
#[derive(Debug, Clone)]
pub(in crate::parse) struct MacroPatch {
    pub(in crate::parse) name: String,
    pub(in crate::parse) location: Location,
    pub(in crate::parse) description: String,
    pub(in crate::parse) meta: Dict,
    pub(in crate::parse) docs: Docs,
    pub(in crate::parse) config: Dict,
    pub(in crate::parse) arguments: Vec<Documented>,
    pub(in crate::parse) tests: Vec<MacroTestDef>,
}

/// A documented argument, and where its name and type stand.
#[derive(Debug, Clone)]
pub(in crate::parse) struct Documented {
    pub(in crate::parse) argument: MacroArgument,
    pub(in crate::parse) name_at: Location,
    pub(in crate::parse) type_at: Option<Location>,
}

/// Reads one macro's entry.
pub(super) fn read(reader: &mut Reader<'_>) -> Option<MacroPatch> {
    let (name, location) = reader.take_name()?;
    let description = reader.take_text("description").unwrap_or_default();
    let tests = reader.take("config").and_then(|it| it.get("meta"));
    let tests = tests.and_then(|it| it.get("unit_tests"));
    let tests = tests.map(|it| macro_test::read(&name, it, reader.diagnostics()));
    let config = reader.take_dict("config");
    let mut meta = reader.take_dict("meta");
    if let Some(Json::Object(more)) = config.get("meta") {
        meta.extend(more.clone());
    }
    let mut docs = read_docs(&reader.take_dict("docs"));
    if let Some(Json::Object(more)) = config.get("docs") {
        docs = read_docs(more);
    }
    let nodes = reader.take_list("arguments");
    let mut arguments = Vec::new();
    for node in nodes {
        let mut inner = Reader::new(node, "arguments", reader.diagnostics());
        let Some((name, name_at)) = inner.take_name() else {
            continue;
        };
        let type_at = inner.take("type").map(|it| it.location);
        let argument = MacroArgument {
            name,
            r#type: inner.take_text("type"),
            description: inner.take_text("description").unwrap_or_default(),
        };
        arguments.push(Documented {
            argument,
            name_at,
            type_at,
        });
        inner.finish();
    }
    let config = json!({ "meta": meta, "docs": docs })
        .as_object()
        .cloned()
        .unwrap_or_default();
    Some(MacroPatch {
        name,
        location,
        description,
        meta,
        docs,
        config,
        arguments,
        tests: tests.unwrap_or_default(),
    })
}

/// Reads a `docs` block.
fn read_docs(docs: &Dict) -> Docs {
    Docs {
        show: docs.get("show").and_then(Json::as_bool).unwrap_or(true),
        node_color: docs
            .get("node_color")
            .and_then(Json::as_str)
            .map(str::to_owned),
    }
}
