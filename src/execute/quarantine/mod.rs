//! Rows that fail data tests, moved out of a relation into its quarantine, in the node's transaction.
//!
//! In: a node, built and not committed, and its tests with `on_failure: quarantine`. Out: the rows that
//! pass in the relation, all others in the table of its name in `<schema>_quarantine`, and counts that
//! add up. What was decided on rows that come again (`decide.rs`) holds. Macros write the SQL: this says
//! what comes after what. Read `take_out.rs` for the order.

mod accepted;
mod counts;
mod decide;
mod find;
mod rows;
mod take_out;
mod trial;
mod verdict;

use std::sync::Arc;

pub(super) use counts::{Counts, create_counts, putting_aside, record_counts};
pub use decide::{Correction, Decided, Decision, RowOutcome};
pub use rows::{KeptRows, RowState, STATES};
pub(super) use take_out::{Scope, Taken, in_order};
pub(super) use verdict::{not_taken_out, taken_out, too_many};

use super::ledger::{call_with, dict, table, text};
use super::{Execution, Failure};
use crate::adapters::{ApproximateMatch, Cell, Relation, Table};
use crate::jinja::context::{Names, RunContext, Session, node_relation};
use crate::jinja::library;
use crate::jinja::python::List;
use crate::jinja::{Arguments, Value};
use crate::nodes::{Node, QUARANTINE};

/// What columns of the quarantine begin with that the model does not have.
const OWN: &str = "dsql_";
/// The column that was last added to the table, which has all others if it has this one.
const STATE: &str = "dsql_state";

/// Names the table in which rows of a relation are in quarantine.
pub(super) fn quarantine_of(relation: &Relation) -> Relation {
    let schema = relation.schema.as_deref().unwrap_or_default();
    Relation {
        schema: Some(format!("{schema}{QUARANTINE}")),
        ..relation.clone()
    }
}

/// The quarantine of one node, within a transaction.
pub(super) struct Quarantine<'a> {
    execution: &'a Arc<Execution>,
    node: &'a Arc<Node>,
    session: &'a Arc<Session>,
    relation: Relation,
    table: Relation,
    columns: Vec<ModelColumn>,
    /// Whether the table was there before.
    is_there: bool,
    /// Whether rows are noted, of which those that were accepted or noted before do not count again.
    notes: bool,
    /// Names the run.
    run_id: String,
}

/// A column of the model, and how the quarantine keeps it.
struct ModelColumn {
    name: String,
    sql_type: String,
    /// The quarantine lacks it.
    missing: bool,
    /// The quarantine has it in another type, or as text.
    changed: Option<String>,
}

impl<'a> Quarantine<'a> {
    /// Looks at the columns of a node's relation and of its quarantine.
    pub(super) fn open(
        execution: &'a Arc<Execution>,
        node: &'a Arc<Node>,
        session: &'a Arc<Session>,
        run_id: String,
    ) -> Result<Self, Failure> {
        let relation = node_relation(node, session.project.quoting);
        let table = quarantine_of(&relation);
        let (is_there, columns) = model_columns(&relation, &table, session)?;
        Ok(Self {
            columns,
            execution,
            node,
            session,
            relation,
            table,
            is_there,
            notes: true,
            run_id,
        })
    }

    /// Finds columns whose names stand for something else here.
    fn check_names(&self) -> Result<(), Failure> {
        let row = text(&scalar(&self.call("row_identifier", vec![])?));
        let is_taken = |it: &&ModelColumn| {
            let name = it.name.to_lowercase();
            name.starts_with(OWN) || name == row.to_lowercase()
        };
        match self.columns.iter().find(is_taken) {
            Some(column) => Err(Failure::Quarantine {
                message: format!(
                    "`{}` has a column `{}`, whose name the quarantine needs",
                    self.node.name, column.name
                ),
                help: "give the column another name".to_owned(),
            }),
            None => Ok(()),
        }
    }

    fn call(&self, name: &str, arguments: Vec<(&str, Value)>) -> Result<Value, Failure> {
        call_with(self.session, name, arguments)
    }

    /// Calls a macro that looks at the node's configuration.
    fn call_for_node(&self, name: &str, arguments: Vec<(&str, Value)>) -> Result<Value, Failure> {
        let macros = self.session.engine.macros();
        let entry = macros
            .find_by_name(name, None)
            .ok_or_else(|| Failure::Broken {
                message: format!("there is no macro `{name}`"),
                help: "rename the macro that took its place".to_owned(),
            })?;
        let package = Arc::from(self.node.package_name.as_str());
        let node = Some(self.node.clone());
        let context = RunContext::with_names(self.session.clone(), node, package, Names::default());
        let keywords = arguments.into_iter().map(|(key, it)| (key.to_owned(), it));
        let arguments = Arguments {
            positional: Vec::new(),
            keywords: keywords.collect(),
        };
        let id = entry.node.unique_id.clone();
        let engine = &self.session.engine;
        Ok(engine.call_macro(&id, &arguments, &context.scope())?)
    }

    fn relation(&self) -> (&'static str, Value) {
        ("relation", library::relation(self.relation.clone()))
    }

    fn table(&self) -> (&'static str, Value) {
        ("quarantine", library::relation(self.table.clone()))
    }

    fn columns(&self) -> (&'static str, Value) {
        ("columns", self.column_list(|_| true))
    }

    fn column_list(&self, wanted: impl Fn(&ModelColumn) -> bool) -> Value {
        column_list(self.columns.iter().filter(|it| wanted(it)), self.session)
    }

    /// What macros write beside the row.
    fn entry(&self) -> (&'static str, Value) {
        let batch = self.node.batch.as_ref();
        let batch = batch.map(|it| it.start.format("%Y-%m-%d %H:%M:%S").to_string());
        let key = self.key().into_iter().map(Value::from);
        let entry = dict([
            ("node", Value::from(&*self.node.unique_id)),
            ("run_id", Value::from(self.run_id.as_str())),
            ("batch", batch.map_or(Value::from(()), Value::from)),
            ("key", List::value(key.collect::<Vec<_>>())),
        ]);
        ("entry", entry)
    }

    /// The key by which a row takes the place of another one.
    fn key(&self) -> Vec<&str> {
        match self.node.config.materialized() {
            "incremental" => self.node.config.strings("unique_key"),
            _ => Vec::new(),
        }
    }

    /// Makes the table, or what it lacks.
    fn create(&mut self) -> Result<(), Failure> {
        let text = self.text_type()?;
        let retyped = |it: &ModelColumn| it.changed.as_ref().is_some_and(|kept| *kept != text);
        let lacks = |it: &ModelColumn| it.missing || retyped(it);
        if self.is_there && !self.columns.iter().any(lacks) {
            return Ok(());
        }
        let arguments = vec![
            self.table(),
            self.columns(),
            ("missing", self.column_list(|it| it.missing)),
            ("changed", self.column_list(retyped)),
        ];
        self.call("create_quarantine_table", arguments)?;
        for column in &mut self.columns {
            column.missing = false;
            if column.changed.is_some() {
                column.changed = Some(text.clone());
            }
        }
        self.is_there = true;
        Ok(())
    }

    /// Names the type of texts as the database writes it.
    fn text_type(&self) -> Result<String, Failure> {
        let kept = columns(&self.table, self.session)?;
        let own = kept.into_iter().find(|(name, _)| name == STATE);
        Ok(own.map_or_else(String::new, |(_, sql_type)| sql_type))
    }
}

/// Tells whether rows of a node have been put into quarantine, as far as is known without asking.
pub(super) fn is_known(node: &Node, session: &Session) -> bool {
    let table = quarantine_of(&node_relation(node, session.project.quoting));
    let (database, schema) = (table.database.as_deref(), table.schema.as_deref());
    let search = [database, schema, table.identifier.as_deref()];
    let none = || Ok::<_, ApproximateMatch>(Vec::new());
    session.cache.is_listed(database, schema)
        && session.cache.find(search, none).ok().flatten().is_some()
}

/// Notes which rows of a node are in quarantine no longer, since its relation has them: it was given other
/// rows than a build gives, or no test looks after it.
pub(super) fn settle(node: &Node, session: &Arc<Session>) -> Result<(), Failure> {
    let relation = node_relation(node, session.project.quoting);
    let table = quarantine_of(&relation);
    let (is_there, columns) = model_columns(&relation, &table, session)?;
    // Rows that lack a column are not rows that the relation has.
    if !is_there || columns.iter().any(|it| it.missing) {
        return Ok(());
    }
    let arguments = vec![
        ("relation", library::relation(relation)),
        ("quarantine", library::relation(table)),
        ("columns", column_list(columns.iter(), session)),
    ];
    call_with(session, "settle_quarantine", arguments).map(|_| ())
}

/// Tells whether there is a quarantine, and lists the columns of the model with how it keeps them.
fn model_columns(
    relation: &Relation,
    table: &Relation,
    session: &Arc<Session>,
) -> Result<(bool, Vec<ModelColumn>), Failure> {
    let own = columns(relation, session)?;
    let kept = columns(table, session)?;
    let is_there = kept.iter().any(|(name, _)| name == STATE);
    let columns = own.into_iter().map(|(name, sql_type)| {
        let known = kept.iter().find(|(it, _)| it.eq_ignore_ascii_case(&name));
        let changed = known.filter(|(_, kept)| *kept != sql_type);
        ModelColumn {
            missing: is_there && known.is_none(),
            changed: changed.map(|(_, kept)| kept.clone()),
            name,
            sql_type,
        }
    });
    Ok((is_there, columns.collect()))
}

/// Lists columns as macros take them.
fn column_list<'c>(columns: impl Iterator<Item = &'c ModelColumn>, session: &Session) -> Value {
    let columns = columns.map(|column| {
        dict([
            ("name", Value::from(quoted(&column.name, session))),
            ("type", Value::from(column.sql_type.as_str())),
            ("as_text", Value::from(column.changed.is_some())),
        ])
    });
    List::value(columns.collect::<Vec<_>>())
}

/// Returns queries of the rows of a node's table that fail tests, as `dsql_row`; none for a test that does not tell, or where
/// rows have no identifiers.
pub(super) fn failing_rows(
    execution: &Arc<Execution>,
    node: &Arc<Node>,
    tests: &[Arc<Node>],
    session: &Arc<Session>,
) -> Result<Vec<Option<String>>, Failure> {
    if node.config.materialized() == "view" {
        return Ok(vec![None; tests.len()]);
    }
    let mut quarantine = Quarantine::open(execution, node, session, String::new())?;
    quarantine.notes = false;
    let found =
        tests
            .iter()
            .enumerate()
            .map(|(place, test)| match quarantine.find(place, test, false) {
                Ok(found) => Ok(Some(found.into_rows())),
                Err(Failure::Quarantine { .. }) => Ok(None),
                Err(failure) => Err(failure),
            });
    found.collect()
}

/// Quotes a name.
pub(super) fn quoted(name: &str, session: &Session) -> String {
    let quote = session.adapter.capabilities().quote;
    let escaped = name.replace(quote, &format!("{quote}{quote}"));
    session.adapter.quote(&escaped)
}

/// Lists names and types of the columns of a table; none where there is no table.
fn columns(relation: &Relation, session: &Arc<Session>) -> Result<Vec<(String, String)>, Failure> {
    let arguments = vec![("relation", library::relation(relation.clone()))];
    let found = table(&call_with(session, "get_quarantine_columns", arguments)?);
    let pair = |row: &Vec<Cell>| match row.as_slice() {
        [name, sql_type] => Some((text(name), text(sql_type))),
        _ => None,
    };
    Ok(found.rows.iter().filter_map(pair).collect())
}

/// Reads what a macro returns as a text.
fn scalar(value: &Value) -> Cell {
    Cell::Text(library::to_text(value).trim().to_owned())
}

/// Reads the one row of a query as numbers.
fn numbers<const N: usize>(found: &Value) -> [u64; N] {
    let found: Arc<Table> = table(found);
    let row = found.rows.first().map(Vec::as_slice).unwrap_or_default();
    std::array::from_fn(|at| match row.get(at) {
        Some(Cell::Integer(number)) => u64::try_from(*number).unwrap_or(0),
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a count"
        )]
        Some(Cell::Decimal(number)) => number.to_f64() as u64,
        _ => 0,
    })
}
