//! The difference of two tables as a text for people, drawn as dbt draws it (by daff).
//!
//! In: column names, expected rows and actual ones, as texts. Out: nothing when they agree, else
//! lines under a header: `+++` before rows that were not expected, `---` before those that are
//! missing, `→` before rows of which a value differs; rows and columns far from any difference are
//! left out, with `...` in their place.

mod align;
mod context;
mod draw;

/// Values of a row as Python prints them; none is null.
pub type Row = Vec<Option<String>>;

/// Draws how rows differ. Both lists are in an order of their own: the order counts for nothing.
pub fn table_diff(header: &[String], expected: &[Row], actual: &[Row]) -> Option<String> {
    let head: Row = header.iter().cloned().map(Some).collect();
    let with_head = |rows: &[Row]| [std::slice::from_ref(&head), rows].concat();
    let (expected, actual) = (with_head(expected), with_head(actual));
    let aligned = align::align(&expected, &actual);
    let lines: Vec<Line> = aligned
        .pairs
        .iter()
        .map(|pair| line(*pair, &expected, &actual))
        .collect();
    let differs = lines.iter().any(|line| line.change != Change::None);
    differs.then(|| draw::draw(&context::near(lines, &aligned.keys)))
}

/// What happened to a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    /// Nothing, or it is the header.
    None,
    Added,
    Removed,
    Updated,
}

/// One value to be drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Value {
    /// As it stands.
    Plain(Option<String>),
    /// In a row that was added or removed, or in the header.
    Marked(Option<String>),
    /// Was expected, is.
    Updated(String, String),
    /// Columns, or values of a row, that are left out.
    Gap,
}

/// One row to be drawn.
#[derive(Debug, Clone)]
struct Line {
    change: Change,
    values: Vec<Value>,
}

fn line((expected, actual): align::Pair, a: &[Row], b: &[Row]) -> Line {
    let marked = |row: &Row, change| Line {
        change,
        values: row.iter().cloned().map(Value::Marked).collect(),
    };
    match (expected.map(|at| &a[at]), actual.map(|at| &b[at])) {
        (None, None) => marked(&Row::new(), Change::None),
        (None, Some(row)) => marked(row, Change::Added),
        (Some(row), None) => marked(row, Change::Removed),
        (Some(row), Some(_)) if expected == Some(0) => marked(row, Change::None),
        (Some(old), Some(new)) => compared(old, new),
    }
}

fn compared(old: &Row, new: &Row) -> Line {
    let printed = |value: &Option<String>| value.clone().unwrap_or_else(|| "None".to_owned());
    let mut change = Change::None;
    let values = old.iter().zip(new).map(|(old, new)| {
        if printed(old) == printed(new) {
            return Value::Plain(old.clone());
        }
        change = Change::Updated;
        let left = spaces_marked(&quoted(old), &quoted(new));
        let right = spaces_marked(&quoted(new), &left);
        Value::Updated(left, right)
    });
    let values = values.collect();
    Line { change, values }
}

/// Writes a value beside another one: null as `NULL`, so that the text has an underscore more.
fn quoted(value: &Option<String>) -> String {
    match value.as_deref() {
        None | Some("None") => "NULL".to_owned(),
        Some(text) if text.trim_start_matches('_') == "NULL" => format!("_{text}"),
        Some(text) => text.to_owned(),
    }
}

/// Shows the blanks that a text has more than another one, where nothing else differs.
fn spaces_marked(text: &str, other: &str) -> String {
    let bare = |text: &str| text.replace(' ', "");
    if text == other || bare(text) != bare(other) {
        return text.to_owned();
    }
    let mut marked = String::with_capacity(text.len());
    let mut others = other.chars().peekable();
    for letter in text.chars() {
        while others.peek() == Some(&' ') && letter != ' ' {
            others.next();
        }
        if others.peek() == Some(&letter) {
            others.next();
            marked.push(letter);
        } else {
            marked.push('␣');
        }
    }
    marked
}
