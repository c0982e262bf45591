//! Nodes in columns: each right of all that it reads, with few crossings.

use super::figures::index;

/// How often columns are put in order.
const SWEEPS: usize = 6;

/// Puts nodes `0..count` into columns, by edges from the left to the right. Edges of a circle count as far as they do not close it.
pub(super) fn layered(count: usize, edges: &[(usize, usize)]) -> Vec<Vec<usize>> {
    let mut parents = vec![Vec::new(); count];
    let mut children = vec![Vec::new(); count];
    for &(from, to) in edges.iter().filter(|it| it.0 != it.1) {
        if let (Some(children), Some(parents)) = (children.get_mut(from), parents.get_mut(to)) {
            children.push(to);
            parents.push(from);
        }
    }
    let ranks = ranks(&parents, &children);
    let most = ranks.iter().copied().max().unwrap_or_default();
    let mut columns = vec![Vec::new(); if count == 0 { 0 } else { most + 1 }];
    for (node, rank) in ranks.iter().enumerate() {
        if let Some(column) = columns.get_mut(*rank) {
            column.push(node);
        }
    }
    for sweep in 0..SWEEPS {
        let neighbours = if sweep % 2 == 0 { &parents } else { &children };
        untangle(&mut columns, neighbours, count, sweep % 2 == 1);
    }
    columns
}

/// The longest way to each node.
fn ranks(parents: &[Vec<usize>], children: &[Vec<usize>]) -> Vec<usize> {
    let mut ranks = vec![0; parents.len()];
    let mut open: Vec<usize> = parents.iter().map(Vec::len).collect();
    let mut is_done = vec![false; parents.len()];
    let mut ready: Vec<usize> = (0..parents.len())
        .filter(|it| open.get(*it) == Some(&0))
        .collect();
    loop {
        while let Some(node) = ready.pop() {
            let rank = ranks.get(node).copied().unwrap_or_default();
            if let Some(done) = is_done.get_mut(node) {
                *done = true;
            }
            for &child in children.get(node).into_iter().flatten() {
                let (Some(own), Some(open)) = (ranks.get_mut(child), open.get_mut(child)) else {
                    continue;
                };
                if is_done.get(child) == Some(&true) {
                    continue;
                }
                *own = (*own).max(rank + 1);
                *open = open.saturating_sub(1);
                if *open == 0 {
                    ready.push(child);
                }
            }
        }
        // What is left goes in circles: one of them begins.
        match is_done.iter().position(|done| !done) {
            Some(node) => ready.push(node),
            None => return ranks,
        }
    }
}

/// Puts each column in the order of the means of its neighbours' places.
fn untangle(columns: &mut [Vec<usize>], neighbours: &[Vec<usize>], count: usize, backwards: bool) {
    let mut places = vec![0.0; count];
    for column in columns.iter() {
        keep(column, &mut places);
    }
    let order: Vec<usize> = match backwards {
        true => (0..columns.len()).rev().collect(),
        false => (0..columns.len()).collect(),
    };
    for place in order {
        let Some(column) = columns.get_mut(place) else {
            continue;
        };
        let mean = |node: usize| {
            let near = neighbours.get(node).into_iter().flatten();
            let near: Vec<f64> = near.filter_map(|it| places.get(*it).copied()).collect();
            match near.is_empty() {
                true => places.get(node).copied().unwrap_or_default(),
                false => near.iter().sum::<f64>() / index(near.len()),
            }
        };
        let mut weighed: Vec<(f64, usize)> = column.iter().map(|it| (mean(*it), *it)).collect();
        weighed.sort_by(|one, other| one.0.total_cmp(&other.0));
        *column = weighed.into_iter().map(|it| it.1).collect();
        keep(column, &mut places);
    }
}

/// Notes where nodes are, from 0 to 1.
fn keep(column: &[usize], places: &mut [f64]) {
    for (at, node) in column.iter().enumerate() {
        if let Some(place) = places.get_mut(*node) {
            *place = (index(at) + 0.5) / index(column.len());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_reads_stands_right_of_what_it_reads() {
        let columns = layered(5, &[(0, 2), (1, 3), (2, 4), (0, 4)]);
        assert_eq!(columns, [vec![0, 1], vec![2, 3], vec![4]]);
    }

    #[test]
    fn circles_end() {
        let columns = layered(3, &[(0, 1), (1, 2), (2, 1), (2, 2)]);
        assert_eq!(columns.iter().map(Vec::len).sum::<usize>(), 3);
        assert!(layered(0, &[]).is_empty());
    }
}
