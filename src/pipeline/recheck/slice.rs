//! A slice of a project: the nodes to check, what they read, and their data tests. The usual stages work on it.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::{Arc, Mutex, OnceLock};

use indexmap::IndexMap;

use super::super::check::{self, Among};
use super::super::columns::{self, Worked, columns_of};
use super::super::state::States;
use super::super::{
    Opened, Ready, Surroundings, binding, deprecated_macros, deprecated_options, execution,
};
use crate::artifacts::NodeColumns;
use crate::check::{Found, column_origins, kept_from};
use crate::diagnostics::Code;
use crate::graph::{self, check_quarantine, check_settings};
use crate::invocation::Invocation;
use crate::lineage::{Lineage, Outside};
use crate::nodes::{Node, Resource, Resources, UniqueId};
use crate::parse::{FilePlace, amend};
use crate::project::FileKind;
use crate::records::partial_parse::{LastCheck, Said, Store};
use crate::text::Texts;

/// How many nodes are checked again at the most.
const MOST: usize = 200;

pub(super) struct Work<'a> {
    pub(super) invocation: &'a Invocation,
    pub(super) opened: &'a Opened,
    pub(super) around: &'a Surroundings,
    pub(super) last: &'a LastCheck,
    /// Files in which something else stands than in the last check.
    pub(super) changed: BTreeSet<FilePlace>,
    pub(super) store: Store,
    /// All resources that are kept but nodes and sources.
    pub(super) around_nodes: Arc<Resources>,
    /// Files in which something else stands than in what is kept.
    pub(super) stale: Vec<FilePlace>,
}

/// Some nodes checked again.
pub(super) struct Slice {
    pub(super) ready: Ready,
    pub(super) lineage: Lineage,
    pub(super) found: Found,
    /// The nodes.
    pub(super) again: HashSet<UniqueId>,
}

impl Work<'_> {
    /// Checks what has changed, and those after it as far as they see a difference.
    pub(super) fn stable(&self, texts: &Texts) -> Option<Slice> {
        let mut again = self.changed_nodes()?;
        loop {
            if again.len() > MOST {
                return None;
            }
            let slice = self.slice(&again, texts)?;
            let moved = again.iter().filter(|at| self.is_moved(**at, &slice));
            let moved: HashSet<u32> = moved.filter_map(|at| number(*at)).collect();
            if self.is_in_unit_test(&moved) {
                return None;
            }
            let before = again.len();
            again.extend(self.readers(&moved));
            if again.len() == before {
                return Some(slice);
            }
        }
    }

    /// Lists the nodes whose SQL may come out otherwise; none if something else than SQL has changed.
    fn changed_nodes(&self) -> Option<BTreeSet<usize>> {
        let mut files = HashSet::new();
        for &(package, nth) in &self.changed {
            let file = self.opened.project.packages.get(package)?.files.get(nth)?;
            let is_sql = matches!(
                file.kind,
                FileKind::Model | FileKind::Snapshot | FileKind::Analysis | FileKind::SingularTest
            );
            files.extend(file.file.filter(|_| is_sql));
            if !is_sql
                || !self
                    .last
                    .nodes
                    .iter()
                    .any(|it| it.file == Some((package, nth)))
            {
                return None;
            }
        }
        if !self.stale.iter().all(|it| self.changed.contains(it)) {
            return None;
        }
        let nodes = self.last.nodes.iter().enumerate();
        let again = nodes
            .filter(|(_, it)| it.asks || it.file.is_some_and(|file| self.changed.contains(&file)));
        let again: BTreeSet<usize> = again.map(|it| it.0).collect();
        let mut places = self.last.before.iter().flat_map(|it| &it.labels);
        let is_told = places.any(|it| files.contains(&it.location.file))
            || self.last.found.points_into(&files, &self.ids(&again));
        (!is_told).then_some(again)
    }

    fn ids(&self, places: &BTreeSet<usize>) -> HashSet<UniqueId> {
        let nodes = places.iter().filter_map(|at| self.last.nodes.get(*at));
        nodes.map(|it| it.id.clone()).collect()
    }

    /// Tells whether a unit test has rows for one of these nodes.
    fn is_in_unit_test(&self, of: &HashSet<u32>) -> bool {
        let is_one = |id: &UniqueId| {
            let place = self.last.place(id).and_then(number);
            place.is_some_and(|it| of.contains(&it))
        };
        let mut tests = self.around_nodes.unit_tests.values();
        tests.any(|it| {
            let mut given = it.given.iter().filter_map(|it| it.node.as_ref());
            it.tested().is_some_and(is_one) || given.any(is_one)
        })
    }

    /// Lists the nodes that read one of these.
    fn readers<'r>(&'r self, of: &'r HashSet<u32>) -> impl Iterator<Item = usize> + 'r {
        let nodes = self.last.nodes.iter().enumerate();
        let readers = nodes.filter(|(_, it)| it.needs.iter().any(|it| of.contains(it)));
        readers.map(|it| it.0)
    }

    /// Tells whether those that read a node see it otherwise than before.
    fn is_moved(&self, at: usize, slice: &Slice) -> bool {
        let node = &self.last.nodes[at];
        if node.outside().as_ref() != slice.lineage.outsides.get(&node.id) {
            return true;
        }
        let mut before = BTreeMap::new();
        self.add_columns(&node.id, &mut before);
        column_origins(&before, &node.id) != column_origins(&slice.lineage.nodes, &node.id)
    }

    /// Adds the columns of a node as they were, and those of the nodes that they are kept from.
    fn add_columns(&self, id: &UniqueId, all: &mut BTreeMap<UniqueId, NodeColumns>) {
        let mut open = vec![id.clone()];
        while let Some(id) = open.pop() {
            if all.contains_key(&id) {
                continue;
            }
            let node = self.last.place(&id).and_then(|at| self.last.nodes.get(at));
            let columns = node.and_then(|it| serde_json::from_slice(&it.columns).ok());
            let columns: NodeColumns = columns.unwrap_or_default();
            let kept = columns.columns.values().filter_map(kept_from);
            open.extend(kept.map(|it| it.0.clone()));
            all.insert(id, columns);
        }
    }

    /// Checks some nodes.
    fn slice(&self, again: &BTreeSet<usize>, texts: &Texts) -> Option<Slice> {
        let ids = self.ids(again);
        let of: HashSet<u32> = again.iter().filter_map(|at| number(*at)).collect();
        let tests = self.readers(&of);
        let tests = tests.filter(|at| self.last.nodes[*at].id.starts_with("test."));
        let looked_at: BTreeSet<usize> = again.iter().copied().chain(tests).collect();
        let mut wanted: HashSet<UniqueId> = self.last.asked_of.iter().cloned().collect();
        for at in looked_at {
            self.add_needs(at, &mut wanted);
        }
        loop {
            let (ready, amended) = self.ready(&mut wanted, texts)?;
            if !self.are_as_before(&ready, &amended) {
                return None;
            }
            let worked = self.worked(&ready, &ids)?;
            let namesakes = self.namesakes(&ready, &worked.lineage, &wanted);
            if !namesakes.is_empty() {
                wanted.extend(namesakes);
                continue;
            }
            let found = self.found(&ready, &worked, &ids)?;
            return Some(Slice {
                ready,
                lineage: worked.lineage,
                found,
                again: ids,
            });
        }
    }

    /// Compiles some nodes, and works out their columns; none if the database is asked something else, or says it.
    fn worked(&self, ready: &Ready, again: &HashSet<UniqueId>) -> Option<Worked> {
        let execution = Arc::new(execution(self.invocation, ready, self.around));
        let mut findings = Vec::new();
        self.opened.listener.hold();
        let compiled = columns::compiled(ready, &execution, Some(again), &mut findings);
        let is_silent = !self.opened.listener.end().iter().any(Said::is_shown);
        let compiled = compiled.ok().filter(|_| is_silent && findings.is_empty())?;
        let is_own = |it: &&UniqueId| again.contains(*it);
        let asked_of = columns::asked_of(ready, &compiled);
        let asked_of: BTreeSet<&UniqueId> = asked_of.iter().filter(is_own).collect();
        let before: BTreeSet<&UniqueId> = self.last.asked_of.iter().filter(is_own).collect();
        if asked_of != before {
            return None;
        }
        let told = columns::told(ready, &execution, &self.last.asked_of, self.around);
        let mut before = self.last.told.iter();
        let is_as_before =
            told.len() == self.last.told.len() && before.all(|(id, it)| told.get(id) == Some(it));
        if !is_as_before {
            return None;
        }
        let before = self.before(&ready.resources, again)?;
        let mut lineage = columns_of(ready, &compiled, &told, &before, true);
        for id in before.keys() {
            self.add_columns(id, &mut lineage.nodes);
        }
        Some(Worked {
            compiled,
            lineage,
            told,
        })
    }

    /// Lists nodes outside of the slice that are called as something that is read by its name, or as a source.
    fn namesakes(
        &self,
        ready: &Ready,
        lineage: &Lineage,
        wanted: &HashSet<UniqueId>,
    ) -> Vec<UniqueId> {
        let strangers = lineage.queries.values().flat_map(|it| &it.strangers);
        let names = strangers.filter_map(|it| it.0.last()).map(String::as_str);
        let sources = ready.resources.sources.values();
        let names = names.chain(sources.map(|it| it.identifier.as_str()));
        let names: HashSet<String> = names.map(str::to_lowercase).collect();
        let nodes = self.last.nodes.iter().filter(|it| {
            let named = it.relation.as_ref();
            named.is_some_and(|it| names.contains(it)) && !wanted.contains(&it.id)
        });
        nodes.map(|it| it.id.clone()).collect()
    }

    fn add_needs(&self, at: usize, wanted: &mut HashSet<UniqueId>) {
        let node = &self.last.nodes[at];
        wanted.insert(node.id.clone());
        let needs = node
            .needs
            .iter()
            .filter_map(|it| self.last.nodes.get(*it as usize));
        wanted.extend(needs.map(|it| it.id.clone()));
    }

    /// Reads and links the nodes that are wanted, and adds those that they turn out to need.
    fn ready(
        &self,
        wanted: &mut HashSet<UniqueId>,
        texts: &Texts,
    ) -> Option<(Ready, BTreeSet<UniqueId>)> {
        let opened = self.opened;
        loop {
            let kept = self.store.some(wanted)?;
            let count = wanted.len();
            // The SQL of ephemeral models stands in that of those that read them.
            for node in kept.nodes.values().filter(|it| it.is_ephemeral()) {
                self.add_needs(self.last.place(&node.unique_id)?, wanted);
            }
            if wanted.len() > count {
                continue;
            }
            let resources = Resources {
                nodes: kept.nodes,
                sources: kept.sources,
                exposures: IndexMap::new(),
                semantic: IndexMap::new(),
                unit_tests: IndexMap::new(),
                ..(*self.around_nodes).clone()
            };
            let mut texts = texts.clone();
            opened.listener.hold();
            let amended = amend(&opened.parse_input(), resources, &self.stale, &mut texts);
            let is_silent = !opened.listener.end().iter().any(Said::is_shown);
            let mut amended = amended.filter(|_| is_silent)?;
            for id in &amended.nodes {
                wanted.extend(self.named(amended.resources.nodes.get(id)?));
            }
            if wanted.len() > count {
                continue;
            }
            let resources = &mut amended.resources;
            let graph = graph::amend(resources, &amended.nodes, &opened.graph_options)?;
            let ready = Ready {
                project: opened.project.clone(),
                facts: opened.facts.clone(),
                engine: amended.engine,
                resources: Arc::new(amended.resources),
                graph,
                adapter: opened.adapter.clone(),
                listener: opened.listener.clone(),
                texts,
                selectors: None,
                check_settings: opened.check_settings.clone(),
                checkpoints: opened.checkpoints.clone(),
                control: opened.control.clone(),
                alerts: None,
                heard: std::sync::OnceLock::new(),
                openlineage: None,
                score: opened.score.clone(),
                insights: opened.insights.clone(),
                found: Vec::new(),
                states: States::default(),
                retried: None,
                keep: None,
                built: OnceLock::new(),
                unmeasured: Mutex::default(),
            };
            return Some((ready, amended.nodes));
        }
    }

    /// Lists what references of a node may mean.
    fn named(&self, node: &Node) -> Vec<UniqueId> {
        let refs = node.refs.iter().map(|it| it.args.name.as_str());
        let refs: HashSet<&str> = refs.collect();
        let sources = node.sources.iter();
        let sources: HashSet<(&str, &str)> = sources
            .map(|it| (it.source.as_str(), it.table.as_str()))
            .collect();
        let nodes = self.last.nodes.iter().filter(|it| {
            let mut parts = it.id.splitn(4, '.');
            match (parts.next(), parts.nth(1), parts.next()) {
                (Some("source"), Some(source), Some(table)) => sources.contains(&(source, table)),
                (Some("model" | "seed" | "snapshot"), Some(name), _) => refs.contains(name),
                _ => false,
            }
        });
        nodes.map(|it| it.id.clone()).collect()
    }

    /// Tells whether nodes that were read again are nothing new to others: nobody is read for the first or the last time
    /// where that counts, there is no cycle, and nothing is to be told that was not told before.
    fn are_as_before(&self, ready: &Ready, amended: &BTreeSet<UniqueId>) -> bool {
        for id in amended {
            let (Some(node), Some(at)) = (ready.resources.nodes.get(id), self.last.place(id))
            else {
                return false;
            };
            let needs = &self.last.nodes[at].needs;
            let needs = needs
                .iter()
                .filter_map(|it| self.last.nodes.get(*it as usize));
            let before: BTreeSet<&UniqueId> = needs.map(|it| &it.id).collect();
            let after: BTreeSet<&UniqueId> = node.depends_on.nodes.iter().collect();
            if before == after {
                continue;
            }
            let below = self.below(at);
            let closes = |id: &&UniqueId| {
                let place = self.last.place(id).and_then(number);
                place.is_none_or(|it| below.contains(&it))
            };
            if ready.check_settings.looks_at_readers() || after.iter().any(closes) {
                return false;
            }
        }
        let resources = &ready.resources;
        let mut findings = check_settings(resources);
        findings.extend(check_quarantine(resources, &ready.graph).0);
        findings.extend(deprecated_options::find(self.invocation, resources));
        findings.extend(deprecated_macros::itertools(resources, &ready.texts));
        ready.facts.base.warnings.judge(&mut findings);
        findings.iter().all(|it| self.last.before.contains(it))
    }

    /// Lists a node and all after it.
    fn below(&self, at: usize) -> HashSet<u32> {
        let mut all: HashSet<u32> = number(at).into_iter().collect();
        loop {
            let count = all.len();
            let found: Vec<usize> = self.readers(&all).collect();
            all.extend(found.into_iter().filter_map(number));
            if all.len() == count {
                return all;
            }
        }
    }

    /// Lists what is known of sources and nodes that are as they were.
    fn before(
        &self,
        resources: &Resources,
        again: &HashSet<UniqueId>,
    ) -> Option<HashMap<UniqueId, Outside>> {
        let nodes = resources.nodes.values();
        let nodes = nodes.filter(|it| it.resource_type.is_refable());
        let ids = nodes
            .map(|it| &it.unique_id)
            .chain(resources.sources.keys());
        let known = ids.filter(|it| !again.contains(*it)).map(|id| {
            let node = self.last.nodes.get(self.last.place(id)?)?;
            Some((id.clone(), node.outside()?))
        });
        known.collect()
    }

    fn found(&self, ready: &Ready, worked: &Worked, again: &HashSet<UniqueId>) -> Option<Found> {
        let (compiled, lineage) = (&worked.compiled, &worked.lineage);
        let bound = match self.last.is_bound {
            true => {
                self.are_typed(again, ready, lineage).then_some(())?;
                let bound = binding::bound(ready, compiled, lineage, again)?;
                // Whether something makes what is missing, all of the project says.
                let is_settled = bound.calls.is_empty() && !bound.hangs_on_database;
                Some(is_settled.then_some(bound)?)
            }
            false => None,
        };
        let among = Among {
            ready,
            texts: &ready.texts,
            is_whole: false,
            layers_present: Some(&self.last.found.layers),
        };
        let is_wanted = |id: &UniqueId| again.contains(id);
        let found = check::found(self.invocation, &among, worked, bound.as_ref(), &is_wanted);
        // Whether what is read is built later all of the project says.
        (!found.has(Code::HardcodedRelation)).then_some(found)
    }

    /// Tells whether all columns and types of what nodes read are known: the engine gives the same then. It is not asked
    /// about nodes of which only a build tells what they are.
    fn are_typed(&self, again: &HashSet<UniqueId>, ready: &Ready, lineage: &Lineage) -> bool {
        let resources = &ready.resources;
        let asked = again.iter().filter(|id| !lineage.open.contains(*id));
        let needs = |id: &UniqueId| resources.get(id).map_or(&[][..], Resource::needs);
        let mut waiting: Vec<&UniqueId> = asked.flat_map(needs).collect();
        while let Some(id) = waiting.pop() {
            let is_typed = lineage.outsides.get(id).is_none_or(Outside::is_typed);
            if !is_typed && !again.contains(id) {
                return false;
            }
            let node = resources.nodes.get(id).filter(|it| it.is_ephemeral());
            waiting.extend(node.iter().flat_map(|it| &it.depends_on.nodes));
        }
        true
    }
}

/// Returns a place in the list as needs have it.
fn number(at: usize) -> Option<u32> {
    u32::try_from(at).ok()
}
