//! Cells ⇄ Python's values.

use std::sync::Arc;

use chrono::TimeDelta as Span;
use minijinja::Value;
use minijinja::value::ValueKind;

use super::TableObject;
use crate::adapters::{Cell, CellType};
use crate::jinja::library::datetime::{Date, DateTime, Zone};
use crate::jinja::library::decimal::Decimal;
use crate::jinja::library::number::Number;
use crate::jinja::library::object::{PythonObject, python_object};
use crate::jinja::python::text;

/// Makes the value of a cell.
pub(super) fn value_of(cell: Cell) -> Value {
    match cell {
        Cell::Null => Value::from(()),
        Cell::Boolean(truth) => Value::from(truth),
        Cell::Integer(number) => match i64::try_from(number) {
            Ok(number) => Value::from(number),
            Err(_) => Value::from(number),
        },
        Cell::Decimal(number) => {
            let written = number.to_string();
            Decimal::parse(&written).map_or_else(|| Value::from(written), Value::from)
        }
        Cell::Date(day) => Date(day).into(),
        Cell::DateTime(moment) => DateTime::new(moment, None).into(),
        Cell::DateTimeTz(moment) => {
            let zone = match moment.offset().local_minus_utc() {
                0 => Zone::Utc,
                seconds => Zone::fixed(seconds),
            };
            DateTime::new(moment.naive_local(), Some(zone)).into()
        }
        Cell::Text(text) => Value::from(text),
    }
}

/// Makes a cell of a value.
pub fn cell_of(value: &Value) -> Cell {
    match value.kind() {
        ValueKind::None | ValueKind::Undefined => return Cell::Null,
        ValueKind::Bool => return Cell::Boolean(value.is_true()),
        ValueKind::String => return Cell::Text(value.as_str().unwrap_or_default().to_owned()),
        _ => {}
    }
    if let Some(number) = Number::of(value) {
        return match number {
            Number::Int(number) => Cell::Integer(number),
            Number::Float(_) => decimal_cell(text(value)),
        };
    }
    if value.downcast_object_ref::<Decimal>().is_some() {
        return decimal_cell(text(value));
    }
    if let Some(date) = value.downcast_object_ref::<Date>() {
        return Cell::Date(date.0);
    }
    match value.downcast_object_ref::<DateTime>() {
        Some(moment) => match &moment.zone {
            None => Cell::DateTime(moment.local),
            Some(zone) => zoned(moment, zone),
        },
        None => Cell::Text(text(value)),
    }
}

fn decimal_cell(written: String) -> Cell {
    written.parse().map_or(Cell::Text(written), Cell::Decimal)
}

fn zoned(moment: &DateTime, zone: &Zone) -> Cell {
    let utc = moment.local - Span::seconds(zone.offset().into());
    match chrono::FixedOffset::east_opt(zone.offset()) {
        Some(offset) => Cell::DateTimeTz(utc.and_utc().with_timezone(&offset)),
        None => Cell::DateTime(moment.local),
    }
}

/// Returns the most digits after the point in a column of numbers.
pub(super) fn places(table: &TableObject, column: usize) -> usize {
    let cells = table.rows.iter().filter_map(|row| row.get(column));
    let places = cells.filter_map(|cell| Some(cell.downcast_object_ref::<Decimal>()?.places()));
    places.max().unwrap_or(0)
}

/// Type of a column, agate's `DataType`.
#[derive(Debug)]
struct DataType(CellType);

/// Makes the value that stands for a column's type.
pub(super) fn type_value(cells: CellType) -> Value {
    Value::from_object(DataType(cells))
}

/// Names agate's type.
pub(super) fn type_name(cells: CellType) -> &'static str {
    match cells {
        CellType::Integer => "Integer",
        CellType::Number => "Number",
        CellType::Boolean => "Boolean",
        CellType::Date => "Date",
        CellType::DateTime => "DateTime",
        CellType::Text => "Text",
    }
}

impl PythonObject for DataType {
    const TYPE: &'static str = "DataType";

    fn str(&self) -> String {
        let name = type_name(self.0);
        let module = match self.0 {
            CellType::Integer | CellType::Number => "dbt_common.clients.agate_helper".to_owned(),
            CellType::DateTime => "agate.data_types.date_time".to_owned(),
            _ => format!("agate.data_types.{}", name.to_lowercase()),
        };
        format!("<{module}.{name} object>")
    }

    fn attribute(self: &Arc<Self>, _: &str) -> Option<Value> {
        None
    }
}
python_object!(DataType);
