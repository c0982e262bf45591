//! Measures have what their aggregation needs, and a time.

use std::collections::HashMap;

use serde_json::Value as Json;

use super::dimensions::no_time_dimension;
use super::{Layer, has_time_dimension, named, text, wrong};
use crate::diagnostics::Diagnostic;
use crate::nodes::Semantic;
use crate::text::Location;

pub(super) fn check(layer: &Layer<'_>, findings: &mut Vec<Diagnostic>) {
    let mut seen: HashMap<&str, (&str, Location)> = HashMap::new();
    for it in &layer.models {
        for (pointer, measure) in it.objects("measures") {
            let one = Measure {
                it,
                pointer,
                measure,
            };
            one.time(findings);
            one.count(findings);
            one.percentile(findings);
            one.non_additive(findings);
            let (name, at) = (text(measure, "name"), one.place("name"));
            match seen.get(name) {
                Some((model, _)) if *model == it.name => {}
                Some((model, first)) => {
                    let message =
                        format!("the measure `{name}` is in the semantic model `{model}`, too");
                    let finding = wrong(at, message, "rename one of them");
                    findings.push(finding.label(*first, "the other one"));
                }
                None => {
                    seen.insert(name, (&it.name, at));
                }
            }
        }
    }
}

struct Measure<'a> {
    it: &'a Semantic,
    pointer: String,
    measure: &'a Json,
}

impl Measure<'_> {
    fn place(&self, key: &str) -> Location {
        self.it.place(&format!("{}/{key}", self.pointer))
    }

    fn name(&self) -> &str {
        text(self.measure, "name")
    }

    /// The dimension over which it is aggregated, its own or that of the model.
    fn agg_time_dimension(&self) -> &str {
        match text(self.measure, "agg_time_dimension") {
            "" => text(self.it.field("defaults"), "agg_time_dimension"),
            own => own,
        }
    }

    fn time(&self, findings: &mut Vec<Diagnostic>) {
        let name = self.agg_time_dimension();
        if name.is_empty() {
            let message = format!("the measure `{}` has no time", self.name());
            let help =
                "add `agg_time_dimension: …` to it, or to the `defaults:` of the semantic model";
            findings.push(wrong(self.place("name"), message, help));
        } else if !self.measure["agg_time_dimension"].is_null()
            && !has_time_dimension(self.it, name)
        {
            // A default that does not exist is told once.
            findings.push(no_time_dimension(
                self.it,
                name,
                self.place("agg_time_dimension"),
            ));
        }
    }

    fn count(&self, findings: &mut Vec<Diagnostic>) {
        if self.measure["agg"] != "count" {
            return;
        }
        let expr = self.measure["expr"].as_str();
        if expr.is_none() {
            let message = format!(
                "the measure `{}` counts, and does not say what",
                self.name()
            );
            let help = "add `expr: 1` to count rows, or the column whose values count";
            findings.push(wrong(self.place("agg"), message, help));
        } else if expr.is_some_and(|it| it.to_lowercase().starts_with("distinct ")) {
            let message = format!("the measure `{}` counts with `distinct`", self.name());
            let help = "write `agg: count_distinct`, and leave `distinct` out of `expr`";
            findings.push(wrong(self.place("expr"), message, help));
        }
    }

    fn percentile(&self, findings: &mut Vec<Diagnostic>) {
        let params = &self.measure["agg_params"];
        let (agg, name) = (text(self.measure, "agg"), self.name());
        let percentile = params["percentile"].as_f64();
        let at = self.place("agg_params/percentile");
        match (agg, percentile) {
            ("percentile", None) => {
                let message = format!("the measure `{name}` does not say which percentile it is");
                let help = "add `agg_params: {percentile: 0.5}`";
                findings.push(wrong(self.place("agg"), message, help));
            }
            ("percentile", Some(value)) if value <= 0.0 || value >= 1.0 => {
                let message = format!(
                    "the percentile {value} of the measure `{name}` is not between 0 and 1"
                );
                let help =
                    "write `percentile: 0.65` for 65 %; for 0 and 1, `agg: min` and `agg: max`";
                findings.push(wrong(at, message, help));
            }
            ("percentile", _) => {}
            ("median", _) => {
                if percentile.is_some_and(|it| it != 0.5) {
                    let message =
                        format!("the measure `{name}` is a median with another percentile");
                    findings.push(wrong(at, message, "remove `percentile`, or write 0.5"));
                }
                if params["use_discrete_percentile"] == true {
                    let message =
                        format!("the measure `{name}` is a median with a discrete percentile");
                    let at = self.place("agg_params/use_discrete_percentile");
                    findings.push(wrong(at, message, "remove `use_discrete_percentile`"));
                }
            }
            _ => {
                let set = |key: &&str| match &params[*key] {
                    Json::Bool(on) => *on,
                    Json::Number(number) => number.as_f64().is_some_and(|it| it != 0.0),
                    _ => false,
                };
                let keys = [
                    "percentile",
                    "use_discrete_percentile",
                    "use_approximate_percentile",
                ];
                for key in keys.iter().filter(|key| set(key)) {
                    let message = format!(
                        "`{key}` means nothing for the measure `{name}`, which is no percentile"
                    );
                    let at = self.place(&format!("agg_params/{key}"));
                    findings.push(wrong(at, message, "remove it, or write `agg: percentile`"));
                }
            }
        }
    }

    fn non_additive(&self, findings: &mut Vec<Diagnostic>) {
        let non_additive = &self.measure["non_additive_dimension"];
        let time = named(self.it, "dimensions", self.agg_time_dimension());
        let (Some(time), false) = (time, non_additive.is_null()) else {
            return;
        };
        let place = |key: &str| self.place(&format!("non_additive_dimension/{key}"));
        let name = text(non_additive, "name");
        let found = named(self.it, "dimensions", name);
        if found.is_none_or(|it| it["type"] != "time") {
            findings.push(no_time_dimension(self.it, name, place("name")));
        }
        let grain = |it: &Json| {
            it["type_params"]["time_granularity"]
                .as_str()
                .map(str::to_owned)
        };
        if let (Some(own), Some(wanted)) = (found.and_then(grain), grain(time))
            && own != wanted
        {
            let message = format!(
                "`{name}` has the granularity {own}, and the time of the measure `{}` has {wanted}",
                self.name()
            );
            let help = "name a dimension of the same granularity";
            findings.push(wrong(place("name"), message, help));
        }
        let choice = text(non_additive, "window_choice");
        if !["min", "max"].contains(&choice) {
            let message = format!("`window_choice` can be min or max, not {choice}");
            findings.push(wrong(
                place("window_choice"),
                message,
                "write `min` or `max`",
            ));
        }
        let groupings = non_additive["window_groupings"].as_array();
        for (at, grouping) in groupings.into_iter().flatten().enumerate() {
            let grouping = grouping.as_str().unwrap_or_default();
            if named(self.it, "entities", grouping).is_none() {
                let message = format!(
                    "`{grouping}` is not an entity of the semantic model `{}`",
                    self.it.name
                );
                let at = place(&format!("window_groupings/{at}"));
                findings.push(wrong(at, message, "group by entities"));
            }
        }
    }
}
