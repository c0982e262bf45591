//! A node before it is read: what its file or its declaration says.

use std::sync::Arc;

use crate::nodes::{Checksum, Details, ResourceType, SharedRow};
use crate::text::Location;

/// Everything that is known of a node without rendering anything.
#[derive(Debug, Clone)]
pub(super) struct RawNode {
    /// Position of its package.
    pub(super) package: usize,
    pub(super) resource_type: ResourceType,
    pub(super) name: String,
    /// Last part of a data test's unique id.
    pub(super) hash: Option<String>,
    /// Path below the resource folder.
    pub(super) path: String,
    /// Path below the package's root.
    pub(super) original_file_path: String,
    pub(super) fqn: Vec<String>,
    pub(super) checksum: Checksum,
    pub(super) raw_code: Arc<str>,
    pub(super) location: Location,
    pub(super) language: &'static str,
    pub(super) details: Details,
    /// Tags of hooks, and of what a data test stands under.
    pub(super) tags: Vec<String>,
    /// The row that it is generated for.
    pub(super) row: SharedRow,
}

impl RawNode {
    /// Makes the unique id: `<type>.<package>.<name>` and a hash where there is one.
    pub(super) fn unique_id(&self, package: &str) -> String {
        let id = format!("{}.{package}.{}", self.resource_type, self.name);
        match &self.hash {
            Some(hash) => format!("{id}.{hash}"),
            None => id,
        }
    }
}

/// The checksum of a file's content.
pub(super) fn sha256(content: &str) -> Checksum {
    use sha2::{Digest, Sha256};
    Checksum {
        name: "sha256",
        checksum: format!("{:x}", Sha256::digest(content.as_bytes())),
    }
}

/// The checksum of what has no file of its own.
pub(super) fn no_checksum() -> Checksum {
    Checksum {
        name: "none",
        checksum: String::new(),
    }
}

/// Makes a qualified name: the package, the folders of a path below a resource folder, and names.
pub(super) fn fqn(package: &str, path: &str, names: &[&str]) -> Vec<String> {
    let folders = path.rsplit_once('/').map_or("", |(folders, _)| folders);
    let folders = folders.split('/').filter(|part| !part.is_empty());
    let parts = std::iter::once(package).chain(folders);
    parts
        .chain(names.iter().copied())
        .map(str::to_owned)
        .collect()
}

/// Makes the raw node of SQL that is in no file.
pub(super) fn inline(file: crate::text::FileId, sql: &str, package: &str) -> RawNode {
    let name = "inline_query".to_owned();
    RawNode {
        package: 0,
        resource_type: ResourceType::Analysis,
        path: name.clone(),
        original_file_path: "--inline".to_owned(),
        fqn: vec![package.to_owned(), name.clone()],
        name,
        hash: None,
        checksum: sha256(sql),
        raw_code: sql.into(),
        location: Location::new(file, crate::text::Span::new(0, sql.len())),
        language: "sql",
        details: Details::Analysis,
        tags: Vec::new(),
        row: None,
    }
}
