//! Unit tests: the model's query over given rows, and whether it makes the expected ones.

use std::cmp::Ordering;
use std::sync::Arc;

use super::node::{Built, Run};
use super::table_diff::{Row, table_diff};
use super::{Failure, materialization};
use crate::adapters::{Cell, Table};
use crate::events::Status;
use crate::jinja::context::{Names, Session};
use crate::nodes::Node;
use crate::plan::Step;

/// The column that tells rows of the model from expected ones.
const SIDE: &str = "actual_or_expected";

impl Run<'_> {
    /// Compiles and runs a unit test. One that cannot run has no compiled SQL in dbt's results.
    pub(super) fn unit_test(
        &self,
        step: &Step,
        node: &mut Arc<Node>,
        session: &Arc<Session>,
    ) -> Result<Built, Failure> {
        let test = self.execution.resources.unit_tests.get(&step.node);
        let test = test.ok_or_else(|| Failure::Broken {
            message: format!("there is no {}", step.node),
            help: "please report this".to_owned(),
        })?;
        let compiler = &self.execution.compiler;
        let compiled = compiler.compile_unit_test(test, node, session)?;
        let ran = materialization::run_main(
            "unit",
            &compiled,
            session,
            Names::default(),
            &mut Vec::new(),
        );
        let (_, main) = ran.map_err(|failure| failure.in_unit_test(&compiled))?;
        let difference = difference(&main.table);
        *node = compiled;
        self.note_run(node, Vec::new());
        Ok(Built {
            status: if difference.is_some() {
                Status::Fail
            } else {
                Status::Pass
            },
            failures: Some(i64::from(difference.is_some())),
            message: difference,
            response: main.response,
            batches: None,
            problems: Vec::new(),
        })
    }
}

/// Compares the rows that the model made with the expected ones, in whatever order they come.
/// Returns dbt's message if they differ.
fn difference(table: &Table) -> Option<String> {
    let names: Vec<String> = table
        .columns
        .iter()
        .map(|it| it.name.to_lowercase())
        .collect();
    let side = names.iter().position(|name| name == SIDE)?;
    let rows = |wanted: &str| {
        let is_wanted = |row: &&Vec<Cell>| matches!(&row[side], Cell::Text(it) if it == wanted);
        let mut rows: Vec<&Vec<Cell>> = table.rows.iter().filter(is_wanted).collect();
        rows.sort_by(|a, b| in_order(a, b));
        rows.into_iter()
            .map(|row| texts(row, side))
            .collect::<Vec<_>>()
    };
    let names = names.iter().enumerate().filter(|(at, _)| *at != side);
    let header: Vec<String> = names.map(|(_, name)| name.clone()).collect();
    let drawn = table_diff(&header, &rows("expected"), &rows("actual"))?;
    Some(format!("\n\nactual differs from expected:\n\n{drawn}\n"))
}

fn texts(row: &[Cell], side: usize) -> Row {
    let cells = row.iter().enumerate().filter(|(at, _)| *at != side);
    cells
        .map(|(_, cell)| (*cell != Cell::Null).then(|| cell.to_string()))
        .collect()
}

/// Compares rows cell by cell; null comes last.
fn in_order(a: &[Cell], b: &[Cell]) -> Ordering {
    let cells = a.iter().zip(b).map(|(a, b)| compare(a, b));
    cells.fold(Ordering::Equal, Ordering::then)
}

fn compare(a: &Cell, b: &Cell) -> Ordering {
    match (a, b) {
        (Cell::Null, Cell::Null) => Ordering::Equal,
        (Cell::Null, _) => Ordering::Greater,
        (_, Cell::Null) => Ordering::Less,
        (Cell::Boolean(a), Cell::Boolean(b)) => a.cmp(b),
        (Cell::Integer(a), Cell::Integer(b)) => a.cmp(b),
        (Cell::Date(a), Cell::Date(b)) => a.cmp(b),
        (Cell::DateTime(a), Cell::DateTime(b)) => a.cmp(b),
        (Cell::DateTimeTz(a), Cell::DateTimeTz(b)) => a.cmp(b),
        (Cell::Text(a), Cell::Text(b)) => a.cmp(b),
        (a, b) => number(a).total_cmp(&number(b)),
    }
}

#[allow(clippy::cast_precision_loss, reason = "only the order counts")]
fn number(cell: &Cell) -> f64 {
    match cell {
        Cell::Integer(whole) => *whole as f64,
        Cell::Decimal(number) => number.to_f64(),
        _ => 0.0,
    }
}
