//! The manual of the command line, written from the options themselves.

use std::fmt::Write;

use super::arguments::{COMMANDS, applies, found};
use crate::invocation::{Command, FLAGS, Flag, Kind};

/// Writes `docs/reference/cli.md`.
pub fn reference() -> String {
    let mut text = String::from(
        "# The command line\n\n\
         This page is written by a test (`DSQL_UPDATE=1`); `dsql COMMAND --help` says the same.\n\n\
         Options stand before or behind the command. A variable is read with `DBT_ENGINE_` or \
         `DBT_` before its name, the first of which wins; the command line wins over both, and \
         all of them over `flags:` in `dbt_project.yml`. Exit codes: 0 done, 1 something failed, 2 \
         could not run.\n\n\
         ## Commands\n\n| command | |\n| --- | --- |\n",
    );
    for (command, about) in COMMANDS {
        let usage = usage(*command);
        let _ = writeln!(text, "| `dsql {usage}` | {about} |");
    }
    text.push_str("\n## Options of all commands\n");
    table(&mut text, |flag| flag.commands.is_empty());
    for (command, about) in COMMANDS {
        let own = |flag: &Flag| !flag.commands.is_empty() && applies(flag, *command);
        if FLAGS.iter().any(own) {
            let _ = write!(text, "\n## `{}`\n\n{about}.\n", command.words());
            table(&mut text, own);
        }
    }
    text
}

fn usage(command: Command) -> String {
    let found = found(command);
    let positionals = found.iter().flat_map(clap::Command::get_positionals);
    let words = positionals.map(|it| match it.is_required_set() {
        true => format!(" {}", it.get_id().as_str().to_uppercase()),
        false => format!(" [{}]", it.get_id().as_str().to_uppercase()),
    });
    let name = match command {
        Command::List => "ls".to_owned(),
        command => command.words(),
    };
    format!("{name}{}", words.collect::<String>())
}

fn table(text: &mut String, wanted: impl Fn(&Flag) -> bool) {
    text.push_str("\n| option | variable | |\n| --- | --- | --- |\n");
    let visible = |flag: &&Flag| !matches!(flag.kind, Kind::Behavior(_)) && wanted(flag);
    for flag in FLAGS.iter().filter(visible) {
        let long = flag.long();
        let value = match flag.kind {
            Kind::Switch(_) => format!(" / `--no-{long}`"),
            Kind::On | Kind::Behavior(_) => String::new(),
            Kind::Text => " VALUE".to_owned(),
            Kind::Number(_) => " N".to_owned(),
            Kind::List => " NAME …".to_owned(),
            Kind::Pairs => " COLUMN=VALUE …".to_owned(),
            Kind::Reports => " FORM [FILE]".to_owned(),
            Kind::Words(words) => format!(" {} …", words.join("\\|")),
            Kind::Choice(choices, _) => format!(" {}", choices.join("\\|")),
        };
        let short = flag
            .short
            .map(|it| format!("`-{it}`, "))
            .unwrap_or_default();
        let variable = flag.env.map(|it| format!("`{it}`")).unwrap_or_default();
        let default = match flag.kind {
            Kind::Choice(_, Some(default)) => format!("; {default} by default"),
            Kind::Number(Some(default)) => format!("; {default} by default"),
            Kind::Switch(true) => "; on by default".to_owned(),
            _ => String::new(),
        };
        let _ = writeln!(
            text,
            "| {short}`--{long}`{value} | {variable} | {}{default} |",
            flag.help
        );
    }
}
