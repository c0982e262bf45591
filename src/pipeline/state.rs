//! What earlier runs left: `--state` to compare with, `--defer-state` to defer to.

use std::sync::Arc;

use super::{Ready, Surroundings};
use crate::artifacts::previous::PreviousState;
use crate::compile::Deferral;
use crate::diagnostics::{Code, Diagnostic};
use crate::graph::state::Rules;
use crate::invocation::{Command, Invocation};
use crate::project::{Project, normal};
use crate::records;
use crate::text::Texts;

/// The folders that the command line names.
#[derive(Default)]
pub(super) struct States {
    /// `--state`.
    pub(super) state: Option<Arc<PreviousState>>,
    /// `--defer-state`.
    pub(super) defer_state: Option<Arc<PreviousState>>,
}

impl States {
    /// Reads the folders, if the command works on nodes.
    pub(super) fn load(
        invocation: &Invocation,
        project: &Project,
        around: &Surroundings,
        texts: &mut Texts,
        findings: &mut Vec<Diagnostic>,
    ) -> Self {
        if matches!(invocation.command, Command::Parse | Command::RunOperation) {
            return Self::default();
        }
        let mut load = |flag: &str| {
            let folder = invocation.text(flag)?;
            let (root, target) = (&project.root().root, &project.target_path);
            if normal(&root.join(folder)) == *target {
                findings.push(same_folder(folder));
            }
            let system = &*around.system;
            let mut state = records::load_state(system, folder, root, target, texts, findings);
            if invocation.command == Command::Impact {
                state.columns =
                    records::load_previous_columns(system, folder, root, texts, findings);
            }
            Some(Arc::new(state))
        };
        Self {
            state: load("state"),
            defer_state: load("defer_state"),
        }
    }

    /// The state to defer to.
    fn deferred(&self) -> Option<&PreviousState> {
        self.defer_state.as_deref().or(self.state.as_deref())
    }
}

fn same_folder(folder: &str) -> Diagnostic {
    let message = format!(
        "the state is the target folder `{folder}`, which this run writes: changes can be missed"
    );
    Diagnostic::warning(Code::StateIsTarget, message).help(
        "copy the artifacts of the earlier run elsewhere, and name that folder with `--state`",
    )
}

/// Says what is compared with an earlier manifest.
pub(super) fn rules(invocation: &Invocation, ready: &Ready) -> Rules {
    Rules {
        unrendered_places: invocation.on("state_modified_compare_more_unrendered_values"),
        enforced_constraints: ready.adapter.capabilities().enforced_constraints,
        now: ready.facts.base.started_at,
    }
}

/// Makes what references defer to: with `--defer`, and for `clone` in any case.
pub(super) fn deferral(invocation: &Invocation, ready: &Ready) -> Option<Deferral> {
    let references = invocation.on("defer");
    if !references && invocation.command != Command::Clone {
        return None;
    }
    let manifest = ready.states.deferred()?.manifest.as_ref()?;
    let relations = manifest.relations();
    Some(Deferral {
        relations: relations
            .map(|(id, relation)| (id.into(), relation))
            .collect(),
        references,
        favored: invocation.on("favor_state"),
        project: ready.facts.clone(),
    })
}

/// Finds what is missing for deferral, before anything runs.
pub(super) fn check_deferral(invocation: &Invocation, ready: &Ready) -> Option<Diagnostic> {
    let clone = invocation.command == Command::Clone;
    if !(clone || invocation.on("defer")) {
        return None;
    }
    let why = match clone {
        true => "`clone` points at what an earlier run built",
        false => "`--defer` takes relations of an earlier run",
    };
    let Some(state) = ready.states.deferred() else {
        let message = format!("{why}, and nothing says of which");
        return Some(Diagnostic::error(Code::MissingState, message).help(
            "add `--state FOLDER` (or set DBT_STATE), where the manifest.json of that run is",
        ));
    };
    if state.manifest.is_some() {
        return None;
    }
    let message = format!("{why}, and `{}` has no manifest.json", state.folder);
    let help = match state.is_there {
        true => "copy the manifest.json of that run there, or name another folder",
        false => "there is no such folder: name another",
    };
    Some(Diagnostic::error(Code::MissingState, message).help(help))
}
