//! Runs as OpenLineage's run events: of the run itself, which is the parent, and of each node that it began.
//!
//! In: the entries that a run has left, and what is known of its nodes. Out: events in their order. The same input gives the
//! same events, ids included, so that whoever gets one twice can tell.

use std::collections::{BTreeMap, HashMap};

use indexmap::IndexMap;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{PRODUCER, SPEC, column_lineage, facet, schema, split};
use crate::artifacts::NodeColumns;
use crate::nodes::UniqueId;

/// What is known beside the entries of a run.
pub struct Known<'a> {
    /// The namespace of jobs.
    pub namespace: &'a str,
    /// The project.
    pub project: &'a str,
    /// The engine that reads the SQL.
    pub dialect: &'a str,
    /// What nodes are.
    pub nodes: &'a HashMap<UniqueId, Described>,
    /// Their columns.
    pub columns: &'a BTreeMap<UniqueId, NodeColumns>,
    /// Names of relations: `database.schema.name`.
    pub datasets: &'a HashMap<UniqueId, String>,
}

/// What is known of a node.
#[derive(Debug, Clone, Default)]
pub struct Described {
    /// Fingerprint of its file; an entry with another one is of another state of it.
    pub checksum: String,
    /// `sql`, `python`.
    pub language: &'static str,
    /// Its SQL as compiled.
    pub sql: Option<String>,
    /// The relations that it reads.
    pub inputs: Vec<UniqueId>,
    /// Whether it builds a relation.
    pub builds: bool,
    /// What people say of it.
    pub description: String,
    /// Who answers for it.
    pub owners: Vec<String>,
    /// What it tests.
    pub assertion: Option<Assertion>,
}

/// A test of relations.
#[derive(Debug, Clone)]
pub struct Assertion {
    /// `unique`, `not_null` …
    pub kind: String,
    /// The column.
    pub column: Option<String>,
    /// `error`, `warn`.
    pub severity: String,
    /// The relations that it is about.
    pub on: Vec<UniqueId>,
}

/// Returns what tells an event, a line of JSON, from all others.
pub fn identity(line: &str) -> String {
    let event: Value = serde_json::from_str(line).unwrap_or_default();
    format!("{} {}", event["run"]["runId"], event["eventType"])
}

/// Makes the events of a run that is over. `entries` are its rows of the table of events, in their order.
pub fn run_events(entries: &[Value], known: &Known<'_>) -> Vec<Value> {
    let Some(first) = entries.first().filter(|it| it["kind"] == "run_started") else {
        return Vec::new();
    };
    let run = Run::of(first, known);
    let mut all = vec![run.event("START", first, Map::new())];
    let mut open: IndexMap<&str, &Value> = IndexMap::new();
    for entry in entries {
        let Some(node) = entry["node"].as_str() else {
            continue;
        };
        if entry["kind"] == "node_started" {
            open.insert(node, entry);
            all.push(run.of_node("START", entry, entry));
        }
        if entry["kind"] == "node_finished" && open.shift_remove(node).is_some() {
            let is_failure = entry["level"] == "error";
            let kind = if is_failure { "FAIL" } else { "COMPLETE" };
            all.push(run.of_node(kind, entry, entry));
        }
    }
    let last = entries.last().unwrap_or(first);
    for started in open.into_values() {
        all.push(run.of_node("ABORT", started, last));
    }
    let ended = entries.iter().find(|it| it["kind"] == "run_finished");
    let (kind, facets) = match ended.and_then(|it| it["status"].as_str()) {
        Some("success") => ("COMPLETE", Map::new()),
        Some("error") => ("FAIL", error(&reason(entries), "SQL")),
        _ => ("ABORT", Map::new()),
    };
    all.push(run.event(kind, ended.unwrap_or(last), facets));
    all
}

/// The run itself.
struct Run<'a> {
    id: Uuid,
    job: Value,
    version: &'a str,
    known: &'a Known<'a>,
}

impl<'a> Run<'a> {
    fn of(first: &'a Value, known: &'a Known<'a>) -> Self {
        let id = first["run_id"].as_str().unwrap_or_default();
        let command = first["message"].as_str().unwrap_or_default();
        let name = format!("{}.{command}", known.project);
        Self {
            id: Uuid::parse_str(id).unwrap_or_else(|_| Uuid::new_v5(&Uuid::nil(), id.as_bytes())),
            job: json!({"namespace": known.namespace, "name": name}),
            version: first["facts"]["version"].as_str().unwrap_or_default(),
            known,
        }
    }

    /// Makes an event of the run.
    fn event(&self, kind: &str, at: &Value, mut facets: Map<String, Value>) -> Value {
        self.add_engine(&mut facets);
        let mut job = self.job.clone();
        job["facets"] = json!({"jobType": job_type("JOB")});
        json!({
            "eventType": kind,
            "eventTime": time(at),
            "producer": PRODUCER,
            "schemaURL": format!("{SPEC}/RunEvent"),
            "run": {"runId": self.id.to_string(), "facets": facets},
            "job": job,
            "inputs": [],
            "outputs": [],
        })
    }

    /// Makes an event of a node in it.
    fn of_node(&self, kind: &str, entry: &Value, at: &Value) -> Value {
        let id = entry["node"].as_str().unwrap_or_default();
        let checksum = entry["facts"]["checksum"].as_str();
        let described = self.known.nodes.get(id);
        let described = described.filter(|it| checksum.is_none_or(|now| now == it.checksum));
        let language = described.map_or("sql", |it| it.language).to_uppercase();
        let mut facets = Map::new();
        if kind == "FAIL" {
            facets = error(entry["message"].as_str().unwrap_or_default(), &language);
        }
        self.add_engine(&mut facets);
        let parent = json!({"run": {"runId": self.id.to_string()}, "job": self.job});
        facets.insert(
            "parent".to_owned(),
            facet(("1-2-0", "ParentRunFacet"), parent),
        );
        json!({
            "eventType": kind,
            "eventTime": time(at),
            "producer": PRODUCER,
            "schemaURL": format!("{SPEC}/RunEvent"),
            "run": {"runId": Uuid::new_v5(&self.id, id.as_bytes()).to_string(), "facets": facets},
            "job": self.job_of(id, entry, described),
            "inputs": described.map_or_else(Vec::new, |it| self.inputs(it, kind, entry)),
            "outputs": described.map_or_else(Vec::new, |it| self.outputs(id, it, kind, entry)),
        })
    }

    fn job_of(&self, id: &str, entry: &Value, described: Option<&Described>) -> Value {
        let kind = entry["resource_type"].as_str().unwrap_or_default();
        let mut facets = Map::new();
        facets.insert("jobType".to_owned(), job_type(&kind.to_uppercase()));
        if let Some(sql) = described.and_then(|it| it.sql.as_ref()) {
            let says = json!({"query": sql, "dialect": self.known.dialect});
            facets.insert("sql".to_owned(), facet(("1-1-0", "SQLJobFacet"), says));
        }
        json!({"namespace": self.known.namespace, "name": id, "facets": facets})
    }

    fn inputs(&self, described: &Described, kind: &str, entry: &Value) -> Vec<Value> {
        let has_ended = matches!(kind, "COMPLETE" | "FAIL") && entry["status"] != "error";
        let assertion = described.assertion.as_ref().filter(|_| has_ended);
        let inputs = described.inputs.iter().map(|id| {
            let mut dataset = self.dataset(id);
            let about = assertion.filter(|it| it.on.contains(id));
            if let Some(assertion) = about {
                dataset["inputFacets"] = json!({"dataQualityAssertions": tested(assertion, entry)});
            }
            dataset
        });
        inputs.collect()
    }

    fn outputs(&self, id: &str, described: &Described, kind: &str, entry: &Value) -> Vec<Value> {
        if !described.builds {
            return Vec::new();
        }
        let id = UniqueId::from(id);
        let mut dataset = self.dataset(&id);
        if let Some(own) = self.known.columns.get(&id).filter(|_| kind == "COMPLETE") {
            let lineage = column_lineage(own, |_| true, self.known.datasets);
            dataset["facets"]["columnLineage"] = lineage;
        }
        if !described.description.is_empty() {
            let says = json!({"description": described.description});
            dataset["facets"]["documentation"] =
                facet(("1-1-0", "DocumentationDatasetFacet"), says);
        }
        if !described.owners.is_empty() {
            let owners = described.owners.iter().map(|it| json!({"name": it}));
            let says = json!({"owners": owners.collect::<Vec<_>>()});
            dataset["facets"]["ownership"] = facet(("1-0-1", "OwnershipDatasetFacet"), says);
        }
        let rows = entry["facts"]["answer"]["adapter_response"]["rows_affected"].as_i64();
        if let Some(rows) = rows.filter(|it| *it >= 0 && kind == "COMPLETE") {
            let says = json!({"rowCount": rows});
            let statistics = facet(("1-0-2", "OutputStatisticsOutputDatasetFacet"), says);
            dataset["outputFacets"] = json!({"outputStatistics": statistics});
        }
        vec![dataset]
    }

    /// Names a relation, with its columns as far as they are known.
    fn dataset(&self, id: &UniqueId) -> Value {
        let name = self.known.datasets.get(id).cloned().unwrap_or_default();
        let (namespace, name) = split(&name);
        let mut facets = Map::new();
        let columns = self.known.columns.get(id);
        if let Some(own) = columns.filter(|it| !it.columns.is_empty()) {
            facets.insert("schema".to_owned(), schema(own));
        }
        json!({"namespace": namespace, "name": name, "facets": facets})
    }

    fn add_engine(&self, facets: &mut Map<String, Value>) {
        let says = json!({
            "name": "dsql", "version": self.version, "openlineageAdapterVersion": self.version,
        });
        let engine = facet(("1-1-1", "ProcessingEngineRunFacet"), says);
        facets.insert("processing_engine".to_owned(), engine);
    }
}

fn job_type(kind: &str) -> Value {
    let says = json!({"processingType": "BATCH", "integration": "DSQL", "jobType": kind});
    facet(("2-0-4", "JobTypeJobFacet"), says)
}

fn error(message: &str, language: &str) -> Map<String, Value> {
    let says = json!({"message": message, "programmingLanguage": language});
    let facet = facet(("1-0-1", "ErrorMessageRunFacet"), says);
    Map::from_iter([("errorMessage".to_owned(), facet)])
}

/// Says how a test of a relation has ended.
fn tested(assertion: &Assertion, entry: &Value) -> Value {
    let mut says = json!({
        "assertion": assertion.kind,
        "success": entry["status"] == "pass",
        "severity": assertion.severity,
    });
    if let Some(column) = &assertion.column {
        says["column"] = json!(column);
    }
    facet(
        ("1-1-0", "DataQualityAssertionsDatasetFacet"),
        json!({"assertions": [says]}),
    )
}

/// Says why a run has failed: what was found first, or which nodes have failed.
fn reason(entries: &[Value]) -> String {
    let errors = || entries.iter().filter(|it| it["level"] == "error");
    let names = errors()
        .filter(|it| it["kind"] == "node_finished")
        .filter_map(|it| it["name"].as_str());
    let names: Vec<&str> = names.collect();
    if !names.is_empty() {
        return format!("failed: {}", names.join(", "));
    }
    let mut messages = errors().filter_map(|it| it["message"].as_str());
    let first = messages.find(|it| !it.is_empty());
    first.unwrap_or("the run has failed").to_owned()
}

fn time(entry: &Value) -> String {
    let at = entry["happened_at"].as_str().unwrap_or_default();
    format!("{}Z", at.replacen(' ', "T", 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_counted_where_the_engine_counts_them() {
        let id = UniqueId::from("model.shop.a");
        let described = Described {
            builds: true,
            ..Described::default()
        };
        let nodes = HashMap::from([(id.clone(), described)]);
        let datasets = HashMap::from([(id, "db.main.a".to_owned())]);
        let known = Known {
            namespace: "shop",
            project: "shop",
            dialect: "sql",
            nodes: &nodes,
            columns: &BTreeMap::new(),
            datasets: &datasets,
        };
        let answer = json!({"answer": {"adapter_response": {"rows_affected": 7}}});
        let entries = [
            json!({"kind": "run_started", "run_id": "no-uuid", "message": "run"}),
            json!({"kind": "node_started", "node": "model.shop.a"}),
            json!({"kind": "node_finished", "node": "model.shop.a", "status": "success", "facts": answer}),
        ];
        let events = run_events(&entries, &known);
        let output = &events[2]["outputs"][0];
        assert_eq!(output["outputFacets"]["outputStatistics"]["rowCount"], 7);
        assert_eq!(
            (&output["namespace"], &output["name"]),
            (&json!("db"), &json!("main.a"))
        );
        // Nobody has said how the run ended.
        assert_eq!(events[3]["eventType"], "ABORT");
        assert!(Uuid::parse_str(events[3]["run"]["runId"].as_str().unwrap()).is_ok());
    }
}
