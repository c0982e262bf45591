//! The table of all flags: dbt's names, defaults, environment variables and commands.

use serde_json::{Value, json};

use super::Command::{self, *};

/// What a flag holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `--name` and `--no-name`.
    Switch(bool),
    /// `--name` alone.
    On,
    /// One value.
    Text,
    /// One of these.
    Choice(&'static [&'static str], Option<&'static str>),
    /// A whole number.
    Number(Option<i64>),
    /// Several values behind one name, repeatable.
    List,
    /// Several of these.
    Words(&'static [&'static str]),
    /// Several `name=value`, each as it is written.
    Pairs,
    /// A form of the results, with a file for some; repeatable.
    Reports,
    /// Set in `dbt_project.yml` alone.
    Behavior(bool),
}

/// One flag.
#[derive(Debug, Clone, Copy)]
pub struct Flag {
    /// dbt's name, with underscores.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// One letter.
    pub short: Option<char>,
    /// Other names on the command line; one letter is a short form.
    pub aliases: &'static [&'static str],
    /// Environment variable without `DBT_`; dbt reads `DBT_ENGINE_…` first.
    pub env: Option<&'static str>,
    /// Commands that have it; none means all.
    pub commands: &'static [Command],
    /// What it does.
    pub help: &'static str,
}

impl Flag {
    /// Returns its value when nobody sets it.
    pub fn default_value(&self) -> Value {
        match self.kind {
            Kind::Switch(on) | Kind::Behavior(on) => json!(on),
            Kind::On => json!(false),
            Kind::Text | Kind::Reports => Value::Null,
            Kind::Choice(_, default) => json!(default),
            Kind::Number(default) => json!(default),
            Kind::List | Kind::Words(_) | Kind::Pairs => json!([]),
        }
    }

    /// Returns its name on the command line: `full-refresh`.
    pub fn long(&self) -> String {
        self.name.replace('_', "-")
    }
}

const fn flag(name: &'static str, kind: Kind, help: &'static str) -> Flag {
    Flag {
        name,
        kind,
        short: None,
        aliases: &[],
        env: None,
        commands: &[],
        help,
    }
}

const fn behavior(name: &'static str, on: bool) -> Flag {
    flag(name, Kind::Behavior(on), "")
}

impl Flag {
    const fn short(mut self, short: char) -> Self {
        self.short = Some(short);
        self
    }
    const fn aliases(mut self, aliases: &'static [&'static str]) -> Self {
        self.aliases = aliases;
        self
    }
    const fn env(mut self, env: &'static str) -> Self {
        self.env = Some(env);
        self
    }
    const fn of(mut self, commands: &'static [Command]) -> Self {
        self.commands = commands;
        self
    }
}

const SELECTING: &[Command] = &[
    List,
    Build,
    Chaos,
    Check,
    Clone,
    Compile,
    DocsGenerate,
    DocsInherit,
    Run,
    Seed,
    Show,
    Snapshot,
    SourceFreshness,
    Replay,
    Score,
    Spc,
    Test,
    Quarantine,
];
/// `ls` tells `--models` from `--select`.
const SELECTING_MODELS: &[Command] = SELECTING.split_at(1).1;
/// The first has an `--output` of its own.
const RUNNING: &[Command] = &[
    SourceFreshness,
    Build,
    Clone,
    Retry,
    Run,
    Seed,
    Snapshot,
    Test,
];
const CONNECTING: &[Command] = &[
    Alerts,
    Build,
    Chaos,
    Check,
    Clone,
    Compile,
    Debug,
    Diff,
    DocsGenerate,
    DocsInherit,
    Impact,
    Incident,
    Insights,
    Lineage,
    Logs,
    Parse,
    Quarantine,
    Report,
    Retry,
    Rollback,
    Run,
    RunOperation,
    Seed,
    Show,
    Snapshot,
    SourceFreshness,
    Replay,
    Score,
    Spc,
    Test,
    Versions,
];
/// Commands that stand in a folder: `init`, and those that read the project there.
const IN_A_FOLDER: &[Command] = &[
    Init,
    Alerts,
    Build,
    Chaos,
    Check,
    Clean,
    Clone,
    Compile,
    Debug,
    Deps,
    Diff,
    DocsGenerate,
    DocsInherit,
    DocsServe,
    Impact,
    Incident,
    Insights,
    Lineage,
    List,
    Logs,
    Parse,
    Quarantine,
    Report,
    Retry,
    Rollback,
    Run,
    RunOperation,
    Seed,
    Show,
    Snapshot,
    SourceFreshness,
    Replay,
    Score,
    Spc,
    Test,
    Versions,
];
const PROJECT: &[Command] = IN_A_FOLDER.split_at(1).1;
const LOG_FORMATS: &[&str] = &["text", "debug", "json", "default"];
/// Levels of events.
const LEVELS: &[&str] = &["info", "warn", "error"];
const LOG_LEVELS: &[&str] = &["debug", "info", "warn", "error", "none"];
/// What `chaos` tries.
pub const SCENARIOS: &[&str] = &[
    "twice",
    "killed",
    "failed",
    "slow",
    "clock",
    "disk",
    "ledger",
    "deliveries",
    "bad-rows",
];
const RESOURCE_TYPES: &[&str] = &[
    "all",
    "analysis",
    "default",
    "exposure",
    "function",
    "metric",
    "model",
    "saved_query",
    "seed",
    "semantic_model",
    "snapshot",
    "source",
    "test",
    "unit_test",
];
const PACKAGE_SOURCES: &[&str] = &["hub", "git", "local"];
const FORMS: &[&str] = &["json", "text"];
/// Forms in which findings are told.
pub const FOUND: &[&str] = &["github", "json", "sarif", "text"];
/// Forms in which lineage is told.
pub const DRAWN: &[&str] = &["dot", "json", "mermaid", "openlineage", "text"];
/// Forms in which it is told what a change reaches.
pub const TOLD: &[&str] = &["json", "markdown", "text"];
/// Changes that can be asked to fail.
const SCORED: &[&str] = &["dimension", "domain", "entity", "layer", "node", "test"];
const FAILING: &[&str] = &["additive", "breaking", "unknown"];
const OUTPUTS: &[&str] = &["json", "name", "path", "selector", "text"];

/// Help of flags that change nothing.
const ACCEPTED: &str = "Accepted for dbt's sake, without effect";
/// Help of flags that would send something.
const ACCEPTED_UNSENT: &str = "Accepted for dbt's sake; nothing is ever sent";

/// All flags, by name.
pub const FLAGS: &[Flag] = &[
    flag(
        "add_package",
        Kind::Text,
        "Add a package to the list first: `name@version`",
    )
    .of(&[Deps]),
    flag(
        "all",
        Kind::On,
        "List rows in any state, not only those in quarantine",
    )
    .of(&[Quarantine]),
    flag(
        "args",
        Kind::Text,
        "Arguments of the macro, as a YAML dictionary",
    )
    .of(&[RunOperation]),
    flag(
        "atomic",
        Kind::On,
        "Publish all that is selected in one commit, or nothing of it",
    )
    .of(&[Build, Run, Seed, Snapshot]),
    flag(
        "boundaries",
        Kind::Number(None),
        "Kill at so many boundaries of statements (default: all)",
    )
    .of(&[Chaos]),
    flag(
        "browser",
        Kind::Switch(true),
        "Open a browser when the server is up",
    )
    .of(&[DocsServe]),
    flag(
        "by",
        Kind::Choice(SCORED, None),
        "What scores are shown of; nodes, unless said",
    )
    .of(&[Score]),
    flag(
        "min",
        Kind::Text,
        "Exit with 1 if the score is below, such as `0.95`; otherwise `minimum` of dsql.yml counts",
    )
    .of(&[Score]),
    flag(
        "by",
        Kind::Text,
        "Who decides; the user of the system unless said otherwise",
    )
    .of(&[Incident, Quarantine, Spc]),
    flag(
        "cache_selected_only",
        Kind::Switch(false),
        "List only schemas of selected nodes before a run",
    )
    .env("CACHE_SELECTED_ONLY"),
    flag(
        "changed",
        Kind::On,
        "Leave out nodes of which nothing has changed since their last success with this option",
    )
    .of(&[Build, Run, Seed, Snapshot, Test]),
    flag(
        "bind",
        Kind::Switch(true),
        "Ask the engine what it says of the SQL, in an empty database in memory: by default of up to 3,000 nodes",
    )
    .of(&[Build, Check]),
    flag(
        "check",
        Kind::Switch(false),
        "Check first, as `dsql check` does, and build nothing if there is an error",
    )
    .of(&[Build]),
    flag(
        "clean_project_files_only",
        Kind::Switch(true),
        "Refuse to remove what lies outside of the project",
    )
    .env("CLEAN_PROJECT_FILES_ONLY")
    .of(&[Clean]),
    flag(
        "compile",
        Kind::Switch(true),
        "Compile before the catalog is built; without it, nothing is selected",
    )
    .of(&[DocsGenerate]),
    flag("config_dir", Kind::On, "Print the folder of profiles.yml").of(&[Debug]),
    flag("connection", Kind::On, "Test the connection only").of(&[Debug]),
    flag("debug", Kind::Switch(false), "Show what happens in detail")
        .short('d')
        .env("DEBUG"),
    flag(
        "defer",
        Kind::Switch(false),
        "Take unselected nodes from another state",
    )
    .env("DEFER"),
    flag("defer_state", Kind::Text, "State for deferral").env("DEFER_STATE"),
    flag("depth", Kind::Number(None), "Go at most so many steps").of(&[Lineage]),
    flag("downstream", Kind::On, "Show what comes of the columns").of(&[Lineage]),
    flag("dry_run", Kind::On, "Print the plan and stop").of(RUNNING),
    flag("dry_run", Kind::On, "Print what would be done and stop").of(&[Rollback]),
    flag(
        "empty",
        Kind::Switch(false),
        "Limit all inputs to zero rows",
    )
    .env("EMPTY")
    .of(&[Build, Compile, Run, Snapshot]),
    flag(
        "empty_catalog",
        Kind::On,
        "Write a catalog without relations; the database is not asked",
    )
    .of(&[DocsGenerate]),
    flag("event_time_end", Kind::Text, "End of the time to process")
        .env("EVENT_TIME_END")
        .of(&[Build, Run]),
    flag(
        "event_time_start",
        Kind::Text,
        "Begin of the time to process",
    )
    .env("EVENT_TIME_START")
    .of(&[Build, Run]),
    flag("exclude", Kind::List, "Resources to leave out").of(SELECTING),
    flag("exit_code", Kind::On, "Exit with 1 if there is any difference").of(&[Diff]),
    flag(
        "exclude_resource_types",
        Kind::Words(RESOURCE_TYPES.split_at(1).1),
        "Kinds of resources to leave out",
    )
    .aliases(&["exclude-resource-type"])
    .env("EXCLUDE_RESOURCE_TYPES")
    .of(&[Build, Chaos, Clone, List, Test]),
    flag("export_saved_queries", Kind::Switch(false), ACCEPTED)
        .env("EXPORT_SAVED_QUERIES")
        .of(&[Build]),
    flag(
        "fail_on",
        Kind::Choice(FAILING, None),
        "Exit with 1 if a change is at least as bad (with `--state`)",
    )
    .of(&[Impact]),
    flag(
        "fail_fast",
        Kind::Switch(false),
        "Stop at the first failure",
    )
    .short('x')
    .env("FAIL_FAST"),
    flag(
        "favor_state",
        Kind::Switch(false),
        "Prefer the other state for deferral",
    )
    .env("FAVOR_STATE"),
    flag(
        "from",
        Kind::Text,
        "What was published since: a run, or how its id or key begins, a time in UTC, or a span until now; unless said all that is listed",
    )
    .of(&[Replay]),
    flag(
        "from",
        Kind::Number(None),
        "The earlier version (default: the one before the later)",
    )
    .of(&[Diff, Incident]),
    flag(
        "full_refresh",
        Kind::On,
        "Rebuild incremental models from nothing",
    )
    .short('f')
    .env("FULL_REFRESH")
    .of(&[Build, Clone, Compile, Incident, Retry, Run, Seed, Show]),
    flag("host", Kind::Text, "Address of the server")
        .env("HOST")
        .of(&[DocsServe]),
    flag("include_saved_query", Kind::Switch(false), ACCEPTED)
        .env("INCLUDE_SAVED_QUERY")
        .of(&[Build]),
    flag(
        "indirect_selection",
        Kind::Choice(&["eager", "cautious", "buildable", "empty"], Some("eager")),
        "How tests join a selection",
    )
    .env("INDIRECT_SELECTION"),
    flag(
        "inject_ephemeral_ctes",
        Kind::Switch(true),
        "Put ephemeral models into the queries that read them",
    )
    .of(&[Compile]),
    flag(
        "dialect",
        Kind::Text,
        "Engine whose statements to write below target/dialect, without a connection",
    )
    .of(&[Compile]),
    flag(
        "inherit",
        Kind::Switch(false),
        "Give columns the descriptions and tags of those that they are, in manifest.json",
    )
    .of(&[Build, Compile, DocsGenerate]),
    flag("inline", Kind::Text, "SQL to use in place of a model").of(&[Compile, Show]),
    flag(
        "inline_direct",
        Kind::Text,
        "SQL that goes to the database as it is; the project is not read",
    )
    .of(&[Show]),
    flag(
        "introspect",
        Kind::Switch(true),
        "Let templates ask the database while compiling",
    )
    .env("INTROSPECT")
    .of(&[Compile, Show]),
    flag(
        "key",
        Kind::Text,
        "Columns that tell rows apart, with commas between them (default: the model's own key)",
    )
    .of(&[Diff, Incident]),
    flag(
        "limit",
        Kind::Number(Some(5)),
        "Number of rows to show; -1 for all",
    )
    .of(&[Show]),
    flag(
        "limit",
        Kind::Number(Some(5)),
        "Number of rows of each kind to show; -1 for all",
    )
    .of(&[Diff]),
    flag(
        "limit",
        Kind::Number(Some(100)),
        "Number of rows of each model to list; -1 for all",
    )
    .of(&[Quarantine]),
    flag(
        "lock",
        Kind::On,
        "Choose versions and write package-lock.yml, and install nothing",
    )
    .of(&[Deps]),
    flag(
        "log_cache_events",
        Kind::Switch(false),
        "Log changes of the relation cache",
    )
    .env("LOG_CACHE_EVENTS"),
    flag(
        "log_file_max_bytes",
        Kind::Number(Some(10_485_760)),
        "Size at which the log file is rotated",
    )
    .env("LOG_FILE_MAX_BYTES"),
    flag(
        "log_format",
        Kind::Choice(LOG_FORMATS, Some("default")),
        "Form of the output",
    )
    .env("LOG_FORMAT"),
    flag(
        "log_format_file",
        Kind::Choice(LOG_FORMATS, Some("debug")),
        "Form of the log file",
    )
    .env("LOG_FORMAT_FILE"),
    flag(
        "log_level",
        Kind::Choice(LOG_LEVELS, Some("info")),
        "Least severe messages to print",
    )
    .env("LOG_LEVEL"),
    flag(
        "log_level_file",
        Kind::Choice(LOG_LEVELS, Some("debug")),
        "Least severe messages in the log file",
    )
    .env("LOG_LEVEL_FILE"),
    flag(
        "lineage_in_meta",
        Kind::Switch(false),
        "Say of which columns each column comes, in the meta of columns in manifest.json",
    )
    .of(&[Build, Compile, DocsGenerate]),
    flag("log_path", Kind::Text, "Folder of the log file").env("LOG_PATH"),
    flag("follow", Kind::On, "Show a run in progress until it ends, or the next one")
        .short('f')
        .of(&[Logs]),
    flag(
        "level",
        Kind::Choice(LEVELS, None),
        "Least severe events to show",
    )
    .of(&[Logs]),
    flag("node", Kind::Text, "Events of this node: its name or its unique id").of(&[Logs]),
    flag(
        "run",
        Kind::Text,
        "The run: `last`, `all`, or how its id begins; the last one, or with `--since` and `--where` all",
    )
    .of(&[Logs]),
    flag(
        "run",
        Kind::Text,
        "The run with which the phase begins, or how its id begins; otherwise that of the first point that does not fit",
    )
    .of(&[Spc]),
    flag(
        "since",
        Kind::Text,
        "Events since a time, UTC, or of a span until now: `2026-11-29 18:30`, `2h`, `7d`",
    )
    .of(&[Logs]),
    flag(
        "since",
        Kind::Text,
        "Since when data is bad: a run, or how its id begins, a time in UTC, or a span until now; unless said since the last publish",
    )
    .of(&[Incident]),
    flag(
        "where",
        Kind::Text,
        "The rows that are bad, in SQL: `country = 'fr'`",
    )
    .of(&[Incident]),
    flag(
        "yes",
        Kind::On,
        "Carry the repair out, and do not only print what is to be done",
    )
    .of(&[Incident]),
    flag(
        "where",
        Kind::Text,
        "Events for which this SQL holds: `seconds > 10`, `facts->>'file' like 'models/%'`",
    )
    .of(&[Logs]),
    flag(
        "days",
        Kind::Number(None),
        "How many days ahead forecasts are; 30, unless said",
    )
    .of(&[Insights]),
    flag("sql", Kind::Switch(false), "Show the SQL of each figure, too").of(&[Insights]),
    flag(
        "kills",
        Kind::Number(Some(20)),
        "Kill at so many random instants, and fail so many statements",
    )
    .of(&[Chaos]),
    flag("macro_debugging", Kind::Switch(false), ACCEPTED).env("MACRO_DEBUGGING"),
    flag("metric", Kind::Text, "Charts of this metric, also where dsql.yml does not name it").of(&[Spc]),
    flag("models", Kind::List, "Models to take")
        .short('m')
        .aliases(&["model"])
        .of(&[List]),
    flag("output", Kind::Choice(OUTPUTS, None), "Form of the result").of(&[Compile, List, Show]),
    flag("output", Kind::Choice(FORMS, None), "Form of the result").of(&[Alerts, Chaos, Diff, Incident, Insights, Logs, Quarantine, Replay, Rollback, Score, Spc, Versions]),
    flag(
        "output",
        Kind::Choice(FOUND, None),
        "Form of the findings: `github` adds annotations",
    )
    .of(&[Check]),
    flag("output", Kind::Choice(DRAWN, None), "Form of the result").of(&[Lineage]),
    flag("output", Kind::Choice(TOLD, None), "Form of the result").of(&[Impact]),
    flag(
        "output",
        Kind::Reports,
        "Report the results: `github` as annotations, `junit FILE`; repeatable",
    )
    .of(RUNNING.split_at(1).1),
    flag(
        "output",
        Kind::Reports,
        "Report the results: `github` as annotations, `junit FILE`; another word is the file of the \
         results instead of `sources.json` in the target folder; repeatable",
    )
    .short('o')
    .of(RUNNING.split_at(1).0),
    flag(
        "output_file",
        Kind::Text,
        "The file that is written instead of `report.html` in the target folder",
    )
    .short('o')
    .of(&[Report]),
    flag(
        "output_keys",
        Kind::List,
        "Keys of each resource to print with `--output json`",
    )
    .of(&[List]),
    flag(
        "partial_parse",
        Kind::Switch(true),
        "Take up what the last run has read, if nothing has changed since",
    )
    .env("PARTIAL_PARSE"),
    flag("partial_parse_file_diff", Kind::Switch(true), ACCEPTED).env("PARTIAL_PARSE_FILE_DIFF"),
    flag(
        "partial_parse_file_path",
        Kind::Text,
        "File of an earlier run, instead of the one in the target folder",
    )
    .env("PARTIAL_PARSE_FILE_PATH"),
    flag(
        "populate_cache",
        Kind::Switch(true),
        "List relations before a run",
    )
    .env("POPULATE_CACHE"),
    flag("port", Kind::Number(Some(8080)), "Port of the server").of(&[DocsServe]),
    flag("print", Kind::Switch(true), "Show what `print()` says").env("PRINT"),
    flag(
        "printer_width",
        Kind::Number(Some(80)),
        "Width of result lines",
    )
    .env("PRINTER_WIDTH"),
    flag("profile", Kind::Text, "Profile to use").env("PROFILE"),
    flag("profiles_dir", Kind::Text, "Folder of profiles.yml").env("PROFILES_DIR"),
    flag("project_dir", Kind::Text, "Folder of dbt_project.yml")
        .env("PROJECT_DIR")
        .of(IN_A_FOLDER),
    flag("quiet", Kind::Switch(false), "Print errors only")
        .short('q')
        .env("QUIET"),
    flag(
        "reason",
        Kind::Text,
        "Why rows are released or discarded; listed with the decision",
    )
    .of(&[Quarantine]),
    flag(
        "reason",
        Kind::Text,
        "Why a phase begins; listed with it",
    )
    .of(&[Spc]),
    flag(
        "reason",
        Kind::Text,
        "Why something is contained; listed with it",
    )
    .of(&[Incident]),
    flag("record_timing_info", Kind::Text, ACCEPTED).short('r'),
    behavior("require_all_warnings_handled_by_warn_error", false),
    behavior(
        "require_batched_execution_for_custom_microbatch_strategy",
        false,
    ),
    behavior(
        "require_explicit_package_overrides_for_builtin_materializations",
        true,
    ),
    behavior("require_generic_test_arguments_property", true),
    behavior("require_nested_cumulative_type_params", false),
    behavior("require_ref_searches_node_package_before_root", false),
    behavior("require_resource_names_without_spaces", true),
    behavior("require_unique_project_resource_names", false),
    behavior("require_yaml_configuration_for_mf_time_spines", false),
    flag(
        "resource_types",
        Kind::Words(RESOURCE_TYPES),
        "Kinds of resources to take",
    )
    .aliases(&["resource-type"])
    .env("RESOURCE_TYPES")
    .of(&[Build, Chaos, Clone, List, Test]),
    flag(
        "run_key",
        Kind::Text,
        "A name for this run: once it has ended, a run of that name does nothing",
    )
    .of(&[Build, Run, Seed, Snapshot]),
    flag("sample", Kind::Text, "Time window to sample")
        .env("SAMPLE")
        .of(&[Build, Run]),
    flag("scenario", Kind::Words(SCENARIOS), "What to try (default: all)").of(&[Chaos]),
    flag(
        "seed",
        Kind::Number(None),
        "What picks instants and statements: the same one picks the same",
    )
    .of(&[Chaos]),
    flag("select", Kind::List, "Resources to take")
        .short('s')
        .of(&[List]),
    flag("select", Kind::List, "Resources to take")
        .short('s')
        .aliases(&["models", "model", "m"])
        .of(SELECTING_MODELS),
    flag("selector", Kind::Text, "Named selector").of(SELECTING),
    flag(
        "send_anonymous_usage_stats",
        Kind::Switch(false),
        ACCEPTED_UNSENT,
    )
    .env("SEND_ANONYMOUS_USAGE_STATS"),
    flag(
        "set",
        Kind::Pairs,
        "Release rows with other values: `column=value`, `column=null`; repeatable",
    )
    .of(&[Quarantine]),
    flag("show", Kind::On, "Show some rows of each seed").of(&[Build, Seed]),
    flag(
        "show_all_deprecations",
        Kind::Switch(false),
        "Show every deprecation, not each once",
    ),
    flag("show_resource_report", Kind::Switch(false), ACCEPTED).env("SHOW_RESOURCE_REPORT"),
    flag("single_threaded", Kind::Switch(false), "Use one worker").env("SINGLE_THREADED"),
    behavior("skip_nodes_if_on_run_start_fails", false),
    flag("skip_profile_setup", Kind::On, "Do not write a profile")
        .short('s')
        .of(&[Init]),
    flag(
        "source",
        Kind::Choice(PACKAGE_SOURCES, None),
        "Where the package of `--add-package` comes from (default: hub)",
    )
    .of(&[Deps]),
    behavior("source_freshness_run_project_hooks", true),
    flag("sqlparse", Kind::Text, ACCEPTED).of(SELECTING_MODELS),
    flag("state", Kind::Text, "Folder of another state's artifacts").env("STATE"),
    behavior("state_modified_compare_more_unrendered_values", false),
    behavior("state_modified_compare_vars", false),
    flag(
        "static",
        Kind::On,
        "Not yet: write a site of one file, static_index.html",
    )
    .of(&[DocsGenerate]),
    flag("static_parser", Kind::Switch(true), ACCEPTED).env("STATIC_PARSER"),
    flag("store_failures", Kind::On, "Keep the rows that tests find")
        .env("STORE_FAILURES")
        .of(&[Build, Test]),
    behavior("strict_mode", false),
    flag("target", Kind::Text, "Target of the profile")
        .short('t')
        .env("TARGET"),
    flag(
        "target_path",
        Kind::Text,
        "Folder for artifacts and compiled SQL",
    )
    .env("TARGET_PATH")
    .of(PROJECT),
    flag("threads", Kind::Number(None), "Number of workers").of(CONNECTING),
    flag("to", Kind::Number(None), "The version to go back to").of(&[Rollback]),
    flag(
        "to",
        Kind::Number(None),
        "The later version (default: the current one)",
    )
    .of(&[Diff]),
    flag(
        "upgrade",
        Kind::On,
        "Choose the newest versions, although package-lock.yml fits",
    )
    .of(&[Deps]),
    flag(
        "upload_to_artifacts_ingest_api",
        Kind::Switch(false),
        ACCEPTED_UNSENT,
    )
    .env("UPLOAD_TO_ARTIFACTS_INGEST_API"),
    flag("upstream", Kind::On, "Show what the columns come of, which is what is shown without a choice")
        .of(&[Lineage]),
    flag("use_colors", Kind::Switch(true), "Colour the output")
        .aliases(&["color"])
        .env("USE_COLORS"),
    flag("use_colors_file", Kind::Switch(true), "Colour the log file").env("USE_COLORS_FILE"),
    flag("use_experimental_parser", Kind::Switch(false), ACCEPTED).env("USE_EXPERIMENTAL_PARSER"),
    flag("use_fast_test_edges", Kind::Switch(false), ACCEPTED).env("USE_FAST_TEST_EDGES"),
    behavior("validate_macro_args", false),
    flag("vars", Kind::Text, "Variables, as a YAML dictionary"),
    flag(
        "version_check",
        Kind::Switch(true),
        "Check `require-dbt-version`",
    )
    .env("VERSION_CHECK"),
    flag(
        "wait",
        Kind::Number(None),
        "Seconds to wait while another process has the database open",
    )
    .env("WAIT")
    .of(CONNECTING),
    flag("warn_error", Kind::On, "Turn warnings into errors").env("WARN_ERROR"),
    flag(
        "warn_error_options",
        Kind::Text,
        "Which warnings become errors, as a YAML dictionary",
    )
    .env("WARN_ERROR_OPTIONS"),
    flag("write", Kind::On, "Write it into the properties: into the file that describes the model, else into one that describes others of its \
         folder, else into a new `_models.yml` there").of(&[DocsInherit]),
    flag(
        "write_baseline",
        Kind::On,
        "Write what is found into the baseline that dsql.yml names, so that it is told no more",
    )
    .of(&[Check]),
    flag("write_json", Kind::Switch(true), "Write artifacts").env("WRITE_JSON"),
];
