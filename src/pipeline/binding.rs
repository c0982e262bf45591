//! Binding: the SQL of models is given to the engine in an empty database in memory, which has the relations that they
//! read without any rows. The engine says what it refuses, and exactly which types there are.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::Ready;
use crate::adapters::{Adapter, AdapterError, Column, Connection, Refused, Relation};
use crate::check::{Bound, GivenType, Refusal, RefusedCall};
use crate::jinja::context::{node_relation, source_relation};
use crate::lineage::{Lineage, is_last, levels as levels_of, stands_for};
use crate::nodes::{Node, Resource, ResourceType, UniqueId};
use crate::sql::{Call, statements};

/// How many nodes the engine is asked about unless that is asked for: each takes about a millisecond.
pub(super) const MOST: usize = 3000;

/// Gives the SQL of nodes that are `wanted` to the engine; those of which only a build tells what they are are passed over,
/// as is what reads relations of unknown columns. None where there is no engine at hand.
pub(super) fn bound(
    ready: &Ready,
    compiled: &HashMap<UniqueId, Arc<Node>>,
    lineage: &Lineage,
    wanted: &HashSet<UniqueId>,
) -> Option<Bound> {
    let adapter = ready.adapter.empty(&schemas(ready))?.ok()?;
    let binder = Binder {
        ready,
        compiled,
        lineage,
        wanted,
        makers: makers(ready, lineage),
        asks: AtomicBool::new(false),
    };
    let needed = needed(ready, wanted);
    let mut present = HashSet::new();
    let mut bound = Bound::default();
    for mut level in levels(ready) {
        level.retain(|id| needed.contains(*id));
        let workers = rayon::current_num_threads().clamp(1, level.len().max(1));
        let next = AtomicUsize::new(0);
        let done = Mutex::new(Vec::new());
        let work = || {
            let Ok(mut connection) = adapter.connect("check") else {
                return;
            };
            while let Some(id) = level.get(next.fetch_add(1, Ordering::SeqCst)) {
                if let Some(outcome) = binder.bind(id, &present, &mut *connection) {
                    let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
                    done.push((*id, outcome));
                }
            }
        };
        match workers {
            1 => work(),
            workers => std::thread::scope(|scope| {
                (1..workers).for_each(|_| drop(scope.spawn(work)));
                work();
            }),
        }
        let done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
        for (id, outcome) in done {
            if outcome.is_present {
                present.insert(id.clone());
            }
            bound
                .contracts
                .extend(outcome.contract.map(|it| (id.clone(), it)));
            match outcome.said {
                Some(Ok(())) => drop(bound.taken.insert(id.clone())),
                Some(Err(refusal)) => drop(bound.refused.insert(id.clone(), refusal)),
                None => {}
            }
        }
    }
    bound.calls = binder.calls(&bound, &*adapter);
    bound.missing = missing(&binder);
    bound.hangs_on_database = binder.asks.load(Ordering::SeqCst);
    Some(bound)
}

/// What is said of one node.
#[derive(Default)]
struct Outcome {
    /// Whether the empty database has it, so that others can read it.
    is_present: bool,
    /// What the engine says of its SQL, if it was asked.
    said: Option<Result<(), Refusal>>,
    contract: Option<Vec<GivenType>>,
}

struct Binder<'a> {
    ready: &'a Ready,
    compiled: &'a HashMap<UniqueId, Arc<Node>>,
    lineage: &'a Lineage,
    wanted: &'a HashSet<UniqueId>,
    /// Statements of hooks and macros of the project that may make relations and functions, in lower case.
    makers: String,
    /// Whether the target's database was asked for names.
    asks: AtomicBool,
}

impl Binder<'_> {
    fn bind(
        &self,
        id: &UniqueId,
        present: &HashSet<UniqueId>,
        connection: &mut dyn Connection,
    ) -> Option<Outcome> {
        let quoting = self.ready.facts.quoting;
        let node = match self.ready.resources.get(id)? {
            Resource::Source(source) => {
                let name = match stands_for(source) {
                    // A file in quotes is a relation of that name first.
                    Some(text) => {
                        let file = text.strip_prefix('\'')?.strip_suffix('\'')?;
                        self.ready.adapter.quote(&file.replace('"', "\"\""))
                    }
                    None => source_relation(source, quoting).render(),
                };
                let is_present = self.declare(id, &name, connection);
                return Some(Outcome {
                    is_present,
                    ..Outcome::default()
                });
            }
            Resource::Node(node) => node,
            _ => return None,
        };
        let relation = node_relation(node, quoting);
        let is_open = self.lineage.open.contains(id);
        let compiled = self.compiled.get(id).filter(|_| !is_open);
        let sql = compiled
            .and_then(|it| it.compiled.as_ref())
            .map(|it| it.code.as_str());
        let is_meant = self.wanted.contains(id) || node.is_ephemeral();
        let text = sql.filter(|sql| is_meant && !self.is_nothing(node, sql));
        let sql = text.filter(|sql| self.is_tried(node, sql, &relation, present));
        let Some(sql) = sql else {
            return Some(Outcome {
                is_present: !node.is_ephemeral()
                    && self.declare(id, &relation.render(), connection),
                said: text.and_then(|it| self.unread(it, connection)),
                ..Outcome::default()
            });
        };
        let is_made = !node.is_ephemeral() && node.resource_type == ResourceType::Model;
        let (before, after) = match is_made {
            true => (
                format!("create table {} as (\n", relation.render()),
                "\n) with no data",
            ),
            false => ("select * from (\n".to_owned(), "\n) limit 0"),
        };
        let asked = connection.execute(&format!("{before}{sql}{after}"), false, None);
        let said = match asked {
            Ok(_) => Some(Ok(())),
            Err(error) => self.refusal(error, before.len()).map(Err),
        };
        let is_taken = said == Some(Ok(()));
        let contract = match node.contract.enforced && is_taken {
            true => contract(node, sql, connection),
            false => None,
        };
        let is_present = match is_made && is_taken {
            true => true,
            false => !node.is_ephemeral() && self.declare(id, &relation.render(), connection),
        };
        Some(Outcome {
            is_present: is_present || node.is_ephemeral() && is_taken,
            said,
            contract,
        })
    }

    /// Tells whether the engine can be asked: all that is read is there, and what it says does not depend on rows.
    fn is_tried(
        &self,
        node: &Node,
        sql: &str,
        relation: &Relation,
        present: &HashSet<UniqueId>,
    ) -> bool {
        let own = relation.render().to_lowercase();
        let reads_itself = sql.to_lowercase().contains(&own);
        let mut needs = node.depends_on.nodes.iter();
        let is_there = |id: &UniqueId| match self.ready.resources.get(id) {
            Some(Resource::Node(node)) => !node.resource_type.is_refable() || present.contains(id),
            Some(Resource::Source(_)) => present.contains(id),
            _ => true,
        };
        !reads_itself && needs.all(is_there) && self.ready.adapter.is_settled(sql)
    }

    /// Tells whether nothing is sent: a model without SQL is none to be built, and an ephemeral one is nowhere that nothing reads.
    fn is_nothing(&self, node: &Node, sql: &str) -> bool {
        let graph = &self.ready.graph;
        let children = graph.index(&node.unique_id).map(|it| graph.children(it));
        let is_read = children.is_some_and(|mut it| it.next().is_some());
        let is_blank =
            || statements(self.ready.adapter.grammar(), sql).is_ok_and(|it| it.is_empty());
        sql.trim().is_empty() || node.is_ephemeral() && !is_read && is_blank()
    }

    /// Gives a text to the engine that reads what is not there. It reads the words before it looks for relations.
    fn unread(&self, sql: &str, connection: &mut dyn Connection) -> Option<Result<(), Refusal>> {
        if !self.ready.adapter.is_settled(sql) {
            return None;
        }
        let before = "explain select * from (\n";
        let error = connection.execute(&format!("{before}{sql}\n) limit 0"), false, None);
        let error = error.err()?;
        match self.ready.adapter.refused(&error)? {
            Refused::Text => self.refusal(error, before.len()).map(Err),
            _ => None,
        }
    }

    /// Gives the calls of nodes about which the engine was not asked to it, one by one and with NULL for values.
    fn calls(&self, bound: &Bound, adapter: &dyn Adapter) -> HashMap<Call, RefusedCall> {
        let is_asked = |id| bound.taken.contains(id) || bound.refused.contains_key(id);
        let queries = self.lineage.queries.iter();
        let queries = queries.filter(|(id, _)| self.wanted.contains(*id) && !is_asked(*id));
        let calls: HashSet<&Call> = queries
            .flat_map(|(_, it)| &it.calls)
            .map(|it| &it.0)
            .collect();
        let Ok(mut connection) = adapter.connect("check") else {
            return HashMap::new();
        };
        let mut refused = |call: &Call| {
            let given = call.arguments.iter().flatten().map(|it| match it {
                Some(sql_type) => format!("cast(null as {sql_type})"),
                None => "null".to_owned(),
            });
            let given = given.collect::<Vec<_>>().join(", ");
            let over = if call.is_window { " over ()" } else { "" };
            let sql = format!("explain select {}({given}){over}", call.name);
            let error = connection.execute(&sql, false, None).err()?;
            let refused = adapter.refused(&error)?;
            let message = self.refusal(error, 0)?.message;
            match refused {
                Refused::Function(_) => Some(RefusedCall::Name(message)),
                Refused::Arguments if call.arguments.is_some() && !self.defines(&call.name) => {
                    Some(RefusedCall::Arguments(message))
                }
                _ => None,
            }
        };
        let all = calls
            .into_iter()
            .filter_map(|it| Some((it.clone(), refused(it)?)));
        all.collect()
    }

    /// Makes an empty relation of the columns that are known. Tells whether it is there.
    fn declare(&self, id: &UniqueId, relation: &str, connection: &mut dyn Connection) -> bool {
        let Some(columns) = self.lineage.certain(id).filter(|it| it.is_complete) else {
            return false;
        };
        let columns = columns.columns.iter().map(|(name, column)| {
            let data_type = column.data_type.as_deref()?;
            let name = self.ready.adapter.quote(&name.replace('"', "\"\""));
            Some(format!("{name} {data_type}"))
        });
        let Some(columns) = columns.collect::<Option<Vec<String>>>() else {
            return false;
        };
        if columns.is_empty() {
            return false;
        }
        let sql = format!("create table {relation} ({})", columns.join(", "));
        connection.execute(&sql, false, None).is_ok()
    }

    /// Takes what the engine refuses whatever the database has beside what is known.
    fn refusal(&self, error: AdapterError, before: usize) -> Option<Refusal> {
        let is_refused = match self.ready.adapter.refused(&error)? {
            Refused::Query | Refused::Text | Refused::Arguments => true,
            Refused::Function(name) => !self.brings(&name) && !self.has_function(&name),
            Refused::Relation => false,
        };
        let AdapterError::Statement {
            message, offset, ..
        } = error
        else {
            return None;
        };
        is_refused.then(|| Refusal {
            offset: offset.and_then(|it| it.checked_sub(before)),
            message,
        })
    }

    /// Tells whether the target's database has a function, or may have it.
    fn has_function(&self, name: &str) -> bool {
        self.asks.store(true, Ordering::SeqCst);
        let adapter = &self.ready.adapter;
        let connection = adapter.connect("check");
        let found = connection.and_then(|mut it| adapter.has_function(&mut *it, name));
        found.unwrap_or(true)
    }

    fn is_made(&self, name: &str) -> bool {
        self.makers.contains(&name.to_lowercase())
    }

    /// Tells whether the project may make a function of a name that the engine has, too.
    fn defines(&self, name: &str) -> bool {
        const BETWEEN: usize = 4;
        let is_word = |it: char| it.is_alphanumeric() || it == '_';
        let words = self.makers.split(|it| !is_word(it));
        let words: Vec<&str> = words.filter(|it| !it.is_empty()).collect();
        let is_making = |it: &&str| it.ends_with("macro") || it.ends_with("function");
        let mut places = words.iter().enumerate().filter(|it| *it.1 == name);
        places.any(|(at, _)| words[at.saturating_sub(BETWEEN)..at].iter().any(is_making))
    }

    /// Tells whether the project may bring a function: by making it, or with an extension.
    fn brings(&self, name: &str) -> bool {
        let words = |it: char| !it.is_alphanumeric() && it != '_';
        self.is_made(name) || self.makers.split(words).any(|it| it == "load")
    }
}

/// Returns the types of a query with a contract beside those that the contract says.
fn contract(node: &Node, sql: &str, connection: &mut dyn Connection) -> Option<Vec<GivenType>> {
    let given = connection.describe_query(sql).ok()?;
    let mut wanted = HashMap::new();
    for column in node.columns.values() {
        let data_type = column.data_type.as_deref()?;
        let sql = format!("select cast(null as {data_type}) as wanted");
        let described = connection.describe_query(&sql).ok()?;
        let [described] = described.as_slice() else {
            continue;
        };
        wanted.insert(column.name.to_lowercase(), written(described));
    }
    let given = given.into_iter().map(|it| GivenType {
        wanted: wanted.get(&it.name.to_lowercase()).cloned(),
        given: written(&it),
        name: it.name,
    });
    Some(given.collect())
}

/// Writes the type of a column. Texts of any length are one.
fn written(column: &Column) -> String {
    match column.is_string() {
        true => column.dtype.clone(),
        false => column.data_type(),
    }
}

/// Lists the databases and schemas of all relations.
fn schemas(ready: &Ready) -> Vec<(&str, &str)> {
    let nodes = ready.resources.nodes.values();
    let nodes = nodes.filter(|it| it.resource_type.is_refable());
    let nodes = nodes.map(|it| (it.database.as_deref(), it.schema.as_str()));
    let sources = ready.resources.sources.values();
    let sources = sources.map(|it| (it.database.as_deref(), it.schema.as_str()));
    let default = ready.adapter.default_database();
    let all = nodes.chain(sources);
    let all: BTreeSet<_> = all
        .map(|(database, schema)| (database.unwrap_or(default), schema))
        .collect();
    all.into_iter().collect()
}

/// Collects the statements that hooks and macros of the project may send, of those that make something.
fn makers(ready: &Ready, lineage: &Lineage) -> String {
    let mut all = String::new();
    let mut add = |sql: &str| {
        let sql = sql.to_lowercase();
        let does = |it: &str| sql.contains(it);
        if does("create") || does("attach") || does("load ") && does("install") {
            all.push_str(&sql);
            all.push('\n');
        }
    };
    let built_in = ["dbt", "dbt_duckdb"];
    let macros = ready.resources.macros.values();
    let macros = macros.filter(|it| !built_in.contains(&it.package_name.as_str()));
    macros.for_each(|it| add(&it.macro_sql));
    for node in ready.resources.nodes.values() {
        // A template that asks the database may tell it to make something as well.
        let asks = lineage.open.contains(&node.unique_id);
        if node.resource_type == ResourceType::Operation || asks {
            add(&node.raw_code);
        }
        for key in ["pre-hook", "post-hook"] {
            node.config.hooks(key).iter().for_each(|it| add(&it.sql));
        }
    }
    all
}

/// Finds names of relations that are neither known nor in the database, and that nothing of the project seems to make.
fn missing(binder: &Binder<'_>) -> HashSet<Vec<String>> {
    let queries = binder.lineage.queries.values();
    let names: HashSet<&Vec<String>> = queries
        .flat_map(|it| &it.strangers)
        .map(|it| &it.0)
        .collect();
    let is_name = |it: &String| {
        it.chars()
            .all(|it| it.is_alphanumeric() || it == '_' || it == '$')
    };
    let names = names.into_iter().filter(|parts| {
        let is_made = parts.last().is_none_or(|it| binder.is_made(it));
        parts.iter().all(is_name) && !is_made && !is_node(binder.ready, parts)
    });
    let names: Vec<&Vec<String>> = names.collect();
    if names.is_empty() {
        return HashSet::new();
    }
    binder.asks.store(true, Ordering::SeqCst);
    let Ok(mut connection) = binder.ready.adapter.connect("check") else {
        return HashSet::new();
    };
    let adapter = &binder.ready.adapter;
    let mut is_missing = |parts: &&Vec<String>| {
        let quoted = parts.iter().map(|it| adapter.quote(it));
        let sql = format!("select * from {}", quoted.collect::<Vec<_>>().join("."));
        let described = connection.describe_query(&sql);
        described.is_err_and(|it| adapter.refused(&it) == Some(Refused::Relation))
    };
    let missing = names.into_iter().filter(|it| is_missing(it));
    missing.cloned().collect()
}

/// Tells whether a name may mean what the project builds.
fn is_node(ready: &Ready, parts: &[String]) -> bool {
    let is_same = |one: &str, two: &str| one.eq_ignore_ascii_case(two);
    let mut nodes = ready.resources.nodes.values();
    nodes.any(|it| {
        it.resource_type.is_refable()
            && match parts {
                [.., schema, name] => is_same(name, &it.alias) && is_same(schema, &it.schema),
                [name] => is_same(name, &it.alias),
                [] => false,
            }
    })
}

/// Lists nodes that are wanted, and what they read; of ephemeral models, which stand in the SQL of others, what these read.
fn needed<'a>(ready: &'a Ready, wanted: &'a HashSet<UniqueId>) -> HashSet<&'a UniqueId> {
    let mut needed: HashSet<&UniqueId> = wanted.iter().collect();
    let mut open: Vec<&UniqueId> = wanted.iter().collect();
    while let Some(id) = open.pop() {
        let needs = ready.resources.get(id).map_or(&[][..], Resource::needs);
        for id in needs {
            let is_ephemeral = match ready.resources.get(id) {
                Some(Resource::Node(node)) => node.is_ephemeral(),
                _ => false,
            };
            if needed.insert(id) && is_ephemeral {
                open.push(id);
            }
        }
    }
    needed
}

/// Puts sources and nodes into levels: each reads only what is in levels before its own.
fn levels(ready: &Ready) -> Vec<Vec<&UniqueId>> {
    let mut levels = levels_of(&ready.graph, &ready.resources);
    let nodes = ready.resources.nodes.values();
    let last = nodes.filter(|it| is_last(it)).map(|it| &it.unique_id);
    levels.push(last.collect());
    levels
}
