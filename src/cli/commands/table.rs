//! Rows as dbt shows them: six columns of at most twenty letters, numbers with three digits after
//! the point and commas between thousands.

use serde_json::{Map, Value, json};
use unicode_width::UnicodeWidthStr;

use crate::adapters::{Cell, CellType, Table};

const MOST_COLUMNS: usize = 6;
const MOST_LETTERS: usize = 20;
const MOST_PLACES: usize = 3;
/// Digits that Python computes with.
const PRECISION: usize = 28;
const CUT: &str = "...";

/// Draws a table; each line ends with a line break.
pub(super) fn table(table: &Table) -> String {
    let shown = table.columns.len().min(MOST_COLUMNS);
    let more = table.columns.len() > MOST_COLUMNS;
    let ending = more.then(|| CUT.to_owned());
    let names = table.columns.iter().take(shown).map(|it| cut(&it.name));
    let head: Vec<String> = names.chain(ending.clone()).collect();
    let places: Vec<usize> = (0..shown).map(|at| places(table, at)).collect();
    let rows: Vec<Vec<String>> = table
        .rows
        .iter()
        .map(|row| {
            let cells = row
                .iter()
                .zip(&places)
                .map(|(cell, places)| cut(&text(cell, *places)));
            cells.chain(ending.clone()).collect()
        })
        .collect();
    let width = |at: usize| {
        let column = std::iter::once(&head)
            .chain(&rows)
            .filter_map(|row| row.get(at));
        column.map(|it| it.width()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    let left = |at: usize| {
        table
            .columns
            .get(at)
            .is_some_and(|it| it.cells == CellType::Text)
    };
    let line = |row: &Vec<String>| {
        let cells = row
            .iter()
            .zip(&widths)
            .enumerate()
            .map(|(at, (cell, width))| {
                let room = " ".repeat(width.saturating_sub(cell.width()));
                if left(at) {
                    format!(" {cell}{room} ")
                } else {
                    format!(" {room}{cell} ")
                }
            });
        format!("|{}|\n", cells.collect::<Vec<_>>().join("|"))
    };
    let rule: Vec<_> = widths.iter().map(|width| "-".repeat(*width)).collect();
    let mut drawn = format!("{}| {} |\n", line(&head), rule.join(" | "));
    drawn.extend(rows.iter().map(line));
    drawn
}

/// Makes a list of objects, one for each row.
pub(super) fn rows(table: &Table) -> Value {
    let rows = table.rows.iter().map(|row| {
        let names = table.columns.iter().map(|it| it.name.clone());
        Value::Object(names.zip(row.iter().map(value)).collect::<Map<_, _>>())
    });
    Value::Array(rows.collect())
}

/// Makes the JSON of a value.
pub(super) fn value(cell: &Cell) -> Value {
    match cell {
        Cell::Null => Value::Null,
        Cell::Boolean(truth) => json!(truth),
        Cell::Integer(number) => match i64::try_from(*number) {
            Ok(number) => json!(number),
            Err(_) => number
                .to_string()
                .parse()
                .map_or_else(|_| json!(number.to_string()), Value::Number),
        },
        Cell::Decimal(number) => json!(number.to_f64()),
        Cell::Date(_) | Cell::Text(_) => json!(cell.to_string()),
        Cell::DateTime(_) | Cell::DateTimeTz(_) => json!(cell.to_string().replacen(' ', "T", 1)),
    }
}

/// Returns the digits after the point that a column of decimals needs, as agate counts them.
fn places(table: &Table, column: usize) -> usize {
    let (mut whole, mut decimals) = (1, 0);
    for row in &table.rows {
        if let Some(Cell::Decimal(number)) = row.get(column) {
            let (before, after) = number.places();
            (whole, decimals) = (whole.max(before), decimals.max(after));
        }
    }
    decimals.min(PRECISION.saturating_sub(whole))
}

fn text(cell: &Cell, places: usize) -> String {
    match cell {
        Cell::Null => String::new(),
        Cell::Decimal(number) => decimal(&number.to_string(), places),
        other => other.to_string(),
    }
}

fn cut(text: &str) -> String {
    if text.chars().count() <= MOST_LETTERS {
        return text.to_owned();
    }
    text.chars()
        .take(MOST_LETTERS - CUT.len())
        .chain(CUT.chars())
        .collect()
}

/// Writes a decimal number with commas, rounded half to even; `…` says that digits were cut off.
fn decimal(number: &str, places: usize) -> String {
    let ending = if places > MOST_PLACES { "…" } else { "" };
    let places = places.min(MOST_PLACES);
    let (sign, digits) = number
        .strip_prefix('-')
        .map_or(("", number), |rest| ("-", rest));
    let (digits, exponent) = digits.split_once(['e', 'E']).unwrap_or((digits, "0"));
    let Ok(exponent) = exponent.parse::<i64>() else {
        return number.to_owned();
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if !whole
        .bytes()
        .chain(fraction.bytes())
        .all(|it| it.is_ascii_digit())
        || exponent.abs() > 400
    {
        return number.to_owned();
    }
    let mut all: Vec<u8> = whole.bytes().chain(fraction.bytes()).collect();
    // Where the point stands among the digits.
    let mut point = i64::try_from(whole.len()).unwrap_or(0) + exponent;
    while point < 1 {
        all.insert(0, b'0');
        point += 1;
    }
    let point = usize::try_from(point).unwrap_or(1);
    let wanted = point + places;
    let lost: Vec<u8> = all.get(wanted..).unwrap_or_default().to_vec();
    all.resize(wanted, b'0');
    let odd = all.last().is_some_and(|it| (it - b'0') % 2 == 1);
    let up = match lost.first() {
        Some(first) if *first > b'5' => true,
        Some(b'5') => odd || lost[1..].iter().any(|it| *it != b'0'),
        _ => false,
    };
    let mut point = point;
    if up {
        let mut at = all.len();
        loop {
            if at == 0 {
                all.insert(0, b'1');
                point += 1;
                break;
            }
            at -= 1;
            if all[at] == b'9' {
                all[at] = b'0';
            } else {
                all[at] += 1;
                break;
            }
        }
    }
    let digits: String = all.into_iter().map(char::from).collect();
    let (whole, fraction) = digits.split_at(point);
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let mut grouped = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    match places {
        0 => format!("{sign}{grouped}{ending}"),
        _ => format!("{sign}{grouped}.{fraction}{ending}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapters::TableColumn;
    use crate::adapters::agate::Decimal;

    #[test]
    fn decimals_are_rounded_and_grouped() {
        for (number, places, expected) in [
            ("1.50", 1, "1.5"),
            ("-1234567.5", 1, "-1,234,567.5"),
            ("1E+20", 0, "100,000,000,000,000,000,000"),
            ("0.00012345", 8, "0.000…"),
            ("2.0005", 4, "2.000…"),
            ("999.9996", 4, "1,000.000…"),
            ("2", 2, "2.00"),
            ("NaN", 0, "NaN"),
        ] {
            assert_eq!(decimal(number, places), expected, "{number}");
        }
    }

    #[test]
    fn a_table_has_dbts_look() {
        let column = |name: &str, cells| TableColumn {
            name: name.into(),
            cells,
            sql_type: None,
        };
        let columns = vec![
            column("id", CellType::Integer),
            column("name", CellType::Text),
            column("price", CellType::Number),
        ];
        let decimal = |text: &str| Decimal::parse(text).map_or(Cell::Null, Cell::Decimal);
        let rows = vec![
            vec![
                Cell::Integer(1234),
                Cell::Text("語".into()),
                decimal("1.25"),
            ],
            vec![
                Cell::Null,
                Cell::Text("twenty letters and more".into()),
                decimal("10"),
            ],
        ];
        let expected = "\
            |   id | name                 | price |\n\
            | ---- | -------------------- | ----- |\n\
            | 1234 | 語                   |  1.25 |\n\
            |      | twenty letters an... | 10.00 |\n";
        let drawn = table(&Table { columns, rows });
        assert_eq!(drawn, expected);
    }
}
