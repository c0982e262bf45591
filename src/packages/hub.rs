//! The package index.

use serde_json::Value as Json;

use super::fetch::{Fetcher, INDEX_PATIENCE, Wanted};
use crate::diagnostics::Diagnostic;
use crate::project::semver::Specifier;
use crate::project::suits;

/// The index that dbt uses.
const ADDRESS: &str = "https://hub.getdbt.com/";
/// How many bytes an answer of the index may have.
const LIMIT: u64 = 64 << 20;

/// What the index knows of a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct HubPackage {
    /// The package that takes its place, where there is one.
    pub(super) redirect: Option<String>,
    /// All versions, in the index's order.
    pub(super) versions: Vec<HubVersion>,
}

/// One version of a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct HubVersion {
    /// `1.3.0`
    pub(super) version: String,
    /// Name of the project.
    pub(super) name: String,
    /// Address of the archive.
    pub(super) tarball: String,
    /// What it needs, as in `packages.yml`.
    pub(super) packages: Json,
    /// Whether its `require-dbt-version` allows the version of dbt that dsql stands for.
    pub(super) suits: bool,
}

/// Returns the address of the index, with a slash at its end.
pub(super) fn address(fetcher: &Fetcher<'_>) -> String {
    let set = |name: &str| fetcher.system.env(name).filter(|it| !it.is_empty());
    let mut address = set("DBT_ENGINE_PACKAGE_HUB_URL")
        .or_else(|| set("DBT_PACKAGE_HUB_URL"))
        .unwrap_or_else(|| ADDRESS.to_owned());
    if !address.ends_with('/') {
        address.push('/');
    }
    address
}

/// Lists the names of all packages.
pub(super) fn index(fetcher: &Fetcher<'_>) -> Result<Vec<String>, Diagnostic> {
    let url = format!("{}api/v1/index.json", address(fetcher));
    fetcher.fresh(wanted(&url), &|body| {
        serde_json::from_slice::<Vec<String>>(body)
            .map_err(|error| format!("no list of names: {error}"))
    })
}

/// Reads what the index knows of a package.
pub(super) fn package(fetcher: &Fetcher<'_>, name: &str) -> Result<HubPackage, Diagnostic> {
    let url = format!("{}api/v1/{name}.json", address(fetcher));
    fetcher.fresh(wanted(&url), &|body| read(name, body))
}

fn wanted(url: &str) -> Wanted<'_> {
    Wanted {
        url,
        patience: INDEX_PATIENCE,
        limit: LIMIT,
    }
}

fn read(asked: &str, body: &[u8]) -> Result<HubPackage, String> {
    let json: Json = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    let text = |json: &Json, key: &str| json.get(key).and_then(Json::as_str).map(str::to_owned);
    let versions = json.get("versions").and_then(Json::as_object);
    let (Some(name), Some(versions)) = (text(&json, "name"), versions) else {
        return Err("`name` or `versions` is missing".to_owned());
    };
    let mut read = Vec::new();
    for (version, facts) in versions {
        let tarball = facts.get("downloads").and_then(|it| text(it, "tarball"));
        let (Some(name), Some(tarball)) = (text(facts, "name"), tarball) else {
            return Err(format!(
                "`name` or `downloads` of version {version} is missing"
            ));
        };
        read.push(HubVersion {
            version: version.clone(),
            name,
            tarball,
            packages: facts.get("packages").cloned().unwrap_or_default(),
            suits: suits_dbt(facts.get("require_dbt_version")),
        });
    }
    let redirects = ["redirectnamespace", "redirectname"];
    let redirects = redirects.iter().any(|key| json.get(key).is_some());
    let filled = |key: &str| text(&json, key).filter(|it| !it.is_empty());
    let redirect = redirects.then(|| {
        let own = asked.split_once('/').map_or(asked, |it| it.0);
        let namespace = filled("redirectnamespace").or_else(|| filled("namespace"));
        let namespace = namespace.unwrap_or_else(|| own.to_owned());
        format!("{namespace}/{}", filled("redirectname").unwrap_or(name))
    });
    Ok(HubPackage {
        redirect,
        versions: read,
    })
}

/// Tells whether a requirement on dbt's version holds; one that cannot be read does not.
fn suits_dbt(required: Option<&Json>) -> bool {
    let texts: Vec<&str> = match required {
        None | Some(Json::Null) => return true,
        Some(Json::String(text)) if text.is_empty() => return true,
        Some(Json::String(text)) => vec![text],
        Some(Json::Array(items)) => items.iter().filter_map(Json::as_str).collect(),
        Some(_) => return false,
    };
    let parsed: Option<Vec<Specifier>> = texts.into_iter().map(Specifier::parse).collect();
    parsed.is_some_and(|it| suits(&it))
}

/// Finds the name that was probably meant by one that the index does not have.
pub(super) fn nearest<'a>(wanted: &str, index: &'a [String]) -> Option<&'a str> {
    let names = || index.iter().map(String::as_str);
    if let Some(near) = crate::diagnostics::did_you_mean(wanted, names()) {
        return Some(near);
    }
    // The same package under another namespace, or with hyphens.
    let plain = |it: &str| it.replace('-', "_").to_lowercase();
    let last = |it: &str| plain(it.rsplit('/').next().unwrap_or(it));
    let same: Vec<&str> = names().filter(|name| last(name) == last(wanted)).collect();
    let known = same.iter().find(|name| name.starts_with("dbt-labs/"));
    known.or(same.first()).copied()
}
