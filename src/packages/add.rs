//! `--add-package`: an entry more in the list of packages.

use serde_json::{Map, Value as Json, json};

use super::deps::DepsRequest;
use super::hub;
use super::sources::Sources;
use super::specs::{DEPENDENCIES_FILE, PACKAGES_FILE, read_mapping};
use crate::diagnostics::{Code, Diagnostic};
use crate::events::{DepsEvent, Event};
use crate::jinja::library::documents::indented_yaml;
use crate::project::semver::{Specifier, installable};
use crate::text::Texts;
use crate::yaml::Node;

/// What to add.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addition {
    /// Name in the index, address of a repository, or path.
    pub name: String,
    /// Version or revision; several versions with commas between them.
    pub version: Option<String>,
    /// `hub`, `git` or `local`.
    pub source: String,
}

impl Addition {
    /// Reads `name@version`; as in dbt, a second `@` makes a name of all.
    pub fn parse(text: &str, source: &str) -> Self {
        let (name, version) = match text.split_once('@') {
            Some((name, version)) if !version.contains('@') => (name, Some(version.to_owned())),
            _ => (text, None),
        };
        Self {
            name: name.to_owned(),
            version,
            source: source.to_owned(),
        }
    }

    /// Makes the entry.
    fn entry(&self) -> Map<String, Json> {
        let (key, version_key) = match self.source.as_str() {
            "git" => ("git", "revision"),
            "local" => ("local", "version"),
            _ => ("package", "version"),
        };
        let mut entry = Map::new();
        entry.insert(key.to_owned(), json!(self.name));
        if let Some(version) = self.version.as_ref().filter(|_| key != "local") {
            let versions: Vec<&str> = version.split(',').map(str::trim).collect();
            entry.insert(
                version_key.to_owned(),
                match versions[..] {
                    [_] => json!(version),
                    _ => json!(versions),
                },
            );
        }
        entry
    }
}

/// Adds a package; what the list has of the same package goes.
pub(super) fn add(
    request: &DepsRequest<'_>,
    addition: &Addition,
    sources: &Sources<'_>,
    texts: &mut Texts,
) -> Vec<Diagnostic> {
    if let Err(finding) = check(addition, sources) {
        return vec![finding];
    }
    let tell = |event| request.sink.emit(Event::Deps(event));
    let mut findings = Vec::new();
    let root = &request.project.root;
    let read = |name: &str, texts: &mut Texts, findings: &mut Vec<Diagnostic>| {
        let path = root.join(name);
        request.system.is_file(&path).then(|| {
            read_mapping(request.system, &path, name.as_ref(), texts, findings).map(|it| it.1)
        })
    };
    let dependencies = read(DEPENDENCIES_FILE, texts, &mut findings);
    let listed = |file: &Option<Option<Node>>| {
        let file = file.as_ref().and_then(Option::as_ref);
        file.is_some_and(|it| it.get("packages").is_some())
    };
    let (name, file) = match listed(&dependencies) {
        true => (DEPENDENCIES_FILE, dependencies),
        false => (PACKAGES_FILE, read(PACKAGES_FILE, texts, &mut findings)),
    };
    if findings.iter().any(Diagnostic::is_error) {
        return findings;
    }
    let created = file.is_none();
    let node = file.flatten();
    let list = node.as_ref().and_then(|it| it.get("packages"));
    let entries = list.and_then(Node::as_seq).unwrap_or_default();
    let (gone, kept): (Vec<&Node>, Vec<&Node>) =
        entries.iter().partition(|it| is_same(it, &addition.name));
    let text = list.map(|it| texts.content(it.location.file).to_owned());
    let new = match &text {
        Some(text) if text.contains('#') => edited(text, &gone, &kept, &addition.entry()),
        _ => None,
    };
    let new = new.unwrap_or_else(|| {
        let mut all = node.as_ref().map(Node::to_json).unwrap_or_default();
        let mut list: Vec<Json> = kept.iter().map(|it| it.to_json()).collect();
        list.push(Json::Object(addition.entry()));
        match all.as_object_mut() {
            Some(all) => {
                all.insert("packages".to_owned(), json!(list));
            }
            None => all = json!({"packages": list}),
        }
        indented_yaml(&all)
    });
    let path = root.join(name);
    if let Err(error) = request.system.write(&path, new.as_bytes()) {
        let finding = Diagnostic::error(Code::SystemError, error.to_string());
        return vec![finding.help(error.help())];
    }
    if created {
        tell(DepsEvent::ListCreated);
    }
    for entry in gone {
        let mut fields = entry.as_map().map(|it| it.to_json()).unwrap_or_default();
        fields.retain(|_, value| value.is_string() || value.is_number());
        tell(DepsEvent::DuplicateRemoved(fields));
    }
    tell(DepsEvent::Added {
        package: addition.name.clone(),
        version: addition.version.clone(),
        path: path.display().to_string(),
    });
    findings
}

/// Refuses what would not be an entry of the list.
fn check(addition: &Addition, sources: &Sources<'_>) -> Result<(), Diagnostic> {
    if addition.source != "hub" {
        return Ok(());
    }
    let name = &addition.name;
    let error = |message: String| Diagnostic::error(Code::InvalidPackages, message);
    let typed =
        |name: &str, version: &str| format!("type `dsql deps --add-package {name}@{version}`");
    if !name.contains('/') {
        let index = sources.index().ok();
        let near = index.as_ref().and_then(|it| hub::nearest(name, it));
        let version = addition.version.as_deref().unwrap_or("1.0.0");
        return Err(error(format!("`{name}` is no package of the index"))
            .help(typed(near.unwrap_or("dbt-labs/dbt_utils"), version)));
    }
    let newest = || {
        let package = sources.package(name).ok()?;
        let texts = package.versions.iter().filter(|it| it.suits);
        let texts = texts.map(|it| it.version.as_str());
        installable(texts, false).last().map(|it| (*it).to_owned())
    };
    let Some(version) = &addition.version else {
        let version = newest().unwrap_or_else(|| "1.0.0".to_owned());
        return Err(error(format!("the version of {name} is missing")).help(typed(name, &version)));
    };
    let wrong = version
        .split(',')
        .find(|it| Specifier::parse(it.trim()).is_none());
    match wrong {
        Some(wrong) => {
            let version = newest().unwrap_or_else(|| "1.0.0".to_owned());
            Err(error(format!("`{wrong}` is no version")).help(typed(name, &version)))
        }
        None => Ok(()),
    }
}

/// Tells whether an entry is about a package of this name, as dbt does: hyphens and underscores
/// are the same, and so are all namespaces.
fn is_same(entry: &Node, name: &str) -> bool {
    let keys = ["package", "git", "local", "tarball", "private"];
    let source = keys.iter().find_map(|key| entry.get(key)?.as_str());
    let Some(source) = source.filter(|it| !it.is_empty()) else {
        return false;
    };
    let short = name.rsplit('/').next().unwrap_or(name);
    let forms = [name, short]
        .into_iter()
        .flat_map(|it| [it.to_owned(), it.replace('_', "-"), it.replace('-', "_")]);
    let bounds = |it: Option<char>| it.is_none_or(|it| matches!(it, '/' | '.'));
    forms.filter(|it| !it.is_empty()).any(|form| {
        source
            .split_once(form.as_str())
            .is_some_and(|(before, behind)| {
                bounds(before.chars().last()) && bounds(behind.chars().next())
            })
    })
}

/// Changes the text where it must be, so that remarks stay; `None` where entries do not stand on
/// lines of their own.
fn edited(text: &str, gone: &[&Node], kept: &[&Node], entry: &Map<String, Json>) -> Option<String> {
    let lines = |node: &Node| {
        let range = node.location.span.range();
        let start = text.get(..range.start)?.rfind('\n').map_or(0, |it| it + 1);
        let before = text.get(start..range.start)?;
        let indent = before
            .strip_suffix("- ")
            .or_else(|| before.strip_suffix('-'))?;
        let last = text.get(..range.end)?.trim_end().len();
        let end = text
            .get(last..)?
            .find('\n')
            .map_or(text.len(), |it| last + it + 1);
        indent
            .trim()
            .is_empty()
            .then(|| (start..end, indent.to_owned()))
    };
    let all: Option<Vec<_>> = gone.iter().map(|it| lines(it)).collect();
    let all = all?;
    let (at, indent) = match kept.last() {
        Some(last) => lines(last).map(|(range, indent)| (range.end, indent))?,
        None => all
            .first()
            .map(|(range, indent)| (range.start, indent.clone()))?,
    };
    let new: String = indented_yaml(&json!([entry]))
        .lines()
        .map(|line| format!("{indent}{line}\n"))
        .collect();
    let mut cuts: Vec<_> = all.into_iter().map(|it| (it.0, String::new())).collect();
    let broken = at > 0 && !text[..at].ends_with('\n');
    cuts.push((at..at, if broken { format!("\n{new}") } else { new }));
    cuts.sort_by_key(|(range, _)| (range.start, range.end));
    let mut out = text.to_owned();
    for (range, new) in cuts.into_iter().rev() {
        out.replace_range(range, &new);
    }
    Some(out)
}
