//! The tree of commands and options, built from `invocation::FLAGS`.

use clap::builder::{NonEmptyStringValueParser, PossibleValuesParser, Styles, styling::AnsiColor};
use clap::{Arg, ArgAction};

use crate::invocation::{Command, FLAGS, Flag, Kind};

/// All commands in the order of the help, with what they do.
pub(in crate::cli) const COMMANDS: &[(Command, &str)] = &[
    (
        Command::Build,
        "Load seeds, build models and snapshots, and test each before what needs it",
    ),
    (Command::Run, "Build models"),
    (Command::Test, "Run data tests on what is built"),
    (Command::Seed, "Load CSV files"),
    (Command::Snapshot, "Take snapshots"),
    (
        Command::SourceFreshness,
        "Look how old the newest rows of sources are",
    ),
    (
        Command::Compile,
        "Write compiled SQL to the target folder; print one model or inline SQL",
    ),
    (
        Command::DocsGenerate,
        "Write catalog.json: the relations and columns of the project as the database has them",
    ),
    (
        Command::DocsInherit,
        "Show which columns are others that have a description or tags, and write it into their properties",
    ),
    (Command::DocsServe, "Not yet: serve the project's site"),
    (
        Command::Show,
        "Print the first rows of a model or of inline SQL",
    ),
    (Command::List, "List resources"),
    (Command::Parse, "Read the project and write its manifest"),
    (Command::RunOperation, "Call a macro"),
    (Command::Debug, "Show the set-up and try the connection"),
    (Command::Init, "Start a project"),
    (
        Command::Clone,
        "Point at what another run built, whose artifacts are in `--state`",
    ),
    (
        Command::Quarantine,
        "Look at rows that data tests have put aside, and decide on them",
    ),
    (
        Command::Retry,
        "Do again what failed or was skipped in the last run",
    ),
    (
        Command::Check,
        "Find what is wrong in the SQL of models, before anything runs",
    ),
    (
        Command::Lineage,
        "Tell what columns come of, through all models, and what comes of them",
    ),
    (
        Command::Impact,
        "Tell what a change reaches: columns, models, tests, exposures, and whom to ask",
    ),
    (
        Command::Replay,
        "Build again what was published, of the kept versions of what it read, and compare",
    ),
    (
        Command::Incident,
        "Trace what bad data has reached, contain it, and repair it",
    ),
    (
        Command::Logs,
        "Show the events of runs, with `--follow` those of a run in progress",
    ),
    (
        Command::Insights,
        "Tell what the history of runs says: slow, slower and flaky nodes, errors, forecasts",
    ),
    (
        Command::Score,
        "Score the quality of data: by dimension, node, layer, domain, entity; with the risk of each node",
    ),
    (
        Command::Spc,
        "Show control charts of what was measured in runs; `spc accept orders.seconds` begins a phase",
    ),
    (
        Command::Alerts,
        "Show what runs have found and who is told of it; `alerts test ROUTE` tries a route",
    ),
    (
        Command::Report,
        "Write a page to look at: runs, graph, scores, control charts, drop-off, quarantine; one HTML file",
    ),
    (
        Command::Versions,
        "List the versions of a table, and which of them are kept",
    ),
    (
        Command::Diff,
        "Compare two versions of a table: columns, and rows by key",
    ),
    (
        Command::Rollback,
        "Go back to a version of a table; with `+` behind its name, with all that is built of it",
    ),
    (
        Command::Chaos,
        "Kill, fail and repeat runs on a copy of the target, and compare what they leave",
    ),
    (Command::Clean, "Remove the folders of `clean-targets`"),
    (Command::Deps, "Install the packages of packages.yml"),
    (
        Command::Explain,
        "Explain the code of an error or a warning",
    ),
];

/// What `incident` can do.
const OF_INCIDENTS: [&str; 4] = ["trace", "contain", "repair", "list"];

/// What `quarantine` can do.
const ACTIONS: [&str; 5] = ["list", "show", "release", "discard", "retry"];

/// Words before several commands, with what those are about.
const GROUPS: &[(&str, &str)] = &[
    ("docs", "Describe the project"),
    ("source", "Look at sources"),
];

/// Tells whether a command has a flag on the command line or in the environment.
pub(in crate::cli) fn applies(flag: &Flag, command: Command) -> bool {
    !matches!(flag.kind, Kind::Behavior(_))
        && (flag.commands.is_empty() || flag.commands.contains(&command))
}

/// Builds the whole command line.
pub(in crate::cli) fn program() -> clap::Command {
    let everywhere = FLAGS
        .iter()
        .filter(|flag| flag.commands.is_empty() && !matches!(flag.kind, Kind::Behavior(_)));
    let style = AnsiColor::Green.on_default().bold();
    let styles = Styles::styled()
        .header(style)
        .usage(style)
        .literal(AnsiColor::Cyan.on_default());
    clap::Command::new("dsql")
        .about("Compiles and runs dbt projects on an embedded DuckDB")
        .styles(styles)
        .disable_version_flag(true)
        .args_override_self(true)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .args(
            everywhere
                .flat_map(|flag| arguments(flag, true))
                .map(|arg| arg.hide_short_help(true)),
        )
        .arg(version())
        .subcommands(subcommands(None))
        .subcommands(GROUPS.iter().map(|(name, about)| {
            clap::Command::new(*name)
                .about(*about)
                .subcommand_required(true)
                .arg_required_else_help(true)
                .subcommands(subcommands(Some(name)))
        }))
}

fn subcommands(group: Option<&str>) -> impl Iterator<Item = clap::Command> {
    let inside = COMMANDS
        .iter()
        .filter(move |(command, _)| command.group() == group);
    inside.map(|(command, about)| subcommand(*command, about))
}

/// Finds a command in the tree.
pub(in crate::cli) fn found(command: Command) -> Option<clap::Command> {
    let program = program();
    let parent = match command.group() {
        Some(group) => program.find_subcommand(group)?,
        None => &program,
    };
    parent.find_subcommand(command.as_str()).cloned()
}

fn subcommand(command: Command, about: &'static str) -> clap::Command {
    let own = FLAGS.iter().filter(|flag| applies(flag, command));
    let mut built = clap::Command::new(command.as_str())
        .about(about)
        .disable_version_flag(true)
        .args_override_self(true)
        .args(own.flat_map(|flag| arguments(flag, flag.commands.is_empty())))
        .arg(version());
    if command == Command::List {
        built = built.visible_alias("ls");
    }
    if command == Command::SourceFreshness {
        built = built.alias("snapshot-freshness");
    }
    let positional = match command {
        Command::RunOperation => Arg::new("macro").required(true).help("Name of the macro"),
        Command::Init => Arg::new("project_name").help("Name of the project and of its folder"),
        Command::Versions | Command::Diff => Arg::new("model")
            .required(true)
            .help("Name of a model, a seed or a snapshot"),
        Command::Rollback => Arg::new("model").required(true).help(
            "Name of a model, a seed or a snapshot; `orders+` takes along what is built of it",
        ),
        Command::Lineage => Arg::new("model").required(true).value_name("MODEL[.COLUMN]").help(
            "Name of a model, a seed, a snapshot or a source (`raw.orders`), and of one of its columns",
        ),
        Command::Impact => Arg::new("model").value_name("MODEL[.COLUMN]").help(
            "Name of a model, a seed, a snapshot or a source (`raw.orders`), and of one of its columns; with \
             `--state` none means all that has changed",
        ),
        Command::Explain => Arg::new("code").help("Code, such as `unresolved-ref`; none lists all"),
        Command::Incident => {
            let action = Arg::new("action")
                .required(true)
                .value_parser(PossibleValuesParser::new(OF_INCIDENTS))
                .help("What to do");
            built = built.arg(action);
            Arg::new("name").value_name("NAME").help(
                "To trace and contain, a model, or one of its columns: `orders.amount`; to repair and list, an incident",
            )
        }
        Command::Quarantine => {
            let action = Arg::new("action")
                .required(true)
                .value_parser(PossibleValuesParser::new(ACTIONS))
                .help("What to do with them");
            built = built.arg(action);
            Arg::new("rows")
                .value_name("ROW")
                .num_args(0..)
                .help("Names of rows, or their first digits; none means all that are selected")
        }
        Command::Score => Arg::new("words")
            .value_name("NAME")
            .num_args(0..)
            .help("Resources to score, as with `--select`"),
        Command::Alerts => Arg::new("words")
            .value_name("WORD")
            .num_args(0..)
            .help("`list`, or nothing: what is open, and the last messages; `test ROUTE`: a message about nothing"),
        Command::Spc => Arg::new("words").value_name("NAME").num_args(0..).help(
            "Resources to take, as with `--select`; or `accept NODE.METRIC`: what was wanted is the new normal, and limits are learned anew",
        ),
        _ => return built,
    };
    built.arg(positional)
}

fn version() -> Arg {
    Arg::new("version")
        .long("version")
        .short('v')
        .short_alias('V')
        .action(ArgAction::SetTrue)
        .help("Print the version")
}

/// Makes the arguments of a flag: two for a switch, one for all others.
fn arguments(flag: &'static Flag, general: bool) -> Vec<Arg> {
    let long = flag.long();
    let arg = named(flag, Arg::new(long.clone()).long(long.clone()), "");
    let arg = match flag.kind {
        Kind::Switch(_) => {
            let no = format!("no-{long}");
            let arg = arg.action(ArgAction::SetTrue).overrides_with(no.clone());
            let negative = Arg::new(no.clone()).long(no).overrides_with(long);
            let negative = named(flag, negative, "no-").action(ArgAction::SetTrue);
            let (mut shown, mut hidden) = (arg, negative);
            if flag.kind == Kind::Switch(true) {
                std::mem::swap(&mut shown, &mut hidden);
            }
            let heading = general.then_some("General options");
            let form = match flag.kind == Kind::Switch(true) && !is_without_effect(flag) {
                true => "Do not ",
                false => "",
            };
            let shown = shown.help(format!("{form}{}", decapitalized(flag.help, form)));
            return vec![
                shown.help_heading(heading).hide(is_without_effect(flag)),
                hidden.hide(true).help(flag.help),
            ];
        }
        Kind::On => arg.action(ArgAction::SetTrue),
        Kind::Text if flag.name == "run_key" => arg
            .allow_hyphen_values(true)
            .value_parser(NonEmptyStringValueParser::new())
            .value_name(value_name(flag)),
        Kind::Text => arg.allow_hyphen_values(true).value_name(value_name(flag)),
        Kind::Choice(choices, _) => arg
            .value_parser(PossibleValuesParser::new(choices))
            .ignore_case(true)
            .value_name("WORD"),
        Kind::Number(_) => arg
            .value_parser(number(flag))
            .allow_negative_numbers(true)
            .value_name("N"),
        Kind::Pairs => arg.action(ArgAction::Append).value_name("COLUMN=VALUE"),
        Kind::Reports => arg
            .action(ArgAction::Append)
            .num_args(1..=2)
            .value_names(["FORM", "FILE"]),
        Kind::List | Kind::Words(_) | Kind::Behavior(_) => arg
            .action(ArgAction::Append)
            .num_args(1..)
            .value_name("NAME"),
    };
    vec![
        arg.help(flag.help)
            .hide(is_without_effect(flag))
            .help_heading(general.then_some("General options")),
    ]
}

/// Options of which none can be less than none.
const COUNTS: [&str; 3] = ["boundaries", "kills", "seed"];

/// Reads a whole number.
fn number(flag: &Flag) -> impl Fn(&str) -> Result<i64, String> + Clone + Send + Sync + 'static {
    let long = flag.long();
    move |text| {
        let example = if long == "threads" { 4 } else { 10 };
        let is_count = COUNTS.contains(&long.as_str());
        let number: Option<i64> = text.parse().ok().filter(|it| *it >= 0 || !is_count);
        number.ok_or_else(|| format!("--{long} takes a number such as {example}"))
    }
}

/// Tells whether a flag is there only so that command lines for dbt work; the manual lists it.
fn is_without_effect(flag: &Flag) -> bool {
    flag.help.starts_with("Accepted")
}

/// Adds the other names: those of one letter are short, and the negative form has none of them.
fn named(flag: &Flag, mut arg: Arg, prefix: &str) -> Arg {
    if prefix.is_empty()
        && let Some(short) = flag.short
    {
        arg = arg.short(short);
    }
    for alias in flag.aliases {
        let mut letters = alias.chars();
        match (letters.next(), letters.next()) {
            (Some(letter), None) if prefix.is_empty() => arg = arg.short_alias(letter),
            (_, None) => {}
            _ => arg = arg.alias(format!("{prefix}{alias}")),
        }
    }
    arg
}

fn decapitalized(text: &str, form: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) if !form.is_empty() => first.to_lowercase().chain(letters).collect(),
        _ => text.to_owned(),
    }
}

fn value_name(flag: &Flag) -> &'static str {
    match flag.name {
        "args" | "vars" | "warn_error_options" => "YAML",
        "inline" => "SQL",
        "reason" => "TEXT",
        "output" | "output_file" => "PATH",
        name if name.ends_with("_dir") || name.ends_with("_path") || name.contains("state") => {
            "PATH"
        }
        name if name.starts_with("event_time") => "TIME",
        _ => "NAME",
    }
}
