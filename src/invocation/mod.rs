//! What was asked for: a command and its flags, as plain data.
//!
//! In: nothing. Out: [`Invocation`], which the command line fills and everything below reads. Flags
//! stand under dbt's names; `flags.rs` is the table of all of them.

mod command;
mod consulted;
mod flags;
mod program;
mod rehearsal;
mod window;

pub use command::Command;
pub use consulted::{Consulted, Question};
pub use flags::{DRAWN, FLAGS, FOUND, Flag, Kind, SCENARIOS, TOLD};
pub use program::Program;
pub use rehearsal::{Fault, Rehearsal};
pub use window::{Window, iso_moment, moment, settle_windows};

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

/// A command with its flags.
#[derive(Debug, Clone, PartialEq)]
pub struct Invocation {
    /// The name of the program.
    pub program: Program,
    /// What to do.
    pub command: Command,
    /// All flags by dbt's names, such as `full_refresh`, defaults included.
    values: BTreeMap<String, Value>,
    /// Flags that the command line or the environment sets.
    given: BTreeSet<String>,
    /// The command line, for `invocation_command`.
    pub typed: String,
}

/// Flags of `invocation_args_dict` that are there only if they are on.
const ONLY_IF_ON: &[&str] = &[
    "atomic",
    "changed",
    "check",
    "debug",
    "exit_code",
    "full_refresh",
    "fail_fast",
    "warn_error",
    "single_threaded",
    "log_cache_events",
    "store_failures",
    "use_experimental_parser",
    "write_baseline",
];

impl Invocation {
    /// Makes an invocation with all defaults.
    pub fn new(command: Command, typed: String) -> Self {
        // Of several flags of one name, the command's own counts, or else the first.
        let own = FLAGS.iter().filter(|it| it.commands.contains(&command));
        let flags = FLAGS.iter().rev().chain(own);
        let values = flags.map(|flag| (flag.name.to_owned(), flag.default_value()));
        Self {
            program: Program::Dsql,
            command,
            values: values.collect(),
            given: BTreeSet::new(),
            typed,
        }
    }

    /// Sets a flag as given by a person.
    pub fn give(&mut self, name: &str, value: Value) {
        self.values.insert(name.to_owned(), value);
        self.given.insert(name.to_owned());
    }

    /// Sets a flag unless a person gave it: `flags:` of `dbt_project.yml`.
    pub fn suggest(&mut self, name: &str, value: Value) {
        if !self.given.contains(name) {
            self.values.insert(name.to_owned(), value);
        }
    }

    /// Tells whether a person gave the flag.
    pub fn is_given(&self, name: &str) -> bool {
        self.given.contains(name)
    }

    /// Returns a truth value; an unset flag is off.
    pub fn on(&self, name: &str) -> bool {
        self.values
            .get(name)
            .and_then(Value::as_bool)
            .unwrap_or(false)
    }

    /// Returns the value as it is; null for an unset flag.
    pub fn value(&self, name: &str) -> &Value {
        self.values.get(name).unwrap_or(&Value::Null)
    }

    /// Returns a text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.values.get(name).and_then(Value::as_str)
    }

    /// Returns a whole number.
    pub fn number(&self, name: &str) -> Option<i64> {
        self.values.get(name).and_then(Value::as_i64)
    }

    /// Returns a list of texts.
    pub fn list(&self, name: &str) -> Vec<String> {
        let items = self
            .values
            .get(name)
            .and_then(Value::as_array)
            .into_iter()
            .flatten();
        items.filter_map(Value::as_str).map(str::to_owned).collect()
    }

    /// Returns a mapping; an empty one for an unset flag.
    pub fn dict(&self, name: &str) -> serde_json::Map<String, Value> {
        let value = self.values.get(name).and_then(Value::as_object);
        value.cloned().unwrap_or_default()
    }

    /// Returns the flags as `invocation_args_dict` and `run_results.args` have them: as in dbt, some
    /// are left out unless they are on.
    pub fn args_dict(&self) -> serde_json::Map<String, Value> {
        let mut args = self.args();
        args.retain(|name, value| *value != json!(false) || !ONLY_IF_ON.contains(&name.as_str()));
        args.entry("vars").or_insert_with(|| json!({}));
        args
    }

    /// Returns all flags under lower-case names; those that are not set are left out.
    pub fn args(&self) -> serde_json::Map<String, Value> {
        let set = self.values.iter().filter(|(_, value)| !value.is_null());
        let mut args: serde_json::Map<String, Value> = set
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        args.insert("which".to_owned(), json!(self.command.as_str()));
        args.insert("invocation_command".to_owned(), json!(self.typed));
        args
    }

    /// Returns all flags under upper-case names (`flags`).
    pub fn flags(&self) -> serde_json::Map<String, Value> {
        let upper = |(name, value): (&String, &Value)| (name.to_uppercase(), value.clone());
        let mut flags: serde_json::Map<String, Value> = self.values.iter().map(upper).collect();
        flags.insert("WHICH".to_owned(), json!(self.command.as_str()));
        flags.insert("INVOCATION_COMMAND".to_owned(), json!(self.typed));
        flags
    }
}
