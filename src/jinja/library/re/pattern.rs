//! Compiled patterns: `re.Pattern`.

use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use fancy_regex::Regex;
use minijinja::{Error, State, Value};
use std::collections::BTreeMap;

use super::found::Found;
use super::translate::{Translated, translate};
use super::{calls, flags};
use crate::jinja::library::errors::raise;
use crate::jinja::library::object::{PythonObject, not_implemented, python_object, quoted};
use crate::jinja::python::Dict;

/// How a match has to lie in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Anywhere from the start on.
    Anywhere,
    /// At the start.
    AtStart,
    /// From the start to the end.
    Whole,
    /// At the start, and not empty.
    NotEmpty,
}

/// A compiled pattern.
pub struct Pattern {
    pub(super) text: String,
    pub(super) flags: u32,
    pub(super) names: Vec<Option<String>>,
    pub(super) parents: Vec<usize>,
    expression: String,
    compiled: [OnceLock<Regex>; 4],
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.repr())
    }
}

/// Patterns that were compiled before.
static CACHE: Mutex<BTreeMap<(String, u32), Arc<Pattern>>> = Mutex::new(BTreeMap::new());
const CACHED: usize = 512;

impl Pattern {
    /// Compiles a pattern, or takes it from those compiled before.
    pub(super) fn compile(text: &str, flags: u32) -> Result<Arc<Self>, Error> {
        let key = (text.to_owned(), flags);
        let cache = || CACHE.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = cache().get(&key) {
            return Ok(known.clone());
        }
        let pattern = Arc::new(Self::new(text, flags)?);
        let mut cache = cache();
        if cache.len() >= CACHED {
            cache.clear();
        }
        cache.insert(key, pattern.clone());
        Ok(pattern)
    }

    fn new(text: &str, flags: u32) -> Result<Self, Error> {
        let Translated {
            expression,
            flags,
            names,
            parents,
        } = translate(text, flags)?;
        let unicode = if flags & flags::ASCII == 0 {
            flags::UNICODE
        } else {
            0
        };
        let pattern = Self {
            text: text.to_owned(),
            flags: flags | unicode,
            names,
            parents,
            expression,
            compiled: Default::default(),
        };
        pattern.regex(Place::Anywhere)?;
        Ok(pattern)
    }

    fn regex(&self, place: Place) -> Result<&Regex, Error> {
        let slot = &self.compiled[place as usize];
        if let Some(regex) = slot.get() {
            return Ok(regex);
        }
        let body = format!(
            "(?{}{})",
            flags::group_prefix(self.flags, 0),
            self.expression
        );
        let expression = match place {
            Place::Anywhere => body,
            Place::AtStart => format!(r"\G{body}"),
            Place::Whole => format!(r"\G{body}\z"),
            // Inside of an alternation `fancy_regex` does not take `\G` for the start of the search.
            Place::NotEmpty => format!(r"\G{body}(?!\G|\z\A)"),
        };
        let regex = Regex::new(&expression).map_err(|error| raise("error", error.to_string()))?;
        Ok(slot.get_or_init(|| regex))
    }

    /// Finds the first match that begins at byte `start` or later.
    pub(super) fn find(
        self: &Arc<Self>,
        text: &Arc<str>,
        start: usize,
        place: Place,
    ) -> Result<Option<Found>, Error> {
        if start > text.len() {
            return Ok(None);
        }
        let captures = self
            .regex(place)?
            .captures_from_pos(&**text, start)
            .map_err(|error| raise("RuntimeError", error.to_string()))?;
        Ok(captures.map(|captures| Found {
            pattern: self.clone(),
            text: text.clone(),
            start: 0,
            end: text.chars().count(),
            groups: (0..=self.names.len())
                .map(|group| captures.get(group).map(|it| (it.start(), it.end())))
                .collect(),
        }))
    }

    /// Finds all matches. An empty match may follow another one, but not another empty one.
    pub(super) fn find_all(
        self: &Arc<Self>,
        text: &Arc<str>,
        start: usize,
        most: usize,
    ) -> Result<Vec<Found>, Error> {
        let mut all = Vec::new();
        let mut at = start;
        let mut after_empty = false;
        while all.len() < most {
            let found = if after_empty {
                match self.find(text, at, Place::NotEmpty)? {
                    Some(found) => Some(found),
                    None => match text[at..].chars().next() {
                        Some(c) => self.find(text, at + c.len_utf8(), Place::Anywhere)?,
                        None => None,
                    },
                }
            } else {
                self.find(text, at, Place::Anywhere)?
            };
            let Some(found) = found else { break };
            let (start, end) = found.span(0).unwrap_or_default();
            after_empty = start == end;
            at = end;
            all.push(found);
        }
        Ok(all)
    }

    /// Finds a group by name.
    pub(super) fn group_named(&self, name: &str) -> Option<usize> {
        Some(
            self.names
                .iter()
                .position(|it| it.as_deref() == Some(name))?
                + 1,
        )
    }

    fn flags_text(&self) -> Option<String> {
        let shown = self.flags & !flags::UNICODE;
        let full_names = flags::NAMES.iter().filter(|(name, _)| name.len() > 1);
        let set: Vec<_> = full_names
            .filter(|(_, flag)| shown & flag != 0)
            .map(|(name, flag)| (flag, format!("re.{name}")))
            .collect();
        let mut set = set;
        set.sort();
        let names: Vec<_> = set.into_iter().map(|(_, name)| name).collect();
        (!names.is_empty()).then(|| names.join("|"))
    }
}

impl PythonObject for Pattern {
    const TYPE: &'static str = "re.Pattern";
    const METHODS: &'static [&'static str] = &calls::METHODS;

    fn str(&self) -> String {
        let text = quoted(&self.text);
        let text: String = text.chars().take(200).collect();
        match self.flags_text() {
            Some(flags) => format!("re.compile({text}, {flags})"),
            None => format!("re.compile({text})"),
        }
    }

    fn attribute(self: &Arc<Self>, name: &str) -> Option<Value> {
        match name {
            "pattern" => Some(Value::from(&self.text)),
            "flags" => Some(Value::from(self.flags)),
            "groups" => Some(Value::from(self.names.len())),
            "groupindex" => {
                let named = self.names.iter().enumerate();
                let pairs =
                    named.filter_map(|(at, name)| Some((name.clone()?, Value::from(at + 1))));
                Some(Dict::value(pairs))
            }
            _ => None,
        }
    }

    fn method(
        self: &Arc<Self>,
        state: &mut State,
        name: &str,
        args: &[Value],
    ) -> Result<Value, Error> {
        if calls::METHODS.contains(&name) {
            return calls::call(state, self, name, args);
        }
        Err(not_implemented())
    }
}
python_object!(Pattern);
