//! `--dry-run`: the plan, a line for each step.

use std::fmt::Write;

use crate::plan::{Action, Plan, Unchanged};

/// Writes the steps with what each waits for.
pub(super) fn text(plan: &Plan) -> String {
    let mut text = String::new();
    let digits = plan.visible().max(1).to_string().len();
    let mut places = Vec::new();
    let mut place = 0;
    for step in &plan.steps {
        place += usize::from(step.visible);
        places.push(step.visible.then_some(place));
    }
    for (kind, hooks) in [
        ("on-run-start", &plan.on_run_start),
        ("on-run-end", &plan.on_run_end),
    ] {
        if !hooks.is_empty() {
            let count = hooks.len();
            let _ = writeln!(
                text,
                "{kind}: {count} hook{}",
                if count == 1 { "" } else { "s" }
            );
        }
    }
    for (database, schema) in &plan.schemas {
        let database = database
            .as_deref()
            .map(|it| format!("{it}."))
            .unwrap_or_default();
        let _ = writeln!(text, "create schema {database}{schema}");
    }
    for (step, place) in plan.steps.iter().zip(&places) {
        let verb = match step.action {
            Action::Materialize(_) => "build",
            Action::DataTest | Action::UnitTest => "run",
            Action::Compile => "compile",
            Action::Freshness => "look at",
            Action::NoOp => "report",
            Action::Clone => "make",
        };
        let number = place.map(|it| it.to_string()).unwrap_or_default();
        let needs = step
            .needs
            .iter()
            .filter_map(|at| places.get(*at).copied().flatten());
        let needs: Vec<_> = needs.map(|it| it.to_string()).collect();
        let after = match needs.as_slice() {
            [] => String::new(),
            needs => format!("  after {}", needs.join(", ")),
        };
        let unless = match &step.unchanged {
            Unchanged::IsLeftOut => "  unless nothing has changed",
            _ => "",
        };
        let _ = writeln!(
            text,
            "{number:>digits$}  {verb} {}{after}{unless}",
            step.description
        );
    }
    text.trim_end().to_owned()
}
