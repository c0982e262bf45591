//! Descriptions: `{{ doc('…') }}` becomes the text of the doc block.

use crate::jinja::library::errors::raise;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use rayon::prelude::*;
use serde_json::Value as Json;

use super::Stage;
use crate::diagnostics::Diagnostic;
use crate::jinja::context::YamlContext;
use crate::jinja::{Origin, Scope, Template};
use crate::nodes::{DocBlock, Node, Resources, Semantic, Source, UniqueId};
use crate::text::Location;

/// Renders all descriptions that are templates.
pub(super) fn render(resources: &mut Resources, stage: &Stage<'_>) -> Vec<Diagnostic> {
    let writer = Writer::new(resources, stage);
    let mut diagnostics: Vec<Diagnostic> = Vec::new();
    let nodes = resources
        .nodes
        .values_mut()
        .chain(resources.disabled.values_mut().flatten());
    let nodes: Vec<&mut Arc<Node>> = nodes.collect();
    let findings: Vec<Vec<Diagnostic>> = nodes
        .into_par_iter()
        .map(|node| writer.node(node))
        .collect();
    diagnostics.extend(findings.into_iter().flatten());
    for source in resources.sources.values_mut() {
        diagnostics.extend(writer.source(source));
    }
    for exposure in resources.exposures.values_mut() {
        if exposure.description.contains('{') {
            let it = Arc::make_mut(exposure);
            let (text, findings) = writer.text(&it.description, &it.package_name, it.location);
            (it.description, _) = text;
            diagnostics.extend(findings);
        }
    }
    for semantic in resources.semantic.values_mut() {
        diagnostics.extend(writer.semantic(semantic));
    }
    for found in resources.macros.values_mut() {
        let templated = found.description.contains('{')
            || found
                .arguments
                .iter()
                .any(|it| it.description.contains('{'));
        if templated {
            let it = Arc::make_mut(found);
            let (text, findings) = writer.text(&it.description, &it.package_name, it.location);
            (it.description, _) = text;
            diagnostics.extend(findings);
            for argument in &mut it.arguments {
                let (text, findings) =
                    writer.text(&argument.description, &it.package_name, it.location);
                (argument.description, _) = text;
                diagnostics.extend(findings);
            }
        }
    }
    diagnostics
}

/// Renders descriptions of some nodes and sources.
pub(super) fn render_some(
    resources: &mut Resources,
    nodes: &BTreeSet<UniqueId>,
    sources: &BTreeSet<UniqueId>,
    stage: &Stage<'_>,
) -> Vec<Diagnostic> {
    let writer = Writer::new(resources, stage);
    let mut diagnostics = Vec::new();
    for id in nodes {
        let node = resources.nodes.get_mut(id);
        diagnostics.extend(node.map(|it| writer.node(it)).unwrap_or_default());
    }
    for id in sources {
        let source = resources.sources.get_mut(id);
        diagnostics.extend(source.map(|it| writer.source(it)).unwrap_or_default());
    }
    diagnostics
}

struct Writer<'a> {
    docs: Arc<HashMap<(String, String), Arc<DocBlock>>>,
    stage: &'a Stage<'a>,
}

/// A description and the unique ids of the doc blocks in it.
type Written = (String, Vec<String>);

impl<'a> Writer<'a> {
    fn new(resources: &Resources, stage: &'a Stage<'a>) -> Self {
        let docs = resources.docs.values();
        let docs = docs.map(|it| ((it.package_name.clone(), it.name.clone()), it.clone()));
        Self {
            docs: Arc::new(docs.collect()),
            stage,
        }
    }

    fn node(&self, node: &mut Arc<Node>) -> Vec<Diagnostic> {
        let templated = node.description.contains('{')
            || node
                .columns
                .values()
                .any(|column| column.description.contains('{'));
        if !templated {
            return Vec::new();
        }
        let node = Arc::make_mut(node);
        let (package, place) = (
            node.package_name.clone(),
            node.patch_location.unwrap_or(node.location),
        );
        let mut diagnostics = Vec::new();
        let (written, findings) = self.text(&node.description, &package, place);
        (node.description, node.doc_blocks) = written;
        diagnostics.extend(findings);
        for column in node.columns.values_mut() {
            let (written, findings) = self.text(&column.description, &package, place);
            (column.description, column.doc_blocks) = written;
            diagnostics.extend(findings);
        }
        diagnostics
    }

    /// Renders the descriptions of a resource of the semantic layer and of its elements.
    fn semantic(&self, semantic: &mut Arc<Semantic>) -> Vec<Diagnostic> {
        let semantic = Arc::make_mut(semantic);
        let (package, place) = (&semantic.package_name, semantic.location);
        let mut diagnostics = Vec::new();
        let mut render = |it: &mut Json| {
            if let Some(text) = it.as_str().filter(|text| text.contains('{')) {
                let ((written, _), finding) = self.text(text, package, place);
                diagnostics.extend(finding);
                *it = written.into();
            }
        };
        for (key, value) in &mut semantic.fields {
            match value {
                Json::String(_) if key == "description" => render(value),
                Json::Array(elements) => {
                    let descriptions = elements.iter_mut().map(|it| it.get_mut("description"));
                    descriptions.flatten().for_each(&mut render);
                }
                _ => {}
            }
        }
        diagnostics
    }

    fn source(&self, source: &mut Arc<Source>) -> Vec<Diagnostic> {
        let source = Arc::make_mut(source);
        let (package, place) = (source.package_name.clone(), source.location);
        let mut diagnostics = Vec::new();
        let (written, findings) = self.text(&source.description, &package, place);
        (source.description, source.doc_blocks) = written;
        diagnostics.extend(findings);
        let (written, findings) = self.text(&source.source_description, &package, place);
        (source.source_description, _) = written;
        diagnostics.extend(findings);
        for column in source.columns.values_mut() {
            let (written, findings) = self.text(&column.description, &package, place);
            (column.description, column.doc_blocks) = written;
            diagnostics.extend(findings);
        }
        diagnostics
    }

    fn text(&self, text: &str, package: &str, at: Location) -> (Written, Option<Diagnostic>) {
        if !text.contains('{') {
            return ((text.to_owned(), Vec::new()), None);
        }
        let used = Arc::new(std::sync::Mutex::new(Vec::new()));
        let (docs, noted) = (self.docs.clone(), used.clone());
        let (root, own) = (self.stage.project.name.clone(), package.to_owned());
        let context = YamlContext::new(self.stage.project.clone(), Arc::from(package));
        let context = context.with_doc(move |names| {
            let doc = find(&docs, names, &root, &own)?;
            if let Ok(mut used) = noted.lock() {
                used.push(doc.unique_id.to_string());
            }
            Ok(doc.block_contents.clone())
        });
        let scope = Scope {
            package: Arc::from(package),
            globals: Arc::new(context),
            lenient: false,
        };
        let template = Template {
            name: "description",
            text,
            origin: Origin::Within(at),
        };
        match self.stage.engine.render(template, &scope) {
            Ok(rendered) => {
                let used = used.lock().map(|used| used.clone()).unwrap_or_default();
                ((rendered.text, used), None)
            }
            Err(error) => {
                let precise = self.written_at(text, at).and_then(|origin| {
                    let template = Template { origin, ..template };
                    self.stage.engine.render(template, &scope).err()
                });
                let finding = precise.unwrap_or(error).into_diagnostic();
                ((text.to_owned(), Vec::new()), Some(finding))
            }
        }
    }
}

impl Writer<'_> {
    /// Finds a description as it stands in its file, in or near the entry at `near`; what YAML
    /// folds or escapes is not found.
    fn written_at(&self, text: &str, near: Location) -> Option<Origin> {
        let content = &self.stage.texts.get(near.file)?.content;
        let start = near.span.start as usize;
        let behind = content.get(start..).and_then(|it| it.find(text));
        let offset = behind.map(|at| start + at).or_else(|| content.find(text))?;
        Some(Origin::Verbatim {
            file: near.file,
            offset,
        })
    }
}

/// dbt's order: a named package alone; else root, own package, any.
fn find(
    docs: &HashMap<(String, String), Arc<DocBlock>>,
    names: &[String],
    root: &str,
    own: &str,
) -> Result<Arc<DocBlock>, crate::jinja::Error> {
    let get = |package: &str, name: &String| docs.get(&(package.to_owned(), name.clone()));
    let (found, name) = match names {
        [name] => {
            let any = || {
                docs.iter()
                    .find(|((_, it), _)| it == name)
                    .map(|(_, doc)| doc)
            };
            (
                get(root, name).or_else(|| get(own, name)).or_else(any),
                name,
            )
        }
        [package, name] => (get(package, name), name),
        _ => {
            let message = format!("doc() takes at most two arguments ({} given)", names.len());
            return Err(raise("CompilationError", message));
        }
    };
    found.cloned().ok_or_else(|| {
        let known = docs.keys().map(|(_, name)| name.as_str());
        let near = crate::diagnostics::did_you_mean(name, known);
        let near = near
            .map(|near| format!(": did you mean '{near}'?"))
            .unwrap_or_default();
        raise(
            "CompilationError",
            format!("Documentation for '{name}' was not found{near}"),
        )
    })
}
