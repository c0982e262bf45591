//! The commands.

/// What to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Command {
    /// Shows alerts, or tries a route.
    Alerts,
    /// Seeds, models, snapshots and tests in order.
    Build,
    /// Disturbs runs on a copy of the target.
    Chaos,
    /// Finds what is wrong in SQL.
    Check,
    /// Removes what runs left.
    Clean,
    /// Points at what another run built.
    Clone,
    /// Renders SQL.
    Compile,
    /// Checks set-up and connection.
    Debug,
    /// Installs packages.
    Deps,
    /// Compares two versions of a table.
    Diff,
    /// Describes the relations of the project.
    DocsGenerate,
    /// Gives columns the descriptions and tags of those that they are.
    DocsInherit,
    /// Shows the project's site.
    DocsServe,
    /// Explains an error.
    Explain,
    /// Tells what a change reaches.
    Impact,
    /// Traces, contains and repairs bad data.
    Incident,
    /// Starts a project.
    Init,
    /// Tells what columns come of, and what comes of them.
    Lineage,
    /// Lists resources.
    List,
    /// Shows events of runs.
    Logs,
    /// Reads the project and writes its manifest.
    Parse,
    /// Decides on rows that data tests have put aside.
    Quarantine,
    /// Builds again what was published, of what is kept.
    Replay,
    /// Writes a page about what runs have left.
    Report,
    /// Does the last run's failures again.
    Retry,
    /// Builds models.
    Run,
    /// Goes back to a version of a table.
    Rollback,
    /// Calls a macro.
    RunOperation,
    /// Loads seeds.
    Seed,
    /// Tells what the history of runs says.
    Insights,
    /// Scores the quality of data.
    Score,
    /// Shows rows.
    Show,
    /// Takes snapshots.
    Snapshot,
    /// Looks how old sources are.
    SourceFreshness,
    /// Shows control charts.
    Spc,
    /// Runs data tests.
    Test,
    /// Lists the versions of a table.
    Versions,
}

impl Command {
    /// Returns dbt's name as in `flags.WHICH`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Alerts => "alerts",
            Self::Build => "build",
            Self::Chaos => "chaos",
            Self::Check => "check",
            Self::Clean => "clean",
            Self::Clone => "clone",
            Self::Compile => "compile",
            Self::Debug => "debug",
            Self::Deps => "deps",
            Self::Diff => "diff",
            Self::DocsGenerate => "generate",
            Self::DocsInherit => "inherit",
            Self::DocsServe => "serve",
            Self::Explain => "explain",
            Self::Impact => "impact",
            Self::Incident => "incident",
            Self::Init => "init",
            Self::Lineage => "lineage",
            Self::List => "list",
            Self::Logs => "logs",
            Self::Parse => "parse",
            Self::Quarantine => "quarantine",
            Self::Replay => "replay",
            Self::Report => "report",
            Self::Retry => "retry",
            Self::Run => "run",
            Self::Rollback => "rollback",
            Self::RunOperation => "run-operation",
            Self::Insights => "insights",
            Self::Score => "score",
            Self::Seed => "seed",
            Self::Show => "show",
            Self::Snapshot => "snapshot",
            Self::SourceFreshness => "freshness",
            Self::Spc => "spc",
            Self::Test => "test",
            Self::Versions => "versions",
        }
    }

    /// Returns the word that stands before the name on the command line, where there is one.
    pub fn group(self) -> Option<&'static str> {
        match self {
            Self::DocsGenerate | Self::DocsInherit | Self::DocsServe => Some("docs"),
            Self::SourceFreshness => Some("source"),
            _ => None,
        }
    }

    /// Returns the command as it is typed: `run`, `source freshness`.
    pub fn words(self) -> String {
        match self.group() {
            Some(group) => format!("{group} {}", self.as_str()),
            None => self.as_str().to_owned(),
        }
    }
}
