//! `==`, `<`, `in` and sorting.

use std::cmp::Ordering;

use minijinja::value::ValueKind;
use minijinja::{Error, State, Value};

use super::class::Class;
use super::dict;
use super::iterate::{collect, items};
use super::key::hashable;
use super::nesting::{address, deep};
use super::set::Set;
use crate::jinja::library::errors::type_error;
use crate::jinja::library::number::{Number, type_name};
use crate::jinja::library::{decimal, table};

/// Tells whether two values are equal.
pub fn equal(a: &Value, b: &Value) -> bool {
    if a.kind() == ValueKind::String && b.kind() == ValueKind::String {
        return a.as_str() == b.as_str();
    }
    if let (Some(a), Some(b)) = (Number::of(a), Number::of(b)) {
        return order_numbers(a, b) == Some(Ordering::Equal);
    }
    let (left, right) = (Class::of(a), Class::of(b));
    if left != right {
        return decimal::compare(a, b) == Some(Ordering::Equal) || table::alike(a, b);
    }
    match left {
        Class::Undefined | Class::None => true,
        Class::Text => a.as_str() == b.as_str(),
        Class::Bytes => a.as_bytes() == b.as_bytes(),
        _ if address(a).is_some() && address(a) == address(b) => true,
        Class::Tuple | Class::List | Class::Range => deep(|| equal_items(a, b)),
        Class::Dict => deep(|| equal_entries(a, b)),
        Class::Set => match (set(a), set(b)) {
            (Some(a), Some(b)) => a.len() == b.len() && subset(a, b),
            _ => false,
        },
        _ => order_objects(a, b) == Some(Ordering::Equal),
    }
}

fn equal_items(a: &Value, b: &Value) -> bool {
    match (collect(a), collect(b)) {
        (Ok(a), Ok(b)) => a.len() == b.len() && a.iter().zip(&b).all(|(a, b)| equal(a, b)),
        _ => false,
    }
}

fn equal_entries(a: &Value, b: &Value) -> bool {
    let (entries, others) = (dict::entries(a), dict::entries(b));
    entries.len() == others.len()
        && entries
            .iter()
            .all(|(key, value)| dict::lookup(b, key).is_some_and(|other| equal(value, &other)))
}

fn set(value: &Value) -> Option<&Set> {
    value.downcast_object_ref::<Set>()
}

fn subset(a: &Set, b: &Set) -> bool {
    a.items().iter().all(|item| b.contains(item))
}

/// Orders two values with `<`, `<=`, `>` or `>=`, named for the message.
pub fn ordered(operator: &str, a: &Value, b: &Value) -> Result<bool, Error> {
    if let (Some(a), Some(b)) = (set(a), set(b)) {
        let (a, b) = if operator.starts_with('<') {
            (a, b)
        } else {
            (b, a)
        };
        let strict = !operator.ends_with('=');
        return Ok(subset(a, b) && !(strict && a.len() == b.len()));
    }
    // Numbers that are no numbers are in no order.
    let Some(order) = order(operator, a, b)? else {
        return Ok(false);
    };
    Ok(match operator {
        "<" => order.is_lt(),
        "<=" => order.is_le(),
        ">" => order.is_gt(),
        _ => order.is_ge(),
    })
}

fn order(operator: &str, a: &Value, b: &Value) -> Result<Option<Ordering>, Error> {
    if let (Some(a), Some(b)) = (Number::of(a), Number::of(b)) {
        return Ok(order_numbers(a, b));
    }
    match (Class::of(a), Class::of(b)) {
        (Class::Text, Class::Text) => Ok(Some(a.as_str().cmp(&b.as_str()))),
        (Class::Bytes, Class::Bytes) => Ok(Some(a.as_bytes().cmp(&b.as_bytes()))),
        (Class::List, Class::List) | (Class::Tuple, Class::Tuple) => {
            deep(|| order_items(operator, a, b))
        }
        (Class::Other, Class::Other) => match order_objects(a, b) {
            Some(order) => Ok(Some(order)),
            None => Err(unordered(operator, a, b)),
        },
        _ => match decimal::compare(a, b) {
            Some(order) => Ok(Some(order)),
            None => Err(unordered(operator, a, b)),
        },
    }
}

fn unordered(operator: &str, a: &Value, b: &Value) -> Error {
    let (a, b) = (type_name(a), type_name(b));
    type_error(format!(
        "'{operator}' not supported between instances of '{a}' and '{b}'"
    ))
}

fn order_items(operator: &str, a: &Value, b: &Value) -> Result<Option<Ordering>, Error> {
    let (a, b) = (collect(a)?, collect(b)?);
    for (a, b) in a.iter().zip(&b) {
        if !equal(a, b) {
            return order(operator, a, b);
        }
    }
    Ok(Some(a.len().cmp(&b.len())))
}

fn order_numbers(a: Number, b: Number) -> Option<Ordering> {
    match (a, b) {
        (Number::Int(a), Number::Int(b)) => Some(a.cmp(&b)),
        (Number::Float(a), Number::Float(b)) => a.partial_cmp(&b),
        (Number::Int(a), Number::Float(b)) => order_mixed(a, b),
        (Number::Float(a), Number::Int(b)) => order_mixed(b, a).map(Ordering::reverse),
    }
}

/// Compares without rounding the whole number.
fn order_mixed(a: i128, b: f64) -> Option<Ordering> {
    if b.is_nan() {
        return None;
    }
    // 2**127 is a float; casts beyond it saturate.
    if b >= 170_141_183_460_469_231_731_687_303_715_884_105_728.0 {
        return Some(Ordering::Less);
    }
    if b < -170_141_183_460_469_231_731_687_303_715_884_105_728.0 {
        return Some(Ordering::Greater);
    }
    let whole = a.cmp(&(b.trunc() as i128));
    Some(whole.then_with(|| 0.0.partial_cmp(&b.fract()).unwrap_or(Ordering::Equal)))
}

/// Orders two objects of one type; those without an order are equal if they look the same.
fn order_objects(a: &Value, b: &Value) -> Option<Ordering> {
    let (left, right) = (a.as_object()?, b.as_object()?);
    if left.type_name() != right.type_name() {
        return None;
    }
    let plain = a.kind() == ValueKind::Plain;
    let alike = || (plain && a == b).then_some(Ordering::Equal);
    left.custom_cmp(right).or_else(alike)
}

/// Tells whether `item in container`.
pub fn contains(container: &Value, item: &Value) -> Result<bool, Error> {
    match Class::of(container) {
        Class::Undefined => Ok(false),
        Class::Text => match item.kind() {
            ValueKind::String => {
                let item = item.as_str().unwrap_or_default();
                Ok(container.as_str().is_some_and(|text| text.contains(item)))
            }
            _ => Err(type_error(format!(
                "'in <string>' requires string as left operand, not {}",
                type_name(item)
            ))),
        },
        Class::Dict => {
            hashable(item)?;
            Ok(dict::lookup(container, item).is_some())
        }
        Class::Set => {
            hashable(item)?;
            Ok(set(container).is_some_and(|set| set.contains(item)))
        }
        _ => {
            let Ok(items) = items(container) else {
                return Err(not_a_container(container));
            };
            for other in items {
                if equal(&other?, item) {
                    return Ok(true);
                }
            }
            Ok(false)
        }
    }
}

fn not_a_container(value: &Value) -> Error {
    let name = type_name(value);
    type_error(format!("argument of type '{name}' is not iterable"))
}

/// Sorts values by themselves or by what `key` makes of them; equal ones keep their order.
pub fn sort(
    state: &mut State<'_, '_>,
    values: &mut Vec<Value>,
    key: Option<&Value>,
    reverse: bool,
) -> Result<(), Error> {
    let mut keyed = Vec::with_capacity(values.len());
    for value in values.drain(..) {
        let by = match key {
            Some(key) => key.call(state, std::slice::from_ref(&value))?,
            None => value.clone(),
        };
        keyed.push((by, value));
    }
    let sorted = sort_pairs(keyed, reverse)?;
    values.extend(sorted.into_iter().map(|(_, value)| value));
    Ok(())
}

/// Sorts pairs by their first values; equal ones keep their order.
///
/// The standard library's sort may panic where Python's order is none (`nan`, sets).
pub fn sort_pairs<T>(mut pairs: Vec<(Value, T)>, reverse: bool) -> Result<Vec<(Value, T)>, Error> {
    if pairs.len() < 2 {
        return Ok(pairs);
    }
    let right = sort_pairs(pairs.split_off(pairs.len() / 2), reverse)?;
    let left = sort_pairs(pairs, reverse)?;
    let mut sorted = Vec::with_capacity(left.len() + right.len());
    let (mut left, mut right) = (left.into_iter().peekable(), right.into_iter().peekable());
    while let (Some((a, _)), Some((b, _))) = (left.peek(), right.peek()) {
        let right_first = if reverse {
            ordered("<", a, b)?
        } else {
            ordered("<", b, a)?
        };
        sorted.extend(if right_first {
            right.next()
        } else {
            left.next()
        });
    }
    sorted.extend(left);
    sorted.extend(right);
    Ok(sorted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_compare_exactly() {
        let value = |it: i64| Value::from(it);
        assert!(!equal(
            &value(9_007_199_254_740_993),
            &Value::from(9_007_199_254_740_992.0)
        ));
        assert!(equal(&value(1), &Value::from(true)));
        assert_eq!(ordered("<", &value(2), &Value::from(2.5)).ok(), Some(true));
        assert_eq!(
            ordered(">", &value(-2), &Value::from(-2.5)).ok(),
            Some(true)
        );
        assert!(ordered("<", &value(1), &Value::from("a")).is_err());
    }
}
