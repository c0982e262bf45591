//! Matches: `re.Match`.

use std::sync::Arc;

use minijinja::value::{Object, ObjectRepr, Tuple};
use minijinja::{Error, State, Value};

use super::pattern::Pattern;
use super::template::expand;
use crate::jinja::library::arguments::{Arguments, bind};
use crate::jinja::library::errors::raise;
use crate::jinja::library::object::{CLASS, PythonObject, REPR, lookup, not_implemented, quoted};
use crate::jinja::python::Dict;

/// A match of a pattern in a text. Groups are spans of bytes.
#[derive(Debug, Clone)]
pub struct Found {
    pub(super) pattern: Arc<Pattern>,
    pub(super) text: Arc<str>,
    /// Where the search began, in characters.
    pub(super) start: usize,
    /// Where the search ended, in characters.
    pub(super) end: usize,
    pub(super) groups: Vec<Option<(usize, usize)>>,
}

impl Found {
    /// Returns the span of a group in bytes.
    pub(super) fn span(&self, group: usize) -> Option<(usize, usize)> {
        self.groups.get(group).copied().flatten()
    }

    /// Returns the text of a group.
    pub(super) fn group(&self, group: usize) -> Option<&str> {
        let (start, end) = self.span(group)?;
        self.text.get(start..end)
    }

    fn characters(&self, byte: usize) -> usize {
        self.text[..byte].chars().count()
    }

    fn character_span(&self, group: usize) -> (i64, i64) {
        self.span(group).map_or((-1, -1), |(start, end)| {
            (self.characters(start) as i64, self.characters(end) as i64)
        })
    }

    fn number(&self, key: &Value) -> Result<usize, Error> {
        let number = match key.as_str() {
            Some(name) => self.pattern.group_named(name),
            None => key.as_usize().filter(|number| *number < self.groups.len()),
        };
        number.ok_or_else(|| raise("IndexError", "no such group"))
    }

    fn group_value(&self, group: usize, default: &Value) -> Value {
        self.group(group).map_or(default.clone(), Value::from)
    }

    /// Returns the group that closed last.
    fn last_index(&self) -> Option<usize> {
        let mut last: Option<usize> = None;
        for group in 1..self.groups.len() {
            let Some((_, end)) = self.span(group) else {
                continue;
            };
            let better = last.is_none_or(|last| {
                let (_, last_end) = self.span(last).unwrap_or_default();
                end > last_end || (end == last_end && !self.is_inside(group, last))
            });
            if better {
                last = Some(group);
            }
        }
        last
    }

    fn is_inside(&self, group: usize, outer: usize) -> bool {
        let mut at = group;
        while at != 0 {
            at = self.pattern.parents.get(at - 1).copied().unwrap_or(0);
            if at == outer {
                return true;
            }
        }
        false
    }
}

impl PythonObject for Found {
    const TYPE: &'static str = "re.Match";
    const METHODS: &'static [&'static str] = &[
        "group",
        "groups",
        "groupdict",
        "start",
        "end",
        "span",
        "expand",
    ];

    fn str(&self) -> String {
        let (start, end) = self.character_span(0);
        let text: String = quoted(self.group(0).unwrap_or_default())
            .chars()
            .take(50)
            .collect();
        format!("<re.Match object; span=({start}, {end}), match={text}>")
    }

    fn attribute(self: &Arc<Self>, name: &str) -> Option<Value> {
        Some(match name {
            "string" => Value::from(&self.text),
            "re" => Value::from_dyn_object(self.pattern.clone()),
            "pos" => Value::from(self.start),
            "endpos" => Value::from(self.end),
            "lastindex" => Value::from(self.last_index()),
            "lastgroup" => {
                let names = &self.pattern.names;
                Value::from(self.last_index().and_then(|at| names.get(at - 1)?.clone()))
            }
            "regs" => {
                let spans =
                    (0..self.groups.len()).map(|group| Value::from(self.character_span(group)));
                Value::from(Tuple::from(spans.collect::<Vec<_>>()))
            }
            _ => return None,
        })
    }

    fn method(self: &Arc<Self>, _: &mut State, name: &str, args: &[Value]) -> Result<Value, Error> {
        let none = Value::from(());
        match name {
            "group" => {
                let groups = Arguments::new(args).positional;
                let value =
                    |key: &Value| Ok::<_, Error>(self.group_value(self.number(key)?, &none));
                match groups {
                    [] => Ok(self.group_value(0, &none)),
                    [one] => value(one),
                    several => {
                        let values: Result<Vec<_>, _> = several.iter().map(value).collect();
                        Ok(Value::from(Tuple::from(values?)))
                    }
                }
            }
            "groups" => {
                let [default] = bind(name, ["default"], 0, args)?;
                let default = default.unwrap_or(none);
                let values = (1..self.groups.len()).map(|group| self.group_value(group, &default));
                Ok(Value::from(Tuple::from(values.collect::<Vec<_>>())))
            }
            "groupdict" => {
                let [default] = bind(name, ["default"], 0, args)?;
                let default = default.unwrap_or(none);
                let named = self.pattern.names.iter().enumerate();
                let pairs = named.filter_map(|(at, name)| {
                    Some((name.clone()?, self.group_value(at + 1, &default)))
                });
                Ok(Dict::value(pairs))
            }
            "start" | "end" | "span" => {
                let [group] = bind(name, ["group"], 0, args)?;
                let group = group.map_or(Ok(0), |key| self.number(&key))?;
                let (start, end) = self.character_span(group);
                Ok(match name {
                    "start" => Value::from(start),
                    "end" => Value::from(end),
                    _ => Value::from((start, end)),
                })
            }
            "expand" => {
                let [template] = bind(name, ["template"], 1, args)?;
                let template = template.unwrap_or_default();
                let text = template.as_str().unwrap_or_default();
                Ok(Value::from(expand(text, &self.pattern, self)?))
            }
            _ => Err(not_implemented()),
        }
    }
}

impl Object for Found {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    // `match[1]` and `match['name']` are groups, `match.string` is an attribute.
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        match key.as_str() {
            Some(CLASS | REPR) => self.get_value_by_str(key.as_str()?),
            _ => {
                let group = self.number(key).ok();
                group
                    .map(|group| self.group_value(group, &Value::from(())))
                    .or_else(|| lookup(self, key.as_str()?))
            }
        }
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        lookup(self, key).or_else(|| {
            let group = self.pattern.group_named(key)?;
            Some(self.group_value(group, &Value::from(())))
        })
    }

    fn call_method(
        self: &Arc<Self>,
        state: &mut State<'_, '_>,
        method: &str,
        args: &[Value],
    ) -> Result<Value, Error> {
        PythonObject::method(self, state, method, args)
    }

    fn render(self: &Arc<Self>, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&PythonObject::str(self.as_ref()))
    }
}
