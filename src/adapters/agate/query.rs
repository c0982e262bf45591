//! Rows of a query as dbt's agate table.

use super::{Decimal, Value, column_names};
use crate::adapters::{Cell, CellType, Table, TableColumn};

/// Makes a table of a query's rows: a column gets the first of agate's types that holds all its
/// values, in dbt's order; text is never read as something else.
///
/// `columns` are names and SQL types.
pub fn query_table(columns: Vec<(String, Option<String>)>, rows: Vec<Vec<Value>>) -> Table {
    let (names, sql_types): (Vec<_>, Vec<_>) = columns.into_iter().unzip();
    let names = column_names(count_repeated(names));
    let cells: Vec<CellType> = (0..names.len())
        .map(|at| column_type(rows.iter().filter_map(|row| row.get(at))))
        .collect();
    let rows = rows
        .into_iter()
        .map(|row| {
            row.into_iter()
                .zip(&cells)
                .map(|(it, to)| cast(it, *to))
                .collect()
        })
        .collect();
    let columns = names.into_iter().zip(sql_types).zip(cells);
    let columns = columns
        .map(|((name, sql_type), cells)| TableColumn {
            name,
            cells,
            sql_type,
        })
        .collect();
    Table { columns, rows }
}

/// Numbers repeated names as dbt does before agate sees them: `a`, `a_2`, `a_3`.
fn count_repeated(mut names: Vec<String>) -> Vec<String> {
    let mut seen = std::collections::HashMap::new();
    for name in &mut names {
        let times = seen.entry(name.clone()).or_insert(0_usize);
        *times += 1;
        if *times > 1 {
            *name = format!("{name}_{times}");
        }
    }
    names
}

fn column_type<'v>(values: impl Iterator<Item = &'v Value>) -> CellType {
    let order = [
        CellType::Integer,
        CellType::Number,
        CellType::Date,
        CellType::DateTime,
        CellType::Boolean,
    ];
    let mut possible = [true; 5];
    for value in values {
        for (possible, to) in possible.iter_mut().zip(order) {
            *possible = *possible && fits(value, to);
        }
    }
    let first = order.into_iter().zip(possible).find(|(_, fits)| *fits);
    first.map_or(CellType::Text, |(to, _)| to)
}

fn fits(value: &Value, to: CellType) -> bool {
    match (value, to) {
        (Value::Null, _) | (_, CellType::Text) => true,
        (Value::Integer(_) | Value::Large(_), CellType::Integer | CellType::Number) => true,
        (Value::Integer(number), CellType::Boolean) => matches!(number, 0 | 1),
        (Value::Float(_), CellType::Number) => true,
        (Value::Decimal(_), CellType::Number) => true,
        (Value::Decimal(number), CellType::Boolean) => matches!(number.to_integer(), Some(0 | 1)),
        (Value::Date(_), CellType::Date | CellType::DateTime) => true,
        (Value::DateTime(_) | Value::DateTimeTz(_), CellType::DateTime) => true,
        (Value::Boolean(_), CellType::Boolean) => true,
        _ => false,
    }
}

fn cast(value: Value, to: CellType) -> Cell {
    match (value, to) {
        (Value::Null, _) => Cell::Null,
        (Value::Integer(number), CellType::Integer) => Cell::Integer(number),
        (Value::Integer(number), CellType::Number) => Cell::Decimal(number.into()),
        // Printed as a whole number, whatever holds it.
        (Value::Large(number), CellType::Integer | CellType::Number) => {
            Decimal::parse(&number.to_string()).map_or(Cell::Null, Cell::Decimal)
        }
        (Value::Integer(number), CellType::Boolean) => Cell::Boolean(number == 1),
        (Value::Float(number), CellType::Number) => {
            let text = super::float(number);
            Decimal::parse(&text).map_or(Cell::Text(text), Cell::Decimal)
        }
        (Value::Decimal(number), CellType::Number) => Cell::Decimal(number),
        (Value::Decimal(number), CellType::Boolean) => {
            Cell::Boolean(number.to_integer() == Some(1))
        }
        (Value::Date(date), CellType::Date) => Cell::Date(date),
        (Value::Date(date), CellType::DateTime) => Cell::DateTime(date.into()),
        (Value::DateTime(at), CellType::DateTime) => Cell::DateTime(at),
        (Value::DateTimeTz(at), CellType::DateTime) => Cell::DateTimeTz(at),
        (Value::Boolean(truth), CellType::Boolean) => Cell::Boolean(truth),
        (value, _) => Cell::Text(value.text()),
    }
}
