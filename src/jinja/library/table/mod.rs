//! Rows of a query as templates see them: agate's `Table`.

mod cells;
mod join;
mod methods;
mod ordered_dict;
mod print;
mod sequence;
mod table_set;

use std::fmt;
use std::sync::Arc;

use minijinja::value::{Enumerator, Object, ObjectRepr, Tuple};
use minijinja::{Error, State, Value};

pub use cells::cell_of;
pub(crate) use sequence::{Kind, Sequence};
pub(crate) use table_set::alike;

use self::cells::value_of;
use super::errors::{raise, type_error};
use super::number::int_argument;
use super::object::{PythonObject, lookup};
use crate::adapters::{Cell, CellType, Table, TableColumn};
use crate::jinja::python::List;

/// The values of a row.
type Row = Arc<[Value]>;

/// A table of values; it never changes.
#[derive(Clone)]
pub(crate) struct TableObject {
    pub(super) columns: Arc<[TableColumn]>,
    pub(super) names: Arc<[Value]>,
    pub(super) rows: Vec<Arc<[Value]>>,
}

/// Makes a table as a value.
pub fn agate_table(table: Table) -> Value {
    let rows = table.rows.into_iter();
    let rows = rows.map(|row| row.into_iter().map(value_of).collect::<Vec<_>>().into());
    TableObject::new(table.columns, rows.collect()).into()
}

/// Takes a table out of a value.
pub fn table_of(value: &Value) -> Option<Arc<Table>> {
    let table = value.downcast_object_ref::<TableObject>()?;
    let row = |row: &Arc<[Value]>| row.iter().map(cell_of).collect::<Vec<Cell>>();
    Some(Arc::new(Table {
        columns: table.columns.to_vec(),
        rows: table.rows.iter().map(row).collect(),
    }))
}

/// Lists the rows of a table as tuples, as `load_result` does under `data`.
pub fn table_matrix(value: &Value) -> Value {
    let table = value.downcast_object_ref::<TableObject>();
    let rows = table.map(|table| table.rows.clone()).unwrap_or_default();
    List::value(rows.iter().map(|row| Value::from(Tuple::from(&**row))))
}

/// Writes a table in Markdown, cut to a number of rows and to a width of columns.
pub(crate) fn markdown(table: &Value, rows: usize, width: usize) -> Result<String, Error> {
    let limit = |limit: usize| match limit {
        usize::MAX => Value::from(()),
        limit => Value::from(limit),
    };
    let limits = [
        ("max_rows", limit(rows)),
        ("max_column_width", limit(width)),
    ];
    let limits = Value::from(minijinja::value::Kwargs::from_iter(limits));
    match table.downcast_object_ref::<TableObject>() {
        Some(table) => print::table(table, &[limits]),
        None => Ok(String::new()),
    }
}

/// Turns points in time into texts, as seeds need it.
pub fn datetimes_to_texts(value: &Value) -> Value {
    let Some(table) = value.downcast_object_ref::<TableObject>() else {
        return value.clone();
    };
    let mut changed = table.clone();
    let mut columns = table.columns.to_vec();
    for (at, column) in columns.iter_mut().enumerate() {
        if column.cells != CellType::DateTime {
            continue;
        }
        column.cells = CellType::Text;
        for row in &mut changed.rows {
            let mut cells = row.to_vec();
            // The text `None` is null to agate's type of texts.
            if !cells[at].is_none() {
                cells[at] = Value::from(crate::jinja::python::text(&cells[at]));
            }
            *row = cells.into();
        }
    }
    changed.columns = columns.into();
    changed.into()
}

/// Names the SQL type for a column of a table, as dbt's SQL adapters do.
pub fn convert_type(table: &Value, column: &Value) -> Result<Value, Error> {
    let Some(table) = table.downcast_object_ref::<TableObject>() else {
        return Err(type_error("convert_type() needs a table"));
    };
    let at = int_argument(column)?;
    let found = usize::try_from(at)
        .ok()
        .and_then(|at| table.columns.get(at));
    let Some(found) = found else {
        return Err(raise("IndexError", "tuple index out of range"));
    };
    Ok(Value::from(match found.cells {
        CellType::Integer => "integer",
        CellType::Number => match cells::places(table, at as usize) {
            0 => "integer",
            _ => "float8",
        },
        CellType::Boolean => "boolean",
        CellType::Date => "date",
        CellType::DateTime => "timestamp without time zone",
        CellType::Text => "text",
    }))
}

impl TableObject {
    pub(super) fn new(columns: Vec<TableColumn>, rows: Vec<Arc<[Value]>>) -> Self {
        let names = columns
            .iter()
            .map(|column| Value::from(column.name.as_str()));
        Self {
            names: names.collect::<Vec<_>>().into(),
            columns: columns.into(),
            rows,
        }
    }

    /// Makes a table of the same columns.
    pub(super) fn with_rows(&self, rows: Vec<Arc<[Value]>>) -> Self {
        Self {
            columns: self.columns.clone(),
            names: self.names.clone(),
            rows,
        }
    }

    /// Finds a column by name.
    pub(super) fn position(&self, name: &Value) -> Option<usize> {
        self.names.iter().position(|known| known == name)
    }

    pub(super) fn row(&self, at: usize) -> Option<Value> {
        let values = self.rows.get(at)?.clone();
        Some(Sequence::new(Kind::Row, Some(self.names.clone()), values).into())
    }

    fn all_rows(&self) -> Vec<Value> {
        (0..self.rows.len()).filter_map(|at| self.row(at)).collect()
    }

    fn column(&self, at: usize) -> Value {
        let values = self.rows.iter().map(|row| row[at].clone());
        let kind = Kind::Column {
            index: at,
            name: self.columns[at].name.clone(),
            cells: self.columns[at].cells,
        };
        Sequence::new(kind, None, values.collect::<Vec<_>>().into()).into()
    }
}

impl From<TableObject> for Value {
    fn from(table: TableObject) -> Self {
        Self::from_object(table)
    }
}

impl fmt::Debug for TableObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<agate.table.Table object of {} rows>", self.rows.len())
    }
}

impl PythonObject for TableObject {
    const TYPE: &'static str = "Table";
    const METHODS: &'static [&'static str] = methods::NAMES;

    fn str(&self) -> String {
        print::structure(self)
    }

    fn repr(&self) -> String {
        "<agate.table.Table object>".to_owned()
    }

    fn attribute(self: &Arc<Self>, name: &str) -> Option<Value> {
        Some(match name {
            "columns" => {
                let columns = (0..self.columns.len()).map(|at| self.column(at));
                let columns = columns.collect::<Vec<_>>().into();
                Sequence::new(Kind::Mapped, Some(self.names.clone()), columns).into()
            }
            "rows" => Sequence::new(Kind::Mapped, None, self.all_rows().into()).into(),
            "column_names" => Value::from(Tuple::from(&*self.names)),
            "column_types" => {
                let types = self
                    .columns
                    .iter()
                    .map(|column| cells::type_value(column.cells));
                Value::from(Tuple::from(types.collect::<Vec<_>>()))
            }
            "row_names" => Value::from(()),
            _ => return None,
        })
    }

    fn method(
        self: &Arc<Self>,
        state: &mut State,
        name: &str,
        args: &[Value],
    ) -> Result<Value, Error> {
        methods::call(self, state, name, args)
    }
}

impl Object for TableObject {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.row(sequence::place(key, self.rows.len())?)
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        lookup(self, key)
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        let table = self.clone();
        let rows = (0..self.rows.len()).filter_map(move |at| table.row(at));
        Enumerator::Iter(Box::new(rows))
    }

    fn enumerator_len(self: &Arc<Self>) -> Option<usize> {
        Some(self.rows.len())
    }

    fn call_method(
        self: &Arc<Self>,
        state: &mut State<'_, '_>,
        method: &str,
        args: &[Value],
    ) -> Result<Value, Error> {
        PythonObject::method(self, state, method, args)
    }

    fn is_true(self: &Arc<Self>) -> bool {
        !self.rows.is_empty()
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&PythonObject::str(self.as_ref()))
    }
}
