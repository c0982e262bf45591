//! The semantic layer → what it needs: models, measures, metrics.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::{Value as Json, json};

use super::lookup::Lookup;
use super::{Found, GraphOptions};
use crate::diagnostics::{Code, Diagnostic, did_you_mean};
use crate::nodes::{Exposure, ResourceType, Resources, Semantic, UniqueId};

/// Fills `depends_on.nodes`, relations of semantic models and measures of metrics; and what
/// exposures need of metrics. Everything else is resolved already.
pub(super) fn resolve(resources: &mut Resources, options: &GraphOptions) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    if !resources.semantic.is_empty() {
        let lookup = Lookup::new(resources, options);
        for id in of_kind(resources, ResourceType::SemanticModel) {
            diagnostics.extend(semantic_model(resources, &id, &lookup));
        }
        let names = Names::new(resources, &options.root_package);
        let mut metrics = Metrics {
            names: &names,
            open: Vec::new(),
            diagnostics: &mut diagnostics,
        };
        for id in of_kind(resources, ResourceType::Metric) {
            metrics.resolve(resources, &id);
        }
        for id in of_kind(resources, ResourceType::SavedQuery) {
            diagnostics.extend(saved_query(resources, &id, &names));
        }
    }
    let names = Names::new(resources, &options.root_package);
    for exposure in resources.exposures.values_mut() {
        if !exposure.metrics.is_empty() {
            diagnostics.extend(metrics_of_exposure(Arc::make_mut(exposure), &names));
        }
    }
    diagnostics
}

fn of_kind(resources: &Resources, kind: ResourceType) -> Vec<UniqueId> {
    let all = resources.semantic.values();
    all.filter(|it| it.resource_type == kind)
        .map(|it| it.unique_id.clone())
        .collect()
}

fn semantic_model(resources: &mut Resources, id: &UniqueId, lookup: &Lookup) -> Option<Diagnostic> {
    let it = resources.semantic.get_mut(id).map(Arc::make_mut)?;
    let Some(call) = it.refs.first() else {
        let message = format!("the semantic model `{}` names no model", it.name);
        let help = "write `model: ref('…')`";
        return Some(
            Diagnostic::error(Code::InvalidProperty, message)
                .at(it.location)
                .help(help),
        );
    };
    let place = call.location.unwrap_or(it.location);
    let Found::One(found) = lookup.reference(&call.args, &it.package_name) else {
        let message = format!(
            "the semantic model `{}` refers to `{}`, which is missing or disabled",
            it.name, call.args.name
        );
        let near = did_you_mean(&call.args.name, lookup.node_names());
        let help = near.map_or_else(
            || {
                format!(
                    "add a model `{}`, or remove the semantic model",
                    call.args.name
                )
            },
            |near| format!("did you mean `ref('{near}')`?"),
        );
        return Some(
            Diagnostic::error(Code::UnresolvedRef, message)
                .at(place)
                .help(help),
        );
    };
    let node = resources.nodes.get(&found)?;
    it.fields.insert(
        "node_relation".to_owned(),
        json!({
            "alias": node.alias, "schema_name": node.schema, "database": node.database,
            "relation_name": node.relation_name,
        }),
    );
    it.depends_on.nodes = vec![found];
    None
}

/// Names of measures and metrics, nearest package first.
struct Names {
    root: String,
    measures: HashMap<String, Vec<(String, UniqueId)>>,
    metrics: HashMap<String, Vec<(String, UniqueId)>>,
}

impl Names {
    fn new(resources: &Resources, root: &str) -> Self {
        let mut names = Self {
            root: root.to_owned(),
            measures: HashMap::new(),
            metrics: HashMap::new(),
        };
        for it in resources.semantic.values() {
            let entry = || (it.package_name.clone(), it.unique_id.clone());
            if it.resource_type == ResourceType::Metric {
                names
                    .metrics
                    .entry(it.name.clone())
                    .or_default()
                    .push(entry());
            }
            let measures = it.fields.get("measures").and_then(Json::as_array);
            for name in measures.into_iter().flatten() {
                let name = name["name"].as_str().unwrap_or_default().to_owned();
                names.measures.entry(name).or_default().push(entry());
            }
        }
        names
    }

    /// The one of the root project, else of the asking package, else any.
    fn nearest(&self, found: Option<&Vec<(String, UniqueId)>>, package: &str) -> Option<UniqueId> {
        let found = found?;
        let of = |wanted: &str| found.iter().find(|(package, _)| package == wanted);
        let nearest = of(&self.root)
            .or_else(|| of(package))
            .or_else(|| found.first());
        nearest.map(|(_, id)| id.clone())
    }

    fn measure(&self, name: &str, it: &Semantic) -> Result<UniqueId, Diagnostic> {
        let found = self.nearest(self.measures.get(name), &it.package_name);
        found.ok_or_else(|| unknown("measure", name, it, self.measures.keys()))
    }

    fn metric(&self, name: &str, it: &Semantic) -> Result<UniqueId, Diagnostic> {
        let found = self.nearest(self.metrics.get(name), &it.package_name);
        found.ok_or_else(|| unknown("metric", name, it, self.metrics.keys()))
    }
}

fn unknown<'a>(
    kind: &str,
    name: &str,
    it: &Semantic,
    known: impl Iterator<Item = &'a String>,
) -> Diagnostic {
    let (asking, called) = (it.resource_type.as_str().replace('_', " "), &it.name);
    let message =
        format!("the {asking} `{called}` needs the {kind} `{name}`, which does not exist");
    let near = did_you_mean(name, known.map(String::as_str));
    let help = near.map_or_else(
        || format!("add the {kind}, or enable the resource that has it"),
        |near| format!("did you mean `{near}`?"),
    );
    Diagnostic::error(Code::InvalidProperty, message)
        .at(it.place_of(name))
        .help(help)
}

/// Metrics being resolved; those of others come first.
struct Metrics<'a> {
    names: &'a Names,
    open: Vec<UniqueId>,
    diagnostics: &'a mut Vec<Diagnostic>,
}

impl Metrics<'_> {
    /// Fills a metric once and returns its measures.
    fn resolve(&mut self, resources: &mut Resources, id: &UniqueId) -> Vec<Json> {
        let Some(it) = resources.semantic.get(id).cloned() else {
            return Vec::new();
        };
        let params = it.fields.get("type_params").cloned().unwrap_or_default();
        let done = params["input_measures"]
            .as_array()
            .filter(|it| !it.is_empty());
        if let Some(measures) = done {
            return measures.clone();
        }
        self.open.push(id.clone());
        let (needs, measures) = self.inputs(resources, &it, &params);
        self.open.pop();
        if let Some(it) = resources.semantic.get_mut(id).map(Arc::make_mut) {
            if let Some(params) = it.fields.get_mut("type_params") {
                params["input_measures"] = measures.clone().into();
            }
            it.depends_on.nodes = needs;
        }
        measures
    }

    /// What a metric needs, and its measures.
    fn inputs(
        &mut self,
        resources: &mut Resources,
        it: &Semantic,
        params: &Json,
    ) -> (Vec<UniqueId>, Vec<Json>) {
        let kind = it
            .fields
            .get("type")
            .and_then(Json::as_str)
            .unwrap_or_default();
        let (parts, wanted) = inputs_of(kind, params);
        if parts.is_empty() || parts.iter().any(|part| part.is_null()) {
            let message = format!("the {kind} metric `{}` lacks {wanted}", it.name);
            let finding = Diagnostic::error(Code::InvalidProperty, message).at(it.location);
            self.diagnostics
                .push(finding.help("add it under `type_params:`"));
            return Default::default();
        }
        let (mut needs, mut measures) = (Vec::new(), Vec::new());
        for part in parts {
            let name = part["name"].as_str().unwrap_or_default();
            let of_metrics = matches!(kind, "ratio" | "derived");
            let found = match of_metrics {
                true => self.names.metric(name, it),
                false => self.names.measure(name, it),
            };
            match found {
                Ok(id) if self.open.contains(&id) => {
                    let names = self.open.iter().chain([&id]).map(|id| &**id);
                    let message =
                        format!("found a cycle: {}", names.collect::<Vec<_>>().join(" → "));
                    let finding = Diagnostic::error(Code::Cycle, message).at(it.location);
                    let help = "a metric cannot be computed from itself";
                    self.diagnostics.push(finding.help(help));
                }
                Ok(id) => {
                    let inner = match of_metrics {
                        true => self.resolve(resources, &id),
                        false => vec![part.clone()],
                    };
                    for measure in inner {
                        if !measures.contains(&measure) {
                            measures.push(measure);
                        }
                    }
                    if !needs.contains(&id) {
                        needs.push(id);
                    }
                }
                Err(finding) => self.diagnostics.push(finding),
            }
        }
        (needs, measures)
    }
}

/// The measures or metrics that a metric of a kind is computed from, and their key for people.
fn inputs_of<'a>(kind: &str, params: &'a Json) -> (Vec<&'a Json>, &'static str) {
    let both = |of: &'a Json, keys: [&str; 2]| keys.map(|key| &of[key]).to_vec();
    match kind {
        "conversion" => {
            let measures = ["base_measure", "conversion_measure"];
            let inputs = both(&params["conversion_type_params"], measures);
            (inputs, "`conversion_type_params`")
        }
        "ratio" => {
            let inputs = both(params, ["numerator", "denominator"]);
            (inputs, "a `numerator` or a `denominator`")
        }
        "derived" => {
            let inputs = params["metrics"].as_array();
            (inputs.into_iter().flatten().collect(), "`metrics`")
        }
        _ => (vec![&params["measure"]], "a `measure`"),
    }
}

fn saved_query(resources: &mut Resources, id: &UniqueId, names: &Names) -> Vec<Diagnostic> {
    let Some(it) = resources.semantic.get_mut(id).map(Arc::make_mut) else {
        return Vec::new();
    };
    let (mut needs, mut diagnostics) = (Vec::new(), Vec::new());
    for name in it.query_metrics() {
        match names.metric(name, it) {
            Ok(id) if !needs.contains(&id) => needs.push(id),
            Ok(_) => {}
            Err(finding) => diagnostics.push(finding),
        }
    }
    it.depends_on.nodes = needs;
    diagnostics
}

fn metrics_of_exposure(it: &mut Exposure, names: &Names) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for call in &it.metrics {
        let Some(name) = call.last() else { continue };
        match names.nearest(names.metrics.get(name), &it.package_name) {
            Some(id) if !it.depends_on.nodes.contains(&id) => it.depends_on.nodes.push(id),
            Some(_) => {}
            None => {
                let message = format!(
                    "the exposure `{}` needs the metric `{name}`, which does not exist",
                    it.name
                );
                let near = did_you_mean(name, names.metrics.keys().map(String::as_str));
                let mut finding = Diagnostic::error(Code::UnresolvedRef, message).at(it.location);
                finding.help = near.map(|near| format!("did you mean `metric('{near}')`?"));
                diagnostics.push(finding);
            }
        }
    }
    diagnostics
}
