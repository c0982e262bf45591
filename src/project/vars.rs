//! Vars: of the command line, of the root project, of packages.

use indexmap::IndexMap;
use serde_json::Value as Json;

use crate::diagnostics::{Code, Diagnostic};
use crate::nodes::Dict;
use crate::text::{Location, Span, Texts};
use crate::yaml;

/// All vars, by where they come from.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Vars {
    command_line: Dict,
    root: Option<String>,
    projects: IndexMap<String, Dict>,
}

impl Vars {
    /// Makes the vars of a run from those of `--vars`.
    pub fn new(command_line: Dict) -> Self {
        Self {
            command_line,
            ..Self::default()
        }
    }

    /// Adds the `vars:` of a project; the first one is the root project.
    pub fn add(&mut self, project: &str, vars: Dict) {
        self.root.get_or_insert_with(|| project.to_owned());
        self.projects.insert(project.to_owned(), vars);
    }

    /// Returns the vars of `--vars`.
    pub fn command_line(&self) -> &Dict {
        &self.command_line
    }

    /// Looks a var up: on the command line, then for a package in the root project and in the
    /// package's own, each first under the package's name.
    pub fn get(&self, package: Option<&str>, name: &str) -> Option<&Json> {
        let given = self.command_line.get(name);
        given.or_else(|| {
            let package = package?;
            self.scopes(package).find_map(|vars| vars.get(name))
        })
    }

    /// Lists the vars that a package sees, for messages.
    pub fn all(&self, package: &str) -> Dict {
        let scopes: Vec<_> = self.scopes(package).collect();
        let mut all = Dict::new();
        for vars in scopes.into_iter().rev().chain([&self.command_line]) {
            all.extend(vars.clone());
        }
        all
    }

    /// Lists where a package's vars are looked for, nearest first.
    fn scopes(&self, package: &str) -> impl Iterator<Item = &Dict> + use<'_> {
        let root = self.root.as_deref().unwrap_or(package);
        let own = (root != package).then_some(package);
        let scopes_of = |project| {
            let vars = self.projects.get(project);
            let scoped = vars.and_then(|vars| vars.get(package)?.as_object());
            [scoped, vars]
        };
        let own = own.map_or([None, None], scopes_of);
        scopes_of(root).into_iter().chain(own).flatten()
    }
}

/// Reads the text of an option that takes a mapping: `--vars`, `--args`.
pub fn parse_mapping(option: &str, text: &str, texts: &mut Texts) -> (Dict, Vec<Diagnostic>) {
    let file = texts.add(option, text);
    let (node, mut findings) = yaml::parse(file, text);
    for finding in &mut findings {
        if finding.is_error() {
            finding.code = Code::InvalidVars;
        }
    }
    let Some(node) = node else {
        return (Dict::new(), findings);
    };
    match node.as_map() {
        Some(mapping) => (mapping.to_printed(), findings),
        None => {
            let message = format!(
                "{option} must be a mapping, not {}",
                super::reader::shown(&node)
            );
            let at = Location::new(file, Span::new(0, text.len()));
            findings.push(
                Diagnostic::error(Code::InvalidVars, message)
                    .at(at)
                    .help(format!("write `{option} '{{name: value}}'`")),
            );
            (Dict::new(), findings)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dict(text: &str) -> Dict {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn nearer_vars_win() {
        let mut vars = Vars::new(dict(r#"{"a": "cli"}"#));
        vars.add(
            "shop",
            dict(r#"{"a": 1, "b": "root", "c": "root", "lib": {"c": "for lib"}}"#),
        );
        vars.add(
            "lib",
            dict(r#"{"b": "lib", "d": "lib", "e": "lib", "lib": {"e": "scoped"}}"#),
        );
        for (package, name, expected) in [
            (Some("shop"), "a", Some("cli")),
            (Some("lib"), "b", Some("root")),
            (Some("lib"), "c", Some("for lib")),
            (Some("shop"), "c", Some("root")),
            (Some("lib"), "d", Some("lib")),
            (Some("shop"), "d", None),
            (Some("lib"), "e", Some("scoped")),
            (None, "a", Some("cli")),
            (None, "b", None),
        ] {
            let found = vars.get(package, name).and_then(Json::as_str);
            assert_eq!(found, expected, "{package:?} {name}");
        }
        let all = Json::Object(vars.all("lib"));
        assert_eq!(all["b"], "root");
        assert_eq!(all["a"], "cli");
        assert_eq!(all["e"], "scoped");
    }

    #[test]
    fn vars_of_the_command_line_are_yaml() {
        let mut texts = Texts::default();
        let (vars, findings) =
            parse_mapping("--vars", "{a: yes, b: 2020-01-01, c: [1]}", &mut texts);
        assert!(findings.is_empty());
        assert_eq!(
            Json::Object(vars).to_string(),
            r#"{"a":true,"b":"2020-01-01","c":[1]}"#
        );
        for wrong in ["a", "", "[1]", "{a"] {
            let (_, findings) = parse_mapping("--vars", wrong, &mut texts);
            assert_eq!(findings.len(), 1, "{wrong}");
            assert_eq!(findings[0].code, Code::InvalidVars);
        }
    }
}
