//! `profiles.yml` → the chosen target.

use std::path::{Path, PathBuf};

use serde_json::Value as Json;

use super::Options;
use super::context::{YamlContext, YamlKind};
use super::reader::{shown, unknown_key};
use super::render::{Render, render_tree};
use super::secrets::secrets_of_target;
use crate::adapters::{self, ProfileError};
use crate::diagnostics::{Code, Diagnostic, did_you_mean};
use crate::events::Event;
use crate::invocation::Rehearsal;
use crate::nodes::Dict;
use crate::system::System;
use crate::text::{Location, Span, Texts};
use crate::yaml::{self, Mapping, Node};

/// The only target where there is no profile.
const BUILT_IN_TARGET: &str = "dev";

/// Name of the file.
pub const PROFILES_FILE: &str = "profiles.yml";

/// A target, chosen and rendered.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// Name of the profile.
    pub name: String,
    /// Name of the target.
    pub target_name: String,
    /// Kind of the engine: `type`.
    pub kind: String,
    /// Number of workers.
    pub threads: usize,
    /// What the target says, without `type` and `threads`; the adapter reads it.
    pub credentials: Dict,
    /// What templates see as `target`.
    pub target: Dict,
    /// The file it comes from; `None` for the profile that is built in.
    pub path: Option<PathBuf>,
    /// Where the target stands.
    pub location: Option<Location>,
}

/// What chooses a profile.
pub(super) struct ProfileRequest<'a> {
    pub(super) options: &'a Options,
    /// Folder of the project.
    pub(super) root: &'a Path,
    /// Folder in which dsql runs.
    pub(super) current_dir: &'a Path,
    /// Name of the project.
    pub(super) project_name: &'a str,
    /// `profile:` of the project, as written.
    pub(super) project_profile: Option<&'a Node>,
    pub(super) context: &'a YamlContext,
}

/// Reads the chosen target; where there is no profile at all, the built-in one.
pub(super) fn load_profile(
    system: &dyn System,
    request: &ProfileRequest<'_>,
    texts: &mut Texts,
    findings: &mut Vec<Diagnostic>,
) -> Option<Profile> {
    if let Some(folder) = &request.options.profiles_dir
        && !system.is_dir(&system.current_dir().join(folder))
    {
        let message = format!("there is no folder {}", folder.display());
        findings.push(
            Diagnostic::error(Code::InvalidProfile, message)
                .help("give `--profiles-dir` the folder that holds profiles.yml"),
        );
        return None;
    }
    let wanted = profile_name(request, texts, findings)?;
    let Some((name, asked_at)) = wanted else {
        let target = request.options.target.as_deref();
        return match target.filter(|name| *name != BUILT_IN_TARGET) {
            Some(target) => {
                let message = format!("there is no target `{target}`: the project has no profile");
                findings.push(
                    Diagnostic::error(Code::InvalidProfile, message)
                        .help("name a profile of profiles.yml: `profile: NAME` in dbt_project.yml, or `--profile NAME`"),
                );
                None
            }
            None => built_in(system, request, findings),
        };
    };
    let paths = places(system, request.options, request.root);
    let explicit = request.options.profiles_dir.is_some();
    let mut read = Vec::new();
    for path in paths.iter().filter(|path| system.is_file(path)) {
        let profiles = read_profiles(system, path, request.root, texts, findings)?;
        if profiles.as_map().and_then(|it| it.get(&name)).is_some() {
            return choose(system, request, &name, path, &profiles, texts, findings);
        }
        read.push((path.clone(), profiles));
    }
    match read.first() {
        Some((path, profiles)) => {
            let shown = path.strip_prefix(request.root).unwrap_or(path);
            findings.push(unknown_profile(&name, asked_at, shown, profiles));
            None
        }
        None if explicit => {
            let path = paths
                .first()
                .map(|it| it.display().to_string())
                .unwrap_or_default();
            findings.push(
                Diagnostic::error(Code::InvalidProfile, format!("there is no {path}"))
                    .help("give `--profiles-dir` the folder that holds profiles.yml"),
            );
            None
        }
        None if request.options.profile.is_some() || request.options.target.is_some() => {
            let looked = paths
                .iter()
                .map(|it| format!("looked for {}", it.display()));
            let message = format!("there is no {PROFILES_FILE} to find the profile `{name}` in");
            let mut finding = Diagnostic::error(Code::InvalidProfile, message)
                .help("write one, or leave `--profile` and `--target` out");
            finding.notes.extend(looked);
            findings.push(finding);
            None
        }
        None => built_in(system, request, findings),
    }
}

/// Returns the name of the profile, and where it is asked for; the outer `None` is an error, the
/// inner one means that no profile is asked for.
#[allow(clippy::option_option)]
fn profile_name(
    request: &ProfileRequest<'_>,
    texts: &Texts,
    findings: &mut Vec<Diagnostic>,
) -> Option<Option<(String, Option<Location>)>> {
    if let Some(name) = &request.options.profile {
        return Some(Some((name.clone(), None)));
    }
    let Some(node) = request.project_profile else {
        return Some(None);
    };
    let file = node.location.file;
    let text = texts.get(file)?;
    let render = request
        .context
        .renderer(YamlKind::Secret, file, text.clone());
    match render_tree(node, &render, &|_| true, findings) {
        Json::String(name) => Some(Some((name, Some(node.location)))),
        // A failed rendering is a finding already.
        Json::Null => None,
        _ => {
            let message = format!("`profile` must be a text, not {}", shown(node));
            findings.push(Diagnostic::error(Code::InvalidProject, message).at(node.location));
            None
        }
    }
}

/// Lists the places where `profiles.yml` can be, first one first.
pub(super) fn places(system: &dyn System, options: &Options, root: &Path) -> Vec<PathBuf> {
    let current = system.current_dir();
    if let Some(folder) = &options.profiles_dir {
        return vec![current.join(folder).join(PROFILES_FILE)];
    }
    let mut paths = vec![current.join(PROFILES_FILE), root.join(PROFILES_FILE)];
    let home = system.home_dir();
    paths.extend(home.map(|home| home.join(".dbt").join(PROFILES_FILE)));
    paths.dedup();
    paths
}

/// The profile that is used where there is none: a database file in the project, all cores.
fn built_in(
    system: &dyn System,
    request: &ProfileRequest<'_>,
    findings: &mut Vec<Diagnostic>,
) -> Option<Profile> {
    // Paths of databases count from the current folder, but this database belongs to the project.
    let inside = system.current_dir() == request.root;
    let folder = if inside { Path::new("") } else { request.root };
    let (kind, mut credentials) = adapters::built_in_target(request.project_name, folder);
    if let Err(message) = rehearse(system, kind, &mut credentials) {
        findings.push(Diagnostic::error(Code::InvalidProfile, message));
        return None;
    }
    let of_dialect = request.options.dialect.as_ref();
    let of_dialect =
        of_dialect.and_then(|it| adapters::dialect_target(it, kind, &credentials).ok());
    let (kind, credentials) = of_dialect.unwrap_or((kind.to_owned(), credentials));
    let info = target_info(request, &kind, &credentials).unwrap_or_default();
    let profile = Profile {
        name: request.project_name.to_owned(),
        target_name: BUILT_IN_TARGET.to_owned(),
        kind,
        threads: request.options.threads.unwrap_or_else(|| system.cores()),
        credentials,
        target: Dict::new(),
        path: None,
        location: None,
    };
    Some(profile.with_target(info))
}

/// Lets a target work on copies of its databases, if this is a rehearsal.
fn rehearse(system: &dyn System, kind: &str, credentials: &mut Dict) -> Result<(), String> {
    let Some(rehearsal) = Rehearsal::of(system)? else {
        return Ok(());
    };
    adapters::rehearse(kind, credentials, &rehearsal).map_err(|problems| {
        let told = problems.iter().map(ProfileError::to_string);
        told.collect::<Vec<_>>().join("; ")
    })
}

/// Checks a target and returns what templates see of it. That of a dialect is seen as it is.
fn target_info(
    request: &ProfileRequest<'_>,
    kind: &str,
    credentials: &Dict,
) -> Result<Dict, Vec<ProfileError>> {
    match request.options.dialect {
        Some(_) => Ok(credentials.clone()),
        None => adapters::connection_info(kind, credentials),
    }
}

fn read_profiles(
    system: &dyn System,
    path: &Path,
    root: &Path,
    texts: &mut Texts,
    findings: &mut Vec<Diagnostic>,
) -> Option<Node> {
    let shown = path.strip_prefix(root).unwrap_or(path);
    let file = super::files::read_text(system, path, shown, texts, findings)?;
    let (node, read) = yaml::parse(file, texts.content(file));
    findings.extend(read);
    let node = node?;
    let is_empty = node.as_map().is_some_and(Mapping::is_empty) || node.is_null();
    if is_empty || node.as_map().is_none() {
        let message = match is_empty {
            true => format!("{PROFILES_FILE} is empty"),
            false => format!(
                "{PROFILES_FILE} must be a mapping of profiles, not {}",
                node.kind()
            ),
        };
        let at = Location::new(file, Span::default());
        findings.push(Diagnostic::error(Code::InvalidProfile, message).at(at));
        return None;
    }
    Some(node)
}

fn unknown_profile(
    name: &str,
    asked_at: Option<Location>,
    path: &Path,
    profiles: &Node,
) -> Diagnostic {
    // `config` holds flags of older projects.
    let known = profiles.as_map().into_iter().flat_map(Mapping::keys);
    let known: Vec<&str> = known.filter(|it| *it != "config").collect();
    let message = format!("{} has no profile `{name}`", path.display());
    let mut finding = Diagnostic::error(Code::InvalidProfile, message);
    if let Some(at) = asked_at {
        finding = finding.label(at, "asked for here");
    }
    finding = finding.help(match did_you_mean(name, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("add `{name}:` to it, or name one that it has"),
    });
    finding.note(format!("profiles there: {}", list(&known)))
}

/// Picks the target of a profile and renders it alone: what is wrong in others does not matter.
fn choose(
    system: &dyn System,
    request: &ProfileRequest<'_>,
    name: &str,
    path: &Path,
    profiles: &Node,
    texts: &Texts,
    findings: &mut Vec<Diagnostic>,
) -> Option<Profile> {
    let profile = profiles.get(name)?;
    let file = profile.location.file;
    let text = texts.get(file)?;
    let render = request
        .context
        .renderer(YamlKind::Secret, file, text.clone());
    let error =
        |message: String, at: Location| Diagnostic::error(Code::InvalidProfile, message).at(at);
    let Some(outputs) = profile.get("outputs") else {
        let message = format!("the profile `{name}` has no `outputs`");
        let finding = error(message, profile.location);
        findings.push(finding.help("add `outputs:` with a target below it"));
        return None;
    };
    let target_name = target_name(request, profile, &render, findings)?;
    let known: Vec<&str> = outputs
        .as_map()
        .into_iter()
        .flat_map(Mapping::keys)
        .collect();
    let Some(target) = outputs.get(&target_name) else {
        let message = format!("the profile `{name}` has no target `{target_name}`");
        let at = profile
            .get("target")
            .filter(|_| request.options.target.is_none());
        let finding = error(message, at.unwrap_or(outputs).location).help(
            match did_you_mean(&target_name, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "name one that it has".to_owned(),
            },
        );
        findings.push(finding.note(format!("targets there: {}", list(&known))));
        return None;
    };
    let Some(written) = target.as_map() else {
        let message = format!(
            "the target `{target_name}` must be a mapping, not {}",
            target.kind()
        );
        findings.push(error(message, target.location));
        return None;
    };
    let before = findings.len();
    let rendered = render_target(target, &render, findings);
    let mut credentials = rendered.as_object().cloned().unwrap_or_default();
    if let Some(sink) = &request.options.sink {
        sink.emit(Event::Secrets(secrets_of_target(&credentials)));
    }
    let place = |key: &str| written.get(key).map_or(target.location, |it| it.location);
    let mut kind = match credentials.shift_remove("type") {
        Some(Json::String(kind)) => kind,
        Some(_) => {
            findings.push(error(
                "`type` must be the name of an engine".to_owned(),
                place("type"),
            ));
            String::new()
        }
        None => {
            let message = format!("the target `{target_name}` has no `type`");
            findings.push(error(message, target.location).help("say which engine it is"));
            String::new()
        }
    };
    let threads = match credentials.shift_remove("threads") {
        None | Some(Json::Null) => Some(1),
        Some(value) => value
            .as_u64()
            .filter(|it| *it > 0)
            .and_then(|it| usize::try_from(it).ok()),
    };
    let threads = request.options.threads.or(threads);
    if threads.is_none() {
        let finding = error(
            "`threads` must be a whole number from 1".to_owned(),
            place("threads"),
        );
        findings.push(finding.help("with Jinja in it, end it with `| as_number`"));
    }
    if findings.iter().skip(before).any(Diagnostic::is_error) {
        return None;
    }
    // As in dbt, paths of databases count from the current folder; but a project that is run from
    // elsewhere and brings its profile has one database.
    let is_elsewhere = request.current_dir != request.root;
    if is_elsewhere && request.options.profiles_dir.is_none() && path.parent() == Some(request.root)
    {
        adapters::settle_paths(&kind, &mut credentials, request.root);
    }
    if let Err(message) = rehearse(system, &kind, &mut credentials) {
        findings.push(error(message, target.location));
        return None;
    }
    let written_kind = kind.clone();
    if let Some(dialect) = &request.options.dialect {
        match adapters::dialect_target(dialect, &kind, &credentials) {
            Ok(of_dialect) => (kind, credentials) = of_dialect,
            Err(problems) => {
                findings.extend(problems.iter().map(|it| wrong_key(it, &kind, target)));
                return None;
            }
        }
    }
    let info = match target_info(request, &kind, &credentials) {
        Ok(info) => info,
        Err(problems) => {
            let wrong = problems
                .iter()
                .map(|problem| wrong_key(problem, &kind, target));
            findings.extend(wrong);
            return None;
        }
    };
    let known = adapters::target_keys(&written_kind);
    for key in written.iter().map(|entry| &entry.key) {
        let unknown = |name: &&str| !known.is_empty() && !known.contains(name);
        if let Some(name) = key.as_str().filter(unknown) {
            findings.push(unknown_key(name, known, "a target", key.location));
        }
    }
    let chosen = Profile {
        name: name.to_owned(),
        target_name,
        kind,
        threads: threads?,
        credentials,
        target: Dict::new(),
        path: Some(path.to_path_buf()),
        location: Some(target.location),
    };
    Some(chosen.with_target(info))
}

/// Points at the key that the engine complains about.
fn wrong_key(problem: &ProfileError, kind: &str, target: &Node) -> Diagnostic {
    let mut at = target;
    for step in &problem.key {
        let below = match step.parse::<usize>() {
            Ok(index) => at.as_seq().and_then(|items| items.get(index)),
            Err(_) => at.get(step),
        };
        let Some(below) = below else {
            break;
        };
        at = below;
    }
    let finding = Diagnostic::error(Code::InvalidProfile, problem.to_string()).at(at.location);
    if problem.key == ["type"] {
        let engines = adapters::ENGINES;
        return finding.help(match did_you_mean(kind, engines.iter().copied()) {
            Some(near) => format!("write `{near}`"),
            None => format!("engines are: {}", engines.join(", ")),
        });
    }
    finding
}

fn target_name(
    request: &ProfileRequest<'_>,
    profile: &Node,
    render: &dyn Render,
    findings: &mut Vec<Diagnostic>,
) -> Option<String> {
    if let Some(target) = &request.options.target {
        return Some(target.clone());
    }
    let Some(node) = profile.get("target") else {
        return Some("default".to_owned());
    };
    match render_tree(node, render, &|_| true, findings) {
        Json::String(name) => Some(name),
        Json::Null => None,
        other => Some(other.to_string()),
    }
}

/// Renders a target; a password that is no Jinja stays as it is.
fn render_target(node: &Node, render: &dyn Render, findings: &mut Vec<Diagnostic>) -> Json {
    let Some(mapping) = node.as_map() else {
        return Json::Null;
    };
    let entry = |entry: &yaml::Entry, findings: &mut Vec<Diagnostic>| {
        let key = entry.key.value.to_key();
        let mut own = Vec::new();
        let value = render_tree(&entry.value, render, &|_| true, &mut own);
        if key == "password" && own.iter().any(Diagnostic::is_error) {
            return (key, entry.value.to_json());
        }
        findings.extend(own);
        (key, value)
    };
    Json::Object(mapping.iter().map(|it| entry(it, findings)).collect())
}

fn list(names: &[&str]) -> String {
    if names.is_empty() {
        return "none".to_owned();
    }
    names.join(", ")
}

impl Profile {
    /// Fills in what templates see, from what the engine makes of the target.
    fn with_target(mut self, mut info: Dict) -> Self {
        for (key, value) in [
            ("type", Json::from(adapters::adapter_type(&self.kind))),
            ("threads", Json::from(self.threads)),
            ("name", Json::from(self.target_name.as_str())),
            ("target_name", Json::from(self.target_name.as_str())),
            ("profile_name", Json::from(self.name.as_str())),
        ] {
            info.insert(key.to_owned(), value);
        }
        self.target = info;
        self
    }

    /// Says in one line that the built-in profile is used, where it is. `asked` is the profile that
    /// the project names.
    pub fn note(&self, asked: Option<&str>) -> Option<String> {
        let path = self.credentials.get("path").and_then(Json::as_str)?;
        let path = Path::new(path).file_name()?.to_string_lossy();
        self.path.is_none().then(|| {
            let threads = match self.threads {
                1 => "1 thread".to_owned(),
                many => format!("{many} threads"),
            };
            let found = match asked {
                Some(name) => {
                    format!("No profiles.yml here or in ~/.dbt to find the profile `{name}` in")
                }
                None => "No profile found".to_owned(),
            };
            format!("{found}: the database is {path} in the project, with {threads}.")
        })
    }
}
