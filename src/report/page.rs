//! The whole page.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use super::facts::Report;
use super::markup::{Markup, escape};
use super::{charts, flow, graph, incidents, quarantine, runs, scores, summary};

const PAGE: &str = include_str!("../../templates/report/page.html");
const STYLE: &str = include_str!("../../templates/report/style.css");
const SCRIPT: &str = include_str!("../../templates/report/script.js");

/// Writes a report as one HTML file. Nothing but its own style and script runs in it, and nothing is fetched: its policy says so.
pub fn page(report: &Report) -> String {
    let mut title = String::new();
    escape(&report.project, &mut title);
    let policy = format!(
        "default-src 'none'; style-src '{}'; script-src '{}'; base-uri 'none'; form-action 'none'",
        digest(STYLE),
        digest(SCRIPT)
    );
    let body = body(report);
    let data = data(report);
    let mut text = String::new();
    // Each mark once, from the front: what is put in is not looked at again.
    for (place, part) in PAGE.split("%%").enumerate() {
        text.push_str(match (place % 2, part) {
            (0, part) => part,
            (_, "title") => &title,
            (_, "policy") => &policy,
            (_, "style") => STYLE,
            (_, "body") => &body,
            (_, "data") => &data,
            (_, "script") => SCRIPT,
            _ => "",
        });
    }
    text
}

fn body(report: &Report) -> String {
    let mut markup = Markup::default();
    summary::head(&mut markup, report);
    markup.put("main", &[("id", &"top")], |it| {
        runs::section(it, report);
        graph::section(it, report);
        scores::section(it, report);
        charts::section(it, report);
        flow::section(it, report);
        quarantine::section(it, report);
        incidents::section(it, report);
    });
    markup.into_text()
}

/// Writes the figures as JSON that ends no element.
fn data(report: &Report) -> String {
    let json = serde_json::to_string(report).unwrap_or_default();
    json.replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026")
}

/// Names a style or a script in a policy.
fn digest(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(text)))
}

/// Begins a section.
pub(super) fn section(
    markup: &mut Markup,
    (id, title): (&'static str, &'static str),
    inside: impl FnOnce(&mut Markup),
) {
    let label = format!("{id}-title");
    let attributes: [(&str, &dyn std::fmt::Display); 2] =
        [("id", &id), ("aria-labelledby", &label)];
    markup.put("section", &attributes, |it| {
        it.leaf("h2", &[("id", &label)], title);
        inside(it);
    });
}

/// Says what is missing, and how it comes.
pub(super) fn missing(markup: &mut Markup, what: &str, how: &str) {
    markup.put("p", &[("class", &"missing")], |it| {
        it.leaf("strong", &[], what);
        it.text(" ");
        it.prose(how);
    });
}

/// Writes a table that is folded away; columns whose name begins with `#` have figures.
pub(super) fn folded(markup: &mut Markup, title: &str, heads: &[&str], rows: &[Vec<String>]) {
    markup.put("details", &[], |it| {
        it.leaf("summary", &[], title);
        table(it, title, heads, rows);
    });
}

/// Writes a table that can be moved sideways.
pub(super) fn table(markup: &mut Markup, title: &str, heads: &[&str], rows: &[Vec<String>]) {
    let class = |head: &str| if head.starts_with('#') { "figure" } else { "" };
    wide(markup, title, |it| {
        it.put("table", &[], |it| {
            it.leaf("caption", &[("class", &"unseen")], title);
            it.put("thead", &[], |it| {
                it.put("tr", &[], |it| {
                    for head in heads {
                        let attributes: [(&str, &dyn std::fmt::Display); 2] =
                            [("scope", &"col"), ("class", &class(head))];
                        it.leaf("th", &attributes, head.trim_start_matches('#'));
                    }
                });
            });
            it.put("tbody", &[], |it| {
                for row in rows {
                    it.put("tr", &[], |it| {
                        for (cell, head) in row.iter().zip(heads) {
                            it.leaf("td", &[("class", &class(head))], cell);
                        }
                    });
                }
            });
        });
    });
}

/// A part of the page that is moved sideways where it is too wide.
pub(super) fn wide(markup: &mut Markup, label: &str, inside: impl FnOnce(&mut Markup)) {
    let attributes: [(&str, &dyn std::fmt::Display); 4] = [
        ("class", &"wide"),
        ("role", &"region"),
        ("aria-label", &label),
        ("tabindex", &"0"),
    ];
    markup.put("div", &attributes, inside);
}
