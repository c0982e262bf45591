//! What Jinja in project files can name besides the project: dbt's base context.

use std::sync::Arc;

use serde_json::Value as Json;

use crate::events::Sink;
use crate::invocation::{Consulted, Invocation};
use crate::jinja::context::{from_json, log, print};
use crate::jinja::{Globals, Value, library};
use crate::system::System;

/// Names that come from the invocation.
pub struct BaseNames {
    system: Arc<dyn System>,
    sink: Arc<dyn Sink>,
    flags: Json,
    invocation_args: Json,
    invocation_id: Arc<str>,
    started_at: chrono::DateTime<chrono::Utc>,
    consulted: Arc<Consulted>,
}

const NAMES: &[&str] = &[
    "flags",
    "invocation_args_dict",
    "invocation_id",
    "log",
    "modules",
    "print",
    "run_started_at",
    "thread_id",
];

impl BaseNames {
    /// Makes the names of an invocation.
    pub fn new(
        invocation: &Invocation,
        invocation_id: Arc<str>,
        system: Arc<dyn System>,
        sink: Arc<dyn Sink>,
        consulted: Arc<Consulted>,
    ) -> Self {
        Self {
            flags: Json::Object(invocation.flags()),
            invocation_args: Json::Object(invocation.args()),
            started_at: system.now(),
            invocation_id,
            system,
            sink,
            consulted,
        }
    }
}

impl Globals for BaseNames {
    fn get(&self, name: &str) -> Option<Value> {
        if matches!(name, "flags" | "invocation_args_dict") {
            self.consulted.name(name);
        }
        Some(match name {
            "flags" => from_json(&self.flags),
            "invocation_args_dict" => from_json(&self.invocation_args),
            "invocation_id" => Value::from(&*self.invocation_id),
            "log" => log(Arc::clone(&self.sink)),
            "modules" => library::modules(Arc::clone(&self.system)),
            "print" => print(Arc::clone(&self.sink)),
            "run_started_at" => library::datetime_utc(self.started_at),
            "thread_id" => Value::from("MainThread"),
            _ => return None,
        })
    }

    fn names(&self) -> Vec<String> {
        NAMES.iter().map(|name| (*name).to_owned()).collect()
    }
}
