//! Commands that work on a project: the pipeline runs, its product is printed.

use std::sync::Arc;

use serde_json::json;

use super::node_text::{self, Form};
use super::{
    alerts, chaos, debug, dry_run, impact, incident, inherit, insights, lineage, list, quarantine,
    replay, report, score, spc, table, versions,
};
use crate::cli::output::Output;
use crate::cli::{interrupt, streams};
use crate::invocation::{Command, Invocation};
use crate::pipeline::{self, Exit, Product, Surroundings};
use crate::system::System;

const PRINT: (&str, &str) = ("PrintEvent", "Z052");

/// Runs the pipeline and prints what comes of it; what is asked for then is another run.
pub(super) fn run(invocation: Invocation, system: Arc<dyn System>) -> u8 {
    if invocation.command == Command::Debug && invocation.on("config_dir") {
        return config_dir(&invocation, &*system);
    }
    let output = Arc::new(Output::new(&invocation, system.clone()));
    let around = Surroundings {
        invocation_id: system.uuid().into(),
        system,
        sink: output.clone(),
        stop: Arc::default(),
        interrupts: Default::default(),
    };
    if invocation.command != Command::Deps {
        // `deps` has nothing to wind up: Ctrl-C ends it where it stands.
        interrupt::install(&around, output.clone());
    }
    let (code, product) = run_once(invocation.clone(), &around, &output);
    if code != 0 || !is_confirmed(&product, &invocation) {
        return code;
    }
    let mut confirmed = invocation;
    confirmed.give("yes", json!(true));
    let output = Arc::new(Output::new(&confirmed, around.system.clone()));
    let around = Surroundings {
        invocation_id: around.system.uuid().into(),
        sink: output.clone(),
        ..around
    };
    run_once(confirmed, &around, &output).0
}

fn run_once(mut invocation: Invocation, around: &Surroundings, output: &Output) -> (u8, Product) {
    let outcome = pipeline::run(&mut invocation, around);
    print(&invocation, &outcome.product, output);
    let reported = output.finish(&outcome.texts, &outcome.diagnostics);
    output.complete(outcome.exit == Exit::Done && reported);
    let code = match outcome.exit {
        _ if !reported => 2,
        Exit::Done => 0,
        Exit::Failed => 1,
        Exit::CouldNotRun => 2,
    };
    (code, outcome.product)
}

/// Asks, where somebody can answer, whether a plan that is shown is to be carried out.
fn is_confirmed(product: &Product, invocation: &Invocation) -> bool {
    let Product::Incidental(found) = product else {
        return false;
    };
    if !found.waits() || invocation.text("output") == Some("json") {
        return false;
    }
    let answer = streams::ask("Carry it out now? [y/N] ").unwrap_or_default();
    matches!(answer.to_lowercase().as_str(), "y" | "yes")
}

fn print(invocation: &Invocation, product: &Product, output: &Output) {
    let form = Form {
        json: invocation.text("output") == Some("json"),
        quiet: invocation.on("quiet"),
    };
    match product {
        Product::None => {}
        Product::Listed(resources) => {
            for resource in resources {
                let line = list::line(resource, invocation);
                output.print(PRINT, &line, json!({"msg": line}));
            }
        }
        Product::Compiled(nodes) => {
            for (name, id, sql) in nodes.iter().filter(|it| is_meant(invocation, &it.0)) {
                let text = node_text::compiled(named(invocation, name), sql, form);
                let data = json!({
                    "node_name": name, "unique_id": id, "compiled": sql,
                    "is_inline": is_inline(invocation), "output_format": invocation.text("output"),
                    "quiet": form.quiet,
                });
                output.print(("CompiledNode", "Q042"), &text, data);
            }
        }
        Product::Shown(nodes) => {
            for (name, id, rows) in nodes.iter().filter(|it| is_meant(invocation, &it.0)) {
                let text = node_text::shown(named(invocation, name), rows, form);
                let data = json!({
                    "node_name": name, "unique_id": id, "preview": node_text::preview(rows, form),
                    "is_inline": is_inline(invocation), "output_format": invocation.text("output"),
                    "quiet": form.quiet,
                });
                output.print(("ShowNode", "Q041"), &text, data);
            }
        }
        Product::Seeded(seeds) => {
            for (relation, rows) in seeds {
                let head = format!("Random sample of table: {relation}");
                let line = "-".repeat(head.chars().count());
                let text = format!("{head}\n{line}\n{}", table::table(rows));
                output.print(("SeedHeader", "Q004"), &text, json!({"header": head}));
            }
        }
        Product::Quarantined(rows) => {
            let text = quarantine::text(rows, form.json);
            output.print(PRINT, &text, json!({"msg": text}));
        }
        Product::Alerted(alerted) => {
            let text = alerts::text(alerted, form.json);
            output.print(PRINT, &text, json!({"msg": text}));
        }
        Product::Charted(charted) => {
            let text = spc::text(charted, form.json);
            output.print(PRINT, &text, json!({"msg": text}));
        }
        Product::Incidental(found) => {
            let text = incident::text(found, form.json);
            output.print(PRINT, &text, json!({"msg": text}));
        }
        Product::Replayed(replayed) => {
            let text = replay::text(replayed, form.json);
            output.print(PRINT, &text, json!({"msg": text}));
        }
        Product::Insights(found) => {
            let text = insights::text(found, form.json);
            output.print(PRINT, &text, json!({"msg": text}));
        }
        Product::Scored(scored) => {
            let text = score::text(scored, form.json);
            output.print(PRINT, &text, json!({"msg": text}));
        }
        Product::Reported(path) => {
            let text = report::text(path);
            output.print(PRINT, &text, json!({"msg": text}));
        }
        Product::Planned(plan) => {
            let text = dry_run::text(plan);
            output.print(PRINT, &text, json!({"msg": text}));
        }
        Product::Versions(name, found) => {
            let text = versions::listed(name, found, form);
            output.print(PRINT, &text, json!({"msg": text}));
        }
        Product::Compared(difference) => {
            let text = versions::compared(difference, form);
            output.print(PRINT, &text, json!({"msg": text}));
        }
        Product::RolledBack(restored, only_asked, stale) => {
            let text = versions::rolled_back(restored, *only_asked, stale.as_deref(), form);
            output.print(PRINT, &text, json!({"msg": text}));
        }
        Product::Disturbed(report) => {
            let json = || serde_json::to_string_pretty(report).unwrap_or_default();
            let text = if form.json {
                json()
            } else {
                chaos::text(report)
            };
            output.print(PRINT, &text, json!({"msg": text}));
        }
        Product::Lineage(traced) => {
            let text = lineage::text(traced, invocation.text("output"));
            output.print(PRINT, &text, json!({"msg": text}));
        }
        Product::Inherited(found) => {
            let text = inherit::text(found);
            output.print(PRINT, &text, json!({"msg": text}));
        }
        Product::Impact(found) => {
            let text = impact::text(found, invocation.text("output"));
            output.print(PRINT, &text, json!({"msg": text}));
        }
        Product::Debugged(facts) => {
            let text = debug::text(facts);
            output.print(("DebugCmdOut", "Z047"), &text, json!({"msg": text}));
        }
    }
}

/// Tells whether `compile` and `show` print a node: as in dbt, when the first word of the selection
/// has its name in it; what that word brings along otherwise is compiled and not printed.
fn is_meant(invocation: &Invocation, name: &str) -> bool {
    let selected = invocation.list("select");
    is_inline(invocation) || selected.first().is_none_or(|word| word.contains(name))
}

/// Tells whether SQL of the command line stands in place of a model.
fn is_inline(invocation: &Invocation) -> bool {
    let given = |name| invocation.text(name).is_some();
    given("inline") || given("inline_direct")
}

/// Returns the name under which a node is printed; inline SQL has none.
fn named<'a>(invocation: &Invocation, name: &'a str) -> Option<&'a str> {
    (!is_inline(invocation)).then_some(name)
}

/// `debug --config-dir`: the folder of `profiles.yml`, as a command that opens it.
fn config_dir(invocation: &Invocation, system: &dyn System) -> u8 {
    let given = invocation
        .text("profiles_dir")
        .map(|folder| system.current_dir().join(folder));
    let here = Some(system.current_dir()).filter(|it| system.is_file(&it.join("profiles.yml")));
    let home = system.home_dir().map(|home| home.join(".dbt"));
    let folder = given.or(here).or(home).unwrap_or_default();
    let opener = match std::env::consts::OS {
        "macos" => "open",
        "windows" => "start",
        _ => "xdg-open",
    };
    let folder = folder.display();
    crate::cli::streams::out(&format!(
        "To view your profiles.yml file, run:\n\n{opener} {folder}\n"
    ));
    0
}
