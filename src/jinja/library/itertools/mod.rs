//! `modules.itertools`: those of Python's functions that dbt hands on.
//!
//! They give iterators, which are gone through once and may never end.

mod arrange;

use std::sync::{Arc, Mutex, PoisonError};

use minijinja::value::Tuple;
use minijinja::{Error, State, Value};

use super::arguments::{Arguments, bind};
use super::base::Lazy;
use super::errors::{type_error, value_error};
use super::number::{Number, int_argument, whole};
use super::object::function;
use crate::jinja::python::{Items, add, collect, items};

type Call = fn(&mut State, &[Value]) -> Result<Value, Error>;

const FUNCTIONS: [(&str, Call); 14] = [
    ("count", |_, args| count(args)),
    ("cycle", |_, args| cycle(args)),
    ("repeat", |_, args| repeat(args)),
    ("accumulate", accumulate),
    ("chain", |_, args| chain(args)),
    ("compress", |_, args| compress(args)),
    ("islice", |_, args| islice(args)),
    ("starmap", starmap),
    ("tee", |_, args| tee(args)),
    ("zip_longest", |_, args| zip_longest(args)),
    ("product", |_, args| arrange::product(args)),
    ("permutations", |_, args| arrange::permutations(args)),
    ("combinations", |_, args| {
        arrange::combinations("combinations", args)
    }),
    ("combinations_with_replacement", |_, args| {
        arrange::combinations("combinations_with_replacement", args)
    }),
];

/// Makes `modules.itertools`.
pub fn itertools_module() -> Value {
    Value::from_pairs(FUNCTIONS.map(|(name, call)| (name, function(name, call))))
}

fn tuple(items: Vec<Value>) -> Value {
    Value::from(Tuple::from(items))
}

fn count(args: &[Value]) -> Result<Value, Error> {
    let [start, step] = bind("count", ["start", "step"], 0, args)?;
    let number = |value: Option<Value>, default| match value.as_ref().map(Number::of) {
        None => Ok(Number::Int(default)),
        Some(Some(number)) => Ok(number),
        Some(None) => Err(type_error("a number is required")),
    };
    Ok(match (number(start, 0)?, number(step, 1)?) {
        (Number::Int(start), Number::Int(step)) => {
            let next = move |at: &i128| Some(at.saturating_add(step));
            let numbers = std::iter::successors(Some(start), next);
            Lazy::value("itertools.count", numbers.map(|number| Ok(whole(number))))
        }
        (start, step) => {
            let (start, step) = (start.as_f64(), step.as_f64());
            let numbers = std::iter::successors(Some(start), move |at| Some(at + step));
            Lazy::value(
                "itertools.count",
                numbers.map(|number| Ok(Value::from(number))),
            )
        }
    })
}

fn cycle(args: &[Value]) -> Result<Value, Error> {
    let [iterable] = bind("cycle", ["iterable"], 1, args)?;
    let mut source = items(&iterable.unwrap_or_default())?;
    let mut seen: Vec<Value> = Vec::new();
    let mut at = 0;
    let next = move || {
        if let Some(item) = source.next() {
            seen.extend(item.as_ref().ok().cloned());
            return Some(item);
        }
        let item = seen.get(at % seen.len().max(1)).cloned();
        at += 1;
        item.map(Ok)
    };
    Ok(Lazy::value("itertools.cycle", std::iter::from_fn(next)))
}

fn repeat(args: &[Value]) -> Result<Value, Error> {
    let [object, times] = bind("repeat", ["object", "times"], 1, args)?;
    let object = object.unwrap_or_default();
    let times = times.map(|times| int_argument(&times)).transpose()?;
    let times = times.map_or(usize::MAX, |times| usize::try_from(times).unwrap_or(0));
    let objects = std::iter::repeat_n(object, times);
    Ok(Lazy::value("itertools.repeat", objects.map(Ok)))
}

fn accumulate(state: &mut State, args: &[Value]) -> Result<Value, Error> {
    let names = ["iterable", "func", "initial"];
    let [iterable, combine, initial] = bind("accumulate", names, 1, args)?;
    let combine = combine.filter(|it| !it.is_none());
    let mut total = initial.filter(|it| !it.is_none());
    let mut totals: Vec<Value> = total.iter().cloned().collect();
    for item in collect(&iterable.unwrap_or_default())? {
        let next = match (&total, &combine) {
            (None, _) => item,
            (Some(total), None) => add(state, total, &item)?,
            (Some(total), Some(combine)) => combine.call(state, &[total.clone(), item])?,
        };
        totals.push(next.clone());
        total = Some(next);
    }
    Ok(Lazy::value(
        "itertools.accumulate",
        totals.into_iter().map(Ok),
    ))
}

fn chain(args: &[Value]) -> Result<Value, Error> {
    let args = Arguments::new(args);
    args.finish("chain")?;
    let sources = args.positional.to_vec();
    let mut rest = sources.into_iter();
    let mut current: Option<Items> = None;
    let next = move || {
        loop {
            if let Some(item) = current.as_mut().and_then(Iterator::next) {
                return Some(item);
            }
            match items(&rest.next()?) {
                Ok(source) => current = Some(source),
                Err(error) => return Some(Err(error)),
            }
        }
    };
    Ok(Lazy::value("itertools.chain", std::iter::from_fn(next)))
}

fn compress(args: &[Value]) -> Result<Value, Error> {
    let [data, selectors] = bind("compress", ["data", "selectors"], 2, args)?;
    let data = items(&data.unwrap_or_default())?;
    let selectors = items(&selectors.unwrap_or_default())?;
    let chosen = data
        .zip(selectors)
        .filter_map(|(item, selector)| match selector {
            Ok(selector) => selector.is_true().then_some(item),
            Err(error) => Some(Err(error)),
        });
    Ok(Lazy::value("itertools.compress", chosen))
}

fn islice(args: &[Value]) -> Result<Value, Error> {
    let args = Arguments::new(args);
    args.finish("islice")?;
    let (iterable, bounds) = match args.positional {
        [iterable, stop] => (iterable, [None, Some(stop), None]),
        [iterable, start, stop] => (iterable, [Some(start), Some(stop), None]),
        [iterable, start, stop, step] => (iterable, [Some(start), Some(stop), Some(step)]),
        other => {
            let given = other.len();
            let which = if given < 2 {
                "at least 2 arguments"
            } else {
                "at most 4 arguments"
            };
            return Err(type_error(format!("islice expected {which}, got {given}")));
        }
    };
    let mut places = [None; 3];
    for (place, bound) in places.iter_mut().zip(bounds) {
        let Some(bound) = bound.filter(|bound| !bound.is_none()) else {
            continue;
        };
        let number = int_argument(bound)
            .ok()
            .and_then(|it| usize::try_from(it).ok());
        *place = Some(number.ok_or_else(|| {
            value_error("Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.")
        })?);
    }
    let [start, stop, step] = places;
    if step == Some(0) {
        let message = "Step for islice() must be a positive integer or None.";
        return Err(value_error(message));
    }
    let (start, step) = (start.unwrap_or(0), step.unwrap_or(1));
    let length = stop.map_or(usize::MAX, |stop| stop.saturating_sub(start));
    let part = items(iterable)?.skip(start).take(length).step_by(step);
    Ok(Lazy::value("itertools.islice", part))
}

fn starmap(state: &mut State, args: &[Value]) -> Result<Value, Error> {
    let [function, iterable] = bind("starmap", ["function", "iterable"], 2, args)?;
    let function = function.unwrap_or_default();
    let mut results = Vec::new();
    for args in collect(&iterable.unwrap_or_default())? {
        results.push(function.call(state, &collect(&args)?)?);
    }
    Ok(Lazy::value(
        "itertools.starmap",
        results.into_iter().map(Ok),
    ))
}

fn tee(args: &[Value]) -> Result<Value, Error> {
    let [iterable, n] = bind("tee", ["iterable", "n"], 1, args)?;
    let n = n.map_or(Ok(2), |n| int_argument(&n))?;
    let n = usize::try_from(n).map_err(|_| value_error("n must be >= 0"))?;
    let source = items(&iterable.unwrap_or_default())?;
    let shared = Arc::new(Mutex::new((source, Vec::<Value>::new())));
    let copies = (0..n).map(|_| {
        let shared = shared.clone();
        let mut at = 0;
        let next = move || {
            let mut shared = shared.lock().unwrap_or_else(PoisonError::into_inner);
            let (source, seen) = &mut *shared;
            if at == seen.len() {
                match source.next()? {
                    Ok(item) => seen.push(item),
                    Err(error) => return Some(Err(error)),
                }
            }
            at += 1;
            seen.get(at - 1).cloned().map(Ok)
        };
        Lazy::value("itertools._tee", std::iter::from_fn(next))
    });
    Ok(tuple(copies.collect()))
}

fn zip_longest(args: &[Value]) -> Result<Value, Error> {
    let mut args = Arguments::new(args);
    let fill = args.take("fillvalue").unwrap_or(Value::from(()));
    args.finish("zip_longest")?;
    let mut sources: Vec<Option<Items>> = args
        .positional
        .iter()
        .map(|it| items(it).map(Some))
        .collect::<Result<_, _>>()?;
    let next = move || {
        let mut row = Vec::with_capacity(sources.len());
        let mut any = false;
        for slot in &mut sources {
            match slot.as_mut().and_then(Iterator::next) {
                Some(Ok(item)) => {
                    any = true;
                    row.push(item);
                }
                Some(Err(error)) => return Some(Err(error)),
                None => {
                    *slot = None;
                    row.push(fill.clone());
                }
            }
        }
        any.then(|| Ok(tuple(row)))
    };
    Ok(Lazy::value(
        "itertools.zip_longest",
        std::iter::from_fn(next),
    ))
}
