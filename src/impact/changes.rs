//! The changes between two states, each with a verdict, what it is, and what it reaches.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use serde::{Serialize, Serializer};
use serde_json::Value as Json;

use super::facts::{Side, differences, of_lists};
use super::reach::{Names, reach};
use super::settings::settings;
use super::{Earlier, ImpactInput, Order, Reach, Start, raw};
use crate::artifacts::NodeColumns;
use crate::artifacts::previous::PreviousManifest;
use crate::graph::Graph;
use crate::lineage::{Columns, Lineage};
use crate::nodes::{Node, Resource, ResourceType, Resources, UniqueId};
use crate::sql::{Grammar, MistakeKind};

/// What is compared.
pub struct CompareInput<'a> {
    /// All resources.
    pub resources: &'a Resources,
    /// The DAG.
    pub graph: &'a Graph,
    /// Nodes as compiled.
    pub compiled: &'a HashMap<UniqueId, Arc<Node>>,
    /// The engine's grammar.
    pub grammar: Grammar,
    /// The earlier manifest.
    pub previous: &'a PreviousManifest,
    /// The SQL of before.
    pub earlier: &'a Earlier,
    /// The columns that `column_lineage.json` has of before.
    pub columns_before: &'a HashMap<UniqueId, Columns>,
    /// The columns by the SQL of before.
    pub before: &'a Lineage,
    /// The columns of today.
    pub after: &'a Lineage,
    /// Whether a source means another table.
    pub moved: &'a dyn Fn(Resource<'_>) -> bool,
    /// Whether the template of a node, its settings or its macros have changed.
    pub is_modified: &'a dyn Fn(&Node) -> bool,
    /// What is asked about alone: a node, or a column of it.
    pub only: Option<(&'a UniqueId, Option<&'a str>)>,
}

/// What a change is for those who read what changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// They see nothing of it.
    Cosmetic,
    /// They find more than before.
    Additive,
    /// Nobody can tell.
    Unknown,
    /// They get something else, or fail.
    Breaking,
}

impl Verdict {
    /// Returns the word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cosmetic => "cosmetic",
            Self::Additive => "additive",
            Self::Unknown => "unknown",
            Self::Breaking => "breaking",
        }
    }
}

/// One way in which a node differs.
#[derive(Debug, Clone, Serialize)]
pub struct Fact {
    /// What it is for readers.
    pub verdict: Verdict,
    /// A clause.
    pub what: String,
    /// The column that it is about.
    pub column: Option<String>,
    /// What that column is called today, if it is called otherwise.
    pub called: Option<String>,
    /// Whether it is about which rows there are.
    pub rows: bool,
    /// Whether it is about where the relation is: who reads it by `ref` finds it.
    pub relation: bool,
    /// What stood there before.
    pub was: Option<String>,
    /// What stands there today.
    pub is: Option<String>,
}

impl Fact {
    pub(super) fn new(verdict: Verdict, what: String) -> Self {
        Self {
            verdict,
            what,
            column: None,
            called: None,
            rows: false,
            relation: false,
            was: None,
            is: None,
        }
    }

    pub(super) fn of(mut self, column: &str) -> Self {
        self.column = Some(column.to_owned());
        self
    }

    pub(super) fn called(mut self, name: &str) -> Self {
        self.called = Some(name.to_owned());
        self
    }

    pub(super) fn of_rows(mut self) -> Self {
        self.rows = true;
        self
    }

    pub(super) fn of_relation(mut self) -> Self {
        self.relation = true;
        self
    }

    /// Tells whether it is about a column, or about all of them.
    fn is_about(&self, column: &str) -> bool {
        let mut names = [&self.column, &self.called]
            .into_iter()
            .flatten()
            .peekable();
        match names.peek() {
            Some(_) => names.any(|it| it.eq_ignore_ascii_case(column)),
            None => self.rows || self.relation,
        }
    }

    pub(super) fn between(mut self, was: Option<String>, is: Option<String>) -> Self {
        (self.was, self.is) = (was, is);
        self
    }
}

/// A node that differs.
#[derive(Debug, Clone, Serialize)]
pub struct Change {
    /// Its key.
    pub unique_id: UniqueId,
    /// What people call it.
    pub name: String,
    /// Its kind.
    #[serde(serialize_with = "word")]
    pub resource_type: ResourceType,
    /// Its file.
    pub file: String,
    /// The worst of the facts.
    pub verdict: Verdict,
    /// How it differs, the worst first.
    pub facts: Vec<Fact>,
    /// The SQL as compiled: how the lines differ.
    pub diff: Option<String>,
    /// What it reaches.
    pub reach: Reach,
}

/// SQL that cannot run any more.
#[derive(Debug, Clone, Serialize)]
pub struct Break {
    /// What people call the node.
    pub name: String,
    /// A clause.
    pub what: String,
}

/// How two states differ.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Changes {
    /// Nodes that have changed, the worst first.
    pub changes: Vec<Change>,
    /// Nodes whose SQL is as it was, and whose columns or rows are others all the same, as they take on what they read.
    pub taken_on: Vec<Change>,
    /// What cannot run any more.
    pub breaks: Vec<Break>,
    /// How many nodes are there today.
    pub nodes: usize,
    /// How many nodes have no compiled SQL in the earlier manifest.
    pub uncompiled: usize,
}

fn word<S: Serializer>(kind: &ResourceType, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(kind.as_str())
}

/// Compares two states.
pub fn compare(input: &CompareInput<'_>) -> Changes {
    let merged = merged(input);
    let order = Order::of(input.graph);
    let today = ImpactInput {
        resources: input.resources,
        graph: input.graph,
        columns: &merged,
        order: &order,
        grammar: input.grammar,
    };
    let names = Names(today);
    let mut found = Changes {
        uncompiled: input.earlier.uncompiled.len(),
        ..Changes::default()
    };
    for resource in input.resources.linked() {
        let is_wanted = match resource {
            Resource::Node(node) => node.resource_type.is_refable(),
            Resource::Source(_) => true,
            _ => false,
        };
        if !is_wanted {
            continue;
        }
        found.nodes += 1;
        if input.only.is_some_and(|it| it.0 != resource.unique_id()) {
            continue;
        }
        let (mut facts, is_own) = facts(input, resource);
        if let Some((_, Some(column))) = input.only {
            facts.retain(|it| it.is_about(column));
        }
        if facts.is_empty() {
            continue;
        }
        let change = change(resource, facts, input, &names, today);
        match is_own {
            true => found.changes.push(change),
            false => found.taken_on.push(change),
        }
    }
    if input.only.is_none() {
        found.changes.extend(removed(input, today, &names));
        found.breaks = breaks(input, &names, &found.changes);
    }
    found.changes.sort_by(|one, two| {
        let by = |it: &Change| (std::cmp::Reverse(it.verdict), it.name.clone());
        by(one).cmp(&by(two))
    });
    found
}

/// Lists how a resource differs, and whether it does so by itself.
fn facts(input: &CompareInput<'_>, resource: Resource<'_>) -> (Vec<Fact>, bool) {
    let id = resource.unique_id();
    let Some(old) = input.previous.get(id) else {
        let what = format!("{} is added", spoken(resource.resource_type()));
        return (vec![Fact::new(Verdict::Additive, what)], true);
    };
    let (mut facts, mut is_own) = (Vec::new(), false);
    let empty = NodeColumns::default();
    let after = input.after.nodes.get(id).unwrap_or(&empty);
    match resource {
        Resource::Node(node) => {
            let set = settings(node, old);
            is_own |= !set.is_empty();
            facts.extend(set);
            if input.compiled.contains_key(id) {
                let (of_sql, own) = of_sql(input, node, old, after);
                is_own |= own;
                facts.extend(of_sql);
            } else {
                let of_file = of_file(input, node, old, after);
                is_own |= !of_file.is_empty();
                facts.extend(of_file);
            }
        }
        Resource::Source(_) => {
            if (input.moved)(resource) {
                let what = "it means another table".to_owned();
                facts.push(Fact::new(Verdict::Unknown, what).of_rows());
            }
            facts.extend(of_columns_before(input, id, after));
            is_own = true;
        }
        _ => {}
    }
    facts.sort_by_key(|it| std::cmp::Reverse(it.verdict));
    (facts, is_own)
}

/// Lists how the SQL of a node differs, and whether its own text does.
fn of_sql(
    input: &CompareInput<'_>,
    node: &Node,
    old: &Json,
    after: &NodeColumns,
) -> (Vec<Fact>, bool) {
    let id = &node.unique_id;
    if input.earlier.uncompiled.contains(id) {
        let fact = raw::difference(old["raw_code"].as_str().unwrap_or_default(), &node.raw_code);
        return (fact.into_iter().collect(), true);
    }
    let is_own = input.earlier.changed.contains_key(id);
    let sides = (
        input.before.nodes.get(id),
        input.before.meanings.get(id),
        input.after.meanings.get(id),
    );
    let (Some(before), Some(old), Some(new)) = sides else {
        return (Vec::new(), false);
    };
    let before = Side {
        columns: before,
        meaning: old,
    };
    let after = Side {
        columns: after,
        meaning: new,
    };
    let mut facts = differences(before, after);
    if is_own {
        if facts.is_empty() {
            let what = "it is written otherwise and means the same";
            facts.push(Fact::new(Verdict::Cosmetic, what.to_owned()));
        } else if !(input.is_modified)(node) {
            let what = "its template is as it was: the SQL differs by variables, the target, or by \
                        what the template asks of the database";
            facts.push(Fact::new(Verdict::Cosmetic, what.to_owned()));
        }
    }
    (facts, is_own)
}

/// Lists how a seed or a model in Python differs.
fn of_file(input: &CompareInput<'_>, node: &Node, old: &Json, after: &NodeColumns) -> Vec<Fact> {
    let is_same = match node.resource_type {
        ResourceType::Seed => old["checksum"]["checksum"] == node.checksum.checksum.as_str(),
        _ => old["raw_code"].as_str().map(str::trim) == Some(node.raw_code.trim()),
    };
    if is_same {
        return Vec::new();
    }
    let mut facts = of_columns_before(input, &node.unique_id, after);
    let what = match node.resource_type {
        ResourceType::Seed => "its file has other rows",
        _ if node.language == "sql" => "it does not compile, so nobody can tell what has changed",
        _ => "its code has changed, which is not understood",
    };
    facts.push(Fact::new(Verdict::Unknown, what.to_owned()).of_rows());
    facts
}

/// Lists how the columns differ from those that `column_lineage.json` has of before.
fn of_columns_before(input: &CompareInput<'_>, id: &UniqueId, after: &NodeColumns) -> Vec<Fact> {
    let before = input.columns_before.contains_key(id);
    let before = input.before.nodes.get(id).filter(|_| before);
    before
        .map(|it| of_lists(it, after, None))
        .unwrap_or_default()
}

fn change(
    resource: Resource<'_>,
    facts: Vec<Fact>,
    input: &CompareInput<'_>,
    names: &Names<'_>,
    today: ImpactInput<'_>,
) -> Change {
    let id = resource.unique_id();
    let worst = facts.iter().map(|it| it.verdict).max();
    let mut start = Start::default();
    for fact in facts.iter().filter(|it| it.verdict >= Verdict::Unknown) {
        start.columns.extend(fact.column.clone());
        start.rows |= fact.rows;
        start.relation |= fact.relation;
    }
    let reached = match start != Start::default() {
        true => reach(today, &BTreeMap::from([(id.clone(), start)])),
        false => Reach::default(),
    };
    let before = input.earlier.changed.get(id);
    let now = input.compiled.get(id).and_then(|it| it.compiled.as_ref());
    let lines = before.zip(now).map(|(old, new)| diff(&old.code, &new.code));
    let raw = || {
        let node = resource
            .node()
            .filter(|_| input.earlier.uncompiled.contains(id))?;
        let old = input.previous.get(id)?["raw_code"].as_str()?;
        Some(diff(old, &node.raw_code))
    };
    Change {
        unique_id: id.clone(),
        name: names.of(id),
        resource_type: resource.resource_type(),
        file: resource.file().to_owned(),
        verdict: worst.unwrap_or(Verdict::Cosmetic),
        facts,
        diff: lines.or_else(raw),
        reach: reached,
    }
}

/// Lists what is gone, with those that read it.
fn removed(input: &CompareInput<'_>, today: ImpactInput<'_>, names: &Names<'_>) -> Vec<Change> {
    const KINDS: [&str; 3] = ["model", "seed", "snapshot"];
    let nodes = input.previous.nodes.iter().filter(|(_, it)| {
        it["resource_type"]
            .as_str()
            .is_some_and(|it| KINDS.contains(&it))
    });
    let all = nodes.chain(&input.previous.sources);
    let gone = all.filter(|(id, _)| input.resources.get(id).is_none());
    let changes = gone.map(|(id, old)| {
        let text = |key: &str| old[key].as_str().unwrap_or_default().to_owned();
        let kind = ResourceType::ALL
            .into_iter()
            .find(|it| old["resource_type"] == it.as_str())
            .unwrap_or(ResourceType::Model);
        let is_disabled = input.resources.disabled.contains_key(id.as_str())
            || input.resources.disabled_sources.contains_key(id.as_str());
        let how = if is_disabled { "switched off" } else { "gone" };
        let what = format!("{} is {how}", spoken(kind));
        let readers = input.previous.nodes.iter().filter(|(_, it)| {
            let needs = it["depends_on"]["nodes"].as_array();
            needs.is_some_and(|it| it.iter().any(|it| it == id.as_str()))
        });
        let starts = readers.filter_map(|(reader, _)| {
            let node = input.resources.get(reader)?.node()?;
            let columns = today.columns.get(&node.unique_id)?;
            let columns = columns.columns.keys().cloned().collect();
            Some((
                node.unique_id.clone(),
                Start {
                    columns,
                    rows: true,
                    ..Start::default()
                },
            ))
        });
        let starts: BTreeMap<UniqueId, Start> = starts.collect();
        let mut reached = reach(today, &starts);
        let direct = starts.keys().map(|it| super::ReachedRelation {
            unique_id: it.clone(),
            name: names.of(it),
            resource_type: ResourceType::Model,
            file: today
                .resources
                .get(it)
                .map(|it| it.file().to_owned())
                .unwrap_or_default(),
            columns: Vec::new(),
            rows: vec![super::Way {
                how: "rows",
                of: text("name"),
            }],
            perhaps: None,
        });
        reached.relations = direct.chain(reached.relations).collect();
        let name = match kind {
            ResourceType::Source => format!("{}.{}", text("source_name"), text("name")),
            _ => text("name"),
        };
        Change {
            unique_id: UniqueId::from(id.as_str()),
            name,
            resource_type: kind,
            file: text("original_file_path"),
            verdict: Verdict::Breaking,
            facts: vec![Fact::new(Verdict::Breaking, what)],
            diff: None,
            reach: reached,
        }
    });
    changes.collect()
}

/// Lists what cannot run any more and could before.
fn breaks(input: &CompareInput<'_>, names: &Names<'_>, changes: &[Change]) -> Vec<Break> {
    let mut found = left_behind(input, names, changes);
    // Without any other SQL there is nothing else.
    let queries = input.after.queries.iter();
    for (id, query) in queries.filter(|_| !input.before.nodes.is_empty()) {
        let before = input.before.queries.get(id);
        let before = before.map(|it| it.mistakes.as_slice());
        for mistake in &query.mistakes {
            let was = before.unwrap_or_default();
            if was.iter().any(|it| it.kind == mistake.kind) {
                continue;
            }
            let what = match &mistake.kind {
                MistakeKind::UnknownColumn { name, .. } => format!("there is no column `{name}`"),
                MistakeKind::AmbiguousColumn { name, .. } => {
                    format!("`{name}` is a column of several relations")
                }
                MistakeKind::UnequalUnion { left, right } => {
                    format!("the sides of a set operation have {left} and {right} columns")
                }
                _ => continue,
            };
            found.insert((names.of(id), what));
        }
    }
    found
        .into_iter()
        .map(|(name, what)| Break { name, what })
        .collect()
}

/// Lists what reads relations by the names that they had.
fn left_behind(
    input: &CompareInput<'_>,
    names: &Names<'_>,
    changes: &[Change],
) -> BTreeSet<(String, String)> {
    let moved = changes
        .iter()
        .filter(|it| it.facts.iter().any(|it| it.relation));
    let moved: BTreeSet<&UniqueId> = moved.map(|it| &it.unique_id).collect();
    let mut found = BTreeSet::new();
    for (id, query) in &input.after.queries {
        for read in query.by_hand.iter().filter(|it| moved.contains(&it.id)) {
            let Some(node) = input.resources.get(&read.id).and_then(Resource::node) else {
                continue;
            };
            let own = [&node.schema, &node.alias];
            let behind = read.parts.iter().rev().zip(own.into_iter().rev());
            let mut behind = behind.map(|(one, other)| one.eq_ignore_ascii_case(other));
            if node.is_ephemeral() || behind.any(|it| !it) {
                let name = read.parts.join(".");
                let what = format!("it reads `{}` by the name `{name}`", names.of(&read.id));
                found.insert((names.of(id), what));
            }
        }
    }
    found
}

/// Puts the steps of both states together: what read a column that is gone is reached, too.
fn merged(input: &CompareInput<'_>) -> BTreeMap<UniqueId, NodeColumns> {
    let mut all = input.after.nodes.clone();
    for (id, before) in &input.before.nodes {
        let Some(own) = all.get_mut(id) else {
            all.insert(id.clone(), before.clone());
            continue;
        };
        if own == before {
            continue;
        }
        if !input.earlier.changed.contains_key(id) {
            // Its SQL is as it was: what is not known today is what it misses.
            own.is_complete = before.is_complete;
            own.unknown.clone_from(&before.unknown);
        }
        for (name, origin) in &before.columns {
            let known = own.columns.iter_mut();
            let mut known = known.filter(|(it, _)| it.eq_ignore_ascii_case(name));
            match known.next() {
                None => {
                    own.columns.insert(name.clone(), origin.clone());
                }
                Some((_, same)) => {
                    same.is_known |= origin.is_known;
                    for source in &origin.sources {
                        if !same.sources.contains(source) {
                            same.sources.push(source.clone());
                        }
                    }
                }
            }
        }
        for influence in &before.influences {
            if !own.influences.contains(influence) {
                own.influences.push(influence.clone());
            }
        }
    }
    all
}

fn diff(old: &str, new: &str) -> String {
    let (old, new) = (format!("{}\n", old.trim()), format!("{}\n", new.trim()));
    let lines = similar::TextDiff::from_lines(&old, &new);
    let text = lines.unified_diff().context_radius(3).to_string();
    text.trim_end().to_owned()
}

fn spoken(kind: ResourceType) -> &'static str {
    match kind {
        ResourceType::Seed => "the seed",
        ResourceType::Snapshot => "the snapshot",
        ResourceType::Source => "the source",
        _ => "the model",
    }
}
