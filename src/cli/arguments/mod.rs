//! The command line and `DBT_…` environment variables → an [`Invocation`].
//!
//! In: words and a [`System`]. Out: what to do, or an [`Answer`] that ends the program: help, the
//! version, a wrong option. The options themselves are data: `invocation::FLAGS`.

mod check;
mod environment;
mod reports;
mod tree;

use std::ffi::{OsStr, OsString};

use clap::ArgMatches;
use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::parser::ValueSource;
use serde_json::{Value, json};

use crate::invocation::{Command, FLAGS, Flag, Invocation, Kind, Program, settle_windows};
use crate::system::System;

#[cfg(test)]
mod tests;

#[cfg(test)]
use tree::program;
pub(super) use tree::{COMMANDS, applies, found};

/// Text that ends the program before anything runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answer {
    /// What to print, with colour codes where they are asked for.
    pub text: String,
    /// 0: to the standard output; otherwise to the standard error.
    pub exit: u8,
}

impl Answer {
    /// Makes the answer to a wrong command line.
    fn wrong(text: impl std::fmt::Display) -> Self {
        Self {
            text: format!("error: {text}\n\nFor more information, try '--help'.\n"),
            exit: 2,
        }
    }
}

/// Reads the words of a command line; the first is the program's name.
pub(super) fn read(words: &[OsString], system: &dyn System) -> Result<Invocation, Answer> {
    let called = Program::called(words.first().map_or(OsStr::new(""), |word| word));
    let program = || tree::program().name(called.as_str());
    let parsed = program().try_get_matches_from(words).map_err(|error| {
        let error = with_tip(error, words);
        Answer {
            text: error.render().to_string(),
            exit: u8::try_from(error.exit_code()).unwrap_or(2),
        }
    });
    let matches = match parsed {
        Ok(matches) => matches,
        // dbt answers for the version wherever it stands, with a command or without one.
        Err(_) if asks_version(words) => {
            return Err(Answer {
                text: super::version::text(called),
                exit: 0,
            });
        }
        Err(answer) => return Err(answer),
    };
    let Some((name, inner)) = matches.subcommand() else {
        return Err(Answer {
            text: program().render_help().to_string(),
            exit: 2,
        });
    };
    let (name, inner) = inner.subcommand().unwrap_or((name, inner));
    if matches.get_flag("version") || inner.get_flag("version") {
        return Err(Answer {
            text: super::version::text(called),
            exit: 0,
        });
    }
    let Some((command, _)) = COMMANDS
        .iter()
        .find(|(command, _)| command.as_str() == name)
    else {
        return Err(Answer::wrong(format_args!(
            "unrecognized subcommand '{name}'"
        )));
    };
    let mut invocation = Invocation::new(*command, typed(called, words));
    invocation.program = called;
    for flag in FLAGS.iter().filter(|flag| applies(flag, *command)) {
        let outer = flag.commands.is_empty().then_some(&matches);
        let given =
            from_matches(flag, inner).or_else(|| outer.and_then(|it| from_matches(flag, it)));
        let given = match given {
            Some(value) => Some(value),
            None => environment::value(flag, system).map_err(Answer::wrong)?,
        };
        if let Some(value) = given {
            invocation.give(flag.name, value);
        }
    }
    positional(&mut invocation, inner).map_err(Answer::wrong)?;
    reports::read(&mut invocation).map_err(Answer::wrong)?;
    defaults(&mut invocation);
    check::check(&invocation, system).map_err(Answer::wrong)?;
    settle_windows(&mut invocation, system.now()).map_err(Answer::wrong)?;
    Ok(invocation)
}

/// Adds how nodes are chosen where their names stand alone.
fn with_tip(mut error: clap::Error, words: &[OsString]) -> clap::Error {
    let selects = words.iter().any(|word| {
        let mut commands = COMMANDS.iter().map(|(command, _)| *command);
        let command = commands.find(|it| word == it.as_str());
        let mut flags = FLAGS.iter();
        command.is_some_and(|it| flags.any(|flag| flag.name == "select" && applies(flag, it)))
    });
    if let Some(ContextValue::String(word)) = error.get(ContextKind::InvalidArg)
        && error.kind() == ErrorKind::UnknownArgument
        && selects
        && !word.starts_with('-')
    {
        let tip = StyledStr::from(format!("write `--select {word}`"));
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip]));
    }
    error
}

fn asks_version(words: &[OsString]) -> bool {
    let rest = words.iter().skip(1);
    let mut rest = rest.take_while(|word| word.to_string_lossy().starts_with('-'));
    rest.any(|word| ["-v", "-V", "--version"].iter().any(|it| word == it))
}

/// Returns the command line as `invocation_command` shows it.
fn typed(program: Program, words: &[OsString]) -> String {
    let rest = words
        .iter()
        .skip(1)
        .map(|word| word.to_string_lossy().into_owned());
    std::iter::once(program.as_str().to_owned())
        .chain(rest)
        .collect::<Vec<_>>()
        .join(" ")
}

fn from_matches(flag: &Flag, matches: &ArgMatches) -> Option<Value> {
    let long = flag.long();
    let typed = |id: &str| matches.value_source(id) == Some(ValueSource::CommandLine);
    if matches!(flag.kind, Kind::Switch(_)) && typed(&format!("no-{long}")) {
        return Some(json!(false));
    }
    if !typed(&long) {
        return None;
    }
    match flag.kind {
        Kind::Switch(_) | Kind::On => Some(json!(true)),
        Kind::Text => matches.get_one::<String>(&long).map(|text| json!(text)),
        Kind::Choice(..) => matches
            .get_one::<String>(&long)
            .map(|it| json!(it.to_lowercase())),
        Kind::Number(_) => matches.get_one::<i64>(&long).map(|number| json!(number)),
        Kind::List => Some(json!(words(&long, matches)?)),
        Kind::Words(_) => {
            let words = words(&long, matches)?.into_iter().map(str::to_lowercase);
            Some(json!(words.collect::<Vec<_>>()))
        }
        Kind::Pairs => {
            let values = matches.get_many::<String>(&long)?;
            Some(json!(values.collect::<Vec<_>>()))
        }
        Kind::Reports => {
            let occurrences = matches.get_occurrences::<String>(&long)?;
            let words = |it| Vec::<&String>::from_iter(it);
            Some(json!(occurrences.map(words).collect::<Vec<_>>()))
        }
        Kind::Behavior(_) => None,
    }
}

/// Returns the words behind a name; dbt splits the first of them at spaces.
fn words<'a>(long: &str, matches: &'a ArgMatches) -> Option<Vec<&'a str>> {
    let occurrences = matches.get_occurrences::<String>(long)?;
    let words = occurrences.flat_map(|values| {
        values.enumerate().flat_map(|(at, value)| match at {
            0 => value.split(' ').collect::<Vec<_>>(),
            _ => vec![value.as_str()],
        })
    });
    Some(words.collect())
}

fn positional(invocation: &mut Invocation, matches: &ArgMatches) -> Result<(), String> {
    let name = match invocation.command {
        Command::RunOperation => "macro",
        Command::Init => "project_name",
        Command::Explain => "code",
        Command::Versions
        | Command::Diff
        | Command::Rollback
        | Command::Lineage
        | Command::Impact => "model",
        Command::Incident => {
            if let Some(name) = matches.get_one::<String>("name") {
                invocation.give("name", json!(name));
            }
            "action"
        }
        Command::Quarantine => {
            let rows = matches.get_many::<String>("rows").into_iter().flatten();
            invocation.give("rows", json!(rows.collect::<Vec<_>>()));
            "action"
        }
        Command::Score => {
            let words = matches.get_many::<String>("words").into_iter().flatten();
            let mut all = invocation.list("select");
            all.extend(words.cloned());
            invocation.give("select", json!(all));
            let minimum = invocation.text("min");
            let is_share = |it: &str| it.parse().is_ok_and(|it: f64| (0.0..=1.0).contains(&it));
            return match minimum.filter(|it| !is_share(it)) {
                Some(wrong) => Err(format!("`--min` is a number from 0 to 1, not `{wrong}`")),
                None => Ok(()),
            };
        }
        Command::Alerts => return alerts(invocation, matches),
        Command::Spc => return charts(invocation, matches),
        _ => return Ok(()),
    };
    if let Some(value) = matches.get_one::<String>(name) {
        invocation.give(name, json!(value));
    }
    Ok(())
}

/// Reads `list` or `test ROUTE`.
fn alerts(invocation: &mut Invocation, matches: &ArgMatches) -> Result<(), String> {
    let words = matches.get_many::<String>("words").into_iter().flatten();
    let words: Vec<&str> = words.map(String::as_str).collect();
    match words.as_slice() {
        [] | ["list"] => Ok(()),
        ["test", route] => {
            invocation.give("route", json!(route));
            Ok(())
        }
        ["test", ..] => Err("`test` takes one route: `dsql alerts test team`".to_owned()),
        [word, ..] => Err(format!(
            "`alerts` has `list` and `test ROUTE`, not `{word}`"
        )),
    }
}

/// Reads `accept NODE.METRIC`, or what to select.
fn charts(invocation: &mut Invocation, matches: &ArgMatches) -> Result<(), String> {
    let words = matches.get_many::<String>("words").into_iter().flatten();
    let words: Vec<&String> = words.collect();
    match words.as_slice() {
        [] => {}
        [word, chart] if *word == "accept" => invocation.give("accept", json!(chart)),
        [word, ..] if *word == "accept" => {
            return Err("`accept` takes one chart: `dsql spc accept orders.seconds`".to_owned());
        }
        _ => {
            let mut all = invocation.list("select");
            all.extend(words.into_iter().cloned());
            invocation.give("select", json!(all));
        }
    }
    Ok(())
}

/// Defaults that depend on the command or on other flags.
fn defaults(invocation: &mut Invocation) {
    if invocation.command == Command::Rollback {
        // Tables are made anew.
        invocation.suggest("full_refresh", json!(true));
    }
    match invocation.command {
        // A path.
        Command::SourceFreshness => {}
        Command::List => invocation.suggest("output", json!("selector")),
        _ => invocation.suggest("output", json!("text")),
    }
    for (lead, follow) in [
        ("use_colors", "use_colors_file"),
        ("log_level", "log_level_file"),
        ("log_format", "log_format_file"),
    ] {
        if invocation.is_given(lead) && !invocation.is_given(follow) {
            let value = invocation
                .text(lead)
                .map_or_else(|| json!(invocation.on(lead)), |it| json!(it));
            invocation.give(follow, value);
        }
    }
}
