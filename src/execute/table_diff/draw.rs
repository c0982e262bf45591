//! Rows → lines of comma-separated columns of even width.

use super::{Change, Line, Value};

/// Wider tables are not aligned.
const WIDEST: usize = 130;

/// Draws all lines; the first one is the header.
pub(super) fn draw(lines: &[Line]) -> String {
    let rows: Vec<Vec<Drawn>> = lines.iter().enumerate().map(row).collect();
    let widths = widths(&rows);
    let mut text = String::new();
    for row in &rows {
        let (mut at, mut target) = (0_usize, 0_usize);
        for (column, cell) in row.iter().enumerate() {
            text.extend(std::iter::repeat_n(' ', target.saturating_sub(at)));
            at = at.max(target);
            if column > 0 {
                text.push(',');
            }
            text.push_str(&cell.text);
            if let Some(widths) = &widths {
                at += cell.width;
                target += widths[column];
            }
        }
        text.push('\n');
    }
    text
}

/// A value as it is written, and the width that it is given.
struct Drawn {
    text: String,
    width: usize,
}

fn row((at, line): (usize, &Line)) -> Vec<Drawn> {
    let all_left_out = line.values.iter().all(|it| *it == Value::Gap);
    let marker = match line.change {
        Change::Added => "+++",
        Change::Removed => "---",
        Change::Updated => "→",
        Change::None if at == 0 => "@@",
        Change::None if all_left_out => "...",
        Change::None => "",
    };
    let marker = Drawn {
        text: marker.to_owned(),
        width: marker.chars().count(),
    };
    std::iter::once(marker)
        .chain(line.values.iter().map(drawn))
        .collect()
}

fn drawn(value: &Value) -> Drawn {
    let (text, bare) = match value {
        Value::Gap => ("...".to_owned(), "...".to_owned()),
        Value::Plain(None) => ("NULL".to_owned(), "NULL".to_owned()),
        Value::Plain(Some(text)) => (quoted(text, true), text.clone()),
        Value::Marked(None) => ("null".to_owned(), "null".to_owned()),
        Value::Marked(Some(text)) => (quoted(text, false), text.clone()),
        Value::Updated(old, new) => {
            let text = format!("{old}→{new}");
            (quoted(&text, false), text)
        }
    };
    // daff measures a painted value as if it were not.
    let width = quoted(&bare, true).chars().count();
    Drawn { text, width }
}

/// Quotes a text as in CSV where it needs it; `edges`: also for blanks around it.
fn quoted(text: &str, edges: bool) -> String {
    let special = text.contains(['"', '\r', '\n', '\t', ',']);
    let blanks = text.starts_with(' ') || text.ends_with(' ');
    match special || edges && blanks {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text.to_owned(),
    }
}

/// Measures the columns: each as wide as its values, but for those that are far longer than most.
fn widths(rows: &[Vec<Drawn>]) -> Option<Vec<usize>> {
    let columns = rows.first().map_or(0, Vec::len);
    let widths: Vec<usize> = (0..columns)
        .map(|column| {
            let lengths: Vec<usize> = rows.iter().map(|row| row[column].width).collect();
            width(&lengths)
        })
        .collect();
    let total = widths.iter().sum::<usize>() + columns.saturating_sub(1);
    (total <= WIDEST).then_some(widths)
}

#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "lengths of texts"
)]
fn width(lengths: &[usize]) -> usize {
    let count = lengths.len().max(1) as f64;
    let mean = lengths.iter().sum::<usize>() as f64 / count;
    let squares = lengths.iter().map(|it| it * it).sum::<usize>() as f64;
    let variance = squares / count - mean * mean;
    // Nothing is usual where rounding makes the variance negative.
    let usual = match variance < 0.0 {
        true => None,
        false => Some((mean + 2.0 * variance.sqrt() + 0.5) as usize),
    };
    let usual = lengths
        .iter()
        .filter(|it| usual.is_some_and(|most| **it <= most));
    let header = lengths.first().copied().unwrap_or(0);
    usual.copied().max().unwrap_or(0).max(header)
}
