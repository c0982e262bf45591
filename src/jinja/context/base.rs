//! What all templates of one invocation see, those in project files too: dbt's base context.

use std::sync::Arc;

use serde_json::Value as Json;

use super::json::from_json;
use super::messages::{log, print};
use crate::events::{Sink, Warnings};
use crate::invocation::{Consulted, Invocation};
use crate::jinja::{Globals, Value, library};
use crate::system::System;

/// Facts of one invocation that do not depend on the project.
pub struct Base {
    /// Environment and clock.
    pub system: Arc<dyn System>,
    /// Where `log` and `print` go.
    pub sink: Arc<dyn Sink>,
    /// Which warnings are errors.
    pub warnings: Warnings,
    /// `flags`: names in capitals.
    pub flags: Json,
    /// `invocation_args_dict`.
    pub invocation_args: Json,
    /// `invocation_id`.
    pub invocation_id: Arc<str>,
    /// `run_started_at`.
    pub started_at: chrono::DateTime<chrono::Utc>,
    /// Notes what templates look at that the next invocation can see differently.
    pub consulted: Arc<Consulted>,
}

impl Base {
    /// Names that it knows.
    pub(super) const NAMES: &'static [&'static str] = &[
        "flags",
        "invocation_args_dict",
        "invocation_id",
        "log",
        "modules",
        "print",
        "run_started_at",
        "thread_id",
    ];

    /// Tells whether `--store-failures` is on.
    pub fn stores_failures(&self) -> bool {
        self.flags.get("STORE_FAILURES").and_then(Json::as_bool) == Some(true)
    }

    /// Takes the facts from an invocation that begins.
    pub fn new(
        invocation: &Invocation,
        invocation_id: Arc<str>,
        system: Arc<dyn System>,
        sink: Arc<dyn Sink>,
        warnings: Warnings,
        consulted: Arc<Consulted>,
    ) -> Self {
        Self {
            flags: Json::Object(invocation.flags()),
            invocation_args: Json::Object(invocation.args_dict()),
            started_at: system.now(),
            invocation_id,
            system,
            sink,
            warnings,
            consulted,
        }
    }
}

impl Globals for Base {
    fn get(&self, name: &str) -> Option<Value> {
        if matches!(name, "flags" | "invocation_args_dict") {
            self.consulted.name(name);
        }
        Some(match name {
            "flags" => from_json(&self.flags),
            "invocation_args_dict" => from_json(&self.invocation_args),
            "invocation_id" => Value::from(&*self.invocation_id),
            "log" => log(self.sink.clone()),
            "modules" => library::modules(self.system.clone()),
            "print" => print(self.sink.clone()),
            "run_started_at" => library::datetime_utc(self.started_at),
            "thread_id" => thread_id(),
            _ => return None,
        })
    }

    fn names(&self) -> Vec<String> {
        Self::NAMES.iter().map(|name| (*name).to_owned()).collect()
    }
}

/// Names the thread as Python does; only threads that run nodes have names of their own.
fn thread_id() -> Value {
    let thread = std::thread::current();
    let name = thread.name().filter(|name| name.starts_with("Thread-"));
    Value::from(name.unwrap_or("MainThread"))
}
