//! Arrangements of items: `product`, `permutations`, `combinations`.

use minijinja::{Error, Value};

use super::tuple;
use crate::jinja::library::arguments::{Arguments, bind};
use crate::jinja::library::base::Lazy;
use crate::jinja::library::errors::value_error;
use crate::jinja::library::number::int_argument;
use crate::jinja::python::collect;

/// Makes an iterator over picks: `first` are places in `pools`, `next` finds the following ones.
fn picks(
    class: &'static str,
    pools: Vec<Vec<Value>>,
    first: Option<Vec<usize>>,
    mut next: impl FnMut(&mut Vec<usize>) -> bool + Send + 'static,
) -> Value {
    let mut places = first;
    let source = move || {
        let current = places.as_mut()?;
        let pool = |slot: usize| pools.get(slot).or_else(|| pools.first());
        let picked = current.iter().enumerate();
        let picked = picked.filter_map(|(slot, at)| pool(slot)?.get(*at).cloned());
        let row = tuple(picked.collect());
        if !next(current) {
            places = None;
        }
        Some(Ok(row))
    };
    Lazy::value(class, std::iter::from_fn(source))
}

/// `product(*iterables, repeat=1)`.
pub(super) fn product(args: &[Value]) -> Result<Value, Error> {
    let mut args = Arguments::new(args);
    let repeat = args.take("repeat").map_or(Ok(1), |it| int_argument(&it))?;
    args.finish("product")?;
    let repeat =
        usize::try_from(repeat).map_err(|_| value_error("repeat argument cannot be negative"))?;
    let once: Vec<Vec<Value>> = args
        .positional
        .iter()
        .map(collect)
        .collect::<Result<_, _>>()?;
    let pools: Vec<Vec<Value>> = (0..repeat).flat_map(|_| once.iter().cloned()).collect();
    let sizes: Vec<usize> = pools.iter().map(Vec::len).collect();
    let empty = sizes.contains(&0);
    let first = (!empty).then(|| vec![0; sizes.len()]);
    let next = move |places: &mut Vec<usize>| {
        for slot in (0..places.len()).rev() {
            places[slot] += 1;
            if places[slot] < sizes[slot] {
                return true;
            }
            places[slot] = 0;
        }
        false
    };
    Ok(picks("itertools.product", pools, first, next))
}

fn length(value: Option<Value>) -> Result<Option<usize>, Error> {
    let length = value
        .filter(|it| !it.is_none())
        .map(|it| int_argument(&it))
        .transpose()?;
    let unsigned =
        length.map(|it| usize::try_from(it).map_err(|_| value_error("r must be non-negative")));
    unsigned.transpose()
}

/// `permutations(iterable, r=None)`.
pub(super) fn permutations(args: &[Value]) -> Result<Value, Error> {
    let [iterable, r] = bind("permutations", ["iterable", "r"], 1, args)?;
    let pool = collect(&iterable.unwrap_or_default())?;
    let size = pool.len();
    let r = length(r)?.unwrap_or(size);
    let first = (r <= size).then(|| (0..r).collect());
    let next = move |places: &mut Vec<usize>| {
        for slot in (0..places.len()).rev() {
            let is_free = |at: &usize| !places[..slot].contains(at);
            if let Some(at) = (places[slot] + 1..size).find(is_free) {
                places[slot] = at;
                for later in slot + 1..places.len() {
                    let free = (0..size).find(|at| !places[..later].contains(at));
                    places[later] = free.unwrap_or_default();
                }
                return true;
            }
        }
        false
    };
    Ok(picks("itertools.permutations", vec![pool], first, next))
}

/// `combinations(iterable, r)`, and the same with replacement.
pub(super) fn combinations(name: &'static str, args: &[Value]) -> Result<Value, Error> {
    let [iterable, r] = bind(name, ["iterable", "r"], 2, args)?;
    let pool = collect(&iterable.unwrap_or_default())?;
    let size = pool.len();
    let r = length(r)?.unwrap_or(0);
    let again = name != "combinations";
    let first: Option<Vec<usize>> = match again {
        true => (r == 0 || size > 0).then(|| vec![0; r]),
        false => (r <= size).then(|| (0..r).collect()),
    };
    let next = move |places: &mut Vec<usize>| {
        let r = places.len();
        for slot in (0..r).rev() {
            let highest = if again { size - 1 } else { size - r + slot };
            if places[slot] < highest {
                let at = places[slot] + 1;
                for (offset, place) in places[slot..].iter_mut().enumerate() {
                    *place = if again { at } else { at + offset };
                }
                return true;
            }
        }
        false
    };
    let class = if again {
        "itertools.combinations_with_replacement"
    } else {
        "itertools.combinations"
    };
    Ok(picks(class, vec![pool], first, next))
}
