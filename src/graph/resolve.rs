//! Fills `depends_on.nodes` from `ref()` and `source()` calls.

use std::sync::Arc;

use super::lookup::version_text;
use super::{Found, GraphOptions, Lookup};
use crate::diagnostics::{Code, Diagnostic, Severity, did_you_mean};
use crate::nodes::{Node, RefCall, ResourceType, Resources, SourceCall, UniqueId};
use crate::text::Location;

/// Resolves every reference of every enabled node and exposure.
pub(super) fn resolve(resources: &mut Resources, options: &GraphOptions) -> Vec<Diagnostic> {
    let lookup = Lookup::new(resources, options);
    let mut diagnostics = Vec::new();
    let mut off = Vec::new();
    for (id, node) in &mut resources.nodes {
        let user = User::of(node);
        let targets = user.targets(&node.refs, &node.sources, &lookup);
        let broken = targets.iter().any(Result::is_err);
        let node = Arc::make_mut(node);
        keep(targets, &mut node.depends_on.nodes, &mut diagnostics);
        if broken && node.resource_type == ResourceType::Test {
            off.push(id.clone());
        }
    }
    for exposure in resources.exposures.values_mut() {
        let user = User {
            title: "Exposure",
            unique_id: exposure.unique_id.clone(),
            file: exposure.original_file_path.clone(),
            package: exposure.package_name.clone(),
            place: exposure.location,
            is_test: false,
        };
        let targets = user.targets(&exposure.refs, &exposure.sources, &lookup);
        keep(
            targets,
            &mut Arc::make_mut(exposure).depends_on.nodes,
            &mut diagnostics,
        );
    }
    // dbt switches a test off when what it tests is missing or disabled, and goes on.
    for id in off {
        if let Some(node) = resources.nodes.get_mut(&id) {
            let config = &mut Arc::make_mut(node).config;
            config
                .set_values_mut()
                .insert("enabled".to_owned(), false.into());
        }
    }
    diagnostics
}

/// Resolves the references of one node that is not among the resources (`--inline`).
pub fn resolve_one(
    mut node: Node,
    resources: &Resources,
    root_package: &str,
) -> (Arc<Node>, Vec<Diagnostic>) {
    let options = GraphOptions {
        root_package: root_package.to_owned(),
        node_package_first: false,
    };
    let lookup = Lookup::new(resources, &options);
    let mut diagnostics = Vec::new();
    let targets = User::of(&node).targets(&node.refs, &node.sources, &lookup);
    keep(targets, &mut node.depends_on.nodes, &mut diagnostics);
    (Arc::new(node), diagnostics)
}

type Target = Result<UniqueId, Option<Diagnostic>>;

fn keep(targets: Vec<Target>, depends_on: &mut Vec<UniqueId>, diagnostics: &mut Vec<Diagnostic>) {
    for target in targets {
        match target {
            Ok(id) if !depends_on.contains(&id) => depends_on.push(id),
            Ok(_) => {}
            Err(diagnostic) => diagnostics.extend(diagnostic),
        }
    }
}

/// Who asks.
struct User {
    title: &'static str,
    unique_id: UniqueId,
    file: String,
    package: String,
    place: Location,
    is_test: bool,
}

impl User {
    fn of(node: &Node) -> Self {
        Self {
            title: match node.resource_type {
                ResourceType::Model => "Model",
                ResourceType::Analysis => "Analysis",
                ResourceType::Test => "Test",
                ResourceType::Snapshot => "Snapshot",
                ResourceType::Operation => "Operation",
                _ => "Node",
            },
            unique_id: node.unique_id.clone(),
            file: node.original_file_path.clone(),
            package: node.package_name.clone(),
            place: node.patch_location.unwrap_or(node.location),
            is_test: node.resource_type == ResourceType::Test,
        }
    }

    fn targets(&self, refs: &[RefCall], sources: &[SourceCall], lookup: &Lookup) -> Vec<Target> {
        let sources = sources.iter().map(|call| self.source(call, lookup));
        sources
            .chain(refs.iter().map(|call| self.reference(call, lookup)))
            .collect()
    }

    fn reference(&self, call: &RefCall, lookup: &Lookup) -> Target {
        let args = &call.args;
        let mut wanted = format!("node named '{}'", args.name);
        if let Some(version) = &args.version {
            wanted += &format!(" with version '{}'", version_text(version));
        }
        if let Some(package) = &args.package {
            wanted += &format!(" in package or project '{package}'");
        }
        match lookup.reference(args, &self.package) {
            Found::One(id) => Ok(id),
            Found::Disabled(id) => Err(self.disabled(&wanted, &id, call.location)),
            Found::Missing => {
                let near = did_you_mean(&args.name, lookup.node_names());
                let help = near.map_or_else(
                    || {
                        format!(
                            "add a model, seed or snapshot `{}`, or remove this ref",
                            args.name
                        )
                    },
                    |near| format!("did you mean `ref('{near}')`?"),
                );
                Err(Some(
                    self.missing(Code::UnresolvedRef, &wanted, call.location)
                        .help(help),
                ))
            }
            Found::Ambiguous(ids) => Err(Some(self.ambiguous(&args.name, &ids, call.location))),
        }
    }

    fn source(&self, call: &SourceCall, lookup: &Lookup) -> Target {
        let name = format!("{}.{}", call.source, call.table);
        let wanted = format!("source named '{name}'");
        match lookup.source(&call.source, &call.table, &self.package) {
            Found::One(id) => Ok(id),
            Found::Disabled(id) => Err(self.disabled(&wanted, &id, call.location)),
            Found::Missing => {
                let near = did_you_mean(&name, lookup.source_names())
                    .and_then(|near| near.split_once('.'));
                let help = near.map_or_else(
                    || {
                        format!(
                            "declare table `{}` under source `{}`",
                            call.table, call.source
                        )
                    },
                    |(source, table)| format!("did you mean `source('{source}', '{table}')`?"),
                );
                Err(Some(
                    self.missing(Code::UnresolvedSource, &wanted, call.location)
                        .help(help),
                ))
            }
            Found::Ambiguous(ids) => Err(Some(self.ambiguous(&name, &ids, call.location))),
        }
    }

    fn missing(&self, code: Code, wanted: &str, at: Option<Location>) -> Diagnostic {
        self.finding(code, wanted, "was not found", at)
    }

    /// A test on something disabled is left out without a word, as dbt does.
    fn disabled(&self, wanted: &str, id: &UniqueId, at: Option<Location>) -> Option<Diagnostic> {
        if self.is_test {
            return None;
        }
        let help = format!("enable `{id}` or remove this reference");
        Some(
            self.finding(Code::DisabledTarget, wanted, "is disabled", at)
                .help(help),
        )
    }

    fn ambiguous(&self, name: &str, ids: &[UniqueId], at: Option<Location>) -> Diagnostic {
        let packages: Vec<_> = ids.iter().filter_map(|id| id.split('.').nth(1)).collect();
        let near = packages.first().copied().unwrap_or("package");
        Diagnostic::error(
            Code::AmbiguousRef,
            format!("'{name}' is in several packages: {}", packages.join(", ")),
        )
        .at(at.unwrap_or(self.place))
        .help(format!("name the package: `ref('{near}', '{name}')`"))
    }

    fn finding(&self, code: Code, wanted: &str, reason: &str, at: Option<Location>) -> Diagnostic {
        let message = format!(
            "{} '{}' ({}) depends on a {wanted} which {reason}",
            self.title, self.unique_id, self.file
        );
        let mut diagnostic = Diagnostic::error(code, message).at(at.unwrap_or(self.place));
        if self.is_test {
            diagnostic.severity = Severity::Warning;
        }
        diagnostic
    }
}
