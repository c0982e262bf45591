//! A node as it stands in `manifest.json` (v12) and in the `model` and `graph` variables.

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::{Column, Config, Details, Node, RefArgs};

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if let Details::Function(function) = &self.details {
            map.serialize_entry("returns", &function.returns)?;
        }
        map.serialize_entry("database", &self.database)?;
        map.serialize_entry("schema", &self.schema)?;
        map.serialize_entry("name", &self.name)?;
        map.serialize_entry("resource_type", self.resource_type.as_str())?;
        map.serialize_entry("package_name", &self.package_name)?;
        map.serialize_entry("path", &self.path)?;
        map.serialize_entry("original_file_path", &self.original_file_path)?;
        map.serialize_entry("unique_id", &self.unique_id)?;
        map.serialize_entry("fqn", &self.fqn)?;
        map.serialize_entry("alias", &self.alias)?;
        map.serialize_entry("checksum", &self.checksum)?;
        map.serialize_entry("config", &self.config)?;
        map.serialize_entry("tags", &self.tags)?;
        map.serialize_entry("description", &self.description)?;
        map.serialize_entry("columns", &self.columns)?;
        map.serialize_entry("meta", &self.meta)?;
        map.serialize_entry("group", &self.group)?;
        map.serialize_entry("docs", &self.docs)?;
        map.serialize_entry("patch_path", &self.patch_path)?;
        map.serialize_entry("build_path", &self.build_path)?;
        map.serialize_entry("unrendered_config", &self.unrendered_config)?;
        map.serialize_entry("created_at", &self.created_at)?;
        map.serialize_entry("relation_name", &self.relation_name)?;
        map.serialize_entry("raw_code", &self.raw_code)?;
        map.serialize_entry("doc_blocks", &self.doc_blocks)?;
        if let Details::Seed { root_path } = &self.details {
            map.serialize_entry("root_path", root_path)?;
            map.serialize_entry(
                "depends_on",
                &SeedDependsOn {
                    macros: &self.depends_on.macros,
                },
            )?;
            return map.end();
        }
        map.serialize_entry("language", self.language)?;
        map.serialize_entry("refs", &self.ref_args().collect::<Vec<&RefArgs>>())?;
        let sources: Vec<_> = self
            .sources
            .iter()
            .map(|it| [&it.source, &it.table])
            .collect();
        map.serialize_entry("sources", &sources)?;
        map.serialize_entry("metrics", &self.metrics)?;
        map.serialize_entry("functions", &self.functions)?;
        map.serialize_entry("depends_on", &self.depends_on)?;
        let compiled = self.compiled.as_deref();
        map.serialize_entry("compiled_path", &compiled.and_then(|it| it.path.as_deref()))?;
        if let Some(compiled) = compiled {
            map.serialize_entry("compiled", &true)?;
            map.serialize_entry("compiled_code", &compiled.code)?;
            map.serialize_entry("extra_ctes_injected", &true)?;
            map.serialize_entry("extra_ctes", &compiled.extra_ctes)?;
        }
        map.serialize_entry("contract", &self.contract)?;
        match &self.details {
            Details::Model(model) => {
                map.serialize_entry("access", &model.access)?;
                map.serialize_entry("constraints", &model.constraints)?;
                map.serialize_entry("version", &model.version)?;
                map.serialize_entry("latest_version", &model.latest_version)?;
                map.serialize_entry("deprecation_date", &model.deprecation_date)?;
                map.serialize_entry("primary_key", &model.primary_key)?;
                map.serialize_entry("time_spine", &model.time_spine)?;
            }
            Details::DataTest {
                generic: Some(test),
            } => {
                map.serialize_entry("column_name", &test.column_name)?;
                map.serialize_entry("file_key_name", &test.file_key_name)?;
                map.serialize_entry("attached_node", &test.attached_node)?;
                let (name, kwargs, namespace) = (&test.name, &test.kwargs, &test.namespace);
                map.serialize_entry(
                    "test_metadata",
                    &TestMetadata {
                        name,
                        kwargs,
                        namespace,
                    },
                )?;
            }
            Details::Function(function) => {
                map.serialize_entry("arguments", &function.arguments)?;
            }
            Details::Operation { index } => map.serialize_entry("index", index)?,
            _ => {}
        }
        map.end()
    }
}

#[derive(serde::Serialize)]
struct SeedDependsOn<'a> {
    macros: &'a [super::UniqueId],
}

#[derive(serde::Serialize)]
struct TestMetadata<'a> {
    name: &'a str,
    kwargs: &'a super::Dict,
    namespace: &'a Option<String>,
}

impl Serialize for Config {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl Serialize for Column {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("name", &self.name)?;
        map.serialize_entry("description", &self.description)?;
        map.serialize_entry("meta", &self.meta)?;
        map.serialize_entry("data_type", &self.data_type)?;
        map.serialize_entry("constraints", &self.constraints)?;
        map.serialize_entry("quote", &self.quote)?;
        map.serialize_entry("config", &self.config)?;
        map.serialize_entry("tags", &self.tags)?;
        map.serialize_entry("granularity", &self.granularity)?;
        map.serialize_entry("doc_blocks", &self.doc_blocks)?;
        for (key, value) in &self.extra {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}
