//! What each command prints. One file per command.
//!
//! In: an [`Invocation`]. Out: an exit code.

mod alerts;
mod chaos;
mod clean;
mod debug;
mod dry_run;
mod explain;
mod grid;
mod impact;
mod incident;
mod inherit;
mod insights;
mod init;
mod lineage;
mod list;
mod node_text;
mod project;
mod python_json;
mod quarantine;
mod replay;
mod report;
mod score;
mod sparkline;
mod spc;
mod table;
mod versions;

use std::sync::Arc;

pub use list::line as list_line;

use crate::invocation::{Command, Invocation};
use crate::system::System;

use super::output::Output;
use super::streams;

/// Carries a command out.
pub(super) fn run(invocation: Invocation, system: Arc<dyn System>) -> u8 {
    match invocation.command {
        Command::Explain => explain::explain(&invocation),
        Command::Init => init::init(&invocation, &*system),
        Command::Clean => clean::clean(
            &invocation,
            &*system,
            &Output::new(&invocation, system.clone()),
        ),
        Command::DocsServe => {
            streams::err(&invocation.program.spoken(
                "error: `dsql docs serve` is to come: there is no site yet; `dsql docs generate` writes \
                 catalog.json and manifest.json into the target folder, which sites of other tools read\n",
            ));
            2
        }
        _ => project::run(invocation, system),
    }
}
