//! Which semantic models, metrics and saved queries a change reaches.
//!
//! A semantic model is reached by the columns behind its elements; a metric by the measures that it is made of, their time, and the
//! elements that its filters name; a saved query by its metrics, and by the elements that it groups and filters by. An
//! element that a metric can only be grouped by leaves the metric as it is.

use std::collections::{BTreeSet, HashMap, HashSet};

use serde_json::Value as Json;

use super::reach::{AllTouched, Names, Touched};
use super::users::reached;
use super::{ImpactInput, Reached};
use crate::artifacts::NodeColumns;
use crate::graph::Index;
use crate::jinja::context::query_items;
use crate::nodes::{Resource, ResourceType, Semantic, UniqueId};
use crate::sql::{Grammar, column_names};

/// Finds what is reached.
pub(super) fn semantic(
    input: ImpactInput<'_>,
    below: &[Index],
    all: &AllTouched,
    names: &Names<'_>,
) -> Vec<Reached> {
    let mut found = Found::default();
    let mut list = Vec::new();
    let models = below
        .iter()
        .filter_map(|it| match input.resources.get(input.graph.id(*it)) {
            Some(Resource::Semantic(it)) => Some(it),
            _ => None,
        });
    for it in models.filter(|it| it.resource_type == ResourceType::SemanticModel) {
        let mut of = Vec::new();
        for id in &it.depends_on.nodes {
            let Some(touched) = all.get(id) else { continue };
            let empty = NodeColumns::default();
            let known = input.columns.get(id).unwrap_or(&empty);
            let elements = Elements::of(it, touched, known, input.grammar);
            of.extend(elements.columns.iter().map(|it| names.column(id, it)));
            if elements.is_whole {
                of.push(names.of(id));
            }
            found.take(it, elements);
        }
        add(&mut list, it, of);
    }
    let others = input.resources.semantic.keys();
    let others = others.filter_map(|it| input.graph.index(it));
    for index in input.order.sort(others) {
        let Some(Resource::Semantic(it)) = input.resources.get(input.graph.id(index)) else {
            continue;
        };
        let made_of = match it.resource_type {
            ResourceType::Metric => found.of_metric(it),
            ResourceType::SavedQuery => found.of_saved_query(it),
            _ => continue,
        };
        if !made_of.is_empty() {
            found.others.insert(it.unique_id.clone());
        }
        let of = made_of.iter().map(|it| names.of(it)).collect();
        add(&mut list, it, of);
    }
    list
}

fn add(list: &mut Vec<Reached>, it: &Semantic, mut of: Vec<String>) {
    of.sort();
    of.dedup();
    if !of.is_empty() {
        list.push(reached(&it.unique_id, &it.name, it.resource_type, of));
    }
}

/// What is reached of one semantic model.
#[derive(Debug, Default)]
struct Elements {
    /// All of it, as the rows are.
    is_whole: bool,
    /// The columns behind its elements.
    columns: BTreeSet<String>,
    /// Measures whose values are others.
    measures: HashSet<String>,
    entities: HashSet<String>,
    dimensions: HashSet<String>,
}

impl Elements {
    fn of(model: &Semantic, touched: &Touched, known: &NodeColumns, grammar: Grammar) -> Self {
        let mut found = Self {
            is_whole: touched.is_whole() || touched.perhaps.is_some(),
            ..Self::default()
        };
        for list in ["entities", "dimensions", "measures"] {
            for (_, element) in model.objects(list) {
                let Some(name) = element["name"].as_str() else {
                    continue;
                };
                let expression = element["expr"].as_str().unwrap_or(name);
                let read = columns_of(expression, known, grammar);
                let read = read.into_iter();
                let of = read.filter(|it| touched.columns.contains_key(&it.to_lowercase()));
                let of: Vec<String> = of.collect();
                if of.is_empty() {
                    continue;
                }
                found.columns.extend(of);
                let own = match list {
                    "entities" => &mut found.entities,
                    "dimensions" => &mut found.dimensions,
                    _ => &mut found.measures,
                };
                own.insert(name.to_owned());
            }
        }
        let timed = model.objects("measures").filter(|(_, it)| {
            let time = it["agg_time_dimension"].as_str();
            let time = time.or(model.field("defaults")["agg_time_dimension"].as_str());
            let other = &it["non_additive_dimension"];
            let groupings = other["window_groupings"].as_array().into_iter().flatten();
            let named = groupings.chain([&other["name"]]).filter_map(Json::as_str);
            let mut named = named.chain(time);
            named.any(|it| found.dimensions.contains(it) || found.entities.contains(it))
        });
        let timed = timed.filter_map(|(_, it)| Some(it["name"].as_str()?.to_owned()));
        let timed: Vec<String> = timed.collect();
        found.measures.extend(timed);
        found
    }
}

/// Lists the columns that an expression reads; where it is not understood, those that it names.
fn columns_of(expression: &str, known: &NodeColumns, grammar: Grammar) -> Vec<String> {
    column_names(grammar, expression).unwrap_or_else(|| {
        let words = expression.split(|it: char| !it.is_alphanumeric() && it != '_');
        let is_column = |word: &&str| {
            let mut columns = known.columns.keys();
            columns.any(|it| it.eq_ignore_ascii_case(word))
        };
        words.filter(is_column).map(str::to_owned).collect()
    })
}

/// What is reached so far.
#[derive(Debug, Default)]
struct Found {
    models: HashMap<UniqueId, Elements>,
    /// Metrics and saved queries.
    others: HashSet<UniqueId>,
    /// Semantic models of which an entity is reached, by its name.
    entities: HashMap<String, UniqueId>,
    /// Semantic models of which a dimension is reached, by the names of an entity of theirs and of the dimension.
    dimensions: HashMap<[String; 2], UniqueId>,
}

impl Found {
    fn take(&mut self, model: &Semantic, elements: Elements) {
        let id = &model.unique_id;
        for name in &elements.entities {
            self.entities.insert(name.clone(), id.clone());
        }
        let entities = model.objects("entities");
        let entities = entities.filter_map(|(_, it)| it["name"].as_str());
        let entities = entities.chain(model.field("primary_entity").as_str());
        for entity in entities {
            let all = model.objects("dimensions").map(|it| &it.1["name"]);
            let all = all.filter_map(Json::as_str);
            for name in all.filter(|it| elements.is_whole || elements.dimensions.contains(*it)) {
                let key = [entity.to_owned(), name.to_owned()];
                self.dimensions.insert(key, id.clone());
            }
            if elements.is_whole {
                self.entities.insert(entity.to_owned(), id.clone());
            }
        }
        self.models.insert(id.clone(), elements);
    }

    /// Lists by what a metric is reached.
    fn of_metric(&self, metric: &Semantic) -> Vec<UniqueId> {
        let params = metric.field("type_params");
        let measures = params["input_measures"].as_array().into_iter().flatten();
        let measures: Vec<&str> = measures.filter_map(|it| it["name"].as_str()).collect();
        let needs = metric.depends_on.nodes.iter();
        let made_of = needs.filter(|id| match self.models.get(*id) {
            Some(it) => it.is_whole || measures.iter().any(|name| it.measures.contains(*name)),
            None => self.others.contains(*id),
        });
        let mut all: Vec<UniqueId> = made_of.cloned().collect();
        let mut filters = vec![metric.field("filter")];
        for key in ["measure", "numerator", "denominator"] {
            filters.push(&params[key]["filter"]);
        }
        let of_conversion = &params["conversion_type_params"];
        for key in ["base_measure", "conversion_measure"] {
            filters.push(&of_conversion[key]["filter"]);
        }
        let metrics = params["metrics"].as_array().into_iter().flatten();
        filters.extend(metrics.map(|it| &it["filter"]));
        for filter in filters {
            all.extend(self.filtered_by(filter, metric));
        }
        let entity = of_conversion["entity"].as_str();
        all.extend(entity.and_then(|it| self.entities.get(it)).cloned());
        all
    }

    /// Lists by what a saved query is reached.
    fn of_saved_query(&self, query: &Semantic) -> Vec<UniqueId> {
        let needs = query.depends_on.nodes.iter();
        let mut all: Vec<UniqueId> = needs
            .filter(|it| self.others.contains(*it))
            .cloned()
            .collect();
        let params = query.field("query_params");
        for key in ["group_by", "order_by"] {
            let items = params[key].as_array().into_iter().flatten();
            for item in items.filter_map(Json::as_str) {
                all.extend(self.named(&format!("{{{{ {item} }}}}"), query));
            }
        }
        all.extend(self.filtered_by(&params["where"], query));
        all
    }

    /// Lists the semantic models of which a condition names something that is reached.
    fn filtered_by(&self, filter: &Json, by: &Semantic) -> Vec<UniqueId> {
        let conditions = filter["where_filters"].as_array().into_iter().flatten();
        let texts = conditions.filter_map(|it| it["where_sql_template"].as_str());
        texts.flat_map(|it| self.named(it, by)).collect()
    }

    /// Lists the semantic models of which a text names something that is reached.
    fn named(&self, template: &str, by: &Semantic) -> Vec<UniqueId> {
        let items = query_items(template, by.location, true).unwrap_or_default();
        let mut all = Vec::new();
        for item in items {
            let written = item.path.iter().map(String::as_str);
            let parts: Vec<&str> = written.chain(item.name.split("__")).collect();
            let entities = parts.iter().filter_map(|it| self.entities.get(*it));
            let pairs = parts.windows(2).filter_map(|it| match it {
                [entity, name] => {
                    let key = [(*entity).to_owned(), (*name).to_owned()];
                    self.dimensions.get(&key)
                }
                _ => None,
            });
            all.extend(entities.chain(pairs).cloned());
        }
        all
    }
}
