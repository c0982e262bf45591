//! `check` of a project of which little has changed since the last check: what has changed is checked again, with those
//! after it that see a difference; of all others is said what was said.
//!
//! `kept.rs` writes down what a whole check found, `slice.rs` checks some nodes of a project. Whatever is out of the
//! ordinary makes that useless, and all is checked.

mod kept;
mod slice;

use std::collections::{HashMap, HashSet};

use super::resources::is_plain;
use super::{Exit, Opened, Surroundings, check, columns, report};
use crate::check::Baseline;
use crate::diagnostics::{self, Diagnostic};
use crate::events::Event;
use crate::invocation::{Command, Invocation};
use crate::nodes::UniqueId;
use crate::records::partial_parse::{LastCheck, PARTIAL_PARSE_FILE, Store, load_check};
use crate::text::Texts;
pub(super) use kept::keep;
use slice::{Slice, Work};

/// Flags that change nothing of what is found.
const ASIDE: [&str; 14] = [
    "invocation_command",
    "log_file_max_bytes",
    "log_format",
    "log_format_file",
    "log_level",
    "log_level_file",
    "log_path",
    "output",
    "printer_width",
    "quiet",
    "threads",
    "use_colors",
    "use_colors_file",
    "write_json",
];

/// Checks again what has changed since the last check. Gives all findings and how it ends, or none where everything
/// is to be checked; nothing has been said then.
pub(super) fn rechecked(
    invocation: &Invocation,
    opened: &Opened,
    around: &Surroundings,
    texts: &mut Texts,
    findings: &[Diagnostic],
) -> Option<(Vec<Diagnostic>, Exit)> {
    let is_usual = invocation.command == Command::Check
        && invocation.on("partial_parse")
        && !invocation.on("write_baseline")
        && invocation.text("partial_parse_file_path").is_none()
        && is_plain(opened)
        && !findings.iter().any(Diagnostic::is_error);
    if !is_usual {
        return None;
    }
    let (target, system) = (&opened.project.target_path, &*around.system);
    let (mut last, changed) = load_check(&opened.inputs, target, system)?;
    if last.flags != flags(invocation) {
        return None;
    }
    let path = target.join(PARTIAL_PARSE_FILE);
    let (store, stale) = Store::open(&opened.inputs, &path, system)?;
    let work = Work {
        invocation,
        opened,
        around,
        last: &last,
        changed: changed.into_iter().collect(),
        around_nodes: store.around()?.resources,
        store,
        stale,
    };
    let mut slice = work.stable(texts)?;
    let mut told = findings.to_vec();
    opened.facts.base.warnings.judge(&mut told);
    let ready = &slice.ready;
    let mut own = ready.texts.clone();
    let baseline = check::baseline(invocation, ready, around, &mut own, &mut told)?;
    *texts = own;
    told.extend(last.before.iter().cloned());
    report(texts, &told, around);
    around.sink.emit(Event::Found(last.counts.clone()));
    last.found
        .renew(&slice.again, std::mem::take(&mut slice.found));
    let by = (&*texts, &last, &baseline);
    let held = judge(invocation, &slice, by, &mut told);
    check::say(last.models, held, around);
    let mut exit = check::exit_of(&told);
    if invocation.on("write_json") {
        exit = exit.if_written(write(&slice, &last, around, &mut told));
    }
    diagnostics::sort(&mut told);
    slice.ready.release();
    Some((told, exit))
}

/// Adds what is told of all that is found; returns how much the baseline holds.
fn judge(
    invocation: &Invocation,
    slice: &Slice,
    (texts, last, baseline): (&Texts, &LastCheck, &Baseline),
    told: &mut Vec<Diagnostic>,
) -> usize {
    let all: HashSet<&str> = last.nodes.iter().map(|it| &*it.id).collect();
    let is_wanted = |id: &str| all.contains(id).then_some(true);
    let by = (texts, baseline, &is_wanted as check::IsWanted<'_>);
    let checked = check::judged(invocation, &slice.ready, by, &last.found);
    told.extend(checked.findings);
    slice.ready.facts.base.warnings.judge(told);
    checked.held
}

/// Writes the columns of all nodes, some of which are worked out anew.
fn write(
    slice: &Slice,
    last: &LastCheck,
    around: &Surroundings,
    findings: &mut Vec<Diagnostic>,
) -> bool {
    let nodes = &slice.lineage.nodes;
    let anew = nodes.iter().filter(|(id, _)| slice.again.contains(*id));
    let anew = columns::as_json(anew);
    let anew: HashMap<&UniqueId, &[u8]> = anew.iter().map(|(id, it)| (id, it.as_slice())).collect();
    let nodes = last.nodes.iter().filter(|it| !it.columns.is_empty());
    let nodes = nodes.map(|it| {
        let columns = anew.get(&it.id).copied();
        (&it.id, columns.unwrap_or(&it.columns))
    });
    columns::write(nodes, &slice.ready, around, findings)
}

/// Writes the flags down that change what is found.
fn flags(invocation: &Invocation) -> String {
    let mut flags = invocation.args();
    flags.retain(|name, _| !ASIDE.contains(&name.as_str()));
    serde_json::Value::Object(flags).to_string()
}
