//! Rows that tests have put aside: how many, and why.

use std::fmt::Display;

use super::facts::{Quarantined, Reason, Report};
use super::figures::{count, number, place, share, time};
use super::markup::Markup;
use super::page::{missing, section as write_section, table};

/// How many reasons are listed of each node.
const REASONS: usize = 8;

/// Writes the section.
pub(super) fn section(markup: &mut Markup, report: &Report) {
    write_section(markup, ("quarantine", "Quarantine"), |it| {
        if report.quarantines.is_empty() {
            let how = match report.has_quarantine_tests {
                true => "All rows of the last builds have passed the tests that would.",
                false => {
                    "A data test with `on_failure: quarantine` puts the rows aside that fail it, and publishes all others."
                }
            };
            return missing(it, "No test has put rows aside.", how);
        }
        let rows: Vec<Vec<String>> = report.quarantines.iter().map(row).collect();
        let heads = [
            "Node",
            "#Quarantined",
            "#Released",
            "#Discarded",
            "#Resolved",
        ];
        table(it, "Rows that were put aside, by node", &heads, &rows);
        it.put("p", &[], |it| {
            it.prose("`dsql quarantine list` names the rows, `release` and `discard` decide on them. Values of rows are not in this report.");
        });
        for own in &report.quarantines {
            reasons(it, own);
        }
    });
}

fn row(own: &Quarantined) -> Vec<String> {
    let states = ["quarantined", "released", "discarded", "resolved"];
    let counts = states.map(|it| count(own.count(it)));
    [own.name.clone()].into_iter().chain(counts).collect()
}

/// Draws why rows of a node are in quarantine.
fn reasons(markup: &mut Markup, own: &Quarantined) {
    let (Some(most), false) = (
        own.reasons.iter().map(|it| it.rows).max(),
        own.reasons.is_empty(),
    ) else {
        return;
    };
    let all: u64 = own.reasons.iter().map(|it| it.rows).sum();
    markup.leaf(
        "h3",
        &[],
        format!("Why rows of {} are in quarantine", own.name),
    );
    markup.put("ul", &[("class", &"reasons")], |it| {
        for reason in own.reasons.iter().take(REASONS) {
            it.put("li", &[], |it| one(it, reason, most, all));
        }
        if own.reasons.len() > REASONS {
            let rest = own.reasons.iter().skip(REASONS).map(|it| it.rows).sum();
            it.leaf("li", &[], format!("{} rows for other reasons", count(rest)));
        }
    });
}

fn one(markup: &mut Markup, reason: &Reason, most: u64, all: u64) {
    let width = place(100.0 * number(reason.rows) / number(most.max(1)));
    markup.put("span", &[], |it| {
        it.leaf("strong", &[], count(reason.rows));
        it.text(format!(" ({}) ", share(reason.rows, all)));
        it.text(&reason.text);
    });
    let attributes: [(&str, &dyn Display); 4] = [
        ("class", &"meter aside"),
        ("aria-hidden", &"true"),
        ("viewBox", &"0 0 100 8"),
        ("preserveAspectRatio", &"none"),
    ];
    markup.put("svg", &attributes, |it| {
        it.shape("rect", &[("width", &width), ("height", &"8")]);
    });
    if let (Some(first), Some(last)) = (reason.first, reason.last) {
        let text = match first == last {
            true => format!("since {}", time(first)),
            false => format!("since {}, the last at {}", time(first), time(last)),
        };
        markup.leaf("span", &[("class", &"more")], text);
    }
}
