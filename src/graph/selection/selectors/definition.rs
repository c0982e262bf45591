//! One definition → a [`Spec`].
//!
//! A text is a word of the command line, without commas and blanks. A mapping is `union` or
//! `intersection` with a list, `method` and `value` with what widens them, or a method alone.
//! `exclude` stands in the list of a union or intersection, or beside `method`.

use super::super::{Criteria, IndirectSelection, Spec};
use super::{Selectors, error, unknown_keys};
use crate::diagnostics::{Code, Diagnostic, did_you_mean};
use crate::yaml::{Node, Value};

/// Keys of a definition with a method.
const KEYS: &[&str] = &[
    "method",
    "value",
    "exclude",
    "childrens_parents",
    "parents",
    "parents_depth",
    "children",
    "children_depth",
    "indirect_selection",
    "union",
    "intersection",
];

/// Reads the definitions of one selector.
pub(super) struct Definitions<'a> {
    /// Selectors that stand above it, which it can name.
    pub(super) earlier: &'a Selectors,
    pub(super) indirect: IndirectSelection,
    pub(super) findings: &'a mut Vec<Diagnostic>,
}

type Joined = fn(Vec<Spec>) -> Spec;

/// `union` and `intersection`; dbt does not pass the mode on to them: they are eager.
const SETS: [(&str, Joined); 2] = [
    ("union", |parts| Spec::Union {
        parts,
        indirect: IndirectSelection::Eager,
    }),
    ("intersection", |parts| Spec::Intersection {
        parts,
        typed: None,
        indirect: IndirectSelection::Eager,
    }),
];

impl Definitions<'_> {
    /// Reads the definition of a selector.
    pub(super) fn root(&mut self, node: &Node) -> Option<Spec> {
        let set = SETS.iter().find_map(|(key, _)| node.as_map()?.entry(key));
        if let (Some(set), Some(mapping)) = (set, node.as_map())
            && let Some(other) = mapping.iter().find(|it| it.key != set.key)
        {
            let set = set.key.as_str().unwrap_or_default();
            let other_key = other.key.value.to_text();
            let message = format!("`{other_key}` stands beside `{set}` in a definition");
            self.findings
                .push(error(message, other.key.location).help(format!(
                    "put it into the list of `{set}`, or into one around both"
                )));
            return None;
        }
        self.definition(node)
    }

    fn definition(&mut self, node: &Node) -> Option<Spec> {
        match &node.value {
            Value::String(word) => self.word(word, node),
            Value::Map(mapping) => {
                for (key, join) in SETS {
                    if let Some(list) = mapping.get(key) {
                        return self.set(key, list, join);
                    }
                }
                self.mapping(node)
            }
            _ => {
                let message = format!("a definition is a text or a mapping, not {}", node.kind());
                let help = "write `tag:nightly`, or a mapping with `method` and `value`";
                self.wrong(message, node, help)
            }
        }
    }

    fn word(&mut self, word: &str, node: &Node) -> Option<Spec> {
        match Criteria::parse(word, self.indirect) {
            Ok(criteria) => Some(Spec::Criteria(Box::new(criteria))),
            Err(finding) => {
                self.findings.push(finding.at(node.location));
                None
            }
        }
    }

    fn set(&mut self, key: &str, list: &Node, join: Joined) -> Option<Spec> {
        let items = self.list(key, list)?;
        let (mut parts, mut excluded) = (Vec::new(), None::<(&Node, Option<Spec>)>);
        for item in items {
            let Some(exclude) = item.get("exclude") else {
                parts.extend(self.definition(item));
                continue;
            };
            self.only_exclude(key, item);
            if let Some((first, _)) = excluded {
                let message = format!("`{key}` has two lists of what is excluded");
                let finding = error(message, item.location).label(first.location, "the first one");
                let help = "put all of it into one `exclude`";
                self.findings.push(finding.help(help));
                continue;
            }
            excluded = Some((item, self.exclusions(exclude)));
        }
        Some(difference(join(parts), excluded.and_then(|(_, it)| it)))
    }

    /// As in dbt, nothing counts beside `exclude` in a list.
    fn only_exclude(&mut self, set: &str, item: &Node) {
        let others = item.as_map().into_iter().flatten();
        let Some(other) = others
            .into_iter()
            .find(|it| it.key.as_str() != Some("exclude"))
        else {
            return;
        };
        let name = other.key.value.to_text();
        let message = format!("`{name}` does not count beside `exclude` in the list of `{set}`");
        let finding = Diagnostic::warning(Code::UnknownKey, message).at(other.key.location);
        self.findings.push(finding.help(
            "put method and `exclude` into a `union` of their own, which stands in the list",
        ));
    }

    fn exclusions(&mut self, list: &Node) -> Option<Spec> {
        let items = self.list("exclude", list)?;
        let mut parts: Vec<Spec> = items
            .iter()
            .filter_map(|item| self.definition(item))
            .collect();
        if parts.len() > 1 {
            return Some(SETS[0].1(parts));
        }
        parts.pop()
    }

    fn list<'n>(&mut self, key: &str, node: &'n Node) -> Option<&'n [Node]> {
        let list = node.as_seq();
        if list.is_none() {
            let message = format!("`{key}` must be a list, not {}", node.kind());
            let help = "write each part on a line of its own, with `- ` before it";
            self.findings.push(error(message, node.location).help(help));
        }
        list
    }

    /// Reads `{method: tag, value: nightly}` or `{tag: nightly}`.
    fn mapping(&mut self, node: &Node) -> Option<Spec> {
        let mapping = node.as_map()?;
        if mapping.get("method").and_then(Node::as_str) == Some("selector") {
            return self.inherited(node);
        }
        if mapping.len() == 1 && mapping.get("method").is_none() {
            let entry = mapping.iter().next()?;
            let Some(method) = entry.key.as_str() else {
                let message = format!("a method is a text, not {}", entry.key.kind());
                return self.wrong(message, &entry.key, "write `tag: nightly`");
            };
            return self.criteria(method, &entry.key, &entry.value, node);
        }
        let (Some(method), Some(value)) = (mapping.get("method"), mapping.get("value")) else {
            let message = "a definition of several keys needs `method` and `value`";
            let help = "write `method: tag` and `value: nightly`";
            return self.wrong(message.to_owned(), node, help);
        };
        unknown_keys(node, KEYS, "a definition", self.findings);
        let Some(name) = method.as_str() else {
            let message = format!("`method` must be a text, not {}", method.kind());
            return self.wrong(message, method, "write `method: tag`");
        };
        let spec = self.criteria(name, method, value, node)?;
        let excluded = mapping.get("exclude");
        let excluded = excluded.and_then(|list| self.exclusions(list));
        Some(difference(spec, excluded))
    }

    fn inherited(&mut self, node: &Node) -> Option<Spec> {
        let value = node.get("value").unwrap_or(node);
        let name = value.as_str().unwrap_or_default();
        let found = self.earlier.get(name);
        match found {
            Ok(spec) => Some(spec.clone()),
            Err(_) => {
                let message = format!("there is no selector `{name}` above this one");
                let help = self.earlier.known(name);
                self.wrong(message, value, &help)
            }
        }
    }

    fn criteria(
        &mut self,
        method: &str,
        method_node: &Node,
        value: &Node,
        node: &Node,
    ) -> Option<Spec> {
        if method == "exclude" {
            let message = "`exclude` stands alone, with nothing to take away from".to_owned();
            let help = "write it beside `method` and `value`, or as an entry of a `union`";
            return self.wrong(message, method_node, help);
        }
        let Some(text) = value.as_str() else {
            let message = format!(
                "the value of `{method}` must be a text, not {}",
                value.kind()
            );
            let shown = value.value.to_text();
            return self.wrong(message, value, &format!("write it in quotes: '{shown}'"));
        };
        let indirect = self.indirect_selection(node)?;
        let criteria = match Criteria::of(method, text, indirect) {
            Ok(criteria) => criteria,
            Err(finding) => {
                self.findings.push(finding.at(method_node.location));
                return None;
            }
        };
        let truth = |key: &str| node.get(key).is_some_and(is_true);
        let parents = self.depth(node, "parents_depth");
        let children = self.depth(node, "children_depth");
        let criteria = Criteria {
            childrens_parents: truth("childrens_parents"),
            parents: truth("parents").then_some(parents),
            children: truth("children").then_some(children),
            ..criteria
        };
        if criteria.childrens_parents && criteria.children.is_some() {
            let message = "`childrens_parents` and `children` are both here".to_owned();
            let help = "`childrens_parents` takes all descendants already: leave `children` out";
            return self.wrong(message, node, help);
        }
        Some(Spec::Criteria(Box::new(criteria)))
    }

    fn indirect_selection(&mut self, node: &Node) -> Option<IndirectSelection> {
        let Some(mode) = node.get("indirect_selection") else {
            return Some(self.indirect);
        };
        let name = mode.as_str().unwrap_or_default();
        let found = IndirectSelection::parse(name);
        if found.is_none() {
            let known = || IndirectSelection::ALL.iter().map(|(name, _)| *name);
            let message = format!(
                "`{}` is no mode of `indirect_selection`",
                mode.value.to_text()
            );
            let known_text = known().collect::<Vec<_>>().join(", ");
            let help = match did_you_mean(name, known()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("it is one of {known_text}"),
            };
            self.findings.push(error(message, mode.location).help(help));
        }
        found
    }

    fn depth(&mut self, node: &Node, key: &str) -> Option<usize> {
        let depth = node.get(key).filter(|it| is_true(it))?;
        let number = match &depth.value {
            Value::Int(number) => usize::try_from(*number).ok(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        if number.is_none() {
            let message = format!("`{key}` must be a whole number, not {}", depth.kind());
            let help = "write the number of generations";
            self.findings
                .push(error(message, depth.location).help(help));
        }
        number
    }

    fn wrong<T>(&mut self, message: String, node: &Node, help: &str) -> Option<T> {
        self.findings.push(error(message, node.location).help(help));
        None
    }
}

fn difference(included: Spec, excluded: Option<Spec>) -> Spec {
    match excluded {
        Some(excluded) => Spec::Difference(Box::new(included), Box::new(excluded)),
        None => included,
    }
}

/// Python's idea of truth.
fn is_true(node: &Node) -> bool {
    match &node.value {
        Value::Null => false,
        Value::Bool(it) => *it,
        Value::Int(it) => *it != 0,
        Value::Float(it) => *it != 0.0,
        Value::String(it) => !it.is_empty(),
        Value::Seq(it) => !it.is_empty(),
        Value::Map(it) => !it.is_empty(),
        Value::BigInt(_) | Value::Date(_) | Value::Timestamp(..) => true,
    }
}
