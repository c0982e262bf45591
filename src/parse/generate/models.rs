//! Models that are generated, in the places of their templates.

use std::collections::HashMap;

use crate::diagnostics::{Code, Diagnostic, did_you_mean};
use crate::nodes::ResourceType;
use crate::parse::Stage;
use crate::parse::patches::AllDeclared;
use crate::parse::raw::{RawNode, fqn, sha256};

use super::GeneratedModel;

/// Puts generated models in the places of their templates.
pub(in crate::parse) fn models(
    raw: Vec<RawNode>,
    declared: &AllDeclared<'_>,
    stage: &Stage<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<RawNode> {
    let mut wanted: HashMap<(usize, &str), Vec<&GeneratedModel>> = HashMap::new();
    for it in &declared.0 {
        let generated = &it.properties.generated;
        for (at, (template, location)) in generated.templates.iter().enumerate() {
            if !raw.iter().any(|node| is_model(node, it.package, template)) {
                diagnostics.push(no_template(template, it.package, &raw).at(*location));
                continue;
            }
            let models = wanted.entry((it.package, template)).or_default();
            models.extend(generated.models.iter().filter(|it| it.template == at));
        }
    }
    if wanted.is_empty() {
        return raw;
    }
    let mut all = Vec::with_capacity(raw.len());
    for node in raw {
        let is_model = node.resource_type == ResourceType::Model;
        let key = (node.package, node.name.as_str());
        let Some(models) = wanted.get(&key).filter(|_| is_model) else {
            all.push(node);
            continue;
        };
        if node.language != "sql" {
            let message = format!("the template `{}` is no SQL", node.name);
            let finding = Diagnostic::error(Code::InvalidGeneration, message);
            diagnostics.push(finding.at(node.location).help("write it in a `.sql` file"));
            continue;
        }
        all.extend(models.iter().map(|it| model(&node, it, stage)));
    }
    all
}

fn is_model(node: &RawNode, package: usize, name: &str) -> bool {
    node.resource_type == ResourceType::Model && node.package == package && node.name == name
}

/// Makes a model of its template.
fn model(template: &RawNode, generated: &GeneratedModel, stage: &Stage<'_>) -> RawNode {
    let folder = template.path.rsplit_once('/').map(|it| it.0);
    let file = format!("{}.sql", generated.name);
    let row = serde_json::Value::Object(generated.row.values.clone());
    let package = &stage.packages[template.package].name;
    RawNode {
        name: generated.name.clone(),
        path: folder.map_or(file.clone(), |folder| format!("{folder}/{file}")),
        fqn: fqn(package, &template.path, &[&generated.name]),
        checksum: sha256(&format!("{}\n{row}", template.raw_code)),
        row: Some(generated.row.clone()),
        ..template.clone()
    }
}

fn no_template(name: &str, package: usize, raw: &[RawNode]) -> Diagnostic {
    let models = raw.iter().filter(|it| it.package == package);
    let models = models.filter(|it| it.resource_type == ResourceType::Model);
    let near = did_you_mean(name, models.map(|it| it.name.as_str()));
    let message = format!("there is no template `{name}.sql`");
    let help = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => {
            format!("add `{name}.sql` to a folder of models: its text, with `row`, is each model's")
        }
    };
    Diagnostic::error(Code::InvalidGeneration, message).help(help)
}
