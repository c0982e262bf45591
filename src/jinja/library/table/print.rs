//! Tables as text: agate's `print_table`, `print_csv`, `print_json`, `print_structure`.

use minijinja::{Error, Value};

use super::TableObject;
use super::cells::{places, type_name};
use crate::adapters::CellType;
use crate::jinja::library::arguments::bind;
use crate::jinja::library::decimal::Decimal;
use crate::jinja::library::json;
use crate::jinja::library::number::int_argument;
use crate::jinja::python::{Dict, text};

/// Writes names and types of the columns.
pub(super) fn structure(table: &TableObject) -> String {
    let rows = table.columns.iter();
    let rows = rows.map(|column| vec![column.name.clone(), type_name(column.cells).to_owned()]);
    let head = vec!["column".to_owned(), "data_type".to_owned()];
    lines(&head, &rows.collect::<Vec<_>>(), &[true, true], false)
}

/// Writes the values as comma-separated text.
pub(super) fn csv(table: &TableObject) -> String {
    let quoted = |text: String| match text.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text,
    };
    let mut out = String::new();
    let names = table.columns.iter().map(|column| column.name.clone());
    out += &names.map(quoted).collect::<Vec<_>>().join(",");
    for row in &table.rows {
        out.push('\n');
        let cells = row.iter().map(|cell| match cell.is_none() {
            true => String::new(),
            false => quoted(text(cell)),
        });
        out += &cells.collect::<Vec<_>>().join(",");
    }
    out
}

/// Writes the rows as JSON.
pub(super) fn json(table: &TableObject) -> String {
    let plain = |cell: &Value, cells: CellType| match cells {
        _ if cell.is_none() => cell.clone(),
        CellType::Number => match cell.downcast_object_ref::<Decimal>() {
            Some(number) => Value::from(number.to_f64()),
            None => cell.clone(),
        },
        CellType::Integer | CellType::Boolean => cell.clone(),
        CellType::DateTime => Value::from(text(cell).replacen(' ', "T", 1)),
        CellType::Date | CellType::Text => Value::from(text(cell)),
    };
    let rows = table.rows.iter().map(|row| {
        let cells = row.iter().zip(&*table.columns);
        Dict::value(cells.map(|(cell, column)| (column.name.as_str(), plain(cell, column.cells))))
    });
    let rows = crate::jinja::python::List::value(rows.collect::<Vec<_>>());
    json::dumps(
        &rows,
        &json::Style {
            ascii: false,
            ..json::Style::default()
        },
    )
    .unwrap_or_default()
}

/// What `print_table` was asked for.
struct Limits {
    rows: usize,
    columns: usize,
    width: usize,
    precision: usize,
}

impl Limits {
    fn read(args: &[Value]) -> Result<Self, Error> {
        let names = [
            "max_rows",
            "max_columns",
            "output",
            "max_column_width",
            "locale",
            "max_precision",
        ];
        let [rows, columns, _, width, _, precision] = bind("print_table", names, 0, args)?;
        let number = |value: Option<Value>, default: usize| match value {
            None => Ok(default),
            Some(value) if value.is_none() => Ok(usize::MAX),
            Some(value) => int_argument(&value).map(|it| usize::try_from(it).unwrap_or(0)),
        };
        Ok(Self {
            rows: number(rows, 20)?,
            columns: number(columns, 6)?,
            width: number(width, 20)?,
            precision: number(precision, 3)?,
        })
    }
}

/// Writes the values as a table in Markdown.
pub(super) fn table(table: &TableObject, args: &[Value]) -> Result<String, Error> {
    let limits = Limits::read(args)?;
    let shown = limits.columns.min(table.columns.len());
    let cut = |text: String| match text.chars().count() > limits.width {
        true => {
            let kept = limits.width.saturating_sub(3);
            text.chars().take(kept).chain("...".chars()).collect()
        }
        false => text,
    };
    let top = table.with_rows(table.rows.iter().take(limits.rows).cloned().collect());
    let precisions: Vec<usize> = (0..shown).map(|at| places(&top, at)).collect();
    let cell = |value: &Value, at: usize| match value.downcast_object_ref::<Decimal>() {
        Some(number) if number.is_finite() => {
            let places = precisions[at].min(limits.precision);
            let more = if precisions[at] > limits.precision {
                "…"
            } else {
                ""
            };
            grouped(&number.to_places(places as i64).to_string()) + more
        }
        _ if value.is_none() => String::new(),
        _ if table.columns[at].cells == CellType::Integer => text(value),
        _ => text(value),
    };
    let more_columns = table.columns.len() > shown;
    let mut head: Vec<String> = table
        .columns
        .iter()
        .take(shown)
        .map(|column| cut(column.name.clone()))
        .collect();
    let mut left: Vec<bool> = table
        .columns
        .iter()
        .take(shown)
        .map(|column| column.cells == CellType::Text)
        .collect();
    if more_columns {
        head.push("...".to_owned());
        left.push(table.columns[shown].cells == CellType::Text);
    }
    let rows: Vec<Vec<String>> = top
        .rows
        .iter()
        .map(|row| {
            let cells = row.iter().take(shown).enumerate();
            let cells = cells.map(|(at, value)| cut(cell(value, at)));
            cells
                .chain(more_columns.then(|| "...".to_owned()))
                .collect()
        })
        .collect();
    Ok(lines(&head, &rows, &left, table.rows.len() > limits.rows))
}

/// Puts commas between groups of three digits.
fn grouped(number: &str) -> String {
    let (sign, magnitude) = match number.strip_prefix('-') {
        Some(magnitude) => ("-", magnitude),
        None => ("", number),
    };
    let (whole, fraction) = match magnitude.split_once('.') {
        Some((whole, fraction)) => (whole, format!(".{fraction}")),
        None => (magnitude, String::new()),
    };
    let mut out = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    format!("{sign}{out}{fraction}")
}

fn lines(head: &[String], rows: &[Vec<String>], left: &[bool], truncated: bool) -> String {
    let width = |text: &String| text.chars().count();
    let widths: Vec<usize> = head
        .iter()
        .enumerate()
        .map(|(at, name)| {
            let cells = rows.iter().filter_map(|row| row.get(at)).map(width);
            cells.chain([width(name)]).max().unwrap_or(0)
        })
        .collect();
    let line = |cells: &[String]| {
        let cells = cells.iter().enumerate().map(|(at, cell)| match left[at] {
            true => format!(" {cell:<0$} ", widths[at]),
            false => format!(" {cell:>0$} ", widths[at]),
        });
        format!("|{}|\n", cells.collect::<Vec<_>>().join("|"))
    };
    let dashes: Vec<_> = widths.iter().map(|width| "-".repeat(*width)).collect();
    let mut out = line(head);
    out += &format!("| {} |\n", dashes.join(" | "));
    for row in rows {
        out += &line(row);
    }
    if truncated {
        out += &line(&vec!["...".to_owned(); head.len()]);
    }
    out
}
