//! Everything that is not a node, as it stands in `manifest.json` (v12).

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::json;

use super::{
    DocBlock, Exposure, Fixture, Group, Macro, Owner, RefArgs, Source, UnitTest, UnitTestInput,
};

impl Serialize for Source {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("database", &self.database)?;
        map.serialize_entry("schema", &self.schema)?;
        map.serialize_entry("name", &self.name)?;
        map.serialize_entry("resource_type", "source")?;
        map.serialize_entry("package_name", &self.package_name)?;
        map.serialize_entry("path", &self.path)?;
        map.serialize_entry("original_file_path", &self.original_file_path)?;
        map.serialize_entry("unique_id", &self.unique_id)?;
        map.serialize_entry("fqn", &self.fqn)?;
        map.serialize_entry("source_name", &self.source_name)?;
        map.serialize_entry("source_description", &self.source_description)?;
        map.serialize_entry("loader", &self.loader)?;
        map.serialize_entry("identifier", &self.identifier)?;
        map.serialize_entry("quoting", &self.quoting)?;
        map.serialize_entry("loaded_at_field", &self.loaded_at_field)?;
        map.serialize_entry("loaded_at_query", &self.loaded_at_query)?;
        map.serialize_entry("freshness", &self.freshness)?;
        map.serialize_entry("external", &self.external)?;
        map.serialize_entry("description", &self.description)?;
        map.serialize_entry("columns", &self.columns)?;
        map.serialize_entry("meta", &self.meta)?;
        map.serialize_entry("source_meta", &self.source_meta)?;
        map.serialize_entry("tags", &self.tags)?;
        map.serialize_entry("config", &self.config)?;
        map.serialize_entry("patch_path", &None::<()>)?;
        map.serialize_entry("unrendered_config", &self.unrendered_config)?;
        map.serialize_entry("relation_name", &self.relation_name)?;
        map.serialize_entry("created_at", &self.created_at)?;
        map.serialize_entry("unrendered_database", &self.unrendered_database)?;
        map.serialize_entry("unrendered_schema", &self.unrendered_schema)?;
        map.serialize_entry("doc_blocks", &self.doc_blocks)?;
        map.end()
    }
}

impl Serialize for Exposure {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("name", &self.name)?;
        map.serialize_entry("resource_type", "exposure")?;
        map.serialize_entry("package_name", &self.package_name)?;
        map.serialize_entry("path", &self.path)?;
        map.serialize_entry("original_file_path", &self.original_file_path)?;
        map.serialize_entry("unique_id", &self.unique_id)?;
        map.serialize_entry("fqn", &self.fqn)?;
        map.serialize_entry("type", &self.r#type)?;
        map.serialize_entry("owner", &self.owner)?;
        map.serialize_entry("description", &self.description)?;
        map.serialize_entry("label", &self.label)?;
        map.serialize_entry("maturity", &self.maturity)?;
        map.serialize_entry("meta", &self.meta)?;
        map.serialize_entry("tags", &self.tags)?;
        map.serialize_entry("config", &self.config)?;
        map.serialize_entry("unrendered_config", &self.unrendered_config)?;
        map.serialize_entry("url", &self.url)?;
        map.serialize_entry("depends_on", &self.depends_on)?;
        let refs: Vec<&RefArgs> = self.refs.iter().map(|call| &call.args).collect();
        map.serialize_entry("refs", &refs)?;
        let sources: Vec<_> = self
            .sources
            .iter()
            .map(|it| [&it.source, &it.table])
            .collect();
        map.serialize_entry("sources", &sources)?;
        map.serialize_entry("metrics", &self.metrics)?;
        map.serialize_entry("created_at", &self.created_at)?;
        map.end()
    }
}

impl Serialize for UnitTest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("model", &self.model)?;
        map.serialize_entry("given", &self.given)?;
        map.serialize_entry("expect", &self.expect)?;
        map.serialize_entry("name", &self.name)?;
        map.serialize_entry("resource_type", "unit_test")?;
        map.serialize_entry("package_name", &self.package_name)?;
        map.serialize_entry("path", &self.path)?;
        map.serialize_entry("original_file_path", &self.original_file_path)?;
        map.serialize_entry("unique_id", &self.unique_id)?;
        map.serialize_entry("fqn", &self.fqn)?;
        map.serialize_entry("description", &self.description)?;
        map.serialize_entry("overrides", &self.overrides)?;
        map.serialize_entry("depends_on", &self.depends_on)?;
        map.serialize_entry("config", &self.config)?;
        map.serialize_entry("checksum", &self.checksum)?;
        map.serialize_entry("schema", &self.schema)?;
        map.serialize_entry("created_at", &self.created_at)?;
        map.serialize_entry("versions", &self.versions)?;
        map.serialize_entry("version", &self.version)?;
        map.end()
    }
}

impl Serialize for UnitTestInput {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("input", &self.input)?;
        rows(&self.fixture, &mut map)?;
        map.end()
    }
}

impl Serialize for Fixture {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        rows(self, &mut map)?;
        map.end()
    }
}

fn rows<M: SerializeMap>(fixture: &Fixture, map: &mut M) -> Result<(), M::Error> {
    map.serialize_entry("rows", &fixture.rows)?;
    map.serialize_entry("format", &fixture.format)?;
    map.serialize_entry("fixture", &fixture.file)
}

impl Serialize for Owner {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("email", &self.email)?;
        map.serialize_entry("name", &self.name)?;
        for (key, value) in &self.extra {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

impl Serialize for Group {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("name", &self.name)?;
        map.serialize_entry("resource_type", "group")?;
        map.serialize_entry("package_name", &self.package_name)?;
        map.serialize_entry("path", &self.path)?;
        map.serialize_entry("original_file_path", &self.original_file_path)?;
        map.serialize_entry("unique_id", &self.unique_id)?;
        map.serialize_entry("owner", &self.owner)?;
        map.serialize_entry("description", &self.description)?;
        map.serialize_entry("config", &self.config)?;
        map.end()
    }
}

impl Serialize for Macro {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("name", &self.name)?;
        map.serialize_entry("resource_type", "macro")?;
        map.serialize_entry("package_name", &self.package_name)?;
        map.serialize_entry("path", &self.path)?;
        map.serialize_entry("original_file_path", &self.original_file_path)?;
        map.serialize_entry("unique_id", &self.unique_id)?;
        map.serialize_entry("macro_sql", &self.macro_sql)?;
        map.serialize_entry("depends_on", &json!({ "macros": self.depends_on }))?;
        map.serialize_entry("description", &self.description)?;
        map.serialize_entry("meta", &self.meta)?;
        map.serialize_entry("docs", &self.docs)?;
        map.serialize_entry("config", &self.config)?;
        map.serialize_entry("patch_path", &self.patch_path)?;
        map.serialize_entry("arguments", &self.arguments)?;
        map.serialize_entry("created_at", &self.created_at)?;
        map.serialize_entry("supported_languages", &self.supported_languages)?;
        map.end()
    }
}

impl Serialize for DocBlock {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("name", &self.name)?;
        map.serialize_entry("resource_type", "doc")?;
        map.serialize_entry("package_name", &self.package_name)?;
        map.serialize_entry("path", &self.path)?;
        map.serialize_entry("original_file_path", &self.original_file_path)?;
        map.serialize_entry("unique_id", &self.unique_id)?;
        map.serialize_entry("block_contents", &self.block_contents)?;
        map.end()
    }
}
