//! One entry of `sources:` with its tables.

use serde_json::Value as Json;

use super::column::{self, ColumnDef};
use super::reader::{Places, Reader};
use crate::diagnostics::{Code, Diagnostic};
use crate::nodes::Dict;
use crate::text::Location;
use crate::yaml::Node;

/// Keys that source and table share.
#[derive(Debug, Clone, Default)]
pub(in crate::parse) struct Shared {
    pub(in crate::parse) description: String,
    pub(in crate::parse) meta: Dict,
    pub(in crate::parse) tags: Vec<String>,
    pub(in crate::parse) config: Dict,
    pub(in crate::parse) places: Places,
    pub(in crate::parse) quoting: Dict,
    /// `None` when the key is absent, null when it is switched off.
    pub(in crate::parse) freshness: Option<Json>,
    pub(in crate::parse) loaded_at_field: Option<Json>,
    pub(in crate::parse) loaded_at_query: Option<Json>,
}

/// A source as declared.
#[derive(Debug, Clone)]
pub(in crate::parse) struct SourceDef {
    pub(in crate::parse) name: String,
    pub(in crate::parse) location: Location,
    /// The whole entry, where it changes a source of the package under `overrides`.
    pub(in crate::parse) overrides: Option<Node>,
    pub(in crate::parse) database: Option<String>,
    pub(in crate::parse) schema: Option<String>,
    pub(in crate::parse) unrendered_database: Option<String>,
    pub(in crate::parse) unrendered_schema: Option<String>,
    pub(in crate::parse) loader: String,
    pub(in crate::parse) shared: Shared,
    pub(in crate::parse) tables: Vec<TableDef>,
}

/// A table of a source as declared.
#[derive(Debug, Clone)]
pub(in crate::parse) struct TableDef {
    pub(in crate::parse) name: String,
    pub(in crate::parse) location: Location,
    pub(in crate::parse) identifier: Option<String>,
    pub(in crate::parse) external: Option<Dict>,
    pub(in crate::parse) shared: Shared,
    pub(in crate::parse) columns: Vec<ColumnDef>,
    pub(in crate::parse) data_tests: Vec<Node>,
    pub(in crate::parse) quote_columns: Option<bool>,
}

/// Reads one source.
pub(super) fn read(reader: &mut Reader<'_>) -> Option<SourceDef> {
    let (name, location) = reader.take_name()?;
    let shared = read_shared(reader);
    let tables = reader.take_list("tables");
    let mut read_tables = Vec::new();
    for table in tables {
        let mut inner = Reader::new(table, "tables", reader.diagnostics());
        if let Some(table) = read_table(&mut inner) {
            read_tables.push(table);
            inner.finish();
        }
    }
    let overrides = reader.take_text("overrides");
    let overrides = overrides.map(|_| reader.node().clone());
    reader.take("unrendered_config");
    // `catalog` and `dataset` are other adapters' words for the same thing; DuckDB knows neither.
    let [database, schema] = ["database", "schema"].map(|key| reader.take_text(key));
    Some(SourceDef {
        name,
        location,
        overrides,
        unrendered_database: database.clone(),
        unrendered_schema: schema.clone(),
        database,
        schema,
        loader: reader.take_text("loader").unwrap_or_default(),
        shared,
        tables: read_tables,
    })
}

fn read_table(reader: &mut Reader<'_>) -> Option<TableDef> {
    let (name, location) = reader.take_name()?;
    Some(TableDef {
        name,
        location,
        identifier: reader.take_text("identifier"),
        external: reader.take_optional_dict("external"),
        shared: {
            reader.take("loader");
            read_shared(reader)
        },
        columns: column::read_all(reader),
        data_tests: reader.take_data_tests(),
        quote_columns: reader.take_bool("quote_columns"),
    })
}

fn read_shared(reader: &mut Reader<'_>) -> Shared {
    let as_written = |node: Option<&Node>| node.map(Node::to_json);
    let configured = reader.node().get("config");
    for node in [Some(reader.node()), configured].into_iter().flatten() {
        check_freshness(node, reader.diagnostics());
    }
    Shared {
        description: reader.take_text("description").unwrap_or_default(),
        meta: reader.take_dict("meta"),
        tags: reader.take_texts("tags"),
        config: reader.take_dict("config"),
        places: reader.places(&[
            "meta",
            "tags",
            "freshness",
            "loaded_at_field",
            "loaded_at_query",
        ]),
        quoting: reader.take_dict("quoting"),
        freshness: as_written(reader.take_even_null("freshness")),
        loaded_at_field: as_written(reader.take_even_null("loaded_at_field")),
        loaded_at_query: as_written(reader.take_even_null("loaded_at_query")),
    }
}

/// Thresholds that lack a part count for nothing, as in dbt.
fn check_freshness(node: &Node, diagnostics: &mut Vec<Diagnostic>) {
    let Some(freshness) = node.get("freshness") else {
        return;
    };
    for key in ["warn_after", "error_after"] {
        let Some(threshold) = freshness.get(key) else {
            continue;
        };
        let has = |part: &str| threshold.get(part).is_some_and(|it| !it.is_null());
        let (missing, whole) = match (has("count"), has("period")) {
            (true, false) => ("period", "period: hour"),
            (false, true) => ("count", "count: 12"),
            _ => continue,
        };
        let message = format!("`{key}` counts for nothing: it has no `{missing}`");
        diagnostics.push(
            Diagnostic::warning(Code::InvalidProperty, message)
                .at(threshold.location)
                .help(format!("add it, such as `{whole}`")),
        );
    }
}
