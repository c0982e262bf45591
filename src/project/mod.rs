//! `dbt_project.yml`, `profiles.yml`, vars, flags, paths, configuration, files.
//!
//! In: a folder and what the command line says. Out: a [`Project`] with its profile, as plain data,
//! and diagnostics; the project is `None` where it cannot be used at all. Packages are added by
//! `packages`. Read `project_file.rs` for the file everything starts from, `config/` for what
//! configures a node, `files/` for what is read.

pub mod config;
mod context;
mod files;
mod flags;
mod options;
mod package;
mod profile;
mod project_file;
mod project_keys;
mod reader;
mod render;
mod root_file;
mod secrets;
pub(crate) mod semver;
mod settings;
mod settings_reader;
mod unrendered;
mod vars;
mod version;

use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use context::{SECRET_PREFIX, YamlContext, YamlKind, YamlRenderer, secrets};
pub use files::{FileKind, Ignore, SourceFile, read_files, stripped};
pub(crate) use files::{normal, read_text};
pub use flags::{older_warning_keys, project_flags};
pub use options::Options;
pub use package::{Package, read_package};
pub use profile::{PROFILES_FILE, Profile};
pub use project_file::{Dispatch, PROJECT_FILE, Paths, ProjectFile, QueryComment, RunHook};
pub use render::{Render, Rule, Step, has_jinja, render_at, render_in_place, render_tree};
pub use root_file::{DSQL_FILE, SELECTORS_FILE, misnamed_file, read_root_file};
pub use settings::settings;
pub use settings_reader::{SettingsReader, is_off};
pub use unrendered::{renders_in_project, renders_in_properties};
pub use vars::{Vars, parse_mapping};

use crate::adapters::{self, Quoting};
use crate::diagnostics::{Code, Diagnostic};
use crate::system::System;
use crate::text::Texts;
use crate::yaml::{Entry, Mapping, Node, Value};
use package::{parse_project_file, render_package};
use profile::{ProfileRequest, load_profile};
pub(crate) use version::suits;

/// A project, its packages and its profile.
#[derive(Clone)]
pub struct Project {
    /// The root project first, then its packages; never empty.
    pub packages: Vec<Package>,
    /// The chosen target.
    pub profile: Profile,
    /// Vars of the command line and of all packages.
    pub vars: Arc<Vars>,
    /// Folder for what is made, absolute.
    pub target_path: PathBuf,
    /// Folder for logs, absolute.
    pub log_path: PathBuf,
    /// Whether requirements of packages on dbt's version are checked.
    pub version_check: bool,
    /// What Jinja in the YAML files of the root project can name.
    context: YamlContext,
}

/// Finds and reads the root project and its profile.
pub fn load(
    system: &dyn System,
    options: &Options,
    texts: &mut Texts,
) -> (Option<Project>, Vec<Diagnostic>) {
    let mut findings = Vec::new();
    let project = load_project(system, options, texts, &mut findings);
    let failed = findings.iter().any(Diagnostic::is_error);
    (project.filter(|_| !failed), findings)
}

/// The root project alone: without profile and packages.
pub struct RootProject {
    /// The project; of its `dbt_project.yml` only what is about the project itself.
    pub package: Package,
    /// What Jinja in `packages.yml` can name.
    pub deps_context: YamlContext,
    /// Folder for logs, absolute.
    pub log_path: PathBuf,
}

/// Finds and reads the root project, for what needs no profile. As in dbt, a var that nobody sets is
/// none then.
pub fn load_root(
    system: &dyn System,
    options: &Options,
    texts: &mut Texts,
    findings: &mut Vec<Diagnostic>,
) -> Option<RootProject> {
    let root = project_dir(system, options, findings)?;
    let vars = Arc::new(Vars::new(options.vars.clone()));
    let mut context = YamlContext::new(system, vars);
    context.base.clone_from(&options.base);
    context.consulted = Arc::clone(&options.consulted);
    let deps_context = context.clone();
    context.lenient_vars = true;
    context.target = Some(Arc::default());
    let mut written = parse_project_file(system, &root, &root, texts, findings)?;
    if let Value::Map(mapping) = &mut written.value {
        // Configurations of nodes may need a profile, and are not asked for.
        let kept = |it: &&Entry| {
            let key = it.key.as_str().unwrap_or_default();
            !project_keys::TREES.contains(&key) && !key.starts_with("on-run-") && key != "vars"
        };
        let kept: Vec<Entry> = mapping.iter().filter(kept).cloned().collect();
        *mapping = Mapping::from_entries(kept, |_, _| {});
    }
    let check = !options.no_version_check;
    let package = render_package(&root, &written, &context, check, texts, findings)?;
    let log_path = options.log_path.as_deref();
    let log_path = log_path.or(package.project.log_path.as_deref());
    Some(RootProject {
        log_path: normal(&root.join(log_path.unwrap_or("logs"))),
        package,
        deps_context,
    })
}

fn load_project(
    system: &dyn System,
    options: &Options,
    texts: &mut Texts,
    findings: &mut Vec<Diagnostic>,
) -> Option<Project> {
    let root = project_dir(system, options, findings)?;
    let mut vars = Vars::new(options.vars.clone());
    let mut context = YamlContext::new(system, Arc::new(vars.clone()));
    context.base.clone_from(&options.base);
    context.consulted = Arc::clone(&options.consulted);
    let written = parse_project_file(system, &root, &root, texts, findings)?;
    let name = written.get("name").and_then(Node::as_str).unwrap_or("dsql");
    let request = ProfileRequest {
        options,
        root: &root,
        current_dir: &system.current_dir(),
        project_name: name,
        project_profile: written.get("profile").filter(|it| !it.is_null()),
        context: &context,
    };
    let profile = load_profile(system, &request, texts, findings);
    let target = Arc::new(
        profile
            .as_ref()
            .map(|it| it.target.clone())
            .unwrap_or_default(),
    );
    context.target = Some(Arc::clone(&target));
    let check = !options.no_version_check;
    let package = render_package(&root, &written, &context, check, texts, findings)?;
    vars.add(&package.name, package.project.vars.clone());
    let vars = Arc::new(vars);
    context.vars = Arc::clone(&vars);
    context.project_name = Some(Arc::clone(&package.name));
    let folder = |given: &Option<String>, own: &Option<String>, default: &str| {
        let folder = given.as_deref().or(own.as_deref()).unwrap_or(default);
        normal(&root.join(folder))
    };
    let mut target_path = folder(&options.target_path, &package.project.target_path, "target");
    if let Some(dialect) = &options.dialect {
        target_path = target_path.join("dialect").join(dialect);
    }
    Some(Project {
        target_path,
        log_path: folder(&options.log_path, &package.project.log_path, "logs"),
        packages: vec![package],
        profile: profile?,
        vars,
        version_check: check,
        context,
    })
}

impl Project {
    /// Returns the root project.
    pub fn root(&self) -> &Package {
        &self.packages[0]
    }

    /// Returns a package by name.
    pub fn package(&self, name: &str) -> Option<&Package> {
        self.packages.iter().find(|it| &*it.name == name)
    }

    /// Returns how names of relations are written: as the engine does, unless the root project says
    /// otherwise; packages have no say.
    pub fn quoting(&self) -> Quoting {
        let given = &self.root().project.quoting;
        let given = |key: &str| given.get(key).and_then(serde_json::Value::as_bool);
        let mut quoting = adapters::quoting(&self.profile.kind);
        for (at, key) in ["database", "schema", "identifier"].into_iter().enumerate() {
            quoting.quote[at] = given(key).unwrap_or(quoting.quote[at]);
        }
        quoting
    }

    /// Adds a package.
    pub fn add_package(&mut self, package: Package) {
        Arc::make_mut(&mut self.vars).add(&package.name, package.project.vars.clone());
        self.context.vars = Arc::clone(&self.vars);
        self.packages.push(package);
    }

    /// Returns what Jinja in the `dbt_project.yml` of an installed package can name: dbt keeps the
    /// vars of the command line from it.
    pub fn package_context(&self) -> YamlContext {
        YamlContext {
            vars: Arc::default(),
            package: None,
            project_name: None,
            ..self.context.clone()
        }
    }

    /// Returns what Jinja in `packages.yml` can name.
    pub fn deps_context(&self) -> YamlContext {
        YamlContext {
            package: None,
            target: None,
            project_name: None,
            ..self.context.clone()
        }
    }

    /// Returns what Jinja in the properties files of a package can name.
    pub fn yaml_context(&self, package: &Arc<str>) -> YamlContext {
        YamlContext {
            package: Some(Arc::clone(package)),
            ..self.context.clone()
        }
    }
}

/// Renders the entries of a properties file, without what waits: descriptions, data tests, hooks.
pub fn render_properties(root: &mut Node, render: &dyn Render, findings: &mut Vec<Diagnostic>) {
    let Value::Map(sections) = &mut root.value else {
        return;
    };
    for (section, entries) in sections.values_mut() {
        let section = section.as_str().unwrap_or_default();
        let rule = |path: &[Step<'_>]| renders_in_properties(section, path);
        if let Value::Seq(entries) = &mut entries.value {
            for entry in entries {
                render_in_place(entry, render, &rule, findings);
            }
        }
    }
}

/// Finds the folder of the project: the given one, else the nearest one with a `dbt_project.yml`
/// from the current folder upwards.
fn project_dir(
    system: &dyn System,
    options: &Options,
    findings: &mut Vec<Diagnostic>,
) -> Option<PathBuf> {
    let current = system.current_dir();
    let has_project = |folder: &Path| system.is_file(&folder.join(PROJECT_FILE));
    let error = |message: String| Diagnostic::error(Code::MissingProject, message);
    if let Some(given) = &options.project_dir {
        let folder = normal(&current.join(given));
        if !has_project(&folder) {
            let finding = error(format!(
                "there is no {PROJECT_FILE} in {}",
                folder.display()
            ));
            findings.push(finding.help("give `--project-dir` the folder that holds it"));
            return None;
        }
        return Some(folder);
    }
    let found = current.ancestors().find(|folder| has_project(folder));
    if found.is_none() {
        let looked = format!(
            "there is no {PROJECT_FILE} in {} or above it",
            current.display()
        );
        findings.push(error(looked).help(
            "change to the folder of a project, name it with `--project-dir` (or the variable \
             DBT_PROJECT_DIR), or make one with `dsql init`",
        ));
    }
    found.map(Path::to_path_buf)
}
