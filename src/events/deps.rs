//! What happens while packages are installed.

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DepsEvent {
    /// The project names no packages.
    NoPackages,
    /// `packages.yml` was not there.
    ListCreated,
    /// An entry goes from the list, because another one takes its place.
    DuplicateRemoved(serde_json::Map<String, serde_json::Value>),
    /// A package was added to the list.
    Added {
        /// Its name.
        package: String,
        /// Its version, if one was given.
        version: Option<String>,
        /// The list.
        path: String,
    },
    /// The lock file is written.
    LockUpdating(String),
    /// A package comes next.
    Installing(String),
    /// A package is there: dbt's words for its version.
    Installed(String),
    /// The package is the newest one that could be installed.
    UpToDate,
    /// There is a newer one.
    UpdateAvailable(String),
    /// The package lies in a folder of its repository.
    Subdirectory(String),
    /// Packages with newer versions.
    UpdatesAvailable(Vec<String>),
    /// A file is asked for (debug).
    Request(String),
    /// A server answered (debug).
    Response {
        /// The address.
        url: String,
        /// HTTP's number.
        status: u16,
    },
    /// A download failed and is tried again (debug).
    Retrying {
        /// Why.
        reason: String,
        /// Which attempt this is, from 1.
        attempt: u32,
        /// How many there may be.
        retries: u32,
    },
}
