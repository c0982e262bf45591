//! One entry of a list of packages.

use std::path::Path;

use serde_json::{Map, Value as Json, json};

use crate::diagnostics::{Code, Diagnostic, did_you_mean};
use crate::project::Project;
use crate::project::semver::Specifier;
use crate::text::Location;
use crate::yaml::Node;

/// Where a package comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SpecKind {
    /// A folder.
    Local(String),
    /// The package index: `namespace/name`.
    Hub(String),
    /// A git repository.
    Git(String),
    /// An archive.
    Tarball(String),
    /// A repository of the git host that dbt Cloud knows.
    Private(String),
}

/// One entry of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackageSpec {
    /// Where it comes from.
    pub kind: SpecKind,
    /// The same as written, before Jinja is rendered.
    pub unrendered: String,
    /// `version` of a package of the index: each must hold.
    pub versions: Vec<String>,
    /// `install_prerelease`
    pub prerelease: bool,
    /// `revision` of a repository.
    pub revision: Option<String>,
    /// Whether the revision is written as a number, so that `1.10` is `1.1`.
    pub revision_is_number: bool,
    /// `subdirectory` of a repository.
    pub subdirectory: Option<String>,
    /// `provider` of a private package: which host has its repository.
    pub provider: Option<String>,
    /// `warn-unpinned`
    pub warn_unpinned: bool,
    /// `name`
    pub name: Option<String>,
    /// What dbt takes the checksum of.
    pub hashed: Json,
    /// Where it stands.
    pub location: Location,
    /// Where the source stands.
    pub source_location: Location,
    /// Where the version or revision stands; the source if there is none.
    pub version_location: Location,
    /// Where the name stands; the source if there is none.
    pub name_location: Location,
}

/// What makes a source of a key's value.
type Source = fn(String) -> SpecKind;

/// Keys that say where a package comes from, with all keys that go with each.
const KEYS: [(&str, Source, &[&str]); 5] = [
    ("local", SpecKind::Local, &["local", "name"]),
    (
        "package",
        SpecKind::Hub,
        &["package", "version", "install_prerelease", "name"],
    ),
    (
        "git",
        SpecKind::Git,
        &["git", "revision", "warn-unpinned", "subdirectory", "name"],
    ),
    ("tarball", SpecKind::Tarball, &["tarball", "name"]),
    (
        "private",
        SpecKind::Private,
        &[
            "private",
            "provider",
            "revision",
            "warn-unpinned",
            "subdirectory",
            "name",
        ],
    ),
];

/// Tells whether entries can have a key.
pub(super) fn is_key(name: &str) -> bool {
    KEYS.iter().any(|(_, _, keys)| keys.contains(&name))
}

/// Reads an entry; `item` is the same after rendering.
pub(super) fn spec(node: &Node, item: &Json) -> Result<PackageSpec, Diagnostic> {
    let error =
        |message: String| Diagnostic::error(Code::InvalidPackages, message).at(node.location);
    let given: Vec<_> = KEYS
        .iter()
        .filter(|(key, ..)| item.get(key).is_some())
        .collect();
    let [(key, kind, keys)] = given[..] else {
        let message = match given[..] {
            [] => "an entry of `packages` needs `local`, `package`, `git`, `tarball` or `private`"
                .to_owned(),
            [(one, ..), (two, ..), ..] => {
                format!("an entry of `packages` has `{one}` and `{two}`")
            }
            _ => String::new(),
        };
        let finding = error(message);
        return Err(match given[..] {
            [] => finding,
            _ => finding.help("say once where the package comes from"),
        });
    };
    let reader = Reader { node, item };
    reader.check_keys(key, keys)?;
    let value = reader.text(key)?.filter(|it| !it.is_empty());
    let Some(value) = value else {
        return Err(error(format!("`{key}` must be a text")));
    };
    let mut spec = PackageSpec {
        kind: kind(value.clone()),
        unrendered: reader.written(key).unwrap_or(value),
        versions: Vec::new(),
        prerelease: reader.flag("install_prerelease")?.unwrap_or(false),
        revision: None,
        revision_is_number: false,
        subdirectory: reader.text("subdirectory")?.filter(|it| !it.is_empty()),
        provider: reader.text("provider")?,
        warn_unpinned: reader.flag("warn-unpinned")?.unwrap_or(true),
        name: reader.text("name")?,
        hashed: Json::Null,
        location: node.location,
        source_location: reader.place(key),
        version_location: reader.place(key),
        name_location: match node.get("name") {
            Some(_) => reader.place("name"),
            None => reader.place(key),
        },
    };
    match &spec.kind {
        SpecKind::Hub(name) => {
            spec.versions = versions(&reader, name)?;
            spec.version_location = reader.place("version");
        }
        SpecKind::Git(_) | SpecKind::Private(_) => {
            spec.revision = reader.scalar("revision")?;
            spec.revision_is_number = item.get("revision").is_some_and(Json::is_number);
            if node.get("revision").is_some() {
                spec.version_location = reader.place("revision");
            }
        }
        SpecKind::Tarball(_) if spec.name.is_none() => {
            let finding = error("a tarball has no `name`".to_owned());
            return Err(finding.help("add `name:` with the name in its dbt_project.yml"));
        }
        SpecKind::Tarball(_) | SpecKind::Local(_) => {}
    }
    spec.hashed = hashed(key, &spec, node, item);
    Ok(spec)
}

/// Reads `version`: a text, a number, or a list of them.
fn versions(reader: &Reader<'_>, name: &str) -> Result<Vec<String>, Diagnostic> {
    let given = reader.item.get("version").filter(|it| !it.is_null());
    let Some(given) = given.filter(|it| it.as_str() != Some("")) else {
        let finding = Diagnostic::error(Code::InvalidPackages, format!("{name} has no `version`"))
            .at(reader.node.location);
        return Err(finding.help("packages of the index need one, such as `version: 1.3.0`"));
    };
    if !name.contains('/') {
        let finding = Diagnostic::error(
            Code::InvalidPackages,
            format!("`{name}` is no package of the index"),
        )
        .at(reader.node.location);
        return Err(finding.help("write it with its namespace: `dbt-labs/dbt_utils`"));
    }
    let items = match given {
        Json::Array(items) => items.clone(),
        one => vec![one.clone()],
    };
    let text = |item: &Json| match item {
        Json::String(text) => Some(text.clone()),
        Json::Number(number) => Some(number.to_string()),
        _ => None,
    };
    let texts: Option<Vec<String>> = items.iter().map(text).collect();
    texts.ok_or_else(|| reader.wrong("version", "a text, or a list of texts"))
}

/// Guesses what a version that cannot be read is meant to be.
pub(super) fn better(shown: &str) -> String {
    let parts: Vec<&str> = shown.split(',').map(str::trim).collect();
    if parts.len() > 1 && parts.iter().all(|it| Specifier::parse(it).is_some()) {
        let list: Vec<String> = parts.iter().map(|it| format!("\"{it}\"")).collect();
        return format!("write several as a list: [{}]", list.join(", "));
    }
    let digits = shown.trim_start_matches(|it: char| !it.is_ascii_digit());
    for tail in ["", ".0", ".0.0"] {
        let guess = format!("{digits}{tail}");
        if Specifier::parse(&guess).is_some() && !digits.is_empty() {
            return format!("a version has three parts: \"{guess}\", \">={guess}\"");
        }
    }
    "a version has three parts: \"1.3.0\", \">=1.3.0\"".to_owned()
}

/// Writes an entry down as dbt does before it takes the checksum.
fn hashed(key: &str, spec: &PackageSpec, node: &Node, item: &Json) -> Json {
    let value = |key: &str| item.get(key).cloned().unwrap_or(Json::Null);
    let mut all = Map::new();
    all.insert(key.to_owned(), value(key));
    let keys: &[&str] = match spec.kind {
        SpecKind::Hub(_) => &["version"],
        SpecKind::Git(_) => &["revision", "subdirectory", "warn-unpinned"],
        SpecKind::Private(_) => &["provider", "revision", "subdirectory", "warn-unpinned"],
        SpecKind::Local(_) | SpecKind::Tarball(_) => &[],
    };
    for key in keys {
        all.insert((*key).to_owned(), value(key));
    }
    if matches!(spec.kind, SpecKind::Hub(_)) {
        let given = item.get("install_prerelease").cloned();
        all.insert(
            "install_prerelease".to_owned(),
            given.unwrap_or(json!(false)),
        );
    }
    if let Some(name) = &spec.name {
        all.insert("name".to_owned(), json!(name));
    }
    all.insert("unrendered".to_owned(), node.to_json());
    Json::Object(all)
}

struct Reader<'a> {
    node: &'a Node,
    item: &'a Json,
}

impl Reader<'_> {
    /// Returns where the value of a key stands.
    fn place(&self, key: &str) -> Location {
        self.node.get(key).unwrap_or(self.node).location
    }

    /// Returns a value before rendering.
    fn written(&self, key: &str) -> Option<String> {
        Some(self.node.get(key)?.as_str()?.to_owned())
    }

    fn wrong(&self, key: &str, wanted: &str) -> Diagnostic {
        let message = format!("`{key}` must be {wanted}");
        Diagnostic::error(Code::InvalidPackages, message).at(self.place(key))
    }

    fn text(&self, key: &str) -> Result<Option<String>, Diagnostic> {
        match self.item.get(key) {
            None | Some(Json::Null) => Ok(None),
            Some(Json::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(self.wrong(key, "a text")),
        }
    }

    fn flag(&self, key: &str) -> Result<Option<bool>, Diagnostic> {
        match self.item.get(key) {
            None | Some(Json::Null) => Ok(None),
            Some(Json::Bool(on)) => Ok(Some(*on)),
            Some(_) => Err(self.wrong(key, "true or false")),
        }
    }

    fn scalar(&self, key: &str) -> Result<Option<String>, Diagnostic> {
        match self.item.get(key) {
            Some(Json::Number(number)) => Ok(Some(number.to_string())),
            Some(Json::Bool(_)) => Err(self.wrong(key, "a text")),
            _ => self.text(key),
        }
    }

    /// Refuses keys that mean nothing here, as dbt does.
    fn check_keys(&self, source: &str, keys: &[&str]) -> Result<(), Diagnostic> {
        for entry in self.node.as_map().into_iter().flat_map(|it| it.iter()) {
            let key = entry.key.value.to_text();
            if keys.contains(&key.as_str()) {
                continue;
            }
            let message = format!("an entry with `{source}` has no key `{key}`");
            let finding = Diagnostic::error(Code::InvalidPackages, message).at(entry.key.location);
            let plain = |it: &str| it.replace('-', "_");
            let same = keys.iter().find(|it| plain(it) == plain(&key)).copied();
            let near = same.or_else(|| did_you_mean(&key, keys.iter().copied()));
            return Err(match near {
                Some(near) => finding.help(format!("did you mean `{near}`?")),
                None => finding.help(format!("remove it; there are {}", listed(keys))),
            });
        }
        Ok(())
    }
}

fn listed(keys: &[&str]) -> String {
    let quoted: Vec<String> = keys.iter().map(|it| format!("`{it}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}

impl PackageSpec {
    /// Returns what names the package.
    pub fn shown(&self) -> &str {
        match &self.kind {
            SpecKind::Local(it)
            | SpecKind::Hub(it)
            | SpecKind::Git(it)
            | SpecKind::Tarball(it)
            | SpecKind::Private(it) => it,
        }
    }

    /// Lets findings about an entry of another package's list point at the entry that asks for that
    /// package.
    pub(super) fn asked_at(&mut self, asking: &Self) {
        let at = asking.source_location;
        self.location = asking.location;
        (
            self.source_location,
            self.version_location,
            self.name_location,
        ) = (at, at, at);
    }

    /// Guesses whether the package is among those of a project: by its name, or that of its folder.
    pub(super) fn is_among(&self, project: &Project, install_path: &Path) -> bool {
        let place = self.subdirectory.as_deref().unwrap_or_else(|| self.shown());
        let last = place
            .trim_end_matches('/')
            .rsplit(['/', ':'])
            .next()
            .unwrap_or(place);
        let own = self.name.clone();
        let name = own.unwrap_or_else(|| last.trim_end_matches(".git").replace('-', "_"));
        project.packages.iter().skip(1).any(|package| {
            let folder = package.root.strip_prefix(install_path).ok();
            let folder = folder.map(|it| it.to_string_lossy().replace('-', "_"));
            *package.name == *name || folder.as_deref() == Some(&name)
        })
    }
}
