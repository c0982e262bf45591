//! What the command line and the environment say about the project.

use std::path::PathBuf;
use std::sync::Arc;

use crate::events::Sink;
use crate::invocation::{Consulted, Invocation};
use crate::jinja::Globals;
use crate::nodes::Dict;

/// Settings that are needed to find and read a project.
#[derive(Clone, Default)]
pub struct Options {
    /// Folder of the project; looked for from the current folder upwards if none.
    pub project_dir: Option<PathBuf>,
    /// Folder of `profiles.yml`.
    pub profiles_dir: Option<PathBuf>,
    /// Name of the profile, over that of the project.
    pub profile: Option<String>,
    /// Name of the target, over that of the profile.
    pub target: Option<String>,
    /// The engine whose statements are written down, in place of the target's.
    pub dialect: Option<String>,
    /// Number of workers, over that of the profile.
    pub threads: Option<usize>,
    /// Vars of the command line.
    pub vars: Dict,
    /// Folder for what is made, over that of the project.
    pub target_path: Option<String>,
    /// Folder for logs, over that of the project.
    pub log_path: Option<String>,
    /// Whether `require-dbt-version` is not looked at.
    pub no_version_check: bool,
    /// Notes what Jinja in the files looks at.
    pub consulted: Arc<Consulted>,
    /// What Jinja in the files can name besides the project: flags, modules …
    pub base: Option<Arc<dyn Globals>>,
    /// Hears which values of the profile nobody may see, before anything is said of them.
    pub sink: Option<Arc<dyn Sink>>,
}

impl From<&Invocation> for Options {
    fn from(invocation: &Invocation) -> Self {
        let text = |name: &str| invocation.text(name).map(str::to_owned);
        let threads = invocation.number("threads");
        Self {
            project_dir: text("project_dir").map(PathBuf::from),
            profiles_dir: text("profiles_dir").map(PathBuf::from),
            profile: text("profile"),
            target: text("target"),
            dialect: text("dialect"),
            threads: threads
                .and_then(|it| usize::try_from(it).ok())
                .filter(|it| *it > 0),
            vars: invocation.dict("vars"),
            target_path: text("target_path"),
            log_path: text("log_path"),
            no_version_check: !invocation.on("version_check"),
            consulted: Arc::default(),
            base: None,
            sink: None,
        }
    }
}
