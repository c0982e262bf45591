//! `--changed`: whether a node would come out as it did at its last success.
//!
//! In: a step that the plan leaves out if nothing has changed, and what is known of earlier
//! successes. Out: [`Judged`]. Nothing is trusted but content: SQL as compiled now, digests of the
//! rows that it reads and of those that the node has left, whoever wrote them. What cannot be known
//! counts as changed, and the reason is said.

mod fact;
mod settings;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use fact::Fact;
pub(super) use fact::digest;

use super::Failure;
use super::node::Run;
use crate::adapters::{FullName, RelationState};
use crate::jinja::context::{Names, Session};
use crate::nodes::{Node, ResourceType};
use crate::plan::{Action, Step, Unchanged};

/// What earlier runs know, by node and relation.
pub type Facts = BTreeMap<String, Fact>;

/// What a run finds out.
#[derive(Default)]
pub(super) struct Changes {
    /// Facts that hold after this run.
    facts: Mutex<Facts>,
    /// What is in tables, while nobody writes them.
    content: Mutex<Content>,
    /// Relations that this run has written.
    written: Mutex<BTreeSet<FullName>>,
}

/// What is in tables.
#[derive(Default)]
struct Content {
    known: BTreeMap<FullName, RelationState>,
    /// How often something was written: what was looked at before says nothing.
    writes: usize,
}

/// What became of the question.
pub(super) enum Judged {
    /// Nobody asked.
    Runs,
    /// It is left out.
    Unchanged {
        /// The node as compiled, or the reason.
        node: Arc<Node>,
        /// Why.
        reason: String,
    },
    /// It runs.
    Changed {
        /// Why.
        reason: String,
        /// What is known of it if it ends well.
        fact: Option<Box<Fact>>,
    },
}

impl Changes {
    /// Takes up what earlier runs know.
    pub(super) fn new(facts: Facts) -> Self {
        Self {
            facts: Mutex::new(facts),
            ..Self::default()
        }
    }

    /// Returns what holds after the run.
    pub(super) fn into_facts(self) -> Facts {
        self.facts
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn facts(&self) -> MutexGuard<'_, Facts> {
        self.facts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn content(&self) -> MutexGuard<'_, Content> {
        self.content.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn written(&self) -> MutexGuard<'_, BTreeSet<FullName>> {
        self.written.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks at a relation; at a table once, until it is written.
    fn state(&self, name: &FullName, session: &Session) -> Result<Option<RelationState>, Failure> {
        let (known, writes) = {
            let content = self.content();
            (content.known.get(name).cloned(), content.writes)
        };
        if known.is_some() {
            return Ok(known);
        }
        let mut connection = session.connection();
        let state = session.adapter.relation_state(connection.as_mut(), name)?;
        if let Some(state @ RelationState::Table { .. }) = &state {
            let mut content = self.content();
            if content.writes == writes {
                content.known.insert(name.clone(), state.clone());
            }
        }
        Ok(state)
    }

    /// Finds what a query reads, each with what is in it. `Err` within says why nobody knows.
    fn inputs(
        &self,
        sql: &str,
        session: &Session,
        depth: usize,
    ) -> Result<Result<BTreeMap<String, String>, String>, Failure> {
        if depth > MAX_DEPTH {
            return Ok(Err("reads views of views without end".to_owned()));
        }
        let reads = {
            let mut connection = session.connection();
            session.adapter.reads(connection.as_mut(), sql)?
        };
        let reads = match reads {
            Ok(reads) => reads,
            Err(reason) => return Ok(Err(reason)),
        };
        if let Some(reason) = reads.unsteady {
            return Ok(Err(reason));
        }
        let mut inputs = BTreeMap::new();
        for name in &reads.relations {
            let shown = shown(name);
            let content = match self.state(name, session)? {
                None => return Ok(Err(format!("reads `{shown}`, of which nothing is known"))),
                Some(RelationState::Table { content, .. }) => content,
                Some(RelationState::View { definition, query }) => {
                    match self.inputs(&query, session, depth + 1)? {
                        Err(reason) => return Ok(Err(format!("reads `{shown}`, which {reason}"))),
                        Ok(inner) => format!("{definition}{inner:?}"),
                    }
                }
            };
            inputs.insert(shown, content);
        }
        Ok(Ok(inputs))
    }
}

const MAX_DEPTH: usize = 50;

impl Run<'_> {
    /// Tells whether a step is left out. What fails here fails again, and is told, when it runs.
    pub(super) fn judge(&self, step: &Step, node: &Arc<Node>, session: &Arc<Session>) -> Judged {
        let Some(changes) = &self.changes else {
            return Judged::Runs;
        };
        let judged = match &step.unchanged {
            Unchanged::Runs => return Judged::Runs,
            Unchanged::RunsAs(reason) => Ok(Judged::Changed {
                reason: reason.clone(),
                fact: None,
            }),
            Unchanged::RunsAnyway(reason) => {
                self.compare(changes, step, node, Some(reason), session)
            }
            Unchanged::IsLeftOut => self.compare(changes, step, node, None, session),
        };
        // The database is looked at again when the node runs.
        let released = session.connection().rollback();
        match judged {
            Ok(judged) if released.is_ok() => judged,
            _ => Judged::Changed {
                reason: "it cannot be compared".to_owned(),
                fact: None,
            },
        }
    }

    /// Compares with what is known, if there is no reason to run it `anyway`.
    fn compare(
        &self,
        changes: &Changes,
        step: &Step,
        node: &Arc<Node>,
        anyway: Option<&str>,
        session: &Arc<Session>,
    ) -> Result<Judged, Failure> {
        let changed = |reason: String, fact| {
            let fact = Some(Box::new(fact));
            Ok(Judged::Changed { reason, fact })
        };
        let compiler = &self.execution.compiler;
        let compiled = match step.action {
            Action::UnitTest => match self.execution.resources.unit_tests.get(&step.node) {
                Some(test) => compiler.compile_unit_test(test, node, session)?,
                None => return Ok(Judged::Runs),
            },
            _ => compiler.compile(node, session, Names::default())?,
        };
        let seed = match node.resource_type {
            ResourceType::Seed => Some(session.operation.seed(node)),
            _ => None,
        };
        let code: Arc<str> = match (&seed, &compiled.compiled) {
            (Some(Ok(seed)), _) => seed.text(),
            (None, Some(compiled)) => compiled.code.as_str().into(),
            _ => return Ok(Judged::Runs),
        };
        let code = &*code;
        let mut fact = Fact {
            text: digest([code]),
            settings: self.settings(node),
            around: *self.around(session)?,
            ..Fact::default()
        };
        if seed.is_none() {
            match changes.inputs(code, session, 0)? {
                Ok(inputs) => fact.inputs = inputs,
                Err(reason) => {
                    return Ok(Judged::Changed {
                        reason: format!(
                            "nobody can tell whether it comes out the same: it {reason}"
                        ),
                        fact: None,
                    });
                }
            }
        }
        // What it makes of its own rows is looked at below.
        if let Some(own) = relation(node) {
            fact.inputs.remove(&shown(&own));
        }
        let key = key(node);
        let earlier = changes.facts().get(&key).cloned();
        let Some(earlier) = earlier.filter(|_| anyway.is_none()) else {
            let unknown = "of its last run with `--changed` no success is known";
            return changed(anyway.unwrap_or(unknown).to_owned(), fact);
        };
        if let Some(reason) = fact.differs(&earlier) {
            return changed(reason, fact);
        }
        if left(changes, node, session)? != earlier.left {
            return changed("its relation is not as it was left".to_owned(), fact);
        }
        let rebuilt = changes.written();
        let rebuilt = rebuilt.iter().map(shown);
        let rebuilt: Vec<_> = rebuilt.filter(|it| fact.inputs.contains_key(it)).collect();
        Ok(Judged::Unchanged {
            node: compiled,
            reason: match rebuilt.first() {
                None => "nothing changed since its last success".to_owned(),
                Some(input) => format!("`{input}` was built again, and has the same rows"),
            },
        })
    }

    /// Notes that a node has run, and what is known of it if it ended well.
    pub(super) fn note_changes(
        &self,
        node: &Node,
        fact: Option<Box<Fact>>,
        session: &Arc<Session>,
    ) {
        let Some(changes) = &self.changes else {
            return;
        };
        let hooks = node.config.has_hooks();
        let written = relation(node);
        if hooks || written.is_some() {
            let mut content = changes.content();
            content.writes += 1;
            // Hooks may write anything; a name may be written in several ways.
            let other = |it: &FullName| !hooks && !it[2].eq_ignore_ascii_case(&node.alias);
            content.known.retain(|name, _| other(name));
        }
        changes.written().extend(written);
        let left = fact.is_some().then(|| left(changes, node, session));
        let released = session.connection().rollback();
        let mut facts = changes.facts();
        match (fact, left) {
            (Some(fact), Some(Ok(left))) if released.is_ok() => {
                facts.insert(key(node), Fact { left, ..*fact });
            }
            _ => {
                facts.remove(&key(node));
            }
        }
    }
}

/// Says what a node's relation is; nothing for what has none.
fn left(changes: &Changes, node: &Node, session: &Arc<Session>) -> Result<String, Failure> {
    let Some(name) = relation(node) else {
        return Ok(String::new());
    };
    Ok(match changes.state(&name, session)? {
        None => "nothing".to_owned(),
        Some(RelationState::View { definition, .. }) => format!("view {definition}"),
        Some(RelationState::Table {
            definition,
            content,
            ..
        }) => format!("table {definition} {content}"),
    })
}

/// Names the relation that a node writes.
fn relation(node: &Node) -> Option<FullName> {
    let writes = match node.resource_type {
        ResourceType::Model | ResourceType::Seed | ResourceType::Snapshot => true,
        // One that stores the rows that it finds.
        ResourceType::Test => node.relation_name.is_some(),
        _ => false,
    };
    let database = node.database.clone().unwrap_or_default();
    (writes && !node.is_ephemeral()).then(|| [database, node.schema.clone(), node.alias.clone()])
}

/// A node's facts are those of one relation.
fn key(node: &Node) -> String {
    let relation = node.relation_name.as_deref().unwrap_or_default();
    format!("{} {relation}", node.unique_id)
}

fn shown(name: &FullName) -> String {
    let parts = name.iter().filter(|it| !it.is_empty());
    parts.cloned().collect::<Vec<_>>().join(".")
}
