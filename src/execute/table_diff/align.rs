//! Which rows of two tables are the same row.

use std::collections::{HashMap, HashSet};

use super::Row;

/// An expected row and an actual one.
pub(super) type Pair = (Option<usize>, Option<usize>);

/// Rows brought together.
pub(super) struct Aligned {
    /// Pairs in the order of the actual rows, missing ones between them; the header first.
    pub(super) pairs: Vec<Pair>,
    /// For each column: whether rows were told apart by it.
    pub(super) keys: Vec<bool>,
}

/// No more columns than this are tried together.
const MOST: usize = 5;

/// Brings rows together: by the first set of columns in which a row has values that no other row
/// of its table has, then neighbours of those that agree in all columns. Row 0 is the header.
pub(super) fn align(a: &[Row], b: &[Row]) -> Aligned {
    let width = a.first().map_or(0, Vec::len);
    let columns = telling(a, b, width);
    let mut keys = vec![false; width];
    let mut links = Links {
        to_b: vec![None; a.len()],
        to_a: vec![None; b.len()],
    };
    let mut all_columns = None;
    let mut tried = 0;
    let last = (1_usize << columns.len()) - 1;
    for set in 1..=last {
        if links.to_b.iter().all(Option::is_some) {
            break;
        }
        let chosen = columns.iter().enumerate();
        let chosen = chosen.filter(|(bit, _)| set >> bit & 1 == 1);
        let chosen: Vec<usize> = chosen.map(|(_, column)| *column).collect();
        chosen.iter().for_each(|column| keys[*column] = true);
        let index = Index::new(a, b, &chosen);
        // Columns with few different values are tried only if nothing else is left.
        #[allow(clippy::cast_precision_loss, reason = "a count")]
        let common = index.most_frequent() as f64 / (a.len().max(b.len()).max(1) + 20) as f64;
        if common < 0.1 || tried == 0 && set == last {
            tried += 1;
            index.link(&mut links);
        }
        if set == last {
            all_columns = Some(index);
        }
    }
    if let Some(index) = all_columns {
        for backwards in [false, true] {
            fill(
                &index.a,
                &index.b,
                &mut links.to_b,
                &mut links.to_a,
                backwards,
            );
        }
        for backwards in [false, true] {
            fill(
                &index.b,
                &index.a,
                &mut links.to_a,
                &mut links.to_b,
                backwards,
            );
        }
    }
    links.to_b[0] = Some(0);
    links.to_a[0] = Some(0);
    let pairs = links.pairs();
    Aligned { pairs, keys }
}

/// Chooses the columns with the most different values, all if there are few.
fn telling(a: &[Row], b: &[Row], width: usize) -> Vec<usize> {
    if width <= MOST {
        return (0..width).collect();
    }
    let different = |rows: &[Row], column: usize| {
        let values = rows
            .iter()
            .map(|row| row[column].as_deref().unwrap_or_default());
        values.collect::<HashSet<_>>().len()
    };
    let mut columns: Vec<usize> = (0..width).collect();
    let count = |column: usize| different(a, column) + different(b, column);
    columns.sort_by_key(|column| std::cmp::Reverse(count(*column)));
    columns.truncate(MOST);
    columns
}

/// For each row the one of the other table that it is.
struct Links {
    to_b: Vec<Option<usize>>,
    to_a: Vec<Option<usize>>,
}

impl Links {
    fn pairs(&self) -> Vec<Pair> {
        let alone = (0..self.to_b.len()).filter(|at| self.to_b[*at].is_none());
        let mut alone = alone.peekable();
        let mut pairs = Vec::new();
        for (actual, expected) in self.to_a.iter().enumerate() {
            while let Some(missing) = alone.next_if(|it| expected.is_some_and(|at| at > *it)) {
                pairs.push((Some(missing), None));
            }
            pairs.push((*expected, Some(actual)));
        }
        pairs.extend(alone.map(|missing| (Some(missing), None)));
        pairs
    }
}

/// The values of some columns of both tables.
struct Index {
    a: Vec<String>,
    b: Vec<String>,
}

impl Index {
    fn new(a: &[Row], b: &[Row], columns: &[usize]) -> Self {
        let keys = |rows: &[Row]| {
            let rows = rows.iter().enumerate();
            rows.map(|(at, row)| key(row, columns, at == 0)).collect()
        };
        Self {
            a: keys(a),
            b: keys(b),
        }
    }

    fn most_frequent(&self) -> usize {
        let most = |keys: &[String]| places(keys).values().map(Vec::len).max();
        most(&self.a).max(most(&self.b)).unwrap_or(0)
    }

    /// Links the rows whose values both tables have once.
    fn link(&self, links: &mut Links) {
        let (a, b) = (places(&self.a), places(&self.b));
        for (at, key) in self.a.iter().enumerate() {
            if links.to_b[at].is_some() || key.is_empty() {
                continue;
            }
            let once = |places: &HashMap<&str, Vec<usize>>| match places.get(key.as_str())?[..] {
                [one] => Some(one),
                _ => None,
            };
            if let (Some(_), Some(other)) = (once(&a), once(&b))
                && links.to_a[other].is_none()
            {
                links.to_b[at] = Some(other);
                links.to_a[other] = Some(at);
            }
        }
    }
}

fn places(keys: &[String]) -> HashMap<&str, Vec<usize>> {
    let mut places: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, key) in keys.iter().enumerate() {
        places.entry(key).or_default().push(at);
    }
    places
}

fn key(row: &Row, columns: &[usize], is_header: bool) -> String {
    let values = columns.iter().map(|column| match row[*column].as_deref() {
        None | Some("null" | "undefined") => "",
        Some(text) => text,
    });
    let values = values.collect::<Vec<_>>().join(" // ");
    if is_header {
        format!("_{values}")
    } else {
        values
    }
}

/// Links rows that follow a linked one on both sides and agree.
fn fill(
    from: &[String],
    to: &[String],
    links: &mut [Option<usize>],
    back: &mut [Option<usize>],
    backwards: bool,
) {
    let step = |at: usize| match backwards {
        true => at.checked_sub(1),
        false => Some(at + 1).filter(|at| *at < to.len()),
    };
    let mut next = to.len().checked_sub(1).filter(|_| backwards);
    for turn in 0..from.len() {
        let at = if backwards {
            from.len() - 1 - turn
        } else {
            turn
        };
        let linked = match (links[at], next) {
            (Some(linked), _) => linked,
            (None, Some(other)) if from[at] == to[other] && back[other].is_none() => {
                links[at] = Some(other);
                back[other] = Some(at);
                other
            }
            _ => continue,
        };
        next = step(linked);
        if next.is_none() {
            break;
        }
    }
}
