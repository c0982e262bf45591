//! `package-lock.yml`: which version of each package is installed, and the checksum of the list
//! that it was made of. dbt reads and writes the same file.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value as Json, json};
use sha1::{Digest, Sha1};

use super::entry::{PackageSpec, SpecKind};
use super::resolve::{Pinned, Version};
use super::specs::{entries, read_mapping};
use crate::diagnostics::{Code, Diagnostic};
use crate::jinja::library::documents::{indented_yaml, sorted_json};
use crate::project::{YamlContext, YamlKind, render_tree, secrets};
use crate::system::System;
use crate::text::Texts;

/// Name of the file.
pub(super) const LOCK_FILE: &str = "package-lock.yml";
/// What stands in the place of a secret.
const MASK: &str = "*****";

/// Returns where the file is.
pub(super) fn path(root: &Path) -> PathBuf {
    root.join(LOCK_FILE)
}

/// Takes the checksum of a list, as dbt does.
pub(super) fn checksum(specs: &[PackageSpec]) -> String {
    let mut lines: Vec<String> = specs.iter().map(|it| sorted_json(&it.hashed)).collect();
    lines.sort();
    format!("{:x}", Sha1::digest(lines.join("\n").as_bytes()))
}

/// Reads what is locked; `None` where there is none, nothing can be made of it, or it was made of another
/// list than that with the checksum `current`: then it is written anew, whatever is in it.
pub(super) fn read(
    system: &dyn System,
    root: &Path,
    current: &str,
    context: &YamlContext,
    texts: &mut Texts,
    findings: &mut Vec<Diagnostic>,
) -> Option<Vec<PackageSpec>> {
    let path = path(root);
    if !system.is_file(&path) {
        return None;
    }
    let mut own = Vec::new();
    let lock = read_file(system, &path, current, context, texts, &mut own);
    for mut finding in own {
        if finding.is_error() {
            finding.code = Code::InvalidLock;
            finding.help =
                Some("type `dsql deps --upgrade`, which writes the file anew".to_owned());
        }
        findings.push(finding);
    }
    lock
}

fn read_file(
    system: &dyn System,
    path: &Path,
    current: &str,
    context: &YamlContext,
    texts: &mut Texts,
    findings: &mut Vec<Diagnostic>,
) -> Option<Vec<PackageSpec>> {
    let (file, node) = read_mapping(system, path, Path::new(LOCK_FILE), texts, findings)?;
    let text = texts.get(file)?.clone();
    let render = context.renderer(YamlKind::Secret, file, text);
    let checksum = node.get("sha1_hash").and_then(|it| it.as_str());
    if checksum != Some(current) {
        return None;
    }
    let list = node.get("packages")?;
    let rendered = render_tree(list, &render, &|_| true, findings);
    Some(entries(list, &rendered, findings))
}

/// Writes the text of the file.
pub(super) fn text(
    system: &dyn System,
    pinned: &[Pinned],
    checksum: &str,
    findings: &mut Vec<Diagnostic>,
) -> String {
    let secrets = secrets(system);
    let mut entry = |it: &Pinned| {
        let mut source = it.spec.unrendered.clone();
        for secret in &secrets {
            source = source.replace(secret, MASK);
        }
        if source != it.spec.unrendered {
            let message = format!("the lock file cannot name {source}: there is a secret in it");
            findings.push(
                Diagnostic::warning(Code::SecretInLock, message)
                    .at(it.spec.source_location)
                    .help(
                        "write `{{ env_var('DBT_ENV_SECRET_…') }}` in place of the secret, or lock \
                         again each time with `dsql deps --upgrade`",
                    ),
            );
        }
        let mut fields = Map::new();
        let mut put = |key: &str, value: &str| fields.insert(key.to_owned(), json!(value));
        put("name", &it.name);
        match (&it.spec.kind, &it.version) {
            (SpecKind::Hub(name), Version::Hub { version, .. }) => {
                put("package", name);
                put("version", version);
            }
            (SpecKind::Git(_), Version::Commit(commit)) => {
                put("git", &source);
                put("revision", commit);
                if let Some(inside) = &it.spec.subdirectory {
                    put("subdirectory", inside);
                }
            }
            (SpecKind::Tarball(_), _) => {
                put("tarball", &source);
            }
            _ => {
                put("local", it.spec.shown());
            }
        }
        Json::Object(fields)
    };
    let packages: Vec<Json> = pinned.iter().map(&mut entry).collect();
    indented_yaml(&json!({"packages": packages, "sha1_hash": checksum}))
}
