//! `chaos`: what disturbed runs have shown, as a table, with each difference below it.

use std::fmt::Write;

use unicode_width::UnicodeWidthStr;

use crate::chaos::{Report, Trial};

/// How many differences of one trial are shown, and how many trials.
const MOST: usize = 10;

/// Writes the report.
pub(super) fn text(report: &Report) -> String {
    let mut text = String::new();
    let head = ["scenario", "trials", "differing", "what kept rows whole"].map(str::to_owned);
    let lines = report.lines();
    let rows = lines.iter().map(|line| {
        let guards = line.guards.iter().map(|(guard, count)| match line.trials {
            1 => guard.clone(),
            _ => format!("{guard} ({count})"),
        });
        [
            line.scenario.clone(),
            line.trials.to_string(),
            line.differing.to_string(),
            guards.collect::<Vec<_>>().join(", "),
        ]
    });
    let rows: Vec<[String; 4]> = std::iter::once(head).chain(rows).collect();
    let width = |at: usize| rows.iter().map(|row| row[at].width()).max().unwrap_or(0);
    let widths = [0, 1, 2].map(width);
    for [scenario, trials, differing, guards] in &rows {
        let pad = |cell: &str, at: usize| " ".repeat(widths[at].saturating_sub(cell.width()));
        let _ = writeln!(
            text,
            "{scenario}{}  {}{trials}  {}{differing}  {guards}",
            pad(scenario, 0),
            pad(trials, 1),
            pad(differing, 2)
        );
    }
    if !report.left_out.is_empty() {
        let _ = writeln!(text, "\nNot tried:");
        for (what, why) in &report.left_out {
            let _ = writeln!(text, "  {what}: {why}");
        }
    }
    if !report.unsteady.is_empty() {
        let _ = writeln!(text, "\nNot the same each time:");
        for node in &report.unsteady {
            let differs = if node.differs { "  DIFFERS" } else { "" };
            let _ = writeln!(text, "  {} {}{differs}", node.node, node.why);
        }
    }
    let bad: Vec<&Trial> = report
        .trials
        .iter()
        .filter(|it| !it.differences.is_empty())
        .collect();
    if !bad.is_empty() {
        let _ = writeln!(text, "\nWhat differs from an undisturbed run:");
    }
    for trial in bad.iter().take(MOST) {
        let _ = writeln!(text, "  {}: {}", trial.scenario, trial.what);
        for difference in trial.differences.iter().take(MOST) {
            let _ = writeln!(text, "    {} {}", difference.relation, difference.what);
        }
        if trial.differences.len() > MOST {
            let _ = writeln!(text, "    and {} more", trial.differences.len() - MOST);
        }
    }
    if bad.len() > MOST {
        let _ = writeln!(
            text,
            "  and {} more, in chaos.json of the target folder",
            bad.len() - MOST
        );
    }
    if report.stopped {
        let _ = writeln!(text, "\nStopped before all was tried.");
    }
    if report.is_well() && report.trials.is_empty() {
        text.push_str("\nNothing was tried.");
        return text;
    }
    let end = match (report.is_well(), bad.len()) {
        (true, _) => "Nothing differs.".to_owned(),
        (false, 0) => "Some nodes are not the same each time.".to_owned(),
        (false, 1) => "1 trial differs.".to_owned(),
        (false, count) => format!("{count} trials differ."),
    };
    let _ = write!(
        text,
        "\n{end} To try the same again: --seed {}",
        report.seed
    );
    text
}
