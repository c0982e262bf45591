//! Reads settings of `dsql.yml`: what is wrong is told at its place, with what was probably meant. Which keys there are is said by
//! those who use them.

use crate::diagnostics::{Code, Diagnostic, did_you_mean};
use crate::text::Location;
use crate::yaml::{Mapping, Node, Value};

/// How many names are listed where none is near.
const MOST: usize = 8;

/// Reads settings, and collects what is wrong with them.
#[derive(Debug)]
pub struct SettingsReader {
    /// What is wrong.
    pub findings: Vec<Diagnostic>,
    /// The page that lists what there is.
    page: &'static str,
}

impl SettingsReader {
    /// Begins; `page` lists what can stand there.
    pub fn new(page: &'static str) -> Self {
        Self {
            findings: Vec::new(),
            page,
        }
    }

    /// Returns a truth value; what is not said is off.
    pub fn switch(&mut self, map: &Mapping, key: &str) -> bool {
        let Some(node) = map.get(key).filter(|it| !it.is_null()) else {
            return false;
        };
        let on = node.as_bool();
        if on.is_none() {
            self.wrong(node, &format!("`{key}` must be true or false"));
        }
        on.unwrap_or_default()
    }

    /// Returns a text; none where it is not said.
    pub fn text(&mut self, map: &Mapping, key: &str) -> Option<String> {
        let node = map.get(key).filter(|it| !it.is_null())?;
        let text = node.as_str().filter(|it| !it.is_empty());
        if text.is_none() {
            self.wrong(node, &format!("`{key}` must be a text"));
        }
        text.map(str::to_owned)
    }

    /// Returns a mapping, or says that there is none.
    pub fn map<'n>(&mut self, node: &'n Node, what: &str) -> Option<&'n Mapping> {
        let map = node.as_map();
        if map.is_none() {
            self.wrong(node, &format!("{what} must be a mapping"));
        }
        map
    }

    /// Returns the texts of a list, with their places.
    pub fn texts(&mut self, map: &Mapping, key: &str) -> Vec<(String, Location)> {
        let Some(node) = map.get(key).filter(|it| !it.is_null()) else {
            return Vec::new();
        };
        let Some(items) = node.as_seq() else {
            self.wrong(node, &format!("`{key}` must be a list of texts"));
            return Vec::new();
        };
        let mut all = Vec::new();
        for item in items {
            match item.as_str() {
                Some(text) => all.push((text.to_owned(), item.location)),
                None => self.wrong(item, &format!("`{key}` must be a list of texts")),
            }
        }
        all
    }

    /// Says which keys mean nothing.
    pub fn keys(&mut self, map: &Mapping, known: &[&str], what: &str) {
        for entry in map {
            if !entry.key.as_str().is_some_and(|it| known.contains(&it)) {
                let said = format!("{what} has no key");
                self.unknown(&entry.key, known.iter().copied(), &said);
            }
        }
    }

    /// Says that a name is none of those that are known.
    pub fn unknown<'n>(
        &mut self,
        key: &Node,
        known: impl Iterator<Item = &'n str> + Clone,
        said: &str,
    ) {
        let name = key.as_str().unwrap_or_default();
        let message = format!("{said} `{name}`");
        let finding = Diagnostic::error(Code::InvalidSettings, message).at(key.location);
        let help = match did_you_mean(name, known.clone()) {
            Some(near) => format!("did you mean `{near}`?"),
            None if known.clone().nth(MOST).is_some() => format!("{} lists them", self.page),
            None => {
                let known: Vec<String> = known.map(|it| format!("`{it}`")).collect();
                format!("there are {}", known.join(", "))
            }
        };
        self.findings.push(finding.help(help));
    }

    /// Says what a value must be.
    pub fn wrong(&mut self, node: &Node, message: &str) {
        let message = format!("{message}, not {}", node.kind());
        let finding = Diagnostic::error(Code::InvalidSettings, message).at(node.location);
        self.findings.push(finding);
    }
}

/// Tells whether it says `off`, which in YAML is a truth value.
pub fn is_off(node: &Node) -> bool {
    node.value == Value::Bool(false) || node.as_str() == Some("off")
}
