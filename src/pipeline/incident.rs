//! `incident`: what a bad delivery has touched is traced, contained and repaired.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::columns::{Worked, compiled_columns};
use super::hidden::hides;
use super::impact::column_of;
use super::lineage::meant;
use super::logs::moment;
use super::quarantine::who;
use super::{Exit, Product, Ready, Surroundings, build, execution};
use crate::adapters::Relation;
use crate::alerts::{Kind, Observation, Observed, Severity};
use crate::artifacts::NodeColumns;
use crate::diagnostics::{Code, Diagnostic, did_you_mean};
use crate::events::Event;
use crate::execute::{
    self, Execution, Failure, Hold, Incident, IncidentStep, Incidents, RolledBack,
};
use crate::impact::{ImpactInput, Order, Start, reach};
use crate::incident::{Contact, Found, Since, Trace, TraceInput, keys_carried, trace};
use crate::invocation::{Command, Invocation};
use crate::jinja::context::{node_relation, source_relation};
use crate::lineage::Lineage;
use crate::nodes::{Node, Resource, UniqueId};
use crate::system::sql_time;

/// What there is to say of incidents.
#[derive(Debug)]
pub enum Incidental {
    /// All that there are.
    Listed(Vec<(Incident, String)>),
    /// One of them, by the name of its node, with what was done.
    Shown(Box<Incident>, String, Vec<IncidentStep>),
    /// What a bad delivery has touched.
    Traced(Box<Trace>),
    /// What is held from now on: the incident, the name of its node, and lines for people.
    Contained(Box<Incident>, String, Vec<String>),
    /// What is to be done, and whether it is done; with the name of the node.
    Planned(Box<Incident>, String, Vec<Planned>, bool),
}

impl Incidental {
    /// Tells whether it is a plan that can be carried out.
    pub fn waits(&self) -> bool {
        matches!(self, Self::Planned(incident, .., false) if incident.state != "repaired")
    }
}

/// Says how data is after something was done about an incident, to those who are told of it.
pub(super) fn observed(product: &Product) -> Option<Observed> {
    let Product::Incidental(found) = product else {
        return None;
    };
    let (incident, name, is) = match &**found {
        Incidental::Contained(incident, name, held) => {
            let what = format!("{}: {}", incident.reason, held.join("; "));
            (incident, name, Observation::Bad(Severity::Error, what))
        }
        Incidental::Planned(incident, name, _, true) => (incident, name, Observation::Well),
        _ => return None,
    };
    Some(Observed {
        kind: Kind::Incident,
        node: incident.node.clone(),
        name: name.clone(),
        part: Some(incident.id.clone()),
        is,
        failures: None,
    })
}

/// One part of a repair.
#[derive(Debug, Clone)]
pub struct Planned {
    /// `fix`, `replay`, `release`, `notify`.
    pub what: &'static str,
    /// For people.
    pub detail: String,
}

/// Carries one of the actions out.
pub(super) fn incident(
    invocation: &Invocation,
    ready: &Ready,
    around: &Surroundings,
    findings: &mut Vec<Diagnostic>,
) -> (Exit, Product) {
    let execution = Arc::new(execution(invocation, ready, around));
    let desk = Desk {
        invocation,
        ready,
        around,
        execution: &execution,
    };
    let done = match invocation.text("action") {
        Some("trace") => desk.traced(findings).map(|it| {
            let shown = it.map(|(trace, _)| Incidental::Traced(Box::new(trace)));
            shown.map(|it| (Exit::Done, it))
        }),
        Some("contain") => desk.contain(findings),
        Some("repair") => desk.repair(findings),
        _ => desk.list(findings),
    };
    match done {
        Ok(Some((exit, shown))) => (exit, Product::Incidental(Box::new(shown))),
        Ok(None) => {
            ready.facts.base.warnings.judge(findings);
            (super::exit_of(findings), Product::None)
        }
        Err(failure) => {
            findings.push(failure.into_finding());
            (Exit::CouldNotRun, Product::None)
        }
    }
}

/// Tells whether an invocation does something about an incident.
pub(super) fn acts(invocation: &Invocation) -> bool {
    let is_confirmed = invocation.on("yes");
    match invocation.text("action") {
        Some("contain") => true,
        Some("repair") => is_confirmed,
        _ => false,
    }
}

/// Reads since when: a time, a span, or a run.
pub(super) fn since(word: Option<&str>, now: DateTime<Utc>) -> Since {
    let Some(word) = word else {
        return Since::Last;
    };
    match moment(word, now) {
        Some(at) => Since::Time(at.format("%Y-%m-%d %H:%M:%S").to_string()),
        None => Since::Run(word.to_owned()),
    }
}

type Done = Result<Option<(Exit, Incidental)>, Failure>;

/// What is held, by the name of the node, and how.
type Held = Vec<(String, String)>;

struct Desk<'a> {
    invocation: &'a Invocation,
    ready: &'a Ready,
    around: &'a Surroundings,
    execution: &'a Arc<Execution>,
}

/// How rows of the start are found in what was reached.
struct Keys {
    /// The key of the start.
    key: Option<String>,
    /// By node, the column that has it.
    carried: HashMap<UniqueId, String>,
}

impl Desk<'_> {
    fn now(&self) -> DateTime<Utc> {
        self.around.system.now()
    }

    /// Traces what is asked about; none if it is not known, which is told.
    fn traced(&self, findings: &mut Vec<Diagnostic>) -> Result<Option<(Trace, Keys)>, Failure> {
        let Some(word) = self.invocation.text("name") else {
            findings.push(self.nothing_named());
            return Ok(None);
        };
        let Some((id, column)) = meant(word, self.ready, findings) else {
            return Ok(None);
        };
        let since = since(self.invocation.text("since"), self.now());
        let worked = compiled_columns(self.invocation, self.ready, self.around, findings);
        let Some(Worked { lineage, .. }) = worked else {
            return Ok(None);
        };
        let own = lineage.nodes.get(&id).cloned().unwrap_or_default();
        let Some(column) = column_of(&id, column, &own, self.ready, findings) else {
            return Ok(None);
        };
        let versions = execute::versions(self.execution, &self.nodes())?;
        let name = self.ready.resources.search_name(&id);
        let input = TraceInput {
            start: &id,
            name: &name,
            column: column.as_deref(),
            since: &since,
            versions: &versions,
            reach: reach(
                self.input(&lineage, &Order::of(&self.ready.graph)),
                &start(&id, column.as_ref(), &own),
            ),
            rowless: &self.rowless(),
        };
        let Some(mut traced) = trace(input) else {
            let run = self.invocation.text("since").unwrap_or_default();
            let message = format!("the ledger lists no publish of a run `{run}`");
            let finding = Diagnostic::error(Code::InvalidFlag, message);
            findings.push(
                finding.help("name a run of `dsql versions`, a time, or a span: `--since 2h`"),
            );
            return Ok(None);
        };
        if !traced.start.is_listed && since == Since::Last {
            let message =
                format!("nothing is listed of `{name}`, so nobody knows since when it is bad");
            let finding = Diagnostic::error(Code::MissingVersion, message);
            findings.push(finding.help("say since when: `--since '2026-11-29 06:00'`; with `ledger: true` in its configuration its versions are known"));
            return Ok(None);
        }
        let keys = self.keys(&id, &traced, &lineage);
        if let Some(condition) = self.invocation.text("where") {
            traced.condition = Some(condition.to_owned());
            self.find(&mut traced, condition, &keys)?;
        }
        Ok(Some((traced, keys)))
    }

    fn nothing_named(&self) -> Diagnostic {
        let action = self.invocation.text("action").unwrap_or_default();
        let message = format!("`incident {action}` is asked of nothing");
        let help =
            format!("name a model or one of its columns: `dsql incident {action} orders.amount`");
        Diagnostic::error(Code::InvalidFlag, message).help(help)
    }

    fn nodes(&self) -> Vec<Arc<Node>> {
        let nodes = self.ready.resources.nodes.values();
        nodes
            .filter(|it| it.resource_type.is_refable())
            .cloned()
            .collect()
    }

    fn input<'l>(&'l self, lineage: &'l Lineage, order: &'l Order) -> ImpactInput<'l> {
        ImpactInput {
            resources: &self.ready.resources,
            graph: &self.ready.graph,
            columns: &lineage.nodes,
            order,
            grammar: self.ready.adapter.grammar(),
        }
    }

    fn rowless(&self) -> BTreeSet<UniqueId> {
        let nodes = self.ready.resources.nodes.values();
        let rowless = nodes.filter(|it| !holds_rows(it));
        let sources = self.ready.resources.sources.keys().cloned();
        rowless
            .map(|it| it.unique_id.clone())
            .chain(sources)
            .collect()
    }

    /// Finds the key of the start, and where it is carried to.
    fn keys(&self, id: &UniqueId, trace: &Trace, lineage: &Lineage) -> Keys {
        let key = self.invocation.text("key").map(str::to_owned);
        let key = key.or_else(|| self.ready.resources.nodes.get(id).and_then(|it| key_of(it)));
        let order: Vec<UniqueId> = trace.reached.iter().map(|it| it.id.clone()).collect();
        let carried = match &key {
            Some(key) => keys_carried(id, key, &order, &lineage.nodes),
            None => HashMap::new(),
        };
        Keys { key, carried }
    }

    /// Looks for the rows that a condition holds for, and for those with their keys.
    fn find(&self, trace: &mut Trace, condition: &str, keys: &Keys) -> Result<(), Failure> {
        let incidents = Incidents::open(self.execution)?;
        let Some(start) = self.relation(&trace.start.id) else {
            return Ok(());
        };
        let own = keys.key.as_deref();
        trace.start.found =
            self.found(&incidents, &trace.start.id, start.clone(), condition, own)?;
        let Some(own) = own else {
            return Ok(());
        };
        let within = format!("{} where {condition}", start.render());
        for contact in &mut trace.reached {
            let (Some(key), Some(relation)) =
                (keys.carried.get(&contact.id), self.relation(&contact.id))
            else {
                continue;
            };
            let condition = incidents.by_key(key, own, &within);
            contact.found = self.found(&incidents, &contact.id, relation, &condition, Some(key))?;
        }
        Ok(())
    }

    fn found(
        &self,
        incidents: &Incidents,
        id: &str,
        relation: Relation,
        condition: &str,
        key: Option<&str>,
    ) -> Result<Option<Found>, Failure> {
        let shown = key.filter(|key| !hides(self.ready, id, key));
        let found = incidents.rows(relation, condition, shown)?;
        Ok(found.map(|(rows, keys)| Found {
            rows,
            key: key.map(str::to_owned),
            keys,
        }))
    }

    /// Returns the relation of a node or a source.
    fn relation(&self, id: &str) -> Option<Relation> {
        let quoting = self.ready.facts.quoting;
        match self.ready.resources.get(id)? {
            Resource::Node(node) if node.relation_name.is_some() => {
                Some(node_relation(node, quoting))
            }
            Resource::Source(source) => Some(source_relation(source, quoting)),
            _ => None,
        }
    }

    fn node(&self, id: &str) -> Option<Arc<Node>> {
        self.ready.resources.nodes.get(id).cloned()
    }

    /// Quarantines rows, or goes back to good versions; what is held stays so until the repair.
    fn contain(&self, findings: &mut Vec<Diagnostic>) -> Done {
        let reason = self.invocation.text("reason").map(str::trim);
        let Some(reason) = reason.filter(|it| !it.is_empty()) else {
            let message = "why it is contained is not said";
            let finding = Diagnostic::error(Code::InvalidFlag, message);
            findings.push(finding.help("add `--reason 'orders came twice'`"));
            return Ok(None);
        };
        let Some((trace, keys)) = self.traced(findings)? else {
            return Ok(None);
        };
        let incident = self.opened(&trace, reason);
        let incidents = Incidents::open(self.execution)?;
        let (held, failed) = match &trace.condition {
            Some(condition) => self.hold_rows(&incidents, &incident, &trace, (condition, &keys))?,
            None => match self.go_back(&incidents, &incident, &trace, findings)? {
                Some(held) => (held, None),
                None => return Ok(None),
            },
        };
        let mut steps = vec![self.step("opened", &trace.start.name, reason)];
        let reached = trace.reached.iter();
        steps.extend(reached.map(|it| self.step("reached", &it.name, &touched(it))));
        steps.extend(
            held.iter()
                .map(|(name, what)| self.step("contained", name, what)),
        );
        incidents.record_steps(&incident.id, &steps)?;
        if held.is_empty() && failed.is_none() {
            incidents.set_state(&incident.id, "open", None)?;
            let message = "nothing could be contained: no table that was touched has such rows";
            let finding = Diagnostic::warning(Code::NothingToDo, message);
            findings.push(finding.help("`dsql incident trace` shows what was touched; views follow the tables that they read"));
        }
        findings.extend(failed.map(Failure::into_finding));
        let lines = held
            .into_iter()
            .map(|(name, what)| format!("{name}: {what}"))
            .collect();
        let exit = match findings.iter().any(Diagnostic::is_error) {
            true => Exit::Failed,
            false => Exit::Done,
        };
        let contained = Incidental::Contained(Box::new(incident), trace.start.name, lines);
        Ok(Some((exit, contained)))
    }

    fn opened(&self, trace: &Trace, reason: &str) -> Incident {
        let since = trace
            .start
            .versions
            .first()
            .map(|it| it.published_at.clone());
        let since = since.or_else(|| self.invocation.text("since").map(str::to_owned));
        Incident {
            id: self
                .around
                .invocation_id
                .chars()
                .filter(|it| *it != '-')
                .take(8)
                .collect(),
            opened_at: sql_time(self.now()),
            opened_by: who(self.invocation, self.around),
            node: trace.start.id.to_string(),
            column: trace.column.clone(),
            condition: trace.condition.clone(),
            since: since.unwrap_or_default(),
            reason: reason.to_owned(),
            state: "contained".to_owned(),
            closed_at: None,
        }
    }

    fn step(&self, step: &str, subject: &str, detail: &str) -> IncidentStep {
        IncidentStep {
            at: sql_time(self.now()),
            by: who(self.invocation, self.around),
            step: step.to_owned(),
            subject: subject.to_owned(),
            detail: detail.to_owned(),
        }
    }

    /// Puts rows into quarantine, in the order in which nodes are built. Returns what is held, and what went wrong, if anything did.
    fn hold_rows(
        &self,
        incidents: &Incidents,
        incident: &Incident,
        trace: &Trace,
        (condition, keys): (&str, &Keys),
    ) -> Result<(Held, Option<Failure>), Failure> {
        incidents.record(incident)?;
        let mut held = Vec::new();
        let mut within = self
            .relation(&trace.start.id)
            .map(|it| format!("{} where {condition}", it.render()));
        for contact in trace.all() {
            let has_rows = contact.found.as_ref().is_some_and(|it| it.rows > 0);
            let Some(node) = self
                .node(&contact.id)
                .filter(|_| contact.has_rows && has_rows)
            else {
                continue;
            };
            let is_start = contact.id == trace.start.id;
            let own = match (is_start, &keys.key, keys.carried.get(&contact.id), &within) {
                (true, ..) => condition.to_owned(),
                (false, Some(of), Some(key), Some(within)) => incidents.by_key(key, of, within),
                _ => continue,
            };
            let hold = Hold {
                incident: incident.id.clone(),
                condition: Some(own),
                version: None,
                reason: incident.reason.clone(),
            };
            match incidents.contain(&node, &hold, self.now()) {
                Ok(rows) => {
                    let rows = if rows == 1 {
                        "1 row".to_owned()
                    } else {
                        format!("{rows} rows")
                    };
                    held.push((
                        contact.name.clone(),
                        format!("{rows} in quarantine, and those that come again"),
                    ));
                    if is_start {
                        within = Some(incidents.in_quarantine(&node, &incident.id));
                    }
                }
                Err(failure) => return Ok((held, Some(failure))),
            }
        }
        Ok((held, None))
    }

    /// Goes back to the last good versions, and keeps nodes there. None if that cannot be, which is told.
    fn go_back(
        &self,
        incidents: &Incidents,
        incident: &Incident,
        trace: &Trace,
        findings: &mut Vec<Diagnostic>,
    ) -> Result<Option<Held>, Failure> {
        let with_rows = || {
            trace
                .all()
                .filter(|it| it.has_rows && !it.versions.is_empty())
        };
        let mut held = Vec::new();
        let mut nodes = Vec::new();
        for contact in with_rows() {
            let good = contact.last_good.as_ref().filter(|it| it.kept_as.is_some());
            let (Some(node), Some(good)) = (self.node(&contact.id), good) else {
                let message = format!("of `{}` no good version from before is kept", contact.name);
                let finding = Diagnostic::error(Code::MissingVersion, message);
                findings.push(finding.help(
                    "contain rows instead, `--where …`, or say since when it is bad, `--since`; `versions_kept` keeps versions from the next build on",
                ));
                continue;
            };
            nodes.push((node, good.number, contact.name.clone()));
        }
        for contact in trace
            .reached
            .iter()
            .filter(|it| it.has_rows && !it.is_listed)
        {
            let message = format!(
                "`{}` is reached, and nothing is listed of it: it stays as it is",
                contact.name
            );
            let finding = Diagnostic::warning(Code::MissingVersion, message);
            findings.push(finding.help(
                "`versions_kept: 3` in its configuration keeps versions from the next build on",
            ));
        }
        if findings.iter().any(Diagnostic::is_error) || nodes.is_empty() {
            return Ok((!findings.iter().any(Diagnostic::is_error)).then_some(held));
        }
        incidents.record(incident)?;
        for (node, good, name) in nodes {
            match execute::rollback(self.execution, &node, good, &[], false)? {
                RolledBack::Done(restored) => {
                    let restored = restored.first();
                    let version = restored.and_then(|it| it.becomes).unwrap_or(good);
                    let hold = Hold {
                        incident: incident.id.clone(),
                        condition: None,
                        version: Some(version),
                        reason: incident.reason.clone(),
                    };
                    incidents.pin(&node, &hold, self.now())?;
                    held.push((
                        name,
                        format!("has the rows of version {good} again, and is not built"),
                    ));
                }
                RolledBack::Hindered(problems) => findings.extend(problems),
            }
        }
        Ok(Some(held))
    }

    /// Lists incidents, or what was done in one.
    fn list(&self, findings: &mut Vec<Diagnostic>) -> Done {
        let incidents = Incidents::open(self.execution)?;
        let listed = incidents.listed()?;
        if let Some(word) = self.invocation.text("name") {
            let Some(incident) = self.named(word, &listed, findings) else {
                return Ok(None);
            };
            let steps = incidents.steps(&incident.id)?;
            let name = self.ready.resources.search_name(&incident.node);
            let shown = Incidental::Shown(Box::new(incident), name, steps);
            return Ok(Some((Exit::Done, shown)));
        }
        let with_names = listed.into_iter().map(|it| {
            let name = self.ready.resources.search_name(&it.node);
            (it, name)
        });
        Ok(Some((Exit::Done, Incidental::Listed(with_names.collect()))))
    }

    fn named(
        &self,
        word: &str,
        listed: &[Incident],
        findings: &mut Vec<Diagnostic>,
    ) -> Option<Incident> {
        let mut found = listed.iter().filter(|it| it.id.starts_with(word));
        if let (Some(one), None) = (found.next(), found.next()) {
            return Some(one.clone());
        }
        let message = format!("there is no incident `{word}`");
        let finding = Diagnostic::error(Code::InvalidFlag, message);
        let ids = listed.iter().map(|it| it.id.as_str());
        findings.push(match did_you_mean(word, ids) {
            Some(near) => finding.help(format!("did you mean `{near}`?")),
            None => finding.help("`dsql incident list` lists them"),
        });
        None
    }

    /// Plans the repair of an incident, and carries it out if that is confirmed.
    fn repair(&self, findings: &mut Vec<Diagnostic>) -> Done {
        let incidents = Incidents::open(self.execution)?;
        let listed = incidents.listed()?;
        let Some(word) = self.invocation.text("name") else {
            let message = "no incident is named";
            let finding = Diagnostic::error(Code::InvalidFlag, message);
            findings.push(
                finding.help("`dsql incident list` lists them: `dsql incident repair 4f2a9c01`"),
            );
            return Ok(None);
        };
        let Some(incident) = self.named(word, &listed, findings) else {
            return Ok(None);
        };
        let held = incidents.held(&incident.id)?;
        let steps = incidents.steps(&incident.id)?;
        let rebuilt = self.rebuilt(&incident, &held, &steps);
        let owners = self.owners(&incident, &steps);
        let plan = self.plan(&incident, &held, &rebuilt, &owners);
        let name = self.ready.resources.search_name(&incident.node);
        if !self.invocation.on("yes") || incident.state == "repaired" {
            return Ok(Some((
                Exit::Done,
                Incidental::Planned(Box::new(incident), name, plan, false),
            )));
        }
        incidents.release(&incident.id, Some(self.now()))?;
        let mut again = self.invocation.clone();
        again.command = Command::Build;
        again.give("select", serde_json::json!(rebuilt));
        let (exit, _) = build(&again, self.ready, self.around, findings);
        let done = match exit {
            Exit::Done => {
                let again = self.come_again(&incidents, &incident, &held)?;
                let looked_at = match again.as_str() {
                    "" => "tests have looked at the rows".to_owned(),
                    again => format!("come again as they were held: {again}"),
                };
                let mut steps = vec![
                    self.step(
                        "replayed",
                        &rebuilt.join(", "),
                        "built without what was held",
                    ),
                    self.step("released", &names_of(&held, self.ready), &looked_at),
                ];
                steps.extend(
                    owners
                        .iter()
                        .map(|it| self.step("notified", it, "the incident is repaired")),
                );
                steps.push(self.step("repaired", &name, ""));
                incidents.record_steps(&incident.id, &steps)?;
                incidents.set_state(&incident.id, "repaired", Some(self.now()))?;
                let told = owners.join(", ");
                if !told.is_empty() {
                    let note = format!("Incident {} is repaired: tell {told}", incident.id);
                    self.around.sink.emit(Event::Note(note));
                }
                true
            }
            _ => {
                incidents.release(&incident.id, None)?;
                let step = self.step(
                    "replayed",
                    &rebuilt.join(", "),
                    "failed: all is held as before",
                );
                incidents.record_steps(&incident.id, &[step])?;
                false
            }
        };
        Ok(Some((
            exit,
            Incidental::Planned(Box::new(incident), name, plan, done),
        )))
    }

    /// Tells, of all that is held, how many rows come again as they were: whoever has mended nothing is to know.
    fn come_again(
        &self,
        incidents: &Incidents,
        incident: &Incident,
        held: &[(String, Hold)],
    ) -> Result<String, Failure> {
        let mut all = Vec::new();
        for (id, _) in held.iter().filter(|it| it.1.condition.is_some()) {
            let Some(node) = self.ready.resources.nodes.get(id.as_str()) else {
                continue;
            };
            match incidents.come_again(node, &incident.id)? {
                0 => {}
                1 => all.push(format!("1 row of {}", node.search_name())),
                many => all.push(format!("{many} rows of {}", node.search_name())),
            }
        }
        let again = all.join(", ");
        if !again.is_empty() {
            let note = format!(
                "Come again as they were held: {again}. If they are still bad, mend what makes them, and contain them again"
            );
            self.around.sink.emit(Event::Note(note));
        }
        Ok(again)
    }

    /// Lists what is built again, by name: where the incident begins, what it holds, and what it has reached.
    fn rebuilt(
        &self,
        incident: &Incident,
        held: &[(String, Hold)],
        steps: &[IncidentStep],
    ) -> Vec<String> {
        let reached = steps
            .iter()
            .filter(|it| it.step == "reached")
            .map(|it| it.subject.clone());
        let reached: BTreeSet<String> = reached.collect();
        let ids: BTreeSet<&str> = held
            .iter()
            .map(|it| it.0.as_str())
            .chain([incident.node.as_str()])
            .collect();
        let graph = &self.ready.graph;
        let order = graph.topological().into_iter();
        let nodes = order.filter_map(|at| self.ready.resources.nodes.get(graph.id(at)));
        let nodes = nodes.filter(|it| it.resource_type.is_refable());
        let wanted =
            nodes.filter(|it| ids.contains(&*it.unique_id) || reached.contains(&it.search_name()));
        wanted.map(|it| it.search_name()).collect()
    }

    fn owners(&self, incident: &Incident, steps: &[IncidentStep]) -> Vec<String> {
        let reached: BTreeSet<&str> = steps
            .iter()
            .filter(|it| it.step == "reached")
            .map(|it| it.subject.as_str())
            .collect();
        let is_meant = |of: &Resource<'_>| {
            let id = of.unique_id();
            **id == *incident.node
                || reached.contains(self.ready.resources.search_name(id).as_str())
        };
        let linked = self.ready.resources.linked().filter(is_meant);
        let own = linked.flat_map(|it| self.ready.resources.answerers(it));
        let exposures = self.ready.resources.exposures.values();
        let exposures = exposures.filter(|it| {
            let mut nodes = it.depends_on.nodes.iter();
            nodes.any(|id| {
                **id == *incident.node
                    || reached.contains(self.ready.resources.search_name(id).as_str())
            })
        });
        let theirs =
            exposures.flat_map(|it| self.ready.resources.answerers(Resource::Exposure(it)));
        let mut names: Vec<String> = own
            .chain(theirs)
            .map(|it| match it.email.filter(|email| *email != it.name) {
                Some(email) => format!("{} <{email}>", it.name),
                None => it.name,
            })
            .collect();
        names.sort();
        names.dedup();
        names
    }

    fn plan(
        &self,
        incident: &Incident,
        held: &[(String, Hold)],
        rebuilt: &[String],
        owners: &[String],
    ) -> Vec<Planned> {
        let file = match self.ready.resources.get(&incident.node) {
            Some(Resource::Node(node)) => format!("what made it bad: {}", node.original_file_path),
            _ => "the delivery".to_owned(),
        };
        let mut plan = vec![Planned {
            what: "fix",
            detail: format!("mend {file}, or what it reads, before you go on"),
        }];
        plan.push(Planned {
            what: "replay",
            detail: format!("dsql build -s {}", rebuilt.join(" ")),
        });
        if !held.is_empty() {
            plan.push(Planned {
                what: "release",
                detail: format!(
                    "{}: what is held is built again, and tests look at it",
                    names_of(held, self.ready)
                ),
            });
        }
        if !owners.is_empty() {
            plan.push(Planned {
                what: "notify",
                detail: owners.join(", "),
            });
        }
        plan
    }
}

fn names_of(held: &[(String, Hold)], ready: &Ready) -> String {
    let mut names: Vec<String> = held
        .iter()
        .map(|it| ready.resources.search_name(&it.0))
        .collect();
    names.dedup();
    names.join(", ")
}

fn start(id: &UniqueId, column: Option<&String>, own: &NodeColumns) -> BTreeMap<UniqueId, Start> {
    let start = match column {
        Some(column) => Start {
            columns: vec![column.clone()],
            ..Start::default()
        },
        None => Start {
            columns: own.columns.keys().cloned().collect(),
            rows: true,
            relation: false,
        },
    };
    BTreeMap::from([(id.clone(), start)])
}

/// Tells whether a node has rows of its own, which can be taken out.
fn holds_rows(node: &Node) -> bool {
    !["ephemeral", "external", "table_function", "view"].contains(&node.config.materialized())
}

/// Returns the one column that is the key of a node.
fn key_of(node: &Node) -> Option<String> {
    let one = |columns: Vec<&str>| match columns.as_slice() {
        [one] => Some((*one).to_owned()),
        _ => None,
    };
    let model = node
        .as_model()
        .map(|it| it.primary_key.iter().map(String::as_str).collect());
    one(node.config.strings("unique_key"))
        .or_else(|| one(model.unwrap_or_default()))
        .or_else(|| one(node.config.strings("score_by")))
}

/// Says how a node was touched, for people.
fn touched(contact: &Contact) -> String {
    let versions: Vec<String> = contact
        .versions
        .iter()
        .map(|it| it.number.to_string())
        .collect();
    let versions = match versions.is_empty() {
        true => String::new(),
        false => format!("versions {}", versions.join(", ")),
    };
    let rows = contact.found.as_ref().map(|it| format!("{} rows", it.rows));
    let columns =
        (!contact.columns.is_empty()).then(|| format!("columns {}", contact.columns.join(", ")));
    let parts = [Some(versions).filter(|it| !it.is_empty()), columns, rows];
    parts.into_iter().flatten().collect::<Vec<_>>().join("; ")
}
