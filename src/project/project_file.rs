//! `dbt_project.yml` → [`ProjectFile`].

use std::path::{Path, PathBuf};

use serde_json::Value as Json;

use super::config::{ConfigTree, ConfigTrees};
use super::project_keys::{KEYS, QUOTING, TREES, is_reserved};
use super::reader::Reader;
use super::render::{Render, Step, render_at};
use super::unrendered::renders_in_project;
use super::version::{Fit, Requirement, fit};
use crate::artifacts::DBT_VERSION;
use crate::diagnostics::{Code, Diagnostic};
use crate::nodes::Dict;
use crate::text::{FileId, Location};
use crate::yaml::{Node, Value};

/// Name of the file.
pub const PROJECT_FILE: &str = "dbt_project.yml";

/// Folders of a package, relative to its root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paths {
    /// `model-paths`
    pub models: Vec<String>,
    /// `macro-paths`
    pub macros: Vec<String>,
    /// `seed-paths`
    pub seeds: Vec<String>,
    /// `test-paths`
    pub tests: Vec<String>,
    /// `analysis-paths`
    pub analyses: Vec<String>,
    /// `snapshot-paths`
    pub snapshots: Vec<String>,
    /// `function-paths`
    pub functions: Vec<String>,
    /// `docs-paths`; all the others unless given.
    pub docs: Vec<String>,
    /// `asset-paths`
    pub assets: Vec<String>,
}

/// A hook around a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunHook {
    /// The template.
    pub sql: String,
    /// Where it stands.
    pub location: Location,
}

/// Where macros of a namespace are looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dispatch {
    /// The namespace.
    pub macro_namespace: String,
    /// Packages, the first one first.
    pub search_order: Vec<String>,
}

/// The comment that goes with each query.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct QueryComment {
    /// The template; dbt's own if nothing is said.
    pub comment: Option<String>,
    /// Whether it goes to the end.
    pub append: bool,
    /// Whether it becomes a job's labels too.
    pub job_label: bool,
    /// Where it stands.
    pub location: Option<Location>,
}

/// Everything that a `dbt_project.yml` says, rendered; defaults filled in.
#[derive(Debug, Clone)]
pub struct ProjectFile {
    /// The file.
    pub file: FileId,
    /// `name`
    pub name: String,
    /// Where the name stands.
    pub name_location: Location,
    /// `version`
    pub version: Option<String>,
    /// `profile`, as written.
    pub profile: Option<Node>,
    /// Folders.
    pub paths: Paths,
    /// `target-path`
    pub target_path: Option<String>,
    /// `log-path`
    pub log_path: Option<String>,
    /// `clean-targets`
    pub clean_targets: Option<Vec<String>>,
    /// `packages-install-path`
    pub packages_install_path: String,
    /// `quoting`
    pub quoting: Dict,
    /// `on-run-start`
    pub on_run_start: Vec<RunHook>,
    /// `on-run-end`
    pub on_run_end: Vec<RunHook>,
    /// `require-dbt-version`
    pub require_dbt_version: Vec<String>,
    /// `dispatch`
    pub dispatch: Vec<Dispatch>,
    /// `models`, `seeds` …
    pub trees: ConfigTrees,
    /// `vars`, as written; dates as Python prints them.
    pub vars: Dict,
    /// `query-comment`
    pub query_comment: QueryComment,
    /// `restrict-access`
    pub restrict_access: bool,
    /// `dbt-cloud`
    pub dbt_cloud: Dict,
    /// `flags`
    pub flags: Dict,
}

impl ProjectFile {
    /// Returns the order in which packages are searched for a namespace, if one is set.
    pub fn search_order(&self, macro_namespace: &str) -> Option<&[String]> {
        let mut entries = self.dispatch.iter();
        let entry = entries.find(|it| it.macro_namespace == macro_namespace)?;
        Some(&entry.search_order)
    }
}

/// Reads a `dbt_project.yml`; `None` where it is no use without what is wrong.
pub(super) fn read_project_file(
    file: FileId,
    root: &Node,
    render: &dyn Render,
    version_check: bool,
    findings: &mut Vec<Diagnostic>,
) -> Option<ProjectFile> {
    let Some(written) = root.as_map() else {
        let message = format!(
            "{PROJECT_FILE} must be a mapping of keys, not {}",
            root.kind()
        );
        findings.push(
            Diagnostic::error(Code::InvalidProject, message)
                .at(root.location)
                .help("start it with `name: <name of the project>`"),
        );
        return None;
    };
    let rendered: Dict = written
        .iter()
        .filter_map(|entry| {
            let key = entry.key.as_str()?;
            let mut path = vec![Step::Key(key.into())];
            let value = render_at(
                &entry.value,
                render,
                &renders_in_project,
                &mut path,
                findings,
            );
            Some((key.to_owned(), value))
        })
        .collect();
    let mut reader = Reader::new(Code::InvalidProject, &rendered, written, findings);
    reader.unknown_keys(KEYS, PROJECT_FILE);
    renamed_keys(&mut reader);
    let paths = paths(&mut reader);
    let (name, name_location) = name(&mut reader, root)?;
    let project = ProjectFile {
        file,
        version: version(&mut reader),
        profile: written.get("profile").filter(|it| !it.is_null()).cloned(),
        paths,
        target_path: reader.text("target-path"),
        log_path: reader.text("log-path"),
        clean_targets: reader.texts("clean-targets"),
        packages_install_path: reader
            .text("packages-install-path")
            .unwrap_or_else(|| "dbt_packages".to_owned()),
        quoting: quoting(&mut reader),
        on_run_start: run_hooks(&mut reader, "on-run-start"),
        on_run_end: run_hooks(&mut reader, "on-run-end"),
        require_dbt_version: required_version(&mut reader, &name, version_check),
        dispatch: dispatch(&mut reader),
        trees: trees(&mut reader),
        vars: vars(&mut reader),
        query_comment: query_comment(&mut reader),
        restrict_access: reader.flag("restrict-access").unwrap_or(false),
        dbt_cloud: reader.dict("dbt-cloud").unwrap_or_default(),
        flags: reader.dict("flags").unwrap_or_default(),
        name,
        name_location,
    };
    Some(project)
}

fn name(reader: &mut Reader<'_>, root: &Node) -> Option<(String, Location)> {
    let Some((_, node)) = reader.get("name") else {
        let start = root.location;
        reader.findings.push(
            Diagnostic::error(
                Code::InvalidProject,
                format!("{PROJECT_FILE} has no `name`"),
            )
            .at(Location::new(start.file, crate::text::Span::default()))
            .help("add `name: my_project` as its first line"),
        );
        return None;
    };
    let name = reader.text("name")?;
    let is_letter = |it: char| it.is_alphanumeric() || it == '_';
    let fits = name.chars().all(is_letter) && !name.starts_with(|it: char| it.is_numeric());
    if !fits || name.is_empty() {
        let suggestion: String = name
            .chars()
            .map(|it| if is_letter(it) { it } else { '_' })
            .collect();
        let suggestion = suggestion.trim_start_matches(|it: char| it.is_numeric());
        let message = format!("`{name}` cannot be the name of a project");
        let help = if suggestion.is_empty() {
            "use letters, digits and `_`, a letter first".to_owned()
        } else {
            format!("use letters, digits and `_`: `{suggestion}`")
        };
        reader.findings.push(
            Diagnostic::error(Code::InvalidProject, message)
                .at(node.location)
                .help(help),
        );
    } else if is_reserved(&name) {
        let message = format!("`{name}` cannot be the name of a project: templates use it");
        reader.findings.push(
            Diagnostic::error(Code::InvalidProject, message)
                .at(node.location)
                .help(format!("use another name, such as `{name}_project`")),
        );
    }
    Some((name, node.location))
}

fn version(reader: &mut Reader<'_>) -> Option<String> {
    let (value, node) = reader.get("version")?;
    let text = match value {
        Json::String(text) => text.clone(),
        Json::Number(number) => return Some(number.to_string()),
        _ => String::new(),
    };
    let numbers = text
        .split('.')
        .take_while(|it| it.parse::<u64>().is_ok())
        .count();
    if numbers < 2 {
        reader.wrong("version", "a version such as `1.0.0`", node);
    }
    Some(text)
}

/// Keys under older names still count, with a warning.
fn renamed_keys(reader: &mut Reader<'_>) {
    for (old, new) in [
        ("source-paths", "model-paths"),
        ("data-paths", "seed-paths"),
    ] {
        let Some(at) = reader.key(old) else {
            continue;
        };
        let finding = match reader.key(new) {
            Some(other) => {
                let message = format!("`{old}` and `{new}` are the same key, and both are here");
                Diagnostic::error(Code::InvalidProject, message)
                    .at(at)
                    .label(other, "this one stays")
                    .help(format!("remove `{old}`"))
            }
            None => {
                let message = format!("`{old}` is an older name of `{new}`");
                let finding = Diagnostic::warning(Code::DeprecatedKey, message).at(at);
                finding.help(format!("write `{new}`"))
            }
        };
        reader.findings.push(finding);
    }
    for (key, default, variable) in [
        ("log-path", "logs", "DBT_LOG_PATH"),
        ("target-path", "target", "DBT_TARGET_PATH"),
    ] {
        let Some((value, node)) = reader.get(key) else {
            continue;
        };
        if value.as_str() != Some(default) {
            let message = format!("`{key}` in {PROJECT_FILE} is deprecated");
            let finding = Diagnostic::warning(Code::DeprecatedKey, message).at(node.location);
            reader
                .findings
                .push(finding.help(format!("use `--{key}` or the variable {variable}")));
        }
    }
}

fn paths(reader: &mut Reader<'_>) -> Paths {
    let mut folder = |keys: &[&str], default: &str| {
        let mut given = keys.iter().filter_map(|key| reader.texts(key));
        given.next().unwrap_or_else(|| vec![default.to_owned()])
    };
    let mut paths = Paths {
        models: folder(&["model-paths", "source-paths"], "models"),
        macros: folder(&["macro-paths"], "macros"),
        seeds: folder(&["seed-paths", "data-paths"], "seeds"),
        tests: folder(&["test-paths"], "tests"),
        analyses: folder(&["analysis-paths"], "analyses"),
        snapshots: folder(&["snapshot-paths"], "snapshots"),
        functions: folder(&["function-paths"], "functions"),
        docs: Vec::new(),
        assets: Vec::new(),
    };
    paths.docs = reader.texts("docs-paths").unwrap_or_else(|| paths.all());
    paths.assets = reader.texts("asset-paths").unwrap_or_default();
    paths
}

impl Paths {
    /// Lists all folders with resources, each once.
    pub fn all(&self) -> Vec<String> {
        let mut all: Vec<String> = Vec::new();
        for path in [
            &self.models,
            &self.seeds,
            &self.snapshots,
            &self.analyses,
            &self.macros,
            &self.tests,
            &self.functions,
        ]
        .into_iter()
        .flatten()
        {
            let path = path.trim_end_matches('/');
            if !all.iter().any(|it| it == path) {
                all.push(path.to_owned());
            }
        }
        all
    }

    /// Lists the folders of generic tests.
    pub fn generic_tests(&self) -> Vec<PathBuf> {
        self.tests
            .iter()
            .map(|path| Path::new(path).join("generic"))
            .collect()
    }

    /// Lists the folders of fixtures.
    pub fn fixtures(&self) -> Vec<PathBuf> {
        self.tests
            .iter()
            .map(|path| Path::new(path).join("fixtures"))
            .collect()
    }
}

fn quoting(reader: &mut Reader<'_>) -> Dict {
    let Some((Json::Object(given), node)) = reader.get("quoting") else {
        // Anything else is reported by `dict`.
        return reader.dict("quoting").unwrap_or_default();
    };
    let Some(written) = node.as_map() else {
        return Dict::new();
    };
    let mut inner = Reader::new(Code::InvalidProject, given, written, reader.findings);
    inner.unknown_keys(QUOTING, "`quoting`");
    let flags = QUOTING
        .iter()
        .filter_map(|key| Some(((*key).to_owned(), inner.flag(key)?.into())));
    flags.collect()
}

fn run_hooks(reader: &mut Reader<'_>, key: &str) -> Vec<RunHook> {
    let Some((_, node)) = reader.get(key) else {
        return Vec::new();
    };
    let items = match &node.value {
        Value::Seq(items) => items.as_slice(),
        _ => std::slice::from_ref(node),
    };
    let mut hooks = Vec::new();
    for item in items {
        match item.as_str() {
            Some(sql) => hooks.push(RunHook {
                sql: sql.to_owned(),
                location: item.location,
            }),
            None if item.is_null() => {}
            None => reader.wrong(key, "SQL or a list of SQL", item),
        }
    }
    hooks
}

fn required_version(reader: &mut Reader<'_>, name: &str, check: bool) -> Vec<String> {
    let Some((value, node)) = reader.get("require-dbt-version") else {
        return Vec::new();
    };
    let given: Vec<String> = match value {
        Json::String(text) => text.split(',').map(str::to_owned).collect(),
        Json::Array(_) => reader.texts("require-dbt-version").unwrap_or_default(),
        _ => {
            reader.wrong(
                "require-dbt-version",
                "a text such as `>=1.6.0`, or a list of them",
                node,
            );
            return Vec::new();
        }
    };
    let mut requirements = Vec::new();
    for text in &given {
        match Requirement::parse(text) {
            Some(requirement) => requirements.push(requirement),
            None => {
                let message = format!("`{}` is not a version with a comparison", text.trim());
                reader.findings.push(
                    Diagnostic::error(Code::InvalidProject, message)
                        .at(node.location)
                        .help("write all three numbers, such as `>=1.6.0`"),
                );
                return given;
            }
        }
    }
    let list = given
        .iter()
        .map(|it| it.trim())
        .collect::<Vec<_>>()
        .join(", ");
    let message = match fit(&requirements) {
        _ if !check => return given,
        Fit::Fits => return given,
        Fit::OtherVersion => {
            format!("{name} requires dbt {list}, and dsql stands for dbt {DBT_VERSION}")
        }
        Fit::Impossible => format!("no version of dbt is {list}, which {name} requires"),
    };
    reader.findings.push(
        Diagnostic::error(Code::WrongDbtVersion, message)
            .at(node.location)
            .help("change `require-dbt-version`, or run with `--no-version-check`"),
    );
    given
}

fn dispatch(reader: &mut Reader<'_>) -> Vec<Dispatch> {
    let Some((value, node)) = reader.get("dispatch") else {
        return Vec::new();
    };
    let Json::Array(items) = value else {
        reader.wrong("dispatch", "a list", node);
        return Vec::new();
    };
    let mut entries = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let namespace = item.get("macro_namespace").and_then(Json::as_str);
        let order = item.get("search_order").and_then(Json::as_array);
        match (namespace, order) {
            (Some(namespace), Some(order)) => entries.push(Dispatch {
                macro_namespace: namespace.to_owned(),
                search_order: order
                    .iter()
                    .filter_map(Json::as_str)
                    .map(str::to_owned)
                    .collect(),
            }),
            _ => {
                let item = node
                    .as_seq()
                    .and_then(|items| items.get(index))
                    .unwrap_or(node);
                let wanted = "a list of entries with `macro_namespace` and a list `search_order`";
                reader.wrong("dispatch", wanted, item);
            }
        }
    }
    entries
}

fn trees(reader: &mut Reader<'_>) -> ConfigTrees {
    let mut trees = ConfigTrees::default();
    if let (Some((_, old)), Some((_, new))) = (reader.get("tests"), reader.get("data_tests"))
        && old.as_map().is_none_or(|it| !it.is_empty())
        && new.as_map().is_none_or(|it| !it.is_empty())
    {
        let message = "`tests` and `data_tests` are the same key, and both are here";
        reader.findings.push(
            Diagnostic::error(Code::InvalidProject, message)
                .at(old.location)
                .label(new.location, "this one stays")
                .help("move what `tests` has to `data_tests`"),
        );
    }
    for section in TREES {
        let key = match *section {
            "data_tests" if !reader.has("data_tests") => "tests",
            section => section,
        };
        let Some((_, node)) = reader.get(key) else {
            continue;
        };
        if let (Some(rendered), Value::Map(mapping)) = (reader.dict(key), &node.value) {
            trees.insert(
                section,
                ConfigTree {
                    rendered,
                    unrendered: mapping.to_json(),
                    node: Some(node.clone()),
                },
            );
        }
    }
    trees
}

fn vars(reader: &mut Reader<'_>) -> Dict {
    let Some((_, node)) = reader.get("vars") else {
        return Dict::new();
    };
    match &node.value {
        Value::Map(mapping) => mapping.to_printed(),
        _ => {
            reader.wrong("vars", "a mapping", node);
            Dict::new()
        }
    }
}

fn query_comment(reader: &mut Reader<'_>) -> QueryComment {
    let none = QueryComment {
        comment: Some(String::new()),
        ..QueryComment::default()
    };
    if !reader.has("query-comment") {
        return QueryComment::default();
    }
    let Some((value, node)) = reader.get("query-comment") else {
        return none;
    };
    let location = Some(node.location);
    match value {
        Json::String(text) => QueryComment {
            comment: Some(text.clone()),
            location,
            ..none
        },
        Json::Object(given) if given.is_empty() => none,
        Json::Object(given) => {
            let Some(written) = node.as_map() else {
                return none;
            };
            let mut inner = Reader::new(Code::InvalidProject, given, written, reader.findings);
            inner.unknown_keys(&["comment", "append", "job-label"], "`query-comment`");
            QueryComment {
                comment: inner.text("comment"),
                append: inner.flag("append").unwrap_or(false),
                job_label: inner.flag("job-label").unwrap_or(false),
                location: written.get("comment").map(|it| it.location).or(location),
            }
        }
        _ => {
            reader.wrong("query-comment", "a text, or a mapping with `comment`", node);
            none
        }
    }
}
