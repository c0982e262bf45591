//! What a run says at its end: a section per failure and warning, then the counts.

use serde_json::json;

use super::difference::painted;
use super::failures;
use super::line::{green, plural, red, yellow};
use super::record::{Ended, Level, Record, timeless};
use crate::diagnostics::Code;
use crate::diagnostics::render::{Look, terminal};
use crate::events::Status;
use crate::text::Texts;

/// Writes the summary.
///
/// `columns` is the width of the terminal, if there is one.
pub(super) fn summary(
    ended: &[Ended],
    cancelled: bool,
    texts: &Texts,
    look: Look,
    columns: Option<usize>,
) -> Vec<Record> {
    let is_error = |it: &&Ended| match it.status {
        Status::Error | Status::Fail => true,
        Status::Skipped => !it.message.is_empty(),
        _ => false,
    };
    let errors: Vec<_> = ended.iter().filter(is_error).collect();
    let warnings: Vec<_> = ended
        .iter()
        .filter(|it| it.status == Status::Warn)
        .collect();
    let partial = ended
        .iter()
        .filter(|it| it.status == Status::PartialSuccess)
        .count();
    let mut records = vec![
        Record::blank(),
        headline(errors.len(), warnings.len(), partial, cancelled),
    ];
    let partly = |it: &&Ended| it.status == Status::PartialSuccess && !it.problems.is_empty();
    for one in errors.iter().copied().chain(ended.iter().filter(partly)) {
        section(one, false, texts, look, &mut records);
        if let Some(line) = failures::skipped_by(one, ended) {
            records.push(Record::blank());
            records.push(Record::drawing(Level::Error, format!("  {line}")));
        }
    }
    for one in &warnings {
        section(one, true, texts, look, &mut records);
    }
    // One section alone is near enough to the end.
    if errors.len() + warnings.len() > 1 {
        records.extend(failures::list(ended, texts, columns, look.unicode));
    }
    records.push(Record::blank());
    records.push(counts(ended));
    records
}

fn headline(errors: usize, warnings: usize, partial: usize, cancelled: bool) -> Record {
    let partials = format!(
        "{partial} partial {}",
        if partial == 1 { "success" } else { "successes" }
    );
    let (error_words, warning_words) = (plural(errors, "error"), plural(warnings, "warning"));
    let message = if cancelled {
        yellow("Exited because of keyboard interrupt")
    } else if errors > 0 {
        red(&format!(
            "Completed with {error_words}, {partials}, and {warning_words}:"
        ))
    } else if partial > 0 {
        yellow(&format!("Completed with {partials} and {warning_words}"))
    } else if warnings > 0 {
        yellow(&format!("Completed with {warning_words}:"))
    } else {
        green("Completed successfully")
    };
    let data = json!({
        "num_errors": errors, "num_warnings": warnings, "num_partial_success": partial,
        "keyboard_interrupt": cancelled,
    });
    Record::new(("EndOfRunSummary", "Z030"), Level::Info, message, data)
}

/// Writes what became of one node.
pub(super) fn section(
    one: &Ended,
    warning: bool,
    texts: &Texts,
    look: Look,
    records: &mut Vec<Record>,
) {
    let node = &one.node;
    let info = timeless(node, "None");
    if one.status == Status::Skipped {
        let data = json!({"msg": one.message});
        let message = format!("  {}", one.message);
        records.push(Record::new(
            ("RunResultError", "Z024"),
            Level::Debug,
            message,
            data,
        ));
        return;
    }
    records.push(Record::blank());
    let place = format!("{} {} ({})", node.resource_type, node.name, node.file);
    let data = json!({
        "resource_type": node.resource_type, "node_name": node.name, "path": node.file,
        "node_info": info,
    });
    let words = json!({"msg": one.message, "node_info": info});
    let level = if warning { Level::Warn } else { Level::Error };
    let (head, said) = if warning {
        let head = ("RunResultWarning", "Z021");
        (
            Record::new(head, level, yellow(&format!("Warning in {place}")), data),
            Record::new(
                ("RunResultWarningMessage", "Z046"),
                level,
                &one.message,
                words,
            ),
        )
    } else {
        let head = ("RunResultFailure", "Z022");
        let message = match one.message.as_str() {
            "" => format!("  Status: {}", one.status.as_str()),
            text if node.resource_type == "unit_test" && one.status == Status::Fail => {
                format!("  {}", painted(text))
            }
            text => format!("  {}", without_settings(text, one)),
        };
        (
            Record::new(head, level, red(&format!("Failure in {place}")), data),
            match one.message.is_empty() {
                true => {
                    let data = json!({"status": one.status.as_str(), "node_info": info});
                    Record::new(("RunResultErrorNoMessage", "Z025"), level, message, data)
                }
                false => Record::new(("RunResultError", "Z024"), level, message, words),
            },
        )
    };
    // How old a source is could not be told: dbt says so without a headline.
    if one.status != Status::RuntimeError {
        records.push(head);
    }
    records.push(said);
    for problem in &one.problems {
        records.push(Record::blank());
        records.push(Record::drawing(
            level,
            indented(&terminal(problem, texts, look)),
        ));
    }
    if let Some(path) = &one.compiled_path {
        let data = json!({"path": path, "node_info": info});
        let message = format!("  compiled code at {path}");
        records.push(Record::blank());
        records.push(Record::new(
            ("SQLCompiledPath", "Z026"),
            Level::Info,
            message,
            data,
        ));
    }
    if node.resource_type == "test" && one.failures.is_some_and(|count| count > 0) {
        let note = match &node.refused {
            Some(kept) if kept.is_empty() => return,
            Some(_) if !node.relation_name.is_empty() && one.status != Status::Warn => None,
            Some(kept) => Some(format!(
                "  See what was refused: dsql show --inline 'select * from {kept}'"
            )),
            None if node.quarantines && one.status == Status::Warn => Some(format!(
                "  See the rows: dsql quarantine show --select {}",
                node.name
            )),
            None if node.relation_name.is_empty() => Some(format!(
                "  See test failures: dsql show --select {}",
                node.name
            )),
            None => None,
        };
        records.push(Record::blank());
        if let Some(note) = note {
            let data = json!({"msg": note});
            records.push(Record::new(("Note", "Z050"), Level::Info, note, data));
        } else {
            let query = format!("select * from {}", node.relation_name);
            let border = "-".repeat(query.chars().count());
            let message = format!("  See test failures:\n  {border}\n  {query}\n  {border}");
            let data = json!({"relation_name": node.relation_name, "node_info": info});
            let id = ("CheckNodeTestFailure", "Z027");
            records.push(Record::new(id, Level::Info, message, data));
        }
    }
}

fn indented(text: &str) -> String {
    let lines = text.trim_end().lines().map(|line| format!("  {line}"));
    lines
        .map(|line| line.trim_end().to_owned())
        .collect::<Vec<_>>()
        .join("\n")
}

fn counts(ended: &[Ended]) -> Record {
    let of = |wanted: &[Status]| {
        ended
            .iter()
            .filter(|it| wanted.contains(&it.status))
            .count()
    };
    let pass = of(&[Status::Pass, Status::Success]);
    let warn = of(&[Status::Warn]);
    let error = of(&[Status::Error, Status::Fail, Status::PartialSuccess]);
    let (skip, noop, total) = (of(&[Status::Skipped]), of(&[Status::NoOp]), ended.len());
    let message = format!(
        "Done. PASS={pass} WARN={warn} ERROR={error} SKIP={skip} NO-OP={noop} TOTAL={total}"
    );
    let stats = json!({
        "pass": pass, "warn": warn, "error": error, "skip": skip, "noop": noop, "total": total,
    });
    Record::new(
        ("StatsLine", "Z023"),
        Level::Info,
        message,
        json!({"stats": stats}),
    )
}

/// Leaves out how the database reads CSV files where the rows to mend are shown.
fn without_settings<'t>(text: &'t str, one: &Ended) -> &'t str {
    let is_shown = one.problems.iter().any(|it| it.code == Code::InvalidSeed);
    let said = text.split("\n  \n").next().unwrap_or(text);
    if is_shown { said } else { text }
}
