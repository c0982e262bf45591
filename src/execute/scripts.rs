//! What a plan would send to a database, where there is none: one script for each node.
//!
//! In: a plan, and an engine without a connection. Out: texts. Materializations run as they do on a
//! database, twice: as if nothing were there yet, and as if all had been built before.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use indexmap::IndexMap;

use super::materialization::keep_relations;
use super::microbatch::{self, batch_size};
use super::prepare::call;
use super::{Execution, Failure};
use crate::adapters::{Relation, RelationCache, RelationKind, Statement, ToldColumn};
use crate::diagnostics::Diagnostic;
use crate::invocation::moment;
use crate::jinja::context::{Names, RunContext, Session, node_relation, source_relation};
use crate::jinja::python::text;
use crate::jinja::{Arguments, Value, library};
use crate::nodes::{Batch, Details, Node, ResourceType, UniqueId};
use crate::plan::{Action, Plan};

/// The state of the database that a script is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Before {
    /// Nothing of the project is there.
    FirstRun,
    /// All of it has been built.
    NextRun,
}

/// What would be sent for one node.
#[derive(Debug)]
pub struct Script {
    /// The node, compiled.
    pub node: Arc<Node>,
    /// When.
    pub before: Before,
    /// The statements.
    pub text: String,
}

/// What comes of a plan.
#[derive(Debug, Default)]
pub struct Scripts {
    /// Scripts of nodes, in the plan's order, first runs before the others.
    pub scripts: Vec<Script>,
    /// What is sent before the first node: schemas, then hooks.
    pub start: String,
    /// What is sent behind the last one.
    pub end: String,
    /// What went wrong.
    pub problems: Vec<Diagnostic>,
}

/// Writes down what a plan would send.
pub fn scripts(execution: &Execution, plan: &Plan) -> Result<Scripts, Failure> {
    let mut found = Scripts::default();
    describe_sources(execution);
    describe_upstream(execution, plan)?;
    for before in [Before::FirstRun, Before::NextRun] {
        let cache = Arc::new(RelationCache::default());
        fill(&cache, execution, before);
        for step in &plan.steps {
            if execution.stop.load(std::sync::atomic::Ordering::SeqCst) {
                return Ok(found);
            }
            let Some(node) = execution.resources.nodes.get(&step.node) else {
                continue;
            };
            let session = execution.open(&cache, node.unique_id.as_ref())?;
            match written(execution, &step.action, node, before, &session) {
                Ok((node, text)) => {
                    found
                        .scripts
                        .extend(text.map(|text| Script { node, before, text }))
                }
                Err(failure) => {
                    // What fails with nothing there fails with all there, too.
                    let told = failure.into_diagnostics(node, &execution.resources, &session);
                    let told = told.into_iter();
                    found.problems.extend(
                        told.filter(|it| !found.problems.contains(it))
                            .collect::<Vec<_>>(),
                    );
                }
            }
        }
    }
    let session = execution.open(&Arc::default(), "master")?;
    for (database, schema) in &plan.schemas {
        let relation = Relation::new(database.as_deref(), Some(schema), None);
        let relation = library::relation(relation.written(execution.project.quoting));
        call(
            &session,
            "create_schema",
            vec![("relation".to_owned(), relation)],
        )?;
        session.connection().commit()?;
    }
    found.start = hooks(execution, &plan.on_run_start, &session, &mut found.problems)?;
    found.end = hooks(execution, &plan.on_run_end, &session, &mut found.problems)?;
    Ok(found)
}

/// Compiles hooks, and returns what was sent so far with them behind.
fn hooks(
    execution: &Execution,
    hooks: &[UniqueId],
    session: &Arc<Session>,
    problems: &mut Vec<Diagnostic>,
) -> Result<String, Failure> {
    for node in hooks
        .iter()
        .filter_map(|id| execution.resources.nodes.get(id))
    {
        match execution.compiler.compile(node, session, Names::default()) {
            Ok(compiled) => {
                let sql = compiled.compiled.as_ref().map_or("", |it| it.code.trim());
                if !sql.is_empty() {
                    session.connection().execute(sql, false, None)?;
                }
            }
            Err(error) => problems.push(Failure::from(error).into_diagnostic(node)),
        }
    }
    let statements = session.connection().take_statements();
    script(statements, session)
}

/// Writes down what one node would send; none where it sends nothing.
fn written(
    execution: &Execution,
    action: &Action,
    node: &Arc<Node>,
    before: Before,
    session: &Arc<Session>,
) -> Result<(Arc<Node>, Option<String>), Failure> {
    let mut node = node.clone();
    let mut names = Names::default();
    if matches!(action, Action::Materialize(_)) && microbatch::applies(&node, session) {
        Arc::make_mut(&mut node).batch = Some(Arc::new(first_batch(&node)?));
    }
    let node = execution
        .compiler
        .compile(&node, session, Names::default())?;
    describe(execution, &node, session)?;
    // What compiling asked would be sent, too.
    let materialization = match action {
        Action::Materialize(name) => name.as_str(),
        Action::DataTest => "test",
        _ => return Ok((node, None)),
    };
    if node.batch.is_some() && before == Before::NextRun {
        names.stand_ins.push((
            None,
            "should_full_refresh".to_owned(),
            library::constant("should_full_refresh", Value::from(false)),
        ));
    }
    let called = &mut Vec::new();
    let (returned, _) =
        super::materialization::call(materialization, &node, session, names, called)?;
    if matches!(action, Action::Materialize(_)) {
        keep_relations(materialization, &returned, session)?;
    }
    let statements = session.connection().take_statements();
    let text = script(statements, session)?;
    Ok((node, Some(text)))
}

/// The batch that stands for all of a model: the first one, so that the same input gives the same text.
fn first_batch(node: &Node) -> Result<Batch, Failure> {
    let broken = |message: String| Failure::Broken {
        message,
        help: "see `event_time`, `begin` and `batch_size` of the model".to_owned(),
    };
    let size = batch_size(node).map_err(broken)?;
    let begin = node.config.str("begin").and_then(moment);
    let begin = begin.ok_or_else(|| broken(format!("`{}` has no `begin`", node.name)))?;
    let start = size.floor(begin);
    Ok(Batch {
        size,
        start,
        end: size.next(start),
    })
}

/// Puts statements into one text, each ended by a semicolon.
fn script(statements: Vec<Statement>, session: &Arc<Session>) -> Result<String, Failure> {
    let mut parts: Vec<String> = Vec::new();
    let mut opened = None;
    for statement in statements {
        match statement {
            Statement::Begin => opened = Some(parts.len()),
            Statement::Commit => {
                // A transaction with nothing in it is none.
                if let Some(at) = opened.take().filter(|at| *at < parts.len()) {
                    parts.insert(at, transaction(session, "get_begin_sql")?);
                    parts.push(transaction(session, "get_commit_sql")?);
                }
            }
            Statement::Sql(sql) => {
                let sql = sql.trim().trim_end_matches(';').trim_end();
                if !sql.is_empty() {
                    parts.push(format!("{};\n", dedented(sql)));
                }
            }
        }
    }
    if let Some(at) = opened.filter(|at| *at < parts.len()) {
        parts.insert(at, transaction(session, "get_begin_sql")?);
    }
    Ok(parts.join("\n"))
}

fn transaction(session: &Arc<Session>, name: &str) -> Result<String, Failure> {
    let sql = call(session, name, Vec::new())?;
    Ok(format!("{}\n", text(&sql).trim()))
}

/// Takes off the blanks that lines share with the last one, which no macro has moved, and blank lines at
/// the end of lines.
fn dedented(sql: &str) -> String {
    let lines = sql.lines().map(str::trim_end);
    let mut text = String::new();
    let mut blank = false;
    for line in lines {
        if line.is_empty() {
            blank = !text.is_empty();
            continue;
        }
        if !text.is_empty() {
            text.push('\n');
        }
        if std::mem::take(&mut blank) {
            text.push('\n');
        }
        text.push_str(line);
    }
    text
}

/// Lists what is there before a run: sources, and all that the project builds where that was built.
fn fill(cache: &RelationCache, execution: &Execution, before: Before) {
    let quoting = execution.project.quoting;
    let mut schemas: IndexMap<(Option<String>, Option<String>), Vec<Relation>> = IndexMap::new();
    let mut add = |relation: Relation, is_there: bool| {
        let key = (relation.database.clone(), relation.schema.clone());
        let listed = schemas.entry(key).or_default();
        listed.extend(is_there.then_some(relation));
    };
    for source in execution.resources.sources.values() {
        let mut relation = source_relation(source, quoting);
        relation.kind = Some(RelationKind::Table);
        add(relation, true);
    }
    for node in execution.resources.nodes.values() {
        if node.relation_name.is_none() || node.is_ephemeral() {
            continue;
        }
        let mut relation = node_relation(node, quoting);
        relation.kind = Some(match node.config.materialized() {
            "view" => RelationKind::View,
            "materialized_view" => RelationKind::MaterializedView,
            _ => RelationKind::Table,
        });
        add(relation, before == Before::NextRun);
    }
    for ((database, schema), relations) in schemas {
        cache.set_listed(database.as_deref(), schema.as_deref(), relations);
    }
}

/// Tells of the columns that are described of sources.
fn describe_sources(execution: &Execution) {
    for source in execution.resources.sources.values() {
        let relation = source_relation(source, execution.project.quoting);
        let columns = described(source.columns.values());
        if !columns.is_empty() {
            execution.adapter.tell_columns(&relation, columns);
        }
    }
}

/// Compiles what the plan reads and does not have, so that its columns are known.
fn describe_upstream(execution: &Execution, plan: &Plan) -> Result<(), Failure> {
    let nodes = &execution.resources.nodes;
    let planned: HashSet<_> = plan.steps.iter().map(|it| &it.node).collect();
    let mut seen: HashSet<&UniqueId> = HashSet::new();
    let mut open: Vec<(&UniqueId, bool)> = planned.iter().map(|it| (*it, false)).collect();
    let mut order = Vec::new();
    while let Some((id, done)) = open.pop() {
        if done {
            order.push(id);
        } else if seen.insert(id) {
            open.push((id, true));
            let upstream = nodes.get(id).map(|it| it.depends_on.nodes.as_slice());
            open.extend(upstream.unwrap_or_default().iter().map(|it| (it, false)));
        }
    }
    let cache = Arc::new(RelationCache::default());
    fill(&cache, execution, Before::NextRun);
    let session = execution.open(&cache, "master")?;
    for node in order
        .into_iter()
        .filter(|it| !planned.contains(it))
        .filter_map(|it| nodes.get(it))
    {
        // What does not compile is told by whoever selects it.
        if let Ok(compiled) = execution.compiler.compile(node, &session, Names::default()) {
            describe(execution, &compiled, &session)?;
        }
    }
    Ok(())
}

/// Tells of the columns of a node's relation: those of its contract, else those that its SQL selects,
/// else those that are described.
fn describe(
    execution: &Execution,
    node: &Arc<Node>,
    session: &Arc<Session>,
) -> Result<(), Failure> {
    if node.relation_name.is_none() {
        return Ok(());
    }
    let adapter = &execution.adapter;
    let code = node.compiled.as_ref().map(|it| it.code.as_str());
    let contract = matches!(&node.details, Details::Model(_))
        && node
            .config
            .get("contract")
            .is_some_and(|it| it["enforced"] == true);
    let selected = || {
        let columns = adapter.query_columns(code?)?;
        Some(
            columns
                .into_iter()
                .map(|it| written_column(it.name))
                .collect(),
        )
    };
    let mut columns = match node.resource_type {
        ResourceType::Seed => {
            let seed = session.operation.seed(node).ok();
            let table = seed.map(|it| it.table().clone()).unwrap_or_default();
            table
                .columns
                .into_iter()
                .map(|it| written_column(it.name))
                .collect()
        }
        _ if contract => described(node.columns.values()),
        _ => selected().unwrap_or_else(|| described(node.columns.values())),
    };
    if columns.is_empty() {
        return Ok(());
    }
    let types: HashMap<String, Option<String>> = (node.columns.values())
        .map(|it| (it.name.to_lowercase(), it.data_type.clone()))
        .collect();
    for column in &mut columns {
        if column.data_type.is_none() {
            column.data_type = types.get(&column.name.to_lowercase()).cloned().flatten();
        }
    }
    columns.extend(added_columns(node, session)?);
    adapter.tell_columns(&node_relation(node, execution.project.quoting), columns);
    Ok(())
}

fn written_column(name: String) -> ToldColumn {
    ToldColumn {
        name,
        data_type: None,
        quoted: true,
    }
}

fn described<'c>(columns: impl Iterator<Item = &'c crate::nodes::Column>) -> Vec<ToldColumn> {
    let column = |it: &crate::nodes::Column| ToldColumn {
        name: it.name.clone(),
        data_type: it.data_type.clone(),
        quoted: it.quote == Some(true),
    };
    columns.map(column).collect()
}

/// Lists the columns that a node's table has beyond those of its query, as a macro says.
fn added_columns(node: &Arc<Node>, session: &Arc<Session>) -> Result<Vec<ToldColumn>, Failure> {
    let name = match node.resource_type {
        ResourceType::Snapshot => "snapshot_column_names",
        _ if node.config.materialized() == "incremental" => "guarded_column_names",
        _ => return Ok(Vec::new()),
    };
    let Some(entry) = session.engine.macros().find_by_name(name, None) else {
        return Ok(Vec::new());
    };
    let package = Arc::from(node.package_name.as_str());
    let context = RunContext::with_names(
        session.clone(),
        Some(node.clone()),
        package,
        Names::default(),
    );
    let id = entry.node.unique_id.clone();
    let names = session
        .engine
        .call_macro(&id, &Arguments::default(), &context.scope())?;
    let names = names.try_iter().map(Iterator::collect::<Vec<_>>);
    let column = |it: &Value| ToldColumn {
        name: text(it),
        data_type: None,
        quoted: false,
    };
    Ok(names.unwrap_or_default().iter().map(column).collect())
}
