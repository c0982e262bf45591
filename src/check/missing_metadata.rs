//! An object of which less is said than `metadata: {required: …}` asks for.

use super::Finding;
use super::governed::Governed;
use super::standard::Fact;
use crate::diagnostics::{Code, Diagnostic};
use crate::nodes::{Resource, ResourceType};
use crate::text::Location;

/// Finds each fact, so that a baseline can hold some and not others; [`together`] makes one finding of what is told.
pub(super) fn find(of: &Governed<'_>) -> Vec<Finding> {
    let (resources, root) = (of.input.resources, of.input.root_package);
    let kinds = [
        ResourceType::Model,
        ResourceType::Seed,
        ResourceType::Snapshot,
        ResourceType::Source,
    ];
    let objects = resources.linked();
    let own = objects.filter(|it| kinds.contains(&it.resource_type()) && it.package() == root);
    let mut all = Vec::new();
    for object in own {
        let id = object.unique_id();
        let layer = of.layers.layer(id);
        let required = of.input.settings.required.of(object.resource_type(), layer);
        let missing = required
            .into_iter()
            .filter(|it| !it.is_said(object, resources));
        for fact in missing {
            let name = fact.name();
            let message = format!("`{}` lacks what dsql.yml requires", object.search_name());
            let finding = Diagnostic::error(Code::MissingMetadata, message).at(place(object));
            let mut finding = finding.help(typed(object, fact));
            finding.notes.extend(undescribed(object));
            all.push(Finding::with(id, finding).about(name));
        }
    }
    all
}

/// Makes one finding of those of an object, each with its fact.
pub(super) fn together(mut found: Vec<(String, Diagnostic)>) -> Option<Diagnostic> {
    let names: Vec<String> = found.iter().map(|it| format!("`{}`", it.0)).collect();
    let helps: Vec<String> = found.iter().filter_map(|it| it.1.help.clone()).collect();
    let (_, mut first) = found.drain(..).next()?;
    first.message = format!("{}: {}", first.message, names.join(", "));
    first.help = Some(helps.join("; "));
    Some(first)
}

/// Where an object is described, else its file.
fn place(of: Resource<'_>) -> Location {
    match of {
        Resource::Node(it) => it.patch_location.unwrap_or(it.file_or_entry()),
        Resource::Source(it) => it.location,
        Resource::Exposure(it) => it.location,
        Resource::UnitTest(it) => it.location,
        Resource::Semantic(it) => it.location,
    }
}

/// Says where to begin, if no properties describe an object.
fn undescribed(of: Resource<'_>) -> Option<String> {
    let node = of.node().filter(|it| it.patch_location.is_none())?;
    let kind = node.resource_type.as_str();
    Some(format!(
        "no YAML file describes it: `{kind}s: [{{name: {}, …}}]` does",
        node.name
    ))
}

/// Says what to type.
fn typed(of: Resource<'_>, fact: &Fact) -> String {
    let is_source = matches!(of, Resource::Source(_));
    match fact {
        Fact::Description => "add `description:`, and say what one row of it is".to_owned(),
        Fact::Owner if is_source => "add `config: {meta: {owner: …}}`".to_owned(),
        Fact::Owner => "put it into a `group`, or add `config: {meta: {owner: …}}`".to_owned(),
        Fact::Refresh if is_source => {
            "add `freshness:` with `warn_after`, or `config: {meta: {refresh: …}}`".to_owned()
        }
        Fact::Source if is_source => "add `loader:`, or `config: {meta: {source: …}}`".to_owned(),
        Fact::Purpose | Fact::Refresh | Fact::Source => {
            format!("add `config: {{meta: {{{}: …}}}}`", fact.name())
        }
        Fact::Meta(key) => format!("add `config: {{meta: {{{key}: …}}}}`"),
    }
}
