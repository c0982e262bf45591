//! The order in which CPython goes through a set of whole numbers.
//!
//! A number is its own hash, so the order follows from the table: open addressing with a few
//! linear steps, then steps by the remaining bits.

use minijinja::Value;

use crate::jinja::library::number::Number;

const LINEAR_STEPS: usize = 9;
const SMALLEST: usize = 8;

/// Orders items as CPython does, if all are small whole numbers; else leaves them as they are.
pub(super) fn ordered(items: Vec<Value>) -> Vec<Value> {
    let hashes: Option<Vec<i64>> = items.iter().map(hash).collect();
    let Some(hashes) = hashes else {
        return items;
    };
    let mut table = Table {
        slots: vec![None; SMALLEST],
        used: 0,
    };
    for (at, hash) in hashes.iter().enumerate() {
        table.add(at, *hash, &hashes);
    }
    let order = table.slots.into_iter().flatten();
    order.filter_map(|at| items.get(at).cloned()).collect()
}

fn hash(value: &Value) -> Option<i64> {
    match Number::of(value)? {
        Number::Int(-1) => Some(-2),
        Number::Int(value) => i64::try_from(value)
            .ok()
            .filter(|it| it.abs() < (1 << 61) - 1),
        Number::Float(_) => None,
    }
}

struct Table {
    /// Places in the list of items.
    slots: Vec<Option<usize>>,
    used: usize,
}

impl Table {
    fn add(&mut self, item: usize, hash: i64, hashes: &[i64]) {
        self.place(item, hash);
        self.used += 1;
        let mask = self.slots.len() - 1;
        if self.used * 5 >= mask * 3 {
            let wanted = if self.used > 50_000 {
                self.used * 2
            } else {
                self.used * 4
            };
            let mut size = SMALLEST;
            while size <= wanted {
                size *= 2;
            }
            let old = std::mem::replace(&mut self.slots, vec![None; size]);
            for item in old.into_iter().flatten() {
                self.place(item, hashes[item]);
            }
        }
    }

    fn place(&mut self, item: usize, hash: i64) {
        let mask = self.slots.len() - 1;
        // The hash is taken as an unsigned number of the machine.
        let mut perturb = hash as u64;
        let mut at = perturb as usize & mask;
        loop {
            let last = if at + LINEAR_STEPS <= mask {
                at + LINEAR_STEPS
            } else {
                at
            };
            if let Some(free) = (at..=last).find(|at| self.slots[*at].is_none()) {
                self.slots[free] = Some(item);
                return;
            }
            perturb >>= 5;
            at = (at
                .wrapping_mul(5)
                .wrapping_add(1)
                .wrapping_add(perturb as usize))
                & mask;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_stand_in_cpythons_order() {
        let order = |items: &[i64]| -> Vec<i64> {
            let items = ordered(items.iter().copied().map(Value::from).collect());
            items.iter().filter_map(Value::as_i64).collect()
        };
        assert_eq!(order(&[3, 1, 2]), [1, 2, 3]);
        assert_eq!(order(&[8, 1, 16]), [8, 1, 16]);
        assert_eq!(order(&[100, 5, 33, 7, 64]), [64, 33, 100, 5, 7]);
    }
}
