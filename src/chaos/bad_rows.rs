//! Rows that break data tests: what keeps them from those who read, and whether all is well without them.

use serde_json::Value as Json;

use super::disturbances::unfinished;
use super::inputs::{Input, inputs};
use super::lab::{Blow, Lab};
use super::report::{Report, Trial};
use super::{Baseline, Trouble, go_on, note};
use crate::nodes::{DataTest, Node};

/// A text that stands in no table.
const STRANGE: &str = "~chaos~";
const BUILD: &[&str] = &["build", "--exclude-resource-type", "seed"];

/// Tries a row for each data test.
pub(super) fn bad_rows(
    lab: &Lab<'_>,
    baseline: &Baseline,
    report: &mut Report,
) -> Result<(), Trouble> {
    let inputs = inputs(lab)?;
    (lab.request.progress)(format!(
        "A row for each of {} data tests",
        lab.request.tests.len()
    ));
    let lineage = lineage(lab, baseline)?;
    for test in &lab.request.tests {
        go_on(lab)?;
        let found = match test.as_generic_test() {
            Some(generic) => place(lab, generic, &inputs, &lineage),
            None => Err("is written as a query".to_owned()),
        };
        match found {
            Ok((input, statement)) => try_row(lab, baseline, test, input, statement, report)?,
            Err(why) => report.leave_out(test.name.clone(), why),
        }
    }
    Ok(())
}

/// Reads which columns come of which, as a run on the copies tells it.
fn lineage(lab: &Lab<'_>, baseline: &Baseline) -> Result<Json, Trouble> {
    lab.restore(&baseline.once)?;
    lab.run(&["compile"], &Blow::default())?;
    let file = lab.artifact("column_lineage.json").ok().flatten();
    Ok(file.map_or(Json::Null, |mut it| it["nodes"].take()))
}

/// Lists the columns of which a column comes, each step of one alone, the nearest first: node and name.
fn behind(lineage: &Json, node: &str, column: &str) -> Vec<(String, String)> {
    let mut all = vec![(node.to_owned(), column.to_owned())];
    let mut next = 0;
    while let Some((node, column)) = all.get(next).cloned() {
        next += 1;
        let columns = lineage[&node]["columns"].as_object();
        let mut columns = columns.into_iter().flatten();
        let found = columns.find(|(name, _)| name.eq_ignore_ascii_case(&column));
        let sources = found.and_then(|(_, it)| it["sources"].as_array());
        let made = |source: &Json, how: &[&str]| how.iter().any(|it| source["made"] == *it);
        let parts = sources.into_iter().flatten();
        let parts: Vec<&Json> = parts.filter(|it| !made(it, &["condition"])).collect();
        for source in &parts {
            let as_it_is = made(source, &["identity", "rename", "cast"]);
            let is_alone = parts.len() == 1 && made(source, &["expression"]);
            let (Some(node), Some(column)) = (source["node"].as_str(), source["column"].as_str())
            else {
                continue;
            };
            let place = (node.to_owned(), column.to_owned());
            if (as_it_is || is_alone) && !all.contains(&place) {
                all.push(place);
            }
        }
    }
    all
}

/// Finds the input whose row can break a test, and writes what puts one there.
fn place<'i>(
    lab: &Lab<'_>,
    test: &DataTest,
    inputs: &'i [Input],
    lineage: &Json,
) -> Result<(&'i Input, String), String> {
    let Some(column) = &test.column_name else {
        return Err("is of no single column".to_owned());
    };
    let attached = test.attached_node.as_deref().unwrap_or_default();
    let mut ways = behind(lineage, attached, column).into_iter();
    let found = ways.find_map(|(node, column)| {
        let input = inputs.iter().find(|it| *it.id == *node)?;
        Some((input, input.column(&column)?.clone()))
    });
    let Some((input, (name, kind))) = found else {
        return Err(format!(
            "`{column}` does not come of one column of an input"
        ));
    };
    let name = lab.quoted(&name);
    let table = input.relation.render();
    let bad = match (test.name.as_str(), is_text(&kind)) {
        ("not_null", _) => "null".to_owned(),
        ("unique", _) => name.clone(),
        ("accepted_values" | "relationships", true) => format!("'{STRANGE}'"),
        ("accepted_values" | "relationships", false) if is_number(&kind) => {
            format!("(select max({name}) + 1000 from {table})")
        }
        ("accepted_values" | "relationships", false) => {
            return Err(format!("no strange value of type {kind} is known"));
        }
        _ => return Err(format!("no row that breaks `{}` is known", test.name)),
    };
    let columns = input.columns.iter().map(|(it, _)| lab.quoted(it));
    let columns: Vec<String> = columns.collect();
    let values = columns.iter().map(|it| match *it == name {
        true => bad.clone(),
        false => it.clone(),
    });
    let statement = format!(
        "insert into {table} ({}) select {} from {table} order by all limit 1",
        columns.join(", "),
        values.collect::<Vec<_>>().join(", ")
    );
    match input.rows {
        0 => Err(format!("{} has no row to take for a pattern", input.name)),
        _ => Ok((input, statement)),
    }
}

fn try_row(
    lab: &Lab<'_>,
    baseline: &Baseline,
    test: &Node,
    input: &Input,
    statement: String,
    report: &mut Report,
) -> Result<(), Trouble> {
    let [_, once, twice] = &baseline.contents;
    lab.restore(&baseline.once)?;
    lab.change(&[input.keep(lab, &[])])?;
    let mut trial = Trial {
        scenario: "a row that breaks a test".to_owned(),
        what: format!("{}: a row in {}", test.name, input.name),
        guard: "a constraint of the table".to_owned(),
        differences: Vec::new(),
    };
    if lab.change(&[statement]).is_err() {
        return note(lab, report, trial);
    }
    lab.run(BUILD, &Blow::default())?;
    let results = lab
        .artifact("run_results.json")
        .ok()
        .flatten()
        .unwrap_or_default();
    let results = results["results"].as_array().cloned().unwrap_or_default();
    let text = |key: &str, of: &dyn Fn(&str) -> bool| -> Option<String> {
        let own = results
            .iter()
            .find(|it| it["unique_id"].as_str().is_some_and(of))?;
        own[key].as_str().map(str::to_owned)
    };
    let is_test = |id: &str| id == &*test.unique_id;
    let attached = test
        .as_generic_test()
        .and_then(|it| it.attached_node.clone());
    let is_node = |id: &str| attached.as_deref() == Some(id);
    let message = text("message", &is_node).unwrap_or_default();
    let published = lab.look()?;
    let same = |id: &str| published.nodes.get(id) == once.nodes.get(id);
    let status = text("status", &is_test).unwrap_or_default();
    let told = text("message", &is_test).unwrap_or_default().to_lowercase();
    trial.guard = match status.as_str() {
        _ if message.contains("Not published") => "not published",
        _ if told.contains("quarantine") => "quarantined",
        "fail" | "error" if attached.as_deref().is_some_and(same) => "told before it was built",
        "fail" | "error" => "told after it was published",
        "warn" => "warned of",
        "skipped" => "skipped after another failure",
        "" | "pass" => "does not come to the test",
        _ => "unknown",
    }
    .to_owned();
    let mut statements = input.fill(lab, "true").to_vec();
    statements.push(input.forget());
    lab.change(&statements)?;
    let ended = lab.run(BUILD, &Blow::default())?;
    trial.differences = twice.differences(&lab.look()?, &baseline.unsteady);
    trial.differences.extend(unfinished(&ended));
    note(lab, report, trial)
}

fn is_text(kind: &str) -> bool {
    kind.to_uppercase().starts_with("VARCHAR")
}

fn is_number(kind: &str) -> bool {
    let kind = kind.to_uppercase();
    let kinds = ["DECIMAL", "DOUBLE", "FLOAT"];
    kind.ends_with("INT") || kind == "INTEGER" || kinds.iter().any(|it| kind.starts_with(it))
}
