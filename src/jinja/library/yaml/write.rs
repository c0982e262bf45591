//! Values → YAML.

use std::collections::HashMap;

use minijinja::{Error, Value};

use super::emitter::Emitter;
use super::scalar::analyze;
use crate::jinja::library::datetime::{Date, DateTime};
use crate::jinja::library::errors::{raise, value_error};
use crate::jinja::library::number::type_name;
use crate::jinja::python::{Class, Dict, List, collect, entries, sort_pairs, text};

const DEEPEST: usize = 900;

/// Writes a value as a YAML document.
pub(super) fn dump(value: &Value, sort_keys: bool, indented_lists: bool) -> Result<String, Error> {
    let mut writer = Writer {
        emitter: Emitter::new(),
        sort_keys,
        indented_lists,
        anchors: HashMap::new(),
        depth: 0,
    };
    let mut seen = HashMap::new();
    count(value, &mut seen, 0)?;
    let repeated = seen.into_iter().filter(|(_, times)| *times > 1);
    writer.anchors = repeated.map(|(address, _)| (address, None)).collect();
    writer.node(value, Place::Top)?;
    let mut emitter = writer.emitter;
    let open_ended = emitter.open_ended;
    emitter.write_indent();
    if open_ended {
        emitter.indicator("...", true, false, false);
        emitter.write_indent();
    }
    Ok(emitter.out)
}

/// Returns where a list or dict is; equal ones are elsewhere.
fn address(value: &Value) -> Option<usize> {
    let list = value.downcast_object_ref::<List>();
    let dict = value.downcast_object_ref::<Dict>();
    list.map(|it| std::ptr::from_ref(it) as usize)
        .or_else(|| dict.map(|it| std::ptr::from_ref(it) as usize))
}

/// Counts how often each list and dict occurs.
fn count(value: &Value, seen: &mut HashMap<usize, usize>, depth: usize) -> Result<(), Error> {
    if depth > DEEPEST {
        return Err(value_error("the structure is too deep"));
    }
    if let Some(address) = address(value) {
        let times = seen.entry(address).or_insert(0);
        *times += 1;
        if *times > 1 {
            return Ok(());
        }
    }
    match Class::of(value) {
        Class::List | Class::Tuple => collect(value)?
            .iter()
            .try_for_each(|item| count(item, seen, depth + 1)),
        Class::Dict => entries(value).iter().try_for_each(|(key, value)| {
            count(key, seen, depth + 1)?;
            count(value, seen, depth + 1)
        }),
        _ => Ok(()),
    }
}

/// Where a node stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Top,
    /// After `-`.
    Item,
    /// A key that goes on one line.
    SimpleKey,
    /// A value, or a key after `?`.
    Value,
}

struct Writer {
    emitter: Emitter,
    sort_keys: bool,
    /// Whether lists below keys are indented, which is not PyYAML's custom.
    indented_lists: bool,
    /// Names of lists and dicts that occur several times.
    anchors: HashMap<usize, Option<usize>>,
    depth: usize,
}

impl Writer {
    fn node(&mut self, value: &Value, place: Place) -> Result<(), Error> {
        if let Some(slot) = address(value).filter(|it| self.anchors.contains_key(it)) {
            let known = self.anchors.values().flatten().count();
            match self.anchors.get(&slot).copied().flatten() {
                Some(name) => {
                    self.emitter
                        .indicator(&format!("*id{name:03}"), true, false, false);
                    return Ok(());
                }
                None => {
                    self.anchors.insert(slot, Some(known + 1));
                    let name = known + 1;
                    self.emitter
                        .indicator(&format!("&id{name:03}"), true, false, false);
                }
            }
        }
        let key = place == Place::SimpleKey;
        let outer = self.emitter.indent;
        if !matches!(
            Class::of(value),
            Class::List | Class::Tuple | Class::Dict | Class::Set
        ) {
            // The lines of a text are indented once more.
            self.emitter.indent = outer + 2;
        }
        match Class::of(value) {
            Class::Text => self.emitter.text(value.as_str().unwrap_or_default(), key),
            Class::List | Class::Tuple => return self.list(&collect(value)?, place),
            Class::Dict => return self.dict(entries(value)),
            Class::Set => {
                self.emitter.indicator("!!set", true, false, false);
                let items = collect(value)?.into_iter();
                return self.dict(items.map(|item| (item, Value::from(()))).collect());
            }
            _ => self.emitter.plain(&scalar(value)?, !key),
        }
        self.emitter.indent = outer;
        if place != Place::Top {
            self.emitter.open_ended = false;
        }
        Ok(())
    }

    fn nested<R>(
        &mut self,
        indent: usize,
        write: impl FnOnce(&mut Self) -> Result<R, Error>,
    ) -> Result<R, Error> {
        let outer = self.emitter.indent;
        self.emitter.indent = indent;
        self.depth += 1;
        let result = stacker::maybe_grow(64 * 1024, 1024 * 1024, || write(self));
        self.depth -= 1;
        self.emitter.indent = outer;
        result
    }

    /// The indent of what is inside of the node at hand.
    fn deeper(&self) -> usize {
        if self.depth == 0 {
            0
        } else {
            self.emitter.indent + 2
        }
    }

    fn list(&mut self, items: &[Value], place: Place) -> Result<(), Error> {
        if items.is_empty() {
            self.emitter.indicator("[", true, true, false);
            self.emitter.indicator("]", false, false, false);
            return Ok(());
        }
        // A list right below a key is not indented.
        let indentless = place == Place::Value && !self.emitter.indention && !self.indented_lists;
        let indent = if indentless {
            self.emitter.indent
        } else {
            self.deeper()
        };
        self.nested(indent, |writer| {
            for item in items {
                writer.emitter.write_indent();
                writer.emitter.indicator("-", true, false, true);
                writer.node(item, Place::Item)?;
            }
            Ok(())
        })
    }

    fn dict(&mut self, mut pairs: Vec<(Value, Value)>) -> Result<(), Error> {
        if pairs.is_empty() {
            self.emitter.indicator("{", true, true, false);
            self.emitter.indicator("}", false, false, false);
            return Ok(());
        }
        if self.sort_keys {
            // Keys without an order stay where they are.
            pairs = sort_pairs(pairs.clone(), false).unwrap_or(pairs);
        }
        self.nested(self.deeper(), |writer| {
            for (key, value) in &pairs {
                writer.emitter.write_indent();
                if is_simple(key) {
                    writer.node(key, Place::SimpleKey)?;
                    writer.emitter.indicator(":", false, false, false);
                } else {
                    writer.emitter.indicator("?", true, false, true);
                    writer.node(key, Place::Value)?;
                    writer.emitter.write_indent();
                    writer.emitter.indicator(":", true, false, true);
                }
                writer.node(value, Place::Value)?;
            }
            Ok(())
        })
    }
}

/// Tells whether a key fits on one line before its colon.
fn is_simple(key: &Value) -> bool {
    match Class::of(key) {
        Class::Text => {
            let text = key.as_str().unwrap_or_default();
            text.chars().count() < 128 && !analyze(text).multiline
        }
        Class::List | Class::Tuple => collect(key).is_ok_and(|items| items.is_empty()),
        _ => true,
    }
}

/// Writes a value that is neither a text nor a container.
fn scalar(value: &Value) -> Result<String, Error> {
    Ok(match Class::of(value) {
        Class::None => "null".to_owned(),
        Class::Bool => if value.is_true() { "true" } else { "false" }.to_owned(),
        Class::Int => text(value),
        Class::Float => match text(value).as_str() {
            "nan" => ".nan".to_owned(),
            "inf" => ".inf".to_owned(),
            "-inf" => "-.inf".to_owned(),
            number if !number.contains('.') => number.replacen('e', ".0e", 1),
            number => number.to_owned(),
        },
        _ => {
            let dated = value.downcast_object_ref::<Date>().is_some()
                || value.downcast_object_ref::<DateTime>().is_some();
            if !dated {
                let name = type_name(value);
                let message = format!("cannot represent an object: {name}");
                return Err(raise("RepresenterError", message));
            }
            text(value)
        }
    })
}
