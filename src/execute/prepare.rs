//! Before the first node: schemas exist, and what is in them is known.

use crate::jinja::context::relations_from_rows;
use crate::jinja::library;
use std::sync::Arc;

use indexmap::IndexSet;

use super::quarantine::quarantine_of;
use super::{Execution, Failure};
use crate::adapters::Relation;
use crate::jinja::context::Session;
use crate::jinja::{Arguments, Value};
use crate::plan::{Action, Plan, Step};

/// Makes missing schemas and fills the cache, once per schema.
pub(super) fn prepare(
    execution: &Execution,
    plan: &Plan,
    session: &Arc<Session>,
) -> Result<(), Failure> {
    let builds = plan.steps.iter().any(|step| step.action != Action::Compile);
    if builds {
        create_schemas(plan, session)?;
    }
    if execution.populate_cache {
        fill_cache(execution, plan, builds, session)?;
        let materializes = |it: &Step| matches!(it.action, Action::Materialize(_));
        if plan.steps.iter().any(materializes) {
            list_quarantines(plan, session)?;
        }
    }
    session.connection().commit()?;
    Ok(())
}

fn create_schemas(plan: &Plan, session: &Arc<Session>) -> Result<(), Failure> {
    let databases: IndexSet<&Option<String>> = plan.schemas.iter().map(|(it, _)| it).collect();
    let mut existing = IndexSet::new();
    for database in databases {
        let relation = Relation::new(database.as_deref(), None, None);
        let name = database
            .as_ref()
            .map_or(Value::from(()), |_| Value::from(relation.render()));
        let found = call(session, "list_schemas", vec![("database".to_owned(), name)])?;
        let table = library::table_of(&found).unwrap_or_default();
        for row in &table.rows {
            if let Some(crate::adapters::Cell::Text(schema)) = row.first() {
                existing.insert((lower(database), schema.to_lowercase()));
            }
        }
    }
    for (database, schema) in &plan.schemas {
        if !existing.insert((lower(database), schema.to_lowercase())) {
            continue;
        }
        let relation = Relation::new(database.as_deref(), Some(schema), None);
        let relation = library::relation(relation);
        call(
            session,
            "create_schema",
            vec![("relation".to_owned(), relation)],
        )?;
        // A transaction of DuckDB writes to one database only.
        session.connection().commit()?;
    }
    Ok(())
}

/// Lists the quarantines that there are, for nodes that no test looks after any more.
fn list_quarantines(plan: &Plan, session: &Arc<Session>) -> Result<(), Failure> {
    for (database, schema) in &plan.schemas {
        let relation = quarantine_of(&Relation::new(database.as_deref(), Some(schema), None));
        let schema = relation.schema.clone();
        let relations = list_relations(session, relation)?;
        let cache = &session.cache;
        cache.set_listed(database.as_deref(), schema.as_deref(), relations);
    }
    Ok(())
}

/// Lists the schemas of the plan's nodes and of everything that they read.
fn fill_cache(
    execution: &Execution,
    plan: &Plan,
    builds: bool,
    session: &Arc<Session>,
) -> Result<(), Failure> {
    let nodes = execution.resources.nodes.values();
    let related = nodes.filter(|node| node.relation_name.is_some() && !node.is_ephemeral());
    let all: IndexSet<(Option<String>, String)> = related
        .map(|node| (node.database.clone(), node.schema.clone()))
        .collect();
    // Commands that build nothing learn of a schema when a template first asks.
    let wanted = if builds { all } else { plan.schemas.clone() };
    for (database, schema) in wanted {
        let relation = Relation::new(database.as_deref(), Some(&schema), None);
        let relations = list_relations(session, relation)?;
        let cache = &session.cache;
        cache.set_listed(database.as_deref(), Some(&schema), relations);
    }
    Ok(())
}

/// Asks the database for the relations of a schema.
pub(super) fn list_relations(
    session: &Arc<Session>,
    schema: Relation,
) -> Result<Vec<Relation>, Failure> {
    let keywords = vec![("schema_relation".to_owned(), library::relation(schema))];
    let found = call(session, "list_relations_without_caching", keywords)?;
    let table = library::table_of(&found).unwrap_or_default();
    Ok(relations_from_rows(&table))
}

fn lower(database: &Option<String>) -> Option<String> {
    database.as_ref().map(|it| it.to_lowercase())
}

/// Calls a macro of the project, or the built-in one of that name.
pub(super) fn call(
    session: &Arc<Session>,
    name: &str,
    keywords: Vec<(String, Value)>,
) -> Result<Value, Failure> {
    let entry = session.engine.macros().find_by_name(name, None);
    let entry = entry.ok_or_else(|| Failure::Broken {
        message: format!("there is no macro `{name}`"),
        help: "rename the macro that took its place".to_owned(),
    })?;
    let arguments = Arguments {
        positional: Vec::new(),
        keywords,
    };
    let id = entry.node.unique_id.clone();
    Ok(session
        .engine
        .call_macro(&id, &arguments, &session.macro_scope())?)
}
