//! The columns of all nodes, once they are compiled: `column_lineage.json`.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use super::seed_file::read_seed;
use super::{Ready, Surroundings, artifacts, docs, execution};
use crate::adapters::RelationCache;
use crate::adapters::agate::Seed;
use crate::artifacts::{COLUMN_LINEAGE_SCHEMA, NodeColumns, catalog_key};
use crate::diagnostics::{Diagnostic, Severity};
use crate::events::Event;
use crate::execute::{self, CatalogRequest, Execution};
use crate::invocation::{Command, Invocation};
use crate::jinja::context::{Names, node_relation, source_relation};
use crate::lineage::{Columns, Lineage, LineageInput, Outside, is_last, lineage, stands_for};
use crate::nodes::{Node, ResourceType, Source, UniqueId};
use crate::records;

/// Works out the columns of all nodes; those that are not among `compiled` have what is known of them elsewhere.
pub(super) fn columns(
    ready: &Ready,
    execution: &Execution,
    compiled: &HashMap<UniqueId, Arc<Node>>,
    around: &Surroundings,
) -> BTreeMap<UniqueId, NodeColumns> {
    let told = told(ready, execution, &asked_of(ready, compiled), around);
    columns_of(ready, compiled, &told, &HashMap::new(), false).nodes
}

/// Works out the columns of data tests, and those of all nodes.
pub(super) fn columns_of_tests(
    tests: &[UniqueId],
    (ready, execution): (&Ready, &Execution),
    compiled: &HashMap<UniqueId, Arc<Node>>,
    around: &Surroundings,
) -> Lineage {
    let told = told(ready, execution, &asked_of(ready, compiled), around);
    lineage(&LineageInput {
        tests,
        resources: &ready.resources,
        graph: &ready.graph,
        compiled,
        grammar: ready.adapter.grammar(),
        told: &told,
        masking: &ready.check_settings.masking,
        compared: &HashSet::new(),
        elsewhere: &[],
        checks: false,
        before: &HashMap::new(),
    })
}

/// Works out the columns of nodes and what is wrong in their SQL, except of those that are known from `before`.
pub(super) fn columns_of(
    ready: &Ready,
    compiled: &HashMap<UniqueId, Arc<Node>>,
    told: &HashMap<UniqueId, Columns>,
    before: &HashMap<UniqueId, Outside>,
    checks: bool,
) -> Lineage {
    lineage(&LineageInput {
        tests: &[],
        resources: &ready.resources,
        graph: &ready.graph,
        compiled,
        grammar: ready.adapter.grammar(),
        told,
        masking: &ready.check_settings.masking,
        compared: &HashSet::new(),
        elsewhere: &[],
        checks,
        before,
    })
}

/// Lists the columns that the database, and files, say of sources and nodes.
pub(super) fn told(
    ready: &Ready,
    execution: &Execution,
    of: &[UniqueId],
    around: &Surroundings,
) -> HashMap<UniqueId, Columns> {
    let nodes = of.iter().filter_map(|it| ready.resources.nodes.get(it));
    let seeds = nodes.filter(|it| it.resource_type == ResourceType::Seed);
    let mut told: HashMap<UniqueId, Columns> = seeds
        .filter_map(|it| Some((it.unique_id.clone(), told_by_file(it, ready, around)?)))
        .collect();
    // The database may have seeds as they were.
    let others = of.iter().filter(|it| !told.contains_key(*it)).cloned();
    let others: Vec<UniqueId> = others.collect();
    told.extend(told_by_database(ready, execution, &others));
    told.extend(told_by_files(ready));
    told
}

/// All nodes as compiled, and their columns.
pub(super) struct Worked {
    pub(super) compiled: HashMap<UniqueId, Arc<Node>>,
    pub(super) lineage: Lineage,
    /// What the database, and files, say of sources and nodes.
    pub(super) told: HashMap<UniqueId, Columns>,
}

/// Compiles all models and snapshots, and works out the columns of all nodes. None if the database cannot be
/// opened.
pub(super) fn compiled_columns(
    invocation: &Invocation,
    ready: &Ready,
    around: &Surroundings,
    findings: &mut Vec<Diagnostic>,
) -> Option<Worked> {
    let execution = Arc::new(execution(invocation, ready, around));
    match compiled(ready, &execution, None, findings) {
        Ok(compiled) => {
            let checks = matches!(invocation.command, Command::Check | Command::Build);
            let told = told(ready, &execution, &asked_of(ready, &compiled), around);
            let lineage = columns_of(ready, &compiled, &told, &HashMap::new(), checks);
            Some(Worked {
                compiled,
                lineage,
                told,
            })
        }
        Err(failure) => {
            findings.push(failure.into_finding());
            None
        }
    }
}

/// Compiles all models and snapshots, and queries that nothing reads, or some of them alone, and says nothing; what does
/// not compile is found.
pub(super) fn compiled(
    ready: &Ready,
    execution: &Arc<Execution>,
    alone: Option<&HashSet<UniqueId>>,
    findings: &mut Vec<Diagnostic>,
) -> Result<HashMap<UniqueId, Arc<Node>>, execute::Failure> {
    let cache = Arc::new(RelationCache::default());
    let nodes = ready.resources.nodes.values().filter(|it| {
        let is_query = matches!(
            it.resource_type,
            ResourceType::Model | ResourceType::Snapshot
        );
        let is_wanted = alone.is_none_or(|alone| alone.contains(&it.unique_id));
        is_wanted && (is_query && it.language == "sql" || is_last(it))
    });
    let nodes: Vec<&Arc<Node>> = nodes.collect();
    let next = AtomicUsize::new(0);
    let work = || -> Result<Vec<Result<Arc<Node>, Diagnostic>>, execute::Failure> {
        let session = execution.session(&cache, "lineage")?;
        let mut done = Vec::new();
        while let Some(node) = nodes.get(next.fetch_add(1, Ordering::SeqCst)) {
            let compiled = execution.compiler.compile(node, &session, Names::default());
            done.push(compiled.map_err(|it| {
                let mut finding = execute::Failure::from(it).into_diagnostic(node);
                // What it asks for may be what the next build makes.
                if session.take_asked(node).0 {
                    finding.severity = Severity::Warning;
                    finding =
                        finding.note("the template asks the database: build what it reads first");
                }
                finding
            }));
        }
        Ok(done)
    };
    let workers = ready.project.profile.threads.max(1);
    let done: Vec<_> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        workers
            .into_iter()
            .filter_map(|it| it.join().ok())
            .collect()
    });
    let mut all = HashMap::new();
    for found in done {
        for node in found? {
            match node {
                Ok(node) => {
                    all.insert(node.unique_id.clone(), node);
                }
                Err(finding) => findings.push(finding),
            }
        }
    }
    Ok(all)
}

/// Writes the columns of nodes as they stand in `column_lineage.json`.
pub(super) fn as_json<'a>(
    nodes: impl IntoIterator<Item = (&'a UniqueId, &'a NodeColumns)>,
) -> Vec<(UniqueId, Vec<u8>)> {
    let nodes: Vec<(&UniqueId, &NodeColumns)> = nodes.into_iter().collect();
    let nodes = nodes.into_par_iter().with_min_len(64);
    // Texts and numbers have always a form.
    let json = nodes.map(|(id, it)| (id.clone(), serde_json::to_vec(it).unwrap_or_default()));
    json.collect()
}

/// Writes `column_lineage.json`. Tells whether it could be written.
pub(super) fn write<'a>(
    nodes: impl Iterator<Item = (&'a UniqueId, &'a [u8])>,
    ready: &Ready,
    around: &Surroundings,
    findings: &mut Vec<Diagnostic>,
) -> bool {
    let metadata = artifacts::metadata(&ready.facts, around, COLUMN_LINEAGE_SCHEMA);
    let path = ready.project.target_path.join("column_lineage.json");
    match records::write_column_lineage(&metadata, nodes, &path, &*around.system) {
        Ok(()) => {
            let kind = "ColumnLineage";
            around.sink.emit(Event::Written { kind, path });
            true
        }
        Err(error) => {
            findings.push(artifacts::not_written(&error));
            false
        }
    }
}

/// Names the sources, and the nodes that are not compiled here, of whose columns the database is asked.
pub(super) fn asked_of(ready: &Ready, compiled: &HashMap<UniqueId, Arc<Node>>) -> Vec<UniqueId> {
    let sources = ready.resources.sources.keys().cloned();
    let nodes = ready.resources.nodes.values().filter(|it| {
        let is_query = it.language == "sql" && it.resource_type != ResourceType::Seed;
        // Models that grow read what they have.
        let reads_itself = it.config.materialized() == "incremental";
        let is_described = is_query && !reads_itself && compiled.contains_key(&it.unique_id);
        it.resource_type.is_refable() && !it.is_ephemeral() && !is_described
    });
    sources
        .chain(nodes.map(|it| it.unique_id.clone()))
        .collect()
}

/// Asks the database once for the columns of sources and nodes. What cannot be asked is not known.
fn told_by_database(
    ready: &Ready,
    execution: &Execution,
    of: &[UniqueId],
) -> HashMap<UniqueId, Columns> {
    let quoting = ready.facts.quoting;
    let sources = of.iter().filter_map(|it| ready.resources.sources.get(it));
    let sources: Vec<&Source> = sources
        .map(|it| &**it)
        .filter(|it| stands_for(it).is_none())
        .collect();
    let nodes = of.iter().filter_map(|it| ready.resources.nodes.get(it));
    let nodes: Vec<&Arc<Node>> = nodes.collect();
    let relations = sources.iter().map(|it| source_relation(it, quoting));
    let relations: Vec<_> = relations
        .chain(nodes.iter().map(|it| node_relation(it, quoting)))
        .collect();
    if relations.is_empty() {
        return HashMap::new();
    }
    let request = CatalogRequest {
        schemas: relations.clone(),
        used: docs::used_schemas(ready),
        relations: Some(relations),
    };
    let Ok(found) = execute::catalog(execution, &request) else {
        return HashMap::new();
    };
    let columns = |database: Option<&str>, schema: &str, name: &str| {
        let table = found.tables.get(&catalog_key(database, schema, name))?;
        let columns = table.columns.values();
        let columns = columns.map(|it| (it.name.clone(), it.r#type.clone()));
        Some(columns.collect::<Columns>())
    };
    let of_sources = sources.iter().filter_map(|it| {
        let columns = columns(it.database.as_deref(), &it.schema, &it.identifier)?;
        Some((it.unique_id.clone(), columns))
    });
    let of_nodes = nodes.iter().filter_map(|it| {
        let columns = columns(it.database.as_deref(), &it.schema, &it.alias)?;
        Some((it.unique_id.clone(), columns))
    });
    of_sources.chain(of_nodes).collect()
}

/// Asks the database for the columns of sources that are files or calls.
fn told_by_files(ready: &Ready) -> HashMap<UniqueId, Columns> {
    let sources = ready.resources.sources.values();
    let files: Vec<_> = sources
        .filter_map(|it| Some((&it.unique_id, stands_for(it)?)))
        .collect();
    if files.is_empty() {
        return HashMap::new();
    }
    let Ok(mut connection) = ready.adapter.connect("lineage") else {
        return HashMap::new();
    };
    let described = files.into_iter().filter_map(|(id, text)| {
        let sql = format!("select * from {text} limit 0");
        let (_, table) = connection.execute(&sql, true, None).ok()?;
        let columns = table.columns.into_iter().map(|it| (it.name, it.sql_type));
        Some((id.clone(), columns.collect()))
    });
    described.collect()
}

/// Reads the columns of a seed from its file, as `dsql seed` would make them.
fn told_by_file(node: &Node, ready: &Ready, around: &Surroundings) -> Option<Columns> {
    let seed: Seed = read_seed(node, &*around.system, &ready.texts).ok()?;
    let typed = node.config.dict("column_types");
    let columns = seed.columns().iter().enumerate().map(|(at, column)| {
        let chosen = typed.and_then(|it| it.get(&column.name)?.as_str());
        let made = || {
            ready
                .adapter
                .convert_type(column.cells, seed.has_decimals(at))
        };
        let sql_type = chosen.unwrap_or_else(made);
        (column.name.clone(), Some(sql_type.to_owned()))
    });
    Some(columns.collect())
}
