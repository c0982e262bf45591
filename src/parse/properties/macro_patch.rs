//! One entry of `macros:`.

use serde_json::{Value as Json, json};

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
    pub(in crate::parse) arguments: Vec<MacroArgument>,
}

/// Reads one macro's entry.
pub(super) fn read(reader: &mut Reader<'_>) -> Option<MacroPatch> {
    let (name, location) = reader.take_name()?;
    let description = reader.take_text("description").unwrap_or_default();
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
        let Some((name, _)) = inner.take_name() else {
            continue;
        };
        arguments.push(MacroArgument {
            name,
            r#type: inner.take_text("type"),
            description: inner.take_text("description").unwrap_or_default(),
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
