//! Messages about packages, in dbt's words.

use serde_json::{Value, json};

use super::record::{Level, Record};
use crate::events::DepsEvent;

/// Writes the messages of an event.
pub(super) fn messages(event: &DepsEvent) -> Vec<Record> {
    let info = |id, text: &str, data| vec![Record::new(id, Level::Info, text, data)];
    let debug = |id, text: &str, data| vec![Record::new(id, Level::Debug, text, data)];
    match event {
        DepsEvent::NoPackages => info(
            ("DepsNoPackagesFound", "M013"),
            "Warning: No packages were found in packages.yml",
            json!({}),
        ),
        DepsEvent::ListCreated => {
            let text = "Created packages.yml";
            info(("Formatting", "Z017"), text, json!({"msg": text}))
        }
        DepsEvent::DuplicateRemoved(removed) => info(
            ("DepsFoundDuplicatePackage", "M033"),
            &format!(
                "Found duplicate package in packages.yml, removing: {}",
                dict(removed)
            ),
            json!({"removed_package": removed}),
        ),
        DepsEvent::Added {
            package,
            version,
            path,
        } => {
            let shown = version.as_deref().map(|it| format!("@{it}"));
            let text = format!(
                "Added new package {package}{} to {path}",
                shown.unwrap_or_default()
            );
            let data =
                json!({"package_name": package, "version": version, "packages_filepath": path});
            info(("DepsAddPackage", "M032"), &text, data)
        }
        DepsEvent::LockUpdating(path) => info(
            ("DepsLockUpdating", "M031"),
            &format!("Updating lock file in file path: {path}"),
            json!({"lock_filepath": path}),
        ),
        DepsEvent::Installing(package) => info(
            ("DepsStartPackageInstall", "M014"),
            &format!("Installing {package}"),
            json!({"package_name": package}),
        ),
        DepsEvent::Installed(version) => info(
            ("DepsInstallInfo", "M015"),
            &format!("Installed from {version}"),
            json!({"version_name": version}),
        ),
        DepsEvent::UpToDate => info(("DepsUpToDate", "M017"), "Up to date!", json!({})),
        DepsEvent::UpdateAvailable(version) => info(
            ("DepsUpdateAvailable", "M016"),
            &format!("Updated version available: {version}"),
            json!({"version_latest": version}),
        ),
        DepsEvent::Subdirectory(folder) => info(
            ("DepsListSubdirectory", "M018"),
            &format!("and subdirectory {folder}"),
            json!({"subdirectory": folder}),
        ),
        DepsEvent::UpdatesAvailable(packages) => {
            let quoted: Vec<String> = packages.iter().map(|it| format!("'{it}'")).collect();
            let text = format!(
                "Updates available for packages: [{}]\n\
                 Update your versions in packages.yml, then run dsql deps",
                quoted.join(", ")
            );
            let data = json!({"packages": packages});
            let id = ("DepsNotifyUpdatesAvailable", "M019");
            vec![Record::blank(), Record::new(id, Level::Info, text, data)]
        }
        DepsEvent::Request(url) => debug(
            ("RegistryProgressGETRequest", "M008"),
            &format!("Making package registry request: GET {url}"),
            json!({"url": url}),
        ),
        DepsEvent::Response { url, status } => debug(
            ("RegistryProgressGETResponse", "M009"),
            &format!("Response from registry: GET {url} {status}"),
            json!({"url": url, "resp_code": status}),
        ),
        DepsEvent::Retrying {
            reason,
            attempt,
            retries,
        } => debug(
            ("RetryExternalCall", "M020"),
            &format!(
                "Retrying external call. Attempt: {attempt} Max attempts: {retries} ({reason})"
            ),
            json!({"attempt": attempt, "max": retries}),
        ),
    }
}

/// Writes an entry as Python prints a dictionary.
fn dict(fields: &serde_json::Map<String, Value>) -> String {
    let shown = |value: &Value| match value {
        Value::String(text) => format!("'{text}'"),
        other => other.to_string(),
    };
    let pairs = fields
        .iter()
        .map(|(key, value)| format!("'{key}': {}", shown(value)));
    format!("{{{}}}", pairs.collect::<Vec<_>>().join(", "))
}
