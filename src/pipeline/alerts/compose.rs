//! News as messages: who gets which, and what they say.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};

use super::super::selection::selected_by;
use super::super::{Ready, Surroundings};
use super::rows::first_rows;
use crate::alerts::{
    Alert, Kind, Message, News, Reached, Route, Rows, RunFacts, Severity, Subject, What, Word,
    payload, render,
};
use crate::check::Layer;
use crate::diagnostics::Diagnostic;
use crate::events::{Event, Secrets};
use crate::invocation::Invocation;
use crate::nodes::{Answerer, Resource, ResourceType, UniqueId};
use crate::project::secrets;

/// News beyond this number that a run has for a route are one message.
const AT_MOST: usize = 10;
/// Titles in such a message.
const TITLES: usize = 50;

/// Makes messages of news.
pub(super) struct Composer<'a> {
    invocation: &'a Invocation,
    ready: &'a Ready,
    around: &'a Surroundings,
    /// What routes select, once somebody asks.
    selected: HashMap<String, HashSet<UniqueId>>,
    layers: HashMap<UniqueId, Layer>,
    secrets: Secrets,
}

impl<'a> Composer<'a> {
    pub(super) fn new(
        invocation: &'a Invocation,
        ready: &'a Ready,
        around: &'a Surroundings,
    ) -> Self {
        let root = &*ready.project.root().name;
        let layers = ready
            .check_settings
            .layers
            .layers_of(&ready.resources, root);
        let mut secret = Secrets::of(&*around.system);
        secret.add(secrets(&*around.system));
        Self {
            invocation,
            ready,
            around,
            selected: HashMap::new(),
            layers: layers
                .into_iter()
                .map(|(id, it)| (id.clone(), it))
                .collect(),
            secrets: secret,
        }
    }

    /// Makes the messages of a run.
    pub(super) fn messages(
        &mut self,
        news: &[News],
        run: &RunFacts,
        now: DateTime<Utc>,
    ) -> Vec<Message> {
        let Some(settings) = &self.ready.alerts else {
            return Vec::new();
        };
        let mut alerts: HashMap<usize, Alert> = HashMap::new();
        let rows = self.rows(news, run, settings.rows);
        let mut all = Vec::new();
        for route in &settings.routes {
            let wanted: Vec<usize> = (0..news.len())
                .filter(|at| news.get(*at).is_some_and(|it| self.wants(route, it)))
                .collect();
            for at in &wanted {
                if let Some(it) = news.get(*at).filter(|_| !alerts.contains_key(at)) {
                    alerts.insert(*at, self.alert(it, run, &rows));
                }
            }
            let wanted: Vec<&Alert> = wanted.iter().filter_map(|at| alerts.get(at)).collect();
            if wanted.len() > AT_MOST {
                all.push(self.message(route, &self.digest(&wanted, run), now));
            } else {
                all.extend(wanted.iter().map(|it| self.message(route, it, now)));
            }
        }
        all
    }

    /// Reads the rows that are shown: those of a few tests of the run that has just ended.
    fn rows(&self, news: &[News], run: &RunFacts, most: usize) -> HashMap<UniqueId, Rows> {
        let is_shown =
            |it: &&News| it.what != What::Recovered && it.subject.kind == Kind::Test.as_str();
        let tests = news.iter().filter(is_shown);
        let tests: Vec<UniqueId> = tests
            .map(|it| UniqueId::from(it.subject.node.as_str()))
            .collect();
        let is_own = *run.id == *self.around.invocation_id;
        if most == 0 || !is_own || tests.is_empty() || tests.len() > AT_MOST {
            return HashMap::new();
        }
        first_rows(&tests, most, self.invocation, self.ready, self.around)
    }

    fn message(&self, route: &Route, alert: &Alert, now: DateTime<Utc>) -> Message {
        let body = body(route, alert).unwrap_or_else(|(plain, finding)| {
            let note = format!(
                "The template of the route {} fails, the alert goes out without it: {}",
                route.name, finding.message
            );
            self.around.sink.emit(Event::Note(note));
            plain
        });
        let quiet = route.quiet.and_then(|it| it.until(now));
        let from = quiet.unwrap_or(now);
        Message::new(alert, &route.name, self.secrets.scrub(&body), (now, from))
    }

    /// Tells whether a route takes news.
    fn wants(&mut self, route: &Route, news: &News) -> bool {
        let subject = &news.subject;
        let severity = Severity::named(&subject.severity);
        let kind = Kind::named(&subject.kind);
        if severity.is_none_or(|it| it < route.severity) {
            return false;
        }
        let target = &self.ready.project.profile.target_name;
        if !route.targets.is_empty() && !route.targets.contains(target) {
            return false;
        }
        if !route.kinds.is_empty() && !kind.is_some_and(|it| route.kinds.contains(&it)) {
            return false;
        }
        let about = self.about(subject);
        let ready = self.ready;
        let resources = || about.iter().filter_map(|id| ready.resources.get(id));
        let is_tagged = |it: &Word| resources().any(|resource| resource.tags().contains(&it.text));
        if !route.tags.is_empty() && !route.tags.iter().any(is_tagged) {
            return false;
        }
        let is_in = |id: &UniqueId| {
            self.layers
                .get(id)
                .is_some_and(|it| route.layers.contains(it))
        };
        if !route.layers.is_empty() && !about.iter().any(is_in) {
            return false;
        }
        let answers = |it: &Answerer| {
            let names = [Some(&it.name), it.email.as_ref(), it.group.as_ref()];
            let mut names = names.into_iter().flatten();
            names.any(|it| route.owners.iter().any(|owner| owner.text == *it))
        };
        let mut answering = resources().flat_map(|it| ready.resources.answerers(it));
        if !route.owners.is_empty() && !answering.any(|it| answers(&it)) {
            return false;
        }
        route.spec.is_none() || self.selects(route, &about)
    }

    fn selects(&mut self, route: &Route, about: &[UniqueId]) -> bool {
        let Some(spec) = &route.spec else {
            return true;
        };
        let (invocation, ready) = (self.invocation, self.ready);
        let selected = self.selected.entry(route.name.clone()).or_insert_with(|| {
            // What is wrong with a selection is told where settings are read.
            let mut untold = Vec::new();
            let found = selected_by(spec, invocation, ready, &mut untold);
            let found = found.into_iter().flatten();
            found.map(|it| ready.graph.id(it).clone()).collect()
        });
        about.iter().any(|id| selected.contains(id))
    }

    /// Lists the resources that a subject is about: its node, and what that tests.
    fn about(&self, subject: &Subject) -> Vec<UniqueId> {
        let own = UniqueId::from(subject.node.as_str());
        let Some(resource) = self.ready.resources.get(&own) else {
            return Vec::new();
        };
        let tested = self.tested(resource);
        std::iter::once(own).chain(tested).collect()
    }

    fn tested(&self, resource: Resource<'_>) -> Option<UniqueId> {
        match resource {
            Resource::Node(node) if node.resource_type == ResourceType::Test => {
                let attached = node.as_generic_test();
                let attached = attached.and_then(|it| it.attached_node.clone());
                attached.or_else(|| node.depends_on.nodes.first().cloned())
            }
            Resource::UnitTest(test) => test.depends_on.nodes.first().cloned(),
            _ => None,
        }
    }

    fn alert(&self, news: &News, run: &RunFacts, rows: &HashMap<UniqueId, Rows>) -> Alert {
        let subject = &news.subject;
        let ready = self.ready;
        let id = UniqueId::from(subject.node.as_str());
        let resource = ready.resources.get(&id);
        let tested = resource.and_then(|it| self.tested(it));
        let owners = resource.map(|it| ready.resources.answerers(it));
        let owners = owners.into_iter().flatten().map(|it| person(&it));
        let mut alert = Alert {
            project: ready.project.root().name.to_string(),
            target: ready.project.profile.target_name.clone(),
            message: self.secrets.scrub(subject.message.trim()),
            file: resource.map(|it| it.file().to_owned()),
            tested: tested.as_ref().map(|id| self.named(id)),
            failures: news.failures,
            owners: owners.collect(),
            reaches: self.reached(tested.as_ref().unwrap_or(&id)),
            ..Alert::of(news.what, subject, run)
        };
        if news.what != What::Recovered {
            let (look, repair) = commands(&alert);
            (alert.look, alert.repair) = (look, repair);
            alert.rows = rows.get(&id).cloned();
        }
        alert.put_into_words(&what(&alert));
        alert
    }

    /// Puts many alerts into one.
    fn digest(&self, all: &[&Alert], run: &RunFacts) -> Alert {
        let severities = all.iter().filter_map(|it| Severity::named(&it.severity));
        let worst = severities.max().unwrap_or(Severity::Warn);
        let ids: Vec<&str> = all.iter().map(|it| it.id.as_str()).collect();
        let mut titles: Vec<String> = all.iter().take(TITLES).map(|it| it.title.clone()).collect();
        if all.len() > TITLES {
            titles.push(format!("and {} more", all.len() - TITLES));
        }
        let subject = Subject {
            subject: ids.join("\n"),
            kind: Kind::Run.as_str().to_owned(),
            node: run.command.clone(),
            name: run.command.clone(),
            severity: worst.as_str().to_owned(),
            message: titles.join("\n"),
            since: run.started_at.clone(),
            occurrences: 1,
            ..Subject::default()
        };
        let mut alert = Alert {
            project: self.ready.project.root().name.to_string(),
            target: self.ready.project.profile.target_name.clone(),
            look: Some(format!("dsql logs --run {} --level warn", run.id)),
            ..Alert::of(What::Raised, &subject, run)
        };
        alert.put_into_words(&format!("{} alerts of dsql {}", all.len(), run.command));
        alert
    }

    fn reached(&self, id: &UniqueId) -> Reached {
        let ready = self.ready;
        let Some(index) = ready.graph.index(id) else {
            return Reached::default();
        };
        let mut reached = Reached::default();
        for at in ready.graph.downstream(index) {
            match ready.resources.get(ready.graph.id(at)) {
                Some(Resource::Node(node)) if node.resource_type.is_refable() => {
                    reached.nodes.push(node.search_name());
                }
                Some(Resource::Exposure(exposure)) => {
                    let asked = ready.resources.answerers(Resource::Exposure(exposure));
                    let asked = asked.first().map(|it| format!(" ({})", person(it)));
                    let name = format!("{}{}", exposure.name, asked.unwrap_or_default());
                    reached.exposures.push(name);
                }
                _ => {}
            }
        }
        reached
    }

    fn named(&self, id: &UniqueId) -> String {
        self.ready.resources.search_name(id)
    }
}

/// Puts an alert into the form of a route. If its template fails: that without it, and why.
pub(super) fn body(route: &Route, alert: &Alert) -> Result<String, (String, Box<Diagnostic>)> {
    let plain = || payload(&route.channel, alert);
    match &route.template {
        None => Ok(plain()),
        Some(template) => {
            render(template, &route.channel, alert).map_err(|finding| (plain(), finding))
        }
    }
}

fn person(it: &Answerer) -> String {
    match &it.email {
        Some(email) if *email != it.name => format!("{} <{email}>", it.name),
        _ => it.name.clone(),
    }
}

/// Says what has happened.
fn what(alert: &Alert) -> String {
    let name = &alert.name;
    let is_well = alert.event == What::Recovered;
    let rows = match alert.failures {
        Some(1) => " (1 row)".to_owned(),
        Some(many) if many > 1 => format!(" ({many} rows)"),
        _ => String::new(),
    };
    match (Kind::named(&alert.kind), is_well) {
        (Some(Kind::Control), false) => format!("{name} is out of control"),
        (Some(Kind::Control), true) => format!("{name} is under control"),
        (Some(Kind::Freshness), false) => format!("source {name} is too old"),
        (Some(Kind::Freshness), true) => format!("source {name} is fresh"),
        (Some(Kind::Incident), false) => format!("{name} had bad data, which is contained"),
        (Some(Kind::Incident), true) => format!("{name} is repaired"),
        (Some(Kind::Quarantine), false) => format!("{name} puts rows into quarantine{rows}"),
        (Some(Kind::Quarantine), true) => format!("{name} puts no rows into quarantine"),
        (Some(Kind::Run), false) => format!("dsql {name} does not run"),
        (Some(Kind::Run), true) => format!("dsql {name} runs"),
        (Some(Kind::Test), false) => format!("test {name} fails{rows}"),
        (Some(Kind::Test), true) => format!("test {name} passes"),
        (_, false) => format!("{name} fails"),
        (_, true) => format!("{name} is built"),
    }
}

/// Names the command that shows an alert, and the one that repairs it.
fn commands(alert: &Alert) -> (Option<String>, Option<String>) {
    let name = &alert.name;
    let tested = alert.tested.as_ref().unwrap_or(name);
    let (look, repair) = match Kind::named(&alert.kind) {
        Some(Kind::Test) if alert.node.starts_with("unit_test.") => (
            format!("dsql test --select {name}"),
            format!("dsql build --select {tested}+"),
        ),
        Some(Kind::Test) => (
            format!("dsql show --select {name}"),
            format!("dsql build --select {tested}+"),
        ),
        Some(Kind::Quarantine) => (
            format!("dsql quarantine list --select {tested}"),
            format!("dsql quarantine release --select {tested}"),
        ),
        Some(Kind::Incident) => {
            let incident = alert.subject.rsplit('.').next().unwrap_or_default();
            (
                format!("dsql incident list {incident}"),
                format!("dsql incident repair {incident}"),
            )
        }
        Some(Kind::Freshness) => (
            format!("dsql source freshness --select source:{name}"),
            format!("dsql build --select source:{name}+"),
        ),
        Some(Kind::Control) => {
            let metric = alert.subject.rsplit('.').next().unwrap_or_default();
            (
                format!("dsql spc --metric {metric}"),
                format!("dsql spc accept {name}"),
            )
        }
        Some(Kind::Run) => {
            let typed = Some(alert.run.typed.clone()).filter(|it| !it.is_empty());
            let run = format!("dsql {}", alert.run.command);
            (
                format!("dsql logs --run {} --level error", alert.run.id),
                typed.unwrap_or(run),
            )
        }
        _ => (
            format!("dsql logs --run {} --node {name}", alert.run.id),
            format!("dsql build --select {name}+"),
        ),
    };
    (Some(look), Some(repair))
}
