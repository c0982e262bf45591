//! Properties files (`models/*.yml` and the like) → typed declarations with their places.
//!
//! In: the rendered YAML of one file. Out: [`Properties`] and diagnostics for keys of the wrong
//! shape; a declaration that cannot be used is left out, the others stay.

mod column;
mod exposure;
mod function;
mod group;
mod macro_patch;
mod macro_test;
mod patch;
mod reader;
mod semantic;
mod shape;
mod source;
mod time_spine;
mod unit_test;
mod version;

pub(super) use column::ColumnDef;
pub(super) use exposure::ExposureDef;
pub(super) use group::GroupDef;
pub(super) use macro_patch::{Documented, MacroPatch};
pub(super) use patch::{Patch, PatchKind, PatchVersion};
pub(super) use semantic::SemanticDef;
pub(super) use source::{Shared, SourceDef, TableDef};
pub(super) use unit_test::{FixtureDef, GivenDef, UnitTestDef};

use reader::Reader;

use super::generate::Generated;
use crate::diagnostics::{Code, Diagnostic, did_you_mean};
use crate::nodes::ResourceType;
use crate::yaml::Node;

/// Everything that one properties file declares.
#[derive(Debug, Default)]
pub(super) struct Properties {
    pub(super) patches: Vec<Patch>,
    pub(super) sources: Vec<SourceDef>,
    pub(super) macros: Vec<MacroPatch>,
    pub(super) exposures: Vec<ExposureDef>,
    pub(super) groups: Vec<GroupDef>,
    pub(super) unit_tests: Vec<UnitTestDef>,
    pub(super) semantic: Vec<SemanticDef>,
    pub(super) generated: Generated,
}

/// Keys that dbt knows but that hold nothing for this stage.
const OTHER_KEYS: &[&str] = &["version", "anchors"];

const KEYS: &[&str] = &[
    "models",
    "seeds",
    "snapshots",
    "analyses",
    "data_tests",
    "sources",
    "macros",
    "exposures",
    "groups",
    "unit_tests",
    "semantic_models",
    "metrics",
    "saved_queries",
    "functions",
];

/// Reads one properties file.
pub(super) fn read(root: &Node) -> (Properties, Vec<Diagnostic>) {
    let mut properties = Properties::default();
    let mut diagnostics = Vec::new();
    if root.is_null() {
        return (properties, diagnostics);
    }
    let Some(map) = root.as_map() else {
        let message = format!("a properties file must be a mapping, not {}", root.kind());
        let help = "start with `models:`, `sources:` or another resource type";
        diagnostics.push(
            Diagnostic::error(Code::InvalidProperty, message)
                .at(root.location)
                .help(help),
        );
        return (properties, diagnostics);
    };
    for entry in map.iter() {
        let key = entry.key.as_str().unwrap_or_default();
        let mut each = |take: &mut dyn FnMut(&mut Reader<'_>) -> bool| {
            for item in items(&entry.value, key, &mut diagnostics) {
                let mut reader = Reader::new(item, key, &mut diagnostics);
                if take(&mut reader) {
                    reader.finish();
                }
            }
        };
        let patches = &mut properties.patches;
        match key {
            "models" => each(&mut |it| keep_all(patch::read(it, PatchKind::Model), patches)),
            "seeds" => each(&mut |it| keep_all(patch::read(it, PatchKind::Seed), patches)),
            "snapshots" => each(&mut |it| keep_all(patch::read(it, PatchKind::Snapshot), patches)),
            "analyses" => each(&mut |it| keep_all(patch::read(it, PatchKind::Analysis), patches)),
            "data_tests" => each(&mut |it| keep_all(patch::read(it, PatchKind::DataTest), patches)),
            "functions" => each(&mut |it| keep_all(patch::read(it, PatchKind::Function), patches)),
            "sources" => each(&mut |it| keep(source::read(it), &mut properties.sources)),
            "macros" => each(&mut |it| keep(macro_patch::read(it), &mut properties.macros)),
            "exposures" => each(&mut |it| keep(exposure::read(it), &mut properties.exposures)),
            "semantic_models" | "metrics" | "saved_queries" => {
                let kind = match key {
                    "semantic_models" => ResourceType::SemanticModel,
                    "metrics" => ResourceType::Metric,
                    _ => ResourceType::SavedQuery,
                };
                each(&mut |it| keep(semantic::read(it, kind), &mut properties.semantic));
            }
            "groups" => each(&mut |it| keep(group::read(it), &mut properties.groups)),
            "unit_tests" => each(&mut |it| keep(unit_test::read(it), &mut properties.unit_tests)),
            _ if OTHER_KEYS.contains(&key) => {}
            _ => {
                let message = format!("`{key}` is not a key of a properties file");
                let near = did_you_mean(key, KEYS.iter().chain(OTHER_KEYS).copied());
                let help = near.map(|near| format!("did you mean `{near}:`?"));
                let mut warning =
                    Diagnostic::warning(Code::UnknownKey, message).at(entry.key.location);
                warning.help = help;
                diagnostics.push(warning);
            }
        }
    }
    (properties, diagnostics)
}

/// Takes up an entry that can stand for several.
fn keep_all<T>(found: Option<Vec<T>>, list: &mut Vec<T>) -> bool {
    let usable = found.is_some();
    list.extend(found.into_iter().flatten());
    usable
}

/// Takes up an entry; one that cannot be used has been reported, and its other keys are not.
fn keep<T>(found: Option<T>, list: &mut Vec<T>) -> bool {
    let usable = found.is_some();
    list.extend(found);
    usable
}

fn items<'a>(list: &'a Node, key: &str, diagnostics: &mut Vec<Diagnostic>) -> &'a [Node] {
    if list.is_null() {
        return &[];
    }
    list.as_seq().unwrap_or_else(|| {
        let message = format!("`{key}` must be a list, not {}", list.kind());
        let help = format!("write `{key}:` and below it one `- name: …` for each");
        diagnostics.push(
            Diagnostic::error(Code::InvalidProperty, message)
                .at(list.location)
                .help(help),
        );
        &[]
    })
}
