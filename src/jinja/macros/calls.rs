//! Which macros a text calls by name, as far as it can be read off without running it.

use crate::jinja::syntax::{CallArguments, Expression, Kind, Tree, walk};

use super::entry::MacroEntry;
use super::set::MacroSet;
use crate::nodes::UniqueId;

/// A call that names its macro.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StaticCall {
    /// `name()` or `package.name()`.
    Macro {
        /// The package, if it is named.
        package: Option<String>,
        /// The macro.
        name: String,
    },
    /// `adapter.dispatch('name', 'namespace')`.
    Dispatch {
        /// The macro, without its prefix.
        name: String,
        /// The namespace, if it is named.
        namespace: Option<String>,
    },
}

/// Lists the calls of a tree in order, each once.
pub(crate) fn static_calls(tree: &Tree) -> Vec<StaticCall> {
    let mut calls = Vec::new();
    walk(tree, &mut |expression| {
        let Kind::Call(callee, arguments) = &expression.kind else {
            return;
        };
        let call = match &callee.kind {
            Kind::Name(name) => Some(StaticCall::Macro {
                package: None,
                name: tree.name(*name).to_string(),
            }),
            Kind::Attribute(object, name) => match &object.kind {
                Kind::Name(package) => attribute_call(tree.name(*package), name, arguments),
                _ => None,
            },
            _ => None,
        };
        if let Some(call) = call.filter(|call| !calls.contains(call)) {
            calls.push(call);
        }
    });
    calls
}

fn attribute_call(object: &str, name: &str, arguments: &CallArguments) -> Option<StaticCall> {
    if object != "adapter" {
        return Some(StaticCall::Macro {
            package: Some(object.to_owned()),
            name: name.to_owned(),
        });
    }
    if name != "dispatch" {
        return None;
    }
    let argument = |at: usize, name: &str| {
        let named = arguments.keywords.iter().find(|(key, _)| **key == *name);
        let value = arguments
            .positional
            .get(at)
            .or(named.map(|(_, value)| value));
        value.and_then(constant_text)
    };
    Some(StaticCall::Dispatch {
        name: argument(0, "macro_name")?,
        namespace: argument(1, "macro_namespace"),
    })
}

fn constant_text(expression: &Expression) -> Option<String> {
    match &expression.kind {
        Kind::Constant(value) => value.as_str().map(str::to_owned),
        _ => None,
    }
}

impl MacroSet {
    /// Finds the macros behind the calls of a macro, for its `depends_on`; names for which
    /// `is_context` holds belong to the context.
    pub fn dependencies(
        &self,
        caller: &MacroEntry,
        calls: &[StaticCall],
        is_context: &dyn Fn(&str) -> bool,
    ) -> Vec<UniqueId> {
        let mut found = Vec::new();
        let mut add = |entry: Option<&MacroEntry>| {
            if let Some(entry) = entry
                && !found.contains(&entry.node.unique_id)
            {
                found.push(entry.node.unique_id.clone());
            }
        };
        let own = caller.node.package_name.as_str();
        for call in calls {
            match call {
                StaticCall::Macro {
                    package: None,
                    name,
                } => {
                    if !is_context(name) && *name != caller.node.name {
                        add(self.find_static(own, name));
                    }
                }
                StaticCall::Macro {
                    package: Some(package),
                    name,
                } => {
                    add(self.find_static(package, name));
                }
                StaticCall::Dispatch { name, namespace } => {
                    if *name != caller.node.name {
                        add(self.find_static(own, name));
                    }
                    let dispatched = self
                        .dispatch_with(name, namespace.as_deref(), |name| self.find_anywhere(name));
                    add(dispatched.ok().map(AsRef::as_ref));
                }
            }
        }
        found
    }

    /// Finds a macro as the parser does: in the package, else anywhere, the root project first.
    fn find_static(&self, package: &str, name: &str) -> Option<&MacroEntry> {
        let internal = self.internal_packages.get(package);
        let namespace = internal.or_else(|| self.packages.get(package));
        let local = namespace.and_then(|namespace| namespace.get(name));
        local
            .or_else(|| self.find_anywhere(name))
            .map(AsRef::as_ref)
    }
}
