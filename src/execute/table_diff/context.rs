//! What is shown: what differs and its neighbours.

use super::{Change, Line, Value};

/// How much a row or column counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Weight {
    Left,
    /// It differs, or tells rows apart.
    Shown,
    /// It is beside such a one.
    Beside,
    /// It is the next one after that.
    Gap,
}

/// Leaves out what is far from any difference. `keys`: the columns that tell rows apart.
pub(super) fn near(lines: Vec<Line>, keys: &[bool]) -> Vec<Line> {
    let weight = |shown| if shown { Weight::Shown } else { Weight::Left };
    let mut rows: Vec<Weight> = lines
        .iter()
        .map(|line| weight(line.change != Change::None))
        .collect();
    let mut columns: Vec<Weight> = keys
        .iter()
        .enumerate()
        .map(|(at, key)| weight(*key || lines.iter().any(|line| differs(line, at))))
        .collect();
    spread(&mut rows);
    spread(&mut columns);
    let columns: Vec<bool> = columns
        .iter()
        .map(|it| matches!(it, Weight::Shown | Weight::Beside))
        .collect();
    let mut shown: Vec<Line> = Vec::new();
    let mut in_gap = false;
    for (at, (line, weight)) in lines.into_iter().zip(rows).enumerate() {
        // The header is always there.
        match weight {
            _ if at == 0 => shown.push(cut(line, &columns)),
            Weight::Left => {}
            Weight::Gap if in_gap => {}
            Weight::Gap => {
                in_gap = true;
                let values = vec![Value::Gap; line.values.len()];
                let change = Change::None;
                shown.push(cut(Line { change, values }, &columns));
            }
            Weight::Shown | Weight::Beside => {
                in_gap = false;
                shown.push(cut(line, &columns));
            }
        }
    }
    shown
}

fn differs(line: &Line, column: usize) -> bool {
    match line.change {
        Change::Added => true,
        Change::Updated => matches!(line.values.get(column), Some(Value::Updated(..))),
        Change::Removed | Change::None => false,
    }
}

/// Weighs what is near something that counts, forwards and then backwards.
fn spread(weights: &mut [Weight]) {
    // daff takes the place before the first for one that counts, seen from the second.
    forwards(weights.iter_mut(), Some(2));
    forwards(weights.iter_mut().rev(), None);
}

fn forwards<'a>(weights: impl Iterator<Item = &'a mut Weight>, before: Option<usize>) {
    let mut distance = before;
    for weight in weights {
        match (*weight, distance) {
            (Weight::Shown, _) => distance = Some(0),
            (Weight::Left | Weight::Gap, Some(1)) => *weight = Weight::Beside,
            (Weight::Left | Weight::Gap, Some(2)) => *weight = Weight::Gap,
            _ => {}
        }
        distance = distance.map(|it| it + 1);
    }
}

/// Leaves columns out; where some are missing, one gap stands.
fn cut(line: Line, columns: &[bool]) -> Line {
    let mut values = Vec::new();
    let mut in_gap = false;
    for (value, shown) in line.values.into_iter().zip(columns) {
        match (shown, in_gap) {
            (true, _) => values.push(value),
            (false, false) => values.push(Value::Gap),
            (false, true) => {}
        }
        in_gap = !shown;
    }
    Line {
        change: line.change,
        values,
    }
}
