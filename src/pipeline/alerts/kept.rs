//! What waits for the warehouse, in a file below the target folder, and what that has last been known to say.

use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::super::{Ready, Surroundings};
use super::Heard;
use crate::alerts::{STATE_FILE, State};
use crate::diagnostics::{Code, Diagnostic};
use crate::project::Project;
use crate::system::System;
use crate::text::{FileId, Location, Texts};

/// How many runs are known by name.
const RUNS: usize = 500;

/// The file.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Kept {
    /// What runs have said of which no news are made yet.
    pub(super) heard: Vec<Heard>,
    /// What the warehouse does not have yet.
    #[serde(default)]
    pub(super) unsaved: State,
    /// What is open in the warehouse, for times when it cannot be asked.
    #[serde(default)]
    pub(super) known: State,
    /// Runs of which news are made: their entries may come again.
    #[serde(default)]
    pub(super) runs: Vec<String>,
    #[serde(skip)]
    place: Option<(PathBuf, Arc<dyn System>)>,
}

impl Kept {
    /// Reads the file; what cannot be read is nothing.
    pub(super) fn read(ready: &Ready, around: &Surroundings) -> Self {
        let path = ready.project.target_path.join(STATE_FILE);
        let bytes = around.system.read(&path).unwrap_or_default();
        let kept: Self = serde_json::from_slice(&bytes).unwrap_or_default();
        Self {
            place: Some((path, around.system.clone())),
            ..kept
        }
    }

    /// Tells whether it is known what a run says.
    pub(super) fn knows(&self, run: &str) -> bool {
        let mut heard = self.heard.iter();
        self.runs.iter().any(|it| it == run) || heard.any(|it| it.0.id == run)
    }

    /// Writes the file.
    pub(super) fn write(&mut self) {
        let many = self.runs.len();
        self.runs.drain(..many.saturating_sub(RUNS));
        if let Some((path, system)) = &self.place {
            let text = serde_json::to_vec(&self).unwrap_or_default();
            // Where nothing can be written, the warehouse has it, or this run alone knows.
            let _ = system.write(path, &text);
        }
    }
}

/// Reads a template of the project.
pub(in crate::pipeline) fn load_template(
    (path, at): (&str, Location),
    project: &Project,
    system: &dyn System,
    texts: &mut Texts,
) -> Result<(FileId, String), Box<Diagnostic>> {
    let read = system.read(&project.root().root.join(path));
    let wrong = |message: String, help: &str| {
        let finding = Diagnostic::error(Code::InvalidSettings, message).at(at);
        Box::new(finding.help(help))
    };
    let bytes = read.map_err(|error| {
        let help = "give the path of a file, relative to the project";
        wrong(
            format!("the template cannot be read: {}", error.source),
            help,
        )
    })?;
    let text = String::from_utf8(bytes)
        .map_err(|_| wrong(format!("`{path}` is not UTF-8"), "save it as UTF-8"))?;
    Ok((texts.add(path, text.as_str()), text))
}
